"""Which client certificate is shown to an origin and who is trusted there, by which rule. Pure; nothing is read.

For the client certificate the first counts that says something: the request's directives (`# @cert`, its field
`X-ClientCert`, `# @auth mtls`), those of its file and of the folders, `SSLConfiguration` of the environments,
`certificates` of `httpls.toml`, `rest-client.certificates`, httpyac's `clientCertificates`. What the command line says
replaces all of them. Authorities of all these add up until one says that it is to be alone.

A certificate of a directive is for the origin to which the request is written; where a redirect or a token endpoint
leads elsewhere, only rules that name the host count.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from httpls.model.auth_plan import Located, PlannedParameter, PlannedScheme
from httpls.model.certificates import RANK_OF_SETTINGS, CertificateRule, CertificateRules
from httpls.model.paths import resolved_path
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.resolve import Context, resolve
from httpls.model.scopes import Unset
from httpls.model.source import Source
from httpls.model.tls_directives import CertificateDirective, TlsLevel
from httpls.settings import Settings
from httpls_auth.tls.choice import ClientCertificate, Material, TlsChoice, is_material
from httpls_auth.tls.system_paths import BUNDLES, FOLDERS
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value
from httpls_grammar.islands.arguments import ArgumentValue
from httpls_grammar.problems import Problem
from httpls_grammar.profile import Profile
from httpls_grammar.text import Range


class Occasion(Enum):
    """For what a connection is made."""

    REQUEST = "request"
    """For the request, to the origin to which it is written."""
    REDIRECT = "redirect"
    """For the request after a redirect to another origin: nothing that is the user's goes there by itself."""
    AUTHENTICATION = "authentication"
    """For its authentication, to a token endpoint: the directives of the request say nothing about that one."""


class TlsOptions(NamedTuple):
    """What the command line says; relative paths count from `folder`. `passphrase` is a text with templates."""

    folder: Path
    certificate: str = ""
    key: str = ""
    passphrase: str = ""
    authorities: tuple[str, ...] = ()
    is_insecure: bool = False


class TlsSources(NamedTuple):
    """Everything that says something about the TLS connections of a request.

    `levels` are those of its directives, the nearest first, `schemes` its authentication by client certificate.
    `is_insecure` tells that a directive of one of the levels wants nothing verified. `project` is the folder from which
    the paths of `settings` count.
    """

    project: Path
    settings: Settings
    profile: Profile
    rules: CertificateRules
    context: Context
    levels: Sequence[TlsLevel] = ()
    schemes: Sequence[PlannedScheme] = ()
    is_insecure: bool = False
    options: TlsOptions | None = None
    os_environment: Mapping[str, str] = {}


class PlannedPath(NamedTuple):
    """A path as written, which counts from `folder`. `where` is its place, as far as that is known.

    `is_persons` tells that it is not the files of the project that name it, but whoever runs them.
    """

    text: PlannedText
    folder: Path
    where: Located | None = None
    is_persons: bool = False

    def resolved(self, fill: Callable[[PlannedText], Value]) -> Material:
        """Return the absolute path; `~` is the home folder. What names a key on a smart card is no path.

        Where keys or certificates themselves stand in its place, they are returned.
        """
        value = fill(self.text)
        written = value.reveal()
        if is_material(written):
            return value
        return written if written.startswith("pkcs11:") else str(resolved_path(self.folder, _expanded(written)))

    @property
    def shown(self) -> str:
        """How it is shown: as it is written, but for keys and certificates, of which only the first line is."""
        text = str(self.text)
        return f"{text.strip().splitlines()[0][:40]} …" if is_material(text) else text

    @property
    def absolute(self) -> Path | None:
        """The absolute path, None as long as there are holes in it, or for the name of a key on a smart card."""
        written = "".join([piece.reveal() for piece in self.text.pieces if isinstance(piece, Value)])
        if not self.text.is_complete or written.startswith("pkcs11:") or is_material(written):
            return None
        return resolved_path(self.folder, _expanded(written))


class PlannedCertificate(NamedTuple):
    """A client certificate with the rule by which it is chosen. `path` is None where the rule names no file."""

    rule: str
    path: PlannedPath | None
    key: PlannedPath | None = None
    passphrase: PlannedText | None = None


class PlannedTls(NamedTuple):
    """How connections to an origin are secured, with holes for what is not known yet.

    `overruled` are the rules for a client certificate that would count if the one in force did not. `problems` count
    from the start of the file of the request.
    """

    verify: bool
    verify_rule: str
    certificate: PlannedCertificate | None
    overruled: tuple[str, ...]
    authorities: tuple[tuple[str, PlannedPath], ...]
    """Each with its rule."""
    replaces_system: bool
    server_name: PlannedText | None
    minimum: str
    maximum: str
    key_log: str | None
    pins: tuple[str, ...]
    ciphers: str
    problems: Sequence[Problem]

    @property
    def holes(self) -> Iterator[Hole]:
        """The holes of all texts."""
        for text in self._texts:
            yield from text.holes

    @property
    def _texts(self) -> Iterator[PlannedText]:
        certificate = self.certificate
        if certificate is not None:
            yield from (path.text for path in (certificate.path, certificate.key) if path is not None)
            if certificate.passphrase is not None:
                yield certificate.passphrase
        yield from (path.text for _, path in self.authorities)
        if self.server_name is not None:
            yield self.server_name


def plan_tls(sources: TlsSources, origin: Origin, occasion: Occasion = Occasion.REQUEST) -> PlannedTls:
    """Return how connections to `origin` are secured, which is https."""
    return _Planning(sources, origin, occasion).planned()


def tls_choice(
    planned: PlannedTls, fill: Callable[[PlannedText], Value], permit: Callable[[PlannedPath, str], str]
) -> TlsChoice:
    """Return the choice, with all holes filled.

    `permit` is given each absolute path and returns the one to be opened. Raises what `fill` and `permit` raise.
    """

    def opened(path: PlannedPath) -> Material:
        found = path.resolved(fill)
        return permit(path, found) if isinstance(found, str) else found

    certificate = planned.certificate
    shown: ClientCertificate | None = None
    if certificate is not None and certificate.path is not None:
        passphrase = fill(certificate.passphrase) if certificate.passphrase is not None else None
        shown = ClientCertificate(
            opened(certificate.path),
            opened(certificate.key) if certificate.key is not None else None,
            passphrase,
            certificate.rule,
        )
    return TlsChoice(
        planned.verify,
        planned.verify_rule,
        tuple([opened(path) for _, path in planned.authorities]),
        planned.replaces_system,
        shown,
        fill(planned.server_name).reveal() if planned.server_name is not None else None,
        planned.minimum or None,
        planned.maximum or None,
        planned.key_log,
        planned.pins,
        planned.ciphers or None,
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name (RFC 6761, section 6.3) or its address."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or _is_loopback_address(host)


def _is_loopback_address(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isascii() and part.isdigit() for part in parts)


class _AuthorityRule(NamedTuple):
    label: str
    folder: Path
    origin: Provenance
    paths: Sequence[str | ArgumentValue | PlannedPath]
    is_alone: bool = False
    source: Source | None = None


class _Planning:
    def __init__(self, sources: TlsSources, origin: Origin, occasion: Occasion) -> None:
        self._sources = sources
        self._origin = origin
        self._shows_certificate = occasion is Occasion.REQUEST
        self._levels = sources.levels if occasion is not Occasion.AUTHENTICATION else ()
        self._is_insecure = sources.is_insecure and occasion is not Occasion.AUTHENTICATION
        self._rules = sources.rules.for_host(origin.host, origin.port)
        self._problems: list[Problem] = []

    def planned(self) -> PlannedTls:
        certificates = list(self._certificates())
        authorities, replaces_system = self._authorities()
        verify, rule = self._verification(bool(authorities))
        settings = self._sources.settings.tls
        name = next((level.server_name for level in self._levels if level.server_name is not None), None)
        environment = self._sources.os_environment
        return PlannedTls(
            verify,
            rule,
            certificates[0] if certificates else None,
            tuple([one.rule for one in certificates[1:]]),
            (*authorities, *self._system_authorities(replaces_system)),
            replaces_system or bool(self._system_paths),
            self._resolved(name) if name is not None else self._server_name(),
            next((level.minimum for level in self._levels if level.minimum), _said(settings.minimum_version)),
            next((level.maximum for level in self._levels if level.maximum), _said(settings.maximum_version)),
            environment.get("SSLKEYLOGFILE") or None,
            self._pins(),
            next((level.ciphers for level in self._levels if level.ciphers), settings.ciphers),
            self._problems,
        )

    def _certificates(self) -> Iterator[PlannedCertificate]:
        """Yield every certificate that a rule wants, the one in force first; one without a path stands for none."""
        options = self._sources.options
        if options is not None and options.certificate and self._shows_certificate:
            yield self._of_options(options)
            return
        if self._shows_certificate:
            yield from self._of_levels([level for level in self._levels if level.is_own])
            yield from map(self._of_scheme, self._sources.schemes)
            yield from self._of_levels([level for level in self._levels if not level.is_own])
        yield from (self._of_rule(rule) for rule in self._rules if rule.has_certificate)

    def _of_options(self, options: TlsOptions) -> PlannedCertificate:
        provenance = Provenance(Origination.COMMAND_LINE, "--cert")
        return PlannedCertificate(
            "`--cert`",
            self._path(options.certificate, options.folder, provenance),
            self._path(options.key, options.folder, provenance) if options.key else None,
            self._passphrase(options.passphrase, provenance),
        )

    def _of_levels(self, levels: Sequence[TlsLevel]) -> Iterator[PlannedCertificate]:
        for level in levels:
            directive = level.certificate
            if directive is None:
                continue
            if directive.name is not None:
                rule = self._sources.rules.named(directive.name.text)
                if rule is not None:
                    yield self._of_rule(rule)._replace(rule=f"{directive.label}, which uses `{rule.name}`")
            elif directive.is_none or directive.certificate is not None:
                yield self._of_directive(directive)

    def _of_directive(self, directive: CertificateDirective) -> PlannedCertificate:
        if directive.certificate is None:
            return PlannedCertificate(directive.label, None)
        provenance = Provenance(Origination.DIRECTIVE, "client certificate", directive.place)
        folder = directive.source.path.parent
        return PlannedCertificate(
            directive.label,
            self._path(directive.certificate, folder, provenance, directive.source),
            self._path(directive.key, folder, provenance, directive.source) if directive.key is not None else None,
            self._passphrase(directive.passphrase, provenance),
        )

    def _of_scheme(self, scheme: PlannedScheme) -> PlannedCertificate:
        """Return the certificate of `X-ClientCert` or `# @auth mtls`."""
        given = {one.name: one for one in scheme.parameters if one.name}
        certificate = given.get("cert") or given.get("pfx")
        passphrase = given.get("passphrase")
        return PlannedCertificate(
            _label_of(scheme),
            _path_of(certificate) if certificate is not None else None,
            _path_of(given["key"]) if "key" in given else None,
            _secret(passphrase.text) if passphrase is not None else None,
        )

    def _of_rule(self, rule: CertificateRule) -> PlannedCertificate:
        path = rule.pfx or rule.certificate
        passphrase = self._passphrase(rule.passphrase, rule.origin)
        if passphrase is None and rule.asks_passphrase:
            question = f"Passphrase of the key of `{rule.key or path}`"
            hole = Hole(
                HoleKind.PROMPT, question, ("passphrase", question, "once"), Range(0, 0), rule.origin, is_secret=True
            )
            passphrase = PlannedText((hole,))
        return PlannedCertificate(
            _shown(rule),
            self._path(path, rule.folder, rule.origin),
            self._path(rule.key, rule.folder, rule.origin) if rule.key else None,
            passphrase,
        )

    def _authorities(self) -> tuple[tuple[tuple[str, PlannedPath], ...], bool]:
        """Return the authorities, each with its rule, and whether the system's do not count."""
        found: list[tuple[str, PlannedPath]] = []
        for rule in self._authority_rules():
            found += [(rule.label, self._authority(path, rule)) for path in rule.paths]
            if rule.is_alone:
                return tuple(found), True
        return tuple(found), False

    def _authority(self, path: "str | ArgumentValue | PlannedPath", rule: "_AuthorityRule") -> PlannedPath:
        return path if isinstance(path, PlannedPath) else self._path(path, rule.folder, rule.origin, rule.source)

    def _authority_rules(self) -> "Iterator[_AuthorityRule]":
        options, settings = self._sources.options, self._sources.settings.tls
        if options is not None and options.authorities:
            origin = Provenance(Origination.COMMAND_LINE, "--cacert")
            yield _AuthorityRule("`--cacert`", options.folder, origin, options.authorities)
        for level in self._levels:
            for one in level.authorities:
                origin = Provenance(Origination.DIRECTIVE, "ca", one.place)
                yield _AuthorityRule(one.label, one.source.path.parent, origin, one.paths, one.is_alone, one.source)
        for scheme in self._sources.schemes if self._shows_certificate else ():
            given = next((one for one in scheme.parameters if one.name == "ca"), None)
            if given is not None:
                origin = Provenance(Origination.DIRECTIVE, "ca")
                yield _AuthorityRule(_label_of(scheme), given.folder, origin, (_path_of(given),))
        for rule in self._rules:
            if rule.ca:
                yield _AuthorityRule(_shown(rule), rule.folder, rule.origin, rule.ca, not rule.system_trust)
        if settings.ca:
            origin = Provenance(Origination.SETTING, "tls.ca")
            is_alone = not settings.system_trust
            yield _AuthorityRule("the setting `tls.ca`", self._sources.project, origin, settings.ca, is_alone)

    @property
    def _system_paths(self) -> list[tuple[str, str]]:
        """What stands for the system's authorities by the variables of OpenSSL, curl and requests.

        Variables that only name what the system has anyway say nothing: loading its bundle would cost 16 ms.
        """
        environment = self._sources.os_environment
        for names in (("SSL_CERT_FILE", "SSL_CERT_DIR"), ("CURL_CA_BUNDLE",), ("REQUESTS_CA_BUNDLE",)):
            found = [(name, path) for name in names for path in _divided(environment.get(name, ""))]
            if found:
                is_system = all(path.rstrip("/") in (*FOLDERS, *BUNDLES) for _, path in found)
                return [] if is_system else found
        return []

    def _system_authorities(self, are_replaced: bool) -> Iterator[tuple[str, PlannedPath]]:
        for name, path in () if are_replaced else self._system_paths:
            provenance = Provenance(Origination.OS_ENVIRONMENT, name)
            yield (
                f"the variable `{name}`",
                PlannedPath(PlannedText((Value(path, provenance),)), self._sources.project, is_persons=True),
            )

    def _verification(self, has_authorities: bool) -> tuple[bool, str]:
        """Return whether the server is verified, and by which rule not."""
        sources, host = self._sources, self._origin.host
        if sources.options is not None and sources.options.is_insecure:
            return False, "`--insecure`"
        if self._is_insecure:
            return False, "`# @insecure`"
        said = next((rule for rule in self._rules if rule.verify is not None), None)
        if said is not None:
            return (True, "") if said.verify else (False, _shown(said))
        verify = sources.settings.tls.verify
        if verify == "never":
            return False, 'the setting `tls.verify = "never"`'
        # Who names an authority for a server of this machine wants it verified.
        if verify == "always" or has_authorities or not is_loopback(host):
            return True, ""
        if verify == "auto" and sources.profile not in (Profile.AUTO, Profile.REST_CLIENT):
            return True, ""
        return False, "servers of this machine are not verified (setting `tls.verify`)"

    def _pins(self) -> tuple[str, ...]:
        # Elsewhere than where the request is written for, another server answers.
        levels = self._levels if self._shows_certificate else ()
        of_levels = next((level.pins for level in levels if level.pins), ())
        return of_levels or next((rule.pins for rule in self._rules if rule.pins), ())

    def _server_name(self) -> PlannedText | None:
        said = next((rule for rule in self._rules if rule.server_name), None)
        return self._resolved(said.server_name, said.origin) if said is not None else None

    def _path(
        self, written: str | ArgumentValue, folder: Path, provenance: Provenance, source: Source | None = None
    ) -> PlannedPath:
        where = Located(source, written.range) if source is not None and not isinstance(written, str) else None
        is_persons = provenance.kind is Origination.COMMAND_LINE
        return PlannedPath(self._resolved(written, provenance), folder, where, is_persons)

    def _passphrase(self, written: str | Unset | ArgumentValue | None, provenance: Provenance) -> PlannedText | None:
        if not written:
            return None
        if isinstance(written, Unset):
            label = "the passphrase of a client certificate"
            hole = Hole(HoleKind(written.kind), label, written.arguments, Range(0, 0), provenance, written.is_secret)
            return PlannedText((hole,))
        return _secret(self._resolved(written, provenance))

    def _resolved(self, written: str | ArgumentValue, provenance: Provenance | None = None) -> PlannedText:
        """Fill in the templates. What is wrong with them is a problem of the request only where they stand in it."""
        context = self._sources.context
        if provenance is not None:
            context = context._replace(literal=provenance)
        if isinstance(written, str):
            found = resolve(written, 0, context)
            # The texts of other files have no place in this one; that they cannot be filled in stops the request.
            self._problems += [problem._replace(range=Range(0, 0)) for problem in found.problems]
            return found.text
        found = resolve(written.text, written.range.start, context)
        self._problems += found.problems
        return found.text


def _label_of(scheme: PlannedScheme) -> str:
    declaration = scheme.declaration
    line = declaration.source.position(declaration.range.start).line
    name = declaration.word if declaration.word.lower().endswith("clientcert") else "# @auth mtls"
    return f"`{name}` in line {line} of {declaration.source.path.name}"


def _path_of(parameter: PlannedParameter) -> PlannedPath:
    return PlannedPath(parameter.text, parameter.folder, Located(parameter.argument.source, parameter.argument.range))


def _secret(text: PlannedText) -> PlannedText:
    labels = Labels("the passphrase of a client certificate")
    return PlannedText(tuple([piece.labelled(labels) if isinstance(piece, Value) else piece for piece in text.pieces]))


def _divided(paths: str) -> list[str]:
    """Divide a list of paths: at semicolons on Windows, else at colons, which there stand behind a drive."""
    is_windows = ";" in paths or paths[1:3] in (":\\", ":/")
    return [path for path in paths.split(";" if is_windows else ":") if path]


def _shown(rule: CertificateRule) -> str:
    where = f" of the environment `{rule.origin.environment}`" if rule.origin.environment else ""
    place = f" ({rule.origin.place})" if rule.origin.place is not None else ""
    label = f"`{rule.origin.label}`"
    if rule.origin.kind is Origination.SETTING and rule.rank == RANK_OF_SETTINGS:
        label = f"the entry {label} of `certificates`"
    return f"{label}{where}{place}"


def _said(version: str) -> str:
    return "" if version == "auto" else version


def _expanded(path: str) -> str:
    """Put the home folder in place of `~`. (This asks the operating system for a name, not for a file.)"""
    return str(Path(path).expanduser()) if path.startswith(("~/", "~\\")) or path == "~" else path
