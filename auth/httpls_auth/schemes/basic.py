"""Basic authentication (RFC 7617)."""

from dataclasses import dataclass

from httpls_auth.errors import CredentialError
from httpls_auth.netrc_file import netrc_entry
from httpls_auth.schemes.compose import base64, composed, plain
from httpls_auth.schemes.flow import Flow, FlowContext, ReadEnvironment, ReadFile
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_UNLESS_NETRC = Required(unless=("netrc",))


@dataclass(frozen=True, slots=True)
class Basic(Scheme):
    """User name and password, in base64, in the field `Authorization`."""

    word = "basic"
    title = "Basic"
    summary = "Sends user name and password with every request, encoded but not encrypted: use it over https only."
    stage = Stage.PLACEMENT
    postman = "basic"
    jetbrains = ("Basic",)
    sources = ("RFC 7617", "curl's manual, `--netrc`")
    example = "# @auth basic {{user}} {{password}}\nGET {{lab}}/auth/basic\n"
    shorthands = (
        "Authorization: Basic {{user}} {{password}}",
        "Authorization: Basic {{user}}:{{password}}",
        "Authorization: Basic dXNlcjpwYXNz",
    )
    notes = (
        "With `netrc=true`, user name and password are those for the host in `~/.netrc`, or in the file that the "
        "environment variable `NETRC` names. A user name that is given too has to be that of the entry."
    )

    username: Value | None = parameter(
        ParameterKind.TEXT, "The user name. It cannot hold a colon.", required=_UNLESS_NETRC, position=0, default=None,
        postman="username", jetbrains="Username", aliases=("user",), example="{{user}}", may_be_empty=True,
    )  # fmt: skip
    password: Value | None = parameter(
        ParameterKind.TEXT, "The password; it may be empty.", required=_UNLESS_NETRC, secret=True, position=1,
        default=None, postman="password", jetbrains="Password", example="{{$secret password}}", may_be_empty=True,
    )  # fmt: skip
    charset: str = parameter(
        ParameterKind.CHOICE, "The encoding of user name and password.", default="utf-8",
        choices=("utf-8", "iso-8859-1"),
    )  # fmt: skip
    netrc: str | None = parameter(
        ParameterKind.PATH, "Take user name and password from a `.netrc` file: its path, or `true` for the usual one.",
        default=None, example="true",
    )  # fmt: skip

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Write the field `Authorization`. Raises `CredentialError` for a colon in the user name."""
        username, password = self.username, self.password
        if self.netrc is not None and self.netrc.lower() not in ("false", "no", "off", "0"):
            username, password = yield from self._from_netrc(request.origin)
        if username is None or password is None:
            raise CredentialError("Basic authentication needs a user name and a password")
        if ":" in username.reveal():
            raise CredentialError(
                "a user name with a colon cannot be sent by Basic authentication (RFC 7617, section 2)",
                "Use another user name, or another scheme.",
                "username",
            )
        if any(ord(character) < 32 or ord(character) == 127 for character in username.reveal() + password.reveal()):
            raise CredentialError(
                "the user name or the password has a control character in it (RFC 7617, section 2)",
                "Check where it comes from: a text from a file often has a line break at its end.",
                "password",
            )
        pair = composed(username, ":", password)
        context.note("user-pass", pair)
        return request.with_field("Authorization", composed("Basic ", pair.derived(self._encoded)))

    def _encoded(self, pair: str) -> str:
        try:
            return base64(pair.encode(self.charset))
        except UnicodeEncodeError:
            # The error would repeat the text.
            raise CredentialError(
                f"the user name or the password has a character that {self.charset} does not have",
                "Use `charset=utf-8`.",
                "charset",
            ) from None

    def _from_netrc(self, origin: Origin) -> Flow[tuple[Value, Value]]:
        path = self.netrc or ""
        if path.lower() in ("true", "yes", "on", "1"):
            named: str | None = yield ReadEnvironment("NETRC", "the file `~/.netrc`")
            path = named or "~/.netrc"
        content: bytes | None = yield ReadFile(path, "user name and password of the host")
        if content is None and path == "~/.netrc":
            path = "~/_netrc"
            content = yield ReadFile(path, "user name and password of the host")
        if content is None:
            raise CredentialError(
                f"there is no file `{path}`", "Create it, or give `username` and `password`.", "netrc"
            )
        entry = netrc_entry(content.decode("utf-8", "replace"), origin.host)
        if entry is None:
            raise CredentialError(
                f"`{path}` has no entry for `{origin.host}`",
                f"Add `machine {origin.host} login … password …`.",
                "netrc",
            )
        if self.username is not None and self.username.reveal() not in ("", entry.login):
            raise CredentialError(f"the entry for `{origin.host}` in `{path}` is for another user", "", "username")
        provenance = Provenance(Origination.PROVIDER, path)
        secret = Labels(f"`{path}`", frozenset((origin,)))
        return plain(entry.login).from_(provenance), Value(entry.password, provenance, secret)
