"""Writes the reference page of the settings from the tree that reads them."""

from collections.abc import Iterator

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


def settings_page() -> str:
    """Return the page."""
    return _HEAD + "\n".join(_lines()) + "\n"


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
