"""Which client certificate is shown to whom, who is trusted, and by which rule."""

import json
from pathlib import Path

import pytest
from tests.support.memory_files import ROOT, analyse, problems

from httpls.model.analysis import Analysis
from httpls.model.planned_text import PlannedText
from httpls.model.tls import Occasion, PlannedPath, TlsOptions, is_loopback, plan_tls, tls_choice
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined

_FILES = dict.fromkeys(["me.pem", "me.key", "me.p12", "ca.pem", "other.pem", "sub/me.pem", "keys/me.pem"], "x")
_API = "https://api.test/a"


def _fill(text: PlannedText) -> Value:
    values = [piece if isinstance(piece, Value) else Value(str(piece), piece.provenance) for piece in text.pieces]
    return joined(values, Provenance(Origination.LITERAL, "test"))


def _permit(path: PlannedPath, resolved: str) -> str:
    return resolved


def _choice(
    analysis: Analysis,
    url: str | None = None,
    occasion: Occasion = Occasion.REQUEST,
    options: TlsOptions | None = None,
    is_insecure: bool = False,
) -> TlsChoice:
    request = analysis.file.document.requests[-1]
    plan = analysis.plan(request)
    sources = analysis.tls_sources(plan, analysis.context(request))
    sources = sources._replace(options=options, is_insecure=is_insecure)
    return tls_choice(plan_tls(sources, parse_origin(url or str(plan.target)), occasion), _fill, _permit)


def _shown(choice: TlsChoice) -> str:
    """The certificate as `path [key] [passphrase]`, relative to the root."""
    certificate = choice.client_certificate
    if certificate is None:
        return "none"
    words = [_relative(certificate.certificate)]
    if certificate.key is not None:
        words.append(_relative(certificate.key))
    if certificate.passphrase is not None:
        words.append(f"passphrase={certificate.passphrase.reveal()}")
    return " ".join(words)


def _relative(path: str | Value) -> str:
    assert isinstance(path, str)
    return Path(path).relative_to(ROOT).as_posix()


def _environment(**configuration: object) -> dict[str, str]:
    return {**_FILES, "http-client.private.env.json": json.dumps({"dev": {"SSLConfiguration": configuration}})}


# Directives


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("# @cert cert=me.pem key=me.key", "me.pem me.key"),
        ("# @cert ./me.pem me.key", "me.pem me.key"),
        ("# @cert pfx=me.p12 passphrase=x", "me.p12 passphrase=x"),
        ("# @cert pfx={{name}}.p12 passphrase={{$secret p12}}", "me.p12 passphrase=‹$secret p12›"),
        ('// @cert cert="keys/me.pem"', "keys/me.pem"),
        ("# @cert none", "none"),
        ("# @no-client-cert", "none"),
        ("# @kulala-curl--cert me.pem\n# @kulala-curl--key me.key", "me.pem me.key"),
        ("# @auth mtls cert=me.pem key=me.key", "me.pem me.key"),
        ("# @cert use internal", "other.pem"),
    ],
)
def test_a_certificate_of_a_directive(line: str, shown: str) -> None:
    files = {**_FILES, "httpls.toml": '[[certificates]]\nname = "internal"\ncert = "other.pem"\n'}
    assert _shown(_choice(analyse(f"@name = me\n\n###\n{line}\nGET {_API}", files))) == shown


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("X-ClientCert: cert: me.pem key: me.key", "me.pem me.key"),
        ("x-clientcert: key: ./me.key cert: ./me.pem", "me.pem me.key"),
        ("X-ClientCert: passphrase: a b pfx: me.p12", "me.p12 passphrase=a b"),
    ],
)
def test_the_field_of_httpyac(field: str, shown: str) -> None:
    assert _shown(_choice(analyse(f"GET {_API}\n{field}", _FILES))) == shown


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (f"curl {_API} -E me.pem --key me.key", "me.pem me.key"),
        (f"curl {_API} --cert me.p12:secret", "me.p12 passphrase=secret"),
        (f"curl {_API} --cert me.p12 --pass secret", "me.p12 passphrase=secret"),
    ],
)
def test_the_options_of_curl(command: str, shown: str) -> None:
    assert _shown(_choice(analyse(command, _FILES))) == shown


def test_the_passphrase_of_a_directive_is_secret() -> None:
    certificate = _choice(analyse(f"# @cert pfx=me.p12 passphrase=hunter22\nGET {_API}", _FILES)).client_certificate
    assert certificate is not None
    assert str(certificate.passphrase) == "•••••"


def test_paths_count_from_the_file_that_they_stand_in() -> None:
    files = {**_FILES, "_shared.http": "# @cert me.pem me.key\n"}
    assert _shown(_choice(analyse(f"GET {_API}", files, name="sub/a.http"))) == "me.pem me.key"
    assert _shown(_choice(analyse(f"# @cert me.pem\nGET {_API}", files, name="sub/a.http"))) == "sub/me.pem"


def test_the_nearest_level_counts() -> None:
    files = {**_FILES, "_shared.http": "# @cert other.pem\n"}
    assert _shown(_choice(analyse(f"# @cert me.pem\n\n### a\nGET {_API}", files))) == "me.pem"
    assert _shown(_choice(analyse(f"# @cert me.pem\n\n### a\n# @no-client-cert\nGET {_API}", files))) == "none"
    assert _shown(_choice(analyse(f"# @cert none\n\n### a\nGET {_API}", files))) == "none"
    assert _shown(_choice(analyse(f"### a\nGET {_API}", files))) == "other.pem"


def test_the_rule_says_where_it_stands() -> None:
    certificate = _choice(analyse(f"\n# @cert me.pem\nGET {_API}", _FILES)).client_certificate
    assert certificate is not None
    assert certificate.rule == "`# @cert` in line 2 of a.http"


# Configuration


def test_the_form_of_jetbrains_is_for_every_host() -> None:
    files = _environment(
        clientCertificate={"path": "./me.pem", "format": "PEM"},
        clientCertificateKey="me.key",
        verifyHostCertificate=False,
    )
    choice = _choice(analyse(f"GET {_API}", files, ["dev"]))
    assert _shown(choice) == "me.pem me.key"
    assert not choice.verify
    assert choice.verify_rule.startswith("`SSLConfiguration` of the environment `dev`")


def test_a_passphrase_that_stands_nowhere_is_asked_for() -> None:
    files = _environment(clientCertificate="me.pem", clientCertificateKey="me.key", hasCertificatePassphrase=True)
    assert "‹Passphrase of the key of `me.key`›" in _shown(_choice(analyse(f"GET {_API}", files, ["dev"])))


def test_a_passphrase_may_come_from_a_provider() -> None:
    files = _environment(clientCertificate="me.p12", certificatePassphrase={"provider": "Keyring", "service": "shop"})
    analysis = analyse(f"GET {_API}", files, ["dev"])
    request = analysis.file.document.requests[0]
    sources = analysis.tls_sources(analysis.plan(request), analysis.context(request))
    (hole,) = plan_tls(sources, parse_origin(_API)).holes
    assert (hole.kind.value, hole.arguments, hole.is_secret) == ("provider", ("provider=Keyring", "service=shop"), True)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.test:8443", "port.pem"),
        ("https://api.test", "host.pem"),
        ("https://a.api.test", "narrow.pem"),
        ("https://a.b.test", "wide.pem"),
        ("https://b.test", "wide.pem"),
        ("https://other.example", "all.pem"),
    ],
)
def test_the_most_exact_pattern_of_a_host_counts(url: str, shown: str) -> None:
    hosts = {
        "*.test": "wide.pem", "*.api.test": "narrow.pem", "API.test": "host.pem", "api.test:8443": "port.pem", "b.test:1": "no.pem",
    }  # fmt: skip
    configured = {pattern: {"clientCertificate": path} for pattern, path in hosts.items()}
    files = _environment(clientCertificate="all.pem", hosts=configured) | dict.fromkeys(
        [*hosts.values(), "all.pem"], "x"
    )
    assert _shown(_choice(analyse(f"GET {url}/", files, ["dev"]))) == shown


_TOML = '[[certificates]]\nhosts = ["*.test"]\ncert = "me.pem"\n'
_EDITOR = '{"rest-client.certificates": {"api.test": {"cert": "keys/me.pem", "passphrase": "p"}}}'
_HTTPYAC = '{"clientCertificates": {"api.test": {"pfx": "./me.p12"}}}'


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        ("env toml editor httpyac", "other.pem"),
        ("toml editor httpyac", "me.pem"),
        ("editor httpyac", "keys/me.pem passphrase=p"),
        ("httpyac", "me.p12"),
    ],
)
def test_the_order_of_the_sources(sources: str, shown: str) -> None:
    files = dict(_FILES)
    if "env" in sources.split():
        files |= _environment(clientCertificate="other.pem")
    for name, path, content in (
        ("toml", "httpls.toml", _TOML),
        ("editor", ".vscode/settings.json", _EDITOR),
        ("httpyac", ".httpyac.json", _HTTPYAC),
    ):
        if name in sources:
            files[path] = content
    assert _shown(_choice(analyse(f"GET {_API}", files, ["dev"]))) == shown


def test_rules_that_lost_are_told() -> None:
    files = {**_environment(clientCertificate="other.pem"), "httpls.toml": _TOML}
    analysis = analyse(f"# @cert me.pem\nGET {_API}", files, ["dev"])
    request = analysis.file.document.requests[0]
    sources = analysis.tls_sources(analysis.plan(request), analysis.context(request))
    overruled = plan_tls(sources, parse_origin(_API)).overruled
    assert [rule.split(" (", 1)[0] for rule in overruled] == [
        "`SSLConfiguration` of the environment `dev`", "the entry `*.test` of `certificates`",
    ]  # fmt: skip


def test_the_command_line_replaces_everything() -> None:
    options = TlsOptions(ROOT, "me.p12", passphrase="{{$secret p}}", authorities=("ca.pem",), is_insecure=True)
    choice = _choice(analyse(f"# @cert me.pem\nGET {_API}", _FILES), options=options)
    assert _shown(choice) == "me.p12 passphrase=‹$secret p›"
    assert list(map(_relative, choice.trust_anchors)) == ["ca.pem"]
    assert (choice.verify, choice.verify_rule) == (False, "`--insecure`")


# Elsewhere


@pytest.mark.parametrize("occasion", [Occasion.REDIRECT, Occasion.AUTHENTICATION])
def test_elsewhere_only_rules_that_name_the_host_count(occasion: Occasion) -> None:
    files = {**_FILES, "httpls.toml": '[[certificates]]\nhosts = ["idp.test"]\ncert = "other.pem"\n'}
    text = f"# @cert me.pem\n# @auth mtls me.pem\nGET {_API}\nX-ClientCert: cert: me.pem"
    options = TlsOptions(ROOT, "me.p12")
    for given in (None, options):
        analysis = analyse(text, files)
        assert _shown(_choice(analysis, "https://idp.test/token", occasion, given)) == "other.pem"
        assert _shown(_choice(analysis, "https://else.test/", occasion, given)) == "none"


def test_directives_about_trust_hold_after_a_redirect_but_not_for_token_endpoints() -> None:
    analysis = analyse(f"# @ca ca.pem\n# @tls min=1.3\nGET {_API}", _FILES)
    redirected = _choice(analysis, "https://else.test/", Occasion.REDIRECT, is_insecure=True)
    assert (len(redirected.trust_anchors), redirected.minimum_version, redirected.verify) == (1, "1.3", False)
    token = _choice(analysis, "https://idp.test/", Occasion.AUTHENTICATION, is_insecure=True)
    assert token == TlsChoice()


# Trust


@pytest.mark.parametrize(
    ("lines", "anchors", "is_alone"),
    [
        ("# @ca ca.pem", ["ca.pem", "host.pem", "project.pem"], False),
        ("# @ca ca.pem other.pem", ["ca.pem", "other.pem", "host.pem", "project.pem"], False),
        ("# @ca ca.pem\n# @ca other.pem", ["ca.pem", "other.pem", "host.pem", "project.pem"], False),
        ("# @ca ca.pem only", ["ca.pem"], True),
        ("# @curl-cacert ca.pem", ["ca.pem"], True),
        ("", ["host.pem", "project.pem"], False),
    ],
)
def test_authorities_add_up_until_one_is_to_be_alone(lines: str, anchors: list[str], is_alone: bool) -> None:
    toml = '[tls]\nca = ["project.pem"]\n[[certificates]]\nhosts = ["api.test"]\nca = ["host.pem"]\n'
    choice = _choice(
        analyse(f"{lines}\nGET {_API}", {**_FILES, "httpls.toml": toml, "host.pem": "x", "project.pem": "x"})
    )
    assert (list(map(_relative, choice.trust_anchors)), choice.replaces_system) == (anchors, is_alone)


def test_authorities_of_the_environment_may_replace_the_systems() -> None:
    files = _environment(hosts={"api.test": {"caCertificate": ["./ca.pem", "other.pem"], "systemTrust": False}})
    choice = _choice(analyse(f"GET {_API}", files, ["dev"]))
    assert (list(map(_relative, choice.trust_anchors)), choice.replaces_system) == (["ca.pem", "other.pem"], True)
    assert _choice(analyse("GET https://else.test/", files, ["dev"])) == TlsChoice()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_variables_of_the_system_stand_for_its_authorities(variable: str) -> None:
    environment = {variable: "/etc/corp.pem"}
    choice = _choice(analyse(f"# @ca ca.pem\nGET {_API}", _FILES, os_environment=environment))
    assert choice.trust_anchors[1:] == (str(Path("/etc/corp.pem")),)
    assert choice.replaces_system
    alone = _choice(analyse(f"# @ca ca.pem only\nGET {_API}", _FILES, os_environment=environment))
    assert len(alone.trust_anchors) == 1


@pytest.mark.parametrize(
    ("environment", "anchors"),
    [
        ({"SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt", "SSL_CERT_DIR": "/etc/ssl/certs/"}, []),
        ({"SSL_CERT_FILE": "/corp/ca.pem", "SSL_CERT_DIR": "/etc/ssl/certs"}, ["/corp/ca.pem", "/etc/ssl/certs"]),
        ({"SSL_CERT_DIR": "/a:/b"}, ["/a", "/b"]),
        ({"SSL_CERT_FILE": "", "CURL_CA_BUNDLE": "/c.pem", "REQUESTS_CA_BUNDLE": "/r.pem"}, ["/c.pem"]),
    ],
)
def test_variables_that_name_what_the_system_has_anyway_say_nothing(
    environment: dict[str, str], anchors: list[str]
) -> None:
    choice = _choice(analyse(f"GET {_API}", _FILES, os_environment=environment))
    assert choice.trust_anchors == tuple(str(Path(anchor)) for anchor in anchors)
    assert choice.replaces_system is bool(anchors)


# Verification


@pytest.mark.parametrize(
    ("url", "toml", "dialect", "verify"),
    [
        ("https://api.test", "", "auto", True),
        ("https://localhost:5001", "", "auto", False),
        ("https://127.0.0.1", "", "restclient", False),
        ("https://[::1]:8443", "", "auto", False),
        ("https://a.localhost", "", "auto", False),
        ("https://127.0.0.1.evil.test", "", "auto", True),
        ("https://localhost", "", "jetbrains", True),
        ("https://localhost", 'verify = "except-loopback"', "jetbrains", False),
        ("https://localhost", 'verify = "always"', "auto", True),
        ("https://api.test", 'verify = "never"', "auto", False),
        ("https://localhost", 'ca = ["ca.pem"]', "auto", True),
    ],
)
def test_who_is_verified(url: str, toml: str, dialect: str, verify: bool) -> None:
    files = {**_FILES, "httpls.toml": f"[tls]\n{toml}\n"}
    choice = _choice(analyse(f"# @dialect {dialect}\n\n###\nGET {url}/", files))
    assert choice.verify is verify
    assert bool(choice.verify_rule) is not verify


def test_a_rule_for_a_host_may_say_that_it_is_verified_or_not() -> None:
    toml = '[[certificates]]\nhosts = ["localhost"]\nverify = true\n[[certificates]]\nhosts = ["bad.test"]\nverify = false\n'
    files = {**_FILES, "httpls.toml": toml}
    assert _choice(analyse("GET https://localhost/", files)).verify
    assert not _choice(analyse("GET https://bad.test/", files)).verify


def test_a_directive_may_say_that_nobody_is_verified() -> None:
    choice = _choice(analyse(f"GET {_API}"), is_insecure=True)
    assert (choice.verify, choice.verify_rule) == (False, "`# @insecure`")


@pytest.mark.parametrize(("host", "found"), [("localhost", True), ("127.1.2.3", True), ("127.evil.test", False), ("::1", True), ("10.0.0.1", False)])  # fmt: skip
def test_what_is_this_machine(host: str, found: bool) -> None:
    assert is_loopback(host) is found


# Versions and names


def test_versions_name_and_key_log() -> None:
    toml = '[tls]\nminimum-version = "1.3"\n[[certificates]]\nhosts = ["api.test"]\nserver-name = "inner.test"\n'
    files = {**_FILES, "httpls.toml": toml}
    choice = _choice(analyse(f"GET {_API}", files, os_environment={"SSLKEYLOGFILE": "/tmp/keys"}))
    assert choice == TlsChoice(minimum_version="1.3", server_name="inner.test", key_log="/tmp/keys")
    choice = _choice(analyse(f"# @tls min=1.0 max=1.2 server-name={{{{n}}}}\n@n = given.test\nGET {_API}", files))
    assert (choice.minimum_version, choice.maximum_version, choice.server_name) == ("1.0", "1.2", "given.test")


# Problems


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"# @cert\nGET {_API}", "1:4 certificate-without-file 'cert'"),
        (f"# @cert key=me.key\nGET {_API}", "1:4 certificate-without-file 'cert'"),
        (f"# @cert crt=me.pem kee=me.key\nGET {_API}", "1:20 unknown-tls-argument 'kee'"),
        (f"# @cert gone.pem\nGET {_API}", "1:9 missing-certificate-file 'gone.pem'"),
        (f"# @cert me.pem key=gone.key\nGET {_API}", "1:20 missing-certificate-file 'gone.key'"),
        (f"# @cert use nobody\nGET {_API}", "1:13 unknown-certificate 'nobody'"),
        (f"# @ca\nGET {_API}", "1:4 authority-without-file 'ca'"),
        (f"# @ca gone.pem\nGET {_API}", "1:7 missing-certificate-file 'gone.pem'"),
        (f"# @tls min=1.4\nGET {_API}", "1:12 unknown-tls-version '1.4'"),
        (f"# @tls cipher=x\nGET {_API}", "1:8 unknown-tls-argument 'cipher'"),
        (f"# @cert me.pem passphrase={{{{nowhere}}}}\nGET {_API}", "1:27 undefined-variable '{{nowhere}}'"),
        ("# @cert me.pem\nGET http://api.test/a", "1:1 certificate-over-http '# @cert me.pem\\n'"),
        ("# @auth mtls me.pem\nGET http://api.test/a", "1:9 certificate-over-http 'mtls'"),
        (f"# @cert {{{{$secret x}}}}.pem\nGET {_API}", None),
        (f"# @cert pkcs11:object=me\nGET {_API}", None),
        ("# @cert none\nGET http://api.test/a", None),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, found: str | None) -> None:
    assert problems(analyse(text, _FILES)) == ([found] if found else [])


def test_what_is_wrong_elsewhere_stops_the_request_too() -> None:
    files = {**_FILES, "_shared.http": "# @cert key=x\n"}
    assert problems(analyse(f"GET {_API}", files)) == [f"1:1 broken-tls-directive 'GET {_API}'"]
    files = {**_FILES, "httpls.toml": '[[certificates]]\nhosts = ["api.test"]\ncert = "gone.pem"\n'}
    assert problems(analyse(f"GET {_API}", files)) == [f"1:1 missing-certificate-file 'GET {_API}'"]
    assert problems(analyse("GET https://else.test/", files)) == []


def test_a_file_level_directive_that_is_wrong_stops_every_request() -> None:
    found = problems(analyse(f"# @ca\n\n### a\nGET {_API}"))
    assert found == ["1:4 authority-without-file 'ca'", f"4:1 broken-tls-directive 'GET {_API}'"]
