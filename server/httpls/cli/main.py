"""The entry of the command line: finds the command and imports nothing that it does not need."""

import sys
from importlib import import_module

_COMMANDS = {
    "check": ("httpls.cli.check:check", "show every problem that can be known without sending"),
    "env": ("httpls.cli.env:env", "show the environments, and where each value comes from"),
    "fmt": ("httpls.cli.fmt:fmt", "format request files without changing a byte that would be sent"),
    "lsp": ("httpls.cli.lsp:lsp", "serve an editor by the Language Server Protocol"),
}
"""The function of each command, imported when it is called for, and what it is for in a line."""

_USAGE = """\
httpls - .http request files: check, format

Usage: httpls COMMAND [OPTION …] [FILE or FOLDER …]

Commands:
{commands}

  httpls COMMAND --help     what a command does, with all its options
  httpls --version          the version

Exit codes: 0 all is well; 2 wrong usage; 3 a file, an environment or a variable is wrong; 130 interrupted.
NO_COLOR=1 switches colours off; there are none in a pipe.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line with these arguments, by default those of the process; return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("httpls: interrupted", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing may be written to it any more, not even at exit.
        sys.stdout = None
        code = 0
    return code


def _run(words: list[str]) -> int:
    command = words[0] if words else "--help"
    if command in ("--help", "-h", "help"):
        width = max(map(len, _COMMANDS))
        print(
            _USAGE.format(commands="\n".join(f"  {name:{width}}  {text}" for name, (_, text) in _COMMANDS.items())),
            end="",
        )
        return 0 if words else 2
    if command in ("--version", "-V", "version"):
        from httpls.version import version

        print(f"httpls {version()}")
        return 0
    if command in _COMMANDS:
        module, _, function = _COMMANDS[command][0].partition(":")
        code: int = getattr(import_module(module), function)(words[1:])
        return code
    from httpls_grammar.islands.suggestion import did_you_mean

    near = did_you_mean(command, _COMMANDS)
    hint = f" Did you mean `httpls {near}`?" if near else " `httpls --help` lists the commands."
    print(f"httpls: there is no command `{command}`.{hint}", file=sys.stderr)
    return 2
