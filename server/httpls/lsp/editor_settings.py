"""The settings that an editor has for this server: one typed tree, with the documentation of every one.

They stand in the section `httpls` of the editor's configuration, or in `initializationOptions`. A key is the name of a
field here in camel case; a nested class is an object. What a project means stands in its `httpls.toml`; of that, an
editor may say what belongs to the machine rather than to the project, and it counts where `httpls.toml` says nothing.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, cast

from httpls.settings import Doc, Proxy, Setting, Shown, Timeouts, settings_of


class InlayHints(NamedTuple):
    """What is shown behind the text; each is off until it is asked for."""

    values: Annotated[bool, Doc("The value of each variable behind its use; secrets are masked.")] = False
    authentication: Annotated[
        bool, Doc("Behind each request line, how the request authenticates where an outer level says it.")
    ] = False
    tokens: Annotated[bool, Doc("Behind each JSON Web Token, until when it is valid.")] = False
    ports: Annotated[bool, Doc("Behind a host without a port, the port that is meant.")] = False


class Lenses(NamedTuple):
    """What is shown above requests. Each lens is a code action too."""

    send: Annotated[bool, Doc("*Send* and what came of the request last.")] = True
    send_all: Annotated[bool, Doc("*Send all* above the first request.")] = True
    references: Annotated[bool, Doc("How many requests use the response of this one.")] = True
    environment: Annotated[bool, Doc("The environment in force, above the first request; it chooses another.")] = True


class Format(NamedTuple):
    """What formatting changes beyond blanks that nobody sends."""

    json_bodies: Annotated[
        bool, Doc("Lay out bodies of JSON too, which changes the bytes that are sent, not what they mean.")
    ] = False


class EditorSettings(NamedTuple):
    """All settings of an editor, with the values that hold where it says nothing else."""

    environments: Annotated[
        tuple[str, ...], Doc("The environments that are chosen until somebody chooses others.")
    ] = ()
    code_lens: Annotated[bool, Doc("Lenses above requests, those below.")] = True
    lenses: Annotated[Lenses, Doc("What is shown above requests. Each lens is a code action too.")] = Lenses()
    inlay_hints: Annotated[InlayHints, Doc("What is shown behind the text; each is off until it is asked for.")] = (
        InlayHints()
    )
    format: Annotated[Format, Doc("What formatting changes beyond blanks that nobody sends.")] = Format()
    problems: Annotated[
        Mapping[str, Shown],
        Doc("How bad a problem is shown, by its code; it counts before `[problems]` of `httpls.toml`."),
    ] = MappingProxyType({})
    timeouts: Annotated[Timeouts, Doc("How long to wait, in seconds, where `httpls.toml` does not say it.")] = (
        Timeouts()
    )
    proxy: Annotated[Proxy, Doc("The way to the servers, where `httpls.toml` does not say it.")] = Proxy()


class WrongSetting(NamedTuple):
    """A value that is left out: the path of its keys with dots, and what it would have to be."""

    path: str
    reason: str


class Given(NamedTuple):
    """The settings of an editor, what is wrong with them, and the paths of those that it gave itself."""

    settings: EditorSettings
    wrong: tuple[WrongSetting, ...]
    paths: frozenset[str]


def read_editor_settings(section: object, is_alone: bool = True) -> Given:
    """Read the section; what is wrong or missing has its default.

    `is_alone` says that nothing but these settings stands in the section, so that an unknown key is a mistake. Settings
    of the clients of this project stand there too, and are known.
    """
    reader = _Reader()
    if not isinstance(section, dict):
        return Given(EditorSettings(), (), frozenset())
    settings = reader.table(EditorSettings, cast("object", section), "", is_alone)
    return Given(cast("EditorSettings", settings), tuple(reader.wrong), frozenset(reader.paths))


def merged(base: Given, over: Given) -> Given:
    """Return settings with those of `base` where `over` does not say anything itself."""
    said = {path.partition(".")[0] for path in over.paths}
    kept = {
        setting.field: getattr(base.settings, setting.field)
        for setting in settings_of(EditorSettings)
        if camel_case(setting.key) not in said
    }
    of_base = [path for path in base.paths if path.partition(".")[0] not in said]
    return Given(over.settings._replace(**kept), (*base.wrong, *over.wrong), over.paths.union(of_base))


def camel_case(key: str) -> str:
    """Return the key of a setting as editors write it: `inlay-hints` becomes `inlayHints`."""
    first, *others = key.split("-")
    return first + "".join([word.capitalize() for word in others])


OF_CLIENTS = frozenset((
    "trusted", "token", "server", "trace", "keys", "response", "sendLenses", "completion", "cacheKey",
))  # fmt: skip
"""Keys of the same section that clients read themselves."""


class _Reader:
    def __init__(self) -> None:
        self.wrong: list[WrongSetting] = []
        self.paths: list[str] = []

    def table(self, kind: type[NamedTuple], section: object, path: str, is_strict: bool) -> NamedTuple:
        values = cast("dict[object, object]", section)
        known = {camel_case(setting.key): setting for setting in settings_of(kind)}
        for key in values:
            if is_strict and key not in known and not (not path and key in OF_CLIENTS):
                self.wrong.append(WrongSetting(f"{path}{key}", "there is no such setting"))
        found = {
            setting.field: self._value(setting, values[key], f"{path}{key}", is_strict)
            for key, setting in known.items()
            if values.get(key) is not None
        }
        return kind._make([found.get(setting.field, setting.default) for setting in known.values()])

    def _value(self, setting: Setting, written: object, path: str, is_strict: bool) -> object:
        kind = setting.kind
        if kind.table is not None and isinstance(written, dict):
            return self.table(kind.table, cast("object", written), f"{path}.", is_strict)
        if kind.word == "texts" and isinstance(written, dict):
            return self._texts(setting, cast("dict[object, object]", written), path)
        value = _converted(setting, written)
        if value is None:
            self.wrong.append(WrongSetting(path, f"it has to be {kind}; its default counts"))
            return setting.default
        self.paths.append(path)
        return value

    def _texts(self, setting: Setting, written: Mapping[object, object], path: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key, value in written.items():
            if isinstance(value, str) and (not setting.kind.choices or value in setting.kind.choices):
                found[str(key)] = value
            else:
                expected = f"one of {', '.join(setting.kind.choices)}" if setting.kind.choices else "a text"
                self.wrong.append(WrongSetting(f"{path}.{key}", f"it has to be {expected}; it is left out"))
        self.paths.append(path)
        return found


def _converted(setting: Setting, written: Any) -> Any:
    """Return a value in the type of its setting, None if it is of another."""
    kind = setting.kind
    if kind.word == "boolean":
        return written if isinstance(written, bool) else None
    if kind.word in ("integer", "number"):
        is_number = isinstance(written, int if kind.word == "integer" else (int, float))
        if isinstance(written, bool) or not is_number:
            return None
        return written if kind.minimum is None or written >= kind.minimum else None
    if kind.word == "list":
        items = cast("Sequence[object]", written) if isinstance(written, list) else None
        return tuple(items) if items is not None and all(isinstance(item, str) for item in items) else None
    if not isinstance(written, str):
        return None
    return written if not kind.choices or written in kind.choices else None
