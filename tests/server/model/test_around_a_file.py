"""What settings, environments and folders around a file give to its requests, and what is wrong with them."""

import pytest
from tests.support.memory_files import ROOT, MemoryFiles, analyse, problems

from httpls.model.analysis import Analysis
from httpls.model.check import check_file
from httpls.model.plan import Plan
from httpls.model.scopes import Unset
from httpls.model.workspace import Choices, Workspace
from httpls_grammar.profile import Profile

_ENVIRONMENTS = '{"dev": {"host": "a", "tenant": "1"}, "prod": {"host": "b"}}'


def _plan(analysis: Analysis) -> Plan:
    return analysis.plan(analysis.file.document.requests[-1])


def _headers(analysis: Analysis) -> list[str]:
    return [f"{header.name}: {header.value}" for header in _plan(analysis).headers]


def _check(text: str, environments: tuple[str, ...] = (), **files: str) -> list[str]:
    every = {"httpls.toml": "", "http-client.env.json": _ENVIRONMENTS, **files, "a.http": text}
    workspace = Workspace(MemoryFiles(every), {}, Choices(environments))
    return [
        f"{finding.source.path.name}:{finding.start.line} {finding.problem.severity.value} {finding.problem.code}"
        for finding in check_file(workspace, ROOT / "a.http")
    ]


# Settings


def test_the_dialect_of_the_project_counts_after_that_of_the_file_and_before_evidence() -> None:
    files = {"httpls.toml": 'dialect = "kulala"'}
    assert analyse("GET http://a/{{$guid}}", files).profile is Profile.KULALA
    assert analyse("# @dialect vs\nGET http://a/{{$guid}}", files).profile is Profile.VISUAL_STUDIO
    assert analyse("GET http://a/{{$guid}}").profile is Profile.REST_CLIENT


@pytest.mark.parametrize(
    ("files", "profile"),
    [
        ({}, Profile.AUTO),
        ({".httpyac.js": ""}, Profile.HTTPYAC),
        ({".vscode/settings.json": '{"rest-client.previewOption": "full"}'}, Profile.REST_CLIENT),
        ({"http-client.env.json.user": "{}"}, Profile.VISUAL_STUDIO),
        ({"http-client.env.json": '{"a": {"k": {"provider": "AspnetUserSecrets", "secretName": "s"}}}'}, Profile.VISUAL_STUDIO),
        ({"http-client.env.json": '{"a": {"k": {"provider": "Keyring", "service": "s"}}}'}, Profile.AUTO),
        ({".httpyac.js": "", "http-client.env.json.user": "{}"}, Profile.AUTO),
    ],
)  # fmt: skip
def test_the_files_around_are_evidence_too(files: dict[str, str], profile: Profile) -> None:
    assert analyse("GET http://a", files).profile is profile


def test_in_a_project_of_httpyac_a_method_line_begins_a_request() -> None:
    text = "GET http://a\nPOST http://b\n"
    assert len(analyse(text, {"httpls.toml": 'dialect = "httpyac"'}).file.document.requests) == 2
    assert (
        len(analyse("# @dialect jetbrains\n" + text, {"httpls.toml": 'dialect = "httpyac"'}).file.document.requests)
        == 1
    )


@pytest.mark.parametrize(("word", "body"), [("auto", "# a\nb"), ("strip", "b"), ("keep", "# a\nb")])
def test_comments_in_bodies_are_for_a_setting_to_decide(word: str, body: str) -> None:
    plan = _plan(
        analyse("POST http://a\nContent-Type: text/plain\n\n# a\nb\n", {"httpls.toml": f'body-comments = "{word}"'})
    )
    assert plan.body is not None
    (piece,) = plan.body.messages[0]
    assert str(piece[0]) == body


def test_undefined_variables_may_be_allowed() -> None:
    analysis = analyse("GET http://a/{{b}}", {"httpls.toml": "allow-undefined = true"})
    assert problems(analysis) == ["1:14 undefined-as-written '{{b}}'"]
    assert str(_plan(analysis).target) == "http://a/{{b}}"


def test_the_environment_of_the_settings_counts_where_nobody_chooses() -> None:
    files = {"httpls.toml": 'environments = "dev"', "http-client.env.json": _ENVIRONMENTS}
    assert str(_plan(analyse("GET http://{{host}}", files)).target) == "http://a"
    assert str(_plan(analyse("GET http://{{host}}", files, ["prod"])).target) == "http://b"


def test_entries_of_dotenv_files_need_not_be_plain_names() -> None:
    files = {"httpls.toml": "plain-dotenv = false", ".env": "HOST=a"}
    assert problems(analyse("GET http://{{HOST}}", files)) == ["1:12 undefined-variable '{{HOST}}'"]
    assert str(_plan(analyse("GET http://{{$dotenv HOST}}", files)).target) == "http://a"


def test_variables_of_the_operating_system_may_be_plain_names() -> None:
    files = {"httpls.toml": "plain-os-environment = true"}
    analysis = analyse("GET http://{{HOST}}/{{API_KEY}}", files, os_environment={"HOST": "a", "API_KEY": "hunter22"})
    assert str(_plan(analysis).target) == "http://a/•••••"


def test_default_headers_come_from_outside_in_and_yield_to_the_request() -> None:
    files = {
        "httpls.toml": '[headers]\nA = "settings"\nB = "settings"\nUser-Agent = "{{agent}}"\n',
        ".vscode/settings.json": '{"rest-client.defaultHeaders": {"A": "editor", "V": "editor"}}',
        ".httpyac.json": '{"defaultHeaders": {"Y": "httpyac"}}',
        "http-client.env.json": '{"$shared": {"$headers": {"B": "shared", "C": "shared"}},'
        ' "dev": {"$kulalaDefaultHeaders": {"C": "dev", "D": "dev"}}}',
        "_shared.http": "D: folder\n",
    }
    analysis = analyse("@agent = me\nGET http://x\na: own\n", files, ["dev"])
    assert sorted(_headers(analysis)) == [
        "B: shared", "C: dev", "D: folder", "User-Agent: me", "V: editor", "Y: httpyac", "a: own",
    ]  # fmt: skip
    origins = {str(header.name): str(header.origin) for header in _plan(analysis).headers}
    assert origins["User-Agent"] == f"User-Agent from setting ({ROOT / 'httpls.toml'}:4:1)"
    assert origins["C"].startswith("C from environment dev (")


def test_what_is_wrong_with_a_header_from_elsewhere_keeps_the_request_from_being_sent() -> None:
    analysis = analyse(
        "GET http://x\n", {"httpls.toml": '[headers]\nA = "{{nothing}}"\n', "_shared.http": "B: {{none}}\n"}
    )
    assert problems(analysis) == ["1:5 problem-elsewhere 'http://x'", "1:5 problem-elsewhere 'http://x'"]
    assert "httpls.toml:2:1" in _plan(analysis).problems[0].message
    assert (
        problems(
            analyse(
                "GET http://x\nA: 1\nB: 2\n",
                {"httpls.toml": '[headers]\nA = "{{nothing}}"\n', "_shared.http": "B: {{none}}\n"},
            )
        )
        == []
    )


def test_settings_of_other_tools_count_where_ours_say_nothing() -> None:
    editor = {
        ".vscode/settings.json": '{"rest-client.followredirect": false, "rest-client.timeoutinmilliseconds": 1500,'
        ' "rest-client.rememberCookiesForSubsequentRequests": false}'
    }
    settings = analyse("", editor).settings
    assert (settings.redirects.follow, settings.timeouts.read, settings.cookies) == (False, 1.5, False)
    ours = analyse("", {**editor, "httpls.toml": "cookies = true\n[redirects]\nfollow = true\n"}).settings
    assert (ours.redirects.follow, ours.timeouts.read, ours.cookies) == (True, 1.5, True)


# Environments


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (["dev"], []),
        (["dvo"], ["1:1 unknown-environment ''"]),
        (["stage"], []),
        (["local"], ["1:1 unknown-environment ''"]),
    ],
)
def test_a_chosen_environment_has_to_exist(chosen: list[str], found: list[str]) -> None:
    files = {"http-client.env.json": _ENVIRONMENTS, ".env.stage": "x=1", ".env.local": ""}
    analysis = analyse("GET http://a", files, chosen)
    assert problems(analysis) == found
    assert [problem.code for problem in _plan(analysis).problems] == [word.split()[1] for word in found]


def test_a_misspelt_environment_is_proposed() -> None:
    (problem,) = analyse("GET http://a", {"http-client.env.json": _ENVIRONMENTS}, ["prd"]).problems()
    assert problem.remedy == "Did you mean `prod`? There are: `dev`, `prod`."


def test_an_environment_where_there_is_none_is_a_warning() -> None:
    (problem,) = analyse("GET http://a", environments=["dev"]).problems()
    assert (problem.code, problem.severity.value) == ("no-environment-file", "warning")


def test_a_variable_of_another_environment_is_said_to_be_there() -> None:
    files = {"http-client.env.json": _ENVIRONMENTS}
    (problem,) = analyse("GET http://{{tenant}}", files, ["prod"]).problems()
    assert problem.message == "`prod` is chosen, and the variable `tenant` is defined in `dev`"
    (problem,) = analyse("GET http://{{host}}", files).problems()
    assert problem.message == "no environment is chosen, and the variable `host` is defined in `dev`, `prod`"


def test_without_a_choice_a_file_is_checked_in_every_environment() -> None:
    lacks = "http-client.env.json:1 information incomplete-environment"
    assert _check("GET http://{{host}}") == [lacks]
    assert _check("GET http://{{host}}/{{tenant}}") == ["a.http:1 warning missing-in-environment", lacks]
    assert _check("GET http://{{host}}/{{tenant}}", ("prod",)) == ["a.http:1 error undefined-in-environment", lacks]
    assert _check("GET http://{{hots}}") == ["a.http:1 error undefined-variable", lacks]


def test_a_name_in_file_and_environment_is_told_with_the_one_that_counts() -> None:
    files = {"http-client.env.json": _ENVIRONMENTS}
    (problem,) = analyse("@host = x\nGET http://{{host}}", files, ["dev"]).problems()
    assert (problem.code, problem.severity.value) == ("defined-twice", "information")
    assert problem.message.endswith("in the profile `auto` the value here counts")
    (problem,) = analyse("# @dialect jetbrains\n@host = x\n###\nGET http://{{host}}", files, ["dev"]).problems()
    assert problem.message.endswith("in the profile `jetbrains` the environment counts")
    assert problems(analyse("@host = a\nGET http://{{host}}", files, ["dev"])) == []


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("@a = 1\nGET http://x", ["a"]),
        ("@a = 1\nGET http://x/{{a}}", []),
        ("@a = 1\n@b = {{a}}\nGET http://x/{{b}}", []),
        ("@a = 1\nGET http://x/{{%a}}", []),
        ("@a = {}\nGET http://x/{{a.b}}", []),
        ("@a = 1\n# @auth bearer {{a}}\nGET http://x", []),
        ("@a = 1\nGET http://x\n\n> {% client.log(client.variables.file.get('a')) %}", []),
        ("@a = 1\n", []),
    ],
)
def test_a_variable_that_nobody_uses_is_a_hint(text: str, unused: list[str]) -> None:
    found = [problem for problem in analyse(text).problems() if problem.code == "unused-variable"]
    assert [problem.range.of(text) for problem in found] == unused


def test_the_objects_of_environments_for_authentication_are_merged_over_files() -> None:
    files = {
        "http-client.env.json": '{"dev": {"Security": {"Default Auth": "shop", "Auth": {"shop":'
        ' {"Type": "OAuth2", "Client ID": "cli", "Client Secret": "public"}}}}}',
        "http-client.private.env.json": '{"dev": {"Security": {"Auth": {"shop": {"client-secret": "private"}}}}}',
    }
    auth = analyse("", files, ["dev"]).environment_auth
    assert auth.default is not None
    assert (auth.default.id, auth.default.range.of(auth.default.layer.source.text)) == ("shop", '"shop"')
    found = {
        member.key: (member.value.range.of(member.layer.source.text), member.layer.source.path.name)
        for member in auth.objects["shop"].members
    }
    assert found == {
        "client-secret": ('"private"', "http-client.private.env.json"),
        "Type": ('"OAuth2"', "http-client.env.json"),
        "Client ID": ('"cli"', "http-client.env.json"),
    }
    assert analyse("", files, []).environment_auth.objects == {}


@pytest.mark.parametrize(
    ("security", "found"),
    [
        ("1", ["malformed-auth-object 1"]),
        ('{"Auth": []}', ["malformed-auth-object []"]),
        ('{"Auth": {"a": "x"}}', ['malformed-auth-object "x"']),
        ('{"Default Auth": 1}', ["malformed-auth-object 1"]),
        ('{"HttpAuth": {"a": {"Type": "Mock", "Token": "x"}}}', []),
    ],
)
def test_a_malformed_auth_object_is_told_at_its_place(security: str, found: list[str]) -> None:
    analysis = analyse("", {"http-client.env.json": f'{{"dev": {{"Security": {security}}}}}'}, ["dev"])
    assert [
        f"{finding.problem.code} {finding.problem.range.of(finding.source.text)}" for finding in analysis.findings()
    ] == found


def test_private_values_are_secret_by_their_place() -> None:
    private = '{"dev": {"pinCode": 1234, "thing": "abc", "baseUrl": "http://a", "login": {"user": "me", "pass": "x"}}}'
    analysis = analyse("", {"http-client.private.env.json": private}, ["dev"])
    scopes = analysis.scopes(None)
    shown = {name: found.labels.secret is not None for name in scopes.names() if (found := scopes.find(name))}
    assert shown == {
        "pinCode": True, "thing": True, "baseUrl": False, "login": True, "login.user": False, "login.pass": True,
    }  # fmt: skip


# Certificates


def test_the_most_exact_rule_of_the_first_source_counts() -> None:
    files = {
        "httpls.toml": '[[certificates]]\nhosts = ["*.example.com", "a.example.com:8443"]\npfx = "toml.p12"\nname = "shop"\n',
        "http-client.private.env.json": '{"dev": {"SSLConfiguration": {"verifyHostCertificate": false,'
        ' "hosts": {"b.example.com": {"clientCertificate": {"path": "env.p12", "format": "PKCS12"},'
        ' "certificatePassphrase": {"provider": "Keyring", "service": "s"}}}}}}',
        ".vscode/settings.json": '{"rest-client.certificates": {"c.test:8443": {"cert": "c.crt", "key": "c.key"}}}',
    }
    certificates = analyse("", files, ["dev"]).certificates
    assert certificates.findings == ()

    def chosen(host: str, port: int) -> list[str]:
        return [
            f"{rule.pattern} {rule.pfx or rule.certificate}"
            for rule in certificates.for_host(host, port)
            if rule.has_certificate
        ]

    assert chosen("b.example.com", 443) == ["b.example.com env.p12", "*.example.com toml.p12"]
    assert chosen("A.example.com", 8443) == ["a.example.com:8443 toml.p12", "*.example.com toml.p12"]
    assert chosen("a.example.com", 443) == ["*.example.com toml.p12"]
    assert chosen("example.com", 443) == []
    assert chosen("c.test", 8443) == ["c.test:8443 c.crt"]
    assert chosen("c.test", 443) == []
    assert [rule.verify for rule in certificates.for_host("z", 1)] == [False]
    (rule, *_) = certificates.for_host("b.example.com", 443)
    assert rule.passphrase == Unset("provider", ("provider=Keyring", "service=s"), is_secret=True)
    named = certificates.named("shop")
    assert named is not None
    assert (named.pfx, named.folder) == ("toml.p12", ROOT)


def test_a_malformed_tls_configuration_is_told_at_its_place() -> None:
    node = '{"clientCertificate": 1, "verifyHostCertificate": "no", "clientCertificte": "x", "hosts": []}'
    analysis = analyse("", {"http-client.env.json": f'{{"dev": {{"SSLConfiguration": {node}}}}}'}, ["dev"])
    assert [
        f"{finding.problem.code} {finding.problem.range.of(finding.source.text)}" for finding in analysis.findings()
    ] == [
        "malformed-tls-configuration 1",
        'malformed-tls-configuration "no"',
        'unknown-tls-key "clientCertificte"',
        "malformed-tls-configuration []",
    ]


# Other tools


def test_the_variable_host_is_the_host_of_a_path() -> None:
    assert str(_plan(analyse("@host = https://a:1\nGET /b")).target) == "https://a:1/b"
    assert str(_plan(analyse("@host = a\nGET /b")).target) == "http://a/b"
    assert str(_plan(analyse("@host = a\nGET /b\nHost: c")).target) == "http://c/b"


def test_words_of_httpyac_are_understood() -> None:
    analysis = analyse(
        "# @loop for item of list\nGET http://a/{{item}}/{{$index}}/{{process.env.X}}", os_environment={"X": "y"}
    )
    assert problems(analysis) == []
    assert str(_plan(analysis).target) == "http://a/‹item›/‹$index›/y"
    text = "GET http://a\n\n{{@response\n  $global.foo = 1\n}}\n###\nGET http://a/{{$global.foo}}\n"
    assert problems(analyse(text)) == []


def test_variables_of_httpyacs_authentication_are_used() -> None:
    text = (
        "@shop_tokenEndpoint = https://i/token\n@shop_clientId = c\n@shop_clientSecret = s\n@shop_other = x\n"
        "@other_clientId = y\n\n###\nGET https://a/\nAuthorization: oauth2 client_credentials shop\n"
    )
    found = [problem for problem in analyse(text).problems() if problem.code == "unused-variable"]
    assert [problem.range.of(text) for problem in found] == ["shop_other", "other_clientId"]
