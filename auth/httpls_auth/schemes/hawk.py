"""Hawk: requests and responses with a message authentication code."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import new as new_hash
from typing import NamedTuple

from httpls_auth.errors import ChallengeError, CredentialError, ParameterError
from httpls_auth.schemes.compose import base64, base64url, checked_for_field, composed, made_with, plain, quotable
from httpls_auth.schemes.flow import Flow, FlowContext, origin_key
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.request_parts import media_type, with_query_parameter, without_query_parameters
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value

_ATTRIBUTE = re.compile(r'([a-z]+)="([^"\\]*)"')


class _Artifacts(NamedTuple):
    """What was signed in a request, and is signed again in its response."""

    timestamp: str
    nonce: Value
    method: str
    target: Value
    host: str
    port: int
    content_hash: str
    extra: Value
    app: Value
    delegation: Value


@dataclass(frozen=True, slots=True)
class Hawk(Scheme):
    """Signs with a shared key, and checks that responses are signed with it too."""

    word = "hawk"
    title = "Hawk"
    summary = (
        "Signs method, URL, time and, if wanted, the body with a shared key, which itself is never sent; a server that "
        "signs its responses is checked."
    )
    stage = Stage.SIGNATURE
    postman = "hawk"
    jetbrains = ("Hawk",)
    verifies_responses = True
    sources = ("Hawk, API.md (github.com/mozilla/hawk)",)
    verified_by = ("@hapi/hawk: header, payload, signed responses, skewed clock, bewit",)
    example = "# @auth hawk id={{hawkId}} key={{hawkKey}} payload-hash=true\nGET {{lab}}/auth/hawk\n"
    notes = (
        "If the server says that the time is wrong, its time is taken for its origin, once it has proved that it knows "
        "the key.\n\n"
        "`in=query` makes a bewit, a signature in the URL, for GET and HEAD, that holds for `expires-in`."
    )

    identifier: Value = parameter(
        ParameterKind.TEXT, "The id of the key.", name="id", required=ALWAYS, position=0, postman="authId",
        aliases=("hawk-id",), example="{{hawkId}}",
    )  # fmt: skip
    key: Value = parameter(
        ParameterKind.TEXT, "The key.", required=ALWAYS, secret=True, position=1, postman="authKey",
        aliases=("hawk-key",), example="{{$secret hawkKey}}",
    )  # fmt: skip
    algorithm: str = parameter(
        ParameterKind.CHOICE, "The hash of signature and body.", default="sha256", choices=("sha256", "sha1"),
        postman="algorithm",
    )  # fmt: skip
    payload_hash: bool = parameter(
        ParameterKind.BOOLEAN, "Sign the body with its media type too.", default=False, postman="includePayloadHash"
    )
    extra: Value | None = parameter(
        ParameterKind.TEXT, "Data of the application, sent and signed.", name="ext", default=None, postman="extraData",
        aliases=("extra-data",),
    )  # fmt: skip
    app: Value | None = parameter(
        ParameterKind.TEXT, "The id of the application.", default=None, postman="app", aliases=("app-id",)
    )
    delegation: Value | None = parameter(
        ParameterKind.TEXT, "The id of the application that delegated; only with `app`.", name="dlg", default=None,
        postman="delegation",
    )  # fmt: skip
    nonce: Value | None = parameter(
        ParameterKind.TEXT, "The nonce.", default=None, shown_default="random", postman="nonce"
    )
    timestamp: int | None = parameter(
        ParameterKind.INTEGER, "The time in seconds since the epoch.", default=None, shown_default="now",
        postman="timestamp",
    )  # fmt: skip
    user: Value | None = parameter(
        ParameterKind.TEXT, "Without effect: Postman has it, but the protocol does not.", default=None, postman="user"
    )
    place: str = parameter(
        ParameterKind.CHOICE, "Where the signature goes; in the query it is a bewit.", name="in", default="header",
        choices=("header", "query"), aliases=("placement",), synonyms=(("bewit", "query"),),
    )  # fmt: skip
    expires_in: float = parameter(
        ParameterKind.SECONDS, "How long a bewit holds.", default=300.0, shown_default="5m", aliases=("ttl",)
    )
    require_response: bool = parameter(
        ParameterKind.BOOLEAN, "Take a response without signature as false.", default=False
    )

    @property
    def writes(self) -> frozenset[str]:
        """The field `Authorization`, or the parameter `bewit`."""
        return frozenset(("?bewit",)) if self.place == "query" else frozenset(("authorization",))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Sign the request."""
        identifier = quotable(checked_for_field(self.identifier, "the id", "id"), "the id", "id")
        if not identifier.reveal() or not self.key.reveal():
            raise CredentialError("the id or the key of Hawk is empty")
        if self.delegation is not None and self.app is None:
            raise ParameterError("dlg", "`dlg` is signed only with `app`", "Give `app` too.")
        if self.place == "query":
            return self._with_bewit(request, identifier, context)
        artifacts = self._artifacts(request, context)
        code = self._code("header", artifacts, context)
        context.exchange[origin_key("hawk", request.origin, "artifacts")] = artifacts
        attributes: list[tuple[str, Value]] = [
            ("id", identifier),
            ("ts", plain(artifacts.timestamp)),
            ("nonce", artifacts.nonce),
            ("hash", plain(artifacts.content_hash)),
            ("ext", artifacts.extra),
            ("mac", made_with(code, self.key)),
            ("app", artifacts.app),
            ("dlg", artifacts.delegation),
        ]
        parts: list[str | Value] = []
        for name, value in attributes:
            if value.reveal():
                parts += [", " if parts else "", f'{name}="', value, '"']
        return request.with_field("Authorization", composed("Hawk ", *parts))
        yield

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Take the server's time and sign again, if it refused ours and proves that it knows the key."""
        clock = origin_key("hawk", request.origin, "clock")
        if response.status != 401 or self.timestamp is not None or clock in context.exchange:
            return None
        challenge = next((text for text in response.values("WWW-Authenticate") if text.lower().startswith("hawk ")), "")
        attributes = dict(_ATTRIBUTE.findall(challenge))
        time, proof = attributes.get("ts", ""), attributes.get("tsm", "")
        if re.fullmatch("[0-9]{1,12}", time) is None or not proof:
            return None
        expected = self._mac(f"hawk.1.ts\n{time}\n")
        if not hmac.compare_digest(expected.encode("ascii"), proof.encode("utf-8")):
            raise ChallengeError(
                "the server refused the time of the request, but did not prove that it knows the key",
                "Set the clock of this machine right, or check `key`.",
            )
        context.memory[clock] = float(int(time)) - context.now()
        context.exchange[clock] = True
        context.note("clock", plain(f"the server's time is {time}; signed by it"))
        return (yield from self.authenticate(request, context))

    def verify_response(
        self, request: OutgoingRequest, response: ResponseHead, chunks: Iterable[bytes], context: FlowContext
    ) -> None:
        """Check the field `Server-Authorization`, and the hash of the body in it if there is one."""
        given = response.value("Server-Authorization")
        artifacts = context.exchange.get(origin_key("hawk", request.origin, "artifacts"))
        if given is None or not isinstance(artifacts, _Artifacts):
            if self.require_response and self.place == "header" and response.status != 401:
                raise ChallengeError("the response is not signed", "The server has to send `Server-Authorization`.")
            return
        attributes = dict(_ATTRIBUTE.findall(given))
        signed = artifacts._replace(
            content_hash=attributes.get("hash", ""), extra=plain(attributes.get("ext", "").replace("\\", ""))
        )
        code = self._code("response", signed, context)
        if not hmac.compare_digest(code.encode("ascii"), attributes.get("mac", "").encode("utf-8")):
            raise ChallengeError("the signature of the response is false: it does not come from who has the key")
        if "hash" in attributes:
            kind = (response.value("Content-Type") or "").partition(";")[0].strip().lower()
            if not hmac.compare_digest(
                self._body_hash(kind, chunks).encode("ascii"), attributes["hash"].encode("utf-8")
            ):
                raise ChallengeError("the body of the response is not the one that its server signed")

    def _artifacts(self, request: OutgoingRequest, context: FlowContext) -> _Artifacts:
        offset = context.memory.get(origin_key("hawk", request.origin, "clock"))
        now = context.now() + (offset if isinstance(offset, float) else 0.0)
        nonce = _attribute(self.nonce, "nonce") if self.nonce is not None else plain(base64url(context.random(6)))
        content_hash = ""
        if self.payload_hash:
            body = request.body.chunks() if request.body is not None else ()
            content_hash = self._body_hash(media_type(request), body)
            context.note("hash of the body", plain(content_hash))
        host, port = _host_and_port(request)
        return _Artifacts(
            str(self.timestamp if self.timestamp is not None else int(now)),
            nonce,
            request.method.upper(),
            request.target,
            host,
            port,
            content_hash,
            _attribute(self.extra, "ext"),
            _attribute(self.app, "app"),
            _attribute(self.delegation, "dlg"),
        )

    def _code(self, kind: str, artifacts: _Artifacts, context: FlowContext) -> str:
        """Return the message authentication code of the normalised text (API.md, "Protocol example")."""
        lines: list[str | Value] = [f"hawk.1.{kind}", artifacts.timestamp, artifacts.nonce, artifacts.method]
        lines += [artifacts.target, artifacts.host, str(artifacts.port), artifacts.content_hash, artifacts.extra]
        if artifacts.app.reveal():
            lines += [artifacts.app, artifacts.delegation]
        text = composed(*[part for line in lines for part in (line, "\n")])
        context.note(f"normalised text of the {'request' if kind == 'header' else kind}", text)
        return self._mac(text.reveal())

    def _mac(self, text: str) -> str:
        return base64(hmac.digest(self.key.reveal().encode("utf-8"), text.encode("utf-8"), self.algorithm))

    def _body_hash(self, kind: str, chunks: Iterable[bytes]) -> str:
        state = new_hash(self.algorithm)
        state.update(f"hawk.1.payload\n{kind}\n".encode())
        for chunk in chunks:
            state.update(chunk)
        state.update(b"\n")
        return base64(state.digest())

    def _with_bewit(self, request: OutgoingRequest, identifier: Value, context: FlowContext) -> OutgoingRequest:
        """Return the request with a bewit in its query (API.md, "Single URI authorization")."""
        if request.method.upper() not in ("GET", "HEAD"):
            raise CredentialError(
                f"a bewit is for GET and HEAD, not for {request.method}",
                "Put the signature into the header (`in=header`).",
                "in",
            )
        bare = without_query_parameters(request, frozenset(("bewit",)))
        host, port = _host_and_port(request)
        offset = context.memory.get(origin_key("hawk", request.origin, "clock"))
        now = context.now() + (offset if isinstance(offset, float) else 0.0)
        expiry = str(int(now) + int(self.expires_in))
        nothing = plain("")
        extra = _attribute(self.extra, "ext")
        artifacts = _Artifacts(expiry, nothing, "GET", bare.target, host, port, "", extra, nothing, nothing)
        code = self._code("bewit", artifacts, context)
        bewit = composed(identifier, "\\", expiry, "\\", made_with(code, self.key), "\\", extra)
        return with_query_parameter(bare, "bewit", bewit.derived(lambda text: base64url(text.encode("utf-8"))))


def _attribute(value: Value | None, name: str) -> Value:
    return quotable(checked_for_field(value, f"`{name}`", name), f"`{name}`", name) if value is not None else plain("")


def _host_and_port(request: OutgoingRequest) -> tuple[str, int]:
    """Return host and port as the server sees them: those of the field `Host`, if the request has one."""
    given = request.value("Host")
    origin = request.origin if given is None else parse_origin(f"{request.origin.scheme}://{given}")
    return origin.host, origin.port
