"""Bearer tokens (RFC 6750) and API keys."""

import hmac

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import API_KEY, TOKEN, State


def _bearer(request: Request, _state: State) -> Answer:
    prefix = request.parameter("prefix", "Bearer")
    scheme, _, token = request.value("authorization").partition(" ")
    if scheme.lower() != prefix.lower():
        return refused("bearer", f"there is no token after `{prefix}`", 'Bearer realm="lab"')
    if not _equal(token.strip(), TOKEN):
        return refused("bearer", "the token is unknown", 'Bearer realm="lab", error="invalid_token"')
    return admitted("bearer")


def _api_key(request: Request, _state: State) -> Answer:
    places = {
        "header": request.value(request.parameter("name", "X-API-Key")),
        "query": request.parameter("api_key"),
        "cookie": _cookie(request, "api_key"),
    }
    given = {place: key for place, key in places.items() if key}
    if not given:
        return refused("apikey", "there is no key in X-API-Key, `?api_key=` or the cookie api_key")
    if len(given) > 1:
        return refused("apikey", f"there are keys in several places: {', '.join(given)}")
    place, key = given.popitem()
    return admitted("apikey", place=place) if _equal(key, API_KEY) else refused("apikey", "the key is unknown")


def _cookie(request: Request, name: str) -> str:
    pairs = [pair.strip().partition("=") for line in request.values("cookie") for pair in line.split(";")]
    return next((value for key, _, value in pairs if key == name), "")


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode())


GROUP = Group("Bearer tokens and API keys", (
    Endpoint("/auth/bearer", "a bearer token; `?prefix=` asks for another word before it", _bearer, needs=TOKEN),
    Endpoint("/auth/mock", "the same bearer token, made up beforehand", _bearer, needs=TOKEN),
    Endpoint(
        "/auth/apikey", "a key in X-API-Key (or the field `?name=`), in `?api_key=` or in the cookie api_key",
        _api_key, needs=API_KEY,
    ),
))  # fmt: skip
"""The endpoints of this module."""
