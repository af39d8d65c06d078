"""`httpls auth init`: the guided way to an `# @auth` in a file."""

import sys
from collections.abc import Sequence

from httpls.cli.auth.arguments import NOT_SELECTED, file_parser, not_selected, selected_requests
from httpls.cli.auth.command import complain
from httpls.cli.select_requests import label
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import visible
from httpls.guide.authentication import Answers, Given, Guide, directive_lines
from httpls.guide.written_lines import insert_at_file, insert_at_request
from httpls.host.atomic_write import write_atomically
from httpls.host.prompts import TerminalPrompter
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.selection import Selected
from httpls_auth.errors import ParameterError

_EPILOG = """\
Secrets go into the keyring of the system, bound to the origin to which they may be sent; the file holds their names.
The issuer of an authorization server is asked for its endpoints.

examples:
  httpls auth init orders.http
  httpls auth init orders.http --name list --scheme basic
  httpls auth init orders.http --for file --scheme oauth2 --set grant=client_credentials \\
      --set issuer=https://login.example.com --set client-id=shop-cli
"""


def init(arguments: Sequence[str]) -> int:
    """Ask, store, write."""
    parser = file_parser(
        "init", "Sets up authentication: you choose a scheme and are asked for what it needs.", _EPILOG
    )
    parser.add_argument("--scheme", metavar="WORD", help="the scheme, such as basic, bearer, oauth2")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter, not asked for then"
    )
    parser.add_argument(
        "--for", dest="level", choices=("request", "file"), default="request",
        help="one request, or all of the file (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--allow", metavar="ORIGIN", help="where the secrets may be sent; else it is asked")
    parser.add_argument("--dry-run", action="store_true", help="print the lines, store and write nothing")
    options = parser.parse_args(arguments)
    try:
        analyses, requests = selected_requests(options)
    except NOT_SELECTED as error:
        return not_selected("init", error)
    del analyses
    environment = options.env[-1] if options.env else None
    is_for_file = options.level == "file"
    given = Given(options.scheme, options.set, is_for_file, options.allow, environment, is_attended(), True)
    prompter = TerminalPrompter()
    guide = Guide(prompter, _say, Cancel(), given)
    try:
        selected = _request(requests, prompter, is_for_file)
        kind = guide.scheme()
        answers = guide.answers(kind, selected) if kind is not None else Answers({}, {})
        lines = directive_lines(kind, answers) if kind is not None else ["# @auth inherit"]
        if not options.dry_run:
            guide.store(answers, selected)
    except ParameterError as error:
        complain("init", str(error), error.remedy)
        return 2
    if options.dry_run:
        print("\n".join(lines))
        return 0
    needs_person = bool({"authorization_code", "implicit", "device_code"}.intersection(lines[0].split())) or (
        kind is not None and kind.word == "oidc" and "grant" not in answers.texts
    )
    return _write(selected, lines, options.level, "login" if needs_person else "explain")


def _write(selected: Selected, lines: Sequence[str], level: str, next_action: str) -> int:
    path = selected.analysis.file.path
    text = selected.analysis.file.source.text
    if level == "file":
        changed, line = insert_at_file(text, lines), 1
    else:
        changed, line = insert_at_request(text, selected.request.line, lines)
    try:
        write_atomically(path, changed.encode("utf-8"))
    except OSError as error:
        complain("init", f"{shown_path(path)} cannot be written: {error.strerror or error}")
        return 3
    print(f"Wrote into {visible(shown_path(path))}, line {line}:", file=sys.stderr)
    for one in lines:
        print(f"  {visible(one)}", file=sys.stderr)
    print(f"Try it: httpls auth {next_action} {visible(shown_path(path))}", file=sys.stderr)
    return 0


def is_attended() -> bool:
    """Tell whether a person is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _request(requests: Sequence[Selected], prompter: TerminalPrompter, is_for_file: bool) -> Selected:
    """Return the request that is meant."""
    if len(requests) == 1 or is_for_file:
        return requests[0]
    labels = {f"{label(one)}  (line {one.request.line})": one for one in requests}
    try:
        return labels[prompter.choose("Which request", list(labels), Cancel())]
    except RefusedError as error:
        raise RefusedError(error.code, str(error), "Give --name, --line or --for file.") from error


def _say(text: str) -> None:
    print(visible(text), file=sys.stderr)
