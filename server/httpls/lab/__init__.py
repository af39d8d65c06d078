"""The demonstration server: answers of every kind on the loopback address, and every way to authenticate, checked.

It is independent of the rest: what checks a credential here is the standard library or a library that is not ours, so
that what our schemes sign is confirmed by somebody else.
"""
