"""The names of encodings, as the tools whose files are read spell them."""

import codecs


def python_encoding(name: str) -> str | None:
    """Return the codec for an encoding as iconv-lite or Python call it; None if there is none for text."""
    plain = name.strip().lower()
    for candidate in (plain, plain.replace("win", "cp", 1), plain.replace("windows", "cp", 1)):
        try:
            # Codecs that turn bytes into bytes (zip, base64) refuse to encode a text.
            "".encode(candidate)
            return codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
    return None
