"""Writes the reference pages of the settings from the trees that read them."""

from collections.abc import Iterator

from httpls.lsp.editor_settings import EditorSettings, camel_case
from httpls.settings import Setting, Settings, settings_of

_HEAD = """\
# Settings

The settings of a project stand in `httpls.toml` at its root, which is the nearest folder above a request file that has one.
An empty file is enough to mark the root; without it, the nearest folder with `.git` is the root.
Everything that changes what is sent stands there, in files of environments or in `_shared.http`, so that an editor and the command line send the same.
What is wrong in the file is told at its place by `httpls check` and in the editor, and leaves the setting at its default.

```toml
environments = "dev"

[headers]
User-Agent = "shop/1.0"

[timeouts]
read = 30

[tls]
verify = "always"

[[certificates]]
hosts = ["*.internal.example.com:8443"]
pfx = "./me.p12"
passphrase = "{{$secret me.p12}}"
```

Where `httpls.toml` says nothing, these settings of other tools count, in `.vscode/settings.json`, `*.code-workspace`, `.httpyac.json` and `package.json`:
`rest-client.defaultHeaders`, `rest-client.certificates`, `rest-client.followredirect`, `rest-client.timeoutinmilliseconds`, `rest-client.rememberCookiesForSubsequentRequests`; httpyac's `defaultHeaders`, `clientCertificates`, `cookieJarEnabled` and `httpyac.requestTimeout`.
"""


_EDITOR_HEAD = """\
# Settings of an editor

An editor gives them in the section `httpls` of its configuration, or in `initializationOptions`; those of a folder of
the workspace count before those of everything. A value that is wrong is told once, and its default counts.
What a project means stands in its `httpls.toml` ([settings](settings.md)), so that an editor and the command line send
the same; `timeouts` and `proxy` belong to the machine, and count where `httpls.toml` says nothing.
[A JSON Schema](schemas/editor.schema.json) describes the section, [another](schemas/httpls.schema.json) `httpls.toml`.

In `initializationOptions` a client also says `trusted`: whether requests may be sent from this workspace.
"""


def settings_page() -> str:
    """Return the page of the settings of a project."""
    return _HEAD + "\n".join(_lines()) + "\n"


def editor_settings_page() -> str:
    """Return the page of the settings of an editor."""
    lines = [_EDITOR_HEAD, "| key | value | default | meaning |", "| --- | --- | --- | --- |"]
    for setting in settings_of(EditorSettings):
        lines += _editor_rows(setting, "")
    return "\n".join(lines) + "\n"


def _editor_rows(setting: Setting, prefix: str) -> Iterator[str]:
    key = prefix + camel_case(setting.key)
    if setting.kind.table is not None:
        for inner in settings_of(setting.kind.table):
            yield from _editor_rows(inner, f"{key}.")
        return
    kind = str(setting.kind).replace("a table of", "an object of")
    yield f"| `{key}` | {kind} | {_default(setting.default)} | {setting.documentation} |"


def _lines() -> Iterator[str]:
    tables = [setting for setting in settings_of(Settings) if setting.kind.table is not None]
    yield from ("", "## At the top of the file", "")
    yield from _table([setting for setting in settings_of(Settings) if setting.kind.table is None])
    for setting in tables:
        assert setting.kind.table is not None
        bracket = "[[{}]]" if setting.kind.word == "tables" else "[{}]"
        yield from ("", f"## `{bracket.format(setting.key)}`", "", setting.documentation, "")
        yield from _table(list(settings_of(setting.kind.table)))


def _table(settings: list[Setting]) -> Iterator[str]:
    yield "| key | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for setting in settings:
        yield f"| `{setting.key}` | {setting.kind} | {_default(setting.default)} | {setting.documentation} |"


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None or value in ("", (), {}):
        return ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
