"""WSSE: a user name with a digest of the password in the field `X-WSSE`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1

from httpls_auth.schemes.compose import (
    base64,
    checked_for_field,
    composed,
    made_of,
    made_with,
    plain,
    quotable,
    stripped,
)
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True)
class Wsse(Scheme):
    """A user name token, as Atom services and AtomPub blogs ask for."""

    word = "wsse"
    title = "WSSE"
    summary = (
        "Sends a user name with a digest of password, time and nonce in the field `X-WSSE`; use it over https only."
    )
    stage = Stage.PLACEMENT
    jetbrains = ("WSSE",)
    sources = (
        "Web Services Security UsernameToken Profile 1.1, section 3.1",
        "Mark Pilgrim, Atom Authentication (the field `X-WSSE`)",
        "Bruno, `wsse`",
    )
    verified_by = ("the example of the WSSE article, recomputed",)
    example = "# @auth wsse {{user}} {{password}}\nGET {{lab}}/auth/wsse\n"
    notes = (
        "`form=bruno` digests and sends the nonce as the same text, and the digest is the base64 of its hexadecimal "
        "digits, as Bruno does it and some services ask for. `form=text` is the same with the base64 of the digest's "
        "bytes. `form=standard` sends the nonce in base64 and digests its bytes, as the profile has it. The latter two "
        'also send `Authorization: WSSE profile="UsernameToken"`.'
    )

    username: Value = parameter(
        ParameterKind.TEXT, "The user name.", required=ALWAYS, position=0, aliases=("user",), jetbrains="Username",
        example="{{user}}",
    )  # fmt: skip
    password: Value = parameter(
        ParameterKind.TEXT, "The password, or the API key that serves as one.", required=ALWAYS, secret=True,
        position=1, jetbrains="Password", example="{{$secret password}}",
    )  # fmt: skip
    digest: bool = parameter(ParameterKind.BOOLEAN, "Send a digest; `false` sends the password itself.", default=True)
    form: str = parameter(
        ParameterKind.CHOICE, "How nonce and digest are written.", default="bruno",
        choices=("bruno", "standard", "text"),
    )  # fmt: skip
    nonce: Value | None = parameter(
        ParameterKind.TEXT, "The nonce; in the standard form the bytes of this text.", default=None,
        shown_default="random",
    )  # fmt: skip
    created: Value | None = parameter(
        ParameterKind.TEXT, "The time, such as `2026-01-31T12:00:00Z`.", default=None, shown_default="now"
    )

    @property
    def writes(self) -> frozenset[str]:
        """The field, and the one that announces it."""
        return frozenset(("x-wsse",)) if self.form == "bruno" else frozenset(("x-wsse", "authorization"))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Write the fields `X-WSSE` and `Authorization`."""
        user = quotable(checked_for_field(self.username, "the user name", "username"), "the user name", "username")
        now = datetime.fromtimestamp(int(context.now()), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        created = quotable(stripped(self.created) if self.created is not None else plain(now), "`created`", "created")
        nonce = self.nonce.reveal().encode("utf-8") if self.nonce is not None else context.random(16)
        sent_nonce = base64(nonce)
        if self.form != "standard":
            nonce = nonce if self.nonce is not None else nonce.hex().encode("ascii")
            sent_nonce = quotable(plain(nonce.decode("utf-8")), "the nonce").reveal()
        shown_nonce = made_of(sent_nonce, self.nonce)
        if self.digest:
            text = f"{created.reveal()}{self.password.reveal()}"
            hashed = sha1(nonce + text.encode(), usedforsecurity=False)
            digest = base64(hashed.hexdigest().encode("ascii") if self.form == "bruno" else hashed.digest())
            context.note("digested text", composed(shown_nonce, created, self.password))
            proof = composed('PasswordDigest="', made_with(digest, self.password))
        else:
            proof = composed('Password="', quotable(checked_for_field(self.password, "the password"), "the password"))
        token = composed(
            'UsernameToken Username="', user, '", ', proof, '", Nonce="', shown_nonce, '", Created="', created, '"'
        )
        sent = request.with_field("X-WSSE", token)
        if self.form == "bruno":
            return sent
        return sent.with_field("Authorization", plain('WSSE profile="UsernameToken"'))
        yield
