"""Reads the options of `httpls run`, which `export` shares in part."""

import argparse
import re
from collections.abc import Sequence

from httpls.cli.command_parser import CommandParser
from httpls.cli.environment_options import add_environment
from httpls.cli.run_arguments import Report, RunArguments, Selection

_DESCRIPTION = """\
Sends the requests of .http and .rest files and shows what came back.

A file with one request is sent as it is. Of several, say which: --all, --name, --line or --tag;
on a terminal you are asked. Requests that others refer to are sent before them by themselves.
On a terminal responses are laid out and coloured; in a pipe the bodies come byte for byte.
"""
_EPILOG = """\
exit codes:
  0    everything was sent, and every assertion held
  1    an assertion did not hold
  2    wrong usage; nothing was sent
  3    a request was refused: file, environment, variable, credential or certificate is wrong
  4    the network, TLS, or the server's authentication failed
  130  interrupted

examples:
  httpls run orders.http                            the only request, or one that you choose
  httpls run orders.http --name login --env dev     one request in an environment
  httpls run tests/ --all --report junit=out.xml    everything below a folder, with a report
  httpls run orders.http -n list | jq .items        the body alone
  httpls run orders.http --all --dry-run            what would be sent, and where it comes from
"""


def parse_run_arguments(arguments: Sequence[str]) -> RunArguments:
    """Read the arguments of `httpls run`. Ends the process with 2 for wrong ones, with 0 after the help."""
    parser = CommandParser("run", _DESCRIPTION, _EPILOG, "FILE|FOLDER … [options]")
    parser.add_argument("paths", nargs="+", metavar="FILE|FOLDER", help="a file, or a folder with request files")
    add_selection(parser)
    add_environment(parser)
    group = parser.add_argument_group("how to run")
    group.add_argument(
        "--parallel",
        "-p",
        type=_positive,
        default=1,
        metavar="N",
        help="send up to N at a time; requests that need the results of others wait",
    )
    group.add_argument("--fail-fast", action="store_true", help="stop after the first request that goes wrong")
    group.add_argument("--no-deps", action="store_true", help="do not send the requests that others refer to")
    group.add_argument("--yes", "-y", action="store_true", help="answer the questions of `# @note` with yes")
    group.add_argument("--force", action="store_true", help="send in spite of warnings; never in spite of errors")
    group.add_argument("--dry-run", action="store_true", help="send nothing; show what would be sent and why")
    group = parser.add_argument_group("network")
    group.add_argument(
        "--timeout",
        "-m",
        type=_duration,
        metavar="TIME",
        help="the longest time for a request with its redirects: 30s, 500ms, 2min",
    )
    group.add_argument("--connect-timeout", type=_duration, metavar="TIME", help="the longest time for connecting")
    group.add_argument("--insecure", "-k", action="store_true", help="do not verify the certificates of servers")
    group.add_argument(
        "--cert", metavar="FILE", default="", help="show this client certificate, and no other: PEM, DER or PKCS#12"
    )
    group.add_argument("--key", metavar="FILE", default="", help="its key, where it is not in the same file")
    group.add_argument(
        "--passphrase",
        metavar="TEMPLATE",
        default="",
        help="the passphrase of the key, such as '{{$secret NAME}}' or '{{$env.NAME}}'",
    )
    group.add_argument(
        "--cacert", action="append", default=[], metavar="FILE", help="trust these certificate authorities too"
    )
    group.add_argument(
        "--proxy", "-x", metavar="URL", help="http, https, socks5, socks5h, socks4 or socks4a; empty for none at all"
    )
    group.add_argument(
        "--resolve",
        action="append",
        default=[],
        type=_address,
        metavar="HOST:PORT:ADDRESS",
        help="connect to this address instead of looking the host up",
    )
    group = parser.add_argument_group("trust")
    group.add_argument(
        "--trust",
        action="store_true",
        help="trust the project of the files for this run: commands of providers, paths outside its root",
    )
    group.add_argument(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let secrets of the OS environment and of cloud profiles go to this origin, such as https://api.example.com",
    )
    group = parser.add_argument_group("output")
    group.add_argument("--verbose", "-v", action="store_true", help="show the request too, and bodies in full")
    group.add_argument(
        "--trace",
        action="store_true",
        help="show every hop: exact heads, times, TLS, proxy, cookies, authentication; secrets are masked",
    )
    group.add_argument("--include", "-i", action="store_true", help="in a pipe, write status and header fields too")
    group.add_argument("--quiet", "-q", action="store_true", help="a line for each request instead of its response")
    group.add_argument("--json", action="store_true", help="write the results as JSON (see docs/command-line.md)")
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=_report,
        metavar="KIND=FILE",
        help="write a report too: junit=FILE or json=FILE",
    )
    group.add_argument(
        "--output",
        "-o",
        metavar="FILE|FOLDER/",
        help="save the bodies as they came; `-` is standard output, a folder gets a file for each request",
    )
    options = parser.parse_args(arguments)
    if (options.key or options.passphrase) and not options.cert:
        parser.error("--key and --passphrase belong to --cert, which is not given")
    if options.output is not None and options.json and options.output == "-":
        parser.error("--json and --output - would both write to standard output")
    return RunArguments(
        tuple(options.paths), selection_of(options), tuple(options.env), dict(options.var), options.parallel,
        options.fail_fast, not options.no_deps, options.yes, options.force, options.trust,
        tuple(options.allow_origin), options.insecure, options.proxy, options.timeout, options.connect_timeout,
        tuple(options.resolve), options.dry_run, options.json, tuple(options.report), options.trace, options.verbose,
        options.quiet, options.include, options.output, options.cert, options.key, options.passphrase,
        tuple(options.cacert),
    )  # fmt: skip


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which requests are meant."""
    group = parser.add_argument_group("which requests")
    group.add_argument("--all", "-a", action="store_true", help="all requests, in the order of the files")
    group.add_argument(
        "--name",
        "-n",
        action="append",
        default=[],
        metavar="NAME",
        help="the request of this name, or `#3` for the third; may be repeated",
    )
    group.add_argument(
        "--line",
        "-l",
        action="append",
        default=[],
        type=_positive,
        metavar="LINE",
        help="the request that stands at this line; may be repeated",
    )
    group.add_argument("--tag", "-t", action="append", default=[], metavar="TAG", help="those with `# @tag TAG`")
    group.add_argument("--exclude-tag", action="append", default=[], metavar="TAG", help="not those with `# @tag TAG`")


def selection_of(options: argparse.Namespace) -> Selection:
    """Return what those options said."""
    return Selection(
        tuple(options.name), tuple(options.line), tuple(options.tag), tuple(options.exclude_tag), options.all
    )  # fmt: skip


def _positive(word: str) -> int:
    if not word.isascii() or not word.isdigit() or not int(word):
        raise argparse.ArgumentTypeError(f"`{word}` is no number from 1")
    return int(word)


def _duration(word: str) -> float:
    from httpls.model.option_values import duration
    from httpls_grammar.profile import Profile

    # Options of commands are in seconds, as `# @timeout` is in files of JetBrains.
    found = duration(word, Profile.JETBRAINS)
    if found is None:
        raise argparse.ArgumentTypeError(f"`{word}` is no duration; write 30s, 500ms, 2min or 1h")
    return found[0]


def _address(word: str) -> tuple[str, int, str]:
    match = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):([0-9]{1,5}):(\[[0-9a-fA-F:.]+\]|[0-9a-fA-F:.]+)", word)
    if match is None or int(match[2]) > 65535:
        raise argparse.ArgumentTypeError(f"`{word}` is not of the form HOST:PORT:ADDRESS")
    return match[1].strip("[]").lower(), int(match[2]), match[3].strip("[]")


def _report(word: str) -> Report:
    kind, separator, path = word.partition("=")
    if kind not in ("junit", "json") or not separator or not path:
        raise argparse.ArgumentTypeError(f"`{word}` is neither junit=FILE nor json=FILE")
    return Report(kind, path)
