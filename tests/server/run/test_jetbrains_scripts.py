"""Scripts as JetBrains documents them for its HTTP Client: response handlers and pre-request scripts, with their effect.

The server answers with what it was sent, as those of the examples do.
"""

import hashlib
import hmac
import json
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.support.literal_server import Conversation, LiteralServer, response, serve
from tests.support.running import Project, logs, outcomes, project

from httpls.run.exchange import Outcome, Report

_OTHERS = {
    "/books": ("application/xml", "<shop><book id='1'><title>A</title></book><book id='2'><title>B</title></book></shop>"),
    "/page": ("text/html; charset=utf-8", "<html><body><h1 id='top'>Good morning</h1></body></html>"),
    "/lines": ("application/x-ndjson", '{"step": 1}\n{"step": 2}\n{"step": 3}\n'),
    "/events": ("text/event-stream", 'event: a\ndata: two\ndata: lines\n\n: comment\n\ndata: {"n": 1}\n\ndata: {"n": 2}\n\ndata: {"n": 3}\n\n'),
    "/plain": ("text/plain; charset=iso-8859-1", "caf\u00e9"),
}  # fmt: skip


@pytest.fixture
def server() -> Generator[LiteralServer]:
    with serve(_echo) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Generator[Project]:
    with project(tmp_path, secrets={"signing": "s3cret-of-test"}) as made:
        yield made


def _echo(conversation: Conversation) -> None:
    while request := conversation.request():
        head, _, body = request.decode().partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        target = first.split(" ")[1]
        kind, text = _OTHERS.get(target, ("application/json", ""))
        if not text:
            headers = dict(line.split(": ", 1) for line in lines)
            text = json.dumps({"url": target, "headers": headers, "data": body, "json": _json(body)})
        fields = [f"Content-Type: {kind}", "Set-Cookie: session=c-1; Path=/shop", "X-Part: 1", "X-Part: 2"]
        conversation.send(response(text.encode("latin-1" if "8859" in kind else "utf-8"), fields))


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _run(files: Project, server: LiteralServer, text: str) -> Report:
    return files.run(f"@base = http://127.0.0.1:{server.port}\n\n{text}")


def _tests(report: Report) -> list[tuple[str, bool]]:
    return [(one.name, one.holds) for result in report.results for one in result.assertions]


def test_status_body_and_content_type_are_tested(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### check\nGET {{base}}/get\n\n> {%\n"
        "  client.test('answered', function () { client.assert(response.status === 200, 'it is no 200'); });\n"
        "  client.test('tells the fields', function () { client.assert(response.body.hasOwnProperty('headers'), 'none'); });\n"
        "  client.test('is json', function () {\n    var type = response.contentType.mimeType;\n"
        "    client.assert(type === 'text/xml', 'wanted text/xml, not ' + type);\n  });\n%}\n",
    )  # fmt: skip
    assert _tests(report) == [("answered", True), ("tells the fields", True), ("is json", False)]
    assert report.results[0].assertions[2].message == "wanted text/xml, not application/json"


def test_a_token_of_a_body_is_used_by_requests_and_by_handlers(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        '### token\nPOST {{base}}/post\nContent-Type: application/json\n\n{"token": "t-77"}\n\n'
        "> {% client.global.set('auth_token', response.body.json.token); %}\n\n"
        "### use\nGET {{base}}/headers\nAuthorization: Bearer {{auth_token}}\n\n> {%\n"
        "  client.test('same', () => client.assert(response.body.headers.Authorization === 'Bearer ' + client.global.get('auth_token')));\n"
        "  client.log(client.global.isEmpty()); client.global.clear('auth_token'); client.log(client.global.get('auth_token'), client.global.isEmpty());\n%}\n",
    )  # fmt: skip
    assert _tests(report) == [("same", True)]
    assert logs(report) == ["false", "null true"]


def test_fields_are_read_by_name_and_all_of_one_name(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\nGET {{base}}/a\n\n> {%\n  client.log(response.headers.valueOf('x-part'), response.headers.valuesOf('X-Part'));\n"
        "  client.log(response.headers.valueOf('None'), response.headers.valuesOf('None').length);\n%}\n",
    )  # fmt: skip
    assert logs(report) == ['1 [\n  "1",\n  "2"\n]', "null 0"]


def test_a_cookie_is_kept_and_sent_by_hand(files: Project, server: LiteralServer) -> None:
    _run(
        files, server,
        "### a\n# @no-cookie-jar\nGET {{base}}/a\n\n"
        "> {% client.global.set('kept', response.cookiesByName('session')[0].value); client.log(response.cookies()[0].path) %}\n\n"
        "### b\n# @no-cookie-jar\nGET {{base}}/b\nCookie: mine={{kept}}\n",
    )  # fmt: skip
    assert b"Cookie: mine=c-1\r\n" in server.requests[1]


def test_fields_for_all_requests_that_follow(files: Project, server: LiteralServer) -> None:
    _run(
        files, server,
        "### a\nGET {{base}}/a\n\n> {% client.global.headers.set('X-Trace', 'on'); client.global.headers.set('Accept', 'a/b') %}\n\n"
        "### b\nGET {{base}}/b\n\n### own\nGET {{base}}/c\nX-Trace: own\n\n"
        "> {% client.global.headers.clear('x-trace') %}\n\n### d\nGET {{base}}/d\n",
    )  # fmt: skip
    a, b, c, d = server.requests
    assert b"X-Trace" not in a
    assert (b"X-Trace: on\r\n" in b, b"Accept: a/b\r\n" in b, b"*/*" in b) == (True, True, False)
    assert (b"X-Trace: own\r\n" in c, b"on\r\n" in c) == (True, False)
    assert b"X-Trace" not in d


@pytest.mark.parametrize("field", ["Content-Length", "Host", "a b", "X-A: b\\r\\nX"])
def test_a_field_that_breaks_requests_is_refused(files: Project, server: LiteralServer, field: str) -> None:
    report = _run(files, server, f"### a\n< {{% client.global.headers.set('{field}', '1') %}}\nGET {{{{base}}}}/a\n")
    assert report.results[0].outcome is Outcome.REFUSED
    assert report.results[0].failures[0].code == "invalid-header-name"


def test_the_hash_of_the_body_goes_into_a_field(files: Project, server: LiteralServer) -> None:
    _run(
        files, server,
        "@who = me\n\n### a\n< {%\n"
        "  const hash = crypto.sha256().updateWithText(request.body.tryGetSubstituted()).digest().toHex();\n"
        "  request.variables.set('hash', hash);\n%}\nPOST {{base}}/post\nX-Hash: {{hash}}\n\n"
        '{"user": "{{who}}"}\n',
    )  # fmt: skip
    expected = hashlib.sha256(b'{"user": "me"}').hexdigest()
    assert f"X-Hash: {expected}\r\n".encode() in server.requests[0]


def test_the_body_is_signed_with_a_secret_of_the_environment(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "@secret = {{$secret signing}}\n\n### a\n< {%\n"
        "  const signature = crypto.hmac.sha256().withTextSecret(request.environment.get('secret'))\n"
        "    .updateWithText(request.body.tryGetSubstituted()).digest().toBase64();\n"
        "  request.variables.set('signature', signature);\n%}\nPOST {{base}}/post\nX-Signature: {{signature}}\n\nhello\n",
    )  # fmt: skip
    assert outcomes(report) == ["a sent"]
    from base64 import b64encode

    expected = b64encode(hmac.digest(b"s3cret-of-test", b"hello", "sha256"))
    assert b"X-Signature: " + expected + b"\r\n" in server.requests[0]
    (field,) = [one for one in report.results[0].exchange.hops[0].request.fields if one.name == "X-Signature"]
    assert field.value.is_secret


def test_a_request_is_repeated_for_each_value_of_a_list(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### add\n< {%\n  request.variables.set('clients', [\n"
        "    {id: 1, name: {first: 'Ada'}, balance: 5}, {id: 2, name: {first: 'Bo'}, balance: 7}, {id: 3, name: {first: 'Cy'}, balance: 9}]);\n%}\n"
        'POST {{base}}/post\nContent-Type: application/json\n\n{"id": {{$.clients..id}}, "first": "{{$.clients..first}}"}\n\n'
        "> {%\n  const now = request.variables.get('clients')[request.iteration()];\n"
        "  client.test('client ' + now.id, () => {\n"
        "    client.assert(response.body.json.id === now.id && response.body.json.first === now.name.first);\n"
        "    client.assert(request.templateValue(0) == now.id && request.templateValue(1) === now.name.first);\n  });\n%}\n",
    )  # fmt: skip
    assert outcomes(report) == ["add sent"] * 3
    assert _tests(report) == [("client 1", True), ("client 2", True), ("client 3", True)]
    assert [result.iteration for result in report.results] == [0, 1, 2]


def test_a_list_of_the_environment_repeats_a_request_too(files: Project, server: LiteralServer) -> None:
    files.write("http-client.env.json", '{"dev": {"ids": [4, 5]}}')
    text = f"GET http://127.0.0.1:{server.port}/{{{{$.ids[*]}}}}\n\n> {{% client.log(request.iteration()) %}}\n"
    report = files.run(text, environments=("dev",))
    assert [request.split(b" ")[1] for request in server.requests] == [b"/4", b"/5"]
    assert logs(report) == ["0", "1"]


def test_functions_are_imported_from_files(files: Project, server: LiteralServer) -> None:
    files.write(
        "scripts/auth.js",
        "import * as more from './more.js'\nexport function token() {\n  return more.part + 'b';\n}\n",
    )
    files.write("scripts/more.js", "const part = 'a';\nexport { part };\nexport default class {}\n")
    _run(
        files, server,
        "### a\n< {%\n  import {token as made} from './scripts/auth';\n  request.variables.set('t', made());\n%}\nGET {{base}}/{{t}}\n",
    )  # fmt: skip
    assert server.requests[0].startswith(b"GET /ab ")


def test_an_error_in_an_imported_file_is_told_there(files: Project, server: LiteralServer) -> None:
    files.write("lib.js", "// A comment.\nexport const wrong = () => {\n  nothing.at.all;\n};\n")
    report = _run(
        files, server, "### a\nGET {{base}}/a\n\n> {%\n\n\n  import {wrong} from './lib.js'\n  wrong();\n%}\n"
    )
    (failure,) = report.results[0].failures
    assert (Path(failure.path or "").name, failure.line, failure.column) == ("lib.js", 3, 3)


@pytest.mark.parametrize("name", ["fs", "../outside.js", "./missing.js"])
def test_what_cannot_be_imported_keeps_the_request_from_being_sent(
    files: Project, server: LiteralServer, name: str
) -> None:
    (files.root.parent / "outside.js").write_text("export const a = 1", encoding="utf-8")
    report = _run(files, server, f"### a\n< {{%\n  import {{a}} from '{name}'\n%}}\nGET {{{{base}}}}/a\n")
    assert report.results[0].outcome is Outcome.REFUSED
    assert server.requests == []


def test_xml_is_read_by_dom_and_by_xpath(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\nGET {{base}}/books\n\n> {%\n  const books = response.body.getElementsByTagName('book');\n"
        "  client.log(books.length, books[1].getAttribute('id'), books[1].textContent, books.item(0).firstChild.nodeName);\n"
        "  client.log(xpath(response.body, \"//book[@id='2']/title/text()\"), xpath(response.body, 'count(//book)'));\n"
        "  client.log(response.body.includes('<shop>'), new DOMParser().parseFromString('<a><b>c</b></a>', 'text/xml').getElementsByTagName('b')[0].textContent);\n%}\n",
    )  # fmt: skip
    assert logs(report) == ["2 2 B title", "B 2", "true c"]


def test_html_is_read_too(files: Project, server: LiteralServer) -> None:
    report = _run(
        files,
        server,
        "### a\nGET {{base}}/page\n\n> {% client.log(response.body.getElementById('top').textContent) %}\n",
    )
    assert logs(report) == ["Good morning"]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("book", "1,2,3"),
        ("shop > book[lang=de], .old", "2,3"),
        ("#b3 title", "C"),
        ("book:not(.old):nth-child(odd)", "1,3"),
        ("book.old + book", "3"),
        ("book ~ book", "2,3"),
        ("[id^='b']:last-child", "3"),
        ("title:first-child", "A,B,C"),
        ("book:nth-child(n+2)", "2,3"),
        ("nothing", ""),
    ],
)
def test_elements_are_found_by_css_selectors(files: Project, server: LiteralServer, selector: str, found: str) -> None:
    document = (
        "<shop><book id='b1' n='1'><title>A</title></book><book class='x old' n='2'><title>B</title></book>"
        "<book id='b3' lang='de' n='3'><title>C</title></book></shop>"
    )
    report = _run(
        files, server,
        f"### a\nGET {{{{base}}}}/a\n\n> {{%\n  const shop = new DOMParser().parseFromString(\"{document}\", 'text/xml');\n"
        f'  const all = shop.querySelectorAll("{selector}");\n'
        "  client.log(all.map((one) => one.getAttribute('n') ?? one.textContent).join());\n"
        f'  client.log(shop.querySelector("{selector}") === (all[0] ?? null), all.every((one) => one.matches("{selector}")));\n%}}\n',
    )  # fmt: skip
    assert logs(report) == [found, "true true"]


def test_what_is_no_selector_is_told(files: Project, server: LiteralServer) -> None:
    report = _run(files, server, "### a\nGET {{base}}/page\n\n> {% response.body.querySelector('h1 >> p') %}\n")
    assert "`h1 >> p` is no selector" in report.results[0].failures[0].message


def test_a_page_is_looked_at_by_selectors(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\nGET {{base}}/page\n\n> {% client.log(response.body.querySelector('body h1#top').closest('body').innerHTML) %}\n",
    )  # fmt: skip
    assert logs(report) == ['<h1 id="top">Good morning</h1>']


def test_the_messages_of_a_stream(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\nGET {{base}}/events\n\n> {%\n  response.body.onEachMessage((message, unsubscribe) => {\n"
        "    client.log(message.n ?? message);\n    if (message.n === 2) unsubscribe();\n  }, () => client.log('end'));\n%}\n\n"
        "### b\nGET {{base}}/lines\n\n> {% response.body.onEachMessage((message) => client.log(message.step)) %}\n",
    )  # fmt: skip
    assert logs(report) == ["two\nlines", "1", "2", "end", "1", "2", "3"]


def test_files_are_imported_when_they_are_needed(files: Project, server: LiteralServer) -> None:
    files.write("late.js", "import {word} from './word.js';\nclient.log('loaded');\nexport const say = () => word;\n")
    files.write("word.js", "export const word = 'hello';\n")
    files.write("never.js", "client.log('never');\n")
    report = _run(
        files, server,
        "### a\nGET {{base}}/a\n\n> {%\n  client.log('first');\n  const {say} = await import('./late.js');\n  client.log(say());\n"
        "  if (response.status === 500) await import('./never.js');\n  client.log((await import(`./late.js`)).say === say);\n%}\n",
    )  # fmt: skip
    assert logs(report) == ["first", "loaded", "hello", "true"]


def test_what_is_imported_has_to_be_known_before(files: Project, server: LiteralServer) -> None:
    report = _run(files, server, "### a\nGET {{base}}/a\n\n< {% const name = './a.js' %}\n> {% import(name) %}\n")
    messages = [failure.message for failure in report.results[0].failures]
    assert messages == ["`import()` takes the path of a file as a text here, and nothing else"]


def test_json_path(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        '### a\nPOST {{base}}/post\nContent-Type: application/json\n\n{"a": [{"b": 1}, {"b": 2}]}\n\n'
        "> {% client.log(jsonPath(response.body, '$.json.a[1].b'), jsonPath(response.body, '$.json.a[*].b').length, jsonPath(response.body, '$.none')) %}\n",
    )  # fmt: skip
    assert logs(report) == ["2 2 null"]


def test_the_lines_of_a_stream(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\nGET {{base}}/lines\n\n> {%\n  response.body.onEachLine((line, unsubscribe) => {\n"
        "    client.log(line.step);\n    if (line.step === 2) unsubscribe();\n  }, () => client.log('end'));\n%}\n",
    )  # fmt: skip
    assert logs(report) == ["1", "2", "end"]


def test_a_text_comes_in_the_charset_of_its_type(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server, "### a\nGET {{base}}/plain\n\n> {% client.log(response.body, response.contentType.charset) %}\n"
    )
    assert logs(report) == ["caf\u00e9 iso-8859-1"]


def test_parts_of_the_request_raw_and_filled_in(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "@id = 5\n\n### a\n< {%\n  client.log(request.url.getRaw().endsWith('/{{id}}'), request.url.tryGetSubstituted().endsWith('/5'));\n"
        "  client.log(request.body.getRaw(), request.body.tryGetSubstituted(), request.method);\n"
        "  for (const field of request.headers.all()) client.log(field.name, field.getRawValue(), field.tryGetSubstitutedValue());\n"
        "  client.log(request.headers.findByName('x-id').name, request.headers.findByName('other'));\n%}\n"
        "PUT {{base}}/{{id}}\nX-Id: {{id}}\n\nid={{id}}\n",
    )  # fmt: skip
    assert logs(report) == ["true true", "id={{id}} id=5 PUT", "X-Id {{id}} 5", "X-Id null"]


def test_every_kind_of_variable_has_its_storage(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "@file = f\n\n### a\n< {%\n  client.variables.global.set('g', {n: 1});\n  client.variables.request.set('r', 2);\n"
        "  client.log(client.variables.file.get('file'), client.variables.environment.get('nothing'));\n%}\nGET {{base}}/{{r}}\n\n"
        "> {% client.log(client.variables.global.get('g').n, client.variables.request.get('r') + 1, request.variables.get('none')) %}\n",
    )  # fmt: skip
    assert logs(report) == ["f null", "1 3 null"]
    assert server.requests[0].startswith(b"GET /2 ")


def test_exit_timers_made_up_values_and_encodings(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\n< {%\n  request.variables.set('id', $random.uuid);\n  request.variables.set('n', $random.integer(5, 6));\n%}\n"
        "GET {{base}}/{{n}}/{{id}}\n\n> {%\n  setTimeout(() => client.log('later'), 3000);\n"
        "  client.log(window.btoa('a:b'), window.atob('YTpi'), new URLSearchParams({a: '1 2', b: '&'}).toString());\n"
        "  client.exit();\n  client.log('never');\n%}\n",
    )  # fmt: skip
    assert logs(report) == ["YTpi a:b a=1+2&b=%26", "later"]
    assert server.requests[0].split(b" ")[1].startswith(b"/5/")
    assert len(server.requests[0].split(b" ")[1]) == len("/5/") + 36


def test_a_token_of_json_is_signed_decoded_and_verified(files: Project, server: LiteralServer) -> None:
    report = _run(
        files, server,
        "### a\n< {%\n  const token = jwt.sign({sub: 'me'}, 'key');\n"
        "  client.log(jwt.decode(token).header.alg, jwt.verify(token, 'key').sub);\n"
        "  try { jwt.verify(token, 'other') } catch (error) { client.log(error.message) }\n%}\nGET {{base}}/a\n",
    )  # fmt: skip
    assert logs(report) == ["HS256 me", "jwt: the signature does not fit"]
