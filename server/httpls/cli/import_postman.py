"""`httpls import`: makes request files of what other programs export."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from httpls.cli.command_parser import CommandParser
from httpls.cli.terminal import visible
from httpls.host.files import DiskFiles
from httpls.host.write_project import ExistingFilesError, check_project, write_project
from httpls.postman.convert import PUBLIC_FILE, Imported, Secret, Source, imported
from httpls.postman.draft import Note
from httpls.postman.errors import PostmanError
from httpls.run.cancel import Cancel
from httpls.run.errors import CancelledError, RefusedError
from httpls_auth.errors import AuthenticationError, InvalidOriginError

_DESCRIPTION = """\
Makes a folder of request files of a collection that Postman exported (Collection v2.0 or v2.1), with its folders,
variables, environments and every way to authenticate. What cannot be imported is told; the collection is not changed.
"""
_EPILOG = """\
Secrets go into http-client.private.env.json, which only you can read and git ignores (`--secrets env`), into the
keyring of the system (`--secrets keyring --allow ORIGIN`), or you are asked (`--secrets ask`, and on a terminal).

examples:
  httpls import postman shop.postman_collection.json
  httpls import postman shop.json --environment dev.json --environment globals.json --out shop
  httpls import postman shop.json --secrets keyring --allow https://api.example.com

exit codes: 0 imported; 2 wrong usage, or a file is there already; 3 a file cannot be read, written or understood
"""


def import_(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("import", _DESCRIPTION, _EPILOG)
    parser.add_argument("program", choices=("postman",), help="which program exported it")
    parser.add_argument("file", metavar="FILE", help="the collection")
    parser.add_argument("--out", "-o", type=Path, metavar="FOLDER", help="where to; by default named by the collection")
    parser.add_argument(
        "--environment", action="append", default=[], metavar="FILE", help="an environment or globals; may be repeated"
    )
    parser.add_argument(
        "--secrets",
        choices=("env", "keyring", "ask"),
        help="where secrets are kept; by default asked on a terminal, else env",
    )
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="where secrets may be sent, or any",
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be written")
    options = parser.parse_args(arguments)
    try:
        return _import(options, parser)
    except PostmanError as error:
        _complain(str(error), error.remedy)
    except ExistingFilesError as error:
        _complain(str(error), "Give `--force` to replace them, or another folder with `--out`.")
        return 2
    except (AuthenticationError, RefusedError) as error:
        _complain(f"nothing was imported: {error}", error.remedy)
    except CancelledError:
        raise KeyboardInterrupt from None
    except OSError as error:
        _complain(f"{error.filename or ''} {error.strerror or error}".strip(), "")
    return 3


def _import(options: argparse.Namespace, parser: CommandParser) -> int:
    collection, *environments = [_source(path) for path in (options.file, *options.environment)]
    in_keyring = options.secrets == "keyring"
    allowed: Sequence[str] = options.allow
    can_be_asked = sys.stdin.isatty() and sys.stderr.isatty() and not options.dry_run
    if options.secrets == "ask" or (options.secrets is None and can_be_asked):
        try:
            in_keyring, allowed = _asked(imported(collection, environments, True).secrets, allowed)
        except RefusedError:
            parser.error("--secrets ask needs a terminal to ask at; give --secrets env or --secrets keyring")
    elif in_keyring and not allowed:
        parser.error("--secrets keyring needs --allow ORIGIN: where the secrets may be sent, or any")
    elif allowed and not in_keyring:
        parser.error("--allow is for --secrets keyring")
    if in_keyring:
        _check_origins(allowed, parser)
    found = imported(collection, environments, in_keyring)
    folder = options.out if options.out is not None else Path(found.name)
    if options.dry_run:
        print(f"Would write to {visible(str(folder))}:")
    else:
        check_project(folder, found.files, options.force)
        if found.secrets:
            # Before the files, which would be of no use without what they refer to.
            _store(folder, found.secrets, allowed)
        write_project(folder, found.files, found.private_files)
        print(f"Wrote to {visible(str(folder))}:")
    _tell(found)
    return 0


def _source(path: str) -> Source:
    return Source(path, DiskFiles().read(Path(path)))


def _tell(found: Imported) -> None:
    for path in sorted(found.files, key=lambda path: (str(path.parent), path.name)):
        print(f"  {visible(str(path))}{'  (for you alone)' if path in found.private_files else ''}")
    notes = [*found.notes, *_about_variables(found)]
    _print_notes(notes)
    what = f"{found.requests} request{'' if found.requests == 1 else 's'}"
    left = f", {len(notes)} thing{'' if len(notes) == 1 else 's'} to look at" if notes else ""
    print(f"{what}{left}", file=sys.stderr)


def _about_variables(found: Imported) -> Sequence[Note]:
    if not found.undefined:
        return ()
    names = ", ".join(f"`{name}`" for name in found.undefined)
    remedy = f"Define them in {PUBLIC_FILE}, or import the environment that does: `--environment FILE`."
    return (Note("variables", f"nothing defines {names}", remedy),)


def _print_notes(notes: Sequence[Note]) -> None:
    place = None
    for note in sorted(notes, key=lambda note: note.where):
        if note.where != place:
            place = note.where
            print(f"{visible(place)}:", file=sys.stderr)
        print(f"  {visible(note.message)}", file=sys.stderr)
        if note.remedy:
            print(f"    {visible(note.remedy)}", file=sys.stderr)


def _asked(secrets: Sequence[Secret], allowed: Sequence[str]) -> tuple[bool, Sequence[str]]:
    """Ask where the secrets are to be kept, and to which origins they may be sent."""
    from httpls.host.prompts import TerminalPrompter

    if not secrets:
        return False, ()
    prompter, cancel = TerminalPrompter(), Cancel()
    names = ", ".join(dict.fromkeys(visible(one.name) for one in secrets))
    print(f"Secrets were found: {names}", file=sys.stderr)
    answer = ""
    while answer not in ("env", "keyring"):
        answer = prompter.ask("Keep them in `env` (a private file) or `keyring`?", False, "env", cancel).strip()
    if answer == "env":
        return False, ()
    if allowed:
        return True, allowed
    return True, prompter.ask("To which origins may they be sent, or any?", False, "any", cancel).split()


def _check_origins(allowed: Sequence[str], parser: CommandParser) -> None:
    from httpls_auth.secrets.stored_secret import read_origins

    try:
        read_origins(allowed)
    except InvalidOriginError as error:
        parser.error(f"--allow: {error}")


def _store(folder: Path, secrets: Sequence[Secret], allowed: Sequence[str]) -> None:
    """Put the secrets into the keyring, for the project in this folder."""
    from httpls.host.project_secrets import store_of_project
    from httpls.host.user_state import user_state
    from httpls_auth.secrets.stored_secret import StoredSecret, read_origins

    cancel, origins = Cancel(), read_origins(allowed)
    store = store_of_project(user_state(os.environ), folder.resolve(), os.environ, cancel)
    for one in secrets:
        store.set(one.name, one.environment, StoredSecret(one.value, origins), cancel)
    print(f"{len(secrets)} secrets are in the keyring; `httpls secret list` shows them", file=sys.stderr)


def _complain(message: str, remedy: str) -> None:
    print(f"httpls import: {visible(message)}", file=sys.stderr)
    if remedy:
        print(f"  {visible(remedy)}", file=sys.stderr)
