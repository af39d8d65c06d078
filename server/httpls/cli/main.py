"""The entry of the command line: finds the command and imports nothing that it does not need."""

import sys

COMMANDS = {
    "run": ("httpls.cli.run:run", "send requests and show what comes back"),
    "check": ("httpls.cli.check:check", "show every problem that can be known without sending"),
    "fmt": ("httpls.cli.fmt:fmt", "format request files without changing a byte that would be sent"),
    "auth": ("httpls.cli.auth.command:auth", "set up authentication, log in, explain what is sent"),
    "env": ("httpls.cli.env:env", "show the environments, and where each value comes from"),
    "import": ("httpls.cli.import_postman:import_", "make request files of what Postman exported"),
    "export": ("httpls.cli.export:export", "print requests as commands of other programs"),
    "cookies": ("httpls.cli.cookies:cookies", "list, set, remove, import and export cookies"),
    "secret": ("httpls.cli.secret:secret", "keep secrets of a project in the keyring"),
    "cert": ("httpls.cli.cert:cert", "explain which certificates are used, and why"),
    "trust": ("httpls.cli.trust:trust", "trust a project, or see what it may do"),
    "lab": ("httpls.cli.lab:lab", "run a server on this machine to try requests on"),
    "lsp": ("httpls.cli.lsp:lsp", "serve an editor by the Language Server Protocol"),
    "completion": ("httpls.cli.completion:completion", "print a script by which a shell completes httpls"),
}
"""The function of each command, imported when it is called for, and what it is for in a line."""

_HIDDEN = {"__complete": ("httpls.cli.completion:complete", "what the completion scripts call")}

_USAGE = """\
httpls - .http request files: send them, check them, and serve editors

Usage: httpls COMMAND [OPTION …] [FILE or FOLDER …]

Commands:
{commands}

  httpls COMMAND --help     what a command does, with all its options
  httpls --version          the version

Exit codes: 0 all is well; 1 an assertion did not hold; 2 wrong usage;
3 refused: a file, an environment, a variable, a credential or a certificate
is wrong; 4 the network, TLS or the server's authentication failed;
130 interrupted.
NO_COLOR=1 switches colours off; there are none in a pipe.
"""


def entry() -> None:
    """Run the command line as the program, and end the process.

    The collector is switched off, and the interpreter is not taken down piece by piece: both would take longer than
    most commands. What has to be written is written before.
    """
    import gc
    import os

    gc.disable()
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        from httpls.cli.quick_tuples import install

        install()
    try:
        code = main()
    except SystemExit as error:
        # argparse ends the process after --help and for wrong arguments.
        code = error.code if isinstance(error.code, int) else 2
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            # Nobody reads any more.
            continue
    os._exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line with these arguments, by default those of the process; return its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("httpls: interrupted", file=sys.stderr)
        code = 130
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing may be written to it any more, not even at exit.
        sys.stdout = None
        code = 0
    except Exception as error:  # noqa: BLE001 - a defect of ours; what it says may hold a secret, where it is does not
        code = _tell_defect(error)
    return code


def _run(words: list[str]) -> int:
    command = words[0] if words else "--help"
    if command in ("--help", "-h", "help"):
        width = max(map(len, COMMANDS))
        print(
            _USAGE.format(commands="\n".join(f"  {name:{width}}  {text}" for name, (_, text) in COMMANDS.items())),
            end="",
        )
        return 0 if words else 2
    if command in ("--version", "-V", "version"):
        from httpls.version import version

        print(f"httpls {version()}")
        return 0
    found = COMMANDS.get(command) or _HIDDEN.get(command)
    if found is not None:
        from importlib import import_module

        module, _, function = found[0].partition(":")
        code: int = getattr(import_module(module), function)(words[1:])
        return code
    from httpls_grammar.islands.suggestion import did_you_mean

    near = did_you_mean(command, COMMANDS)
    hint = f" Did you mean `httpls {near}`?" if near else " `httpls --help` lists the commands."
    print(f"httpls: there is no command `{command}`.{hint}", file=sys.stderr)
    return 2


def _tell_defect(error: Exception) -> int:
    import traceback

    frames = "".join(traceback.format_tb(error.__traceback__))
    print(f"httpls: a defect of httpls: {type(error).__name__}\n{frames}Please report it.", file=sys.stderr)
    return 70
