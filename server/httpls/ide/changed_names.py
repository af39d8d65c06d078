"""What an edit of a file changes for blocks that it leaves alone: names that mean something else now, and the rest."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

from httpls.model.analysis import Analysis
from httpls.model.definitions import assignments_of, set_names, variables_of
from httpls.model.graphql_fragments import fragments_of
from httpls.model.imports import imported_files, imports_of
from httpls.model.levels import shared_blocks
from httpls.model.names import names_of
from httpls_grammar.block import Block
from httpls_grammar.blocks import Chunk, Located
from httpls_grammar.islands.template import find_templates
from httpls_grammar.nodes import FileVariable, Statement, Trivia


def world_of(analysis: Analysis) -> Iterator[object]:
    """Yield all but names that the problems of every block may depend on."""
    file = analysis.file
    workspace = analysis.workspace
    yield workspace.outside
    yield workspace.choices
    yield analysis.explicit_profile
    yield analysis.profile
    yield tuple(analysis.chosen_environments)
    yield file.path
    yield tuple(imported_files(workspace, file))
    yield tuple(analysis.shared)
    yield [(line.keyword, line.written) for line in imports_of(file)]
    yield [(one.name, one.text, one.path) for one in fragments_of(file.document)]
    yield [part for located in shared_blocks(file) for part in _shared_lines(located)]


def changed_names(removed: Sequence[Chunk], added: Sequence[Chunk]) -> tuple[set[str], set[str]]:
    """Return the names of variables, and those of requests, that mean something else since chunks were replaced."""
    gone, come = _without_common_ends(
        [block for chunk in removed for block in chunk.blocks], [block for chunk in added for block in chunk.blocks]
    )
    names = _changed([_variables(block) for block in gone], [_variables(block) for block in come])
    return names, _changed([_requests(block) for block in gone], [_requests(block) for block in come])


def with_dependents(names: set[str], analyses: Iterable[Analysis]) -> set[str]:
    """Add the variables whose values refer to one of these, whatever lies between."""
    if not names:
        return names
    uses: dict[str, list[str]] = {}
    for analysis in analyses:
        for scope in analysis.scopes(None).scopes:
            for name, definition in scope.definitions.items():
                if isinstance(definition.text, str) and "{{" in definition.text:
                    for word in _words(definition.text):
                        uses.setdefault(word, []).append(name)
    found = set(names)
    waiting = list(names)
    for name in waiting:
        for user in uses.get(name, ()):
            if user not in found:
                found.add(user)
                waiting.append(user)
    return found


def _shared_lines(located: Located) -> Iterator[tuple[int, str]]:
    """Yield the lines of a block that holds for all requests, with their numbers, which messages may name."""
    text = located.block.text
    for node in located.block.nodes:
        if not isinstance(node, Trivia | FileVariable):
            yield located.line + text.count("\n", 0, node.range.start), node.range.of(text)


def _variables(block: Block) -> Sequence[tuple[str, Hashable]]:
    """Return the names of variables that a block gives a meaning to, with the meaning."""
    if "@" not in block.text and not set_names(block) and not assignments_of(block):
        return ()
    return [
        *[(variable.name, variable.value) for variable in variables_of(block)],
        *[(name, None) for name, _ in set_names(block)],
        *[(name, None) for name, _ in assignments_of(block)],
    ]


def _requests(block: Block) -> Sequence[tuple[str, Hashable]]:
    """Return the names of the request of a block, with all that may say which requests it needs itself."""
    names = names_of(block)
    if not names:
        return ()
    needs = block.fact(_needs)
    return [(name, needs) for name in names]


def _needs(block: Block) -> tuple[str, ...]:
    text = block.text
    found = [template.inner for template in find_templates(text)] if "{{" in text else []
    found += [one.value for one in block.directives if one.key in ("ref", "forceref", "auth") or "auth" in one.key]
    found += [node.text_range.of(text) for node in block.nodes if isinstance(node, Statement)]
    return tuple(found)


def _without_common_ends(before: Sequence[Block], after: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """Leave out the blocks that both begin with, and those that both end with."""
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] is after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] is after[-1 - end]:
        end += 1
    return list(before[start : len(before) - end]), list(after[start : len(after) - end])


def _changed(
    before: Sequence[Sequence[tuple[str, Hashable]]], after: Sequence[Sequence[tuple[str, Hashable]]]
) -> set[str]:
    """Return the names that have another meaning than before."""
    old = [one for block in before for one in block]
    new = [one for block in after for one in block]
    if old == new:
        return set()
    difference = (Counter(old) - Counter(new)) + (Counter(new) - Counter(old))
    # Where one name is defined twice the order counts.
    return {name for name, _ in difference} or {name for name, _ in old}


def _words(text: str) -> Iterator[str]:
    """Yield the words of templates that may be names, those before a dot among them."""
    for template in find_templates(text):
        for word in template.inner.replace("%", " ").replace("(", " ").replace(")", " ").split():
            yield word
            yield from (word[:at] for at, character in enumerate(word) if character in ".[")
