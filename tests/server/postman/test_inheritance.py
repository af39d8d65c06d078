"""What a collection and its folders give to their requests, and where it is cut."""

from pathlib import Path

import pytest
from tests.support.postman import auth, collection, convert, request, texts, write

from httpls.host.files import DiskFiles
from httpls.model.analysis import Analysis
from httpls.model.workspace import Workspace

BASIC = auth("basic", username="{{u}}", password="{{p}}")
BEARER = auth("bearer", token="{{t}}")
NONE = {"type": "noauth"}


def _analysis(path: Path) -> Analysis:
    workspace = Workspace(DiskFiles(), {})
    return Analysis(workspace, workspace.request_file(path))


@pytest.mark.parametrize(
    ("outer", "folder", "own", "expected"),
    [
        (BASIC, {}, {}, "basic"),
        (BASIC, {"auth": None}, {"auth": None}, "basic"),
        (BASIC, {"auth": BEARER}, {}, "bearer"),
        (BASIC, {"auth": NONE}, {}, "none"),
        (BASIC, {"auth": NONE}, {"auth": BEARER}, "bearer"),
        (BASIC, {"auth": BEARER}, {"auth": NONE}, "none"),
        (BASIC, {"auth": {}}, {"auth": {"basic": []}}, "basic"),
        (None, {}, {}, ""),
        (None, {"auth": BEARER}, {"auth": None}, "bearer"),
    ],
)
def test_the_nearest_counts(
    tmp_path: Path, outer: object, folder: dict[str, object], own: dict[str, object], expected: str
) -> None:
    item = {"name": "one", "request": {"url": "http://127.0.0.1/", **own}}
    found = convert(collection({"name": "orders", "item": [item], **folder}, auth=outer))
    write(found, tmp_path)
    analysis = _analysis(tmp_path / "orders" / "orders.http")
    plan = analysis.plan(analysis.file.document.requests[0])
    assert "".join(one.word for one in plan.auth.schemes) == expected.replace("none", "")


def test_variables_in_what_is_inherited_are_those_of_the_request(tmp_path: Path) -> None:
    inner = {"name": "orders", "item": [request("one")], "variable": [{"key": "u", "value": "of the folder"}]}
    found = convert(collection(inner, auth=BASIC, variable=[{"key": "u", "value": "of the collection"}]))
    assert texts(found)["orders/_shared.http"] == "@u = of the folder\n"
    write(found, tmp_path)
    analysis = _analysis(tmp_path / "orders" / "orders.http")
    scheme = analysis.plan(analysis.file.document.requests[0]).auth.schemes[0]
    assert str(scheme.parameters[0].text) == "of the folder"


def test_settings_of_a_folder_count_unless_a_request_has_its_own() -> None:
    items = [
        request("one"),
        {**request("two"), "protocolProfileBehavior": {"followRedirects": True, "strictSSL": False}},
    ]
    behaviour = {"followRedirects": False, "disableCookies": True, "tlsCipherSelection": ["x"]}
    found = convert(collection({"name": "f", "item": items, "protocolProfileBehavior": behaviour}))
    one, two = texts(found)["f/f.http"].split("\n\n")
    assert one == "### one\n# @no-redirect\n# @no-cookie-jar\nGET http://127.0.0.1/"
    assert two == "### two\n# @no-cookie-jar\n# @insecure\nGET http://127.0.0.1/\n"
    assert {note.message for note in found.notes} == {
        "the setting `tlsCipherSelection` has no counterpart for a single request"
    }
