"""Names for files and variables, made of names that people chose freely."""

import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 80
# Windows takes these for devices, whatever follows a dot.
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))))


class UniqueNames:
    """The names in one folder: no two are alike on a disk that does not tell upper from lower case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with names that are taken."""
        self._taken = {name.casefold() for name in taken}

    def name(self, wanted: str, suffix: str = "") -> str:
        """Return a name that can be one of a file, like the wanted one, with a number if that is taken."""
        stem = file_name(wanted)
        number = 1
        while True:
            name = (stem if number == 1 else f"{stem} {number}") + suffix
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return name
            number += 1


def file_name(wanted: str) -> str:
    """Return a name that any disk takes: no path, no device, no hidden file, no control character."""
    text = unicodedata.normalize("NFC", wanted)
    text = re.sub(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+', "-", text)
    text = " ".join(text.split())[:_LONGEST].strip(" .-")
    if not text:
        return "unnamed"
    if text.partition(".")[0].casefold() in _DEVICES or text.startswith(("_", "~")):
        text = f"x{text}"
    return text


def one_line(text: str) -> str:
    """Return a text in one line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def variable_name(wanted: str) -> str:
    """Return a name that can stand between `{{` and `}}`."""
    text = re.sub(r"[^\w-]+", "_", wanted.strip()).strip("_-")
    return text or "unnamed"


def is_variable_name(name: str) -> bool:
    """Tell whether a name can be used as it is: words, perhaps with dots between, that are no reference."""
    is_plain = re.fullmatch(r"\w[\w-]*(?:\.\w[\w-]*)*", name) is not None
    return is_plain and not re.search(r"\.(?:request|response)\.", name)
