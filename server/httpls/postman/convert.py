"""A collection with its environments as the files of a project."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from httpls.postman.auth import auth_lines
from httpls.postman.collection import Auth, Folder, Item, Pair, read_collection
from httpls.postman.draft import SHARED, Definition, Draft, Note, names_in
from httpls.postman.environment import Environment, read_environment
from httpls.postman.errors import PostmanError
from httpls.postman.names import UniqueNames, file_name, one_line
from httpls.postman.request_block import comment_lines, request_block

PUBLIC_FILE, PRIVATE_FILE = "http-client.env.json", "http-client.private.env.json"

_Read = TypeVar("_Read")
_SETTINGS = """\
# Lines in bodies that begin with `#` or `//` are sent, as Postman does.
body-comments = "keep"
"""


class Source(NamedTuple):
    """A file that Postman exported: what it is called in messages, and its content."""

    name: str
    content: bytes


class Secret(NamedTuple):
    """A secret of one environment, None for all of them."""

    name: str
    environment: str | None
    value: str


class Imported(NamedTuple):
    """What an import comes to: files by their paths, with `/`, from the folder of the project.

    `secrets` are those that no file has, for the keyring; `private_files` are for the user alone; `undefined` are the
    variables that are used and that nothing defines.
    """

    name: str
    files: Mapping[PurePosixPath, bytes]
    private_files: frozenset[PurePosixPath]
    secrets: Sequence[Secret]
    notes: Sequence[Note]
    requests: int
    undefined: Sequence[str] = ()


def imported(collection: Source, environments: Sequence[Source], secrets_in_keyring: bool) -> Imported:
    """Convert a collection. With `secrets_in_keyring` the files have `{{$secret …}}` in place of each secret.

    Raises `PostmanError`, which names the file.
    """
    root = _named(collection, read_collection)
    every = [_named(one, read_environment) for one in environments]
    known = [pair.key for pair in _all_variables(root)]
    known += [pair.key for environment in every for pair in environment.variables]
    used = [name for one in (collection, *environments) for name in names_in(one.content.decode("utf-8", "replace"))]
    draft = Draft(known, used)
    for environment in every:
        if environment.is_globals:
            _define(SHARED, environment.variables, draft, "globals")
    _define(SHARED, root.variables, draft, "collection")
    names = _environment_names(every)
    for environment, name in zip(every, names, strict=True):
        if not environment.is_globals:
            _define(name, environment.variables, draft, f"environment {name}")
    tree = _Tree(draft)
    tree.add(root, PurePosixPath(), None, {}, "")
    tree.files[PurePosixPath("httpls.toml")] = _SETTINGS.encode()
    chosen = [name for environment, name in zip(every, names, strict=True) if not environment.is_globals]
    public, private, secrets = _environment_files(draft.definitions, chosen, secrets_in_keyring)
    if public:
        tree.files[PurePosixPath(PUBLIC_FILE)] = _json(public)
    if private:
        tree.files[PurePosixPath(PRIVATE_FILE)] = _json(private)
        tree.files[PurePosixPath(".gitignore")] = f"{PRIVATE_FILE}\n".encode()
    name = file_name(root.common.name)
    private_files = frozenset((PurePosixPath(PRIVATE_FILE),)) & frozenset(tree.files)
    return Imported(name, tree.files, private_files, secrets, draft.notes, tree.requests, draft.undefined)


class _Tree:
    """The files of the folders, as they grow."""

    def __init__(self, draft: Draft) -> None:
        self.files: dict[PurePosixPath, bytes] = {}
        self.requests = 0
        self._draft = draft

    def add(
        self, folder: Folder, path: PurePosixPath, inherited: Auth | None, behaviour: Mapping[str, object], where: str
    ) -> None:
        """Add the files of a folder, and those of the folders in it."""
        where = where or one_line(folder.common.name) or "collection"
        self._note_scripts(folder.common.scripts, where)
        auth = folder.auth or inherited
        settings = {**behaviour, **folder.common.behaviour}
        # What stands there already, such as the files of environments, is not to be hidden.
        names = UniqueNames(("_shared.http", PUBLIC_FILE, PRIVATE_FILE, "httpls.toml", ".gitignore"))
        shared = self._shared(folder, path, where)
        if shared:
            self.files[path / "_shared.http"] = shared.encode()
        items = [one for one in folder.content if isinstance(one, Item)]
        if items:
            file = names.name(folder.common.name or "requests", ".http")
            blocks = [self._block(item, auth, settings, path, names, where) for item in items]
            self.files[path / file] = "\n".join(blocks).encode()
        for inner in folder.content:
            if isinstance(inner, Folder):
                name = names.name(inner.common.name)
                self.add(inner, path / name, auth, settings, f"{where} / {one_line(inner.common.name)}")

    def _block(
        self,
        item: Item,
        auth: Auth | None,
        behaviour: Mapping[str, object],
        path: PurePosixPath,
        names: UniqueNames,
        where: str,
    ) -> str:
        self.requests += 1
        place = f"{where} / {one_line(item.common.name)}"
        self._note_scripts(item.common.scripts, place)
        if item.examples:
            self._draft.note(place, "its saved responses are left out")

        def keep(suffix: str, content: bytes) -> str:
            name = names.name(item.common.name or "body", suffix)
            self.files[path / name] = content
            return name

        return request_block(item, auth, {**behaviour, **item.common.behaviour}, self._draft, keep, place)

    def _shared(self, folder: Folder, path: PurePosixPath, where: str) -> str:
        """Return what holds for everything in a folder. The variables of a collection stand in environment files."""
        lines = comment_lines(folder.description)
        if path.parts:
            for pair in folder.variables:
                if pair.is_disabled or not pair.key:
                    continue
                value = self._draft.field_value(pair.key, one_line(pair.value or ""), where)
                lines.append(f"@{self._draft.name(pair.key)} = {value}".rstrip())
        if folder.auth is not None:
            lines += auth_lines(folder.auth, self._draft, where)
        return "\n".join(lines) + "\n" if lines else ""

    def _note_scripts(self, scripts: Sequence[str], where: str) -> None:
        for kind in scripts:
            self._draft.note(where, f"the {'test' if kind == 'test' else 'pre-request'} script is left out")


def _define(environment: str, variables: Sequence[Pair], draft: Draft, where: str) -> None:
    for pair in variables:
        if not pair.key:
            continue
        if pair.is_disabled:
            draft.note(where, f"the variable `{one_line(pair.key)}` is switched off; it is left out")
            continue
        draft.define(environment, pair.key, pair.value or "", pair.more.get("type") == "secret", where)


def _environment_files(
    definitions: Sequence[Definition], names: Sequence[str], in_keyring: bool
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], list[Secret]]:
    """Return the content of both files of environments, and what goes to the keyring."""
    public: dict[str, dict[str, str]] = {name: {} for name in names}
    private: dict[str, dict[str, str]] = {}
    secrets: list[Secret] = []
    for one in definitions:
        # An empty secret is a place for a value that is still to come.
        if one.is_secret and one.value and in_keyring:
            secrets.append(Secret(one.name, None if one.environment == SHARED else one.environment, one.value))
            public.setdefault(one.environment, {})[one.name] = "{{$secret " + one.name + "}}"
        elif one.is_secret:
            private.setdefault(one.environment, {})[one.name] = one.value
        else:
            public.setdefault(one.environment, {})[one.name] = one.value
    return public, private, secrets


def _environment_names(environments: Sequence[Environment]) -> list[str]:
    """Return a name for each environment, no two alike."""
    found: list[str] = []
    for one in environments:
        stem = one_line(one.name).lstrip("$") or "environment"
        name, number = stem, 1
        while name in found:
            number += 1
            name = f"{stem} {number}"
        found.append(name)
    return found


def _all_variables(folder: Folder) -> Sequence[Pair]:
    found = list(folder.variables)
    for one in folder.content:
        if isinstance(one, Folder):
            found += _all_variables(one)
    return found


def _json(content: object) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def _named(source: Source, read: Callable[[bytes], _Read]) -> _Read:
    try:
        return read(source.content)
    except PostmanError as error:
        raise PostmanError(f"{source.name}: {error}", error.remedy) from None
