"""Requests of Postman as blocks: URLs, header fields, bodies, names, variables."""

import json
from collections.abc import Mapping

import pytest
from tests.support.postman import collection, convert, private, request, texts

from httpls_grammar import parse


def _item(url: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"name": "one", "request": {"method": "GET", "url": url, **more}}


def _block(item: dict[str, object], **more: object) -> str:
    files = texts(convert(collection(item, **more)))
    return files["shop.http"].removeprefix(f"### {item['name']}\n")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("a.example/x?y=1", "http://a.example/x?y=1"),
        ("{{base}}/x", "{{base}}/x"),
        ("{{host}}:8080/x", "{{host}}:8080/x"),
        ("http://a/x y?q=a b#fragment", "http://a/x%20y?q=a%20b"),
        ({"raw": "", "protocol": "https", "host": ["a", "example"], "port": "81", "path": ["x", "y z"]},
         "https://a.example:81/x/y%20z"),
        ({"host": ["{{base}}"], "path": ["x"], "query": [
            {"key": "a", "value": "1&2#3"}, {"key": "b", "value": None}, {"key": "c", "value": ""},
            {"key": "e", "value": "{{d}} é%20"},
        ]}, "{{base}}/x?a=1%262%233&b&c=&e={{d}}%20é%20"),
        ({"raw": "https://a/x", "host": ["a"], "path": ["x"]}, "https://a/x"),
        ({"host": "a.example", "path": "/x/y"}, "http://a.example/x/y"),
        ({"protocol": "http", "host": ["a"], "path": [{"type": "string", "value": "x"}, ""]}, "http://a/x/"),
    ],
)  # fmt: skip
def test_urls(url: object, target: str) -> None:
    assert _block({"name": "one", "request": {"url": url}}).splitlines()[-1] == f"GET {target}"


@pytest.mark.parametrize(
    ("disabled", "lines"),
    [
        ((False, True), ["    ?a=1", "    # &b=2"]),
        ((True, False), ["    # ?a=1", "    ?b=2"]),
        ((True, True), ["    # ?a=1", "    # ?b=2"]),
    ],
)
def test_a_parameter_that_is_switched_off_stays_as_a_comment(disabled: tuple[bool, bool], lines: list[str]) -> None:
    query = [
        {"key": key, "value": value, "disabled": off} for key, value, off in zip("ab", "12", disabled, strict=True)
    ]
    written = _block(_item({"host": ["a"], "path": ["x"], "query": query}, header="X-A: b"))
    assert written.splitlines() == ["GET http://a/x", *lines, "X-A: b"]
    sent = "".join(line.strip() for line in lines if "#" not in line)
    assert parse(f"### one\n{written}").requests[0].target == f"http://a/x{sent}"


def test_a_long_query_has_a_line_for_each_parameter() -> None:
    query = [{"key": f"parameter{number}", "value": "a" * 30} for number in range(3)]
    written = _block(_item({"host": ["a"], "path": ["x"], "query": query}))
    assert written.splitlines()[1:] == [
        f"    {mark}parameter{number}={'a' * 30}" for number, mark in enumerate("?&&")
    ]  # fmt: skip


def test_what_is_said_of_fields_and_parameters_is_kept() -> None:
    url = {"host": ["a"], "path": [":id"], "variable": [{"key": "id", "value": "7", "description": "Which one"}],
           "query": [{"key": "q", "value": "1", "description": {"content": "What\n@auth none"}}]}  # fmt: skip
    form = [{"key": "f", "value": "", "description": "A form"}]
    item = _item(url, method="POST", header=[{"key": "X-A", "value": "b", "description": "A field"}],
                   description="About it", body={"mode": "urlencoded", "urlencoded": form})  # fmt: skip
    assert _block(item).splitlines()[:6] == [
        "# About it", "# id: Which one", "# q: What @auth none", "# X-A: A field", "# f: A form", "# @var id = 7",
    ]  # fmt: skip


def test_variables_of_a_path() -> None:
    url = {
        "raw": "", "host": ["a"], "path": [":id", "b/:user-id", ":empty", ":id.json"],
        "variable": [{"key": "id", "value": "7"}, {"key": "user-id", "value": "{{id}}"}, {"id": "empty", "value": ""}],
    }  # fmt: skip
    assert (
        _block({"name": "one", "request": {"url": url}})
        == "# @var path_id = 7\nGET http://a/{{path_id}}/b/{{id}}/{{empty}}/:id.json\n"
    )


def test_no_name_is_given_to_something_else_that_another_text_uses() -> None:
    header = [{"key": "X-Token", "value": "literal"}, {"key": "X-Other", "value": "{{X-Token}}{{id}}"}]
    url = {"raw": "", "host": ["a"], "path": [":id"], "variable": [{"key": "id", "value": "7"}]}
    assert _block({"name": "one", "request": {"url": url, "header": header}}) == (
        "# @var path_id = 7\nGET http://a/{{path_id}}\nX-Token: {{X-Token_2}}\nX-Other: {{X-Token}}{{id}}\n"
    )


def test_header_fields_and_what_is_switched_off() -> None:
    header = [
        {"key": "X-A", "value": "1"}, {"key": "X-B", "value": "two\nlines", "disabled": True},
        {"key": "bad name", "value": "x"}, {"key": "", "value": ""}, {"key": "Accept", "value": None},
        {"key": "X-Api-Key", "value": "abc"}, {"key": "Authorization", "value": "Token abc"},
    ]  # fmt: skip
    found = convert(collection(request("one", header=header, description="It\n@auth none")))
    assert texts(found)["shop.http"] == (
        "### one\n# It\n# - @auth none\nGET http://127.0.0.1/\nX-A: 1\n# X-B: two lines\nAccept:\n"
        "X-Api-Key: {{X-Api-Key}}\nAuthorization: Token {{Authorization_Token}}\n"
    )
    assert private(found) == {"$shared": {"X-Api-Key": "abc", "Authorization_Token": "abc"}}
    assert len(found.notes) == 2


def test_header_fields_in_one_text() -> None:
    assert _block(request("one", header="A: 1\n//B: 2\n\nC: 3")) == "GET http://127.0.0.1/\nA: 1\n# B: 2\nC: 3\n"


def _raw(text: str, language: str | None = None) -> dict[str, object]:
    options = {"options": {"raw": {"language": language}}} if language else {}
    return request("one", method="POST", body={"mode": "raw", "raw": text, **options})


@pytest.mark.parametrize(
    ("text", "language", "block"),
    [
        ('{"a": 1}\n', "json", 'Content-Type: application/json\n\n{"a": 1}\n'),
        ("<a/>", "xml", "Content-Type: application/xml\n\n<a/>\n"),
        ("plain {{x}}", None, "Content-Type: text/plain\n\nplain {{x}}\n"),
        ("ends\n", None, "Content-Type: text/plain\n\n< ./one.txt\n"),
        ("a\n### b\n{{x}}", None, "Content-Type: text/plain\n\n<@ ./one.txt\n"),
        ("a\n\nGET http://b\n", "xml", "Content-Type: application/xml\n\n< ./one.xml\n"),
        ("# comment", "text", "Content-Type: text/plain\n\n# comment\n"),
        ("> {% x %}", "text", "Content-Type: text/plain\n\n< ./one.txt\n"),
        ("   ", "json", ""),
        ('{"a": "//b" /* c */} // d', "json", 'Content-Type: application/json\n\n{"a": "//b"}\n'),
        (
            '{\n  // first\n  "a": 1, // one\n  /* two\n lines */\n  "b": "{{b}}"\n}',
            "json",
            'Content-Type: application/json\n\n{\n  "a": 1,\n  "b": "{{b}}"\n}\n',
        ),
    ],
)
def test_raw_bodies(text: str, language: str | None, block: str) -> None:
    assert _block(_raw(text, language)).removeprefix("POST http://127.0.0.1/\n") == block


@pytest.mark.parametrize("kind", ["application/xml; charset=utf-8", "image/svg+xml"])
def test_the_language_of_a_body_is_that_of_its_content_type(kind: str) -> None:
    field = [{"key": "Content-Type", "value": kind}]
    item = request("one", method="POST", header=field, body={"mode": "raw", "raw": "<a>\n\n</a>\n"})
    assert _block(item) == f"POST http://127.0.0.1/\nContent-Type: {kind}\n\n<a>\n\n</a>\n"
    item = request("one", method="POST", header=field, body={"mode": "raw", "raw": "### x"})
    assert _block(item).endswith("\n\n< ./one.xml\n")


def test_what_cannot_stand_in_a_block_is_kept_exactly() -> None:
    assert texts(convert(collection(_raw("a\r\n### b\n\n"))))["one.txt"] == "a\r\n### b\n\n"
    braces = '{"a": "{{#if x}}", "b": "{{/if}}"}'
    assert texts(convert(collection(_raw(braces, "json"))))["one.json"] == braces


def test_a_form() -> None:
    rows = [
        {"key": "a b", "value": "1&2"}, {"key": "off", "value": "x", "disabled": True}, {"key": "c", "value": "{{c}}"},
        {"key": "password", "value": "p=w"},
    ]  # fmt: skip
    found = convert(collection(request("one", method="POST", body={"mode": "urlencoded", "urlencoded": rows})))
    assert texts(found)["shop.http"] == (
        "### one\n# disabled in the form: off=x\nPOST http://127.0.0.1/\n"
        "Content-Type: application/x-www-form-urlencoded\n\na%20b=1%262\n&c={{c}}\n&password={{password}}\n"
    )
    assert private(found) == {"$shared": {"password": "p=w"}}


def test_a_form_with_files() -> None:
    rows = [
        {"key": 'a"', "value": "{{x}}", "type": "text", "contentType": "text/html"},
        {"key": "f", "type": "file", "src": ["/data/a.png", "b.png"]}, {"key": "g", "type": "file", "src": None},
    ]  # fmt: skip
    found = convert(collection(request(
        "one", method="POST", body={"mode": "formdata", "formdata": rows},
        header=[{"key": "Content-Type", "value": "multipart/form-data"}],
    )))  # fmt: skip
    assert (
        texts(found)["shop.http"]
        == """\
### one
POST http://127.0.0.1/
Content-Type: multipart/form-data; boundary=----httpls

------httpls
Content-Disposition: form-data; name="a%22"
Content-Type: text/html

{{x}}
------httpls
Content-Disposition: form-data; name="f"; filename="a.png"

< /data/a.png
------httpls
Content-Disposition: form-data; name="f"; filename="b.png"

< b.png
------httpls--
"""
    )
    assert len(found.notes) == 3


def test_a_file_and_graphql() -> None:
    file = request("one", method="PUT", body={"mode": "file", "file": {"src": "./a.bin"}})
    assert _block(file) == "PUT http://127.0.0.1/\n\n< ./a.bin\n"
    query = {"query": "query A {\n\n  a\n}", "variables": '{"x": "{{x}}"}'}
    asked = request("one", method="POST", body={"mode": "graphql", "graphql": query})
    assert _block(asked) == (
        '# @graphql\nPOST http://127.0.0.1/\nContent-Type: application/json\n\nquery A {\n  a\n}\n\n{"x": "{{x}}"}\n'
    )


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ({"operationName": "A"}, "query A { a }\nquery B { b }"),
        ({"operationName": "B", "variables": '{"x": {{x}} }'},
         '{"query":"query A { a }\\nquery B { b }","operationName":"B","variables":{"x": {{x}} }}'),
        ({"operationName": "B", "variables": {"x": 1}},
         '{"query":"query A { a }\\nquery B { b }","operationName":"B","variables":{"x":1}}'),
    ],
)  # fmt: skip
def test_one_of_several_operations_of_graphql(more: dict[str, object], body: str) -> None:
    given = {"query": "query A { a }\nquery B { b }", **more}
    written = _block(request("one", method="POST", body={"mode": "graphql", "graphql": given}))
    assert written.removeprefix("# @graphql\n") == (
        f"POST http://127.0.0.1/\nContent-Type: application/json\n\n{body}\n"
    )
    assert written.startswith("# @graphql\n") == body.startswith("query")


def test_a_certificate_and_a_proxy_are_told() -> None:
    item = request("one", certificate={"name": "c"}, proxy={"host": "p"})
    assert [note.remedy for note in convert(collection(item)).notes] == ["Write `# @cert …`.", "Write `# @proxy …`."]


def test_a_get_sends_no_body_unless_it_is_wanted() -> None:
    body = {"mode": "raw", "raw": "x"}
    assert _block(request("one", body=body)) == "GET http://127.0.0.1/\n"
    wanted = {**request("one", body=body), "protocolProfileBehavior": {"disableBodyPruning": True}}
    assert _block(wanted) == "GET http://127.0.0.1/\nContent-Type: text/plain\n\nx\n"


def test_names_of_variables_that_cannot_be_written_are_changed_everywhere() -> None:
    url = "{{base url}}/{{ok}}/{{base_url}}/{{$guid}}/{{not defined}}"
    variables = [{"key": "base url", "value": "http://a"}, {"key": "base_url", "value": "{{base url}}/b"}]
    found = texts(convert(collection(request("one", url), variable=variables)))
    expected = "{{base_url_2}}/{{ok}}/{{base_url}}/{{$guid}}/{{not_defined}}"
    assert found["shop.http"] == f"### one\nGET {expected}\n"
    assert json.loads(found["http-client.env.json"]) == {
        "$shared": {"base_url_2": "http://a", "base_url": "{{base_url_2}}/b"}
    }


def test_the_vault_and_unknown_dynamic_variables_are_told() -> None:
    found = convert(collection(request("one", "http://a/{{vault:my key}}/{{$randomNothing}}")))
    assert texts(found)["shop.http"] == "### one\nGET http://a/{{$secret my_key}}/{{$randomNothing}}\n"
    assert [note.remedy for note in found.notes] == [
        "Store it: `httpls secret set my_key --allow ORIGIN`.", "Write another one, or a value.",
    ]  # fmt: skip


def test_a_variable_in_the_name_of_a_variable_is_told() -> None:
    found = convert(collection(request("one", "{{url_{{env}}}}/x")))
    assert [note.message for note in found.notes] == [
        "a variable stands in the name of a variable, which cannot be written here"
    ]


def test_environments_and_globals() -> None:
    values = [
        {"key": "host", "value": "dev.example", "enabled": True}, {"key": "off", "value": "x", "enabled": False},
        {"key": "thing", "value": "s", "type": "secret"}, {"key": "api_token", "value": "t"},
    ]  # fmt: skip
    dev = json.dumps({"name": "dev", "values": values}).encode()
    everywhere = json.dumps({
        "name": "My Globals", "_postman_variable_scope": "globals",
        "values": [{"key": "host", "value": "global"}, {"key": "g", "value": "1"}],
    }).encode()  # fmt: skip
    shop = collection(request("one"), variable=[{"key": "host", "value": "of the collection"}])
    found = convert(shop, dev, everywhere)
    assert json.loads(texts(found)["http-client.env.json"]) == {
        "dev": {"host": "dev.example"}, "$shared": {"host": "of the collection", "g": "1"},
    }  # fmt: skip
    assert private(found) == {"dev": {"thing": "s", "api_token": "t"}}
    assert texts(found)[".gitignore"] == "http-client.private.env.json\n"
    assert [note.message for note in found.notes] == ["the variable `off` is switched off; it is left out"]


def test_secrets_for_the_keyring_stand_in_no_file() -> None:
    dev = json.dumps({"name": "dev", "values": [{"key": "token", "value": "of dev"}]}).encode()
    shop = collection(request("one"), variable=[{"key": "token", "value": "of all"}])
    found = convert(shop, dev, keyring=True)
    assert json.loads(texts(found)["http-client.env.json"]) == {
        "dev": {"token": "{{$secret token}}"}, "$shared": {"token": "{{$secret token}}"},
    }  # fmt: skip
    assert [(one.name, one.environment, one.value) for one in found.secrets] == [
        ("token", None, "of all"), ("token", "dev", "of dev"),
    ]  # fmt: skip
    assert not found.private_files


def test_scripts_and_saved_responses_are_told() -> None:
    empty: list[object] = []
    script: list[object] = [
        {"listen": "test", "script": {"exec": ["pm.test()"]}}, {"listen": "prerequest", "script": {"exec": empty}},
    ]  # fmt: skip
    item = {**request("one"), "event": script, "response": [1, 2]}
    assert [note.message for note in convert(collection(item)).notes] == [
        "the test script is left out", "its saved responses are left out",
    ]  # fmt: skip


def test_the_wrapper_of_the_api_is_taken_off() -> None:
    wrapped = json.dumps({"collection": json.loads(collection(request("one")))}).encode()
    assert "shop.http" in texts(convert(wrapped))
