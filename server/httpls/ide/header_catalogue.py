"""What is known of header fields: what each is for, and the values that are usual. Texts are our own."""

from functools import cache
from typing import NamedTuple


class KnownHeader(NamedTuple):
    """A request header field. `specification` is where it is defined; `values` are completed, not exhaustive."""

    name: str
    documentation: str
    specification: str
    values: tuple[str, ...] = ()


MEDIA_TYPES: tuple[str, ...] = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=boundary", "text/plain",
    "application/xml", "text/xml", "text/html", "text/csv", "text/markdown", "application/graphql-response+json",
    "application/graphql", "application/ld+json", "application/hal+json", "application/problem+json",
    "application/vnd.api+json", "application/json-patch+json", "application/merge-patch+json", "application/x-ndjson",
    "application/yaml", "application/octet-stream", "application/pdf", "application/zip", "application/soap+xml",
    "application/protobuf", "application/cbor", "text/event-stream", "image/png", "image/jpeg", "image/svg+xml", "*/*",
)  # fmt: skip
"""The media types that requests send or ask for, the commonest first."""

_CODINGS = ("gzip", "br", "zstd", "deflate", "identity", "gzip, br, zstd")
_LANGUAGES = ("en", "en-US", "de", "fr", "es", "it", "pt-BR", "ja", "zh-CN", "*")
_SCHEMES = ("Basic ", "Bearer ", "Digest ", "AWS ", "NTLM ", "Negotiate", "oauth2 ")

HEADERS: tuple[KnownHeader, ...] = (
    KnownHeader("Accept", "The media types that the client understands, with preferences.", "RFC 9110, section 12.5.1", MEDIA_TYPES),
    KnownHeader("Accept-Charset", "The charsets that the client understands; servers may ignore it.", "RFC 9110, section 12.5.2", ("utf-8", "iso-8859-1")),
    KnownHeader("Accept-Encoding", "The content codings that the client can unpack.", "RFC 9110, section 12.5.3", _CODINGS),
    KnownHeader("Accept-Language", "The languages that the user prefers.", "RFC 9110, section 12.5.4", _LANGUAGES),
    KnownHeader("Access-Control-Request-Headers", "In a preflight: the header fields that the request will have.", "Fetch standard"),
    KnownHeader("Access-Control-Request-Method", "In a preflight: the method that the request will have.", "Fetch standard", ("GET", "POST", "PUT", "PATCH", "DELETE")),
    KnownHeader("Authorization", "The credentials of the request.", "RFC 9110, section 11.6.2", _SCHEMES),
    KnownHeader("Cache-Control", "What caches on the way may do.", "RFC 9111, section 5.2", ("no-cache", "no-store", "max-age=0", "only-if-cached", "no-transform")),
    KnownHeader("Connection", "Whether the connection stays open; HTTP/2 does not have it.", "RFC 9110, section 7.6.1", ("close", "keep-alive")),
    KnownHeader("Content-Disposition", "How a body or a part of it is to be handled; names the field and the file of a part.", "RFC 6266", ('form-data; name=""', 'form-data; name=""; filename=""', "attachment", "inline")),
    KnownHeader("Content-Encoding", "How the body is packed.", "RFC 9110, section 8.4", _CODINGS[:4]),
    KnownHeader("Content-Language", "The language of the body.", "RFC 9110, section 8.5", _LANGUAGES),
    KnownHeader("Content-Type", "The media type of the body.", "RFC 9110, section 8.3", MEDIA_TYPES),
    KnownHeader("Cookie", "Cookies, beside those of the jar.", "RFC 6265, section 5.4"),
    KnownHeader("DPoP", "A proof that the sender has the key to which its token is bound.", "RFC 9449"),
    KnownHeader("Date", "When the message was made.", "RFC 9110, section 6.6.1", ("{{$datetime rfc1123}}",)),
    KnownHeader("Expect", "What the server has to do before the body is sent.", "RFC 9110, section 10.1.1", ("100-continue",)),
    KnownHeader("Forwarded", "What proxies have changed or hidden.", "RFC 7239", ("for=192.0.2.1;proto=https",)),
    KnownHeader("From", "The mail address of the person responsible for the client.", "RFC 9110, section 10.1.2"),
    KnownHeader("Host", "The host to which the request goes; a target that is a path takes it from here.", "RFC 9110, section 7.2"),
    KnownHeader("Idempotency-Key", "A key by which the server recognises the same request sent again.", "draft-ietf-httpapi-idempotency-key-header", ("{{$uuid}}",)),
    KnownHeader("If-Match", "Carries the request out only if the representation has one of these tags.", "RFC 9110, section 13.1.1", ("*",)),
    KnownHeader("If-Modified-Since", "Asks for the representation only if it changed since then.", "RFC 9110, section 13.1.3"),
    KnownHeader("If-None-Match", "Asks for the representation only if it has none of these tags.", "RFC 9110, section 13.1.2", ("*",)),
    KnownHeader("If-Range", "Makes a range request unconditional if the representation changed.", "RFC 9110, section 13.1.5"),
    KnownHeader("If-Unmodified-Since", "Carries the request out only if the representation did not change since then.", "RFC 9110, section 13.1.4"),
    KnownHeader("Link", "A relation to another resource.", "RFC 8288"),
    KnownHeader("Max-Forwards", "How many proxies may pass a TRACE or OPTIONS request on.", "RFC 9110, section 7.6.2"),
    KnownHeader("Origin", "The origin that causes the request.", "Fetch standard"),
    KnownHeader("Pragma", "An older `Cache-Control`.", "RFC 9111, section 5.4", ("no-cache",)),
    KnownHeader("Prefer", "What the client would like but does not insist on.", "RFC 7240", ("return=minimal", "return=representation", "respond-async", "wait=10")),
    KnownHeader("Priority", "How urgent the response is.", "RFC 9218", ("u=1", "u=3", "i")),
    KnownHeader("Proxy-Authorization", "The credentials for the proxy.", "RFC 9110, section 11.7.2", ("Basic ",)),
    KnownHeader("Range", "The parts of the representation that are wanted.", "RFC 9110, section 14.2", ("bytes=0-1023", "bytes=-500")),
    KnownHeader("Referer", "The resource from which the target was taken.", "RFC 9110, section 10.1.3"),
    KnownHeader("SOAPAction", "What a SOAP 1.1 message is for.", "SOAP 1.1, section 6.1.1"),
    KnownHeader("Signature", "Signatures over parts of the message.", "RFC 9421"),
    KnownHeader("TE", "The transfer codings that the client understands.", "RFC 9110, section 10.1.4", ("trailers",)),
    KnownHeader("traceparent", "The identity of the request in a distributed trace.", "W3C Trace Context"),
    KnownHeader("Upgrade", "Protocols to which the client would like to change.", "RFC 9110, section 7.8", ("websocket", "h2c")),
    KnownHeader("User-Agent", "The client.", "RFC 9110, section 10.1.5"),
    KnownHeader("Via", "The proxies on the way.", "RFC 9110, section 7.6.3"),
    KnownHeader("WWW-Authenticate", "A challenge; it belongs to responses.", "RFC 9110, section 11.6.1"),
    KnownHeader("X-ClientCert", "The client certificate of this request; it is not sent.", "httpyac", ("cert:  key: ", "pfx:  passphrase: ")),
    KnownHeader("X-Correlation-ID", "An identity by which requests are found in logs.", "convention", ("{{$uuid}}",)),
    KnownHeader("X-CSRF-Token", "A token against forged requests.", "convention"),
    KnownHeader("X-Forwarded-For", "The client for which a proxy sends the request.", "convention"),
    KnownHeader("X-Forwarded-Host", "The host that the client asked for.", "convention"),
    KnownHeader("X-Forwarded-Proto", "The scheme that the client used.", "convention", ("https", "http")),
    KnownHeader("X-HTTP-Method-Override", "The method that is meant, where only GET and POST can pass.", "convention", ("PUT", "PATCH", "DELETE")),
    KnownHeader("X-Request-ID", "An identity by which the request is found in logs.", "convention", ("{{$uuid}}",)),
    KnownHeader("X-Request-Type", "`GraphQL` reads the body as a GraphQL query; it is not sent.", "REST Client", ("GraphQL",)),
    KnownHeader("X-Requested-With", "Marks requests of scripts.", "convention", ("XMLHttpRequest",)),
)  # fmt: skip
"""The header fields that requests have, by name."""


def find_header(name: str) -> KnownHeader | None:
    """Return what is known of a header field; case does not matter."""
    return _by_name().get(name.lower())


@cache
def _by_name() -> dict[str, KnownHeader]:
    return {header.name.lower(): header for header in HEADERS}
