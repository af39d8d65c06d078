"""The text of a body of bytes: by the charset of its type, its byte order mark, or UTF-8."""


def decoded_text(content: bytes, content_type: str, is_whole: bool = True) -> str | None:
    """Return the text of a body, or of the beginning of one; None if it is no text.

    The charset is that of the content type, else that of a byte order mark, else UTF-8.
    """
    charset = _charset(content_type)
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            content, charset = content[len(mark) :], encoding
            break
    else:
        # A picture may happen to be decodable by a charset that knows every byte.
        if b"\0" in content[:4096] and not charset.lower().startswith(("utf-16", "utf-32")):
            return None
    import codecs

    try:
        return codecs.getincrementaldecoder(charset)().decode(content, is_whole)
    except LookupError:
        return codecs.getincrementaldecoder("utf-8")("replace").decode(content, is_whole)
    except UnicodeDecodeError:
        is_text = content_type.lower().startswith("text/") or "charset" in content_type.lower()
        return content.decode("utf-8", "replace") if is_text else None


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"
