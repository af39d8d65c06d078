"""Finds grants by their words, and loads only the one that is asked for."""

from importlib import import_module

from httpls_auth.schemes.oauth.grants.grant import Grant

GRANTS: dict[str, tuple[str, str]] = {
    "authorization_code": ("authorization_code", "AuthorizationCode"),
    "client_credentials": ("client_credentials", "ClientCredentials"),
    "device_code": ("device_code", "DeviceCode"),
    "refresh_token": ("refresh_token", "RefreshToken"),
    "token_exchange": ("token_exchange", "TokenExchange"),
    "jwt_bearer": ("jwt_bearer", "JwtBearerGrant"),
    "saml_bearer": ("saml_bearer", "SamlBearer"),
    "password": ("password", "Password"),
    "implicit": ("implicit", "Implicit"),
    "token": ("given_token", "GivenToken"),
}
"""The module and the class of each, by its word."""

SYNONYMS = (
    ("authorization_code_with_pkce", "authorization_code"), ("code", "authorization_code"),
    ("hybrid", "authorization_code"), ("client", "client_credentials"), ("password_credentials", "password"),
    ("resource_owner_password_credentials", "password"), ("device", "device_code"),
    ("device_authorization", "device_code"), ("urn:ietf:params:oauth:grant-type:device_code", "device_code"),
    ("exchange", "token_exchange"), ("urn:ietf:params:oauth:grant-type:token-exchange", "token_exchange"),
    ("urn:ietf:params:oauth:grant-type:jwt-bearer", "jwt_bearer"), ("assertion", "jwt_bearer"),
    ("saml2_bearer", "saml_bearer"), ("urn:ietf:params:oauth:grant-type:saml2-bearer", "saml_bearer"),
    ("refresh", "refresh_token"), ("given", "token"),
)  # fmt: skip
"""What they are called elsewhere: at Postman, JetBrains and httpyac, and by the standards."""


def grant_class(word: str) -> type[Grant]:
    """Return the class of the grant with this word. Raises KeyError for any other word."""
    module, name = GRANTS[word]
    found: type[Grant] = getattr(import_module(f"httpls_auth.schemes.oauth.grants.{module}"), name)
    return found
