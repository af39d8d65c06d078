"""What holds for every scheme, whoever wrote it: the schemes are taken from the index."""

import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.scheme_docs import scheme_classes
from tests.support.schemes import HERE, UnexpectedStepError, World, content, context, plain, request

from httpls_auth.errors import AuthenticationError, ParameterError
from httpls_auth.schemes.flow import drive
from httpls_auth.schemes.index import canonical_word, scheme_class, words
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import Parameter, ParameterKind, same_name
from httpls_auth.schemes.read import Given, find_parameter, missing_parameters, read
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value

_MARKER = "Mk7/s+ecret=Zq9"
_KEY, _OTHER_KEY = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
    for _ in range(2)
)

every_scheme = pytest.mark.parametrize("word", sorted(words()))


@every_scheme
def test_a_scheme_says_what_it_is(word: str) -> None:
    kind = scheme_class(word)
    assert kind.word == word
    assert kind.title
    assert kind.summary.endswith(".")
    assert kind.example.startswith("# @auth")
    for name in (word, *kind.aliases, *filter(None, [kind.postman]), *kind.jetbrains):
        assert canonical_word(name) == word


def test_the_index_has_every_class() -> None:
    assert [kind.word for kind in scheme_classes()] == sorted(words())


@every_scheme
def test_a_parameter_is_found_by_each_of_its_names(word: str) -> None:
    kind = scheme_class(word)
    parameters = kind.parameters(_needed(kind))
    for parameter in parameters:
        assert parameter.documentation.strip().endswith((".", "?")), parameter.name
        assert (parameter.kind is ParameterKind.CHOICE) == bool(parameter.choices), parameter.name
        names = [parameter.name, *parameter.aliases, *filter(None, [parameter.postman, parameter.jetbrains])]
        for name in names:
            written = f"{name}.x" if parameter.kind is ParameterKind.PAIRS else name
            found = find_parameter(parameters, written)
            assert found is not None
            assert found.name == parameter.name, f"`{name}` means {found.name} and {parameter.name}"


def _sample(parameter: Parameter) -> str:
    """A text that a parameter may have; secrets hold the marker."""
    if parameter.kind is ParameterKind.CHOICE:
        return parameter.choices[0]
    if parameter.kind is ParameterKind.KEY:
        return _KEY
    by_kind = {
        ParameterKind.BOOLEAN: "true",
        ParameterKind.INTEGER: "7",
        ParameterKind.SECONDS: "60",
        ParameterKind.JSON: '{"a": "b"}',
    }
    if parameter.kind in by_kind:
        return by_kind[parameter.kind]
    if parameter.is_secret:
        return _MARKER
    name = same_name(parameter.name)
    if name == "payload":
        return '{"sub": "x"}'
    return "https://idp.example/x" if name.endswith(("url", "issuer", "endpoint")) else "x"


def _needed(kind: type[Scheme]) -> dict[str, str]:
    """The smallest set of parameters with which a scheme can be made."""
    given: dict[str, str] = {}
    while missing := missing_parameters(kind, given):
        given[missing[0].name] = _sample(missing[0])
    return given


def _made(kind: type[Scheme], given: dict[str, str]) -> Scheme:
    return read(kind, [Given(name, -1, plain(text)) for name, text in given.items()])


@every_scheme
def test_a_required_parameter_left_out_is_refused_by_its_name(word: str) -> None:
    kind = scheme_class(word)
    needed = _needed(kind)
    _made(kind, needed)
    for name in needed:
        with pytest.raises(ParameterError) as raised:
            _made(kind, {other: text for other, text in needed.items() if other != name})
        assert raised.value.parameter == name
        assert name in raised.value.remedy


@every_scheme
def test_an_empty_text_is_as_good_as_none(word: str) -> None:
    """Postman exports every field that was not filled in as an empty text."""
    kind = scheme_class(word)
    needed = _needed(kind)
    kept = (ParameterKind.PAIRS, ParameterKind.BOOLEAN)
    empty = {
        one.name: ""
        for one in kind.parameters(needed)
        if one.name not in needed and not one.may_be_empty and one.kind not in kept
    }
    assert _made(kind, needed | empty) == _made(kind, needed)


@every_scheme
def test_an_unknown_parameter_is_refused(word: str) -> None:
    kind = scheme_class(word)
    with pytest.raises(ParameterError) as raised:
        _made(kind, {**_needed(kind), "no-such-parameter": "x"})
    assert "no-such-parameter" in str(raised.value)


def _forms_of(secret: str) -> set[str]:
    content = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        b64encode(content).decode(),
        b64encode(content).decode().rstrip("="),
        urlsafe_b64encode(content).decode().rstrip("="),
        content.hex(),
        content.hex().upper(),
        repr(secret)[1:-1],
    }


@every_scheme
def test_no_secret_shows_in_what_is_told_about_a_request(word: str) -> None:
    """Notes, header fields, target and errors are looked through, with every secret parameter given."""
    kind = scheme_class(word)
    needed = _needed(kind)
    everything = {one.name: _sample(one) for one in kind.parameters(needed) if one.is_secret} | needed
    for texts in (needed, everything):
        told = context()
        shown: list[str] = []
        try:
            made = _made(kind, texts)
            shown.append(repr(made))
            sent = drive(made.authenticate(request("GET https://api.example/x?y=1"), told), World().answer)
            shown += [str(sent.target), *(str(field.value) for field in sent.fields)]
        except (AuthenticationError, UnexpectedStepError) as error:
            # What needs a person or a token server goes no further here.
            shown += [str(error), str(getattr(error, "remedy", ""))]
        shown += [str(note.text) for note in told.notes]
        key_lines = _KEY.splitlines()[1:-1]
        for text in shown:
            assert not any(form in text for form in _forms_of(_MARKER)), text
            assert not any(line in text for line in key_lines), text


_ONLY = Labels("test", frozenset((parse_origin("https://only.example"),)))
_TEXTS = (ParameterKind.TEXT, ParameterKind.KEY, ParameterKind.JSON)


def _others(parameter: Parameter) -> tuple[str, str]:
    """Two different texts that a parameter may have."""
    sample = _sample(parameter)
    if parameter.kind is ParameterKind.KEY:
        return sample, _OTHER_KEY
    if sample.startswith("{"):
        return '{"a": "first"}', '{"a": "second"}'
    if same_name(parameter.name) in ("timestamp", "created"):
        return "20140321T19:34:21+0000", "20150321T19:34:21+0000"
    return f"{sample}1", f"{sample}2"


def _sent(kind: type[Scheme], given: dict[str, Value]) -> OutgoingRequest | None:
    """What a scheme makes of a request; None if it needs more than its parameters for that, a person for example."""
    body = "Content-Type: application/x-www-form-urlencoded\n\na=b"
    try:
        made = read(kind, [Given(name, -1, value) for name, value in given.items()])
        return drive(made.authenticate(request(f"POST https://api.example/x?y=1\n{body}"), context()), World().answer)
    except (AuthenticationError, UnexpectedStepError):
        return None


def _wire(sent: OutgoingRequest) -> tuple[object, ...]:
    return sent.target.reveal(), [(field.name, field.value.reveal()) for field in sent.fields], content(sent)


def _labels(sent: OutgoingRequest) -> Labels:
    labels = sent.target.labels | (sent.body.labels if sent.body is not None else PLAIN)
    for field in sent.fields:
        labels = labels | field.value.labels
    return labels


@every_scheme
def test_what_a_parameter_changes_carries_its_labels(word: str) -> None:
    """A value that may go to one origin only binds every request in whose bytes it has a part."""
    kind = scheme_class(word)
    needed = {name: plain(text) for name, text in _needed(kind).items()}
    known = {name: value.reveal() for name, value in needed.items()}
    places = next((one.choices for one in kind.parameters(known) if one.name == "in"), ("",))
    for parameter in kind.parameters(known):
        if parameter.kind not in _TEXTS:
            continue
        for place in places:
            chosen = {**needed, "in": plain(place)} if place else needed
            first, second = (_sent(kind, {**chosen, parameter.name: plain(text)}) for text in _others(parameter))
            if first is None or second is None or _wire(first) == _wire(second):
                continue
            bound = _sent(kind, {**chosen, parameter.name: Value(_others(parameter)[0], HERE, _ONLY)})
            assert bound is not None
            assert _wire(bound) == _wire(first)
            assert _labels(bound).origins == _ONLY.origins, f"{parameter.name} {place}"


def test_completing_every_parameter_loads_nothing_heavy() -> None:
    """In a process of its own: every parameter of every scheme is looked at, as completion does."""
    program = """
import sys
from httpls_auth.schemes.index import scheme_class, words
for word in words():
    for parameter in scheme_class(word).parameters():
        parameter.documentation
heavy = {"httpx", "keyring", "cryptography", "jwt", "asyncio", "spnego", "ssl", "socket", "subprocess"}
print(*sorted(heavy & sys.modules.keys()))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


_ANY_TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(
    ("{", "[]", '{"a": 1}', "-----BEGIN PRIVATE KEY-----", "https://[", "é\ud800", "a b", "\x00", '"', "100%", "data:,")
)


@every_scheme
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_no_text_breaks_a_scheme(word: str, data: st.DataObject) -> None:
    """Whatever is written, a request is made or refused with a message; nothing else is raised."""
    kind = scheme_class(word)
    needed = _needed(kind)
    free = [one for one in kind.parameters(needed) if one.kind is not ParameterKind.CHOICE]
    changed = (
        data.draw(st.dictionaries(st.sampled_from([one.name for one in free]), _ANY_TEXT, max_size=3)) if free else {}
    )
    place = next((one.choices for one in kind.parameters(needed) if one.name == "in"), None)
    if place is not None:
        needed["in"] = data.draw(st.sampled_from(place))
    texts = needed | changed
    pairs = {one.name for one in free if one.kind is ParameterKind.PAIRS}
    given_texts = [Given(f"{name}.x" if name in pairs else name, -1, plain(text)) for name, text in texts.items()]
    with suppress(AuthenticationError, UnexpectedStepError):
        made = read(kind, given_texts)
        asked = request("POST https://api.example/x?y=1&é\nX-Field: é\n\nbody")
        drive(made.authenticate(asked, context()), World().answer)


_SCARY = st.text(st.characters(max_codepoint=255), max_size=40) | st.sampled_from(
    (
        'Hawk ts="\xb2", tsm="x"', 'Hawk ts="1", tsm="\xe9"', 'Hawk mac="\xe9", hash="\xe9"', "Hawk", "Digest", 'Digest realm="',
        "Mon, 99 Foo 99999 99:99:99 -9999", "Mon, 01 Jan 0001 00:00:00 +2359", "Bearer error=", "NTLM =", "Negotiate \xff",
    )
)  # fmt: skip


@every_scheme
@settings(max_examples=25, deadline=None)
@given(
    status=st.sampled_from((200, 400, 401, 403, 407)),
    fields=st.lists(
        st.tuples(
            st.sampled_from(("WWW-Authenticate", "Date", "Server-Authorization", "DPoP-Nonce", "Authentication-Info")),
            _SCARY,
        ),
        max_size=4,
    ),
)
def test_no_response_breaks_a_scheme(word: str, status: int, fields: list[tuple[str, str]]) -> None:
    """A hostile server gets an answer, none, or is a failure; nothing else is raised."""
    kind = scheme_class(word)
    told = context()
    made = _made(kind, _needed(kind))
    asked = request("GET https://api.example/x")
    with suppress(AuthenticationError, UnexpectedStepError):
        sent = drive(made.authenticate(asked, told), World().answer)
        head = ResponseHead(status, "", tuple(fields))
        again = drive(made.answer(asked, head, told), World().answer)
        made.verify_response(again or sent, head, [b"body"], told)
