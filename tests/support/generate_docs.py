"""Writes the reference pages of docs/ and the index of schemes from the code: `python -m tests.support.generate_docs`."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from tests.support.scheme_docs import DOCS, INDEX, index_module, scheme_pages
from tests.support.settings_docs import settings_page

import httpls.model
import httpls_grammar
from httpls_grammar.directives import DIRECTIVES
from httpls_grammar.problems import ProblemKind


def pages() -> dict[Path, str]:
    """Every generated page with its content."""
    return {
        DOCS / "problems.md": _problems(),
        DOCS / "directives.md": _directives(),
        DOCS / "settings.md": settings_page(),
        INDEX: index_module(),
        **scheme_pages(),
    }


def problem_kinds() -> list[ProblemKind]:
    """All kinds of problems that the packages declare, by code."""
    kinds: dict[str, ProblemKind] = {}
    for package in (httpls_grammar, httpls.model):
        for module in _modules(package):
            for value in vars(module).values():
                if isinstance(value, ProblemKind):
                    assert kinds.setdefault(value.code, value) is value, f"two kinds have the code {value.code}"
    return [kinds[code] for code in sorted(kinds)]


def _modules(package: ModuleType) -> list[ModuleType]:
    names = [info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    return [package, *map(importlib.import_module, names)]


def _problems() -> str:
    lines = [
        "# Problems",
        "",
        "Every problem that `httpls check` and the editors show, by its code.",
        "A request with an error is not sent; warnings, information and hints leave it as it is.",
        "Words in braces stand for what is written in the file.",
    ]
    for kind in problem_kinds():
        message, remedy = (text.replace("{{", "{").replace("}}", "}") for text in (kind.message, kind.remedy))
        lines += ["", f"## {kind.code}", "", f"*{kind.severity.value}*: {message}.", "", remedy]
    return "\n".join(lines) + "\n"


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
