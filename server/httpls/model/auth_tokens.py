"""Variables that stand for a token: `{{$auth.token("id")}}` of JetBrains, and those of REST Client."""

from typing import NamedTuple

from httpls.model.authentication import AuthDeclaration, Form, Level
from httpls.model.planned_text import Hole
from httpls.model.resolve import Context
from httpls.model.source import Source


class TokenDeclaration(NamedTuple):
    """The scheme that gives a token; `is_identity` asks for the ID token, `is_new` for a fresh one."""

    declaration: AuthDeclaration
    is_identity: bool = False
    is_new: bool = False


def token_declaration(hole: Hole, source: Source, context: Context) -> TokenDeclaration | None:
    """Return what a hole of the kind `TOKEN` stands for; None for a variable that is not known here."""
    _ = context
    name, *arguments = hole.arguments
    lowered = name.lower()
    if lowered in ("auth.token", "auth.idtoken") and arguments:
        reference = AuthDeclaration(
            source, Level.REQUEST, Form.OBJECT, "use", f"${name}", hole.range, hole.range, identifier=arguments[0]
        )
        return TokenDeclaration(reference, is_identity=lowered == "auth.idtoken")
    return None
