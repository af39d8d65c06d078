"""Takes a piece out of an exchange that was made before: `{{login.response.body.$.token}}` and its like (1.9)."""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

from httpls.run.errors import RefusedError
from httpls.run.exchange import Exchange, Hop
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value

if TYPE_CHECKING:
    from jsonpath import JSONPathEnvironment

LARGEST = 64 << 20
"""How many bytes a body may have in which something is looked up."""


def referenced(exchange: Exchange, name: str, side: str, section: str, path: str) -> Value:
    """Return what a reference means. `name` is that of the request, for messages.

    A field whose name is that of a secret gives a secret. Raises `RefusedError` (without a range) if there is no such
    thing in the exchange.
    """
    hop = exchange.final
    if hop is None or (side == "response" and hop.response is None):
        raise _refused(f"`{name}` has no response", f"See why `{name}` failed, and run it again.")
    shown = ".".join(part for part in (name, side, section, path) if part)
    provenance = Provenance(Origination.RESPONSE, shown)
    if section == "headers":
        return _header(hop, shown, side, path, provenance)
    if section == "body":
        return _body(exchange, hop, shown, side, path, provenance)
    if section == "cookies" and side == "response":
        return _cookie(exchange, shown, path, provenance)
    if section in ("status", "code", "statuscode") and hop.response is not None and side == "response":
        return Value(str(hop.response.head.status), provenance)
    if section == "url" and side == "request":
        return hop.request.url.from_(provenance)
    if section == "method" and side == "request":
        return Value(hop.request.method, provenance)
    raise _refused(f"`{shown}` means nothing", "Write `body`, `headers`, `cookies` or `status` after `response`.")


def json_result(text: str, path: str, shown: str) -> str:
    """Return the first thing that a JSONPath (RFC 9535) finds in a JSON text: strings bare, the rest as JSON.

    Raises `RefusedError`.
    """
    from jsonpath import JSONPathError

    try:
        document = json.loads(text, parse_float=_ExactFloat)
    except (ValueError, RecursionError) as error:
        raise _refused(f"the body that `{shown}` looks into is not JSON", "See what the server answered.") from error
    if path == "$":
        return as_text(document)
    try:
        match = _jsonpath().match(path, document)
    except (JSONPathError, RecursionError) as error:
        raise _refused(
            f"`{path}` is not a JSONPath: {str(error).splitlines()[0]}",
            "Write it by RFC 9535, such as `$.items[0].id`.",
        ) from error
    if match is None:
        raise _refused(f"there is nothing at `{path}`, which `{shown}` asks for", "See what the server answered.")
    return as_text(match.value)


def xml_result(content: bytes, path: str, shown: str, namespaces: dict[str, str] | None = None) -> str:
    """Return the first thing that an XPath 1.0 finds in an XML text. Entities are not filled in, nothing is fetched.

    Raises `RefusedError`, also if the library lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise _refused(
            f"`{shown}` needs the library lxml, which is not installed", "Install it with `pip install 'httpls[xml]'`."
        ) from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(f"the body that `{shown}` looks into is not XML", "See what the server answered.") from error
    try:
        found = cast("Any", root.getroottree().xpath(path, namespaces=namespaces or None))
    except etree.XPathError as error:
        raise _refused(f"`{path}` is not an XPath: {error}", "Write it by XPath 1.0, such as `//item/@id`.") from error
    first = _first(found)
    if first is None:
        raise _refused(f"there is nothing at `{path}`, which `{shown}` asks for", "See what the server answered.")
    if isinstance(first, bool):
        return "true" if first else "false"
    if isinstance(first, float):
        return str(int(first)) if first.is_integer() else str(first)
    if isinstance(first, str):
        return str(first)
    children: list[Any] = list(first)
    text: str = first.text or ""
    return "".join([text, *[str(etree.tostring(child, encoding="unicode")) for child in children]])


def _first(found: Any) -> Any:
    """Return the first thing of a set of nodes, None for an empty one; a number, text or truth value as it is."""
    return next(iter(cast("Iterable[Any]", found)), None) if isinstance(found, list) else found


def as_text(value: object) -> str:
    """Return a JSON value as it is put into a text: a string bare, numbers as they were written, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, _ExactFloat):
        return value.written
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _ExactFloat(float):
    """A number that remembers how it was written: `1.10` is not to become `1.1`."""

    written: str

    def __new__(cls, written: str) -> Self:
        number = super().__new__(cls, written)
        number.written = written
        return number


def _body(exchange: Exchange, hop: Hop, shown: str, side: str, path: str, provenance: Provenance) -> Value:
    if side == "request":
        content, media_type, labels = _sent_body(hop, shown)
    else:
        assert hop.response is not None
        if hop.response.content.length > LARGEST:
            raise _refused(f"the body that `{shown}` looks into has more than {LARGEST >> 20} MB", "Ask for less.")
        content = hop.response.content.read(LARGEST)
        media_type, labels = hop.response.head.value("content-type") or "", PLAIN
    _ = exchange
    forced = re.match(r"as(json|xml)(?:\.|\b)", path, re.IGNORECASE)
    if forced is not None:
        path = path[forced.end() :]
    if path in ("", "*"):
        return Value(_decoded(content, media_type), provenance, labels)
    is_xml = path.startswith("/") if forced is None else forced.group(1).lower() == "xml"
    if is_xml:
        text = xml_result(content, path, shown)
    else:
        query = path if path.startswith("$") else f"$[{path[1:]}" if path.startswith("[") else f"$.{path}"
        text = json_result(_decoded(content, media_type), query, shown)
    if looks_secret(_last_name(path)):
        labels = labels | Labels(f"`{shown}`, which has the name of a secret")
    return Value(text, provenance, labels)


def _sent_body(hop: Hop, shown: str) -> tuple[bytes, str, Labels]:
    body = hop.request.body
    if body is None:
        raise _refused(f"`{shown}`: the request had no body", "Refer to its response, or to its header fields.")
    if body.length > LARGEST:
        raise _refused(
            f"the body that `{shown}` looks into has more than {LARGEST >> 20} MB", "Refer to another field."
        )
    media_type = next((field.value.reveal() for field in hop.request.fields if _is(field.name, "content-type")), "")
    return b"".join(body.chunks()), media_type, body.labels


def _decoded(content: bytes, media_type: str) -> str:
    match = _charset().search(media_type)
    if match is not None:
        try:
            return content.decode(match.group(1), "replace")
        except LookupError:
            pass
    return content.decode("utf-8-sig", "replace")


def _header(hop: Hop, shown: str, side: str, path: str, provenance: Provenance) -> Value:
    name = _bare(path)
    if side == "request":
        sent = [(field.name, field.value) for field in hop.request.fields]
    else:
        assert hop.response is not None
        sent = [(key, Value(text, provenance)) for key, text in hop.response.head.fields]
    if name in ("", "*"):
        labels = PLAIN
        for _, value in sent:
            labels = labels | value.labels
        return Value("\r\n".join([f"{key}: {value.reveal()}" for key, value in sent]), provenance, labels)
    found = [value for key, value in sent if _is(key, name)]
    if not found:
        raise _refused(f"`{shown}`: there is no header field `{name}`", "See which fields there are.")
    value = found[0] if len(found) == 1 else _listed(found, provenance)
    if looks_secret(name):
        value = value.labelled(Labels(f"the header field {name}"))
    return value.from_(provenance)


def _listed(values: list[Value], provenance: Provenance) -> Value:
    from httpls_auth.values.value import joined

    comma = Value(", ", provenance)
    return joined([piece for value in values for piece in (comma, value)][1:], provenance)


def _cookie(exchange: Exchange, shown: str, path: str, provenance: Provenance) -> Value:
    """Return the value of a cookie that one of the responses set: a redirect after a login often sets it."""
    name = _bare(re.sub(r"\.value$", "", path))
    for hop in reversed(exchange.hops):
        for line in reversed(hop.response.head.values("set-cookie") if hop.response is not None else ()):
            key, _, value = line.partition(";")[0].partition("=")
            if key.strip() == name:
                return Value(value.strip(), provenance, Labels(f"the cookie {name}"))
    raise _refused(f"`{shown}`: no response set a cookie `{name}`", "See which cookies were set.")


def _bare(path: str) -> str:
    """Return a name without what may stand around it: `['X-A']`, `["X-A"]`, `.X-A`."""
    match = re.fullmatch(r"\[\s*(['\"]?)(.*?)\1\s*\]", path)
    return match.group(2) if match else path


def _last_name(path: str) -> str:
    names = re.findall(r"[\w\-]+", path)
    return names[-1] if names else ""


def _is(name: str, other: str) -> bool:
    return name.lower() == other.lower()


def _refused(message: str, remedy: str) -> RefusedError:
    return RefusedError("reference", message, remedy)


@cache
def _jsonpath() -> "JSONPathEnvironment":
    from jsonpath import JSONPathEnvironment

    return JSONPathEnvironment(strict=True)


@cache
def _charset() -> re.Pattern[str]:
    return re.compile(r"charset\s*=\s*\"?([\w.\-]+)", re.IGNORECASE)
