"""Cookies by RFC 6265bis (draft-ietf-httpbis-rfc6265bis-20): a jar for each environment, and its forms on disk.

`jar` stores what responses set and chooses what requests carry; `set_cookie` reads the field; `domains` knows which
host may set what; `storage` keeps a jar between runs; `cookie_files` reads and writes the files of other programs.
"""
