"""Runs requests: fills the holes of their plans, signs, sends, follows, captures, reports. Synchronous throughout."""
