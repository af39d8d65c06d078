"""URLs of Postman as request targets of a file."""

import re
from collections.abc import Sequence

from httpls.postman.collection import Pair, Url
from httpls.postman.draft import Draft, encoded_outside_templates, has_templates

# What Postman encodes by itself (postman-url-encoder), and what would end the line or the target here.
_IN_PATH = re.compile(r'[\x00-\x20\x7f"<>`?#\u2028\u2029\x85]')
_IN_QUERY = re.compile(r"[\x00-\x20\x7f\"#&'<>\u2028\u2029\x85]")
_IN_NAME = re.compile(r"[\x00-\x20\x7f\"#&'<>=\u2028\u2029\x85]")
_BREAKING = re.compile(r"[\x00-\x20\x7f\u2028\u2029\x85]")
_LONGEST = 110
"""How long a target may be, in characters, before its parameters get lines of their own."""
_PATH_VARIABLE = re.compile(r"(?<=/):([^/{}?#]+)(?=/|$)")


def target_lines(url: Url, encodes: bool, draft: Draft, where: str) -> tuple[str, list[str]]:
    """Return the target, and the lines that define the variables of its path.

    Without `encodes` the URL is sent as it stands, but for what cannot stand in a line.
    """
    values = {pair.key: pair.value or "" for pair in url.variables if not pair.is_disabled}
    lines: list[str] = []

    def replaced(found: "re.Match[str]") -> str:
        key = found.group(1)
        if key not in values:
            # Postman sends it as it stands, such as `:id.json`, of which there is no variable.
            return found.group()
        value = values[key]
        if has_templates(value):
            return value
        name = draft.local_name(key)
        line = f"# @var {name} = {value.strip()}"
        if value and line not in lines:
            lines.append(line)
        return "{{" + name + "}}"

    address = url.address
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|\{\{", address):
        address = f"http://{address.lstrip('/')}"
    scheme, separator, rest = address.partition("://")
    rest = _PATH_VARIABLE.sub(replaced, rest if separator else scheme)
    address = f"{scheme}://{rest}" if separator else rest
    address = encoded_outside_templates(draft.text(address, where), _IN_PATH if encodes else _BREAKING)
    pieces = [(pair.is_disabled, _piece(pair, encodes, draft, where)) for pair in url.query if pair.key or pair.value]
    return address + _query(pieces, len(address)), lines


def _query(pieces: Sequence[tuple[bool, str]], before: int) -> str:
    """Return a query: in the line of the address, or with a line for each parameter, so that some can be comments."""
    is_first = [not is_disabled for is_disabled, _ in pieces]
    first = is_first.index(True) if True in is_first else len(pieces)
    written = [("&" if number > first else "?") + piece for number, (_, piece) in enumerate(pieces)]
    if len(first_line := "".join(written)) + before <= _LONGEST and not any(is_disabled for is_disabled, _ in pieces):
        return first_line
    marks = ["# " if is_disabled else "" for is_disabled, _ in pieces]
    return "".join([f"\n    {mark}{piece}" for mark, piece in zip(marks, written, strict=True)])


def _piece(pair: Pair, encodes: bool, draft: Draft, where: str) -> str:
    key = encoded_outside_templates(draft.text(pair.key, where), _IN_NAME if encodes else _BREAKING)
    if pair.value is None:
        return key
    value = draft.field_value(pair.key, pair.value, where)
    return f"{key}={encoded_outside_templates(value, _IN_QUERY if encodes else _BREAKING)}"
