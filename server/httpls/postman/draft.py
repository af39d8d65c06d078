"""What grows while a collection is imported: names and values of variables, secrets, and notes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from httpls.model.dynamic import find
from httpls.postman.names import is_variable_name, variable_name
from httpls_auth.values.secret_names import looks_secret

SHARED = "$shared"
"""Where the environment files keep what holds in every environment."""

_TEMPLATE = re.compile(r"\{\{([^{}]*?)\}\}")
_NESTED = re.compile(r"\{\{[^{}]*\{\{[^{}]*\}\}[^{}]*\}\}")
_CREDENTIAL_FIELDS = frozenset(("authorization", "proxy-authorization", "cookie"))


class Note(NamedTuple):
    """Something that was not imported as it was, where, and what to do about it, if anything."""

    where: str
    message: str
    remedy: str = ""


class Definition(NamedTuple):
    """A variable of an environment (or of `$shared`), in the new names."""

    environment: str
    name: str
    value: str
    is_secret: bool


class Draft:
    """Collects definitions and notes; rewrites texts so that they mean here what they meant in Postman."""

    def __init__(self, known: Sequence[str], used: Sequence[str] = ()) -> None:
        """Take the names of all variables that something defines, and of those that something uses.

        None of them is given to something else: what is not defined here may be set by a script, or later.
        """
        self.notes: list[Note] = []
        self._definitions: dict[tuple[str, str], Definition] = {}
        self._names: dict[str, str] = {}
        self._used: dict[str, None] = {}
        self._local: set[str] = set()
        self._made: dict[str, dict[tuple[str, bool], str]] = {}
        self._taken = {name.strip() for name in (*known, *used) if is_variable_name(name.strip())}
        self._known = frozenset(known)

    @property
    def definitions(self) -> Sequence[Definition]:
        """All definitions in their order."""
        return list(self._definitions.values())

    @property
    def undefined(self) -> Sequence[str]:
        """The names, as they are here, of all variables that a text has and nothing defines."""
        defined = {self.name(one) for one in self._known} | {one.name for one in self._definitions.values()}
        return [name for name in self._used if name not in defined and name not in self._local]

    def note(self, where: str, message: str, remedy: str = "") -> None:
        """Remember what was not imported as it was, once for each place."""
        found = Note(where, message, remedy)
        if found not in self.notes:
            self.notes.append(found)

    def name(self, name: str) -> str:
        """Return how a variable is called here."""
        name = name.strip()
        if is_variable_name(name):
            return name
        if name not in self._names:
            self._names[name] = self._free(variable_name(name))
        return self._names[name]

    def define(self, environment: str, name: str, value: str, is_secret: bool, where: str) -> None:
        """Define a variable; a later definition of the same one counts."""
        own = self.name(name)
        written = self.text(value, where)
        self._definitions[environment, own] = Definition(
            environment, own, written, (is_secret or looks_secret(name)) and not _is_all_templates(value)
        )

    def text(self, text: str, where: str) -> str:
        """Return a text with its templates as they are written here."""
        if "{{" not in text:
            return text
        if _NESTED.search(text):
            self.note(where, "a variable stands in the name of a variable, which cannot be written here")
        return _TEMPLATE.sub(lambda found: self._template(found.group(1), where), text)

    def secret(self, name: str, text: str, where: str) -> str:
        """Return what stands for a secret: the text itself if variables are all there is in it, else a variable."""
        if not text or _is_all_templates(text):
            return self.text(text, where)
        return self.variable(name, text, True, where)

    def variable(self, name: str, text: str, is_secret: bool, where: str) -> str:
        """Return a template for a variable with this value, an old one if one of this name has it already."""
        value = self.text(text, where)
        own = variable_name(name)
        known = self._made.setdefault(own, {})
        found = known.get((value, is_secret))
        if found is None:
            defined = self._definitions.get((SHARED, own))
            if defined is not None and (defined.value, defined.is_secret) == (value, is_secret):
                found = own
            else:
                found = self._free(own, first=len(known) + 1)
                self._definitions[SHARED, found] = Definition(SHARED, found, value, is_secret)
            known[value, is_secret] = found
        return "{{" + found + "}}"

    def local_name(self, name: str) -> str:
        """Return a name for a variable of one request, which hides no other one."""
        own = variable_name(name)
        found = own if own not in self._taken else self._free(f"path_{own}", is_kept=False)
        self._local.add(found)
        return found

    def field_value(self, name: str, text: str, where: str) -> str:
        """Return the value of a header field, of a parameter or of a form field, a variable in place of a secret."""
        if name.lower() in _CREDENTIAL_FIELDS:
            scheme, blank, rest = text.partition(" ")
            if blank and re.fullmatch(r"[A-Za-z][\w-]*", scheme) and name.lower() != "cookie":
                return f"{scheme} {self.secret(f'{name}_{scheme}', rest.strip(), where)}"
            return self.secret(name, text, where)
        return self.secret(name, text, where) if looks_secret(name) else self.text(text, where)

    def _template(self, inner: str, where: str) -> str:
        name = inner.strip()
        if name.startswith("vault:"):
            own = variable_name(name.removeprefix("vault:"))
            self.note(where, f"`{name}` of Postman's vault is now the secret `{own}` in the keyring",
                      f"Store it: `httpls secret set {own} --allow ORIGIN`.")  # fmt: skip
            return "{{$secret " + own + "}}"
        if name.startswith("$"):
            if find(name) is None:
                self.note(where, f"there is no dynamic variable `{name}` here", "Write another one, or a value.")
            return "{{" + name + "}}"
        if name not in self._known and re.fullmatch(r"\w[\w .:/@-]*", name) is None:
            # Nothing that Postman would replace: it sends the braces as they stand.
            return r"\{\{" + inner + r"\}\}"
        self._used[self.name(name)] = None
        return "{{" + self.name(name) + "}}"

    def _free(self, wanted: str, is_kept: bool = True, first: int = 1) -> str:
        """Return a name that nobody has; `first` is the number with which the search begins."""
        number = first
        while (name := wanted if number == 1 else f"{wanted}_{number}") in self._taken:
            number += 1
        if is_kept:
            self._taken.add(name)
        return name


def names_in(text: str) -> Sequence[str]:
    """Return the names in all templates of a text."""
    return _TEMPLATE.findall(text)


def has_templates(text: str) -> bool:
    """Tell whether there is a template in a text, in Postman's spelling or ours."""
    return _TEMPLATE.search(text) is not None


def encoded_outside_templates(text: str, unsafe: "re.Pattern[str]") -> str:
    """Percent-encode what matches `unsafe`, but not in templates."""
    pieces = re.split(r"(\{\{[^{}]*\}\}|\\\{\\\{|\\\}\\\})", text)
    return "".join([piece if index % 2 else unsafe.sub(_percent, piece) for index, piece in enumerate(pieces)])


def _percent(found: "re.Match[str]") -> str:
    return "".join([f"%{byte:02X}" for byte in found.group().encode("utf-8")])


def _is_all_templates(text: str) -> bool:
    """Tell whether there is nothing but templates in a text, and blanks and punctuation between them."""
    return has_templates(text) and re.search(r"\w", _TEMPLATE.sub("", text)) is None
