"""The secrets of the project by their names; nobody has their values here."""

from collections.abc import Iterator, Sequence

from httpls.ide.completion.item import Item, ItemKind
from httpls.model.facts import SecretFact


def secret_items(secrets: Sequence[SecretFact]) -> Iterator[Item]:
    """Yield `{{$secret name}}` for each secret."""
    for item in secret_names(secrets):
        text = f"{{{{$secret {item.text}}}}}"
        yield item._replace(label=text, text=text)


def new_secret(name: str) -> Item:
    """Return a template for a secret that may not be stored yet, called so until somebody writes another name."""
    text, snippet = f"{{{{$secret {name}}}}}", f"{{{{\\$secret ${{1:{name}}}}}}}"
    return Item("{{$secret …}}", ItemKind.SECRET, text, "from the keyring", "", snippet, 50)


def secret_names(secrets: Sequence[SecretFact]) -> Iterator[Item]:
    """Yield the names of secrets, each once, with the environments in which they are known and where they may go."""
    known: dict[str, list[SecretFact]] = {}
    for secret in secrets:
        known.setdefault(secret.name, []).append(secret)
    for name, facts in known.items():
        environments = ", ".join([fact.environment or "every environment" for fact in facts])
        lines = [described(fact) for fact in facts]
        yield Item(name, ItemKind.SECRET, name, f"from the keyring, for {environments}", "\n\n".join(lines), rank=5)


def described(fact: SecretFact) -> str:
    """Return where a secret may go, as a sentence."""
    where = "anywhere" if fact.origins is None else ", ".join([f"`{origin}`" for origin in fact.origins]) or "nowhere"
    scope = f"in the environment `{fact.environment}`" if fact.environment else "in every environment"
    return f"A secret of the keyring {scope}; it may be sent to {where}."
