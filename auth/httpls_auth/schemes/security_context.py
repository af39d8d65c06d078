"""Logins that take several legs over one connection: the tokens of NTLM and Negotiate (RFC 4559), made by pyspnego.

A login goes so: the request without credentials and without its body; the challenge; for NTLM a first message, again
without the body; the message that proves the password, with the body. A body never goes out before the server has said
that it knows this kind of login. If it does not ask at all, the whole request follows.
"""

import os
import threading
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from httpls_auth.errors import ChallengeError, CredentialError
from httpls_auth.schemes.challenge import SERVER, Challenge, Side, challenges_of
from httpls_auth.schemes.compose import made_with, plain
from httpls_auth.schemes.flow import FlowContext, origin_key
from httpls_auth.schemes.message import MemoryBody, OutgoingRequest, ResponseHead
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from spnego import ContextProxy
    from spnego.channel_bindings import GssChannelBindings


class Login(NamedTuple):
    """What one scheme needs for its logins.

    `contexts` gives the ways to make the context of pyspnego for a word that the server offers, a host, and the channel
    binding; the first one that can begin is taken. `offers` are the words that the scheme can answer, in lower case,
    the best first. `identity` names whose login it is. `secrets` are the values that the tokens are made with.
    """

    word: str
    offers: tuple[str, ...]
    contexts: "Callable[[str, str, GssChannelBindings | None], Sequence[Callable[[], ContextProxy]]]"
    identity: str
    secrets: tuple[Value | None, ...]
    side: Side = SERVER
    proxy: Origin | None = None


class _State(NamedTuple):
    """Where a login stands. `context` is None before the first token; `is_over` once a response was taken."""

    context: "ContextProxy | None" = None
    offer: str = ""
    has_proved: bool = False
    has_withheld: bool = False
    is_over: bool = False


def first_leg(login: Login, request: OutgoingRequest, context: FlowContext) -> OutgoingRequest:
    """Return what is sent first: the request without its body.

    Where this login has succeeded before, it is the whole request: the connection is logged in most likely, and the
    server would take what comes for all of it.
    """
    key = _key(login, request)
    withholds = key not in context.memory and request.body is not None and request.body.length > 0
    context.exchange[key] = _State(has_withheld=withholds)
    return _without_body(request) if withholds else request


def next_leg(
    login: Login, request: OutgoingRequest, response: ResponseHead, context: FlowContext
) -> OutgoingRequest | None:
    """Return what is sent after a response, None if the response is to be taken as it is."""
    key = _key(login, request)
    state = context.exchange.get(key)
    if not isinstance(state, _State):
        state = _State()
    if state.is_over:
        return None
    if response.status != login.side.status:
        context.exchange[key] = state._replace(is_over=True)
        if state.has_proved:
            context.memory[key] = True
        # Nobody asked who it is: now the request goes as it is meant.
        return request if state.has_withheld else None
    challenge = _offered(login, challenges_of(response, login.side))
    if challenge is None:
        return None
    token = _decoded(challenge)
    context.memory.pop(key, None)
    if state.context is None:
        return _begin(login, request, challenge, context)
    if (token is None and state.has_proved) or (token is not None and _SPNEGO_REJECT in token):
        return None
    if token is None:
        # The server has forgotten the first message.
        raise ChallengeError(
            f"the {login.side.name} did not go on with the {challenge.scheme} login",
            "A proxy between may give each request another connection; this kind of login needs the same one.",
        )
    answer = _step(login, state.context, token, _channel_binding(_certificate_hash(login, request, context)))
    return None if answer is None else _with_token(login, request, state, answer, context)


def check_last_token(
    login: Login, request: OutgoingRequest, response: ResponseHead, context: FlowContext, *, is_demanded: bool
) -> None:
    """Let the server prove itself by the token of its final response (RFC 4178, section 5).

    Raises `ChallengeError` if the token is wrong, or if it is missing and `is_demanded`.
    """
    state = context.exchange.get(_key(login, request))
    if not isinstance(state, _State) or state.context is None or response.status == login.side.status:
        return
    challenge = _offered(login, challenges_of(response, login.side))
    token = _decoded(challenge) if challenge is not None else None
    if token is not None and not state.context.complete:
        _step(login, state.context, token, None)
    if is_demanded and not state.context.complete:
        raise ChallengeError("the server did not prove who it is", "Leave `mutual` out if the server cannot do so.")


def own_ntlm(
    account: str, password: str, offer: str, host: str, binding: "GssChannelBindings | None"
) -> "ContextProxy":
    """Make a context of pyspnego's own NTLM, which is the same on every system; `Negotiate` wraps it in SPNEGO."""
    import spnego

    # With the hash of NTLM in place of the password, no Kerberos is tried: it would look for the account in the default
    # realm, over the network. pyspnego does not offer the hash (MD4) publicly, and OpenSSL has it no more.
    from spnego._ntlm_raw.crypto import ntowfv1

    credential = spnego.NTLMHash(account, nt_hash=ntowfv1(password).hex().upper())
    is_wrapped = offer.lower() == "negotiate"
    return spnego.client(
        credential, hostname=host, service="HTTP", channel_bindings=binding,
        context_req=spnego.ContextReq.integrity, protocol="negotiate" if is_wrapped else "ntlm",
        options=spnego.NegotiateOptions.use_negotiate if is_wrapped else spnego.NegotiateOptions.use_ntlm,
    )  # fmt: skip


def ntlm_account(user: str, domain: str) -> str:
    r"""Return `DOMAIN\user`, or the user alone.

    `user@DOMAIN` is the same where the domain is a short name; with a dot in it, it is a user principal name, which
    stays in one piece as on Windows: its suffix need not be the name of the domain.
    """
    if "\\" in user:
        return user
    if domain:
        return f"{domain}\\{user}"
    name, _, suffix = user.rpartition("@")
    return f"{suffix}\\{name}" if name and suffix and "." not in suffix else user


def connection_key(word: str, *parts: str | None) -> str:
    """Return what names a login without telling what it is made of, for `Scheme.connection`."""
    import hmac

    content = "\0".join([part if part is not None else "\1" for part in parts])
    return f"{word} {hmac.new(_PROCESS, content.encode('utf-8', 'surrogatepass'), 'sha256').hexdigest()}"


_PROCESS = os.urandom(32)
"""A key of this process: the name of a login outside of it tells nothing about a password."""


def _begin(login: Login, request: OutgoingRequest, challenge: Challenge, context: FlowContext) -> OutgoingRequest:
    hashed = _certificate_hash(login, request, context)
    binding = _channel_binding(hashed)
    host = (login.proxy or request.origin).host
    reasons: list[str] = []
    for new_context in login.contexts(challenge.scheme, host, binding):
        try:
            security = new_context()
            token = security.step(channel_bindings=binding)
        except _errors() as error:
            reasons.append(_reason(error))
            context.note("not possible", plain(reasons[-1]))
            continue
        bound = "bound to the server's certificate" if hashed is not None else "not bound to a certificate"
        context.note("login", plain(f"{security.negotiated_protocol or challenge.scheme}, {bound}"))
        return _with_token(login, request, _State(security, challenge.scheme), token, context)
    raise CredentialError(
        f"the {challenge.scheme} login cannot begin: {reasons[0]}",
        "Check user and password; for Kerberos, get a ticket by `kinit` and see that the host has its full name.",
    )


def _with_token(
    login: Login, request: OutgoingRequest, state: _State, token: bytes | None, context: FlowContext
) -> OutgoingRequest:
    is_first_message = token is not None and _NTLM_FIRST in token
    has_body = request.body is not None and request.body.length > 0
    state = state._replace(has_proved=not is_first_message, has_withheld=is_first_message and has_body)
    context.exchange[_key(login, request)] = state
    text = f"{state.offer} {b64encode(token or b'').decode('ascii')}"
    context.note(_TITLES[is_first_message], made_with(text, *login.secrets))
    sent = _without_body(request) if state.has_withheld else request
    return sent.with_field(login.side.credentials, made_with(text, *login.secrets))


_NTLM_FIRST = b"NTLMSSP\x00\x01\x00\x00\x00"
_SPNEGO_REJECT = b"\xa0\x03\x0a\x01\x02"
"""The member `negState` of a `NegTokenResp` with the value `reject` (RFC 4178, section 4.2.2), in DER."""
_TITLES = {True: "first message", False: "proof"}


def _without_body(request: OutgoingRequest) -> OutgoingRequest:
    return request.with_body(MemoryBody(b""))


def _offered(login: Login, challenges: Sequence[Challenge]) -> Challenge | None:
    for word in login.offers:
        for challenge in challenges:
            if challenge.is_for(word):
                return challenge
    return None


def _decoded(challenge: Challenge) -> bytes | None:
    """Return the token of a challenge, None without one. Raises `ChallengeError` for what is no base64."""
    if not challenge.token:
        return None
    try:
        return b64decode(challenge.token, validate=True)
    except Base64Error as error:
        raise ChallengeError(f"the server's {challenge.scheme} challenge is no base64") from error


def _step(login: Login, security: "ContextProxy", token: bytes, binding: "GssChannelBindings | None") -> bytes | None:
    """Return the answer to a token of the other side. Raises `ChallengeError`."""
    import struct

    try:
        return security.step(token, channel_bindings=binding)
    except _errors() as error:
        raise ChallengeError(f"the {login.side.name}'s answer to the login is refused: {_reason(error)}") from error
    except (ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        # What pyspnego makes of a message that is cut off or is none.
        raise ChallengeError(f"the {login.side.name}'s answer to the login is malformed") from error


@cache
def _errors() -> tuple[type[Exception], ...]:
    """Return the errors of pyspnego, and those of the Kerberos libraries that it lets through."""
    from spnego.exceptions import SpnegoError

    found: list[type[Exception]] = [SpnegoError]
    for module, name in (("krb5", "Krb5Error"), ("gssapi.raw", "GSSError")):
        try:
            found.append(getattr(import_module(module), name))
        except (ImportError, OSError):
            continue
    return tuple(found)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _certificate_hash(login: Login, request: OutgoingRequest, context: FlowContext) -> bytes | None:
    """Return the hash of the server's certificate that a login is bound to (RFC 5929, section 4), None without TLS."""
    if request.origin.scheme not in ("https", "wss") or login.side is not SERVER:
        return None
    certificate = context.peer_certificate()
    if certificate is None:
        return None
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes

    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return None
    if algorithm is None:
        # A signature without a hash function of its own (Ed25519): RFC 5929 leaves the binding undefined.
        return None
    if isinstance(algorithm, hashes.MD5 | hashes.SHA1):
        algorithm = hashes.SHA256()
    state = hashes.Hash(algorithm)
    state.update(certificate)
    return state.finalize()


def _channel_binding(hashed: bytes | None) -> "GssChannelBindings | None":
    if hashed is None:
        return None
    from spnego.channel_bindings import GssChannelBindings

    return GssChannelBindings(application_data=b"tls-server-end-point:" + hashed)


def _key(login: Login, request: OutgoingRequest) -> tuple[str, ...]:
    return origin_key(login.word, login.proxy or request.origin, login.side.name, login.identity)


@contextmanager
def workstation_named(name: str | None) -> Generator[None]:
    """Let pyspnego name this machine so; it asks the environment, which all threads share."""
    if name is None:
        yield
        return
    with _environment_lock:
        before = os.environ.get(_WORKSTATION)
        os.environ[_WORKSTATION] = name
        try:
            yield
        finally:
            if before is None:
                del os.environ[_WORKSTATION]
            else:
                os.environ[_WORKSTATION] = before


_environment_lock = threading.Lock()
_WORKSTATION = "NETBIOS_COMPUTER_NAME"
