"""NTLM: the password of a Windows account, proved over one connection ([MS-NLMP], [MS-NTHT])."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from httpls_auth.errors import CredentialError
from httpls_auth.schemes.challenge import SERVER, Side
from httpls_auth.schemes.compose import made_of
from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.schemes.security_context import (
    Login,
    connection_key,
    first_leg,
    next_leg,
    ntlm_account,
    own_ntlm,
    workstation_named,
)
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from spnego import ContextProxy
    from spnego.channel_bindings import GssChannelBindings


@dataclass(frozen=True, slots=True)
class Ntlm(Scheme):
    """User name and password of a Windows account."""

    word = "ntlm"
    title = "NTLM"
    summary = (
        "Proves the password of a Windows account to the server (NTLMv2), bound to its certificate over https. The "
        "connection, one of HTTP/1.1, stays logged in, and serves nobody else. Without user and password it is the "
        "current user, on Windows."
    )
    stage = Stage.CHALLENGE
    postman = "ntlm"
    jetbrains = ("Ntlm",)
    sources = ("[MS-NLMP]", "[MS-NTHT]", "RFC 5929")
    verified_by = ("Apache mod_auth_gssapi with gss-ntlmssp", "squid with Samba's ntlm_auth")
    example = "# @auth ntlm {{user}} {{password}} domain=CORP\nGET {{lab}}/auth/ntlm\n"
    shorthands = ("Authorization: NTLM CORP\\{{user}} {{password}}", "Authorization: NTLM")
    is_connection_bound = True

    username: Value | None = parameter(
        ParameterKind.TEXT,
        "The user name, also as `DOMAIN\\user` or `user@domain`; without it, the current user (Windows only).",
        default=None, position=0,
        postman="username", jetbrains="Username", aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value | None = parameter(
        ParameterKind.TEXT, "The password.", default=None, secret=True, position=1, may_be_empty=True,
        postman="password", jetbrains="Password", example="{{$secret password}}",
    )  # fmt: skip
    domain: Value | None = parameter(
        ParameterKind.TEXT, "The domain, where the user name does not have it.", default=None, postman="domain",
        jetbrains="Domain", example="CORP",
    )  # fmt: skip
    workstation: Value | None = parameter(
        ParameterKind.TEXT, "The name by which this machine calls itself; by default its own.", default=None,
        postman="workstation", jetbrains="Workstation", example="PC1",
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
        """The field with the tokens."""
        return frozenset((self.side.credentials.lower(),))

    @property
    def uses_current_user(self) -> bool:
        """Whether nobody else is named."""
        return self.username is None

    @property
    def connection(self) -> str:
        """Whose login a connection carries."""
        password = self.password.reveal() if self.password is not None else None
        return connection_key(self.word, self._account(), password)

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Hold the body back. Raises `CredentialError` where there is no current user to log in."""
        self._check()
        who = self._account()
        known = self.username is not None
        context.note("account", made_of(who or "the current user", *((self.username, self.domain) if known else ())))
        if self.no_retry:
            return request
        with self._named():
            return first_leg(self._login(), request, context)
        yield

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Go on with the login. Raises `ChallengeError` if the server's message is none."""
        if self.no_retry:
            return None
        with self._named():
            return next_leg(self._login(), request, response, context)
        yield

    def _check(self) -> None:
        if (self.username is None) != (self.password is None):
            given, missing = ("username", "password") if self.password is None else ("password", "username")
            raise CredentialError(f"`ntlm` has a {given}, but no {missing}", "Give both, or neither.")
        if self.username is None and sys.platform != "win32":
            raise CredentialError(
                "`ntlm` without user name means the current user of Windows, and this is not Windows",
                "Write `# @auth ntlm {{user}} {{$secret password}}`.",
            )

    def _login(self) -> Login:
        identity = self._account() or ""
        secrets = (self.username, self.password, self.domain)
        return Login("ntlm", ("ntlm", "negotiate"), self._contexts, identity, secrets, self.side, self.proxy)

    def _account(self) -> str | None:
        """Return the user with the domain as pyspnego wants it."""
        if self.username is None:
            return None
        return ntlm_account(
            self.username.reveal().strip(), self.domain.reveal().strip() if self.domain is not None else ""
        )

    def _contexts(
        self, offer: str, host: str, binding: "GssChannelBindings | None"
    ) -> "Sequence[Callable[[], ContextProxy]]":
        import spnego

        account, password = self._account(), self.password
        if account is None or password is None:
            return [
                lambda: spnego.client(hostname=host, service="HTTP", channel_bindings=binding, protocol=offer.lower())
            ]
        return [lambda: own_ntlm(account, password.reveal(), offer, host, binding)]

    @contextmanager
    def _named(self) -> Generator[None]:
        with workstation_named(self.workstation.reveal() if self.workstation is not None else None):
            yield
