"""Reads what Postman exports, collections, environments and globals, and says which files mean the same here.

`convert.imported` is the entry: JSON in, files, secrets and notes out. It reads and writes nothing itself.
"""
