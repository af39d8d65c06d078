"""The redactor leaves nothing of a secret, in no encoding, and nothing else is touched."""

import base64
import json
from collections.abc import Callable
from html import escape
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls_auth.values.redactor import SHORTEST, Redactor
from httpls_auth.values.value import MASK

_secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=40)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

_ENCODINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded path": quote,
    "form": quote_plus,
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL": lambda text: text.encode().hex().upper(),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "HTML": escape,
}


def _redactor(*secrets: str) -> Redactor:
    redactor = Redactor()
    for secret in secrets:
        redactor.add_secret(secret)
    return redactor


@pytest.mark.parametrize("encoding", _ENCODINGS)
@settings(max_examples=60, deadline=None)
@given(secret=_secrets, before=_texts, after=_texts)
def test_no_encoding_of_a_secret_survives(encoding: str, secret: str, before: str, after: str) -> None:
    encoded = _ENCODINGS[encoding](secret)
    text = f"{before} {encoded} {after}"
    redacted = _redactor(secret).redact(text)
    assert encoded not in redacted.replace(MASK, "")
    assert MASK in redacted


@settings(max_examples=150, deadline=None)
@given(secret=_secrets, before=st.binary(max_size=5), after=st.binary(max_size=5))
def test_base64_of_a_secret_among_other_bytes_is_masked(secret: str, before: bytes, after: bytes) -> None:
    content = before + secret.encode() + after
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert MASK in _redactor(secret).redact(encode(content).decode())


@settings(max_examples=150, deadline=None)
@given(secrets=st.lists(_secrets, max_size=5), text=_texts, cuts=st.lists(st.integers(0, 200), max_size=6))
def test_cutting_a_text_into_chunks_changes_nothing(secrets: list[str], text: str, cuts: list[int]) -> None:
    redactor = _redactor(*secrets)
    whole = text + "".join(secrets) + text
    places = sorted({0, len(whole), *[cut for cut in cuts if cut < len(whole)]})
    chunks = [whole[start:end] for start, end in pairwise(places)]
    assert "".join(redactor.redact_stream(chunks)) == redactor.redact(whole)


@given(text=_texts)
def test_a_text_without_secrets_is_left_alone(text: str) -> None:
    assert _redactor().redact(text) == text
    assert _redactor("\U0001f511-not-in-there").redact(text) == text


def test_short_secrets_are_not_masked_by_value() -> None:
    assert _redactor("1234").redact("12345") == "12345"


def test_a_longer_secret_is_masked_whole() -> None:
    assert _redactor("secret", "secret-and-more").redact("secret-and-more") == MASK


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    assert _redactor("hunter22").redact_bytes(b"\xff\x00hunter22\xfe") == b"\xff\x00" + MASK.encode() + b"\xfe"
