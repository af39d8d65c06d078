"""Digest authentication (RFC 7616): a hash of the password answers what the server asks, so that it is never sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from httpls_auth.errors import ChallengeError, CredentialError
from httpls_auth.schemes.challenge import SERVER, Challenge, Side, challenges_of, parse_parameters, quoted
from httpls_auth.schemes.compose import checked_for_field, composed, made_with, recoded
from httpls_auth.schemes.flow import Flow, FlowContext, origin_key
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value

ALGORITHMS = ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess")
"""The algorithms, weakest first (RFC 7616, section 6.1)."""


@dataclass(frozen=True, slots=True)
class Digest(Scheme):
    """User name and password, proved by a hash."""

    word = "digest"
    title = "Digest"
    summary = (
        "Answers the server's challenge with a hash of user name, password and request. The first request goes out "
        "without credentials; later ones to the same origin carry the answer at once."
    )
    stage = Stage.CHALLENGE
    postman = "digest"
    jetbrains = ("Digest",)
    sources = ("RFC 7616", "RFC 7616, erratum 4897", "RFC 2617")
    verified_by = ("httpbin", "lighttpd", "Apache mod_auth_digest", "squid")
    example = "# @auth digest {{user}} {{password}}\nGET {{lab}}/auth/digest\n"
    shorthands = ("Authorization: Digest {{user}} {{password}}",)
    verifies_responses = True

    username: Value = parameter(
        ParameterKind.TEXT, "The user name.", required=ALWAYS, position=0,
        postman="username", jetbrains="Username", aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value = parameter(
        ParameterKind.TEXT, "The password; it may be empty.", required=ALWAYS, secret=True, position=1,
        postman="password", jetbrains="Password", example="{{$secret password}}", may_be_empty=True,
    )  # fmt: skip
    algorithm: str | None = parameter(
        ParameterKind.CHOICE, "Answers only by this algorithm; by default by the strongest that the server offers.",
        default=None, choices=ALGORITHMS, postman="algorithm", synonyms=(("SHA256", "SHA-256"),),
    )  # fmt: skip
    qop: str | None = parameter(
        ParameterKind.CHOICE,
        "What the hash covers: `auth` the request, `auth-int` its body too. By default what the server offers, `auth` "
        "where it offers both.",
        default=None, choices=("auth", "auth-int"), postman="qop",
    )  # fmt: skip
    realm: Value | None = parameter(
        ParameterKind.TEXT, "Answers only challenges of this realm.", default=None, postman="realm",
        example="api@example.com",
    )  # fmt: skip
    nonce: Value | None = parameter(
        ParameterKind.TEXT,
        "A nonce that is known already: with `realm` too, the first request carries an answer.",
        default=None, postman="nonce", example="dcd98b7102dd2f0e",
    )  # fmt: skip
    nonce_count: Value | None = parameter(
        ParameterKind.TEXT, "The number of the first request with `nonce`, in hexadecimal.", default=None,
        shown_default="00000001", postman="nonceCount", aliases=("nc",), example="00000001",
    )  # fmt: skip
    client_nonce: Value | None = parameter(
        ParameterKind.TEXT, "The client's nonce; by default a random one for each request.", default=None,
        postman="clientNonce", aliases=("cnonce",), example="0a4f113b",
    )  # fmt: skip
    opaque: Value | None = parameter(
        ParameterKind.TEXT, "What goes back to the server unchanged, where no challenge says it.", default=None,
        postman="opaque", example="5ccc069c403ebaf9",
    )  # fmt: skip
    charset: str = parameter(
        ParameterKind.CHOICE, "The encoding of user name and password, where the server does not ask for UTF-8.",
        default="utf-8", choices=("utf-8", "iso-8859-1"),
    )  # fmt: skip
    no_retry: bool = parameter(
        ParameterKind.BOOLEAN, "Takes the challenge as the response instead of answering it.", default=False,
        postman="disableRetryRequest",
    )  # fmt: skip
    side: Side = SERVER
    proxy: Origin | None = None
    """The origin of the proxy that is answered, where `side` is the proxy."""

    @property
    def writes(self) -> frozenset[str]:
        """The field with the credentials."""
        return frozenset((self.side.credentials.lower(),))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Add the answer to a challenge of an earlier request, if the server said that it holds here too."""
        session = self._known_session(request, context)
        if session is None or not session.covers(request):
            return request
        return self._answered(request, session, context)
        yield

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Answer a challenge: the first one to a request, and further ones only if they say that the nonce is stale.

        Raises `ChallengeError` if the server offers Digest, but none of its challenges can be answered.
        """
        challenges = [one for one in challenges_of(response, self.side) if one.is_for("digest")]
        is_challenge = response.status == self.side.status or (response.status == 403 and self.side is SERVER)
        if not is_challenge or not challenges:
            self._remember_next_nonce(request, response, context)
            return None
        if self.no_retry:
            return None
        challenge = self._chosen(challenges)
        answered = self._key(request, "answered", request.method, request.target.reveal())
        if answered in context.exchange and (challenge.value("stale") or "").lower() != "true":
            return None
        context.exchange[answered] = True
        session = self._session(challenge, request, context)
        context.memory[self._key(request)] = session
        return self._answered(request, session, context)
        yield

    def verify_response(
        self, request: OutgoingRequest, response: ResponseHead, chunks: Iterable[bytes], context: FlowContext
    ) -> None:
        """Check the proof that the server knows the password too (RFC 7616, section 3.5), where it gives one."""
        information = dict(parse_parameters(response.value(self.side.information) or ""))
        session = context.exchange.get(self._key(request, "session"))
        sent = dict(parse_parameters((request.value(self.side.credentials) or "").partition(" ")[2]))
        if "rspauth" not in information or not isinstance(session, _Session) or "response" not in sent:
            return
        body: Iterable[bytes] = chunks
        if sent.get("qop") == "auth-int":
            if response.value("Content-Encoding") is not None:
                # The hash is that of the packed body, of which there is only the unpacked one here.
                return
        else:
            body = ()
        expected = self._response(session, sent, "", body)
        if information["rspauth"].lower() != expected:
            raise ChallengeError(
                "the server could not prove that it knows the password (`rspauth` is wrong): what came may be forged",
                "Check that nothing on the way changes responses.",
            )

    def _known_session(self, request: OutgoingRequest, context: FlowContext) -> "_Session | None":
        session = context.memory.get(self._key(request))
        if isinstance(session, _Session) and self._takes(session):
            return session
        if self.nonce is None or self.realm is None:
            return None
        challenge = Challenge("Digest", (("nonce", self.nonce.reveal()), ("realm", self.realm.reveal())))
        session = self._session(challenge, request, context)
        context.memory[self._key(request)] = session
        return session

    def _takes(self, session: "_Session") -> bool:
        """Tell whether a challenge is one that the parameters demand: another request may have demanded others."""
        demanded = (
            (self.algorithm, session.algorithm),
            (self.qop, session.qop),
            (self.realm.reveal() if self.realm is not None else None, session.realm),
        )
        return all(wanted is None or wanted == found for wanted, found in demanded)

    def _chosen(self, challenges: Iterable[Challenge]) -> Challenge:
        """Return the challenge to answer, the strongest of those that can be."""
        reasons: list[str] = []
        best: tuple[int, Challenge] | None = None
        for challenge in challenges:
            algorithm = _algorithm(challenge)
            realm = challenge.value("realm") or ""
            offered = _offered(challenge)
            if challenge.value("nonce") is None:
                reasons.append("without a nonce")
            elif algorithm is None:
                reasons.append(f"by the algorithm `{challenge.value('algorithm')}`")
            elif self.algorithm is not None and challenge.value("algorithm") and algorithm != self.algorithm:
                reasons.append(f"by {algorithm}, and `algorithm={self.algorithm}` is demanded")
            elif self.realm is not None and realm != self.realm.reveal():
                reasons.append(f"for the realm `{realm}`, and another one is demanded")
            elif offered is not None and not offered & ({self.qop} if self.qop else {"auth", "auth-int"}):
                reasons.append(f"with qop `{challenge.value('qop')}`")
            else:
                strength = ALGORITHMS.index(algorithm) // 2
                if best is None or strength > best[0]:
                    best = (strength, challenge)
        if best is None:
            raise ChallengeError(
                f"the server asks for Digest, but {'; '.join(reasons)}: that cannot be answered",
                "Remove the parameters that demand something else, or see what the server supports.",
            )
        return best[1]

    def _session(self, challenge: Challenge, request: OutgoingRequest, context: FlowContext) -> "_Session":
        opaque = challenge.value("opaque")
        offered = _offered(challenge)
        qop = self.qop
        if qop is None and offered:
            qop = "auth" if "auth" in offered else "auth-int"
        nonce = challenge.value("nonce") or ""
        client_nonce = self.client_nonce.reveal() if self.client_nonce is not None else context.random(16).hex()
        first = 1
        if self.nonce is not None and nonce == self.nonce.reveal() and self.nonce_count is not None:
            first = _nonce_count(self.nonce_count)
        domain = challenge.value("domain") or ""
        session = _Session(
            challenge.value("realm") or "", nonce, self.algorithm or _algorithm(challenge) or "MD5",
            self.algorithm or challenge.value("algorithm"), qop,
            opaque if opaque is not None else self.opaque.reveal() if self.opaque is not None else None,
            (challenge.value("userhash") or "").lower() == "true",
            "utf-8" if (challenge.value("charset") or "").lower() == "utf-8" else self.charset,
            challenge.value("charset") is not None, _spaces(domain, request), client_nonce, nonce, count(first),
        )  # fmt: skip
        shown = ", ".join(f"{name}={value}" for name, value in challenge.parameters)
        context.note("challenge", composed(shown))
        return session

    def _remember_next_nonce(self, request: OutgoingRequest, response: ResponseHead, context: FlowContext) -> None:
        """Take over the nonce that the server wants for the next request (RFC 7616, section 3.5)."""
        following = dict(parse_parameters(response.value(self.side.information) or "")).get("nextnonce")
        session = context.memory.get(self._key(request))
        if following and isinstance(session, _Session) and following != session.nonce:
            context.memory[self._key(request)] = session._replace(nonce=following, counter=count(1))

    def _answered(self, request: OutgoingRequest, session: "_Session", context: FlowContext) -> OutgoingRequest:
        client_nonce = session.client_nonce
        if not session.is_sess and self.client_nonce is None:
            client_nonce = context.random(16).hex()
        # One counter serves all threads: `next` is atomic, so that no number is used twice.
        sent = {"nonce": session.nonce, "uri": request.target.reveal(), "nc": f"{next(session.counter):08x}"}
        sent |= {"cnonce": client_nonce} | ({"qop": session.qop} if session.qop else {})
        body = request.body.chunks() if request.body is not None else ()
        response = self._response(session, sent, request.method, body)
        context.exchange[self._key(request, "session")] = session
        sess = f", H of it with {session.first_nonce}:{session.client_nonce}" if session.is_sess else ""
        context.note("A1", composed(self.username, f":{session.realm}:", self.password, sess))
        context.note(
            "A2", composed(f"{request.method}:", request.target, ":H(body)" if session.qop == "auth-int" else "")
        )
        proof = made_with(response, self.password)
        counted = f":{sent['nc']}:{client_nonce}:{session.qop}" if session.qop else ""
        context.note("hashed", composed(f"{session.algorithm} of H(A1):{session.nonce}{counted}:H(A2)"))
        context.note("response", proof)
        parts: list[str | Value] = ["Digest ", *self._user(session), f", realm={quoted(session.realm)}"]
        parts += [f", nonce={quoted(session.nonce)}, uri=", recoded(request.target, quoted)]
        parts += [', response="', proof, '"']
        if session.shown_algorithm is not None:
            parts.append(f", algorithm={session.shown_algorithm}")
        if session.opaque is not None:
            parts.append(f", opaque={quoted(session.opaque)}")
        if session.qop is not None:
            parts.append(f", qop={session.qop}, nc={sent['nc']}, cnonce={quoted(client_nonce)}")
        elif session.is_sess:
            parts.append(f", cnonce={quoted(client_nonce)}")
        if session.hashes_user:
            parts.append(", userhash=true")
        return request.with_field(self.side.credentials, composed(*parts))

    def _user(self, session: "_Session") -> Iterator[str | Value]:
        user = checked_for_field(self.username, "the user name")
        if session.hashes_user:
            content = self._encoded(user, session.encoding) + b":" + session.realm.encode(session.encoding, "replace")
            yield 'username="'
            yield made_with(_hash(session.algorithm, (content,)), user)
            yield '"'
        elif session.names_charset and not user.reveal().isascii():
            yield "username*=UTF-8''"
            yield recoded(user, lambda text: quote(text, safe="!#$&+-.^_`|~"))
        else:
            yield "username="
            yield recoded(user, quoted)

    def _response(self, session: "_Session", sent: Mapping[str, str], method: str, body: Iterable[bytes]) -> str:
        """Return the hash that proves the password, or with an empty method that which the server has to send."""
        algorithm, encoding = session.algorithm, session.encoding
        secret = b":".join((
            self._encoded(self.username, encoding), session.realm.encode(encoding, "replace"),
            self._encoded(self.password, encoding),
        ))  # fmt: skip
        first = _hash(algorithm, (secret,))
        if session.is_sess:
            first = _hash(algorithm, (f"{first}:{session.first_nonce}:{session.client_nonce}".encode(),))
        second = f"{method}:{sent['uri']}"
        if sent.get("qop") == "auth-int":
            second += f":{_hash(algorithm, body)}"
        second = _hash(algorithm, (second.encode(),))
        if "qop" in sent:
            middle = f"{sent['nonce']}:{sent['nc']}:{sent['cnonce']}:{sent['qop']}"
        else:
            middle = sent["nonce"]
        return _hash(algorithm, (f"{first}:{middle}:{second}".encode(),))

    def _encoded(self, value: Value, encoding: str) -> bytes:
        try:
            return value.reveal().encode(encoding)
        except UnicodeEncodeError as error:
            raise CredentialError(
                f"the user name or the password has a character that {encoding} does not have",
                "Use `charset=utf-8`.",
            ) from error

    def _key(self, request: OutgoingRequest, *more: str) -> tuple[str, ...]:
        return origin_key("digest", self.proxy or request.origin, self.side.name, self.username.reveal(), *more)


class _Session(NamedTuple):
    """What a challenge says, for all requests until the next challenge.

    `algorithm` is one of `ALGORITHMS`, `shown_algorithm` what goes back, None for nothing. `names_charset` tells that
    the server named one, and so understands `username*`. `spaces` are the path prefixes for which it holds, none for
    all. `client_nonce` and `first_nonce` are those of its first answer, which `-sess` keeps to.
    """

    realm: str
    nonce: str
    algorithm: str
    shown_algorithm: str | None
    qop: str | None
    opaque: str | None
    hashes_user: bool
    encoding: str
    names_charset: bool
    spaces: tuple[str, ...]
    client_nonce: str
    first_nonce: str
    counter: "count[int]"

    @property
    def is_sess(self) -> bool:
        """Tell whether the hash of the password is bound to the first nonces."""
        return self.algorithm.endswith("-sess")

    def covers(self, request: OutgoingRequest) -> bool:
        """Tell whether the challenge holds for the path of a request (RFC 7616, section 3.3, `domain`)."""
        return not self.spaces or any(request.path.startswith(space) for space in self.spaces)


def _algorithm(challenge: Challenge) -> str | None:
    """Return the algorithm of a challenge as `ALGORITHMS` writes it, None for one that is not known."""
    written = (challenge.value("algorithm") or "MD5").lower()
    return next((one for one in ALGORITHMS if one.lower() == written), None)


def _offered(challenge: Challenge) -> set[str] | None:
    """Return the values of `qop` that a challenge offers, None without it (RFC 2069)."""
    written = challenge.value("qop")
    if written is None:
        return None
    return {word.strip().lower() for word in written.replace(" ", ",").split(",") if word.strip()}


def _spaces(domain: str, request: OutgoingRequest) -> tuple[str, ...]:
    """Return the path prefixes of `domain` at the origin of the request; other origins get nothing beforehand."""
    found: list[str] = []
    for written in domain.split():
        try:
            absolute = urljoin(f"{request.origin}{request.path}", written)
            if parse_origin(absolute) == request.origin:
                found.append(urlsplit(absolute).path or "/")
        except ValueError:
            continue
    return tuple(found)


def _nonce_count(value: Value) -> int:
    try:
        return int(value.reveal().strip(), 16)
    except ValueError as error:
        raise CredentialError(
            f"`{value}` is no nonce count", "Write it as hexadecimal digits, such as `00000001`."
        ) from error


def _hash(algorithm: str, chunks: Iterable[bytes]) -> str:
    """Return the hash of bytes in hexadecimal, by the hash function of an algorithm of `ALGORITHMS`."""
    import hashlib

    name = algorithm.removesuffix("-sess")
    if name == "SHA-512-256" and not _has_sha512_256():
        return _sha512_256(chunks)
    if name == "MD5":
        state = hashlib.md5(usedforsecurity=False)
    else:
        state = hashlib.new({"SHA-256": "sha256", "SHA-512-256": "sha512_256"}[name])
    for chunk in chunks:
        state.update(chunk)
    return state.hexdigest()


@cache
def _has_sha512_256() -> bool:
    import hashlib

    return "sha512_256" in hashlib.algorithms_available


def _sha512_256(chunks: Iterable[bytes]) -> str:
    """Hash by SHA-512/256 where the OpenSSL of Python does not have it."""
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SHA512_256())
    for chunk in chunks:
        state.update(chunk)
    return state.finalize().hex()
