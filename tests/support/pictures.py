"""Makes the pictures of the documentation: `python -m tests.support.pictures` runs the commands and draws what they show.

The demonstration server answers, on a terminal of the system, so that the pictures show what people see.
"""

import os
import pty
import re
import select
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

from httpls.lab.server import running_lab
from httpls.lab.state import PASSWORD

_FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"
_FILE = """\
@base = {base}

### new order
# @auth basic ada {{{{password}}}}
POST {{{{base}}}}/items
Content-Type: application/json

{{ "name": "a lamp", "price": 19.5 }}

?? status == 201
?? body $.name == a lamp
"""
_COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea"}
_COLUMNS, _CHARACTER, _LINE = 96, 8.43, 19


def main() -> None:
    """Draw `run.svg`."""
    with tempfile.TemporaryDirectory() as name, running_lab() as lab:
        folder = Path(name)
        (folder / "httpls.toml").write_text("")
        (folder / "orders.http").write_text(_FILE.format(base=lab.http))
        (folder / "http-client.private.env.json").write_text(f'{{"$shared": {{"password": "{PASSWORD}"}}}}')
        shown = _on_a_terminal([sys.executable, "-m", "httpls", "run", "orders.http", "--verbose"], folder)
        command = "$ httpls run orders.http --verbose\n"
        text = (command + shown).replace(lab.http, "http://shop.localhost").replace(lab.http[7:], "shop.localhost")
    _FOLDER.mkdir(exist_ok=True)
    (_FOLDER / "run.svg").write_text(_svg(text), encoding="utf-8")


def _on_a_terminal(command: list[str], folder: Path) -> str:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(_COLUMNS)}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    content = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # The other end was closed, which is how a terminal ends here.
            break
        content += piece
    process.wait()
    os.close(ours)
    return re.sub(r"\x1b\[\d*[A-KJ]|\r", "", content.decode())


def _svg(text: str) -> str:
    lines = text.rstrip("\n").split("\n")
    width, height = _COLUMNS * _CHARACTER + 32, len(lines) * _LINE + 32
    rows = [
        f'<text x="16" y="{30 + number * _LINE}" xml:space="preserve">{_spans(line[:400])}</text>'
        for number, line in enumerate(lines)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="httpls run in a terminal">\n<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n'
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" '
        f'font-size="14" fill="#e6edf3">\n{chr(10).join(rows)}\n</g>\n</svg>\n'
    )


def _spans(line: str) -> str:
    """Turn the colours of a line into spans."""
    spans: list[str] = []
    style = ""
    for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not piece.startswith("\x1b"):
            if piece:
                spans.append(f"<tspan{style}>{escape(piece)}</tspan>")
            continue
        codes = piece[2:-1].split(";")
        colour = next((_COLOURS[code] for code in codes if code in _COLOURS), None)
        style = f' fill="{colour}"' if colour else ' fill="#8b949e"' if "2" in codes else ""
        style += ' font-weight="bold"' if "1" in codes else ""
    return "".join(spans)


if __name__ == "__main__":
    main()
