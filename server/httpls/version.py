"""The version of the distribution; the packaging reads it from here."""

VERSION = "0.1.0"


def version() -> str:
    """Return the version. It is a constant: to ask the installed packages costs as much as to parse a large file."""
    return VERSION
