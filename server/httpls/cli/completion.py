"""`httpls completion`: scripts that let a shell complete commands, options, names of requests and environments."""

import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path

from httpls.cli.command_parser import CommandParser, option_names
from httpls.cli.find_files import MissingPathError, find_request_files

_DESCRIPTION = """\
Prints a script by which a shell completes what httpls understands: commands, options, names and tags of the requests
of the files on the line, environments of their project.
"""
_EPILOG = """\
  bash         httpls completion bash > ~/.local/share/bash-completion/completions/httpls
  zsh          httpls completion zsh > "${fpath[1]}/_httpls"
  fish         httpls completion fish > ~/.config/fish/completions/httpls.fish
  PowerShell   httpls completion powershell >> $PROFILE
"""


def completion(arguments: list[str]) -> int:
    """Run the command; return its exit code."""
    parser = CommandParser("completion", _DESCRIPTION, _EPILOG)
    parser.add_argument("shell", choices=("bash", "zsh", "fish", "powershell"), help="the shell")
    print(_SCRIPTS[parser.parse_args(arguments).shell], end="")
    return 0


def complete(words: list[str]) -> int:
    """Print the words that may stand in place of the last one, one a line; what the scripts call."""
    for candidate in candidates(words):
        print(candidate)
    return 0


def candidates(words: Sequence[str]) -> Iterator[str]:
    """Yield what the last word may become, those before it being what is typed after `httpls`.

    Nothing is yielded where a path is meant: shells complete those themselves.
    """
    from httpls.cli.main import COMMANDS

    *before, current = words or [""]
    if not before:
        yield from (name for name in sorted(COMMANDS) if name.startswith(current))
        return
    if before[0] not in COMMANDS:
        return
    found = _values(before) if before[-1].startswith("-") else None
    if found is None and current.startswith("-"):
        found = option_names(_help(before))
    elif found is None:
        found = _subcommands(before)
    yield from dict.fromkeys(word for word in found if word.startswith(current))


def _values(before: Sequence[str]) -> Sequence[str] | None:
    """Return the values of the option that stands last, None if it is one without a value or with a path."""
    option = before[-1]
    if option in ("--env", "-e"):
        return list(_environments(before))
    if option in ("--name", "-n", "--tag", "-t", "--exclude-tag"):
        return list(_names(before) if option in ("--name", "-n") else _tags(before))
    return ["junit=", "json="] if option == "--report" else None


def _names(before: Sequence[str]) -> Iterator[str]:
    from httpls.host.files import DiskFiles
    from httpls.model.workspace import Workspace

    workspace = Workspace(DiskFiles(), os.environ)
    for path in _files(before):
        with suppress(OSError):
            for request in workspace.request_file(path).document.requests:
                if request.name:
                    yield request.name


def _tags(before: Sequence[str]) -> Iterator[str]:
    from httpls.host.files import DiskFiles
    from httpls.model.workspace import Workspace

    workspace = Workspace(DiskFiles(), os.environ)
    for path in _files(before):
        with suppress(OSError):
            for block in workspace.request_file(path).document.blocks:
                for directive in block.directives:
                    if directive.key == "tag":
                        yield from (tag.strip() for tag in directive.value.split(","))


def _environments(before: Sequence[str]) -> Iterator[str]:
    from httpls.host.files import DiskFiles
    from httpls.model.environments.read import read_environments
    from httpls.model.project import project_root
    from httpls.model.workspace import Workspace

    workspace = Workspace(DiskFiles(), os.environ)
    folders = dict.fromkeys(path.parent for path in _files(before)) or [Path.cwd()]
    for folder in folders:
        root = project_root(workspace.files, folder)
        yield from read_environments(workspace, folder, root, ()).names


def _files(before: Sequence[str]) -> Sequence[Path]:
    """Return the request files that are named on the line."""
    paths = [word for word in before[1:] if not word.startswith("-") and Path(word).exists()]
    try:
        return list(find_request_files(paths))[:100]
    except MissingPathError:
        return ()


def _help(before: Sequence[str]) -> str:
    """Return the help of the command, or of its subcommand, which lists the options."""
    from httpls.cli.main import COMMANDS

    module, _, function = COMMANDS[before[0]][0].partition(":")
    command = getattr(import_module(module), function)
    shown = io.StringIO()
    for words in ([*before[1:2], "--help"], ["--help"]):
        # The first try is for a command that has subcommands; for others it asks for the help all the same.
        with redirect_stdout(shown), redirect_stderr(io.StringIO()), suppress(SystemExit):
            command([word for word in words if word == "--help" or re.fullmatch("[a-z]+", word)])
        if shown.getvalue():
            break
    return shown.getvalue()


def _subcommands(before: Sequence[str]) -> Sequence[str]:
    """Return the words of the first argument, where a command has such words."""
    if len(before) != 1:
        return ()
    match = re.search(r"^usage:[^{]*?\s\{([a-z,-]+)\}", _help(before))
    return match[1].split(",") if match else ()


_BASH = r"""
# httpls completion for bash
_httpls() {
    local line words=() current="${COMP_WORDS[COMP_CWORD]}"
    # Words come as they were typed, with what makes blanks belong to them.
    for line in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        line="${line//\\/}"
        line="${line#[\"\']}"
        words+=("${line%[\"\']}")
    done
    COMPREPLY=()
    while read -r line; do
        [[ $current == [\"\']* ]] || line="$(printf %q "$line")"
        COMPREPLY+=("$line")
    done < <(httpls __complete "${words[@]}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o bashdefault -o default -F _httpls httpls
""".lstrip()
_ZSH = """\
#compdef httpls
# httpls completion for zsh
_httpls() {
    local -a found
    found=("${(@f)$(httpls __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[*]}" ]]; then
        compadd -a found
    else
        _files
    fi
}
if [[ "$funcstack[1]" == _httpls ]]; then
    _httpls "$@"
else
    compdef _httpls httpls
fi
"""
_FISH = r"""
# httpls completion for fish
function __httpls_complete
    set -l words (commandline --tokenize --cut-at-cursor)
    set -l word (commandline --current-token --cut-at-cursor)
    # Of a quotation that is still open, its text.
    set -l plain (string unescape -- $word; or string trim --left --chars '"\'' -- $word)
    set -l found (httpls __complete $words[2..-1] "$plain" 2>/dev/null)
    if set --query found[1]
        printf '%s\n' $found
    else
        __fish_complete_path $word
    end
end
complete --command httpls --no-files --arguments '(__httpls_complete)'
""".lstrip()
_POWERSHELL = """\
# httpls completion for PowerShell
Register-ArgumentCompleter -Native -CommandName httpls -ScriptBlock {
    param($word, $line, $position)
    $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text.Trim('"', "'") })
    if ($word -eq '') { $words += '""' }
    httpls __complete @words 2>$null | ForEach-Object {
        $text = if ($_ -match '\\s') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL}
