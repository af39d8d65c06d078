"""Names that tell a secret: how `.env`, OS environment and private environment values are taken for secrets."""

import re
from itertools import pairwise

_WORDS = frozenset(
    [
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "pwd",
        "pw",
        "secret",
        "secrets",
        "token",
        "apikey",
        "credential",
        "credentials",
        "cred",
        "creds",
        "privatekey",
        "accesskey",
        "secretkey",
        "auth",
        "authorization",
        "bearer",
        "cookie",
        "session",
        "sessionid",
        "sessionkey",
        "signature",
        "sas",
        "jwt",
        "pat",
        "otp",
        "pin",
        "clientsecret",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "authtoken",
        "apitoken",
    ]
)
_PAIRS = frozenset(
    (first, second)
    for second in ("key", "keys")
    for first in ("api", "private", "access", "secret", "signing", "encryption", "master", "shared", "account", "auth",
                  "subscription", "function", "storage", "service")
)  # fmt: skip
_NO_SECRETS = frozenset(
    [
        "url",
        "uri",
        "endpoint",
        "host",
        "type",
        "name",
        "id",
        "expiry",
        "expires",
        "expiration",
        "issuer",
        "audience",
        "scope",
        "scopes",
        "grant",
        "method",
        "header",
        "prefix",
        "algorithm",
        "alg",
        "ttl",
        "lifetime",
        "path",
        "file",
        "realm",
        "flow",
        "server",
        "domain",
        "port",
        "location",
        "mode",
        "enabled",
        "count",
        "length",
    ]
)


def looks_secret(name: str) -> bool:
    """Tell whether a name is that of a secret, such as `API_KEY`, `dbPassword`, `client-secret`; not `tokenUrl`.

    The name is read word by word, in `camelCase`, `snake_case`, `kebab-case` and with dots. A name whose last word
    says that it holds something about a secret (`token_endpoint`, `passwordFile`) is none.
    """
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]
    if not words or words[-1] in _NO_SECRETS:
        return False
    if any(word in _WORDS for word in words) or "".join(words) in _WORDS:
        return True
    return any(pair in _PAIRS for pair in pairwise(words))
