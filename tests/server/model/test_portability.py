"""What other tools read differently is told where the project asks for files that they can run."""

import pytest
from tests.support.memory_files import analyse

_EVERY = '["jetbrains", "restclient", "httpyac", "kulala", "vs", "rest.nvim"]'
_SHORT = {
    "JetBrains HTTP Client": "JB",
    "VS Code REST Client": "RC",
    "httpyac": "HY",
    "Kulala": "KU",
    "Visual Studio": "VS",
    "rest.nvim": "RN",
}


def _told(text: str, tools: str = _EVERY) -> list[str]:
    """Return what is told: the line, the tools and the reading."""
    analysis = analyse(
        text, {"httpls.toml": f"portability = {tools}", "b.json": "{}", "b.js": "", "b.http": "GET http://b"}
    )
    told: list[str] = []
    for problem in analysis.problems():
        if problem.code != "not-portable":
            continue
        message = problem.message.removeprefix("this is not portable: ")
        for name, short in _SHORT.items():
            message = message.replace(name, short)
        line = analysis.file.source.position(problem.range.start).line
        told.append(f"{line} {message}")
    return told


_ALIKE = """\
### Create
# @name create
POST https://example.com/items
Content-Type: application/json
Authorization: Bearer {{token}}

{"name": "item"}

###

@token = abc
@host = https://example.com
"""


def test_what_all_tools_read_alike_is_not_told() -> None:
    assert _told(_ALIKE) == []


def test_nothing_is_told_where_nobody_asks() -> None:
    assert [
        problem for problem in analyse("/* a */\nget example.com\n").problems() if problem.code == "not-portable"
    ] == []


def test_only_the_tools_that_are_asked_for_are_named() -> None:
    assert _told("GET https://a\n\n?? status == 200\n", '["httpyac"]') == []
    assert _told("GET https://a\n\n?? status == 200\n", '["jetbrains", "httpyac", "vs"]') == [
        "3 this line is part of the body in JB and VS"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("GET https://a\n  ###\nGET https://b\n", "2 an indented `###` does not separate requests in JB, RC, KU, VS and RN"),
        ("/* a\n*/\nGET https://a\n", "1 the lines of a block comment are lines of the request in JB, RC, KU, VS and RN"),
        ("@a := 1\nGET https://a/{{a}}\n", "1 `:=` is not known in JB, RC, KU, VS and RN"),
        ("@global.a = 1\nGET https://a/{{a}}\n", "1 `global.` is not known in JB, RC, KU, VS and RN"),
        ("import b.http\nGET https://a\n", "1 this line is a request line in RC, HY, VS and RN"),
        ("< {% let a = 1 %}\nGET https://a\n", "1 there are no scripts, and one after the request is part of its body in RC and VS"),
        ("GET https://a\n\n> b.js\n", "3 there are no scripts, and one after the request is part of its body in RC and VS"),
        ("{{\nexports.a = 1\n}}\nGET https://a\n", "1 lines between `{{` and `}}` are no script in JB, RC, KU, VS and RN"),
        ("curl https://a\n", "1 a command of cURL is no request in JB, HY, KU, VS and RN"),
        ("NOP\n", "1 `NOP` is the address of a request in JB, RC, HY, VS and RN"),
        ("GET https://a\n\nHTTP/1.1 200 OK\n", "3 a response that is written out is part of the request in JB, KU, VS and RN"),
        ("GET https://a\n\n>> a.json\n", "3 this line is part of the body in RC and VS"),
        ("GET https://a\n\n<> a.json\n", "3 this line is part of the body in RC, KU, VS and RN"),
        ("GET https://a\n\n?? status == 200\n", "3 this line is part of the body in JB, RC, KU, VS and RN"),
        ("PROPFIND https://a\n", "1 the method `PROPFIND` is not known in JB, KU, VS and RN"),
        ("WEBSOCKET wss://a\n", "1 the method `WEBSOCKET` is not known in RC and VS"),
        ("get https://a\n", "1 this is no request line in HY"),
        ("OPTIONS *\nHost: a\n", "1 `*` is no address in RC, HY and VS"),
        ("GET /a\nHost: a\n", "1 the address has to be whole in VS"),
        ("GET a.example.com/b\n", "1 the host needs a scheme before it in HY and VS"),
        ("GET https://a\n  HTTP/1.1\n", "2 the version of HTTP has no line of its own in RC, HY and VS"),
        ("GET https://a\n  ?b=1\n", "2 the request target ends before this line in VS"),
        ("GET https://a\n?b=1\n", "2 the request target ends before this line in JB, VS and RN"),
        ("GET https://a?\n  b=1\n", "2 the request target ends at the end of a line, even after `?` or `&` in RC, HY and VS"),
        ("GET https://a\n/b\n", "2 the path ends before this line in JB, RC, KU, VS and RN"),
        ("GET https://a\n  /b\n", "2 an indented line does not go on with the request target in RC and VS"),
        ("GET https://a\n  .com/b\n", "2 an indented line does not go on with the request target in RC, HY and VS"),
        ("GET https://a\n# x\n  ?b=1\n", "2 the request target ends at this comment in JB, HY, VS and RN"),
        ("GET https://a\nX-Empty\n", "2 a header field needs a colon in JB, HY, KU, VS and RN"),
        ("GET https://a\n...fields\n", "2 `...` is no header field in JB, RC, KU, VS and RN"),
        ("GET https://a\nX: 1\n  2\n", "2 a header field ends with its line in RC, HY, KU, VS and RN"),
        ("@x = 1\nGET https://a\nX-{{x}}: 1\n", "3 names of header fields have no variables in RN"),
        ("GET https://a\nX-ClientCert: pfx: a.p12\n", "2 this field is sent in JB, RC, KU, VS and RN"),
        ("POST https://a\nX-Request-Type: GraphQL\n\n{ a }\n", "2 this field is sent, and the body as it stands in JB, VS and RN"),
        ("GET https://a\nAuthorization: Basic u p\n", "2 `Basic` is sent with what follows as it stands in KU, VS and RN"),
        ("GET https://a\nAuthorization: Digest u:p\n", "2 `Digest` is sent with what follows as it stands in JB, VS and RN"),
        ("GET https://a\nAuthorization: NTLM u p\n", "2 `NTLM` is sent with what follows as it stands in JB, RC, HY, VS and RN"),
        ("GET https://a\nAuthorization: AWS a b\n", "2 `AWS` is sent with what follows as it stands in JB, VS and RN"),
        ("GET https://a\nAuthorization: oauth2 client_credentials\n", "2 `oauth2` is sent with what follows as it stands in JB, RC, KU, VS and RN"),
        ("# @name a b\nGET https://a\n", "1 a name ends at the first character that is none of a word in RC"),
        ("#@name a\nGET https://a\n", "1 a tag needs a blank before the `@` in RC"),
        ("# @no-redirect\nGET https://a\n", "1 `# @no-redirect` is a comment in VS and RN"),
        ("# @auth bearer x\nGET https://a\n", "1 `# @auth` is a comment in JB, RC, HY, KU, VS and RN"),
        ("# @timeout 20\nGET https://a\n", "1 this is another time in HY"),
        ("POST https://a\nContent-Type: multipart/form-data; boundary=x\n\n--x\nContent-Disposition: form-data; name=a\n\nb\n--x--\n", "3 there are no bodies of several parts in VS and RN"),
        ("POST https://a\n\na\n< ./b.json\n", "4 no file is put between lines of text in JB, KU, VS and RN"),
        ("POST https://a\n\n<@ ./b.json\n", "3 `<@` is not known in JB, KU and VS"),
        ("POST https://a\n\n<@latin1 ./b.json\n", "3 the encoding is the name of a variable in RN"),
        ("POST https://a\n\n< ./b.json\n", "3 variables in the file are replaced in JB, KU and RN"),
        ("WEBSOCKET wss://a\n\na\n===\nb\n", "4 `===` is part of the body in RC, VS and RN"),
        ("POST https://a\nContent-Type: text/plain\n\na\n# b\n", "5 this line is a comment in JB, RC and HY"),
        ('POST https://a\nContent-Type: application/json\n\n{\n// b\n"a": 1}\n', "5 this line is sent in RN"),
        ("POST https://a\nContent-Type: application/x-www-form-urlencoded\n\na=1&\nb=2\n", "4 the line breaks of the form are sent in RC, VS and RN"),
        ("POST https://a\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2\n", "4 the line breaks of the form are sent in VS and RN"),
        ("# @name a\nGET https://a\n###\nGET https://b/{{a.response.body.$.x}}\n", "4 parts of exchanges have another form in JB, HY and RN"),
        ("### a\nGET https://a\n###\nGET https://b/{{a.response.body.$.x}}\n", "4 the title of a request is not its name in RC and VS"),
        ("GET https://a/{{1 + 1}}\n", "1 only names of variables stand between braces in JB, RC, KU, VS and RN"),
        ("@b = 1\nGET https://a/{{%b}}\n", "2 `%` before a name is not known in JB, HY, KU, VS and RN"),
        ("GET https://a/{{$guid}}\n", "1 `$guid` is not known in JB, KU, VS and RN"),
        ("GET https://a/{{$randomFirstName}}\n", "1 `$randomFirstName` is not known in JB, RC, HY, KU, VS and RN"),
        ("GET https://a/{{$timestamp}}\n", "1 the time is in milliseconds in HY and KU"),
        ("GET https://a/{{$randomInt 1 5}}\n", "1 `$randomInt` takes no arguments in JB, KU and RN"),
        ('GET https://a/{{$datetime "DD"}}\n', "1 the format is of another language in VS"),
    ],
)  # fmt: skip
def test_what_other_tools_read_differently_is_told(text: str, told: str) -> None:
    assert told in _told(text)


def test_in_a_profile_the_others_are_told_of() -> None:
    assert _told("# @dialect kulala\nGET https://a/{{$timestamp}}\n", '["jetbrains", "kulala"]') == [
        "2 the time is in seconds in JB"
    ]
    assert "4 variables in the file are not replaced in RC and HY" in _told(
        "# @dialect jetbrains\nPOST https://a\n\n< ./b.json\n"
    )


def test_a_problem_says_what_all_tools_read_alike() -> None:
    (problem,) = [
        problem
        for problem in analyse(
            "GET https://a\n\n>> b.json\n", {"httpls.toml": 'portability = ["restclient"]'}
        ).problems()
        if problem.code == "not-portable"
    ]
    assert problem.message == "this is not portable: this line is part of the body in VS Code REST Client"
    assert problem.remedy == "Save the response by hand."
