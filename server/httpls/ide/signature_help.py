"""What can be written next: the arguments of dynamic variables, the parameters of `# @auth`."""

from typing import NamedTuple

from httpls.ide.completion.schemes import describe_parameter
from httpls.ide.completion.templates import describe_dynamic
from httpls.ide.place import InDirectiveValue, InTemplate, cursor_at
from httpls.model.analysis import Analysis
from httpls.model.dynamic import find, usage
from httpls_auth.schemes.index import canonical_word, scheme_class
from httpls_grammar.islands.arguments import parse_arguments


class Signature(NamedTuple):
    """One way to write something: the whole of it, and its parts with what each is, as Markdown."""

    label: str
    documentation: str
    parameters: tuple[tuple[str, str], ...]


class Signatures(NamedTuple):
    """All ways, and the number from 0 of the part at the cursor."""

    ways: tuple[Signature, ...]
    active: int


def signatures(analysis: Analysis, offset: int) -> Signatures | None:
    """Return what can be written at an offset; None where nothing has arguments."""
    cursor = cursor_at(analysis.file.document, offset)
    place = cursor.place
    if isinstance(place, InTemplate):
        return _of_dynamic(place.written)
    if isinstance(place, InDirectiveValue) and place.directive.key == "auth":
        return _of_auth(place.written)
    return None


def _of_dynamic(written: str) -> Signatures | None:
    head, *rest = written.lstrip(" %").replace("(", " ", 1).split(" ")
    found = find(head) if head.startswith("$") and rest else None
    if found is None:
        return None
    separator = "," if "(" in written else " "
    active = separator.join(rest).lstrip().count(separator)
    ways = tuple([
        Signature(
            usage(found.variable, signature),
            describe_dynamic(found.variable),
            tuple([(parameter.name, parameter.kind.value) for parameter in signature]),
        )
        for signature in found.variable.signatures
    ])  # fmt: skip
    return Signatures(ways, active) if any(way.parameters for way in ways) else None


def _of_auth(written: str) -> Signatures | None:
    arguments = parse_arguments(written)
    word = canonical_word(arguments.positional[0].text) if arguments.positional else None
    if word is None or (len(arguments.positional) == 1 and not arguments.named and not written[-1:].isspace()):
        return None
    scheme = scheme_class(word)
    placed = sorted([one for one in scheme.parameters() if one.position is not None], key=lambda one: one.position or 0)
    named = [one for one in scheme.parameters() if one.position is None and one.required is not None]
    parts = [(one.name, describe_parameter(one)) for one in placed]
    parts += [(f"{one.name}=", describe_parameter(one)) for one in named]
    label = " ".join([word, *[name for name, _ in parts]])
    count = len(arguments.positional) - 1 - (0 if written[-1:].isspace() else 1)
    last = written.rsplit(None, 1)[-1] if not written[-1:].isspace() else ""
    active = next((index for index, (name, _) in enumerate(parts) if "=" in last and last.startswith(name)), count)
    return Signatures((Signature(label, scheme.summary, tuple(parts)),), active)
