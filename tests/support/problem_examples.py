"""For each problem a small file that has it: what the pages of the documentation show, and a test checks."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.support.memory_files import ROOT, MemoryFiles

from httpls.model.analysis import Analysis
from httpls.model.check import check_file
from httpls.model.unused_environment import unused_environment_variables
from httpls.model.workspace import Choices, Workspace
from httpls.run.cancel import Cancel
from httpls.run.scripts.syntax import ScriptSyntax
from httpls_grammar.problems import Problem


class Example(NamedTuple):
    """A request file, the files beside it, and the environments that are chosen."""

    text: str | None
    files: Mapping[str, str] = {}
    environments: tuple[str, ...] = ()
    name: str = "orders.http"


_ENV = "http-client.env.json"
_AUTH = '{\n  "dev": {\n    "Security": {\n      "Auth": {\n        "shop": {\n%s\n        }\n      }\n    }\n  }\n}\n'
_URL = "https://api.example.com/orders"


def _auth(*lines: str) -> str:
    return _AUTH % ",\n".join([f"          {line}" for line in lines])


EXAMPLES: Mapping[str, Example] = {
    "auth-beside-header": Example(f"# @auth basic me {{{{$secret shop}}}}\nGET {_URL}\nAuthorization: Bearer abc\n"),
    "auth-elsewhere": Example(f"GET {_URL}\n", {"_shared.http": "# @auth basic me {{$secret shop}} {{nothing}}\n"}),
    "auth-object-in-environment": Example(
        f'GET {_URL}\nAuthorization: Bearer {{{{$auth.token("shop")}}}}\n',
        {
            _ENV: '{\n  "dev": {"Security": {"Auth": {"shop": {"Type": "OAuth2", "Grant Type": "Client Credentials", "Token URL": "https://login.example.com/token", "Client ID": "cli", "Client Secret": "{{$secret cli}}"}}}},\n  "prod": {"a": "1"}\n}\n'
        },
        ("prod",),
    ),
    "auth-object-without-type": Example(f"# @auth use shop\nGET {_URL}\n", {_ENV: _auth('"Username": "me"')}, ("dev",)),
    "authority-without-file": Example(f"# @ca\nGET {_URL}\n"),
    "body-after-get": Example(f'GET {_URL}\nContent-Type: application/json\n\n{{"a": 1}}\n'),
    "broken-tls-directive": Example(f"GET {_URL}\n", {"_shared.http": "# @ca\n"}),
    "certificate-over-http": Example(
        "# @cert cert=me.pem key=me.key\nGET http://api.example.com/\n", {"me.pem": "", "me.key": ""}
    ),
    "certificate-without-file": Example(f"# @cert\nGET {_URL}\n"),
    "clear-text-secret": Example(f"# @auth basic me hunter2\nGET {_URL}\n"),
    "clear-text-token": Example(f"GET {_URL}\n", {_ENV: '{"dev": {"auth_data": {"shop": {"access_token": "abc"}}}}\n'}),
    "conditional-loop": Example(f"# @loop while true\nGET {_URL}\n"),
    "conflicting-auth": Example(f"# @auth basic me {{{{$secret a}}}}\n# @auth bearer {{{{$secret b}}}}\nGET {_URL}\n"),
    "content-length": Example(f"POST {_URL}\nContent-Length: 7\n\nabc\n"),
    "curl-option-without-effect": Example(f"# @curl-retry 3\nGET {_URL}\n"),
    "curl-option-without-value": Example(f"curl {_URL} -H\n"),
    "curl-without-url": Example("curl -X POST\n"),
    "cyclic-auth": Example(
        f"# @auth use shop\nGET {_URL}\n",
        {
            _ENV: _auth(
                '"Type": "OAuth2"',
                '"Grant Type": "Client Credentials"',
                '"Token URL": "https://login.example.com/t"',
                '"Client ID": "cli"',
                '"Client Secret": "{{$auth.token(\\"shop\\")}}"',
            )
        },
        ("dev",),
    ),
    "cyclic-dependency": Example(f"### a\n# @ref b\nGET {_URL}\n\n### b\n# @ref a\nGET {_URL}\n"),
    "cyclic-variable": Example(f"@a = {{{{b}}}}\n@b = {{{{a}}}}\n\n### list\nGET {_URL}/{{{{a}}}}\n"),
    "defined-twice": Example(
        "@host = localhost\n\n### list\nGET http://{{host}}/\n",
        {_ENV: '{"dev": {"host": "api.example.com"}}\n'},
        ("dev",),
    ),
    "deprecated-auth": Example(
        f"# @auth oauth2\n# @auth-grant password\n# @auth-token-url https://login.example.com/token\n# @auth-client-id cli\n# @auth-username me\n# @auth-password {{{{$secret me}}}}\nGET {_URL}\n"
    ),
    "deprecated-environment-file": Example(f"GET {_URL}\n", {"rest-client.env.json": '{"dev": {"a": "1"}}\n'}),
    "duplicate-auth-parameter": Example(f"# @auth basic me {{{{$secret shop}}}} username=you\nGET {_URL}\n"),
    "duplicate-key": Example(f"GET {_URL}\n", {_ENV: '{"dev": {"a": "1", "a": "2"}}\n'}),
    "duplicate-name": Example(f"# @name list\nGET {_URL}\n\n###\n# @name list\nGET {_URL}?page=2\n"),
    "duration-without-unit": Example(f"# @timeout 500\nGET {_URL}\n"),
    "dynamic-variable": Example(f"GET {_URL}/{{{{$randomInt a b}}}}\n"),
    "dynamic-variable-advice": Example(f"GET {_URL}/{{{{$datetime 'yyyy-MM-dd'}}}}\n"),
    "empty-template": Example(f"GET {_URL}/{{{{}}}}\n"),
    "environment-not-an-object": Example(f"GET {_URL}\n", {_ENV: '{"dev": 3}\n'}),
    "expansion-too-large": Example(
        "@a = 0123456789\n"
        + "".join([f"@{new} = {f'{{{{{old}}}}}' * 10}\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)])
        + f"\n### list\nGET {_URL}/{{{{i}}}}\n"
    ),
    "foreign-format": Example('@name("list")\nGET "https://api.example.com/orders"\n? page= 2\n'),
    "header-without-colon": Example(f"GET {_URL}\nAccept\n"),
    "ignored-auth-key": Example(
        f"# @auth use shop\nGET {_URL}\n",
        {
            _ENV: _auth(
                '"Type": "Basic"', '"Username": "me"', '"Password": "{{$secret shop}}"', '"Browser CMD": "firefox"'
            )
        },
        ("dev",),
    ),
    "incomplete-environment": Example(
        "GET http://{{host}}/\n",
        {_ENV: '{"dev": {"host": "localhost", "tenant": "a"}, "prod": {"host": "api.example.com"}}\n'},
    ),
    "indented-separator": Example(f"GET {_URL}\n\n  ### second\nGET {_URL}/2\n"),
    "insecure-credential": Example("# @auth basic me {{$secret shop}}\nGET http://api.example.com/orders\n"),
    "javascript-expression": Example(f"GET {_URL}/{{{{Math.max(1, 2)}}}}\n"),
    "line-before-request": Example(f"something\nGET {_URL}\n"),
    "lua-script": Example(f"GET {_URL}\n\n> {{%\n-- lua\nclient.global.set('a', 1)\n%}}\n"),
    "malformed-assertion": Example(f"GET {_URL}\n\n?? status\n"),
    "malformed-auth-object": Example(
        f"# @auth use shop\nGET {_URL}\n", {_ENV: '{"dev": {"Security": {"Auth": {"shop": "Basic"}}}}\n'}, ("dev",)
    ),
    "malformed-dotenv-line": Example(f"GET {_URL}\n", {".env": "BASE=1\nnonsense\n"}),
    "malformed-duration": Example(f"# @timeout soon\nGET {_URL}\n"),
    "malformed-json": Example(f"GET {_URL}\n", {_ENV: '{"dev": {"a" "1"}}\n'}),
    "malformed-json-body": Example(f'POST {_URL}\nContent-Type: application/json\n\n{{"a": }}\n'),
    "malformed-loop": Example(f"# @loop sometimes\nGET {_URL}\n"),
    "malformed-statement": Example("run #list ()(\n"),
    "malformed-script": Example(f"GET {_URL}\n\n> {{%\n  client.assert(response.status === 200;\n%}}\n"),
    "malformed-status-list": Example(f"# @expect-status-code many\nGET {_URL}\n"),
    "malformed-tls-configuration": Example(
        f"GET {_URL}\n", {_ENV: '{"dev": {"SSLConfiguration": {"verifyHostCertificate": "no"}}}\n'}, ("dev",)
    ),
    "malformed-toml": Example(f"GET {_URL}\n", {"httpls.toml": "timeouts = \n"}),
    "missing-auth-file": Example(
        f"# @auth jwt\n# @auth-algorithm RS256\n# @auth-payload {{}}\n# @auth-private-key-file ./gone.pem\nGET {_URL}\n"
    ),
    "missing-auth-object": Example(f"# @auth use\nGET {_URL}\n"),
    "missing-auth-parameter": Example(f"# @auth basic me\nGET {_URL}\n"),
    "missing-auth-scheme": Example(f"# @auth\nGET {_URL}\n"),
    "missing-blank-line": Example(f'POST {_URL}\nContent-Type: application/json\n{{"a": 1}}\n'),
    "missing-boundary": Example(
        f'POST {_URL}\nContent-Type: multipart/form-data\n\n--b\nContent-Disposition: form-data; name="a"\n\n1\n--b--\n'
    ),
    "missing-certificate-file": Example(f"# @cert cert=./gone.pem key=./gone.key\nGET {_URL}\n"),
    "missing-dotenv-variable": Example(f"GET {_URL}/{{{{$dotenv NOTHING}}}}\n"),
    "missing-expectation": Example(f"GET {_URL}\n\n?? status ==\n"),
    "missing-file": Example(f"POST {_URL}\n\n< ./gone.json\n"),
    "missing-import": Example(f"import ./gone.http\n\n### list\nGET {_URL}\n"),
    "missing-in-environment": Example(
        "GET http://{{host}}/\n", {_ENV: '{"dev": {"host": "localhost"}, "prod": {"a": "1"}}\n'}
    ),
    "missing-os-variable": Example(f"GET {_URL}/{{{{$processEnv NOTHING_IS_CALLED_SO}}}}\n"),
    "missing-shared-variable": Example(
        "GET http://{{host}}/\n", {_ENV: '{"$shared": {"g": "x"}, "dev": {"host": "{{$shared host}}"}}\n'}, ("dev",)
    ),
    "name-in-reference": Example(
        f"### log in\nPOST {_URL}/login\n\n### list\nGET {_URL}?token={{{{log in.response.body.$.token}}}}\n"
    ),
    "no-environment-file": Example(f"GET {_URL}\n", {}, ("dev",)),
    "not-portable": Example(
        f"GET {_URL}\n\n?? status == 200\n", {"httpls.toml": 'portability = ["jetbrains", "restclient"]\n'}
    ),
    "option-not-known-yet": Example(f"# @timeout {{{{$guid}}}}\nGET {_URL}\n"),
    "problem-elsewhere": Example(f"GET {_URL}\n", {"_shared.http": "X-Tenant: {{nothing}}\n"}),
    "relative-target": Example("GET /orders\n"),
    "request-without-target": Example("POST HTTP/1.1\n"),
    "second-request": Example(f"GET {_URL}\n\nGET {_URL}/2\n"),
    "secret-in-public-file": Example(
        f"GET {_URL}/{{{{apiKey}}}}\n", {_ENV: '{"dev": {"apiKey": "a1b2c3"}}\n'}, ("dev",)
    ),
    "secret-in-settings": Example(
        f"GET {_URL}\n",
        {
            "httpls.toml": '[[certificates]]\nhosts = ["api.example.com"]\npfx = "./me.p12"\npassphrase = "hunter2"\n',
            "me.p12": "",
        },
    ),
    "separator-in-script": Example(f"GET {_URL}\n\n> {{%\n### not a separator\nclient.log('a')\n%}}\n"),
    "stray-auth-parameter": Example(f"# @auth-username me\nGET {_URL}\n"),
    "surplus-auth-argument": Example(f"# @auth basic me {{{{$secret shop}}}} more\nGET {_URL}\n"),
    "unclosed-comment": Example(f"/* what this does\nGET {_URL}\n"),
    "unclosed-multipart": Example(
        f'POST {_URL}\nContent-Type: multipart/form-data; boundary=b\n\n--b\nContent-Disposition: form-data; name="a"\n\n1\n'
    ),
    "unclosed-script": Example(f"GET {_URL}\n\n> {{%\nclient.log('a')\n"),
    "unclosed-template": Example(f"GET {_URL}/{{{{id\n"),
    "undefined-as-written": Example("GET https://api.example.com/{{b}}\n", {"httpls.toml": "allow-undefined = true\n"}),
    "undefined-in-environment": Example(
        "GET http://{{host}}/\n", {_ENV: '{"dev": {"host": "localhost"}, "prod": {"a": "1"}}\n'}, ("prod",)
    ),
    "undefined-variable": Example("@token = abc\n\n### list\nGET https://api.example.com/{{tokn}}\n"),
    "unknown-assertion-subject": Example(f"GET {_URL}\n\n?? weather == 200\n"),
    "unknown-auth-object": Example(f"# @auth use shop\nGET {_URL}\n"),
    "unknown-auth-parameter": Example(f"# @auth basic me {{{{$secret shop}}}} relm=x\nGET {_URL}\n"),
    "unknown-auth-scheme": Example(f"# @auth baisc me {{{{$secret shop}}}}\nGET {_URL}\n"),
    "unknown-certificate": Example(f"# @cert use mine\nGET {_URL}\n"),
    "unknown-curl-option": Example(f"curl --colour {_URL}\n"),
    "unknown-dependency": Example(f"# @ref login\nGET {_URL}\n"),
    "unknown-directive": Example(f"# @no-redirct\nGET {_URL}\n"),
    "unknown-encoding": Example(f"POST {_URL}\n\n<@ltain1 ./body.txt\n", {"body.txt": "a"}),
    "unknown-environment": Example(f"GET {_URL}\n", {_ENV: '{"dev": {"a": "1"}}\n'}, ("prod",)),
    "unknown-line": Example(f"GET {_URL}\nAccept: text/plain\nthis means nothing\n"),
    "unknown-request": Example(f"GET {_URL}/{{{{login.response.body.$.id}}}}\n"),
    "unknown-setting": Example(f"GET {_URL}\n", {"httpls.toml": "timeouts-of-all = 3\n"}),
    "unknown-tls-argument": Example(f"# @cert certt=./me.pem\nGET {_URL}\n"),
    "unknown-tls-key": Example(
        f"GET {_URL}\n", {_ENV: '{"dev": {"SSLConfiguration": {"verifyHost": true}}}\n'}, ("dev",)
    ),
    "unknown-tls-version": Example(f"# @tls min=1.5\nGET {_URL}\n"),
    "unsupported-http-version": Example(f"GET {_URL} HTTP/3\n"),
    "unused-boundary": Example(f"POST {_URL}\nContent-Type: multipart/form-data; boundary=a\n\n--b\n\n1\n--b--\n"),
    "unused-environment-variable": Example(
        "GET http://{{host}}/\n", {_ENV: '{"dev": {"host": "localhost", "hots": "127.0.0.1"}}\n'}, ("dev",)
    ),
    "unused-variable": Example(f"@page = 2\n\n### list\nGET {_URL}\n"),
    "wrong-auth-value": Example(f"# @auth apikey key={{{{$secret shop}}}} name=X-Key in=cookies\nGET {_URL}\n"),
    "wrong-redirect-origin": Example(
        f"# @auth basic me {{{{$secret shop}}}}\n# @auth-follow-redirects example\nGET {_URL}\n"
    ),
    "wrong-setting": Example(f"GET {_URL}\n", {"httpls.toml": 'cookies = "sometimes"\n'}),
}


def found_in(example: Example) -> list[Problem]:
    """Return the problems that the example and the files beside it have."""
    files = {"httpls.toml": "", **example.files, example.name: example.text or ""}
    workspace = Workspace(MemoryFiles(files), {}, Choices(example.environments))
    path = ROOT / example.name
    findings = [*check_file(workspace, path), *unused_environment_variables(workspace, ROOT, [path])]
    syntax = ScriptSyntax()
    try:
        scripts = (
            []
            if "{%" not in (example.text or "")
            else list(syntax.problems(Analysis(workspace, workspace.request_file(path)), Cancel()))
        )
    finally:
        syntax.close()
    return [*[finding.problem for finding in findings], *scripts]


def told(code: str) -> Problem:
    """Return the problem of this code that its example has."""
    return next(problem for problem in found_in(EXAMPLES[code]) if problem.code == code)
