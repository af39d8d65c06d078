"""Which authentication is in force for a request, as planned schemes, and what is wrong with it."""

from collections.abc import Mapping, Sequence

import pytest
from tests.support.memory_files import ROOT, analyse, problems

from httpls.model.auth_plan import PlannedScheme
from httpls.model.plan import Plan

BASIC = "# @auth basic {{user}} {{password}}\n"
VARIABLES = "@user = me\n@password = hidden\n"


def plan(
    text: str, files: Mapping[str, str] | None = None, environments: Sequence[str] = (), name: str = "a.http"
) -> Plan:
    analysis = analyse(text, files, environments, name=name)
    return analysis.plan(analysis.file.document.requests[-1])


def schemes(plan: Plan) -> list[str]:
    """The schemes as `word key=text …`; a key of `<` names a file."""
    return [shown(scheme) for scheme in plan.auth.schemes]


def shown(scheme: PlannedScheme) -> str:
    pieces = [scheme.word]
    for one in scheme.parameters:
        key = one.key if one.key is not None else str(one.position)
        pieces.append(f"{key}{'<' if one.is_file else '='}{one.text}")
    return " ".join(pieces)


def headers(plan: Plan) -> list[str]:
    return [f"{header.name}: {header.value}" for header in plan.headers]


def test_a_directive_with_its_lines_is_a_scheme() -> None:
    found = plan(
        f"{VARIABLES}\n###\n# @auth basic {{{{user}}}} charset=utf-8\n# @auth-password {{{{password}}}}\nGET https://a\n"
    )
    assert schemes(found) == ["basic 0=me charset=utf-8 password=•••••"]
    assert headers(found) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Authorization: Basic me {{p}}", "basic username=me password=‹$guid›"),
        ("Authorization: Basic me:{{p}}", "basic username=me password=‹$guid›"),
        ("Authorization: Digest {{user}} a b", "digest username=me password=•••••"),
        ("Authorization: NTLM CORP\\me {{p}}", "ntlm username=CORP\\me password=‹$guid›"),
        ("Authorization: NTLM", "ntlm"),
        ("Authorization: Negotiate", "negotiate"),
        ("# @use-os-credentials", "negotiate"),
        ("Authorization: AWS id key token:t region: eu service:s3", "aws access-key=id secret-key=••••• session-token=••••• region=eu service=s3"),
        ("X-ClientCert: pfx: ./me.p12 passphrase: {{p}}", "mtls pfx=./me.p12 passphrase=‹$guid›"),
        ("Authorization: {{variable}}", "basic username=some password=•••••"),
    ],
)  # fmt: skip
def test_shorthands_are_schemes_and_no_fields(text: str, found: str) -> None:
    before, after = ("", text) if not text.startswith("#") else (text + "\n", "")
    planned = plan(
        f"@user = me\n@p = {{{{$guid}}}}\n@variable = Basic some body\n\n###\n{before}GET https://a\n{after}\n"
    )
    assert schemes(planned) == [found]
    assert headers(planned) == []


@pytest.mark.parametrize("value", ["Bearer abc", "Basic bWU6aGlkZGVu", 'Digest username="me", realm="x"', "{{token}}"])
def test_other_authorization_fields_are_kept(value: str) -> None:
    planned = plan(f"{BASIC}@token = t\n\n###\nGET https://a\nAuthorization: {value}\n")
    assert schemes(planned) == []
    assert [header.split(":")[0] for header in headers(planned)] == ["Authorization"]


def test_basic_with_one_variable_is_divided_when_it_is_known() -> None:
    planned = plan("GET https://a\nAuthorization: Basic {{$guid}}\n")
    assert schemes(planned) == ["basic 0=‹$guid›"]
    assert planned.auth.schemes[0].declaration.splits_later
    assert planned.problems == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("curl -u me:x https://a", "basic username=me password=•••••"),
        ("curl --oauth2-bearer t https://a", "bearer token=•••••"),
        ("curl -H 'Authorization: Basic me x' https://a", "basic username=me password=•••••"),
    ],
)
def test_options_of_curl_are_schemes(text: str, found: str) -> None:
    planned = plan(text)
    assert schemes(planned) == [found]
    assert headers(planned) == []


LEVELS = {
    "_shared.http": "# @auth basic root {{$secret p}}\n",
    "sub/_shared.http": "# @auth apikey X-Key {{$secret k}}\n",
}


@pytest.mark.parametrize(
    ("text", "name", "found", "level"),
    [
        ("GET https://a", "a.http", ["basic 0=root 1=‹$secret p›"], "FOLDER"),
        ("GET https://a", "sub/a.http", ["apikey 0=X-Key 1=‹$secret k›"], "FOLDER"),
        ("### Shared\n# @auth bearer {{$secret t}}\n\n###\nGET https://a", "sub/a.http", ["bearer 0=‹$secret t›"], "FILE"),
        ("# @auth bearer {{$secret t}}\n\n###\n# @auth inherit\nGET https://a", "a.http", ["bearer 0=‹$secret t›"], "FILE"),
        ("# @auth bearer {{$secret t}}\n\n###\n# @auth none\nGET https://a", "a.http", [], "REQUEST"),
        ("# @auth bearer {{$secret t}}\nGET https://a", "a.http", ["bearer 0=‹$secret t›"], "REQUEST"),
        ("# @auth bearer {{$secret t}}\n# @auth apikey X-K {{$secret k}}\nGET https://a", "a.http",
         ["bearer 0=‹$secret t›", "apikey 0=X-K 1=‹$secret k›"], "REQUEST"),
    ],
)  # fmt: skip
def test_the_nearest_level_counts(text: str, name: str, found: list[str], level: str) -> None:
    planned = plan(text + "\n", LEVELS, name=name)
    assert schemes(planned) == found
    assert planned.auth.in_force.level is not None
    assert planned.auth.in_force.level.name == level


def test_what_is_overridden_is_told_nearest_first() -> None:
    planned = plan("# @auth bearer {{$secret t}}\n\n###\n# @auth none\nGET https://a\n", LEVELS, name="sub/a.http")
    assert [one.word for one in planned.auth.in_force.overridden] == ["bearer", "apikey", "basic"]


def test_a_field_wins_over_inherited_auth_silently_and_over_its_own_with_a_warning() -> None:
    inherited = "# @auth basic me {{$secret p}}\n\n###\nGET https://a\nAuthorization: Bearer x\n"
    assert schemes(plan(inherited)) == []
    assert problems(analyse(inherited)) == []
    own = "# @auth basic me {{$secret p}}\nGET https://a\nAuthorization: Bearer x\n"
    assert schemes(plan(own)) == []
    assert problems(analyse(own)) == ["1:9 auth-beside-header 'basic'"]


def test_a_field_leaves_a_scheme_that_writes_another_one() -> None:
    planned = plan("# @auth apikey X-Key {{$secret k}}\n\n###\nGET https://a\nAuthorization: Bearer x\n")
    assert schemes(planned) == ["apikey 0=X-Key 1=‹$secret k›"]
    assert headers(planned) == ["Authorization: Bearer x"]


def test_a_nearer_scheme_wins_over_a_field_of_an_outer_level() -> None:
    files = {"_shared.http": "Authorization: Bearer {{nowhere}}\n"}
    for directive, found in (("basic me {{$secret p}}", ["basic 0=me 1=‹$secret p›"]), ("none", [])):
        planned = plan(f"# @auth {directive}\nGET https://a\n", files)
        assert (schemes(planned), headers(planned), planned.problems) == (found, [], [])
    assert headers(plan("GET https://a\n", {"_shared.http": "Authorization: Bearer x\n"})) == [
        "Authorization: Bearer x"
    ]
    shorthand = {"_shared.http": "Authorization: Basic me {{$secret p}}\n"}
    planned = plan("GET https://a\n", shorthand)
    assert (schemes(planned), headers(planned)) == (["basic username=me password=‹$secret p›"], [])


def test_a_client_certificate_does_not_replace_what_is_inherited() -> None:
    planned = plan("# @auth basic me {{$secret p}}\n\n###\nGET https://a\nX-ClientCert: cert: a.crt key: a.key\n")
    assert schemes(planned) == ["basic 0=me 1=‹$secret p›", "mtls cert=a.crt key=a.key"]


def test_inherited_texts_are_resolved_in_the_request() -> None:
    files = {"_shared.http": "# @auth basic {{user}} {{$secret p}}\n"}
    assert schemes(plan("@user = me\n\n###\n# @var user = own\nGET https://a\n", files)) == [
        "basic 0=own 1=‹$secret p›"
    ]


def test_errors_of_another_file_are_told_at_the_request() -> None:
    files = {"_shared.http": "# @auth basic {{user}}\n"}
    analysis = analyse("###\nGET https://a\n", files)
    assert problems(analysis) == ["2:5 auth-elsewhere 'https://a'"] * 2
    assert {problem.message for problem in analysis.problems()} == {
        "the authentication from line 1 of _shared.http cannot be prepared: `basic` needs `password`",
        "the authentication from line 1 of _shared.http cannot be prepared: the variable `user` is not defined",
    }
    assert problems(analyse("", {}, name="_shared.http")) == []
    assert problems(analyse("# @auth basic {{user}}\n", {}, name="_shared.http")) == [
        "1:9 missing-auth-parameter 'basic'"
    ]


@pytest.mark.parametrize(
    ("directives", "found"),
    [
        ("# @auth", ["1:4 missing-auth-scheme 'auth'"]),
        ("# @auth basc me {{$secret p}}", ["1:9 unknown-auth-scheme 'basc'"]),
        ("# @auth-password x", ["1:4 stray-auth-parameter 'auth-password'"]),
        ("# @auth basic me", ["1:9 missing-auth-parameter 'basic'"]),
        ("# @auth basic me {{$secret p}} charset=utf8x", ["1:40 wrong-auth-value 'utf8x'"]),
        ("# @auth basic me {{$secret p}} {{$guid}}", ["1:32 surplus-auth-argument '{{$guid}}'"]),
        ("# @auth basic me {{$secret p}}\n# @auth-user you", ["2:9 duplicate-auth-parameter 'user'"]),
        ("# @auth basic me {{$secret p}}\n# @auth-usrname you", ["2:9 unknown-auth-parameter 'usrname'"]),
        ("# @auth basic me {{$secret p}}\n# @auth-x-key you", ["2:9 unknown-auth-parameter 'x-key'"]),
        ("# @auth basic me hidden", ["1:18 clear-text-secret 'hidden'"]),
        ("# @auth basic me {{nowhere}}", ["1:18 undefined-variable '{{nowhere}}'"]),
        ("# @auth basic me\n# @auth-password-file ./p.txt", ["2:23 missing-auth-file './p.txt'"]),
        ("# @auth basic me\n# @auth-password-file ./there.txt", []),
        ("# @auth basic me\n# @auth-password-file ~/there.txt", []),
        ("# @auth use", ["1:9 missing-auth-object 'use'"]),
        ("# @auth use shop", ["1:13 unknown-auth-object 'shop'"]),
        ("# @auth bearer {{$secret a}}\n# @auth basic me {{$secret p}}", ["2:9 conflicting-auth 'basic'"]),
        ("# @auth bearer {{$secret a}}\n# @auth apikey X-Key {{$secret p}}", []),
        ("# @auth basic me {{$secret p}}\n# @auth-follow-redirects https://a, b", ["2:37 wrong-redirect-origin 'b'"]),
    ],
)
def test_problems(directives: str, found: list[str]) -> None:
    analysis = analyse(f"{directives}\nGET https://a\n", {"there.txt": "x"}, os_environment={"HOME": str(ROOT)})
    assert problems(analysis) == found


def test_a_misspelt_parameter_is_proposed() -> None:
    analysis = analyse("# @auth basic me\n# @auth-pasword {{$secret p}}\nGET https://a\n")
    remedies = {problem.code: problem.remedy for problem in analysis.problems()}
    assert remedies["unknown-auth-parameter"] == "Did you mean `password`?"


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("http://example.com/", True),
        ("http://{{host}}/", True),
        ("http://10.0.0.1", True),
        ("https://example.com/", False),
        ("http://localhost:8080/", False),
        ("http://api.localhost/", False),
        ("http://127.0.0.1/", False),
        ("http://[::1]/", False),
        ("http://0.0.0.0:8000/", False),
        ("http://{{nowhere}}/", False),
        ("http://{{$guid}}/", False),
    ],
)
def test_a_credential_in_clear_to_another_machine_is_a_warning(url: str, is_told: bool) -> None:
    for auth in ("# @auth basic me {{$secret p}}", "# @auth bearer {{$secret p}}"):
        analysis = analyse(f"@host = example.com\n\n###\n{auth}\nGET {url}\n")
        assert ("insecure-credential" in {problem.code for problem in analysis.problems()}) is is_told


def test_without_a_credential_plain_http_is_no_problem() -> None:
    assert problems(analyse("# @auth none\nGET http://example.com/\n")) == []


ENVIRONMENT = {
    "http-client.env.json": """{
  "dev": {
    "user": "me",
    "Security": {
      "Default Auth": "legacy",
      "Auth": {
        "legacy": {"Type": "Basic", "Username": "{{user}}", "Password": {"provider": "Keyring", "service": "s", "account": "a"}},
        "key": {"Type": "ApiKey", "Name": "X-API-Key", "Value": "{{$secret key}}", "In": "Header"},
        "test": {"Type": "Mock", "Token": "abc", "ID Token": "def"},
        "odd": {"Type": "Baisc"},
        "none": {"Username": "x"},
        "far": {"Type": "Basic", "Username": "x", "Password": "hidden", "Browser CMD": "x"}
      }
    }
  },
  "other": {"Security": {"Auth": {"elsewhere": {"Type": "Mock", "Token": "abc"}}}}
}"""
}


def test_the_default_of_the_environment_counts_last() -> None:
    planned = plan("GET https://a\n", ENVIRONMENT, ["dev"])
    assert schemes(planned) == ["basic Username=me Password=‹basic Password›"]
    (scheme,) = planned.auth.schemes
    assert [hole.arguments for hole in scheme.holes] == [("provider=Keyring", "service=s", "account=a")]
    assert scheme.reference is not None
    assert scheme.place_of("password").range.of(scheme.declaration.source.text).startswith('{"provider"')
    assert schemes(plan("# @auth none\nGET https://a\n", ENVIRONMENT, ["dev"])) == []
    assert schemes(plan("GET https://a\n", ENVIRONMENT)) == []


def test_an_object_may_be_used_and_its_parameters_replaced() -> None:
    assert schemes(plan("# @auth use key\nGET https://a\n", ENVIRONMENT, ["dev"])) == [
        "apikey Name=X-API-Key Value=‹$secret key› In=Header"
    ]
    assert schemes(plan("# @auth use key\n# @auth-name X-Other\nGET https://a\n", ENVIRONMENT, ["dev"])) == [
        "apikey Value=‹$secret key› In=Header name=X-Other"
    ]


def test_a_token_in_a_text_is_that_of_its_object() -> None:
    planned = plan(
        'GET https://a?t={{$auth.idToken("test")}}\nAuthorization: Bearer {{$auth.token("test")}}\n',
        ENVIRONMENT,
        ["dev"],
    )
    assert {
        arguments: (shown(token.scheme), token.is_identity) for arguments, token in planned.auth.tokens.items()
    } == {
        ("auth.idToken", "test"): ("mock Token=••••• ID Token=•••••", True),
        ("auth.token", "test"): ("mock Token=••••• ID Token=•••••", False),
    }
    assert schemes(planned) == []
    assert planned.problems == []


def test_an_object_that_is_not_there_is_an_error_that_names_its_environment() -> None:
    text = '# @auth use elsewhere\nGET https://a/{{$auth.token("legcy")}}\n'
    analysis = analyse(text, ENVIRONMENT, ["dev"])
    assert problems(analysis) == [
        "1:13 auth-object-in-environment 'elsewhere'",
        "2:15 unknown-auth-object '{{$auth.token(\"legcy\")}}'",
    ]
    assert [problem.remedy for problem in analysis.problems()] == [
        "Choose the environment `other`.",
        "Did you mean `legacy`?",
    ]


def test_what_is_wrong_with_an_object_is_told_in_its_file_and_where_it_is_used() -> None:
    analysis = analyse("# @auth use odd\nGET https://a\n", ENVIRONMENT, ["dev"])
    found = [(one.problem.code, one.problem.range.of(one.source.text)) for one in analysis.findings()]
    assert found == [
        ("incomplete-environment", '"other"'),
        ("unknown-auth-scheme", '"Baisc"'),
        ("auth-object-without-type", '"none"'),
        ("clear-text-secret", "hidden"),
        ("ignored-auth-key", '"Browser CMD"'),
    ]
    assert problems(analysis) == ["2:5 auth-elsewhere 'https://a'"]
