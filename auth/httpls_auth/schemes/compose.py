"""Puts texts together so that what is secret in them stays known, and checks what goes into a header field."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

from httpls_auth.errors import CredentialError
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined

_HERE = Provenance(Origination.DIRECTIVE, "authentication")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def plain(text: str) -> Value:
    """Return a text that is not secret."""
    return Value(text, _HERE)


def composed(*parts: str | Value) -> Value:
    """Return the parts one after the other; labels unite, and each secret stretch stays in its place."""
    return joined([plain(part) if isinstance(part, str) else part for part in parts], _HERE)


def united(*values: Value | None) -> Labels:
    """Return the united labels of all values that are given."""
    labels = PLAIN
    for value in values:
        if value is not None:
            labels = labels | value.labels
    return labels


def made_with(text: str, *values: Value | None) -> Value:
    """Return a text that was worked out from values, a signature for example, with their labels united."""
    return Value(text, _HERE, united(*values))


def made_of(text: str, *values: Value | None) -> Value:
    """Return a text in which values stand, in whatever encoding; it is secret if a stretch of one of them is."""
    return recoded(composed(*[value for value in values if value is not None]), lambda _: text)


def recoded(value: Value, function: Callable[[str], str]) -> Value:
    """Return `function` of the text of a piece of a longer value; it is secret only if a stretch of the piece is."""
    labels = value.labels if value.spans else value.labels._replace(secret=None)
    return Value(function(value.reveal()), value.provenance, labels)


def percent_encoded(value: Value) -> Value:
    """Return a value with every byte of its UTF-8 encoded but the unreserved ones (RFC 3986, section 2.3)."""
    return value.transcribed(encode_unreserved)


def encode_unreserved(text: str) -> str:
    """Percent-encode every byte of the UTF-8 of a text but `A-Z a-z 0-9 - . _ ~`."""
    return quote(text, safe="-._~", errors="surrogatepass")


def stripped(value: Value) -> Value:
    """Return a value without the white space around it, such as the line end of the file that it was read from."""
    text = value.reveal()
    start = len(text) - len(text.lstrip())
    return value.cut(start, max(start, len(text.rstrip())))


def checked_for_field(value: Value, what: str, parameter: str = "") -> Value:
    """Return a value without the white space around it. Raises `CredentialError` if a header field cannot hold it."""
    bare = stripped(value)
    if _CONTROL.search(bare.reveal()):
        raise CredentialError(
            f"{what} has a line break or another control character in it, which no header field may hold",
            "Check where it comes from: a copied text or a file often has a line break too many.",
            parameter,
        )
    return bare


def is_field_name(text: str) -> bool:
    """Tell whether a text can be the name of a header field (RFC 9110, section 5.6.2)."""
    return _FIELD_NAME.fullmatch(text) is not None


def quotable(value: Value, what: str, parameter: str = "") -> Value:
    """Return a value for a quoted attribute of a header field. Raises `CredentialError` if it cannot be quoted."""
    text = value.reveal()
    if '"' in text or "\\" in text or _CONTROL.search(text):
        raise CredentialError(f"{what} may hold neither quotation marks nor backslashes nor line breaks", "", parameter)
    return value


def base64(content: bytes) -> str:
    """Return the standard base64 (RFC 4648, section 4)."""
    return b64encode(content).decode("ascii")


def base64url(content: bytes) -> str:
    """Return the base64 for URLs and file names, without padding (RFC 4648, section 5; RFC 7515, section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
