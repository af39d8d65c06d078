"""Environments of every peer, merged; which value counts, and where it comes from."""

import pytest
from tests.support.memory_files import analyse

_DEV = '{"dev": {"host": "public"}, "prod": {"host": "production"}}'


def _value(text: str, **more: object) -> str:
    analysis = analyse(text, **more)  # type: ignore[arg-type]
    return str(analysis.plan(analysis.file.document.requests[-1]).target).removeprefix("http://")


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"http-client.env.json": _DEV}, "public"),
        ({"http-client.env.json": _DEV, "http-client.private.env.json": '{"dev": {"host": "private"}}'}, "private"),
        ({"http-client.env.json": _DEV, "http-client.env.json.user": '{"dev": {"host": "user"}}'}, "user"),
        ({"http-client.env.json": '{"$shared": {"host": "shared"}, "dev": {}}'}, "shared"),
        ({"rest-client.env.json": _DEV}, "public"),
        ({".vscode/settings.json": '{ // editor\n"rest-client.environmentVariables": {"dev": {"host": "editor"}}, }'}, "editor"),
        ({"x.code-workspace": '{"settings": {"rest-client.environmentVariables": {"dev": {"host": "editor"}}}}'}, "editor"),
        ({".httpyac.json": '{"environments": {"dev": {"host": "httpyac"}}}'}, "httpyac"),
        ({"package.json": '{"httpyac": {"environments": {"dev": {"host": "package"}}}}'}, "package"),
        ({".env": "host=general"}, "general"),
        ({".env": "host=general", ".env.dev": "host=dev"}, "dev"),
        ({".env": "host=general", "http-client.env.json": _DEV}, "public"),
        ({"http-client.env.json": '{"dev": {"host": "{{$shared h}}"}, "$shared": {"h": "indirect"}}'}, "indirect"),
        ({"http-client.env.json": '{"dev": {"host": "{{inner}}", "inner": "nested"}}'}, "nested"),
    ],
)  # fmt: skip
def test_where_a_variable_comes_from(files: dict[str, str], value: str) -> None:
    assert _value("GET http://{{host}}", files=files, environments=["dev"]) == value


def test_the_nearest_folder_counts_first() -> None:
    files = {"http-client.env.json": _DEV, "sub/http-client.env.json": '{"dev": {"host": "near"}}'}
    assert _value("GET http://{{host}}", files=files, environments=["dev"], name="sub/a.http") == "near"


def test_nothing_above_the_root_is_read() -> None:
    files = {"http-client.env.json": _DEV, "sub/httpls.toml": ""}
    analysis = analyse("GET http://{{host}}", files, ["dev"], name="sub/a.http")
    assert analysis.environments.names == ()


def test_of_several_environments_the_later_one_counts() -> None:
    files = {"http-client.env.json": _DEV}
    assert _value("GET http://{{host}}", files=files, environments=["dev", "prod"]) == "production"


def test_names_are_given_in_the_order_of_the_files() -> None:
    assert analyse("", {"http-client.env.json": _DEV}).environments.names == ("dev", "prod")


@pytest.mark.parametrize(
    ("dialect", "value"), [("auto", "file"), ("restclient", "file"), ("jetbrains", "public"), ("kulala", "public")]
)
def test_file_or_environment_first_is_for_the_profile_to_say(dialect: str, value: str) -> None:
    text = f"# @dialect {dialect}\n@host = file\n\n###\nGET http://{{{{host}}}}"
    assert _value(text, files={"http-client.env.json": _DEV}, environments=["dev"]) == value


def test_the_public_file_wins_in_an_explicit_jetbrains_profile() -> None:
    files = {"http-client.env.json": _DEV, "http-client.private.env.json": '{"dev": {"host": "private"}}'}
    text = "# @dialect jetbrains\n\n###\nGET http://{{host}}"
    assert _value(text, files=files, environments=["dev"]) == "public"


def test_the_command_line_wins_over_everything() -> None:
    text = "@host = file\nGET http://{{host}}"
    assert _value(text, variables={"host": "given"}, files={"http-client.env.json": _DEV}) == "given"


def test_objects_are_reached_by_dots_and_indices() -> None:
    files = {"http-client.env.json": '{"dev": {"a": {"b": [{"c": 1}]}}}'}
    assert _value("GET http://{{a.b[0].c}}", files=files, environments=["dev"]) == "1"


def test_a_private_value_with_the_name_of_a_secret_is_masked() -> None:
    files = {"http-client.private.env.json": '{"dev": {"apiKey": "hunter22"}}'}
    assert _value("GET http://a/{{apiKey}}", files=files, environments=["dev"]) == "a/•••••"


def test_a_provider_is_a_hole() -> None:
    files = {"http-client.env.json": '{"dev": {"key": {"provider": "Keyring", "service": "shop"}}}'}
    analysis = analyse("GET http://a/{{key}}", files, ["dev"])
    (hole,) = analysis.plan(analysis.file.document.requests[0]).holes
    assert (hole.kind.value, hole.arguments, hole.is_secret) == ("provider", ("provider=Keyring", "service=shop"), True)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("http-client.env.json", '{"dev": {"host": }}', ["1:18 malformed-json"]),
        ("http-client.env.json", b'{"dev": "\xff"}', ["1:10 wrong-encoding", "1:9 environment-not-an-object"]),
        ("http-client.env.json", '["dev"]', ["1:1 environment-not-an-object"]),
        ("http-client.env.json", '{"dev": {"a": 1, "a": 2}}', ["1:18 duplicate-key"]),
        ("http-client.env.json", '{"dev": {"apiKey": "abc"}}', ["1:10 secret-in-public-file"]),
        ("http-client.private.env.json", '{"dev": {"auth_data": {}}}', ["1:10 clear-text-token"]),
        (".env", "what is this\n", ["1:1 malformed-dotenv-line"]),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_the_rest_goes_on(
    name: str, content: str | bytes, found: list[str]
) -> None:
    analysis = analyse("GET http://{{host}}", {name: content, "sub/x": ""}, variables={"host": "x"})
    shown = [
        f"{finding.start.line}:{finding.start.column} {finding.problem.code}"
        for finding in analysis.environments.findings
    ]
    assert shown == found
    assert str(analysis.plan(analysis.file.document.requests[0]).target) == "http://x"


def test_variables_of_the_operating_system() -> None:
    given = {"HOST": "os", "API_TOKEN": "hunter22", "PREFIX_dev": "indirect"}
    for template, value in (("$env.HOST", "os"), ("$processEnv HOST", "os"), ("$processEnv API_TOKEN", "•••••")):
        assert _value(f"GET http://{{{{{template}}}}}", os_environment=given) == value
    assert _value("@which = PREFIX_dev\nGET http://{{$processEnv %which}}", os_environment=given) == "indirect"


def test_a_name_alone_is_not_looked_up_in_the_operating_system() -> None:
    analysis = analyse("GET http://{{HOST}}", os_environment={"HOST": "os"})
    assert [problem.code for problem in analysis.problems()] == ["undefined-variable"]
