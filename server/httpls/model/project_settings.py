"""Reads `httpls.toml`: what is right in it counts, what is wrong is told at its place and left at its default."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from httpls.model.project import SETTINGS_FILE
from httpls.model.source import Finding, Source, unreadable
from httpls.model.workspace import Workspace
from httpls.settings import Setting, Settings, settings_of
from httpls_auth.values.secret_names import looks_secret
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.problems import Problem, ProblemKind, Severity
from httpls_grammar.text import Range, line_starts

MALFORMED_TOML = ProblemKind(
    "malformed-toml", Severity.ERROR,
    "this is not TOML: {reason}",
    "Correct it; until then no setting of this file counts.",
)  # fmt: skip
UNKNOWN_SETTING = ProblemKind(
    "unknown-setting", Severity.WARNING,
    "there is no setting `{key}`",
    "{suggestion}",
)  # fmt: skip
WRONG_SETTING = ProblemKind(
    "wrong-setting", Severity.ERROR,
    "`{key}` has to be {expected}; its default counts",
    "Write {expected} after the equals sign.{suggestion}",
)  # fmt: skip
SECRET_IN_SETTINGS = ProblemKind(
    "secret-in-settings", Severity.WARNING,
    "the value of `{key}` is a secret in clear text, and this file is meant to be shared",
    "Put it into the keyring and write `{{{{$secret NAME}}}}` here.",
)  # fmt: skip


class ProjectSettings(NamedTuple):
    """The settings of a project. `source` is the file, None if there is none; `places` are the ranges of its keys.

    A place is found by the path of keys, such as `("tls", "verify")` or `("certificates", "0", "pfx")`.
    """

    settings: Settings
    source: Source | None
    places: Mapping[tuple[str, ...], Range]
    findings: tuple[Finding, ...]


def project_settings(workspace: Workspace, root: Path) -> ProjectSettings:
    """Return the settings of the project at `root`, read once; without a file all have their defaults."""
    return workspace.known(("project", root), lambda: _read(workspace, root))


def _read(workspace: Workspace, root: Path) -> ProjectSettings:
    path = root / SETTINGS_FILE
    if not workspace.files.is_file(path):
        return ProjectSettings(Settings(), None, {}, ())
    try:
        source = workspace.source(path)
    except OSError as error:
        return ProjectSettings(Settings(), None, {}, (unreadable(path, error),))
    problems = list(source.problems)
    text = source.text.removeprefix("\ufeff")
    shift = len(source.text) - len(text)
    import tomllib

    try:
        tree = tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "its lists are nested too deeply"
        problems.append(_malformed(reason, text).shifted(shift))
        return ProjectSettings(Settings(), source, {}, tuple([Finding(source, problem) for problem in problems]))
    reader = _Reader({path: where.shifted(shift) for path, where in _places(text).items()})
    settings = cast("Settings", reader.table(Settings, tree, ()))
    findings = tuple([Finding(source, problem) for problem in (*problems, *reader.problems)])
    return ProjectSettings(settings, source, reader.places, findings)


class _Reader:
    """Turns the tables of a TOML tree into the classes of the settings."""

    def __init__(self, places: Mapping[tuple[str, ...], Range]) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def table(self, kind: type[NamedTuple], tree: Mapping[str, Any], path: tuple[str, ...]) -> NamedTuple:
        settings = {setting.key: setting for setting in settings_of(kind)}
        values: dict[str, Any] = {}
        for key, value in tree.items():
            setting = settings.get(key.replace("_", "-"))
            if setting is None:
                self.problems.append(self._unknown(key, settings, path))
                continue
            values[setting.field] = self._value(setting, value, (*path, key))
        return kind._make([values.get(setting.field, setting.default) for setting in settings.values()])

    def _value(self, setting: Setting, written: object, path: tuple[str, ...]) -> Any:
        kind = setting.kind
        value = cast("Any", written)
        if kind.table is not None and kind.word == "table" and isinstance(value, dict):
            return self.table(kind.table, cast("dict[str, Any]", value), path)
        if kind.table is not None and kind.word == "tables" and _is_list(value):
            if all(isinstance(item, dict) for item in value):
                return tuple([
                    self.table(kind.table, cast("dict[str, Any]", item), (*path, str(number)))
                    for number, item in enumerate(value)
                ])  # fmt: skip
        elif kind.word == "texts" and isinstance(value, dict):
            return self._texts(setting, cast("dict[str, Any]", value), path)
        elif kind.table is None:
            converted = _converted(setting, value)
            if converted is not None:
                self._warn_of_secret(setting.key, converted, path)
                return converted
        self.problems.append(self._wrong(setting, written, path))
        return setting.default

    def _texts(self, setting: Setting, table: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, str]:
        texts: dict[str, str] = {}
        words = setting.kind.choices
        for key, value in table.items():
            if words and value not in words:
                expected = f"one of {', '.join(f'`{word}`' for word in words)}"
                where = self._place((*path, key))
                self.problems.append(WRONG_SETTING.at(where, key=key, expected=expected, suggestion=""))
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                texts[key] = str(value)
                self._warn_of_secret(key, value, (*path, key))
            else:
                where = self._place((*path, key))
                self.problems.append(WRONG_SETTING.at(where, key=key, expected="a text", suggestion=""))
        return texts

    def _warn_of_secret(self, key: str, value: object, path: tuple[str, ...]) -> None:
        if isinstance(value, str) and value and "{{" not in value and looks_secret(key):
            self.problems.append(SECRET_IN_SETTINGS.at(self._place(path), key=key))

    def _unknown(self, key: str, settings: Mapping[str, Setting], path: tuple[str, ...]) -> Problem:
        near = did_you_mean(key, settings)
        suggestion = f"Did you mean `{near}`?" if near else f"Write one of: {', '.join(settings)}."
        return UNKNOWN_SETTING.at(self._place((*path, key)), key=".".join((*path, key)), suggestion=suggestion)

    def _wrong(self, setting: Setting, value: object, path: tuple[str, ...]) -> Problem:
        near = did_you_mean(str(value), setting.kind.choices) if isinstance(value, str) else None
        suggestion = f" Did you mean `{near}`?" if near else ""
        return WRONG_SETTING.at(
            self._place(path), key=".".join(path), expected=str(setting.kind), suggestion=suggestion
        )  # fmt: skip

    def _place(self, path: tuple[str, ...]) -> Range:
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Range(0, 0))


def _converted(setting: Setting, value: Any) -> Any:
    """Return the value in the type of the setting, None if it is of another."""
    kind = setting.kind
    if kind.word == "boolean":
        return value if isinstance(value, bool) else None
    if kind.word in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int if kind.word == "integer" else (int, float)):
            return None
        # Not a number compares false with everything, so it fails here too.
        return value if kind.minimum is None or value >= kind.minimum else None
    if kind.word == "list":
        words = (value,) if isinstance(value, str) else tuple(cast("list[Any]", value)) if _is_list(value) else None
        if words is None or not all(isinstance(word, str) for word in words):
            return None
        return words if not kind.choices or set(words) <= set(kind.choices) else None
    if not isinstance(value, str):
        return None
    return value if not kind.choices or value in kind.choices else None


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _malformed(message: str, text: str) -> Problem:
    """Make a problem of an error of the TOML library, which tells line and column in its text."""
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    reason = message if match is None else message[: match.start()]
    offset = len(text)
    if match is None:
        offset = 0
    elif match.group(1):
        starts = line_starts(text)
        offset = starts[min(int(match.group(1)), len(starts)) - 1] + int(match.group(2)) - 1
    offset = min(offset, len(text))
    end = offset + 1 if offset < len(text) and text[offset] not in "\r\n" else offset
    return MALFORMED_TOML.at(Range(offset, end), reason=reason[:1].lower() + reason[1:])


def _places(text: str) -> dict[tuple[str, ...], Range]:
    """Return where the keys of a TOML text that is well-formed stand; those of inline tables are left out."""
    places: dict[tuple[str, ...], Range] = {}
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for match in _line().finditer(text):
        header, array, key = match.group(2), match.group(1) == "[[", match.group(3)
        if header is not None:
            table = _names(header)
            if array:
                counts[table] = counts.get(table, -1) + 1
            if table in counts:
                table = (*table, str(counts[table]))
            places.setdefault(table, Range(*match.span(2)))
        elif key is not None:
            places.setdefault((*table, *_names(key)), Range(*match.span(3)))
    return places


def _names(key: str) -> tuple[str, ...]:
    return tuple(match.group(1) or match.group(2) or match.group(3) for match in _key_part().finditer(key))


@cache
def _key_part() -> re.Pattern[str]:
    return re.compile(r"""([\w\-]+)|"([^"\r\n]*)"|'([^'\r\n]*)'""")


@cache
def _line() -> re.Pattern[str]:
    """A table header, or a key with its value; texts over several lines are skipped whole."""
    key = r"""(?:[\w\-]+|"[^"\r\n]*"|'[^'\r\n]*')"""
    keys = rf"{key}(?:[ \t]*\.[ \t]*{key})*"
    return re.compile(
        rf"(?<![^\r\n])[ \t]*(?:(\[\[?)[ \t]*({keys})[ \t]*\]|({keys})[ \t]*=[ \t]*"
        r"(?:'''[\s\S]*?'''|" + r'"""(?:[^\\]|\\[\s\S])*?"""' + r")?)"
    )
