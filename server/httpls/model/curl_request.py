"""What the options of a cURL command say about header fields, query and body, as curl itself would send them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from httpls.model.body import BodyKind, BodyPiece, FilePiece, PlannedBody, TextPiece
from httpls.model.planned_text import EMPTY, Hole, PlannedText, concatenated
from httpls.model.resolve import Context, literal, percent_encoded, resolve
from httpls_grammar import Request
from httpls_grammar.islands.curl import CurlOption, CurlWord
from httpls_grammar.problems import Problem
from httpls_grammar.text import Range


class CurlField(NamedTuple):
    """A header field: its name as text, and the range of what says it, from the start of the file."""

    name: PlannedText
    value: PlannedText
    range: Range


class CurlParts(NamedTuple):
    """The fields of a command in order, what it adds to the query (empty, or without `?`), and its body."""

    fields: tuple[CurlField, ...]
    query: PlannedText
    body: PlannedBody | None
    problems: Sequence[Problem]


def curl_parts(request: Request, folder: Path, context: Context) -> CurlParts:
    """Work out what a request that is written as a cURL command sends; paths count from `folder`."""
    reader = _Reader(request, folder, context)
    for option in request.curl.options:
        reader.read(option)
    return reader.parts()


_FIELDS = {"user-agent": "User-Agent", "referer": "Referer", "cookie": "Cookie"}
_DATA = frozenset(("data", "data-ascii", "data-raw", "data-binary", "data-urlencode", "json", "upload-file"))


class _Reader:
    """Collects the parts of a command, option by option."""

    def __init__(self, request: Request, folder: Path, context: Context) -> None:
        self._request = request
        self._folder = folder
        self._context = context
        self._problems: list[Problem] = []
        self._fields: list[CurlField] = []
        self._query: list[PlannedText] = []
        self._data: list[BodyPiece] = []
        self._form: list[BodyPiece] = []
        from hashlib import sha256

        self._boundary = "----httpls-" + sha256(request.block.text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    def read(self, option: CurlOption) -> None:
        word = option.value
        if word is None:
            return
        if option.name == "header":
            name, colon, value = word.text.partition(":")
            if colon or name.endswith(";"):
                # `Name;` is a field without a value; `Name:` takes away one that curl would add by itself.
                if value.strip() or not colon:
                    self._add(self._resolved(word, name.removesuffix(";")), self._resolved(word, value.strip()), word)
            else:
                # A whole field from a variable.
                self._add(self._resolved(word, name), EMPTY, word)
        elif option.name in _FIELDS and (option.name != "cookie" or "=" in word.text or "{{" in word.text):
            self._add(self._text(_FIELDS[option.name]), self._resolved(word, word.text), word)
        elif option.name == "range":
            self._add(self._text("Range"), self._resolved(word, f"bytes={word.text}"), word)
        elif option.name == "url-query":
            self._query += [piece for piece in self._urlencoded(word) if isinstance(piece, PlannedText)]
        elif option.name in _DATA:
            self._add_data(option.name, word)
        elif option.name in ("form", "form-string"):
            self._add_part(word, is_plain=option.name == "form-string")

    def parts(self) -> CurlParts:
        names = {option.name for option in self._request.curl.options}
        given = {str(field.name).lower() for field in self._fields}
        query = list(self._query)
        body: PlannedBody | None = None
        where = self._request.syntax.line.range.shifted(self._request.offset)
        if self._form:
            end = TextPiece(self._text(f"--{self._boundary}--\r\n"))
            body = PlannedBody(BodyKind.MULTIPART, ((*self._form, end),))
            self._default("Content-Type", f"multipart/form-data; boundary={self._boundary}", given, where)
        elif self._data and "get" in names:
            query.append(concatenated([piece.text for piece in self._data if isinstance(piece, TextPiece)]))
        elif self._data:
            body = PlannedBody(BodyKind.PLAIN, (tuple(self._data),))
            if "json" in names:
                self._default("Content-Type", "application/json", given, where)
                self._default("Accept", "application/json", given, where)
            elif "upload-file" not in names:
                self._default("Content-Type", "application/x-www-form-urlencoded", given, where)
        separated = [text for piece in query for text in (self._text("&"), piece)][1:]
        return CurlParts(tuple(self._fields), concatenated(separated), body, self._problems)

    def _default(self, name: str, value: str, given: set[str], where: Range) -> None:
        if name.lower() not in given:
            self._fields.append(CurlField(self._text(name), self._text(value), where))

    def _add_data(self, name: str, word: CurlWord) -> None:
        if self._data and name not in ("json", "upload-file"):
            self._data.append(TextPiece(self._text("&")))
        if name == "upload-file":
            self._data.append(self._file(word, word.text))
        elif name == "data-urlencode":
            for piece in self._urlencoded(word):
                self._data.append(TextPiece(piece) if isinstance(piece, PlannedText) else piece)
        elif name != "data-raw" and word.text.startswith("@"):
            self._data.append(self._file(word, word.text[1:]))
        else:
            self._data.append(TextPiece(self._resolved(word, word.text)))

    def _urlencoded(self, word: CurlWord) -> Sequence[PlannedText | FilePiece]:
        """Return `content`, `=content`, `name=content`, `@file` or `name@file` as `--data-urlencode` means them."""
        name, equals, content = word.text.partition("=")
        if not equals and "@" in word.text:
            name, _, path = word.text.partition("@")
            # The content of a file is sent as it is: it would have to be read to be encoded.
            return [*([self._text(f"{name}=")] if name else []), self._file(word, path)]
        if not equals:
            name, content = "", word.text
        found = self._resolved(word, content)
        encoded = PlannedText(tuple([percent_encoded(piece) for piece in found.pieces]))
        return [concatenated([self._resolved(word, f"{name}=") if name else EMPTY, encoded])]

    def _add_part(self, word: CurlWord, is_plain: bool) -> None:
        """Add a part of a form: `name=content`, `name=@file;type=…;filename=…`, `name=<file`."""
        name, _, content = word.text.partition("=")
        head = f'--{self._boundary}\r\nContent-Disposition: form-data; name="{name}"'
        mark = content[:1]
        if is_plain or mark not in ("@", "<"):
            value, *options = [content] if is_plain else content.split(";type=")
            kind = f"\r\nContent-Type: {options[0]}" if options else ""
            self._form.append(TextPiece(self._resolved(word, f"{head}{kind}\r\n\r\n{value}\r\n")))
            return
        path, *words = content[1:].split(";")
        options_by_name: dict[str, str] = {}
        for option in words:
            key, _, value = option.strip().partition("=")
            options_by_name[key] = value
        path = path.strip('"')
        if mark == "@":
            filename = options_by_name.get("filename", "").strip('"') or path.replace("\\", "/").rpartition("/")[2]
            head += f'; filename="{filename}"'
            head += f"\r\nContent-Type: {options_by_name.get('type', 'application/octet-stream')}"
        self._form += [
            TextPiece(self._resolved(word, f"{head}\r\n\r\n")), self._file(word, path), TextPiece(self._text("\r\n")),
        ]  # fmt: skip

    def _file(self, word: CurlWord, path: str) -> FilePiece:
        where = word.range.shifted(self._request.offset)
        return FilePiece(self._resolved(word, path), self._folder, is_substituted=False, encoding=None, range=where)

    def _resolved(self, word: CurlWord, text: str) -> PlannedText:
        """Fill in a text that is made of a word; what is wrong with it is told at the word, a hole stands there."""
        where = word.range.shifted(self._request.offset)
        found = resolve(text, where.start, self._context)
        self._problems += [problem._replace(range=where) for problem in found.problems]
        return PlannedText(
            tuple([piece._replace(range=where) if isinstance(piece, Hole) else piece for piece in found.text.pieces])
        )

    def _text(self, text: str) -> PlannedText:
        return literal(text, self._context)

    def _add(self, name: PlannedText, value: PlannedText, word: CurlWord) -> None:
        self._fields.append(CurlField(name, value, word.range.shifted(self._request.offset)))
