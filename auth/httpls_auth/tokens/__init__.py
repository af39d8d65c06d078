"""Tokens: kept in memory and, encrypted, in files; obtained once however many requests want them at the same time."""
