"""Shows a parsed file as a few short lines, so that a test reads like the file that it is about."""

from httpls_grammar import Document
from httpls_grammar.nodes import Body, Header, RequestLine


def requests(document: Document) -> list[str]:
    """Each request as `line method target`, with its name after it."""
    return [
        f"{request.line} {request.method} {request.target}" + (f" [{request.name}]" if request.name else "")
        for request in document.requests
    ]


def headers(document: Document) -> list[str]:
    """The header fields of all requests as `name: value`."""
    return [f"{header.name}: {header.value}" for request in document.requests for header in request.headers]


def nodes(document: Document) -> list[str]:
    """The nodes of all blocks but blank lines, each as its kind and its text; the parts of a body stand indented."""
    lines: list[str] = []
    for block in document.blocks:
        for node in block.nodes:
            text = node.range.of(block.text)
            if isinstance(node, Body):
                lines.append("Body")
                parts = [(type(part).__name__, part.range.of(block.text)) for part in node.parts]
                lines += [f"  {kind} {part.strip()!r}" for kind, part in parts if part.strip()]
            elif isinstance(node, RequestLine):
                lines.append(f"RequestLine {node.method} {node.target!r} {node.version}")
            elif isinstance(node, Header) and node.form == "field":
                lines.append(f"Header {node.name!r} {node.value!r}")
            elif text.strip():
                lines.append(f"{type(node).__name__} {text.strip()!r}")
    return lines


def problems(document: Document) -> list[str]:
    """The problems as `line:column code text`."""
    shown: list[str] = []
    for problem in document.problems:
        position = document.position(problem.range.start)
        shown.append(f"{position.line}:{position.column} {problem.code} {problem.range.of(document.text)!r}")
    return shown
