"""`httpls cookies`: the cookies that requests of a project send and responses set."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from httpls.cli.command_parser import CommandParser, SubcommandParser
from httpls.cli.terminal import Style, visible
from httpls.host.atomic_write import write_atomically
from httpls.host.cookie_jars import CookieJars
from httpls.host.files import DiskFiles
from httpls.host.user_state import user_state
from httpls.model.project import project_root
from httpls.run.cancel import Cancel
from httpls.run.cookies.cookie import Cookie, SameSite
from httpls.run.cookies.cookie_files import cookie_to_json, import_cookies, to_json, to_netscape
from httpls.run.cookies.domains import canonical
from httpls.run.cookies.jar import SHORTEST_SECRET, CookieJar
from httpls_auth.values.value import MASK

_DESCRIPTION = """\
The cookies of a project. Each choice of environments has a jar of its own: give the same --env as to `httpls run`.
Cookies that end with the session are not kept between runs.
"""
_EPILOG = """\
examples:
  httpls cookies list --env dev
  httpls cookies set session=abc --domain example.com --path /api --secure
  httpls cookies remove session --domain example.com
  httpls cookies clear
  httpls cookies import cookies.txt                  a file of curl, of a browser's extension, or JSON of tough-cookie
  httpls cookies export --format json > cookies.json  the values in clear

exit codes: 0 done; 2 wrong usage; 3 a file cannot be read or written, or has no cookies
"""


def cookies(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("cookies", _DESCRIPTION, _EPILOG)
    commands = parser.add_subparsers(dest="act", required=True, parser_class=SubcommandParser)
    for act, meaning in _ACTS.items():
        command = commands.add_parser(act, help=meaning, description=meaning)
        _add_arguments(command, act)
        command.add_argument("--env", "-e", action="append", default=[], metavar="NAME", help="the environment")
        command.add_argument("--project", type=Path, default=Path(), metavar="FOLDER", help="by default this folder's")
    options = parser.parse_args(arguments)
    root = project_root(DiskFiles(), Path(os.path.abspath(options.project)))
    jars = CookieJars(user_state(os.environ), time.time)
    jar = jars.jar(root, tuple(options.env))
    try:
        code: int = _DO[options.act](jar, options)
        jars.save(Cancel())
    except OSError as error:
        print(f"httpls cookies: {error.filename or 'the cookies'}: {error.strerror or error}", file=sys.stderr)
        return 3
    return code


def _add_arguments(command: argparse.ArgumentParser, act: str) -> None:
    if act == "list":
        command.add_argument("--json", action="store_true", help="as JSON of tough-cookie")
        command.add_argument("--reveal", action="store_true", help="show values that may be keys of a session")
    elif act == "set":
        command.add_argument("cookie", metavar="NAME=VALUE", help="the cookie")
        command.add_argument("--domain", required=True, metavar="HOST", help="for which host")
        command.add_argument("--below", action="store_true", help="for the hosts below it too")
        command.add_argument("--path", default="/", metavar="PATH", help="for which paths; by default all")
        command.add_argument("--secure", action="store_true", help="with TLS only")
        command.add_argument("--http-only", action="store_true", help="not for scripts of a page")
        command.add_argument("--same-site", choices=[one.value for one in SameSite], default="unspecified",
                             help="whether it goes along when another site causes the request")  # fmt: skip
        command.add_argument("--days", type=float, default=365.0, metavar="N", help="how long it lasts; by default 365")
    elif act in ("remove", "clear"):
        if act == "remove":
            command.add_argument("name", metavar="NAME", help="the name of the cookie")
        command.add_argument("--domain", metavar="HOST", help="only those of this host")
    elif act == "import":
        command.add_argument("file", metavar="FILE", help="the file; `-` is standard input")
    else:
        command.add_argument("--format", choices=("netscape", "json"), default="netscape", help="by default netscape")
        command.add_argument("--output", "-o", metavar="FILE", help="the file; by default standard output")


def _list(jar: CookieJar, options: argparse.Namespace) -> int:
    found = jar.cookies()
    if options.json:
        import json

        shown = [
            cookie_to_json(cookie if options.reveal else cookie._replace(value=_masked(cookie))) for cookie in found
        ]
        print(json.dumps(shown, indent=2, ensure_ascii=False))
        return 0
    style = Style()
    domain = None
    for cookie in found:
        if cookie.domain != domain:
            domain = cookie.domain
            print(style.paint(visible(domain), "1"))
        value = cookie.value if options.reveal else _masked(cookie)
        facts = style.paint("  ".join(_facts(cookie)), "2")
        print(f"  {style.paint(visible(cookie.name), '36')}={visible(value)}  {facts}")
    if not found:
        print("there are no cookies", file=sys.stderr)
    return 0


def _set(jar: CookieJar, options: argparse.Namespace) -> int:
    name, separator, value = options.cookie.partition("=")
    domain = canonical(options.domain)
    if not separator or domain is None:
        wrong = f"`{options.domain}` is no host" if separator else f"`{options.cookie}` is not of the form NAME=VALUE"
        print(f"httpls cookies set: {wrong}", file=sys.stderr)
        return 2
    now = time.time()
    jar.put(
        Cookie(name, value, domain, options.path, not options.below, options.secure, options.http_only,
               SameSite(options.same_site), now + options.days * 86400, now, now)
    )  # fmt: skip
    return 0


def _remove(jar: CookieJar, options: argparse.Namespace) -> int:
    wanted = canonical(options.domain) if options.domain else None
    found = [
        cookie
        for cookie in jar.cookies()
        if (options.act == "clear" or cookie.name == options.name) and (not options.domain or cookie.domain == wanted)
    ]
    jar.remove(found)
    print(f"removed {len(found)} {'cookie' if len(found) == 1 else 'cookies'}", file=sys.stderr)
    return 0


def _import(jar: CookieJar, options: argparse.Namespace) -> int:
    text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text("utf-8", "surrogateescape")
    try:
        imported = import_cookies(text)
    except ValueError as error:
        print(f"httpls cookies: {options.file}: {error}", file=sys.stderr)
        return 3
    for cookie in imported.cookies:
        jar.put(cookie)
    skipped = f"; not understood: {', '.join(map(str, imported.misunderstood))}" if imported.misunderstood else ""
    print(f"imported {len(imported.cookies)}{skipped}", file=sys.stderr)
    return 0


def _export(jar: CookieJar, options: argparse.Namespace) -> int:
    text = to_json(jar.cookies()) if options.format == "json" else to_netscape(jar.cookies())
    if options.output is None:
        print(text, end="")
        return 0
    path = Path(os.path.abspath(options.output))
    if not path.exists():
        # Whoever has the cookies is logged in, so that nobody else may read them.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    write_atomically(path, text.encode("utf-8", "surrogateescape"))
    return 0


def _masked(cookie: Cookie) -> str:
    return MASK if len(cookie.value) >= SHORTEST_SECRET else cookie.value


def _facts(cookie: Cookie) -> Sequence[str]:
    facts = [cookie.path]
    facts += ["and below"] if not cookie.is_host_only else []
    facts += ["Secure"] if cookie.is_secure else []
    facts += ["HttpOnly"] if cookie.is_http_only else []
    facts += [f"SameSite={cookie.same_site.value}"] if cookie.same_site is not SameSite.UNSPECIFIED else []
    if cookie.expires_at is not None:
        facts.append(f"until {datetime.fromtimestamp(cookie.expires_at, UTC):%Y-%m-%d %H:%M}")
    return facts


_ACTS = {
    "list": "shows the cookies; values that may be keys of a session are masked",
    "set": "sets a cookie",
    "remove": "removes the cookies of a name",
    "clear": "removes all cookies",
    "import": "takes over the cookies of a file",
    "export": "prints all cookies with their values, for other programs",
}
_DO = {"list": _list, "set": _set, "remove": _remove, "clear": _remove, "import": _import, "export": _export}
