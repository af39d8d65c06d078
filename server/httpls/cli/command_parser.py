"""The parser of a command's options: argparse, with errors in one line that say what was meant."""

import argparse
import re
import sys
from typing import NoReturn


class CommandParser(argparse.ArgumentParser):
    """A parser for one command. Abbreviated options are not understood: a new option could change what they mean."""

    def __init__(self, command: str, description: str, epilog: str = "", usage: str | None = None) -> None:
        """Take the command as it is typed after `httpls`, what it does, and what is said at the end of the help."""
        super().__init__(
            f"httpls {command}",
            usage=f"httpls {command} {usage}" if usage else None,
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=_HelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Print what is wrong with the arguments, and end the process with 2."""
        unknown = re.match("unrecognized arguments: (-[^ =]+)", message)
        if unknown:
            from httpls_grammar.islands.suggestion import did_you_mean

            word = unknown[1]
            near = did_you_mean(word, option_names(self.format_help()))
            message = f"there is no option `{word}`" + (f"; did you mean `{near}`?" if near else "")
        missing = re.fullmatch(r"the following arguments are required: (\w+)(?:,.*)?", message)
        for action in self._actions:
            if missing and action.dest == missing[1] and action.choices:
                message = f"say what to do: {', '.join(map(str, action.choices))}"
        print(f"{self.prog}: {message}\n{self.prog} --help lists the options.", file=sys.stderr)
        sys.exit(2)


class _HelpFormatter(argparse.HelpFormatter):
    """Fits what is said before and after the options into the width of the terminal; tables stay tables."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        from itertools import groupby
        from textwrap import wrap

        width = min(width, _WIDEST)
        lines: list[str] = []
        for kind, group in groupby(text.splitlines(), lambda line: (bool(line), line.startswith(" "))):
            for line in group if kind != (True, False) else [" ".join(group)]:
                # A line of a table goes on below its last column.
                columns = re.match(r" +\S.*?  +(?=\S)|", line)
                hanging = " " * (len(columns[0]) if columns else 0)
                lines += wrap(line, width, subsequent_indent=indent + hanging) or [""]
        return "\n".join(lines)


_WIDEST = 118
"""Longer lines are hard to read."""


class SubcommandParser(CommandParser):
    """A parser for a word after a command, for `add_subparsers(parser_class=…)`."""

    def __init__(self, prog: str, description: str) -> None:
        """Take what argparse gives."""
        super().__init__(prog.removeprefix("httpls "), description)


def option_names(help_text: str) -> list[str]:
    """Return the options that the help of a command lists."""
    lines = re.findall(r"(?m)^  (-.*)$", help_text)
    return [name for line in lines for name in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", line.partition("   ")[0])]
