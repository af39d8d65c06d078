"""A response as a text to be read in an editor: status, header fields, body laid out; and what kind of text it is."""

import json
from typing import NamedTuple


class Shown(NamedTuple):
    """The text, and the suffix by which an editor knows how to colour it."""

    text: str
    suffix: str


class ShownResponse(NamedTuple):
    """What is known of a response, with secrets masked already. `body` is None for one that is no text."""

    title: str
    status_line: str
    fields: tuple[tuple[str, str], ...]
    media_type: str
    body: str | None
    length: int
    remarks: tuple[str, ...]


def response_text(shown: ShownResponse) -> Shown:
    """Return the document for a response: an example response as the language of request files has it."""
    lines = [f"### {shown.title}", *[f"# {remark}" for remark in shown.remarks], shown.status_line]
    lines += [f"{name}: {value}" for name, value in shown.fields]
    lines.append("")
    if shown.body is None:
        lines.append(f"({shown.length} bytes of {shown.media_type or 'binary content'})")
    elif shown.body:
        lines += _laid_out(shown.body, shown.media_type).split("\n")
    return Shown("\n".join(lines) + "\n", ".http")


def _laid_out(body: str, media_type: str) -> str:
    if media_type.endswith(("/json", "+json")):
        try:
            return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return body
    return body.replace("\r\n", "\n")
