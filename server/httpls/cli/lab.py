"""`httpls lab`: the demonstration server, for trying requests on."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from httpls.cli.command_parser import CommandParser
from httpls.cli.terminal import Style, visible
from httpls.lab.keys import CA
from httpls.lab.message import Request
from httpls.lab.server import Lab, running_lab

_DESCRIPTION = """\
Runs a server on this machine to try requests on: JSON, forms, uploads, redirects, cookies, compression, slow and
broken answers, and every way to authenticate. Its page at / lists all of it. Ctrl-C ends it.
"""
_EPILOG = """\
examples:
  httpls lab --port 8080                      serve; each request is told in a line
  httpls lab --run docs/examples/tour.http    serve, run all requests of the file, show what comes back, and stop

With --run, the file has the variables `lab` and `secureLab`, the addresses without and with TLS, `keys`, the folder
with certificates and keys, and those of the examples in docs/schemes; the exit code is that of `httpls run`.
"""


def lab(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("lab", _DESCRIPTION, _EPILOG)
    parser.add_argument("--port", type=_port, default=0, metavar="PORT", help="the port; by default a free one")
    parser.add_argument("--https-port", type=_port, default=0, metavar="PORT", help="the port with TLS")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where certificates and keys are written, and stay")
    parser.add_argument("--quiet", "-q", action="store_true", help="do not tell the requests")
    parser.add_argument("--run", action="append", default=[], metavar="FILE", help="run this file against it, and stop")
    parser.add_argument("--trust", action="store_true", help="with --run: trust the project, which may then read keys")
    options = parser.parse_args(arguments)
    log = None if options.quiet or options.run else _Log()
    try:
        with running_lab(options.port, options.https_port, options.keys, log) as running:
            return _run(options.run, running, options.trust) if options.run else _serve(running)
    except OSError as error:
        print(f"httpls lab: {error.strerror or error}; is the port taken?", file=sys.stderr)
        return 2


def _run(files: Sequence[str], lab: Lab, trusts: bool) -> int:
    from httpls.cli.run import run_readably
    from httpls.lab.variables import variables

    return run_readably(files, variables(lab), lab.folder / CA, trusts)


def _serve(lab: Lab) -> int:
    style = Style()
    print(f"{style.paint('httpls lab', '1')} serves until Ctrl-C")
    print(f"  {style.paint(lab.http, '4')}/    all that there is, as a page and as JSON")
    print(f"  {style.paint(lab.https, '4')}/    the same with TLS")
    print(f"  {lab.folder}    certificates and keys, ca.pem among them")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()
    return 0


class _Log:
    """Tells each request in a line."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._style = Style()

    def __call__(self, request: Request, status: int) -> None:
        from httpls.cli.show_result import status_colour

        shown = self._style.paint(str(status), status_colour(status)) if status else self._style.paint("raw", "35")
        with self._lock:
            print(f"{shown} {visible(request.method)} {visible(request.target)}", flush=True)


def _port(word: str) -> int:
    port = int(word)
    if not 0 <= port <= 65535:
        raise ValueError(word)
    return port
