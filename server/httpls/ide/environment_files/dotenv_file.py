"""What can be written and is told in `.env` files: the names that other such files define."""

from httpls.ide.completion.item import NOTHING, Completion, Item, ItemKind, completion
from httpls.ide.completion.templates import shown_value
from httpls.ide.environment_files.context import EnvironmentFile
from httpls.ide.hover import Hover, code, escaped
from httpls_grammar.islands.dotenv import parse_dotenv
from httpls_grammar.text import Range


def complete_dotenv_file(file: EnvironmentFile, offset: int) -> Completion:
    """Return the names that environments and the `.env` files beside this one define, and it does not."""
    start = file.text.rfind("\n", 0, offset) + 1
    written = file.text[start:offset]
    if "=" in written or written.lstrip().startswith("#"):
        return NOTHING
    begin = start + len(written) - len(written.lstrip().removeprefix("export ").lstrip())
    given = {entry.key for entry in parse_dotenv(file.text).entries}
    names: dict[str, str] = {name: ", ".join(environments) for name, environments in file.variables.items()}
    for name in _examples(file):
        names.setdefault(name, "the example file")
    has_value = "=" in file.text[offset:].split("\n", 1)[0]
    items = [
        Item(name, ItemKind.VARIABLE, name if has_value else f"{name}=", f"defined in {where}")
        for name, where in names.items()
        if name not in given
    ]
    return completion(Range(begin, offset), items, file.text[begin:offset])


def hover_dotenv_file(file: EnvironmentFile, offset: int) -> Hover | None:
    """Return what an entry is worth, masked where its name tells of a secret, and where else it is defined."""
    for entry in parse_dotenv(file.text).entries:
        if entry.key_range.contains(offset):
            definition = file.analysis.scopes(None).find(entry.key)
            lines = [f"**{escaped(entry.key)}**", ""]
            if definition is not None:
                lines.append(code(shown_value(definition) or " "))
            lines += ["", f"Written as {code('{{' + entry.key + '}}')} or {code('{{$dotenv ' + entry.key + '}}')}."]
            return Hover(entry.key_range, "\n".join(lines))
    return None


def _examples(file: EnvironmentFile) -> list[str]:
    """Return the names in `.env.example` and its like, which are no environments."""
    found: list[str] = []
    for name in (".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults"):
        path = file.path.parent / name
        if path != file.path and file.workspace.files.is_file(path):
            try:
                found += [entry.key for entry in parse_dotenv(file.workspace.source(path).text).entries]
            except OSError:
                continue
    return found
