"""The bytes of a body, from its pieces: files streamed, forms encoded, GraphQL as JSON."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from httpls.model.body import BodyKind, BodyPiece, FilePiece, GraphqlParts, PlannedBody, TextPiece
from httpls.model.encodings import python_encoding
from httpls.model.paths import resolved_path
from httpls.run.errors import RefusedError
from httpls.run.filling import Filler
from httpls.run.joined_body import joined_body
from httpls.run.permitted_paths import Permissions
from httpls.run.request_target import encoded_target
from httpls_auth.schemes.message import Body, MemoryBody
from httpls_auth.values.labels import PLAIN
from httpls_auth.values.provenance import Place
from httpls_auth.values.value import Value
from httpls_grammar.text import Range

LARGEST_TEMPLATE = 64 << 20
"""How many bytes a file may have whose templates are filled in: it has to be read as a whole."""


class BodySources(NamedTuple):
    """What a body is made with. `encodes` asks for forms to be percent-encoded where that is needed."""

    filler: Filler
    permissions: Permissions
    open_file: Callable[[Path], Body]
    encodes: bool


def body_content(planned: PlannedBody, sources: BodySources) -> Body:
    """Return the body as it is sent; it can be read again and again.

    Raises `RefusedError`, `CannotFillError` and `CancelledError`.
    """
    if planned.kind is BodyKind.MESSAGES:
        raise RefusedError(
            "unsupported-protocol", "messages of a stream are not sent yet", "Use another tool for them."
        )
    if planned.graphql is not None:
        return _graphql(planned.graphql, sources.filler)
    pieces = [_piece(piece, planned.kind, sources) for message in planned.messages for piece in message]
    return joined_body(pieces) if pieces else MemoryBody(b"")


def _piece(piece: BodyPiece, kind: BodyKind, sources: BodySources) -> Body:
    if isinstance(piece, TextPiece):
        text = sources.filler.text(piece.text)
        if kind is BodyKind.FORM and sources.encodes:
            text = encoded_target(text)
        return _in_utf_8(text)
    return _file(piece, sources)


def _file(piece: FilePiece, sources: BodySources) -> Body:
    written = sources.filler.text(piece.written)
    shown = str(written)
    path = sources.permissions.to_read(resolved_path(piece.folder, written.reveal()), shown, piece.range)
    try:
        body = sources.open_file(path)
        if not piece.is_substituted:
            return body
        if body.length > LARGEST_TEMPLATE:
            raise RefusedError(
                "template-too-large",
                f"`{shown}` has more than {LARGEST_TEMPLATE >> 20} MB, too much for its templates to be filled in",
                "Write `<` for the file as it is.",
                piece.range,
            )
        content = b"".join(body.chunks())
    except OSError as error:
        reason = error.strerror or str(error)
        raise RefusedError(
            "missing-body-file",
            f"the file `{shown}` cannot be read: {reason[:1].lower() + reason[1:]}",
            "Correct the path; it counts from the folder of the file in which it is written.",
            piece.range,
        ) from error
    text = _decoded(content, piece, shown)
    return _in_utf_8(sources.filler.written(text, Place(str(path), 1, 1)))


def _decoded(content: bytes, piece: FilePiece, shown: str) -> str:
    encoding = python_encoding(piece.encoding) if piece.encoding is not None else "utf-8-sig"
    if encoding is None:
        raise RefusedError(
            "unknown-encoding", f"there is no encoding `{piece.encoding}`",
            "Write one such as `latin1`, `utf-16` or `windows-1252`.", piece.range,
        )  # fmt: skip
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedError(
            "wrong-body-encoding",
            f"`{shown}` is not {piece.encoding or 'UTF-8'}: the byte {error.object[error.start]:#04x} "
            f"at offset {error.start}",
            "Name its encoding, such as `<@latin1 path`, or write `<` for the file as it is.",
            piece.range,
        ) from error


def _graphql(parts: GraphqlParts, filler: Filler) -> Body:
    query, variables = filler.text(parts.query), filler.text(parts.variables)
    message: dict[str, object] = {"query": query.reveal()}
    if parts.operation_name is not None:
        message["operationName"] = parts.operation_name
    message["variables"] = _variables(variables, parts)
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return MemoryBody(text.encode("utf-8", "surrogatepass"), query.labels | variables.labels)


def _variables(variables: Value, parts: GraphqlParts) -> object:
    text = variables.reveal().strip()
    if not text:
        return {}
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        holes = list(parts.variables.holes)
        where: Range | None = holes[0].range if holes else None
        raise RefusedError(
            "graphql-variables", "the variables of the query, the last part of the body, are not JSON",
            "Write them as a JSON object after a blank line.", where,
        ) from error  # fmt: skip


def _in_utf_8(text: Value) -> Body:
    # Code points that are halves of a pair come from escapes in JSON files; they have no bytes of their own.
    content = text.reveal().encode("utf-8", "surrogatepass")
    return MemoryBody(content, PLAIN | text.labels)
