"""`httpls cert explain`: which certificates are used for a URL or for the requests of a file, and why."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from httpls.cli.cert_facts import Connection, connect, explain
from httpls.cli.command_parser import CommandParser
from httpls.cli.show_cert import connection_lines, explained_as_json, explained_lines
from httpls.cli.terminal import visible
from httpls.host.files import DiskFiles
from httpls.model.analysis import Analysis
from httpls.model.source import Source
from httpls.model.workspace import Choices, RequestFile, Workspace
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError
from httpls.run.used_certificates import Explained
from httpls_grammar import parse

_DESCRIPTION = """\
Explains which client certificate is shown, which authorities are trusted and whether the server is verified, for a
URL in the project of this folder, or for the requests of a file; by which rule, and what would count otherwise.
Nothing is sent. With --connect the server is asked for its certificates; no request is made.
"""
_EPILOG = """\
examples:
  httpls cert explain https://api.example.com:8443
  httpls cert explain orders.http --env dev
  httpls cert explain https://localhost:5001 --connect

exit codes: 0 all is well; 2 wrong usage; 3 a certificate, a key or an authority cannot be used; 4 the connection failed
"""


def cert(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("cert", _DESCRIPTION, _EPILOG)
    parser.add_argument("action", choices=("explain",), help="what to do")
    parser.add_argument("target", metavar="URL|FILE", help="a URL with https, or a request file")
    parser.add_argument(
        "--env", "-e", action="append", default=[], metavar="NAME", help="an environment; later ones win"
    )
    parser.add_argument("--name", "-n", metavar="NAME", help="only the request of this name")
    parser.add_argument("--connect", action="store_true", help="ask the server for its certificates")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    options = parser.parse_args(arguments)
    workspace = Workspace(DiskFiles(), os.environ, Choices(tuple(options.env)))
    try:
        analysis = _analysis(workspace, options.target)
    except OSError as error:
        print(f"httpls cert: `{visible(options.target)}` is neither a URL nor a file that can be read", file=sys.stderr)
        return 2 if isinstance(error, FileNotFoundError) else 3
    requests = [one for one in analysis.file.document.requests if options.name in (None, one.name)]
    if not requests:
        print("httpls cert: there is no such request", file=sys.stderr)
        return 2
    try:
        every = [explain(analysis, request, Cancel()) for request in requests]
    except CancelledError:
        raise KeyboardInterrupt from None
    connections = [connect(one) if options.connect and one.choice is not None else None for one in every]
    if options.json:
        import json

        shown = [explained_as_json(one, connection) for one, connection in zip(every, connections, strict=True)]
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        for number, (one, connection) in enumerate(zip(every, connections, strict=True)):
            if number:
                print()
            for line in _lines(one, connection):
                print(visible(line))
    if any(one.errors for one in every):
        return 3
    return 4 if any(connection is not None and connection.error for connection in connections) else 0


def _lines(one: Explained, connection: Connection | None) -> Iterator[str]:
    yield from explained_lines(one)
    if connection is not None:
        yield from connection_lines(connection)


def _analysis(workspace: Workspace, target: str) -> Analysis:
    """Analyse the file, or one that would hold the URL in the working folder. Raises OSError."""
    if "://" in target:
        text = f"GET {target}\n"
        return Analysis(workspace, RequestFile(Source(Path.cwd() / ".http", text), parse(text)))
    return Analysis(workspace, workspace.request_file(Path(os.path.abspath(target))))
