"""Negotiate: Kerberos, or NTLM where there is none, as the two sides agree (RFC 4559, RFC 4178)."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.challenge import SERVER, Side
from httpls_auth.schemes.compose import composed, plain
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.schemes.security_context import (
    Login,
    check_last_token,
    connection_key,
    first_leg,
    next_leg,
    ntlm_account,
    own_ntlm,
)
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from spnego import ContextProxy
    from spnego.channel_bindings import GssChannelBindings


@dataclass(frozen=True, slots=True)
class Negotiate(Scheme):
    """The current user's ticket, or a user with a password."""

    word = "negotiate"
    title = "Negotiate (Kerberos)"
    summary = (
        "Logs in by Kerberos: with the ticket of the current user (`kinit`, or the login to Windows), or with user and "
        "password. With user and password it falls back to NTLM where Kerberos cannot be had. The connection, one of "
        "HTTP/1.1, serves nobody else."
    )
    stage = Stage.CHALLENGE
    aliases = ("kerberos", "spnego")
    jetbrains = ("Negotiate",)
    sources = ("RFC 4559", "RFC 4178", "RFC 4120", "RFC 5929")
    verified_by = ("MIT Kerberos with Apache mod_auth_gssapi", "gss-ntlmssp")
    example = "# @auth negotiate {{user}} {{password}}\nGET {{lab}}/auth/negotiate\n"
    shorthands = ("Authorization: Negotiate", "# @use-os-credentials")
    notes = (
        'Kerberos needs the extra `kerberos` on Linux and macOS: `pip install "httpls[kerberos]"`, which on Linux is '
        "built from source and wants a C compiler and the headers of a Kerberos library (`libkrb5-dev`)."
    )
    is_connection_bound = True
    verifies_responses = True

    username: Value | None = parameter(
        ParameterKind.TEXT, "The user, such as `alice@EXAMPLE.COM`; without it, the current user.", default=None,
        position=0, jetbrains="Username", aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value | None = parameter(
        ParameterKind.TEXT, "The password, where there is no ticket of this user.", default=None, secret=True,
        position=1, jetbrains="Password", example="{{$secret password}}",
    )  # fmt: skip
    service: str = parameter(
        ParameterKind.CHOICE, "The first part of the service's name.", default="HTTP", choices=("HTTP", "host"),
    )  # fmt: skip
    host: Value | None = parameter(
        ParameterKind.TEXT, "The host in the service's name; by default that of the request.", default=None,
        example="intranet.example.com",
    )  # fmt: skip
    delegate: bool = parameter(
        ParameterKind.BOOLEAN, "Lets the server act as the user towards other servers.", default=False
    )
    mutual: bool = parameter(
        ParameterKind.BOOLEAN, "Takes no response of a server that does not prove who it is.", default=False
    )
    side: Side = SERVER
    proxy: Origin | None = None
    """The origin of the proxy that is answered, where `side` is the proxy."""

    @property
    def writes(self) -> frozenset[str]:
        """The field with the tokens."""
        return frozenset((self.side.credentials.lower(),))

    @property
    def uses_current_user(self) -> bool:
        """Whether nobody else is named."""
        return self.username is None

    @property
    def connection(self) -> str:
        """Whose login a connection carries."""
        parts = [one.reveal() if one is not None else None for one in (self.username, self.password, self.host)]
        return connection_key(self.word, *parts)

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Hold the body back. Raises `CredentialError` where neither Kerberos nor user and password can be had."""
        self._check()
        context.note("user", self.username if self.username is not None else plain("the current user"))
        host = self.host if self.host is not None else plain((self.proxy or request.origin).host)
        context.note("service", composed(f"{self.service}/", host))
        if not _has_kerberos():
            context.note("way", plain("NTLM, for there is no Kerberos here"))
        return first_leg(self._login(), request, context)
        yield

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Go on with the login. Raises `CredentialError` without a ticket, `ChallengeError` for a wrong message."""
        return next_leg(self._login(), request, response, context)
        yield

    def verify_response(
        self, request: OutgoingRequest, response: ResponseHead, chunks: Iterable[bytes], context: FlowContext
    ) -> None:
        """Check the server's last token."""
        _ = chunks
        check_last_token(self._login(), request, response, context, is_demanded=self.mutual)

    def _check(self) -> None:
        if self.password is not None and self.username is None:
            raise CredentialError("`negotiate` has a password, but no username", "Give both, or neither.")
        if self.password is None and not _has_kerberos():
            raise CredentialError(
                "the current user can be logged in by Kerberos only, for which a library is missing",
                'Install the extra: `pip install "httpls[kerberos]"`, or give user and password.',
            )

    def _login(self) -> Login:
        identity = self.username.reveal().strip() if self.username is not None else ""
        secrets = (self.username, self.password)
        return Login("negotiate", ("negotiate",), self._contexts, identity, secrets, self.side, self.proxy)

    def _contexts(
        self, offer: str, host: str, binding: "GssChannelBindings | None"
    ) -> "Sequence[Callable[[], ContextProxy]]":
        user = self.username.reveal().strip() if self.username is not None else None
        password = self.password.reveal() if self.password is not None else None
        found: list[Callable[[], ContextProxy]] = []
        # `DOMAIN\\user` is a name of NTLM; Kerberos would look for it in the default realm.
        if _has_kerberos() and (sys.platform == "win32" or "\\" not in (user or "")):
            found.append(lambda: self._system_context(user, password, host, binding))
        if user is not None and password is not None and sys.platform != "win32":
            found.append(lambda: own_ntlm(ntlm_account(user, ""), password, offer, host, binding))
        return found

    def _system_context(
        self, user: str | None, password: str | None, host: str, binding: "GssChannelBindings | None"
    ) -> "ContextProxy":
        """Make a context of the system: on Windows its Negotiate, elsewhere Kerberos."""
        import spnego

        flags = spnego.ContextReq.integrity | spnego.ContextReq.mutual_auth
        if self.delegate:
            flags |= spnego.ContextReq.delegate
        return spnego.client(
            user, password, hostname=self.host.reveal().strip() if self.host is not None else host,
            service=self.service, channel_bindings=binding, context_req=flags,
            protocol="negotiate" if sys.platform == "win32" else "kerberos",
        )  # fmt: skip


def _has_kerberos() -> bool:
    """Tell whether Kerberos is there: on Windows always, elsewhere if the extra is installed and finds its library."""
    if sys.platform == "win32":
        return True
    try:
        import_module("gssapi")
    except (ImportError, OSError):
        return False
    return True
