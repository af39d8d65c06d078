"""What is generated from the classes of the authentication schemes: the index in the code, and a page for each.

`python -m tests.support.scheme_docs` writes these alone.
"""

import importlib
import json
import pkgutil
from pathlib import Path

import httpls_auth.schemes
from httpls.ide.environment_files.catalogue import environment_key
from httpls_auth.schemes.parameter import Parameter, ParameterKind, same_name
from httpls_auth.schemes.read import missing_parameters
from httpls_auth.schemes.scheme import Scheme

DOCS = Path(__file__).parent.parent.parent / "docs"
INDEX = Path(httpls_auth.schemes.__file__).parent / "index.py"
_TABLES = "_CLASSES: dict[str, tuple[str, str]] = "


def scheme_classes() -> list[type[Scheme]]:
    """Every scheme that a module of the package defines, by its word."""
    found: dict[str, type[Scheme]] = {}
    for info in pkgutil.walk_packages(httpls_auth.schemes.__path__, "httpls_auth.schemes."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Scheme) and value.__module__ == info.name):
                continue
            if "word" in vars(value):
                assert found.setdefault(value.word, value) is value, f"two schemes are called {value.word}"
    return [found[word] for word in sorted(found)]


def index_module() -> str:
    """The text of `httpls_auth/schemes/index.py` with current tables."""
    head = INDEX.read_text(encoding="utf-8").partition(_TABLES)[0]
    lines = [_TABLES + "{"]
    words: dict[str, str] = {}
    for scheme in scheme_classes():
        module = scheme.__module__.removeprefix("httpls_auth.schemes.")
        lines.append(f'    "{scheme.word}": ("{module}", "{scheme.__name__}"),')
        for word in (scheme.word, *scheme.aliases, *filter(None, [scheme.postman]), *scheme.jetbrains):
            taken = words.setdefault(same_name(word), scheme.word)
            assert taken == scheme.word, f"`{word}` means {taken} and {scheme.word}"
    lines += ["}", "_WORDS: dict[str, str] = {"]
    lines += [f'    "{word}": "{words[word]}",' for word in sorted(words)]
    return head + "\n".join([*lines, "}"]) + "\n"


def scheme_pages(folder: Path = DOCS / "schemes") -> dict[Path, str]:
    """The reference page of each scheme, and the list of them."""
    schemes = scheme_classes()
    pages = {folder / f"{scheme.word}.md": _page(scheme) for scheme in schemes}
    return {folder / "README.md": _list(schemes), **pages}


def _list(schemes: list[type[Scheme]]) -> str:
    lines = [
        "# Authentication schemes",
        "",
        "`# @auth <scheme> …` above a request, in the first block of a file or in `_shared.http`, or an object below",
        "`Security.Auth` in an environment file, says how requests authenticate.",
        "",
        "| scheme | also written | what it does |",
        "| --- | --- | --- |",
    ]
    for scheme in schemes:
        others = {same_name(word): word for word in (*scheme.aliases, *filter(None, [scheme.postman]))}
        others.pop(same_name(scheme.word), None)
        aliases = ", ".join(f"`{word}`" for word in others.values())
        lines.append(f"| [`{scheme.word}`]({scheme.word}.md) | {aliases} | {_cell(scheme.summary)} |")
    return "\n".join(lines) + "\n"


def _page(scheme: type[Scheme]) -> str:
    lines = [f"# {scheme.title}", "", scheme.summary]
    if scheme.deprecated:
        lines += ["", f"**Deprecated.** {scheme.deprecated}"]
    if scheme.notes:
        lines += ["", scheme.notes]
    lines += ["", "## In a request file", "", "```http", scheme.example.rstrip("\n"), "```"]
    if scheme.shorthands:
        lines += ["", "Header lines of other tools that say the same:", "", "```http", *scheme.shorthands, "```"]
    parameters = scheme.parameters()
    if parameters:
        lines += ["", "## In an environment file", "", "```json", _environment(scheme), "```"]
        lines += ["", "## Parameters", "", *_table(parameters)]
    if scheme.sources:
        lines += ["", "## Sources", "", *(f"* {source}" for source in scheme.sources)]
    if scheme.verified_by:
        lines += ["", "## Tried against", "", *(f"* {server}" for server in scheme.verified_by)]
    return "\n".join(lines) + "\n"


def _environment(scheme: type[Scheme]) -> str:
    """The smallest configuration, with what would stand in the first places of a directive."""
    given: dict[str, str] = {}
    while missing := missing_parameters(scheme, given):
        given[missing[0].name] = _example(missing[0])
    members = {"Type": scheme.jetbrains[0] if scheme.jetbrains else scheme.word}
    for parameter in scheme.parameters(given):
        if parameter.name in given or (parameter.position is not None and parameter.required is None):
            members[environment_key(parameter)] = _example(parameter)
    configuration = {"dev": {"Security": {"Auth": {scheme.word: members}}}}
    return json.dumps(configuration, indent=2, ensure_ascii=False)


def _example(parameter: Parameter) -> str:
    return parameter.example or parameter.default or (parameter.choices or ("…",))[0]


def _table(parameters: tuple[Parameter, ...]) -> list[str]:
    lines = [
        "| parameter | meaning | kind | default | in Postman | in an environment file | also written |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for parameter in parameters:
        kind = " · ".join(f"`{choice}`" for choice in parameter.choices) or parameter.kind.value
        name = f"{parameter.name}.<name>" if parameter.kind is ParameterKind.PAIRS else parameter.name
        flags = ", secret" if parameter.is_secret else ""
        default = _required(parameter, parameters) or (parameter.default or "")
        others = ", ".join(f"`{alias}`" for alias in parameter.aliases)
        postman = f"`{parameter.postman}`" if parameter.postman else ""
        lines.append(
            f"| `{name}` | {_cell(parameter.documentation)} | {kind}{flags} | {_cell(default)} | {postman} "
            f"| `{environment_key(parameter)}` | {others} |"
        )
    return lines


def _required(parameter: Parameter, parameters: tuple[Parameter, ...]) -> str:
    required = parameter.required
    if required is None or parameter.default is not None:
        return ""
    choices = {choice.lower(): choice for one in parameters for choice in one.choices}
    conditions = [
        f"`{name}` is {' or '.join(f'`{choices.get(value, value)}`' for value in values)}"
        for name, values in required.when.items()
    ]
    text = "**required**" + (f" where {' and '.join(conditions)}" if conditions else "")
    if required.unless:
        text += ", unless " + " or ".join(f"`{name}`" for name in required.unless) + " is given"
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    for path, text in {INDEX: index_module(), **scheme_pages()}.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
