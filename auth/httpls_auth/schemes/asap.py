"""ASAP: Atlassian's service-to-service authentication, a short-lived JSON Web Token for each request."""

import json
import uuid
from dataclasses import dataclass
from typing import cast

from httpls_auth.errors import CredentialError, KeyMaterialError, ParameterError
from httpls_auth.jws import sign_compact
from httpls_auth.keys import describe, read_private_key
from httpls_auth.schemes.compose import checked_for_field, composed, made_of, made_with, plain
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value

_LONGEST = 3600.0
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


@dataclass(frozen=True, slots=True)
class Asap(Scheme):
    """A token that a service signs with its private key, whose public key the other one fetches by its id."""

    word = "asap"
    title = "ASAP"
    summary = "Signs a JSON Web Token that lives for an hour at most, by which one service proves to another who it is."
    stage = Stage.PLACEMENT
    postman = "asap"
    jetbrains = ("ASAP",)
    sources = ("Atlassian S2S Authentication Protocol (s2sauth.bitbucket.io/spec)",)
    verified_by = ("atlassian-jwt-auth, Atlassian's own verifier: RSA and EC keys, audience, replay",)
    example = (
        "# @auth asap issuer=my-service audience=their-service key-id=my-service/key1 expires-in=60\n"
        "# @auth-private-key {{asapKey}}\nGET {{lab}}/auth/asap\n"
    )
    notes = (
        "A key may be a data URI, `data:application/pkcs8;kid=my-service%2Fkey1;base64,…`, whose id has to be "
        "`key-id`. `claims` win over the other parameters, as in Postman."
    )

    issuer: Value = parameter(
        ParameterKind.TEXT, "Who calls: `iss`.", required=ALWAYS, postman="iss", aliases=("iss",), example="my-service"
    )
    audience: Value = parameter(
        ParameterKind.TEXT, "Who is called: `aud`; several with commas between.", required=ALWAYS, postman="aud",
        aliases=("aud",), example="their-service",
    )  # fmt: skip
    key_id: Value = parameter(
        ParameterKind.TEXT, "The id of the key: `kid`. It begins with the issuer.", required=ALWAYS, postman="kid",
        aliases=("kid",), example="my-service/key1",
    )  # fmt: skip
    private_key: Value = parameter(
        ParameterKind.KEY, "The private key, RSA or EC.", required=ALWAYS, secret=True, postman="privateKey",
        example="{{$secret asapKey}}",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of an encrypted key.", default=None, secret=True
    )
    algorithm: str = parameter(
        ParameterKind.CHOICE, "The algorithm of the signature.", default="RS256", choices=_ALGORITHMS, postman="alg",
        aliases=("alg",),
    )  # fmt: skip
    subject: Value | None = parameter(
        ParameterKind.TEXT, "On whose behalf: `sub`.", default=None, shown_default="the issuer", postman="sub",
        aliases=("sub",),
    )  # fmt: skip
    expires_in: float = parameter(
        ParameterKind.SECONDS, "How long the token lives, at most an hour.", default=_LONGEST, shown_default="1h",
        postman="exp", aliases=("exp", "expiry"),
    )  # fmt: skip
    claims: Value | None = parameter(
        ParameterKind.JSON, "Further claims.", default=None, postman="claims", aliases=("additional-claims",)
    )

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Make the token and write the field `Authorization`."""
        if not 1 <= self.expires_in <= _LONGEST:
            raise ParameterError("expires-in", "an ASAP token lives for a second at least and for an hour at most")
        key = read_private_key(self.private_key, self.passphrase)
        key_id = checked_for_field(self.key_id, "the key id", "key-id").reveal()
        if key.key_id and key.key_id != key_id:
            raise KeyMaterialError(
                f"the private key is `{key.key_id}`, but `key-id` is `{key_id}`", "Correct one of them.", "key-id"
            )
        claims = self._claims(context)
        header = {"alg": self.algorithm, "kid": claims.pop("kid", key_id)}
        payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
        given = (self.issuer, self.audience, self.subject, self.claims)
        in_header = (self.key_id, self.claims)
        context.note("key", plain(describe(key.key)))
        context.note("header of the token", made_of(json.dumps(header, ensure_ascii=False), *in_header))
        context.note("payload of the token", made_of(payload, *given))
        signed = sign_compact(header, payload.encode("utf-8"), key.key)
        head, _, tail = signed.signing_input.partition(".")
        token = composed(
            made_of(head, *in_header),
            ".",
            made_of(tail, *given),
            ".",
            made_with(signed.signature, self.private_key, self.passphrase),
        )
        return request.with_field("Authorization", composed("Bearer ", token))
        yield

    def _claims(self, context: FlowContext) -> dict[str, object]:
        issuer = checked_for_field(self.issuer, "the issuer", "issuer").reveal()
        audiences = [one.strip() for one in self.audience.reveal().split(",") if one.strip()]
        if not issuer or not audiences:
            raise CredentialError("the issuer or the audience of ASAP is empty")
        now = int(context.now())
        more = cast("dict[str, object]", json.loads(self.claims.reveal() or "{}")) if self.claims is not None else {}
        claims: dict[str, object] = {
            "iss": issuer,
            "sub": self.subject.reveal().strip() if self.subject is not None else issuer,
            "aud": audiences[0] if len(audiences) == 1 else audiences,
            "iat": now,
            "exp": now + int(self.expires_in),
            "jti": str(uuid.UUID(bytes=context.random(16), version=4)),
        } | more
        issued, expiry = claims["iat"], claims["exp"]
        if isinstance(issued, int | float) and isinstance(expiry, int | float) and expiry - issued > _LONGEST:
            raise ParameterError("claims", "an ASAP token lives for an hour at most, but `claims` give it more")
        return claims
