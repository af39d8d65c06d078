"""Writes the reference pages of docs/ and the index of schemes from the code: `python -m tests.support.generate_docs`."""

from pathlib import Path

from tests.support.problem_docs import problem_pages
from tests.support.scheme_docs import DOCS, INDEX, index_module, scheme_pages
from tests.support.settings_docs import editor_settings_page, settings_page
from tests.support.settings_schema import schema_text
from tests.support.variable_docs import variables_page

from httpls.lsp.editor_settings import EditorSettings, camel_case
from httpls.settings import Settings
from httpls_grammar.directives import DIRECTIVES


def pages() -> dict[Path, str]:
    """Every generated page with its content."""
    return {
        DOCS / "directives.md": _directives(),
        DOCS / "variables.md": variables_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "editor-settings.md": editor_settings_page(),
        DOCS / "schemas" / "httpls.schema.json": schema_text(Settings, "httpls.toml", str),
        DOCS / "schemas" / "editor.schema.json": schema_text(EditorSettings, "httpls in an editor", camel_case),
        INDEX: index_module(),
        **problem_pages(),
        **scheme_pages(),
    }


def _directives() -> str:
    lines = [
        "# Directives",
        "",
        "Every `# @…` line that is understood, whichever tool it comes from.",
        "The spelling is free: `# @no-redirect`, `// @noRedirect` and `#@no_redirect` are one.",
        "A directive without a mark in the last column is understood and left without effect.",
        "",
        "| directive | arguments | meaning | also written | known to | effect |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in sorted(DIRECTIVES):
        arguments = f"`{kind.arguments}`".replace("|", "\\|") if kind.arguments else ""
        aliases = ", ".join(f"`{alias}`" for alias in kind.aliases)
        effect = "yes" if kind.has_effect else ""
        tools = ", ".join(kind.tools) or "httpls"
        lines.append(f"| `@{kind.name}` | {arguments} | {kind.documentation} | {aliases} | {tools} | {effect} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
