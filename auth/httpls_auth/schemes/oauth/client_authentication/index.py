"""Finds ways of client authentication by their words, and loads only the one that is asked for."""

from importlib import import_module

from httpls_auth.schemes.oauth.client_authentication.method import ClientAuthentication

METHODS: dict[str, tuple[str, str]] = {
    "basic": ("basic", "ClientSecretBasic"),
    "body": ("body", "ClientSecretPost"),
    "none": ("none", "NoClientAuthentication"),
    "client_secret_jwt": ("client_secret_jwt", "ClientSecretJwt"),
    "private_key_jwt": ("private_key_jwt", "PrivateKeyJwt"),
    "tls_client_auth": ("tls_client_auth", "TlsClientAuthentication"),
}
"""The module and the class of each, by its word."""

SYNONYMS = (
    ("header", "basic"), ("client_secret_basic", "basic"), ("in header", "basic"), ("client_secret_post", "body"),
    ("in body", "body"), ("post", "body"), ("request_body", "body"), ("public", "none"), ("mtls", "tls_client_auth"),
    ("self_signed_tls_client_auth", "tls_client_auth"), ("jwt", "private_key_jwt"),
)  # fmt: skip
"""What they are called elsewhere: at Postman, JetBrains and Kulala, and in the metadata of servers."""


def method_class(word: str) -> type[ClientAuthentication]:
    """Return the class of the way with this word. Raises KeyError for any other word."""
    module, name = METHODS[word]
    found: type[ClientAuthentication] = getattr(
        import_module(f"httpls_auth.schemes.oauth.client_authentication.{module}"), name
    )
    return found
