"""What the directives of a block say about TLS: `# @cert`, `# @no-client-cert`, `# @ca`, `# @tls`, options of cURL."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from httpls.model.levels import shared_blocks
from httpls.model.source import Source
from httpls.model.workspace import RequestFile
from httpls_auth.values.provenance import Place
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.directives import curl_option_name
from httpls_grammar.islands.arguments import ArgumentValue, parse_arguments
from httpls_grammar.islands.directive import Directive
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.nodes import CurlLine
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range

CERTIFICATE_WITHOUT_FILE = ProblemKind(
    "certificate-without-file", Severity.ERROR,
    "`@{directive}` names no certificate",
    "Write `# @cert cert=PATH key=PATH`, `# @cert pfx=PATH`, `# @cert use NAME` or `# @cert none`.",
)  # fmt: skip
AUTHORITY_WITHOUT_FILE = ProblemKind(
    "authority-without-file", Severity.ERROR,
    "`@ca` names no file",
    "Write `# @ca PATH`, or `# @ca PATH only` to trust nobody else.",
)  # fmt: skip
UNKNOWN_TLS_ARGUMENT = ProblemKind(
    "unknown-tls-argument", Severity.ERROR,
    "`{key}` means nothing to `@{directive}`",
    "{suggestion}",
)  # fmt: skip
UNKNOWN_TLS_VERSION = ProblemKind(
    "unknown-tls-version", Severity.ERROR,
    "there is no TLS {version}",
    "Write one of 1.0, 1.1, 1.2, 1.3.",
)  # fmt: skip

VERSIONS = ("1.0", "1.1", "1.2", "1.3")
"""The versions of TLS."""


class CertificateDirective(NamedTuple):
    """A client certificate that a directive names. Ranges count from the start of `source`.

    `is_none` says that there is to be none. `name` is that of an entry of the configuration, else empty. `certificate`,
    `key` and `passphrase` are texts with templates.
    """

    source: Source
    range: Range
    label: str
    is_none: bool = False
    name: ArgumentValue | None = None
    certificate: ArgumentValue | None = None
    key: ArgumentValue | None = None
    passphrase: ArgumentValue | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return _place(self.source, self.range)


class AuthorityDirective(NamedTuple):
    """Authorities that a directive names, by path; `is_alone` says that nobody else is trusted."""

    source: Source
    range: Range
    label: str
    paths: tuple[ArgumentValue, ...]
    is_alone: bool

    @property
    def place(self) -> Place:
        """Where it stands."""
        return _place(self.source, self.range)


class TlsLevel(NamedTuple):
    """What one level, a request, its file or a folder, says. `minimum` and `maximum` are versions, empty if unsaid.

    `pins` are hashes of public keys of which the server has to have one, `ciphers` is a list as OpenSSL has it.
    `is_own` tells that it is the request. `problems` count from the start of the file of the level.
    """

    is_own: bool
    source: Source | None = None
    certificate: CertificateDirective | None = None
    authorities: tuple[AuthorityDirective, ...] = ()
    minimum: str = ""
    maximum: str = ""
    server_name: ArgumentValue | None = None
    pins: tuple[str, ...] = ()
    ciphers: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Tell whether it says nothing."""
        return self == TlsLevel(self.is_own, self.source)


def own_tls_level(file: RequestFile, request: Request) -> TlsLevel:
    """Return what a request itself says about TLS."""
    own = _Level(file.source, is_own=True)
    own.read(request.block, request.offset)
    if isinstance(request.syntax.line, CurlLine):
        own.read_command(request)
    return own.level


def outer_tls_levels(file: RequestFile, shared: Sequence[RequestFile]) -> Sequence[TlsLevel]:
    """Return what the levels around the requests of a file say, the nearest first: the same for all of them.

    `shared` are the files of the folders, the nearest first.
    """
    levels: list[TlsLevel] = []
    for source in (file, *shared):
        level = _Level(source.source, is_own=False)
        for located in shared_blocks(source):
            level.read(located.block, located.offset)
        levels.append(level.level)
    return levels


def tls_directive_problems(block: Block) -> Iterator[Problem]:
    """Yield what is wrong with the directives of a block as lines; ranges count from its start."""
    for directive in block.directives:
        if directive.key not in _OF_TLS:
            continue
        words = _Words(directive, 0)
        if directive.key == "cert":
            yield from words.unknown(_CERTIFICATE_KEYS)
            is_complete = words.is_none or words.entry is not None or words.get("certificate", 0) is not None
            if not is_complete:
                yield CERTIFICATE_WITHOUT_FILE.at(directive.name_range, directive=directive.name)
        elif directive.key == "ca":
            if not words.authorities[0]:
                yield AUTHORITY_WITHOUT_FILE.at(directive.name_range)
        elif directive.key == "tls":
            yield from words.unknown(_VERSION_KEYS)
            for name in ("minimum", "maximum"):
                version = words.get(name)
                if version is not None and version.text not in VERSIONS:
                    yield UNKNOWN_TLS_VERSION.at(version.range, version=version.text)


_CERTIFICATE_KEYS = {
    "cert": "certificate", "certificate": "certificate", "clientcert": "certificate", "crt": "certificate",
    "pfx": "certificate", "p12": "certificate", "pkcs12": "certificate",
    "key": "key", "privatekey": "key",
    "passphrase": "passphrase", "password": "passphrase", "pass": "passphrase",
}  # fmt: skip
_VERSION_KEYS = {
    "min": "minimum", "minimum": "minimum", "minimumversion": "minimum",
    "max": "maximum", "maximum": "maximum", "maximumversion": "maximum",
    "servername": "server-name", "sni": "server-name",
    "pinsha256": "pin", "pin": "pin",
    "ciphers": "ciphers", "ciphersuites": "ciphers",
}  # fmt: skip
_OF_TLS = frozenset(("cert", "ca", "tls", "noclientcert"))
_KEYS = {**_CERTIFICATE_KEYS, **_VERSION_KEYS}
_CURL_VERSIONS = {"tlsv1": "1.0", "tlsv1.0": "1.0", "tlsv1.1": "1.1", "tlsv1.2": "1.2", "tlsv1.3": "1.3"}


class _Words:
    """The arguments of a directive by what they mean."""

    def __init__(self, directive: Directive, offset: int) -> None:
        self._directive = directive
        self._arguments = parse_arguments(directive.value, directive.value_range.start + offset)

    @property
    def is_none(self) -> bool:
        positional = self._arguments.positional
        return len(positional) == 1 and positional[0].text.lower() == "none" and not self._arguments.named

    @property
    def entry(self) -> ArgumentValue | None:
        """The name after `use`."""
        positional = self._arguments.positional
        return positional[1] if len(positional) == 2 and positional[0].text.lower() == "use" else None

    @property
    def authorities(self) -> tuple[tuple[ArgumentValue, ...], bool]:
        """The paths, and whether the word `only` stands behind them."""
        paths = [*self._arguments.positional, *[pair.value for pair in self._arguments.named]]
        is_alone = len(paths) > 1 and paths[-1].text.lower() == "only"
        return tuple(paths[:-1] if is_alone else paths), is_alone

    def get(self, meaning: str, position: int | None = None) -> ArgumentValue | None:
        """Return the argument that means this, by its key or at this position; None for one that is empty."""
        for pair in self._arguments.named:
            if _KEYS.get(pair.normalised_key) == meaning and pair.value.text:
                return pair.value
        positional = self._arguments.positional
        return positional[position] if position is not None and position < len(positional) else None

    def unknown(self, keys: dict[str, str]) -> Iterator[Problem]:
        known = ", ".join(dict.fromkeys(keys.values()))
        for pair in self._arguments.named:
            if pair.normalised_key not in keys:
                near = did_you_mean(pair.key, keys)
                suggestion = f"Did you mean `{near}`?" if near else f"Write one of: {known}."
                name = self._directive.name
                yield UNKNOWN_TLS_ARGUMENT.at(pair.key_range, key=pair.key, directive=name, suggestion=suggestion)


class _Level:
    """Collects what the blocks of one level say; of two directives for the same thing the later one counts."""

    def __init__(self, source: Source, is_own: bool) -> None:
        self._source = source
        self.level = TlsLevel(is_own, source)

    def read(self, block: Block, offset: int) -> None:
        if "@" not in block.text:
            return
        problems = [problem.shifted(offset) for problem in tls_directive_problems(block)]
        if problems:
            self.level = self.level._replace(problems=(*self.level.problems, *problems))
        for directive in block.directives:
            curl_option = curl_option_name(directive)
            if directive.key not in _OF_TLS and curl_option is None:
                continue
            where = directive.range.shifted(offset)
            label = self._label(f"# @{directive.name}", where)
            if directive.key == "noclientcert":
                self._set_certificate(CertificateDirective(self._source, where, label, is_none=True))
            elif directive.key == "cert":
                self._certificate(_Words(directive, offset), where, label)
            elif directive.key == "ca":
                paths, is_alone = _Words(directive, offset).authorities
                self._add_authorities(AuthorityDirective(self._source, where, label, paths, is_alone))
            elif directive.key == "tls":
                self._versions(_Words(directive, offset))
            elif curl_option is not None:
                value = ArgumentValue(directive.value, directive.value_range.shifted(offset))
                self._curl_option(curl_option, value, where, label)

    def read_command(self, request: Request) -> None:
        for option in request.curl.options:
            word = option.value
            where = option.range.shifted(request.offset)
            text = word.text if word is not None else ""
            value = ArgumentValue(text, word.range.shifted(request.offset) if word is not None else where)
            self._curl_option(option.name, value, where, self._label(f"--{option.name}", where))

    def _certificate(self, words: _Words, where: Range, label: str) -> None:
        if words.is_none:
            found = CertificateDirective(self._source, where, label, is_none=True)
        elif words.entry is not None:
            found = CertificateDirective(self._source, where, label, name=words.entry)
        else:
            found = CertificateDirective(
                self._source, where, label, certificate=words.get("certificate", 0), key=words.get("key", 1),
                passphrase=words.get("passphrase"),
            )  # fmt: skip
        self._set_certificate(found)

    def _versions(self, words: _Words) -> None:
        minimum, maximum, name = words.get("minimum"), words.get("maximum"), words.get("server-name")
        pin, ciphers = words.get("pin"), words.get("ciphers")
        level = self.level
        self.level = level._replace(
            minimum=minimum.text if minimum is not None else level.minimum,
            maximum=maximum.text if maximum is not None else level.maximum,
            server_name=name or level.server_name,
            pins=tuple(pin.text.replace(",", " ").split()) if pin is not None else level.pins,
            ciphers=ciphers.text if ciphers is not None else level.ciphers,
        )

    def _curl_option(self, name: str, value: ArgumentValue, where: Range, label: str) -> None:
        if name in ("cert", "key", "pass"):
            known = self.level.certificate
            if known is None or known.is_none or known.name is not None:
                known = CertificateDirective(self._source, where, label)
            if name == "cert":
                path, password = _divided(value)
                known = known._replace(certificate=path, label=label, passphrase=password or known.passphrase)
            else:
                known = known._replace(key=value) if name == "key" else known._replace(passphrase=value)
            self._set_certificate(known)
        elif name in ("cacert", "capath"):
            # To curl this is a replacement of what it trusts.
            self._add_authorities(AuthorityDirective(self._source, where, label, (value,), is_alone=True))
        elif name in _CURL_VERSIONS:
            self.level = self.level._replace(minimum=_CURL_VERSIONS[name])
        elif name == "ciphers":
            self.level = self.level._replace(ciphers=value.text)
        elif name == "pinnedpubkey":
            self.level = self.level._replace(pins=tuple(filter(None, value.text.split(";"))))
        elif name == "tls-max" and value.text in VERSIONS:
            self.level = self.level._replace(maximum=value.text)

    def _set_certificate(self, found: CertificateDirective) -> None:
        self.level = self.level._replace(certificate=found)

    def _add_authorities(self, found: AuthorityDirective) -> None:
        self.level = self.level._replace(authorities=(*self.level.authorities, found))

    def _label(self, shown: str, where: Range) -> str:
        return f"`{shown}` in line {self._source.position(where.start).line} of {self._source.path.name}"


def _place(source: Source, where: Range) -> Place:
    position = source.position(where.start)
    return Place(str(source.path), position.line, position.column)


def _divided(value: ArgumentValue) -> tuple[ArgumentValue, ArgumentValue | None]:
    """Divide `certificate:password` as curl does: at the first colon that is not escaped or that of a drive."""
    match = re.match(r"((?:[A-Za-z]:(?=[\\/]))?(?:\\.|\{\{.*?\}\}|[^:\\])*):(.+)", value.text)
    if match is None:
        return value._replace(text=value.text.replace("\\:", ":")), None
    return value._replace(text=match.group(1).replace("\\:", ":")), value._replace(text=match.group(2))
