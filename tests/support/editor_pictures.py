"""Makes the pictures of the editors that run in a terminal: `python -m tests.support.editor_pictures`.

Each is the real editor with our client, on a screen of tmux, sending to the demonstration server. `HTTPLS_NVIM` and
`HTTPLS_HELIX` name programs that are not on the path, with `VIMRUNTIME` and `HELIX_RUNTIME` beside them.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.terminal import Screen, editor_environment, on_screen
from tests.support.terminal_svg import terminal_svg

from httpls.lab.server import running_lab
from httpls.lab.state import PASSWORD

_ROOT = Path(__file__).parent.parent.parent
_COLUMNS, _LINES = 120, 24
_FILE = """\
@base = {base}

### new order
# @auth basic ada {{{{password}}}}
POST {{{{base}}}}/items
Content-Type: application/json

{{ "name": "a lamp", "price": 19.5 }}

?? status == 201
?? body $.name == a lamp

### list
GET {{{{base}}}}/items?limit={{{{limt}}}}
"""


def main() -> None:
    """Draw `neovim.svg`, `helix.svg` and `emacs.svg`."""
    _draw("neovim", [os.environ.get("HTTPLS_NVIM", "nvim"), "-u", "init.lua", "orders.http"], _in_neovim)
    _draw("helix", [os.environ.get("HTTPLS_HELIX", "hx"), "orders.http"], _in_helix)
    _draw("emacs", ["emacs", "-nw", "-Q", "-l", "init.el", "orders.http"], _in_emacs)


def _in_neovim(screen: Screen) -> None:
    screen.wait_for("ready")
    screen.type("5G:Httpls send")
    screen.keys("Enter")
    screen.wait_for("1: Trust")
    screen.type("1")
    screen.keys("Enter")
    screen.wait_for('"price": 19.5')
    screen.wait_for("Send | 201")
    screen.type(":")
    screen.keys("Escape")


def _in_helix(screen: Screen) -> None:
    screen.wait_for("● 1")
    screen.type("5gg")
    screen.keys("Space", "a")
    screen.wait_for("Send new order")


def _in_emacs(screen: Screen) -> None:
    screen.wait_for("HTTP")
    screen.keys("M-x")
    screen.type("eglot")
    screen.keys("Enter")
    screen.wait_for("Connected")
    screen.keys("C-n", "C-n", "C-n", "C-e", "Enter")
    screen.type("# @auth-")
    screen.keys("C-M-i")
    screen.wait_for("auth-netrc")


def _draw(name: str, command: list[str], drive: Callable[[Screen], None]) -> None:
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not there", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder, running_lab() as lab:
        home, project = Path(folder), Path(folder) / "shop"
        project.mkdir()
        (project / "httpls.toml").write_text("")
        (project / "orders.http").write_text(_FILE.format(base=lab.http))
        (project / "http-client.private.env.json").write_text(f'{{"$shared": {{"password": "{PASSWORD}"}}}}')
        _configure(home, project)
        environment = {**editor_environment(home, "VIMRUNTIME", "HELIX_RUNTIME"), "COLORTERM": "truecolor"}
        with on_screen(command, environment, project, _COLUMNS, _LINES) as screen:
            drive(screen)
            text = screen.tmux("capture-pane", "-p", "-e", "-N")
    store = "http://store.localhost".ljust(len(lab.http))
    picture = terminal_svg(text.replace(lab.http, store), _COLUMNS, f"A request file in {name.title()}")
    (_ROOT / "docs" / "pictures" / f"{name}.svg").write_text(picture, encoding="utf-8")


def _configure(home: Path, project: Path) -> None:
    clients = _ROOT / "editor-clients"
    (project / "init.lua").write_text(
        f"vim.opt.runtimepath:append('{clients}/neovim')\nvim.cmd('filetype plugin on | syntax on')\n"
        "vim.o.termguicolors = true\nvim.o.shortmess = vim.o.shortmess .. 'F'\n"
        'vim.o.statusline = \'%f %= %{v:lua.require("httpls").status() == "" ? "" : "ready"}\'\n'
    )
    (project / "init.el").write_text(
        "(setq frame-background-mode 'dark)\n(mapc #'frame-set-background-mode (frame-list))\n"
        '(let ((default-directory "/usr/share/emacs/site-lisp/elpa/"))\n'
        "  (when (file-directory-p default-directory) (normal-top-level-add-subdirs-to-load-path)))\n"
        f"(add-to-list 'load-path \"{clients}/emacs\")\n(require 'eglot)\n(require 'httpls)\n(menu-bar-mode -1)\n"
    )
    helix = home / ".config" / "helix"
    helix.mkdir(parents=True)
    languages = (clients / "helix" / "languages.toml").read_text()
    (helix / "languages.toml").write_text(languages.replace("# config =", "config ="))


if __name__ == "__main__":
    main()
