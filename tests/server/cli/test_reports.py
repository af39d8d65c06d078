"""The reports: their forms, and that nothing in a response can break them."""

import io
import json
from typing import Any

import pytest
from lxml import etree
from tests.server.cli.results import hop, plain, response, result, secret, sent

from httpls.cli.report_json import JsonDocument
from httpls.cli.report_junit import junit_report
from httpls.cli.show_summary import exit_code, summary_line
from httpls.cli.terminal import Style
from httpls.run.exchange import Assertion, Failure, Outcome, Result
from httpls_auth.schemes.message import Field
from httpls_auth.values.redactor import Redactor

_MISSED = Assertion("status == 201", False, "the status is 200", "201", "200", "/project/a.http", 5, 4)
_HELD = Assertion("status == 200", True, "")
_REFUSED = result(outcome=Outcome.REFUSED, failures=[Failure("undefined-variable", "`x` is not defined", "Define it.")])
_FAILED = result(outcome=Outcome.FAILED, failures=[Failure("timed-out", "nothing came", "")])
_SENT = result(response(b"{}"), assertions=[_HELD])


def _document(*results: Result) -> dict[str, Any]:
    stream = io.StringIO()
    document = JsonDocument(stream, Redactor())
    for one in results:
        document.add(one)
    document.close(results, 1.5, 0)
    loaded: dict[str, Any] = json.loads(stream.getvalue())
    return loaded


def test_json_without_results_is_json() -> None:
    assert _document()["results"] == []


def test_a_short_secret_in_a_header_field_is_masked_by_its_place() -> None:
    request = sent(fields=[Field("X-Key", secret("abc")), Field("X-Other", plain("abc"))])
    (told,) = _document(result(hops=[hop(response(b""), request)]))["results"]
    head = told["hops"][0]["request"]["head"]
    assert head == ["GET /items HTTP/1.1", "Host: 127.0.0.1:8080", "X-Key: •••••", "X-Other: abc"]


def test_a_body_that_is_no_text_is_given_in_base64() -> None:
    (told,) = _document(result(response(b"\x89PNG\0", "image/png")))["results"]
    assert told["response"]["body"] == {"base64": "iVBORwA=", "isWhole": True}


# The form that continuous integration understands; our own words for it, since the schemas in use contradict each other
# in what they leave out. What is here is valid by each of them.
_FORM = etree.RelaxNG(
    etree.XML("""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="testsuites"><zeroOrMore><ref name="suite"/></zeroOrMore></element></start>
  <define name="suite">
    <element name="testsuite">
      <attribute name="name"><data type="token"><param name="minLength">1</param></data></attribute>
      <attribute name="package"><data type="token"/></attribute>
      <attribute name="id"><data type="int"/></attribute>
      <attribute name="hostname"><data type="token"><param name="minLength">1</param></data></attribute>
      <attribute name="timestamp"><data type="string"><param name="pattern">[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}</param></data></attribute>
      <attribute name="tests"><data type="int"/></attribute>
      <attribute name="failures"><data type="int"/></attribute>
      <attribute name="errors"><data type="int"/></attribute>
      <attribute name="skipped"><data type="int"/></attribute>
      <attribute name="time"><ref name="seconds"/></attribute>
      <element name="properties"><empty/></element>
      <zeroOrMore>
        <element name="testcase">
          <attribute name="name"><data type="token"/></attribute>
          <attribute name="classname"><data type="token"/></attribute>
          <attribute name="time"><ref name="seconds"/></attribute>
          <optional><choice>
            <element name="skipped"><empty/></element>
            <element name="error"><ref name="reason"/></element>
            <element name="failure"><ref name="reason"/></element>
          </choice></optional>
        </element>
      </zeroOrMore>
      <element name="system-out"><text/></element>
      <element name="system-err"><text/></element>
    </element>
  </define>
  <define name="reason"><attribute name="type"/><attribute name="message"/><text/></define>
  <define name="seconds"><data type="decimal"><param name="pattern">[0-9]+\\.[0-9]{3}</param></data></define>
</grammar>
""")
)


def test_junit_has_the_form_that_is_understood() -> None:
    every = [
        _SENT, _REFUSED, _FAILED, result(response(b"{}"), name=None, assertions=[_HELD, _MISSED]),
        result(outcome=Outcome.SKIPPED), result(outcome=Outcome.INTERRUPTED),
        result(response(b"", status=401), is_auth_failure=True),
    ]  # fmt: skip
    document = etree.fromstring(junit_report(every, Redactor()).encode())
    _FORM.assertValid(document)
    suite = document[0]
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["10", "1", "4", "1"]
    found = {name: len(list(suite.iter(name))) for name in ("testcase", "failure", "error", "skipped")}
    assert found == {"testcase": 10, "failure": 1, "error": 4, "skipped": 1}


def test_what_xml_cannot_hold_does_not_break_a_report() -> None:
    hostile = Failure("x", 'a\0b\x1b[31m <&"]]> \ud800\ufffe', "")
    text = junit_report([result(outcome=Outcome.FAILED, failures=[hostile])], Redactor())
    (error,) = etree.fromstring(text.encode()).iter("error")
    assert error.get("message") == 'a\\u0000b\\u001b[31m <&"]]> \\ud800\\ufffe'


def test_secrets_are_masked_in_a_junit_report() -> None:
    redactor = Redactor()
    redactor.add_secret("hunter2-hunter2")
    missed = Assertion("body == hunter2-hunter2", False, "found hunter2-hunter2", "x", "hunter2-hunter2")
    assert "hunter2" not in junit_report([result(response(b""), assertions=[missed])], redactor)


@pytest.mark.parametrize(
    ("results", "was_interrupted", "code"),
    [
        ([], False, 0),
        ([_SENT], False, 0),
        ([result(outcome=Outcome.SKIPPED)], False, 0),
        ([_SENT, result(response(b"{}"), assertions=[_MISSED])], False, 1),
        ([_FAILED, result(response(b"{}"), assertions=[_MISSED])], False, 4),
        ([_FAILED, _REFUSED], False, 3),
        ([result(response(b"", status=401), is_auth_failure=True)], False, 4),
        ([result(response(b"half")._replace(shortfall=Failure("connection-lost", "", "")))], False, 4),
        ([_REFUSED], True, 130),
        ([result(outcome=Outcome.INTERRUPTED)], False, 130),
    ],
)
def test_the_exit_code_is_that_of_the_gravest_reason(results: list[Result], was_interrupted: bool, code: int) -> None:
    assert exit_code(results, was_interrupted) == code


def test_the_summary_counts() -> None:
    assert summary_line([_SENT], 0.25, Style.plain()) == "1 request: 1 sent; 1 assertion: 1 held; 250 ms"
    line = summary_line([_SENT, _REFUSED, _FAILED, result(response(b""), assertions=[_MISSED])], 61, Style.plain())
    assert line == "4 requests: 2 sent, 1 refused, 1 failed; 2 assertions: 1 held, 1 missed; 1 min 1 s"
