"""The levels around a request, Postman's collection → folder → request: its block, its file, the folders above it.

What a level gives to everything in it: authentication, headers, variables. A file gives what stands in its first block
if that holds no request, and in blocks called `Shared`; a folder gives what stands in its `_shared.http`.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from httpls.model.auth_directives import directive_declarations, follow_redirects
from httpls.model.auth_objects import AuthObjects
from httpls.model.auth_shape import writes
from httpls.model.auth_shorthands import curl_declarations, field_declarations
from httpls.model.authentication import AuthDeclaration, AuthInForce, Level, in_force
from httpls.model.project import folders_up
from httpls.model.source import Source
from httpls.model.workspace import RequestFile, Workspace
from httpls_grammar import Document, Request
from httpls_grammar.block import Block
from httpls_grammar.blocks import Located
from httpls_grammar.nodes import Header
from httpls_grammar.text import Range

SHARED_FILE = "_shared.http"
"""The name of the file in a folder that holds for everything in the folder and below it."""


class SharedHeader(NamedTuple):
    """A header field that a level gives to its requests; `offset` is where its block begins in its file."""

    file: RequestFile
    header: Header
    offset: int


def shared_files(workspace: Workspace, file: RequestFile, root: Path) -> Sequence[RequestFile]:
    """Return the shared files that hold for a file, that of the nearest folder first, up to the root."""
    found: list[RequestFile] = []
    for folder in folders_up(file.path.parent, root):
        path = folder / SHARED_FILE
        if path != file.path and workspace.files.is_file(path):
            try:
                found.append(workspace.request_file(path))
            except OSError:
                # What is wrong with the file is told when the file itself is looked at.
                continue
    return found


def auth_in_force(
    file: RequestFile, request: Request, outer: Sequence[Sequence[AuthDeclaration]], objects: AuthObjects
) -> AuthInForce:
    """Return how a request authenticates, from where, and what that overrides.

    `outer` are the declarations of the levels around it (see `outer_declarations`); `objects` is what the environment
    declares.
    """
    levels = [request_declarations(file, request), *outer]
    return in_force(levels, lambda declaration: "authorization" in writes(declaration, objects))


def outer_declarations(
    file: RequestFile, shared: Sequence[RequestFile], objects: AuthObjects
) -> Sequence[Sequence[AuthDeclaration]]:
    """Return what the levels around the requests of a file declare, the nearest first: the same for all of them.

    `shared` are the files of the folders, the nearest first.
    """
    return [
        _declarations(file, Level.FILE),
        *[_declarations(folder, Level.FOLDER) for folder in shared],
        [objects.default] if objects.default is not None else [],
    ]


def request_declarations(file: RequestFile, request: Request) -> Sequence[AuthDeclaration]:
    """Return what a request itself declares: its directives, its header fields, the options of its cURL command."""
    return [
        *directive_declarations(file.source, request.block, request.offset, Level.REQUEST),
        *field_declarations(file.source, request.headers, request.offset, Level.REQUEST),
        *curl_declarations(file.source, request, Level.REQUEST),
    ]


def shared_declarations(file: RequestFile) -> Sequence[AuthDeclaration]:
    """Return what a file declares for all its requests."""
    return _declarations(file, Level.FOLDER if file.path.name == SHARED_FILE else Level.FILE)


def redirect_origins(
    file: RequestFile, request: Request, outer: Sequence[tuple[Source, Range, str]]
) -> tuple[tuple[Source, Range, str], ...]:
    """Return the origins of `# @auth-follow-redirects`, each with its place; `outer` are those of the levels around."""
    return follow_redirects(file.source, request.directives, request.offset) or tuple(outer)


def outer_redirect_origins(file: RequestFile, shared: Sequence[RequestFile]) -> Sequence[tuple[Source, Range, str]]:
    """Return the origins that the nearest of the levels around the requests of a file names."""
    for source in (file, *shared):
        for located in shared_blocks(source):
            found = follow_redirects(source.source, located.block.directives, located.offset)
            if found:
                return found
    return ()


def shared_headers(file: RequestFile, shared: Sequence[RequestFile]) -> Sequence[SharedHeader]:
    """Return the header fields that the levels give to a request, those of outer levels first."""
    found: list[SharedHeader] = []
    for source in (*reversed(shared), file):
        for located in shared_blocks(source):
            found += [SharedHeader(source, header, located.offset) for header in located.block.headers]
    return found


def shared_blocks(file: RequestFile) -> Sequence[Located]:
    """Return the blocks of a file that hold for all its requests.

    In a shared file every block without a request does.
    """
    # Each request of a file asks for them, and each time all blocks would have to be looked at.
    found = _known.get(file.document)
    if found is None or found[0] != file.path.name:
        found = _known[file.document] = (file.path.name, tuple(_shared_blocks(file)))
    return found[1]


_known: "WeakKeyDictionary[Document, tuple[str, tuple[Located, ...]]]" = WeakKeyDictionary()
"""The shared blocks of the documents that there are, with the name of the file for which they were found."""


def _shared_blocks(file: RequestFile) -> Iterator[Located]:
    is_shared_file = file.path.name == SHARED_FILE
    blocks = file.document.blocks
    likely = blocks.located() if is_shared_file else (located for located, _ in blocks.having(may_be_shared))
    first = () if is_shared_file else (blocks.at_index(0),)
    for located in chain(first, (one for one in likely if one.number or is_shared_file)):
        if located.block.request is not None:
            continue
        separator = located.block.separator
        is_called_shared = separator is not None and separator.title.split(" ", 1)[0].lower() == "shared"
        if is_shared_file or located.number == 0 or is_called_shared:
            yield located


def may_be_shared(block: Block) -> bool:
    """Tell whether a block can be called `Shared`."""
    return "shared" in block.text.partition("\n")[0].lower()


def _declarations(file: RequestFile, level: Level) -> Sequence[AuthDeclaration]:
    found: list[AuthDeclaration] = []
    for located in shared_blocks(file):
        found += directive_declarations(file.source, located.block, located.offset, level)
        found += field_declarations(file.source, located.block.headers, located.offset, level)
    return found
