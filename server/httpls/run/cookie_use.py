"""Uses a jar of cookies for one request: adds its cookies to what the author wrote, and stores those that come."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from httpls.run.exchange import CookieEvent
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, ResponseHead
from httpls_auth.values.value import Value, joined

if TYPE_CHECKING:
    from httpls.run.cookies.jar import CookieJar


class WithCookies(NamedTuple):
    """A request with the cookies of the jar, and the names of all those that it sends."""

    request: OutgoingRequest
    names: tuple[str, ...]


class CookieUse:
    """The jar as one request uses it; without one nothing is sent but what the author wrote, and nothing is stored.

    `open_jar` gives the jar, or None while there is nothing in it that could be sent; told that something is to be
    stored, it always gives one.
    """

    def __init__(self, open_jar: "Callable[[bool], CookieJar | None]") -> None:
        """Take what gives the jar."""
        self._open_jar = open_jar

    def added(self, request: OutgoingRequest) -> WithCookies:
        """Add the cookies of the jar; one that the author wrote by the same name counts before them."""
        jar = self._open_jar(False)
        own = [field for field in request.fields if field.name.lower() == "cookie"]
        written = _names(own)
        found = jar.field(request.origin, request.path) if jar is not None else None
        if found is None or jar is None:
            return WithCookies(request, written)
        field, names = found
        if not own:
            return WithCookies(request._replace(fields=(*request.fields, field)), names)
        kept = [cookie for cookie in jar.chosen(request.origin, request.path) if cookie.name not in written]
        if not kept:
            return WithCookies(request, written)
        provenance = own[0].value.provenance
        more = [Value(f"; {cookie.pair}", provenance, field.value.labels) for cookie in kept]
        merged = own[0]._replace(value=joined((own[0].value, *more), provenance))
        fields = tuple([merged if field is own[0] else field for field in request.fields])
        return WithCookies(request._replace(fields=fields), (*written, *[cookie.name for cookie in kept]))

    def stored(self, request: OutgoingRequest, response: ResponseHead) -> tuple[CookieEvent, ...]:
        """Store what a response sets, and tell what became of each cookie."""
        values = response.values("Set-Cookie")
        jar = self._open_jar(True) if values else None
        return jar.store(request.origin, request.path, values) if jar is not None else ()


def without_cookies_of_the_jar(sent: OutgoingRequest, before: OutgoingRequest) -> OutgoingRequest:
    """Return a request as it was sent, but its field `Cookie` as it was before the jar's were added.

    If it had none, the field stays, marked as the jar's.
    """
    own = [field for field in before.fields if field.name.lower() == "cookie"]
    if not own:
        return sent
    fields = [field for field in sent.fields if field.name.lower() != "cookie" or field.source in _NOT_WRITTEN]
    return sent._replace(fields=(*fields, *own))


_NOT_WRITTEN = (FieldSource.COOKIE_JAR, FieldSource.AUTHENTICATION)


def _names(fields: list[Field]) -> tuple[str, ...]:
    return tuple([
        pair.partition("=")[0].strip() for field in fields for pair in field.value.reveal().split(";") if pair.strip()
    ])  # fmt: skip
