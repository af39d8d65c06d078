"""A collection of Postman, in the formats v2.0 and v2.1, as frozen data.

https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from httpls.postman.errors import PostmanError
from httpls.postman.json_shape import Members, described, entries, is_array, is_object, members, parsed, text

_DEEPEST = 32
"""How many folders may be in each other."""


class Pair(NamedTuple):
    """A key with its value, as parameters, header fields, form fields and variables have them.

    `more` are all members, for what only some kinds have.
    """

    key: str
    value: str | None
    is_disabled: bool
    more: Mapping[str, object]


class Auth(NamedTuple):
    """How something authenticates: the type and its keys in their order, with values of any kind."""

    type: str
    values: Sequence[tuple[str, object]]


class Url(NamedTuple):
    """A URL without its query and fragment, these two, and the values of the variables in its path (`:name`)."""

    address: str
    query: Sequence[Pair]
    fragment: str
    variables: Sequence[Pair]


class Request(NamedTuple):
    """A request; `body` is as it stands in the file, `others` are further members that say something about sending."""

    method: str
    url: Url
    headers: Sequence[Pair]
    body: Members
    auth: Auth | None
    description: str
    others: Sequence[str] = ()


class Common(NamedTuple):
    """What requests and folders both have. `scripts` are the kinds of scripts that are not empty."""

    name: str
    behaviour: Members
    scripts: Sequence[str]


class Item(NamedTuple):
    """A request in its place; `examples` is the number of saved responses."""

    common: Common
    request: Request
    examples: int


class Folder(NamedTuple):
    """A folder, or the collection itself."""

    common: Common
    auth: Auth | None
    variables: Sequence[Pair]
    description: str
    content: "Sequence[Item | Folder]"


Content: TypeAlias = Item | Folder


def read_collection(content: bytes) -> Folder:
    """Read a collection, with or without the wrapper in which Postman's API hands it out. Raises `PostmanError`."""
    file = parsed(content)
    if is_object(file.get("collection")):
        file = members(file["collection"], "collection")
    if "item" not in file:
        if "requests" in file and "order" in file:
            raise PostmanError(
                "it is a collection in the format v1, which is no longer read",
                "Export it from Postman as Collection v2.1.",
            )
        if "values" in file:
            raise PostmanError("it is an environment, not a collection", "Give it with `--environment`.")
        raise PostmanError("it is no collection of Postman: there is no `item`", "Export it as Collection v2.1.")
    information = members(file.get("info"), "info")
    common = _common(file, "")._replace(name=text(information.get("name"), "info.name"))
    description = described(information.get("description"), "info.description")
    return Folder(
        common, read_auth(file.get("auth"), "auth"), pairs(file.get("variable"), "variable"), description,
        _content(file["item"], "item", 1),
    )  # fmt: skip


def pairs(value: object, where: str) -> Sequence[Pair]:
    """Read a list of pairs; header fields may also be one text with a field in each line (v2.0)."""
    if isinstance(value, str):
        # A line that is switched off begins with `//`.
        lines = [(line.removeprefix("//").partition(":"), line.startswith("//")) for line in value.splitlines()]
        return [Pair(one[0].strip(), one[2].strip(), is_off, {}) for one, is_off in lines if one[0].strip()]
    found: list[Pair] = []
    for number, entry in enumerate(entries(value, where)):
        place = f"{where}[{number}]"
        one = members(entry, place)
        written = one.get("value")
        found.append(
            Pair(
                # Variables may be called by their `id` alone.
                text(one.get("key", one.get("id")), f"{place}.key"),
                None if written is None else _shown(written, f"{place}.value"),
                one.get("disabled") is True or one.get("enabled") is False,
                one,
            )
        )
    return found


def read_auth(value: object, where: str) -> Auth | None:
    """Read how something authenticates; None where it says nothing, so that what is around it counts."""
    found = members(value, where)
    kind = text(found.get("type"), f"{where}.type")
    if not kind:
        return None
    given = found.get(kind)
    if is_array(given):
        listed = [members(one, f"{where}.{kind}[{number}]") for number, one in enumerate(entries(given, where))]
        return Auth(kind, [(text(one.get("key"), f"{where}.{kind}.key"), one.get("value")) for one in listed])
    return Auth(kind, list(members(given, f"{where}.{kind}").items()))


def _content(value: object, where: str, depth: int) -> Sequence[Content]:
    if depth > _DEEPEST:
        raise PostmanError(f"more than {_DEEPEST} folders are in each other")
    found: list[Content] = []
    for number, entry in enumerate(entries(value, where)):
        place = f"{where}[{number}]"
        one = members(entry, place)
        common = _common(one, place)
        if "item" in one:
            inside = _content(one["item"], f"{place}.item", depth + 1)
            auth = read_auth(one.get("auth"), f"{place}.auth")
            variables = pairs(one.get("variable"), f"{place}.variable")
            description = described(one.get("description"), f"{place}.description")
            found.append(Folder(common, auth, variables, description, inside))
        elif "request" in one:
            request = _request(one["request"], f"{place}.request")
            examples = len(entries(one.get("response"), f"{place}.response"))
            found.append(Item(common, request, examples))
        else:
            raise PostmanError(f"{place} is neither a request nor a folder")
    return found


def _common(one: Members, where: str) -> Common:
    scripts: list[str] = []
    for number, entry in enumerate(entries(one.get("event"), f"{where}.event")):
        event = members(entry, f"{where}.event[{number}]")
        script = members(event.get("script"), f"{where}.event[{number}].script")
        lines = script.get("exec")
        written = "".join(map(str, entries(lines, where))) if is_array(lines) else str(lines or "")
        if written.strip():
            scripts.append(text(event.get("listen"), f"{where}.event[{number}].listen"))
    behaviour = members(one.get("protocolProfileBehavior"), f"{where}.protocolProfileBehavior")
    return Common(text(one.get("name"), f"{where}.name"), behaviour, scripts)


def _request(value: object, where: str) -> Request:
    if isinstance(value, str):
        return Request("GET", _url(value, where), (), {}, None, "")
    one = members(value, where)
    return Request(
        text(one.get("method"), f"{where}.method").strip().upper() or "GET",
        _url(one.get("url"), f"{where}.url"),
        pairs(one.get("header"), f"{where}.header"),
        members(one.get("body"), f"{where}.body"),
        read_auth(one.get("auth"), f"{where}.auth"),
        described(one.get("description"), f"{where}.description"),
        [name for name in ("certificate", "proxy") if one.get(name)],
    )


def _url(value: object, where: str) -> Url:
    if not is_object(value):
        return _divided(text(value, where), ())
    one = members(value, where)
    variables = pairs(one.get("variable"), f"{where}.variable")
    raw = text(one.get("raw"), f"{where}.raw")
    host = _joined(one.get("host"), ".", f"{where}.host")
    if not host:
        return _divided(raw, variables)
    protocol = text(one.get("protocol"), f"{where}.protocol").removesuffix("://").removesuffix(":")
    if not protocol and "{{" not in host:
        protocol = raw.partition("://")[0] if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", raw) else ""
    port = text(one.get("port"), f"{where}.port")
    path = _joined(one.get("path"), "/", f"{where}.path")
    address = (f"{protocol}://" if protocol else "") + host + (f":{port}" if port else "")
    user = raw.partition("://")[2].partition("/")[0].rpartition("@")[0]
    if user and not is_object(one.get("auth")) and "@" not in host:
        address = address.replace("://", f"://{user}@", 1)
    if path or "path" in one:
        address += path if path.startswith("/") else f"/{path}"
    return Url(address, pairs(one.get("query"), f"{where}.query"), text(one.get("hash"), f"{where}.hash"), variables)


def _divided(raw: str, variables: Sequence[Pair]) -> Url:
    rest, _, fragment = raw.partition("#")
    address, mark, query = rest.partition("?")
    pieces = [piece.partition("=") for piece in query.split("&")] if mark else []
    listed = [Pair(key, written if equals else None, False, {}) for key, equals, written in pieces]
    return Url(address.strip(), listed, fragment, variables)


def _joined(value: object, separator: str, where: str) -> str:
    """Return a host or a path, which is a text, or its pieces, each a text or an object with one."""
    if not is_array(value):
        return text(value, where)
    pieces: list[str] = []
    for number, piece in enumerate(entries(value, where)):
        place = f"{where}[{number}]"
        pieces.append(text(members(piece, place).get("value") if is_object(piece) else piece, place))
    return separator.join(pieces)


def _shown(value: object, where: str) -> str:
    if is_object(value) or is_array(value):
        return json.dumps(value, ensure_ascii=False)
    return text(value, where)
