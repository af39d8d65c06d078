"""The settings of a project: one typed tree, with the documentation of every one.

They stand in `httpls.toml` at the root of the project. A key is the name of a field here with `-` for `_`; a nested
class is a table. Whoever runs something reads the tree and passes it down as a value; a command line option replaces
a part of it by `_replace`. This module imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

Dialect = Literal["auto", "restclient", "jetbrains", "httpyac", "kulala", "vs", "rest.nvim"]
Peer = Literal["restclient", "jetbrains", "httpyac", "kulala", "vs", "rest.nvim"]
BodyComments = Literal["auto", "strip", "keep"]
Verification = Literal["auto", "always", "except-loopback", "never"]
Version = Literal["auto", "1.1", "2"]
TlsVersion = Literal["auto", "1.0", "1.1", "1.2", "1.3"]
Shown = Literal["error", "warning", "information", "hint", "off"]
"""What a problem may be shown as."""


class Doc(NamedTuple):
    """What is told about a setting, and the least value that a number may have."""

    text: str
    minimum: float | None = None


class Timeouts(NamedTuple):
    """How long to wait, in seconds; 0 waits for ever."""

    connect: Annotated[float, Doc("For a connection, the name look-up and the TLS handshake included.", 0)] = 30.0
    read: Annotated[float, Doc("For the next piece of the response.", 0)] = 120.0
    total: Annotated[float, Doc("For the whole exchange with all its redirects.", 0)] = 0.0


class Redirects(NamedTuple):
    """What happens when a server answers with a redirect. Credentials never follow to another origin."""

    follow: Annotated[bool, Doc("Follow redirects.")] = True
    maximum: Annotated[int, Doc("How many redirects are followed one after the other.", 0)] = 10
    keep_method: Annotated[
        bool, Doc("Keep method and body after a 301, 302 or 303 too (Postman: follow original HTTP method).")
    ] = False
    keep_authorization: Annotated[
        bool,
        Doc(
            "Keep a hand-written `Authorization` field when only scheme or port of the same host change "
            "(Postman: follow Authorization header). What `# @auth` adds is signed anew only at the origins "
            "that `# @auth-follow-redirects` names."
        ),
    ] = False
    send_referer: Annotated[bool, Doc("Send a `Referer` field to the address of a redirect.")] = False


class Tls(NamedTuple):
    """How servers are verified."""

    verify: Annotated[
        Verification,
        Doc(
            "Whose certificates are verified. `except-loopback` leaves out this machine, where development servers "
            "sign their own; `auto` is `except-loopback` in the profiles `auto` and `restclient`, else `always`."
        ),
    ] = "auto"
    ca: Annotated[
        tuple[str, ...], Doc("Files with certificate authorities to trust, by path from the root of the project.")
    ] = ()
    system_trust: Annotated[bool, Doc("Trust the certificate authorities of the system beside those.")] = True
    minimum_version: Annotated[
        TlsVersion, Doc("The lowest version of TLS; `auto` is 1.2. Below 1.2 weak ciphers are allowed too.")
    ] = "auto"
    maximum_version: Annotated[TlsVersion, Doc("The highest version of TLS; `auto` is the highest there is.")] = "auto"
    ciphers: Annotated[
        str, Doc("The ciphers that are offered up to TLS 1.2, as OpenSSL lists them; those of TLS 1.3 are fixed.")
    ] = ""


class Certificate(NamedTuple):
    """A client certificate, and whom to trust, for some hosts. Paths count from the root of the project."""

    hosts: Annotated[
        tuple[str, ...],
        Doc("For which hosts: `host`, `host:port`, `*.example.com` or `*`. The most exact pattern counts."),
    ] = ()
    name: Annotated[str, Doc("A name by which `# @cert use NAME` takes this entry, whatever the host.")] = ""
    cert: Annotated[str, Doc("The certificate with its chain, PEM or DER; the key may stand in the same file.")] = ""
    key: Annotated[str, Doc("The private key, PEM or DER.")] = ""
    pfx: Annotated[str, Doc("Certificate and key in one PKCS#12 file, instead of `cert` and `key`.")] = ""
    passphrase: Annotated[
        str, Doc("The passphrase of the key; a template such as `{{$secret key}}`, never the passphrase itself.")
    ] = ""
    ca: Annotated[tuple[str, ...], Doc("Files with certificate authorities to trust for these hosts.")] = ()
    system_trust: Annotated[bool, Doc("Trust the certificate authorities of the system beside those.")] = True
    verify: Annotated[bool | None, Doc("Whether these hosts are verified; by default as `tls.verify` says.")] = None
    server_name: Annotated[
        str,
        Doc("The name that is sent to these hosts (SNI) and looked for in their certificates, instead of the host."),
    ] = ""
    pin_sha256: Annotated[
        tuple[str, ...],
        Doc("Hashes of public keys (SHA-256, base64) of which the servers of these hosts have to have one."),
    ] = ()


class Proxy(NamedTuple):
    """The way to the servers."""

    url: Annotated[
        str,
        Doc(
            "The proxy: `http://host:port`, `https://…`, `socks5://…`, `socks5h://…`, `socks4://…` or `socks4a://…`, "
            "with templates allowed."
        ),
    ] = ""
    bypass: Annotated[
        tuple[str, ...], Doc("Hosts that are reached directly: `host`, `host:port`, `.example.com`, `*`.")
    ] = ()
    from_environment: Annotated[
        bool, Doc("Without `url`, heed the variables `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.")
    ] = True


class Response(NamedTuple):
    """Limits for what servers send, in bytes; 0 sets none."""

    maximum_decompressed: Annotated[int, Doc("The largest body after decompression.", 0)] = 1_000_000_000
    maximum_download: Annotated[int, Doc("The largest body as it comes over the network.", 0)] = 0


class Settings(NamedTuple):
    """All settings, with the values that hold where nobody says anything else."""

    dialect: Annotated[
        Dialect | None,
        Doc(
            "The tool for which the files are written, where tools contradict each other. A file's own `# @dialect` "
            "counts before it; without both, the constructs of the file decide."
        ),
    ] = None
    portability: Annotated[
        tuple[Peer, ...],
        Doc("The tools that have to read the files as httpls does: what one of them reads differently is a warning."),
    ] = ()
    environments: Annotated[
        tuple[str, ...], Doc("The environments that are chosen where nobody chooses one; later ones win.")
    ] = ()
    allow_undefined: Annotated[
        bool, Doc("Send `{{name}}` as it stands where no such variable is defined, instead of refusing the request.")
    ] = False
    body_comments: Annotated[
        BodyComments,
        Doc(
            "What happens to lines in bodies that begin with `#` or `//`: `strip`, `keep`, or `auto`, by the type of "
            "the body and the profile."
        ),
    ] = "auto"
    plain_dotenv: Annotated[
        bool, Doc("Let `{{NAME}}` find the entries of `.env` files; `{{$dotenv NAME}}` always does.")
    ] = True
    plain_os_environment: Annotated[
        bool, Doc("Let `{{NAME}}` find variables of the operating system; `{{$env.NAME}}` always does.")
    ] = False
    http_version: Annotated[Version, Doc("The version of HTTP where the request line names none.")] = "auto"
    encode_urls: Annotated[
        bool, Doc("Percent-encode what may not stand in a URL; `# @no-auto-encoding` switches it off for a request.")
    ] = True
    cookies: Annotated[bool, Doc("Send cookies from the jar and store those that come.")] = True
    headers: Annotated[
        Mapping[str, str], Doc("Header fields of every request that does not have them itself; templates are allowed.")
    ] = MappingProxyType({})
    timeouts: Annotated[Timeouts, Doc("How long to wait, in seconds; 0 waits for ever.")] = Timeouts()
    redirects: Annotated[Redirects, Doc("What happens when a server answers with a redirect.")] = Redirects()
    tls: Annotated[Tls, Doc("How servers are verified.")] = Tls()
    certificates: Annotated[
        tuple[Certificate, ...], Doc("Client certificates and trust for some hosts; each a table of its own.")
    ] = ()
    proxy: Annotated[Proxy, Doc("The way to the servers.")] = Proxy()
    response: Annotated[Response, Doc("Limits for what servers send, in bytes; 0 sets none.")] = Response()
    problems: Annotated[
        Mapping[str, Shown],
        Doc(
            "How bad a problem is shown by `httpls check` and in editors, by its code, such as "
            '`unused-variable = "off"`. What is refused is refused all the same.'
        ),
    ] = MappingProxyType({})


class Kind(NamedTuple):
    """The type of a setting.

    `word` is `boolean`, `integer`, `number`, `text`, `choice`, `list`, `texts` (a table of texts), `table` or
    `tables` (a list of tables). `choices` are the words of a choice, or of the items of a list or of a table of
    texts; `table` is the class of a table. `minimum` is the least number.
    """

    word: str
    choices: tuple[str, ...] = ()
    table: type[NamedTuple] | None = None
    minimum: float | None = None

    def __str__(self) -> str:
        """Return the type in words, such as `an integer of at least 0`."""
        if self.choices:
            words = ", ".join(f"`{choice}`" for choice in self.choices)
            if self.word == "texts":
                return f"a table of {words}"
            return f"a list of {words}" if self.word == "list" else f"one of {words}"
        least = "" if self.minimum is None else f" of at least {self.minimum:g}"
        return _WORDS[self.word] + least


class Setting(NamedTuple):
    """A setting as it is written: its key in its table, the field of the class, type, default and documentation."""

    key: str
    field: str
    kind: Kind
    default: object
    documentation: str


def settings_of(table: type[NamedTuple]) -> Iterator[Setting]:
    """Yield the settings of a class of this module in order; those of its tables are not among them."""
    defaults: dict[str, object] = table._field_defaults
    for name, hint in get_type_hints(table, include_extras=True).items():
        annotated, doc = get_args(hint)
        assert isinstance(doc, Doc)
        yield Setting(name.replace("_", "-"), name, _kind(annotated, doc.minimum), defaults[name], doc.text)


_WORDS = {
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "number": "a number",
    "text": "a text",
    "list": "a list of texts",
    "texts": "a table of texts",
    "table": "a table",
    "tables": "a list of tables",
}
_SIMPLE = {bool: "boolean", int: "integer", float: "number", str: "text"}


def _kind(annotated: Any, minimum: float | None) -> Kind:
    arguments = tuple(argument for argument in get_args(annotated) if argument is not type(None))
    origin = get_origin(annotated)
    if origin is Literal:
        return Kind("choice", arguments)
    if origin is tuple:
        item = arguments[0]
        if get_origin(item) is Literal:
            return Kind("list", get_args(item))
        return Kind("list") if item is str else Kind("tables", table=item)
    if annotated in _SIMPLE:
        return Kind(_SIMPLE[annotated], minimum=minimum)
    if len(arguments) == 1:  # `X | None`
        return _kind(arguments[0], minimum)
    if origin is not None:  # A mapping of texts.
        return Kind("texts", get_args(arguments[1]))
    return Kind("table", table=annotated)
