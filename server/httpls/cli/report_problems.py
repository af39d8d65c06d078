"""Shows problems: with source line and caret for people, as JSON, or as annotations of a GitHub workflow."""

import sys
from collections.abc import Sequence
from typing import TextIO

from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style, visible
from httpls.lsp.pages import page_of
from httpls.model.source import Finding
from httpls_grammar.problems import Severity

PAGES = "docs/problems"
"""The folder of the pages about problems in the documentation; each is called by its code."""


def print_findings(findings: Sequence[Finding], stream: TextIO | None = None) -> None:
    """Print each problem with its place, its line, a caret and the remedy."""
    out = stream or sys.stdout
    style = Style(out)
    out.writelines(_for_people(finding, style) + "\n" for finding in findings)


def findings_as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Return the problems as plain data; lines and columns count from 1, columns in code points."""
    return [
        {
            "file": shown_path(finding.source.path),
            "line": finding.start.line,
            "column": finding.start.column,
            "endLine": finding.end.line,
            "endColumn": finding.end.column,
            "severity": finding.problem.severity.value,
            "code": finding.problem.code,
            "message": finding.problem.message,
            "remedy": finding.problem.remedy,
            "page": f"{PAGES}/{finding.problem.code}.md",
        }
        for finding in findings
    ]


def print_annotations(findings: Sequence[Finding], stream: TextIO | None = None) -> None:
    """Print the problems as workflow commands of GitHub, which shows them beside the lines of a change."""
    out = stream or sys.stdout
    for finding in findings:
        level = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(finding.problem.severity, "notice")
        properties = {
            "file": shown_path(finding.source.path),
            "line": str(finding.start.line),
            "col": str(finding.start.column),
            "endLine": str(finding.end.line),
            "endColumn": str(finding.end.column),
            "title": f"httpls: {finding.problem.code}",
        }
        shown = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
        message = _escape_data(f"{finding.problem.message}. {finding.problem.remedy}")
        out.write(f"::{level} {shown}::{message}\n")


_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFORMATION: "1;34", Severity.HINT: "1;36"}
_WIDEST_LINE = 160


def _for_people(finding: Finding, style: Style) -> str:
    problem, start, end = finding.problem, finding.start, finding.end
    colour = _COLOURS[problem.severity]
    where = f"{visible(shown_path(finding.source.path))}:{start.line}:{start.column}:"
    head = f"{style.paint(where, '1')} {style.paint(problem.severity.value, colour)}: {visible(problem.message)}"
    lines = [head]
    text = finding.source.line(start.line)
    last = end.column if end.line == start.line else len(text) + 1
    skipped = max(0, start.column - 1 - _WIDEST_LINE // 2)
    shown = text[skipped : skipped + _WIDEST_LINE]
    before, marked = text[skipped : start.column - 1], text[start.column - 1 : min(last - 1, skipped + _WIDEST_LINE)]
    number = f"{start.line:4} | "
    lines.append(style.paint(number, "2") + visible(shown.expandtabs(4)))
    indent = " " * (len(number) - 2) + "| " + " " * _width(before)
    lines.append(style.paint(indent, "2") + style.paint("^" * max(_width(marked), 1), colour))
    lines.append(f"     = {visible(problem.remedy)}")
    page = page_of(problem.code) or f"{PAGES}/{problem.code}.md"
    lines.append(f"     = {style.paint(page, '2')}")
    return "\n".join(lines)


def _width(text: str) -> int:
    """Return how many columns a terminal gives to a text."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in visible(text.expandtabs(4)))


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
