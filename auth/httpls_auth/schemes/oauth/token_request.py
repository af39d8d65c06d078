"""A request to an endpoint of an authorization server: a form, with what the client adds to it."""

from typing import NamedTuple
from urllib.parse import quote_plus

from httpls_auth.errors import InvalidOriginError, ParameterError
from httpls_auth.schemes.compose import checked_for_field, composed, is_field_name, percent_encoded, plain, stripped
from httpls_auth.schemes.message import Field, FieldSource, MemoryBody, OutgoingRequest
from httpls_auth.schemes.request_parts import FORM
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value, joined

Pairs = tuple[tuple[str, Value], ...]


class TokenRequest(NamedTuple):
    """A request that is being made. Of a name there may be several pairs; they are sent in their order.

    `secrets` are what it proves to know without sending it as it is, for the masking of answers that repeat it.
    """

    url: Value
    form: Pairs
    query: Pairs = ()
    fields: Pairs = ()
    secrets: tuple[Value, ...] = ()

    def with_form(self, *pairs: tuple[str, Value | None]) -> "TokenRequest":
        """Return the request with these pairs at the end of the form; those without a value, or an empty one, are left
        out (RFC 6749, section 3.2: parameters sent without a value are treated as omitted).
        """
        return self._replace(form=(*self.form, *((name, value) for name, value in pairs if value)))

    def with_field(self, name: str, value: Value) -> "TokenRequest":
        """Return the request with a header field, in place of another of the name."""
        kept = [pair for pair in self.fields if pair[0].lower() != name.lower()]
        return self._replace(fields=(*kept, (name, value)))

    def proving(self, secret: Value) -> "TokenRequest":
        """Return the request, which proves to know this secret."""
        return self._replace(secrets=(*self.secrets, secret))

    @property
    def origin(self) -> Origin:
        """Where it goes. Raises `ParameterError` for a URL that names no http origin."""
        return origin_of(self.url)

    def outgoing(self) -> OutgoingRequest:
        """Return it as it is sent: a POST with the form in the body. JSON is asked for (GitHub answers a form else)."""
        fields = [
            Field("Content-Type", plain(FORM), FieldSource.AUTHENTICATION),
            Field("Accept", plain("application/json"), FieldSource.AUTHENTICATION),
        ]
        for name, value in self.fields:
            if not is_field_name(name):
                raise ParameterError("token-header", f"`{name}` cannot be the name of a header field")
            fields = [field for field in fields if field.name.lower() != name.lower()]
            fields.append(Field(name, checked_for_field(value, f"`{name}`"), FieldSource.AUTHENTICATION))
        content = form_of(self.form)
        body = MemoryBody(content.reveal().encode("ascii"), content.labels)
        return OutgoingRequest("POST", self.origin, target_of(self.url, self.query), tuple(fields), body)


def origin_of(url: Value) -> Origin:
    """Return the origin of the URL of an endpoint. Raises `ParameterError` if it is none of http or https."""
    try:
        origin = parse_origin(url.reveal())
    except InvalidOriginError:
        origin = None
    if origin is None or origin.scheme not in ("http", "https"):
        raise ParameterError("", f"`{url}` is no URL of an authorization server", "Write a whole URL: `https://…`.")
    return origin


def target_of(url: Value, query: Pairs = ()) -> Value:
    """Return the request target of a URL, with further pairs at the end of its query; a fragment is left out."""
    bare = _without_fragment(url)
    text = bare.reveal()
    authority = text.find("://") + len("://")
    start = min((place for place in (text.find("/", authority), text.find("?", authority)) if place >= 0), default=None)
    path = plain("/") if start is None else bare.cut(start)
    if not path.reveal().startswith("/"):
        path = composed("/", path)
    return composed(path, "&" if "?" in text else "?", form_of(query)) if query else path


def url_with(url: Value, query: Pairs) -> Value:
    """Return a URL with further pairs at the end of its query; a fragment is left out."""
    bare = _without_fragment(url)
    return composed(bare, "&" if "?" in bare.reveal() else "?", _encoded(query, percent=True)) if query else bare


def form_of(pairs: Pairs) -> Value:
    """Return the pairs in the encoding of forms (`application/x-www-form-urlencoded`, in UTF-8)."""
    return _encoded(pairs, percent=False)


def _without_fragment(url: Value) -> Value:
    bare = stripped(url)
    return bare.cut(0, len(bare.reveal().partition("#")[0]))


def _encoded(pairs: Pairs, percent: bool) -> Value:
    parts: list[Value] = []
    for name, value in pairs:
        if parts:
            parts.append(plain("&"))
        encoded = percent_encoded(value) if percent else value.transcribed(quote_plus)
        parts += [plain(quote_plus(name)), plain("="), encoded]
    return joined(parts, plain("").provenance)
