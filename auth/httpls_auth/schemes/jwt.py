"""A JSON Web Token that is made and signed for each request (RFC 7519)."""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import cast

from httpls_auth.errors import KeyMaterialError, ParameterError
from httpls_auth.jws import ALGORITHMS, sign_compact
from httpls_auth.keys import PrivateKey, describe, read_private_key
from httpls_auth.schemes.bearer import with_token, written_by_token
from httpls_auth.schemes.compose import composed, made_of, made_with, plain, recoded, stripped
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, Required, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value

_SYMMETRIC = tuple([name.lower() for name in ALGORITHMS if name.startswith("HS")])
_ASYMMETRIC = tuple([name.lower() for name in ALGORITHMS if not name.startswith("HS")])


@dataclass(frozen=True, slots=True)
class JwtBearer(Scheme):
    """A token whose claims stand in the file, signed with a secret or a private key."""

    word = "jwt"
    title = "JWT Bearer"
    summary = "Makes a JSON Web Token of claims, signs it with a shared secret or a private key, and sends it."
    stage = Stage.PLACEMENT
    aliases = ("jwt-bearer",)
    postman = "jwt"
    jetbrains = ("JWT",)
    sources = ("RFC 7515", "RFC 7518", "RFC 7519", "RFC 8037", "RFC 8812", "RFC 9864")
    verified_by = (
        "Apache with mod_oauth2, the twelve algorithms that Postman has",
        "RFC 7515 A.1 and A.2, RFC 8037 A.4",
    )
    example = (
        '# @auth jwt HS256 secret={{jwtSecret}} expires-in=5m\n# @auth-payload {"sub": "alice"}\nGET {{lab}}/auth/jwt\n'
    )
    notes = (
        "The header is `alg`, `typ`, `kid`, and what `header` adds; `alg` is always that of `algorithm`.\n\n"
        "The payload is signed as it is written, unless claims are added by `expires-in`, `issued-at`, `not-before` or "
        "`jwt-id`; a claim that it has already stays.\n\n"
        "A private key may be PEM (PKCS#1, PKCS#8, SEC 1, OpenSSH, encrypted or not), a JWK or a set of them, DER, "
        "PKCS#12 or a data URI; `private-key-file` names a file with it."
    )

    algorithm: str = parameter(
        ParameterKind.CHOICE, "The algorithm of the signature.", required=ALWAYS, position=0, choices=ALGORITHMS,
        postman="algorithm", aliases=("alg",), example="HS256",
    )  # fmt: skip
    payload: Value = parameter(
        ParameterKind.TEXT, "The claims, as JSON.", required=ALWAYS, position=1, postman="payload",
        aliases=("claims",), example='{"sub": "{{user}}"}',
    )  # fmt: skip
    secret: Value | None = parameter(
        ParameterKind.TEXT, "The shared secret of the HS algorithms.", default=None, secret=True,
        required=Required({"algorithm": _SYMMETRIC}, unless=("private-key",)), postman="secret",
        example="{{$secret jwtSecret}}",
    )  # fmt: skip
    private_key: Value | None = parameter(
        ParameterKind.KEY, "The private key of the other algorithms, or a JWK of the kind `oct` for HS.", default=None,
        secret=True, required=Required({"algorithm": _ASYMMETRIC}), postman="privateKey",
        example="{{$secret signingKey}}",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of an encrypted key.", default=None, secret=True, postman="passphrase"
    )
    secret_base64: bool = parameter(
        ParameterKind.BOOLEAN, "The secret is in base64, and the bytes that this means are the key.", default=False,
        postman="isSecretBase64Encoded",
    )  # fmt: skip
    header: Value | None = parameter(
        ParameterKind.JSON, "Further members of the token's header.", default=None, postman="header",
        aliases=("headers",), example='{"cty": "x"}',
    )  # fmt: skip
    type: Value | None = parameter(
        ParameterKind.TEXT, "The member `typ` of the header; empty for none.", name="typ", default=None,
        shown_default="JWT", may_be_empty=True, example="at+jwt",
    )  # fmt: skip
    key_id: Value | None = parameter(
        ParameterKind.TEXT, "The member `kid` of the header; by default that of the JWK.", name="kid", default=None,
        aliases=("key-id",), example="2026-01",
    )  # fmt: skip
    expires_in: float | None = parameter(
        ParameterKind.SECONDS, "Adds `iat` and, so long after it, `exp`.", default=None, example="5m"
    )
    issued_at: bool = parameter(ParameterKind.BOOLEAN, "Adds `iat`, the time of sending.", default=False)
    not_before: float | None = parameter(
        ParameterKind.SECONDS, "Adds `nbf`, so long before the time of sending.", default=None, example="30s"
    )
    jwt_id: bool = parameter(ParameterKind.BOOLEAN, "Adds `jti`, a random UUID.", default=False, aliases=("jti",))
    place: str = parameter(
        ParameterKind.CHOICE, "Where the token goes.", name="in", default="header", choices=("header", "query"),
        postman="addTokenTo", aliases=("placement",), synonyms=(("queryParam", "query"), ("queryParams", "query")),
    )  # fmt: skip
    prefix: Value | None = parameter(
        ParameterKind.TEXT, "The word before the token in the header field; empty for the token alone.", default=None,
        shown_default="Bearer", postman="headerPrefix", may_be_empty=True, example="JWT",
    )  # fmt: skip
    query_name: Value | None = parameter(
        ParameterKind.TEXT, "The name of the parameter in the query.", default=None, shown_default="token",
        postman="queryParamKey", example="token",
    )  # fmt: skip

    @property
    def writes(self) -> frozenset[str]:
        """The field `Authorization` or the parameter."""
        return written_by_token(self.place, self._query_name)

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Make the token and put it into its place."""
        key = self._key()
        header = self._header(key.key_id)
        payload = self._payload(context)
        context.note("key", plain(describe(key.key)))
        in_header = (self.header, self.key_id, self.type)
        context.note("header of the token", made_of(json.dumps(header, ensure_ascii=False), *in_header))
        context.note("payload of the token", payload)
        signed = sign_compact(header, payload.reveal().encode("utf-8"), key.key)
        head, _, tail = signed.signing_input.partition(".")
        secrets = (self.secret, self.private_key, self.passphrase)
        token = composed(
            made_of(head, *in_header), ".", made_of(tail, payload), ".", made_with(signed.signature, *secrets)
        )
        context.note("token", token)
        return with_token(request, token, place=self.place, prefix=self.prefix, name=self._query_name)
        yield

    @property
    def _query_name(self) -> Value | None:
        return (self.query_name or plain("token")) if self.place == "query" else None

    def _key(self) -> PrivateKey:
        if self.private_key is not None:
            wanted = self.key_id.reveal().strip() if self.key_id is not None else None
            return read_private_key(self.private_key, self.passphrase, key_id=wanted)
        if self.secret is None:
            raise ParameterError("private-key", f"`{self.algorithm}` needs a private key")
        if not self.algorithm.startswith("HS"):
            raise KeyMaterialError(
                f"`{self.algorithm}` needs a private key, not a secret",
                "Give `private-key` or `private-key-file`.",
                "algorithm",
            )
        text = self.secret.reveal()
        if not self.secret_base64:
            return PrivateKey(text.encode("utf-8"))
        try:
            packed = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
            return PrivateKey(b64decode(packed + "=" * (-len(packed) % 4), validate=True))
        except (Base64Error, ValueError):
            raise KeyMaterialError(
                "the secret is not base64", "Leave `secret-base64` out, or mend it.", "secret"
            ) from None

    def _header(self, key_id: str | None) -> dict[str, object]:
        kind = "JWT" if self.type is None else self.type.reveal().strip()
        kid = self.key_id.reveal().strip() if self.key_id is not None else key_id
        header: dict[str, object] = {"alg": self.algorithm}
        if kind:
            header["typ"] = kind
        if kid:
            header["kid"] = kid
        if self.header is not None:
            header |= _object(self.header.reveal(), "header")
        return header | {"alg": self.algorithm}

    def _payload(self, context: FlowContext) -> Value:
        """Return the payload as it is signed. Raises `ParameterError` for one that is not JSON."""
        given = stripped(self.payload)
        added: dict[str, object] = {}
        now = int(context.now())
        if self.issued_at or self.expires_in is not None:
            added["iat"] = now
        if self.not_before is not None:
            added["nbf"] = now - int(self.not_before)
        if self.expires_in is not None:
            added["exp"] = now + int(self.expires_in)
        if self.jwt_id:
            import uuid

            added["jti"] = str(uuid.UUID(bytes=context.random(16), version=4))
        if not added:
            _parsed(given.reveal(), "payload")
            return given
        return recoded(given, lambda text: compact(_object(text, "payload"), added))


def compact(claims: dict[str, object], added: dict[str, object]) -> str:
    """Return claims with what is added to them as compact JSON; what they have already stays."""
    missing = {name: value for name, value in added.items() if name not in claims}
    return json.dumps(claims | missing, separators=(",", ":"), ensure_ascii=False)


def _object(text: str, name: str) -> dict[str, object]:
    document = _parsed(text, name)
    if not isinstance(document, dict):
        raise ParameterError(name, f"`{name}` has to be a JSON object")
    return cast("dict[str, object]", document)


def _parsed(text: str, name: str) -> object:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        # The parser's own message would repeat a piece of the text, which may be secret.
        raise ParameterError(name, f"`{name}` is not valid JSON") from None
    return document
