"""httpyac's `Authorization: oauth2 [flow] [prefix] [token_exchange prefix]`: the parameters are variables.

Each is the variable `<prefix>_<key>` or `<prefix>.<key>`; what is not defined is not given.
"""

from collections.abc import Iterable, Iterator

from httpls.model.authentication import AuthArgument, AuthDeclaration, Form
from httpls.model.resolve import Context, resolve
from httpls.model.scopes import Unset
from httpls_auth.schemes.parameter import same_name

DEFAULT_PREFIX = "oauth2"
"""The prefix of the variables where none is given."""

KEYS = {
    "token-url": "tokenEndpoint", "auth-url": "authorizationEndpoint", "device-auth-url": "deviceCodeEndpoint",
    "client-id": "clientId", "client-secret": "clientSecret", "response-type": "responseType",
    "response-mode": "responseMode", "audience": "audience", "scope": "scope", "resource": "resource",
    "username": "username", "password": "password", "redirect-url": "redirectUri",
    "param.subject_issuer": "subjectIssuer", "pkce": "usePkce",
}  # fmt: skip
"""Our parameters, and the ends of the names of httpyac's variables."""
_FURTHER_KEYS = (
    "useAuthorizationHeader", "keepAlive", "useDeviceCodeClientSecret", "serverPort", "interceptRequest", "proxy",
)  # fmt: skip
"""The others that httpyac has."""


def variable_names(words: Iterable[str]) -> Iterator[str]:
    """Yield the names of all variables that the words of such a field may refer to, whatever the words mean."""
    for prefix in (DEFAULT_PREFIX, *words):
        for key in (*KEYS.values(), *_FURTHER_KEYS):
            yield f"{prefix}_{key}"
            yield f"{prefix}.{key}"


def is_by_variables(declaration: AuthDeclaration) -> bool:
    """Tell whether a declaration is written in this form."""
    return declaration.form is Form.SHORTHAND and same_name(declaration.word) in ("oauth2", "openid")


def is_known(declaration: AuthDeclaration, context: Context) -> bool:
    """Tell whether the field means this at all, by a flow or a prefix with variables; else it is a credential."""
    flow, prefix, _ = _words(declaration)
    return flow is not None or any(_variable(prefix, key, context) is not None for key in KEYS.values())


def with_variables(declaration: AuthDeclaration, context: Context) -> AuthDeclaration:
    """Return the declaration with its variables as parameters; `identifier` is the prefix."""
    flow, prefix, exchange = _words(declaration)
    if exchange is None:
        arguments = _arguments(declaration, flow or "client_credentials", prefix, context)
        return declaration._replace(arguments=tuple(arguments), identifier=prefix)
    subject = Unset("token", ("oauth2", flow or "client_credentials", prefix), is_secret=True)
    where = declaration.word_range
    arguments = [
        *_arguments(declaration, "token_exchange", exchange, context),
        AuthArgument(declaration.source, "subject-token", subject, where),
    ]
    return declaration._replace(arguments=tuple(arguments), identifier=exchange)


def _words(declaration: AuthDeclaration) -> tuple[str | None, str, str | None]:
    """Return the flow, the prefix, and the prefix of the token exchange."""
    words = [one.text for one in declaration.arguments if isinstance(one.text, str)]
    flow = words.pop(0) if words and same_name(words[0]) in _FLOWS else None
    exchange = None
    for index, word in enumerate(words):
        if same_name(word) == "tokenexchange":
            exchange = words[index + 1] if index + 1 < len(words) else DEFAULT_PREFIX
            words = words[:index]
            break
    return flow, words[0] if words else DEFAULT_PREFIX, exchange


_FLOWS = frozenset((
    "clientcredentials", "client", "authorizationcode", "code", "devicecode", "device", "password", "implicit",
    "hybrid",
))  # fmt: skip


def _arguments(declaration: AuthDeclaration, flow: str, prefix: str, context: Context) -> list[AuthArgument]:
    source, where = declaration.source, declaration.word_range
    found = [AuthArgument(source, "grant", flow, where)]
    for name, key in KEYS.items():
        variable = _variable(prefix, key, context)
        if variable is not None:
            found.append(AuthArgument(source, name, f"{{{{{variable}}}}}", where))
    if not any(one.key == "redirect-url" for one in found) and same_name(flow) in _INTERACTIVE:
        found.append(AuthArgument(source, "redirect-url", "http://localhost:3000/callback", where))
    return [*found, *_client_authentication(declaration, prefix, context)]


_INTERACTIVE = frozenset(("authorizationcode", "code", "implicit", "hybrid"))


def _client_authentication(declaration: AuthDeclaration, prefix: str, context: Context) -> Iterator[AuthArgument]:
    variable = _variable(prefix, "useAuthorizationHeader", context)
    if variable is None:
        return
    text = str(resolve(f"{{{{{variable}}}}}", 0, context).text).strip().lower()
    word = "body" if text in ("false", "0", "") else "basic"
    yield AuthArgument(declaration.source, "client-auth", word, declaration.word_range)


def _variable(prefix: str, key: str, context: Context) -> str | None:
    for name in (f"{prefix}_{key}", f"{prefix}.{key}"):
        if context.scopes.find(name) is not None:
            return name
    return None
