"""`httpls fmt`: formats request files."""

import sys
from pathlib import Path

from httpls.cli.command_parser import CommandParser
from httpls.cli.find_files import MissingPathError, find_request_files
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import Style
from httpls.host.atomic_write import write_atomically
from httpls.host.files import DiskFiles
from httpls.model.source import decode
from httpls_grammar import parse
from httpls_grammar.format import format_text

_DESCRIPTION = """\
Formats request files in place: blanks around methods, targets, colons and values, blank lines, indented headers.
Bodies, scripts, comments and line ends stay as they are, so that not a byte changes that would be sent.
"""
_EPILOG = (
    "Exit codes: 0 nothing to do, or done; 1 with --check or --diff: a file would change; 3 a file cannot be read."
)


def fmt(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("fmt", _DESCRIPTION, _EPILOG)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder with .http and .rest files, or -")
    parser.add_argument("--check", action="store_true", help="change nothing; name the files that would change")
    parser.add_argument("--diff", action="store_true", help="change nothing; show what would change")
    options = parser.parse_args(arguments)
    if options.paths == ["-"]:
        sys.stdout.write(format_text(parse(sys.stdin.read())))
        return 0
    changed = failed = 0
    try:
        paths = list(find_request_files(options.paths))
    except MissingPathError as error:
        print(f"httpls fmt: there is no file or folder `{error}`", file=sys.stderr)
        return 2
    for path in paths:
        try:
            content = DiskFiles().read(path)
        except OSError as error:
            print(f"httpls fmt: {shown_path(path)}: {error.strerror or error}", file=sys.stderr)
            failed += 1
            continue
        source = decode(path, content)
        if source.problems:
            print(f"httpls fmt: {shown_path(path)}: {source.problems[0].message}", file=sys.stderr)
            failed += 1
            continue
        formatted = format_text(parse(source.text))
        if formatted == source.text:
            continue
        changed += 1
        if options.diff:
            _print_diff(path, source.text, formatted)
        elif options.check:
            print(f"would format {shown_path(path)}")
        else:
            write_atomically(path, formatted.encode(_encoding(content)))
            print(f"formatted {shown_path(path)}")
    if failed:
        return 3
    return 1 if changed and (options.check or options.diff) else 0


def _encoding(content: bytes) -> str:
    """Return the codec that gives back the byte order mark of what was read."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"


def _print_diff(path: Path, before: str, after: str) -> None:
    from difflib import unified_diff

    style = Style()
    name = shown_path(path)
    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    for line in lines:
        colour = {"+": "32", "-": "31", "@": "36"}.get(line[:1])
        print(style.paint(line, colour) if colour and not line.startswith(("+++", "---")) else line)
