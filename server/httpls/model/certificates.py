"""Which client certificate and which trust the files of a project want for which hosts.

The sources in the order in which they count: `SSLConfiguration` of the environments in force, `certificates` of
`httpls.toml`, `rest-client.certificates` and the `clientCertificates` of httpyac. Directives of a request come before
all of them and are not here. Within a source the most exact pattern counts.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.environments.layers import Layer, provider_of
from httpls.model.project_settings import ProjectSettings
from httpls.model.scopes import Unset
from httpls.model.source import Finding, Source
from httpls.model.tool_settings import CERTIFICATES, ToolSettings
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_grammar.islands.directive import normalise
from httpls_grammar.islands.json import JsonArray, JsonObject, JsonScalar, JsonString, JsonValue
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import ProblemKind, Severity
from httpls_grammar.text import Range

MALFORMED_TLS = ProblemKind(
    "malformed-tls-configuration", Severity.ERROR,
    "`{key}` has to be {expected}",
    "Correct it; what it says does not count until then.",
)  # fmt: skip
UNKNOWN_TLS_KEY = ProblemKind(
    "unknown-tls-key", Severity.WARNING,
    "`{key}` is no key of a TLS configuration",
    "{suggestion}",
)  # fmt: skip


RANK_OF_SETTINGS = 1
"""The rank of what `httpls.toml` says."""


class CertificateRule(NamedTuple):
    """A client certificate and trust for the hosts of one pattern; what is empty or None is not said.

    `pattern` is `host`, `host:port`, `*.example.com` (with or without port) or `*`, in lower case. Paths are as
    written, with templates in them, and count from `folder`. `passphrase` is a text with templates, or a provider;
    `asks_passphrase` tells that there is one which stands in no file. `rank` is the place of the source, the lower the
    earlier it counts. `origin` names the rule.
    """

    pattern: str
    rank: int
    folder: Path
    origin: Provenance
    name: str = ""
    certificate: str = ""
    key: str = ""
    pfx: str = ""
    passphrase: str | Unset = ""
    asks_passphrase: bool = False
    ca: tuple[str, ...] = ()
    system_trust: bool = True
    verify: bool | None = None
    server_name: str = ""
    pins: tuple[str, ...] = ()

    @property
    def has_certificate(self) -> bool:
        """Tell whether the rule names a client certificate."""
        return bool(self.certificate or self.pfx)


class CertificateRules(NamedTuple):
    """All rules, and what is wrong with the form of them."""

    rules: tuple[CertificateRule, ...]
    findings: tuple[Finding, ...]

    def for_host(self, host: str, port: int) -> Sequence[CertificateRule]:
        """Return the rules that apply to a host, the one that counts first.

        A rule may say something about the client certificate, about trust, or both: whoever asks takes the first that
        says what is asked for.
        """
        found = [
            (rule.rank, exactness, number, rule)
            for number, rule in enumerate(self.rules)
            if (exactness := _exactness(rule.pattern, host.lower(), port)) is not None
        ]
        return [rule for *_, rule in sorted(found, key=lambda entry: entry[:3])]

    def named(self, name: str) -> CertificateRule | None:
        """Return the rule of this name, for `# @cert use NAME`."""
        return next((rule for rule in self.rules if rule.name == name), None)


def certificate_rules(settings: ProjectSettings, tools: ToolSettings, layers: Sequence[Layer]) -> CertificateRules:
    """Return the rules of all sources; `layers` are those in force, the one that counts first."""
    findings: list[Finding] = []
    rules: list[CertificateRule] = []
    for layer in layers:
        rules += _of_environment(layer, findings)
    rules += _of_settings(settings)
    for setting in tools.all(CERTIFICATES):
        if isinstance(setting.value, JsonObject):
            for member in setting.value.members:
                place = _place(setting.source, member.key_range)
                origin = Provenance(Origination.SETTING, f"{setting.key} {member.key}", place)
                rule = CertificateRule(member.key.lower(), 2, _project_folder(setting.source.path), origin)
                rules += _of_tool(rule, member.value)
    return CertificateRules(tuple(rules), tuple(findings))


def _exactness(pattern: str, host: str, port: int) -> tuple[int, int] | None:
    """Return how exactly a pattern names a host, the lower the more; None if it does not."""
    name, _, written_port = pattern.rpartition(":") if _has_port(pattern) else (pattern, "", "")
    if written_port and written_port not in ("*", str(port)):
        return None
    name = name.strip("[]")
    with_port = 0 if written_port.isdigit() else 1
    if name == host:
        return with_port, 0
    if name == "*":
        return 4 + with_port, 0
    # As in Postman, `*.example.com` covers every depth; it does not cover `example.com` itself.
    if name.startswith("*.") and host.endswith(name[1:]) and len(host) > len(name) - 1:
        return 2 + with_port, -len(name)
    return None


def _has_port(pattern: str) -> bool:
    port = pattern.rpartition(":")[2]
    return ":" in pattern and (port.isdigit() or port == "*") and (pattern.count(":") == 1 or "]" in pattern)


def _of_settings(settings: ProjectSettings) -> Iterator[CertificateRule]:
    if settings.source is None:
        return
    folder = settings.source.path.parent
    for number, entry in enumerate(settings.settings.certificates):
        where = settings.places.get(("certificates", str(number)))
        place = _place(settings.source, where) if where is not None else None
        label = entry.name or ", ".join(entry.hosts) or f"certificates[{number}]"
        origin = Provenance(Origination.SETTING, label, place)
        # An entry for no host is found by its name only.
        for pattern in entry.hosts or ("",):
            yield CertificateRule(
                pattern.lower(), RANK_OF_SETTINGS, folder, origin, entry.name, entry.cert, entry.key, entry.pfx,
                entry.passphrase, ca=entry.ca, system_trust=entry.system_trust, verify=entry.verify,
                server_name=entry.server_name, pins=entry.pin_sha256,
            )  # fmt: skip


def _of_tool(rule: CertificateRule, node: JsonValue) -> Iterator[CertificateRule]:
    """Yield the rule of REST Client's or httpyac's form: `{cert, key, pfx, passphrase, ca}`."""
    if isinstance(node, JsonObject):
        texts = {member.key: member.value.value for member in node.members if isinstance(member.value, JsonString)}
        ca = (texts["ca"],) if texts.get("ca") else ()
        yield rule._replace(
            certificate=texts.get("cert", ""), key=texts.get("key", ""), pfx=texts.get("pfx", ""),
            passphrase=texts.get("passphrase", ""), ca=ca,
        )  # fmt: skip


def _of_environment(layer: Layer, findings: list[Finding]) -> Iterator[CertificateRule]:
    if layer.tls is None:
        return
    if not isinstance(layer.tls, JsonObject):
        findings.append(_wrong(layer, layer.tls, "SSLConfiguration", "an object"))
        return
    form = _Form(layer, findings)
    whole = form.rule("*", layer.tls, "SSLConfiguration")
    hosts = layer.tls.get("hosts")
    if isinstance(hosts, JsonObject):
        for member in hosts.members:
            if isinstance(member.value, JsonObject):
                yield form.rule(member.key.lower(), member.value, f"SSLConfiguration {member.key}")
            else:
                findings.append(_wrong(layer, member.value, member.key, "an object"))
    elif hosts is not None:
        findings.append(_wrong(layer, hosts, "hosts", "an object"))
    yield whole


_KEYS = (
    "clientCertificate", "clientCertificateKey", "hasCertificatePassphrase", "certificatePassphrase",
    "verifyHostCertificate", "caCertificate", "systemTrust", "serverName", "pinSha256", "hosts",
)  # fmt: skip


class _Form:
    """Reads JetBrains' form of a TLS configuration, with the additions that JetBrains ignores."""

    def __init__(self, layer: Layer, findings: list[Finding]) -> None:
        self._layer = layer
        self._findings = findings

    def rule(self, pattern: str, node: JsonObject, label: str) -> CertificateRule:
        place = _place(self._layer.source, node.range)
        origin = Provenance(Origination.ENVIRONMENT, label, place, self._layer.environment)
        rule = CertificateRule(pattern, 0, self._layer.source.path.parent, origin)
        for member in node.members:
            key, value = normalise(member.key), member.value
            if key == "clientcertificate":
                path, is_pfx = self._file(member.key, value)
                rule = rule._replace(pfx=path) if is_pfx else rule._replace(certificate=path)
            elif key == "clientcertificatekey":
                rule = rule._replace(key=self._file(member.key, value)[0])
            elif key == "certificatepassphrase":
                rule = rule._replace(passphrase=self._passphrase(member.key, value))
            elif key == "hascertificatepassphrase":
                rule = rule._replace(asks_passphrase=self._truth(member.key, value) or False)
            elif key == "verifyhostcertificate":
                rule = rule._replace(verify=self._truth(member.key, value))
            elif key == "systemtrust":
                rule = rule._replace(system_trust=self._truth(member.key, value) is not False)
            elif key == "cacertificate":
                rule = rule._replace(ca=self._files(member.key, value))
            elif key == "servername":
                rule = rule._replace(server_name=self._name(member.key, value))
            elif key == "pinsha256":
                rule = rule._replace(pins=self._files(member.key, value))
            elif key != "hosts":
                near = did_you_mean(member.key, _KEYS)
                suggestion = f"Did you mean `{near}`?" if near else f"Write one of: {', '.join(_KEYS)}."
                problem = UNKNOWN_TLS_KEY.at(member.key_range, key=member.key, suggestion=suggestion)
                self._findings.append(Finding(self._layer.source, problem))
        return rule

    def _file(self, key: str, value: JsonValue) -> tuple[str, bool]:
        """Return a path, and whether the file is said or seems to be PKCS#12."""
        if isinstance(value, JsonString):
            return value.value, value.value.lower().endswith((".p12", ".pfx"))
        if isinstance(value, JsonObject) and isinstance(path := value.get("path"), JsonString):
            written = value.get("format")
            word = normalise(written.value) if isinstance(written, JsonString) else ""
            known = word in ("pkcs12", "pkcs#12", "p12", "pfx")
            return path.value, known or (not word and path.value.lower().endswith((".p12", ".pfx")))
        self._report(value, key, "a path, or an object with `path` and `format`")
        return "", False

    def _files(self, key: str, value: JsonValue) -> tuple[str, ...]:
        items = value.items if isinstance(value, JsonArray) else (value,)
        return tuple([path for item in items if (path := self._file(key, item)[0])])

    def _passphrase(self, key: str, value: JsonValue) -> str | Unset:
        if isinstance(value, JsonString):
            return value.value
        unset = provider_of(value, self._layer.source)
        if unset is None:
            self._report(value, key, "a text or a provider")
            return ""
        return unset

    def _name(self, key: str, value: JsonValue) -> str:
        if isinstance(value, JsonString):
            return value.value
        self._report(value, key, "the name of a host")
        return ""

    def _truth(self, key: str, value: JsonValue) -> bool | None:
        if isinstance(value, JsonScalar) and value.text in ("true", "false"):
            return value.text == "true"
        self._report(value, key, "`true` or `false`")
        return None

    def _report(self, value: JsonValue, key: str, expected: str) -> None:
        self._findings.append(_wrong(self._layer, value, key, expected))


def _wrong(layer: Layer, value: JsonValue, key: str, expected: str) -> Finding:
    return Finding(layer.source, MALFORMED_TLS.at(value.range, key=key, expected=expected))


def _place(source: Source, where: Range) -> Place:
    position = source.position(where.start)
    return Place(str(source.path), position.line, position.column)


def _project_folder(path: Path) -> Path:
    """Return the folder from which paths in a settings file count: for an editor's file that of the workspace."""
    return path.parent.parent if path.parent.name == ".vscode" else path.parent
