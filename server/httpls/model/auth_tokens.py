"""Variables that stand for a token: `{{$auth.token("id")}}` of JetBrains, and those of REST Client.

REST Client's `$aadToken`, `$aadV2Token` and `$oidcAccessToken` are OAuth 2.0: each becomes a declaration of `aad` or
`oidc`. What they take from the environment (`aadV2ClientId` and so on) they take here too.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from httpls.model.authentication import AuthArgument, AuthDeclaration, Form, Level
from httpls.model.planned_text import Hole, PlannedText
from httpls.model.resolve import Context
from httpls.model.source import Source
from httpls_auth.values.value import Value


class TokenDeclaration(NamedTuple):
    """The scheme that gives a token; `is_identity` asks for the ID token, `is_new` for a fresh one."""

    declaration: AuthDeclaration
    is_identity: bool = False
    is_new: bool = False


def token_declaration(hole: Hole, source: Source, context: Context) -> TokenDeclaration | None:
    """Return what a hole of the kind `TOKEN` stands for; None for a variable that is not known here."""
    name, *arguments = hole.arguments
    lowered = name.lower()
    if lowered in ("auth.token", "auth.idtoken") and arguments:
        reference = AuthDeclaration(
            source, Level.REQUEST, Form.OBJECT, "use", f"${name}", hole.range, hole.range, identifier=arguments[0]
        )
        return TokenDeclaration(reference, is_identity=lowered == "auth.idtoken")
    if lowered == "oauth2":
        # The first token of httpyac's `oauth2 flow prefix token_exchange prefix`.
        words = tuple([AuthArgument(source, None, word, hole.range) for word in arguments])
        return TokenDeclaration(
            AuthDeclaration(source, Level.REQUEST, Form.SHORTHAND, "oauth2", "oauth2", hole.range, hole.range, words)
        )
    options = _Options(" ".join(arguments))
    if lowered == "aadtoken":
        scheme, pairs = "aad", _aad_v1(options)
    elif lowered == "aadv2token":
        scheme, pairs = "aad", _aad_v2(options, context)
    elif lowered == "oidcaccesstoken":
        scheme, pairs = "oidc", _oidc(options)
    else:
        return None
    written = tuple([AuthArgument(source, key, text, hole.range) for key, text in pairs])
    declaration = AuthDeclaration(
        source, Level.REQUEST, Form.OBJECT, scheme, f"${name}", hole.range, hole.range, written
    )
    return TokenDeclaration(declaration, is_new="new" in options.words)


def as_credentials(value: PlannedText) -> PlannedText:
    """Return the value of a field `Authorization`: REST Client's variables have the word `Bearer` in their value."""
    pieces = value.pieces
    if len(pieces) == 1 and isinstance(pieces[0], Hole) and _is_of_rest_client(pieces[0]):
        return PlannedText((Value("Bearer ", pieces[0].provenance), pieces[0]))
    return value


def _is_of_rest_client(hole: Hole) -> bool:
    return bool(hole.arguments) and hole.arguments[0].lower() in ("aadtoken", "aadv2token", "oidcaccesstoken")


class _Options:
    """`word word key:value`: the options of one of REST Client's variables, in any order."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.pairs: dict[str, str] = {}
        for piece in text.split():
            match = _pair().fullmatch(piece)
            if match is not None:
                self.pairs[match.group(1).lower()] = match.group(2)
            else:
                self.words.append(piece)


@cache
def _pair() -> re.Pattern[str]:
    names = "aud|scopes|tenantid|clientid|callbackDomain|callbackPort|authorizeEndpoint|tokenEndpoint|audience"
    return re.compile(rf"({names}):(.*)", re.IGNORECASE)


_CLOUDS = frozenset((
    "public", "cn", "de", "us", "ppe", "azurecloud", "azurechinacloud", "azureusgovernment", "azuregermancloud",
))  # fmt: skip


def _aad_v1(options: _Options) -> Iterator[tuple[str, str]]:
    """`[new] [cloud] [domain or tenant] [aud:domain or id]`."""
    yield "version", "1"
    for word in options.words:
        if word.lower() in _CLOUDS:
            yield "cloud", word
        elif word != "new":
            yield "tenant", word
    if "aud" in options.pairs:
        yield "audience", options.pairs["aud"]


def _aad_v2(options: _Options, context: Context) -> Iterator[tuple[str, str]]:
    """`[new] [cloud] [appOnly] [scopes:a,b] [tenantid:…] [clientid:…]`."""
    is_app_only = any(word.lower() == "apponly" for word in options.words)
    yield "app-only", "true" if is_app_only else "false"
    yield from [("cloud", word) for word in options.words if word.lower() in _CLOUDS]
    written = {name: value for name, value in options.pairs.items() if value}

    def known(variable: str) -> bool:
        return context.scopes.find(variable) is not None

    if "tenantid" in written:
        yield "tenant", written["tenantid"]
    elif known("aadV2TenantId"):
        yield "tenant", "{{aadV2TenantId}}"
    if "clientid" in written:
        yield "client-id", written["clientid"]
    elif is_app_only and known("aadV2ClientId"):
        yield "client-id", "{{aadV2ClientId}}"
    if is_app_only:
        # Where they are missing, the error names the variables that have to be defined.
        yield "client-secret", "{{aadV2ClientSecret}}"
        yield "scope", "{{aadV2AppUri}}/.default"
    elif options.pairs.get("scopes"):
        scopes = options.pairs["scopes"]
        yield "scope", scopes if "openid" in scopes else f"{scopes},openid,profile"


def _oidc(options: _Options) -> Iterator[tuple[str, str]]:
    """`[new] [clientId:…] [callbackDomain:…] [callbackPort:…] [authorizeEndpoint:…] [tokenEndpoint:…] …`."""
    pairs = options.pairs
    for name, key in (
        ("clientid", "client-id"), ("authorizeendpoint", "auth-url"), ("tokenendpoint", "token-url"),
        ("scopes", "scope"), ("audience", "resource"),
    ):  # fmt: skip
        if pairs.get(name):
            yield key, pairs[name]
    domain = pairs.get("callbackdomain")
    port = pairs.get("callbackport") or _CALLBACK_PORT
    yield "redirect-url", f"https://{domain}:{port}" if domain else f"http://localhost:{port}"


_CALLBACK_PORT = "7777"
"""The port at which REST Client listens unless it is told another."""
