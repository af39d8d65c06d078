"""Which parameters OAuth 2.0 has: that depends on the grant and on the way of client authentication."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar, cast

from httpls_auth.schemes.oauth.client_authentication.index import METHODS, method_class
from httpls_auth.schemes.oauth.client_authentication.index import SYNONYMS as METHOD_SYNONYMS
from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication
from httpls_auth.schemes.oauth.grants.grant import Grant
from httpls_auth.schemes.oauth.grants.index import GRANTS, grant_class
from httpls_auth.schemes.oauth.grants.index import SYNONYMS as GRANT_SYNONYMS
from httpls_auth.schemes.parameter import Parameter, ParameterKind, Required, chosen
from httpls_auth.schemes.read import Named, arguments_of

Part = TypeVar("Part")

GRANT = Parameter(
    "grant", ParameterKind.CHOICE, "How the token is obtained.", required=Required(unless=("access-token",)),
    choices=tuple(GRANTS), position=0, aliases=("flow",), postman="grant_type", jetbrains="Grant Type",
    example="client_credentials", synonyms=GRANT_SYNONYMS,
)  # fmt: skip
CLIENT_AUTHENTICATION = Parameter(
    "client-auth", ParameterKind.CHOICE, "How the client shows who it is. By default `basic` with a client secret, "
    "`private_key_jwt` with a private key, else `none`.", choices=tuple(METHODS),
    aliases=("client-authentication", "token-endpoint-auth-method"), postman="client_authentication",
    jetbrains="Client Credentials", synonyms=METHOD_SYNONYMS,
)  # fmt: skip


def built(part: type[Part], texts: Sequence[Named], **more: object) -> Part:
    """Make a dataclass of those texts that are for its parameters, and of what more it needs."""
    return cast("Callable[..., Part]", part)(**arguments_of(part, texts), **more)


def is_for_client(name: str, grant: type[Grant], given: Iterable[str]) -> bool:
    """Tell whether a parameter `assertion` is given that is the client's: Kulala has one name for both."""
    return name == "assertion" and name in given and all(one.name != name for one in grant.parameters())


def grant_of(given: Mapping[str, str], default: str | None) -> type[Grant] | None:
    """Return the grant that the texts of the parameters mean, None if they mean none; `default` is that of no text."""
    text = given.get(GRANT.name)
    if text is None:
        word = "token" if "access-token" in given else default
    else:
        word = chosen(GRANT, text.strip())
    return grant_class(word) if word is not None else None


def method_of(given: Mapping[str, str], grant: type[Grant]) -> type[ClientAuthentication]:
    """Return the way of client authentication that the texts mean, or that follows from what else is given."""
    text = given.get(CLIENT_AUTHENTICATION.name, "").strip()
    has_key = "private-key" in given or "client-assertion" in given or is_for_client("assertion", grant, given)
    word = chosen(CLIENT_AUTHENTICATION, text) if text else None
    if text.lower() == "jwt" and not has_key:
        # What Kulala calls so is either of the two, by what else is given.
        word = "client_secret_jwt"
    if word is None:
        word = "private_key_jwt" if has_key else "none"
        if given.get("client-secret") or (grant.needs_client_authentication and not has_key):
            word = "basic"
    return method_class(word)


def of_every_grant() -> Iterable[Parameter]:
    """Yield the parameters of all grants and all ways of client authentication, required where each needs them."""
    for parameters, by in (
        ({word: grant_class(word).parameters() for word in GRANTS}, GRANT.name),
        ({word: method_class(word).parameters() for word in METHODS}, CLIENT_AUTHENTICATION.name),
    ):
        if by == CLIENT_AUTHENTICATION.name:
            yield CLIENT_AUTHENTICATION
        demands: dict[str, list[str]] = {}
        for word, declared in parameters.items():
            for one in declared:
                if one.required is not None:
                    demands.setdefault(one.name, []).append(word)
        for declared in parameters.values():
            for one in declared:
                words = tuple(demands.get(one.name, ()))
                unless = one.required.unless if one.required is not None else ()
                yield one._replace(required=Required({by: words}, unless) if words else None)


def distinct(parameters: Iterable[Parameter], unites_choices: bool = False) -> tuple[Parameter, ...]:
    """Return the first parameter of each name, on demand with the choices of all."""
    found: dict[str, Parameter] = {}
    for one in parameters:
        first = found.setdefault(one.name, one)
        if unites_choices and first.choices != one.choices:
            found[one.name] = first._replace(choices=tuple(dict.fromkeys((*first.choices, *one.choices))))
    return tuple(found.values())
