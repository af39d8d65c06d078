"""Makes the pictures of the documentation: `python -m tests.support.pictures` runs the commands and draws what they show.

The demonstration server answers, on a terminal of the system, so that the pictures show what people see.
"""

import re
import tempfile
from pathlib import Path

from tests.support.pseudo_terminal import TerminalSession
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
        session = TerminalSession(folder, "run", "orders.http", "--verbose", environment={"COLUMNS": str(_COLUMNS)})
        session.wait_for("\ncode ")
        session.close()
        shown = re.sub(r"\x1b\[\d*[A-KJ]|\r", "", session.seen.rpartition("code ")[0])
        command = "$ httpls run orders.http --verbose\n"
        text = (command + shown).replace(lab.http, "http://shop.localhost").replace(lab.http[7:], "shop.localhost")
    _FOLDER.mkdir(exist_ok=True)
    (_FOLDER / "run.svg").write_text(terminal_svg(text, _COLUMNS, "httpls run in a terminal"), encoding="utf-8")


if __name__ == "__main__":
    main()
