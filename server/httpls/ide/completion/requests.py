"""How a request begins: methods, whole requests as snippets, and targets."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from httpls.ide.completion.item import MOST, Item, ItemKind
from httpls.ide.completion.snippets import METHODS, SNIPPETS
from httpls.ide.known_targets import known_targets
from httpls.ide.place import AtStart, Cursor, InMethod
from httpls.model.analysis import Analysis
from httpls_grammar import Request
from httpls_grammar.block import Block
from httpls_grammar.blocks import Located


def start_items(cursor: Cursor, place: "InMethod | AtStart") -> Iterator[Item]:
    """Yield what may begin a line before a request line."""
    ending = "" if isinstance(place, InMethod) and cursor.located.block.request is not None else " "
    for rank, (method, documentation) in enumerate(METHODS):
        yield Item(method, ItemKind.METHOD, method + ending, "", documentation, rank=rank)
    if isinstance(place, AtStart):
        has_separator = cursor.located.block.separator is not None
        for name, documentation, snippet in SNIPPETS:
            written = snippet.partition("\n")[2] if has_separator and name != "shared" else snippet
            yield Item(name, ItemKind.SNIPPET, _without_places(written), documentation, "", written, 100)
        yield Item("# @", ItemKind.DIRECTIVE, "# @", "a directive", "", rank=90, again=True)
        yield Item("@", ItemKind.VARIABLE, "@name = value", "a variable of the file", "", "@${1:name} = ${2:value}", 91)
        yield Item("import", ItemKind.SNIPPET, "import ./file.http", "", "", "import ${1:./file.http}", 92)
        yield Item("run", ItemKind.SNIPPET, "run #name", "", "", "run #${1:name}", 93)


def target_items(analysis: Analysis, sent: Sequence[str] = ()) -> Iterator[Item]:
    """Yield the targets of the other requests of the file with their beginnings up to the host, then those around it.

    `sent` are those of earlier runs.
    """
    seen: set[str] = set()
    every = chain.from_iterable(analysis.file.document.blocks.summaries(_targets))
    for written in islice(every, 10 * MOST):
        scheme, separator, rest = written.partition("://")
        origin = f"{scheme}{separator}{rest.partition('/')[0]}" if separator else written.partition("/")[0]
        for rank, target in enumerate((origin, written)):
            if target and target not in seen:
                seen.add(target)
                yield Item(target, ItemKind.URL, target, rank=rank)
    for one in known_targets(analysis):
        if one.text not in seen:
            seen.add(one.text)
            yield Item(one.text, ItemKind.URL, one.text, one.source, one.documentation, rank=2)
    for written in sent:
        if written not in seen:
            seen.add(written)
            yield Item(written, ItemKind.URL, written, "sent before", rank=3)
    for name in ("https://", "http://", "http://localhost:"):
        if name not in seen:
            yield Item(name, ItemKind.URL, name, rank=5)


def _targets(blocks: Sequence[Block]) -> tuple[str, ...]:
    requests = (Request.of(Located(0, block, 0, 0)) for block in blocks)
    return tuple(dict.fromkeys(request.target for request in requests if request is not None))


def _without_places(snippet: str) -> str:
    """Return the text of a snippet for clients that have none: the words in their places, and nothing else."""
    import re

    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", snippet)
    return re.sub(r"(?<!\\)\$\d", "", text).replace("\\$", "$")
