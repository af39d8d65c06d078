"""What nobody should export: it gives a clear error, or harmless names."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from tests.support.postman import auth, collection, convert, request, texts

from httpls.postman.convert import Imported
from httpls.postman.errors import PostmanError
from httpls.postman.names import file_name
from httpls_grammar import parse


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no text in UTF-8"),
        (b"[]", "an array, not an object"),
        (b"{}", "there is no `item`"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"item": ' * 50_000, "nested too deeply|no JSON"),
        (b'{"item": 5}', "item is a number, not an array"),
        (b'{"item": [5]}', r"item\[0\] is a number, not an object"),
        (b'{"item": [{"name": "x"}]}', r"item\[0\] is neither a request nor a folder"),
        (b'{"item": [{"request": {"url": [1]}}]}', r"item\[0\].request.url is an array, not a text"),
        (b'{"item": [{"request": {"url": "x", "method": {}}}]}', r"item\[0\].request.method is an object"),
        (b'{"item": [{"request": {"url": "x", "header": {"a": 1}}}]}', r"request.header is an object, not an array"),
        (b'{"item": [{"request": {"url": "x", "auth": "basic"}}]}', r"request.auth is a text, not an object"),
        (b'{"item": [{"request": {"url": "x", "auth": {"type": "basic", "basic": 1}}}]}', "auth.basic is a number"),
        (b'{"item": [{"request": {"url": "\\ud800"}}]}', "half a character"),
        (b'{"requests": [], "order": []}', "format v1"),
        (b'{"values": []}', "it is an environment"),
        (b'{"item": [], "variable": [1]}', r"variable\[0\] is a number"),
    ],
)
def test_a_file_that_is_no_collection(content: bytes, message: str) -> None:
    with pytest.raises(PostmanError, match=message) as told:
        convert(content)
    assert str(told.value).startswith("shop.json: ")


def test_an_environment_that_is_none() -> None:
    with pytest.raises(PostmanError, match=r"^env.json: it is no environment"):
        convert(collection(request("one")), b'{"item": []}')


def test_folders_in_folders_have_a_limit() -> None:
    inner: dict[str, object] = request("one")
    for _ in range(40):
        inner = {"name": "f", "item": [inner]}
    with pytest.raises(PostmanError, match="more than 32 folders"):
        convert(collection(inner))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("..", "unnamed"),
        ("/absolute", "absolute"),
        ("C:\\x", "C-x"),
        ("con", "xcon"),
        ("NUL.txt", "xNUL.txt"),
        ("_shared", "x_shared"),
        (".git", "git"),
        ("a\x00b\nc", "a-b-c"),
        ("\u202eevil", "evil"),
        ("a" * 500, "a" * 80),
        ("ends. ", "ends"),
        ("", "unnamed"),
    ],
)
def test_names_of_files(name: str, made: str) -> None:
    assert file_name(name) == made


def test_no_file_leaves_the_folder_and_none_hides_another() -> None:
    names = ["../x", "..\\x", "A", "a", "con", "", ".", "http-client.env.json", "httpls.toml", "x/../../y"]
    folders = [{"name": name, "item": [request(name), request(name, method="POST")]} for name in names]
    found = convert(collection(*folders, called="../../shop"))
    for path in found.files:
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert len(path.parts) <= 2
    assert len({str(path).casefold() for path in found.files}) == len(found.files)
    assert len([path for path in found.files if path.suffix == ".http"]) == len(names)


@pytest.mark.parametrize("text", ["x\n### y\nGET http://evil/\n", "x\r# @auth none", "x\u2028GET http://evil/"])
def test_a_text_makes_no_lines_of_its_own(text: str) -> None:
    field = {"key": "X-A", "value": text}
    item = request(
        text, f"http://a/{text}", header=[field], description=text, auth=auth("hawk", authId=text, authKey="{{k}}")
    )
    document = parse(texts(convert(collection(item)))["shop.http"])
    assert [one.target.startswith("http://a/") for one in document.requests] == [True]
    directives = document.requests[0].block.directives
    assert [one.value for one in directives if one.key == "auth"] == ["hawk {{hawk-id}} {{k}}"]


def test_values_that_are_no_texts_are_kept_as_json() -> None:
    shop = collection(request("one"), variable=[{"key": "a", "value": {"b": 1}}])
    assert '"a": "{\\"b\\": 1}"' in texts(convert(shop))["http-client.env.json"]


_ODD: list[object] = json.loads(r"""[
    null, true, -1.5, "", " ", "\u0000", "{{", "}}", "{{}}", "{{{{a}}}}", "{{a\nb}}", "\n### x\n", "\r", "\u0085",
    "::", "#", "\\{\\{", "http://", "://", "{{$", [], {}, [[]], [null], [5], {"a": 1}, {"value": [{}]}
]""")


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner: dict[Any, object] = {}
    if isinstance(value, dict):
        inner = cast("dict[Any, object]", value)
    elif isinstance(value, list):
        inner = dict(enumerate(cast("list[object]", value)))
    for key, one in inner.items():
        yield from _places(one, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], by: object) -> object:
    if not path:
        return by
    copy: Any = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], by)
    return copy


def test_anything_anywhere_is_imported_or_refused() -> None:
    whole = json.loads((Path(__file__).parent / "everything.json").read_text(encoding="utf-8"))
    imports = 0
    for number, path in enumerate(_places(whole)):
        # Not everything everywhere, for that takes half a minute; each value comes to each kind of place all the same.
        for odd in _ODD[number % 7 :: 7]:
            found = _import_or_none(json.dumps(_replaced(whole, path, odd)).encode())
            if found is None:
                continue
            imports += 1
            blocks = sum(len(parse(text).requests) for name, text in texts(found).items() if name.endswith(".http"))
            assert blocks == found.requests, (path, odd)
    assert imports > 300


def _import_or_none(content: bytes) -> Imported | None:
    try:
        return convert(content)
    except PostmanError:
        return None
