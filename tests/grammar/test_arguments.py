"""Arguments of directives, and the shorthands of header fields."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from httpls_grammar.islands.arguments import parse_arguments, parse_colon_arguments
from httpls_grammar.islands.authorization import parse_authorization, parse_client_certificate


@pytest.mark.parametrize(
    ("text", "positional", "named"),
    [
        ("", [], {}),
        ("basic me secret", ["basic", "me", "secret"], {}),
        ("apikey name=api_key value={{apiKey}} in=query", ["apikey"], {"name": "api_key", "value": "{{apiKey}}", "in": "query"}),
        ("bearer {{$secret a b}} prefix=Token", ["bearer", "{{$secret a b}}"], {"prefix": "Token"}),
        ('x scope="a b" y=\'c d\'', ["x"], {"scope": "a b", "y": "c d"}),
        ('x "a \\" b"', ["x", 'a " b'], {}),
        ("x url=https://a/?b=c", ["x"], {"url": "https://a/?b=c"}),
        ("x https://a/?b=c", ["x", "https://a/?b=c"], {}),
        ("x a=", ["x"], {"a": ""}),
        ("x key={{a}}-{{b c}}", ["x"], {"key": "{{a}}-{{b c}}"}),
        ("it's", ["it's"], {}),
        ('a"b c"', ['a"b', 'c"'], {}),
        ("{a} {{b", ["{a}", "{{b"], {}),
    ],
)  # fmt: skip
def test_arguments(text: str, positional: list[str], named: dict[str, str]) -> None:
    arguments = parse_arguments(text)
    assert [value.text for value in arguments.positional] == positional
    assert {argument.key: argument.value.text for argument in arguments.named} == named


@pytest.mark.parametrize(
    "text", ["token: a b region:eu-central-1 service:s3", "service: s3 token:a b region: eu-central-1"]
)
def test_colon_arguments_come_in_any_order(text: str) -> None:
    arguments = parse_colon_arguments("id {{a: b}} " + text, ("token", "region", "service"))
    assert [value.text for value in arguments.positional] == ["id", "{{a: b}}"]
    assert {argument.key: argument.value.text for argument in arguments.named} == {
        "token": "a b", "region": "eu-central-1", "service": "s3",
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab=\"' {}\\.:\t\u2028"), st.integers(0, 3))
def test_every_part_has_its_range(text: str, start: int) -> None:
    padded = "x" * start + text
    arguments = parse_arguments(text, start)
    for value in [*arguments.positional, *[argument.value for argument in arguments.named]]:
        written = value.range.of(padded)
        assert value.text == written or written[:1] in "\"'"
    for argument in arguments.named:
        assert argument.key_range.of(padded) == argument.key


@pytest.mark.parametrize(
    ("value", "scheme", "arguments"),
    [
        ("Basic me secret", "basic", ["me", "secret"]),
        ("Basic me my secret phrase", "basic", ["me", "my secret phrase"]),
        ("Basic me:se:cret", "basic", ["me", "se:cret"]),
        ("Basic me pa:ss", "basic", ["me", "pa:ss"]),
        ("Basic {{user}} {{password}}", "basic", ["{{user}}", "{{password}}"]),
        ("Basic {{$secret a}}:{{$secret b}}", "basic", ["{{$secret a}}", "{{$secret b}}"]),
        ("Basic {{credentials}}", "basic", ["{{credentials}}"]),
        ("basic me:", "basic", ["me", ""]),
        ("Digest me secret", "digest", ["me", "secret"]),
        ("NTLM CORP\\me secret", "ntlm", ["CORP\\me", "secret"]),
        ("NTLM", "ntlm", []),
        ("Negotiate", "negotiate", []),
        ("AWS id secret", "aws", ["id", "secret"]),
        ("COGNITO me pw eu-1 pool client", "cognito", ["me", "pw", "eu-1", "pool", "client"]),
        ("oauth2 client_credentials shop", "oauth2", ["client_credentials", "shop"]),
        ("openid code", "oidc", ["code"]),
    ],
)
def test_a_shorthand(value: str, scheme: str, arguments: list[str]) -> None:
    shorthand = parse_authorization(value)
    assert shorthand is not None
    assert shorthand.scheme == scheme
    assert [argument.text for argument in shorthand.positional] == arguments
    assert [argument.range.of(value) for argument in shorthand.positional] == arguments


@pytest.mark.parametrize(
    "value",
    ["Basic dXNlcjpwYXNz", "Bearer abc def", "{{auth}}", "Basic", "Negotiate YII=", "token me", "Digestive a b"],
)
def test_other_values_are_sent_as_they_stand(value: str) -> None:
    assert parse_authorization(value) is None


def test_a_client_certificate_in_a_field() -> None:
    arguments = parse_client_certificate("pfx: ./my cert.p12 passphrase: {{$secret p12}}")
    assert {argument.key: argument.value.text for argument in arguments.named} == {
        "pfx": "./my cert.p12", "passphrase": "{{$secret p12}}",
    }  # fmt: skip
