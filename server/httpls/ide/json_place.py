"""What stands at a cursor in a JSON file that is being written: its path, key or value, and what its object has.

A parser that stops at the first error knows nothing of what is behind it; a file in which somebody types has one at
the cursor most of the time. So this only follows brackets, strings and commas.
"""

from typing import NamedTuple

from httpls_grammar.text import Range


class JsonPlace(NamedTuple):
    """A cursor in JSON.

    `path` are the keys (and indices of arrays) that lead to the object or array around the cursor; for a value its own
    key is `key`. `range` is what a proposal replaces: a string with its quotes, or the word at the cursor. `written` is
    what stands before the cursor in it, without the quote. `given` are the keys of the object around, but the one at
    the cursor; `siblings` are those whose values are strings, with them. `in_string` says that the cursor stands
    between quotes, whose content is `content`.
    """

    path: tuple[str | int, ...]
    is_key: bool
    key: str | None
    range: Range
    written: str
    given: tuple[str, ...]
    in_string: bool
    content: Range
    has_colon: bool
    siblings: tuple[tuple[str, str], ...]


def json_place(text: str, offset: int) -> JsonPlace | None:
    """Return what stands at an offset; None in a comment, and outside of all objects and arrays."""
    scanner = _Scanner(text)
    return scanner.at(offset)


def inside_quotes(text: str, where: Range) -> Range:
    """Return a stretch without the quotes that it begins and ends with, if it does."""
    written = where.of(text)
    if len(written) > 1 and written[0] == written[-1] == '"':
        return Range(where.start + 1, where.end - 1)
    return where


class _Open:
    """An object or an array that is not closed yet."""

    def __init__(self, is_object: bool, name: str | int | None) -> None:
        self.is_object = is_object
        self.name = name
        self.keys: list[str] = []
        self.values: list[tuple[str, str]] = []
        self.key: str | None = None
        self.index = 0
        self.after_colon = not is_object


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.stack: list[_Open] = []

    def at(self, offset: int) -> JsonPlace | None:
        text = self.text
        position = 0
        while position < offset:
            character = text[position]
            if character == '"':
                end = _string_end(text, position)
                if end > offset or (end == offset and not _is_closed(text, position, end)):
                    return self._place(offset, Range(position, _whole_string_end(text, position, end)), in_string=True)
                if end == offset:
                    # Right behind the closing quote nothing is proposed, but the string may be asked about.
                    return self._place(offset, Range(position, end), in_string=True)
                self._string(text[position + 1 : end - 1])
                position = end
            elif text.startswith(("//", "/*"), position):
                closing = "\n" if text[position + 1] == "/" else "*/"
                end = text.find(closing, position + 2)
                end = len(text) if end < 0 else end + (0 if closing == "\n" else 2)
                if end >= offset and end > position:
                    return None
                position = end
            else:
                self._sign(character)
                position += 1
        if not self.stack:
            return None
        start = offset
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_-.$"):
            start -= 1
        end = offset
        while end < len(text) and (text[end].isalnum() or text[end] in "_-.$"):
            end += 1
        if text[offset : offset + 1] == '"':
            return self._place(offset, Range(offset, _string_end(text, offset)), in_string=True)
        return self._place(offset, Range(start, end), in_string=False)

    def _string(self, content: str) -> None:
        top = self.stack[-1] if self.stack else None
        if top is None or not top.is_object:
            return
        if not top.after_colon:
            top.key = content
        elif top.key is not None:
            top.values.append((top.key, content))

    def _sign(self, character: str) -> None:
        top = self.stack[-1] if self.stack else None
        if character in "{[":
            name: str | int | None = None
            if top is not None:
                name = top.key if top.is_object else top.index
            self.stack.append(_Open(character == "{", name))
        elif character in "}]":
            if self.stack:
                self.stack.pop()
        elif top is None:
            return
        elif character == ":":
            top.after_colon = True
        elif character == ",":
            if top.is_object:
                if top.key is not None:
                    top.keys.append(top.key)
                top.key, top.after_colon = None, False
            else:
                top.index += 1

    def _place(self, offset: int, where: Range, in_string: bool) -> JsonPlace | None:
        if not self.stack:
            return None
        text = self.text
        top = self.stack[-1]
        path = tuple([one.name for one in self.stack[1:] if one.name is not None])
        is_key = top.is_object and not top.after_colon
        is_closed = in_string and where.end - where.start > 1 and text[where.end - 1] == '"'
        content = Range(where.start + 1, where.end - 1 if is_closed else where.end) if in_string else where
        written = text[content.start : min(max(offset, content.start), content.end)]
        behind = text[where.end :].lstrip()
        later, values = _later(text, where.end) if top.is_object else ([], [])
        key: str | int | None = top.key if top.is_object else top.index
        return JsonPlace(
            path, is_key, None if is_key else str(key) if key is not None else None, where, written,
            (*top.keys, *later), in_string, content, behind.startswith(":"), (*top.values, *values),
        )  # fmt: skip


def _string_end(text: str, start: int) -> int:
    """Return the offset behind the string that begins at `start`; it ends with its line at the latest."""
    position = start + 1
    while position < len(text) and text[position] not in "\r\n":
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == '"':
            return position + 1
        position += 1
    return min(position, len(text))


def _is_closed(text: str, start: int, end: int) -> bool:
    return end - start > 1 and text[end - 1] == '"'


def _whole_string_end(text: str, start: int, end: int) -> int:
    """Return the end of a string; to one that is not closed, what ends the line does not belong."""
    if _is_closed(text, start, end):
        return end
    while end > start + 1 and text[end - 1] in " \t,}]":
        end -= 1
    return end


def _later(text: str, position: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the keys of the object in which `position` stands that come after it, and those with strings."""
    found: list[str] = []
    values: list[tuple[str, str]] = []
    after_colon = False
    depth = 0
    last: str | None = None
    while position < len(text):
        character = text[position]
        if character == '"':
            end = _string_end(text, position)
            last = text[position + 1 : end - 1]
            if after_colon and depth == 0 and found:
                values.append((found[-1], last))
                after_colon = False
            position = end
            continue
        if character in "{[":
            depth += 1
        elif character in "}]":
            if depth == 0:
                return found, values
            depth -= 1
        elif character == ":" and depth == 0 and last is not None:
            found.append(last)
            after_colon = True
        elif character == ",":
            after_colon = False
        if not character.isspace() and character != ":":
            last = None
        position += 1
    return found, values
