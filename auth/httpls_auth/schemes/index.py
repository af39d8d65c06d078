"""Finds schemes by their type words, and loads only the one that is asked for.

The table is generated from the classes (`python -m tests.support.generate_docs`), and a test keeps it.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from httpls_auth.schemes.parameter import same_name

if TYPE_CHECKING:
    from httpls_auth.schemes.scheme import Scheme


def canonical_word(word: str) -> str | None:
    """Return the canonical type word that a word means, None if it means none."""
    return _WORDS.get(same_name(word))


def words() -> Iterator[str]:
    """Yield every canonical type word."""
    return iter(_CLASSES)


def every_word() -> Iterator[str]:
    """Yield every word by which a scheme can be named, in the form in which words are compared."""
    return iter(_WORDS)


@cache
def scheme_class(word: str) -> "type[Scheme]":
    """Return the class of the scheme with this canonical word. Raises KeyError for any other word."""
    module, name = _CLASSES[word]
    found: type[Scheme] = getattr(import_module(f"httpls_auth.schemes.{module}"), name)
    return found


_CLASSES: dict[str, tuple[str, str]] = {
    "aad": ("aad", "AzureAd"),
    "apikey": ("api_key", "ApiKey"),
    "asap": ("asap", "Asap"),
    "aws": ("aws", "AwsSigV4"),
    "basic": ("basic", "Basic"),
    "bearer": ("bearer", "Bearer"),
    "cognito": ("cognito", "Cognito"),
    "digest": ("digest", "Digest"),
    "edgegrid": ("edgegrid", "EdgeGrid"),
    "hawk": ("hawk", "Hawk"),
    "jwt": ("jwt", "JwtBearer"),
    "mock": ("mock", "Mock"),
    "mtls": ("mtls", "MutualTls"),
    "negotiate": ("negotiate", "Negotiate"),
    "none": ("none", "NoAuthentication"),
    "ntlm": ("ntlm", "Ntlm"),
    "oauth1": ("oauth1", "OAuth1"),
    "oauth2": ("oauth2", "OAuth2"),
    "oidc": ("oidc", "OpenIdConnect"),
    "wsse": ("wsse", "Wsse"),
}
_WORDS: dict[str, str] = {
    "aad": "aad",
    "akamai": "edgegrid",
    "apikey": "apikey",
    "asap": "asap",
    "aws": "aws",
    "awscognito": "cognito",
    "awssigv4": "aws",
    "awsv4": "aws",
    "azure": "aad",
    "azuread": "aad",
    "basic": "basic",
    "bearer": "bearer",
    "clientcertificate": "mtls",
    "cognito": "cognito",
    "digest": "digest",
    "edgegrid": "edgegrid",
    "entra": "aad",
    "hawk": "hawk",
    "jwt": "jwt",
    "jwtbearer": "jwt",
    "kerberos": "negotiate",
    "mock": "mock",
    "mtls": "mtls",
    "mutualtls": "mtls",
    "negotiate": "negotiate",
    "noauth": "none",
    "none": "none",
    "ntlm": "ntlm",
    "oauth1": "oauth1",
    "oauth1.0": "oauth1",
    "oauth1.0a": "oauth1",
    "oauth2": "oauth2",
    "oidc": "oidc",
    "openid": "oidc",
    "openidconnect": "oidc",
    "sigv4": "aws",
    "spnego": "negotiate",
    "wsse": "wsse",
}
