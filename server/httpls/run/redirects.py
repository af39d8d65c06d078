"""Decides where a redirect leads, what comes along, and what does not (RFC 9110, section 15.4). Pure.

When scheme, host or port changes, everything that authentication, the cookie jar or a secret contributed is left
behind, and so are `Authorization`, `Cookie` and `Proxy-Authorization` that were written by hand. The next request is
made of the one before, so what was left behind once cannot come back on a later hop.
"""

import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from httpls.run.request_target import encoded_target
from httpls_auth.errors import InvalidOriginError
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, ResponseHead
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value, joined

REDIRECTS = frozenset((301, 302, 303, 307, 308))
"""The status codes that are followed."""


class RedirectRules(NamedTuple):
    """How redirects are followed.

    `keeps_method` keeps method and body after 301, 302 and 303 too. `keeps_authorization` keeps an `Authorization`
    written by hand as long as the host stays the same. `sends_referer` tells the next server where the redirect came
    from. `auth_origins` are the origins at which the request is authenticated anew (`# @auth-follow-redirects`).
    """

    follows: bool = True
    maximum: int = 10
    keeps_method: bool = False
    keeps_authorization: bool = False
    sends_referer: bool = False
    auth_origins: frozenset[Origin] = frozenset()


class Chain(NamedTuple):
    """The hops so far: how many redirects were followed, where the first request went, whether this one is signed."""

    home: Origin
    followed: int = 0
    is_signed: bool = True


class Followed(NamedTuple):
    """The next request, not signed yet and without cookies of the jar.

    It is to be signed if `chain.is_signed`. `dropped` are the names of the fields that did not come along.
    """

    request: OutgoingRequest
    chain: Chain
    dropped: tuple[str, ...]


class Stopped(NamedTuple):
    """A redirect that is not followed: a stable code, why, and what to do."""

    code: str
    message: str
    remedy: str


def follow(
    request: OutgoingRequest, response: ResponseHead, rules: RedirectRules, chain: Chain
) -> Followed | Stopped | None:
    """Return the request to which a response redirects, why there is none, or None if it is no redirect to follow."""
    locations = list(dict.fromkeys(value.strip() for value in response.values("Location")))
    if response.status not in REDIRECTS or not rules.follows or not any(locations):
        return None
    if len(locations) > 1:
        return Stopped("bad-location", "the redirect leads to several places", _TELL)
    if chain.followed >= rules.maximum:
        return Stopped(
            "too-many-redirects",
            f"the server redirected more than {rules.maximum} times, at last to {_shown(locations[0])}",
            "See whether it waits for a cookie or a credential, or raise `redirects.maximum` in `httpls.toml`.",
        )
    place = _place(request, locations[0])
    if isinstance(place, Stopped):
        return place
    origin, target = place
    if origin == request.origin:
        return _at_the_same_origin(request, response, rules, chain, target)
    return _at_another_origin(request, response, rules, chain, origin, target)


def _at_the_same_origin(
    request: OutgoingRequest, response: ResponseHead, rules: RedirectRules, chain: Chain, target: Value
) -> Followed:
    made, bodily = _again(request, response, rules)
    fields = [field for field in made.fields if field.source not in _MADE_ANEW]
    left = [] if chain.is_signed else [field for field in made.fields if field.source is FieldSource.AUTHENTICATION]
    following = made._replace(target=target, fields=tuple(_with_referer(fields, request, made, rules)))
    return Followed(following, chain._replace(followed=chain.followed + 1), _names([*bodily, *left]))


def _at_another_origin(
    request: OutgoingRequest,
    response: ResponseHead,
    rules: RedirectRules,
    chain: Chain,
    origin: Origin,
    target: Value,
) -> Followed | Stopped:
    is_downgrade = request.origin.scheme == "https" and origin.scheme != "https"
    is_listed = origin in rules.auth_origins or (origin == chain.home and bool(rules.auth_origins))
    is_signed = chain.is_signed and is_listed and not is_downgrade
    if not target.labels.is_plain and not (is_signed and target.labels.allows(origin)):
        return Stopped(
            "redirect-carries-secret",
            f"the redirect to {origin} carries a secret of the request in its URL",
            _name_it(origin),
        )
    made, bodily = _again(request, response, rules)
    labels = made.body.labels if made.body is not None else Labels()
    if not labels.is_plain and not (is_signed and labels.allows(origin)):
        return Stopped(
            "redirect-carries-secret",
            f"the redirect to {origin} ({response.status}) asks for the same body, which holds a secret",
            _name_it(origin),
        )
    kept: list[Field] = []
    dropped: list[Field] = []
    for field in made.fields:
        comes_along = _comes_along(field, request.origin, origin, is_downgrade, rules)
        (kept if comes_along else dropped).append(field)
    following = made._replace(
        origin=origin, target=target, fields=tuple(_with_referer(kept, request, made._replace(origin=origin), rules))
    )
    chain = chain._replace(followed=chain.followed + 1, is_signed=is_signed)
    return Followed(following, chain, _names([*bodily, *dropped]))


def _comes_along(field: Field, here: Origin, there: Origin, is_downgrade: bool, rules: RedirectRules) -> bool:
    name = field.name.lower()
    if field.source in _MADE_ANEW or name == "host":
        return False
    labels = field.value.labels
    if name == "authorization" and rules.keeps_authorization and here.host == there.host and not is_downgrade:
        return labels.allows(there)
    return name not in _CREDENTIALS and labels.is_plain


def _again(
    request: OutgoingRequest, response: ResponseHead, rules: RedirectRules
) -> tuple[OutgoingRequest, list[Field]]:
    """Return the request with the method that the next one has, and the fields that went with its body."""
    method = request.method.upper()
    becomes_get = not rules.keeps_method and (
        (response.status == 303 and method not in ("GET", "HEAD"))
        or (response.status in (301, 302) and method == "POST")
    )
    if not becomes_get:
        return request, []
    bodily = [field for field in request.fields if field.name.lower() in _BODILY]
    fields = tuple([field for field in request.fields if field not in bodily])
    return request._replace(method="GET", body=None, fields=fields), bodily


def _with_referer(
    fields: list[Field], request: OutgoingRequest, following: OutgoingRequest, rules: RedirectRules
) -> list[Field]:
    """Add the field `Referer` by the policy `strict-origin-when-cross-origin` of browsers."""
    if not rules.sends_referer or (request.origin.scheme == "https" and following.origin.scheme != "https"):
        return fields
    url = str(request.origin) + "/"
    if following.origin == request.origin and request.target.labels.is_plain:
        url = request.url.reveal()
    others = [field for field in fields if field.name.lower() != "referer"]
    return [*others, Field("Referer", Value(url, _LOCATION), FieldSource.DEFAULT)]


def _place(request: OutgoingRequest, location: str) -> tuple[Origin, Value] | Stopped:
    """Return where a `Location` leads, seen from the request."""
    text = _as_text(location)
    base = f"{request.origin}{request.target.reveal()}"
    scheme = _SCHEME.match(text)
    if scheme and scheme.group(1).lower() not in ("http", "https"):
        return Stopped(
            "redirect-scheme",
            f"the redirect leads to {_shown(text)}, which is not on the web",
            "Open it with the program for it, if you trust it.",
        )
    if scheme and not _WITH_HOST.match(text):
        return Stopped("bad-location", f"the redirect leads to {_shown(text)}, which names no host", _TELL)
    try:
        url = urljoin(base, text)
        origin = parse_origin(url)
    except (InvalidOriginError, ValueError) as error:
        return Stopped("bad-location", f"the redirect leads to {_shown(text)}: {error}", _TELL)
    path = _AUTHORITY.sub("", url, count=1).partition("#")[0]
    if not path.startswith("/"):
        path = "/" + path
    return origin, encoded_target(_labelled(path, request.target))


def _labelled(path: str, before: Value) -> Value:
    """Return the new target, labelled where a secret of the old one stands in it: servers like to pass queries on."""
    pieces = [Value(path, _LOCATION)]
    for secret in before.secrets():
        for written in dict.fromkeys((secret, unquote(secret))):
            if written:
                pieces = [cut for piece in pieces for cut in _cut(piece, written, before.labels)]
    return joined(pieces, _LOCATION)


def _cut(piece: Value, secret: str, labels: Labels) -> list[Value]:
    if piece.is_secret:
        return [piece]
    parts = piece.reveal().split(secret)
    cut: list[Value] = []
    for index, part in enumerate(parts):
        if index:
            cut.append(Value(secret, _LOCATION, labels))
        if part:
            cut.append(Value(part, _LOCATION))
    return cut


def _as_text(location: str) -> str:
    """Return what the bytes say in UTF-8, if they do: field values come as Latin-1."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    # `urljoin` would take a backslash for what it is; some servers' authors take it for a slash, and so would we
    # reach another host than they.
    return location.replace("\\", "%5C")


def _names(fields: list[Field]) -> tuple[str, ...]:
    """Return the names of those that somebody put there, or authentication: nobody misses the others."""
    return tuple(dict.fromkeys([field.name for field in fields if field.source is not FieldSource.DEFAULT]))


def _shown(location: str) -> str:
    shown = "".join([character if character.isprintable() else "�" for character in location])
    return f"`{shown[:200]}…`" if len(shown) > 200 else f"`{shown}`"


def _name_it(origin: Origin) -> str:
    return f"If {origin} may have it, write `# @auth-follow-redirects {origin}`, and allow the secret there."


_TELL = "Tell the people who run the server."

_LOCATION = Provenance(Origination.RESPONSE, "Location")

_MADE_ANEW = frozenset((FieldSource.AUTHENTICATION, FieldSource.COOKIE_JAR))
"""Whose fields the next request does not take over: it is signed again, and given its own cookies."""

_CREDENTIALS = frozenset(("authorization", "cookie", "cookie2", "proxy-authorization", "www-authenticate"))

_BODILY = frozenset(
    (
        "content-type", "content-length", "content-encoding", "content-language", "content-location", "content-md5",
        "content-digest", "repr-digest", "digest", "transfer-encoding", "trailer", "expect",
    )
)  # fmt: skip
"""Fields that say something about a body."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_WITH_HOST = re.compile(r"[A-Za-z]+://[^/?#]")
_AUTHORITY = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*")
