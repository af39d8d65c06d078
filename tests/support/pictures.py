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
from pathlib import Path

from tests.support.terminal_svg import terminal_svg

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
_COLUMNS = 96


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
    (_FOLDER / "run.svg").write_text(terminal_svg(text, _COLUMNS, "httpls run in a terminal"), encoding="utf-8")


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


if __name__ == "__main__":
    main()
