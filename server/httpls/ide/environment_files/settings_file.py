"""What can be written and is told in `httpls.toml`, from the tree of the settings alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from httpls.ide.completion.item import NOTHING, Completion, Item, ItemKind, completion
from httpls.ide.completion.paths import path_completion
from httpls.ide.completion.secrets import secret_items
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.hover import Hover
from httpls.model.problem_index import CODES
from httpls.settings import Setting, Settings, settings_of
from httpls_grammar.text import Range

_PATHS = frozenset(("ca", "cert", "key", "pfx"))


class _Line(NamedTuple):
    """The line at a cursor: the table that it belongs to, its key, and whether the cursor stands behind the `=`."""

    table: str
    key: str | None
    key_range: Range
    written: str
    value_start: int


def complete_settings_file(file: EnvironmentFile, offset: int) -> Completion:
    """Return what can be written at an offset: tables, keys, values."""
    line = _line(file.text, offset)
    if line is None:
        return NOTHING
    if line.written.lstrip().startswith("["):
        return _tables(file.text, offset, line)
    settings = _settings_of(line.table)
    if line.key is None:
        given = set(_keys_of_table(file.text, offset))
        where = Range(line.key_range.start, max(line.key_range.end, offset))
        items = [item for item in _keys(line.table, settings) if item.label not in given]
        return completion(where, items, file.text[line.key_range.start : offset])
    if line.table == "problems":
        setting = _top_setting("problems")
    else:
        setting = settings.get(line.key.replace("_", "-"))
    return _value(file, setting, line, offset) if setting is not None else NOTHING


def hover_settings_file(file: EnvironmentFile, offset: int) -> Hover | None:
    """Return what a setting means."""
    line = _line(file.text, offset)
    if line is None:
        return None
    if line.key is not None and line.key_range.contains(offset):
        setting = _settings_of(line.table).get(line.key.replace("_", "-"))
        if setting is not None:
            return Hover(line.key_range, _described(setting))
        return None
    match = re.search(r"\[\[?([\w.\-]+)", line.written + _rest(file.text, offset))
    if match is not None and line.key is None:
        setting = _top_setting(match.group(1))
        if setting is not None:
            start = file.text.rfind("\n", 0, offset) + 1
            return Hover(Range(start + match.start(1), start + match.end(1)), _described(setting))
    return None


def _described(setting: Setting) -> str:
    lines = [f"**{setting.key}**: {setting.kind}", "", setting.documentation]
    if setting.default not in ("", (), None, {}) and setting.kind.table is None and setting.kind.word != "texts":
        default = str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default)
        lines += ["", f"Without it: `{default}`."]
    return "\n".join(lines)


def _line(text: str, offset: int) -> _Line | None:
    start = text.rfind("\n", 0, offset) + 1
    written = text[start:offset]
    if written.lstrip().startswith("#"):
        return None
    headers = re.findall(r"^[ \t]*\[\[?[ \t]*([\w.\-]+)[ \t]*\]", text[:start], re.MULTILINE)
    table = headers[-1] if headers else ""
    whole = written + _rest(text, offset)
    match = re.match(r"[ \t]*([\w.\-]*)[ \t]*(=?)", whole)
    assert match is not None
    key_range = Range(start + match.start(1), start + match.end(1))
    if not match.group(2):
        return _Line(table, None, key_range, written, 0)
    return _Line(table, match.group(1), key_range, written, start + match.end(2))


def _rest(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[offset : end if end >= 0 else len(text)]


def _settings_of(table: str) -> Mapping[str, Setting]:
    if not table:
        return {setting.key: setting for setting in settings_of(Settings) if setting.kind.table is None}
    owner = _top_setting(table)
    if owner is None or owner.kind.table is None:
        return {}
    return {setting.key: setting for setting in settings_of(owner.kind.table)}


def _top_setting(key: str) -> Setting | None:
    return next((one for one in settings_of(Settings) if one.key == key), None)


def _keys_of_table(text: str, offset: int) -> Sequence[str]:
    """Return the keys that the table at an offset has already."""
    start = max(text.rfind("\n[", 0, offset) + 1, 0)
    end = text.find("\n[", offset)
    part = text[start : end if end >= 0 else len(text)]
    return re.findall(r"^[ \t]*([\w.\-]+)[ \t]*=", part, re.MULTILINE)


def _tables(text: str, offset: int, line: _Line) -> Completion:
    indent = len(line.written) - len(line.written.lstrip())
    begin = offset - len(line.written) + indent
    behind = re.match(r"[\w.\-]*\]*", text[offset:])
    end = offset + (behind.end() if behind is not None else 0)
    return completion(Range(begin, end), list(_table_items()), text[begin:offset])


def _table_items() -> Iterator[Item]:
    for setting in settings_of(Settings):
        if setting.kind.table is not None or setting.kind.word == "texts":
            text = f"[[{setting.key}]]" if setting.kind.word == "tables" else f"[{setting.key}]"
            yield Item(text, ItemKind.FOLDER, text, "", setting.documentation)


def _keys(table: str, settings: Mapping[str, Setting]) -> Iterator[Item]:
    if table == "problems":
        for code in CODES:
            yield Item(
                code, ItemKind.PARAMETER, f'{code} = "off"', "", "", f'{code} = "${{1|off,hint,warning,error|}}"'
            )
        return
    for setting in settings.values():
        stub = {"boolean": "${1|true,false|}", "integer": "${1:0}", "number": "${1:0}", "list": '["$1"]'}
        value = stub.get(setting.kind.word, '"$1"')
        if setting.kind.word == "texts":
            continue
        if setting.kind.choices and setting.kind.word == "choice":
            value = f'"${{1|{",".join(setting.kind.choices)}|}}"'
        yield Item(
            setting.key, ItemKind.PARAMETER, f"{setting.key} = ", str(setting.kind).replace("`", ""),
            setting.documentation, f"{setting.key} = {value}", again=True,
        )  # fmt: skip
    if not table:
        yield from _table_items()


def _value(file: EnvironmentFile, setting: Setting, line: _Line, offset: int) -> Completion:
    text = file.text
    written = text[line.value_start : offset]
    opened = written.count('"') % 2 == 1
    begin = line.value_start + (written.rfind('"') + 1 if opened else len(written) - len(written.lstrip()))
    if not opened and written.strip().startswith("["):
        begin = offset
    last = text[begin:offset]
    end = offset
    while opened and end < len(text) and text[end] not in '"\r\n':
        end += 1
    if opened and setting.key in _PATHS:
        return path_completion(file.workspace.files, file.path.parent, Range(begin, end), last)
    items = [
        item._replace(text=item.text if opened or item.kind is ItemKind.SNIPPET else f'"{item.text}"')
        for item in _words(file, setting)
    ]
    return completion(Range(begin, end), items, last)


def _words(file: EnvironmentFile, setting: Setting) -> Iterator[Item]:
    if setting.kind.word == "boolean":
        for word in ("true", "false"):
            yield Item(word, ItemKind.SNIPPET, word)
    for choice in setting.kind.choices:
        yield Item(choice, ItemKind.VALUE, choice)
    if setting.key == "environments":
        for name in file.analysis.environments.names:
            yield Item(name, ItemKind.VALUE, name)
    if setting.key == "passphrase":
        yield from secret_items(file.facts.secrets.get(file.analysis.root, ()))
    if setting.key == "hosts":
        yield Item("*", ItemKind.VALUE, "*", "every host")
