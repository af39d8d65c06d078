"""Pure functions that scripts may call: hashes, paths into documents, encodings, made-up data, and the
parts of the prelude.

They run in the child process. None of them raises: an exception that a script catches would break the engine, so that
every answer is a JSON object with `value` or `error`.
"""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any, cast

from httpls.run.scripts.javascript import PARTS, javascript


def answer(name: str, arguments: str) -> str:
    """Call the function `name` with a JSON array of arguments; return a JSON object with `value` or `error`."""
    try:
        function = _web_crypto(name) if name.startswith("subtle.") else _FUNCTIONS[name]
        value = function(*cast("list[object]", json.loads(arguments)))
        return json.dumps({"value": value})
    except FunctionError as error:
        return json.dumps({"error": str(error)})
    except Exception as error:  # noqa: BLE001 - see the docstring of the module
        return json.dumps({"error": f"{name} failed: {type(error).__name__}"})


class FunctionError(Exception):
    """What the author of a script is told."""


def _web_crypto(name: str) -> Callable[..., object]:
    """Return a function of `crypto.subtle`; few scripts need what it imports."""
    from httpls_auth import web_crypto
    from httpls_auth.errors import WebCryptoError

    functions: list[Callable[..., object]] = [
        web_crypto.digest, web_crypto.random_bytes, web_crypto.generate_key, web_crypto.import_key,
        web_crypto.export_key, web_crypto.sign, web_crypto.verify, web_crypto.encrypt, web_crypto.decrypt,
        web_crypto.derive_bits, web_crypto.jwt_signature, web_crypto.jwt_verified,
    ]  # fmt: skip
    found: Callable[..., object] = {f"subtle.{function.__name__}": function for function in functions}[name]

    def checked(*arguments: object) -> object:
        try:
            return found(*arguments)
        except WebCryptoError as error:
            raise FunctionError(str(error)) from error

    return checked


def _digest(algorithm: object, pieces: object, key: object) -> str:
    import hashlib
    import hmac

    name = str(algorithm)
    content = b"".join([_bytes(piece) for piece in cast("list[object]", pieces)])
    if key is None:
        return hashlib.new(name, content).hexdigest()
    return hmac.new(_bytes(key), content, name).hexdigest()


def _bytes(piece: object) -> bytes:
    kind, text, *more = cast("list[str]", piece)
    try:
        if kind == "text":
            return text.encode(more[0])
        if kind == "hex":
            return bytes.fromhex(text)
        padded = text + "=" * (-len(text) % 4)
        return urlsafe_b64decode(padded) if kind == "base64url" else b64decode(padded)
    except (LookupError, ValueError) as error:
        raise FunctionError(f"the text is no {kind}") from error


def _hex_to_base64(text: object, is_url_safe: object) -> str:
    content = bytes.fromhex(str(text))
    return urlsafe_b64encode(content).decode().rstrip("=") if is_url_safe else b64encode(content).decode()


def _to_base64(text: object) -> str:
    try:
        return b64encode(str(text).encode("latin-1")).decode()
    except UnicodeEncodeError:
        return b64encode(str(text).encode("utf-8")).decode()


def _from_base64(text: object) -> str:
    try:
        content = b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except ValueError as error:
        raise FunctionError("the text is no base64") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _part(name: object) -> str:
    """Return the code of a part of the prelude, one of those that there are."""
    if name not in PARTS:
        raise FunctionError("there is no such part")
    return javascript(str(name))


def _to_base64_url(text: object) -> str:
    return urlsafe_b64encode(str(text).encode("utf-8")).decode().rstrip("=")


def _parse_xml(text: object, is_html: object) -> object:
    """Return a document as nested lists: tag, attributes, and content, which is text and elements."""
    return _tree(_document(text, is_html))


def _tree(element: Any) -> list[object]:
    content: list[object] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str):
            content.append(_tree(child))
        if child.tail:
            content.append(child.tail)
    return [_shown_tag(element), dict(element.attrib), content]


def _shown_tag(element: Any) -> str:
    name = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{name}" if element.prefix else name


def _document(text: object, is_html: object) -> Any:
    try:
        from lxml import etree
    except ImportError as error:
        raise FunctionError("documents in XML and HTML need the extra `xml`: install httpls[xml]") from error
    content = str(text).encode("utf-8")
    try:
        if is_html:
            return etree.fromstring(content, etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8"))
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, encoding="utf-8")
        return etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as error:
        raise FunctionError(f"the text is no {'HTML' if is_html else 'XML'}") from error


def _json_path(document: object, path: object) -> object:
    import jsonpath

    try:
        found = jsonpath.findall(str(path), cast("object", json.loads(str(document))), strict=True)  # type: ignore[arg-type]
    except jsonpath.JSONPathError as error:
        raise FunctionError(f"{path} is no JSONPath") from error
    except ValueError as error:
        raise FunctionError("the document is no JSON") from error
    is_definite = not any(mark in str(path) for mark in ("*", "..", "?", ",", ":"))
    if is_definite:
        return found[0] if found else None
    return found


def _xpath(document: object, path: object, is_html: object) -> object:
    root = _document(document, is_html)
    from lxml import etree

    try:
        found: Any = root.xpath(str(path), namespaces={name: uri for name, uri in root.nsmap.items() if name})
    except etree.LxmlError as error:
        raise FunctionError(f"{path} cannot be evaluated in this document") from error
    if not isinstance(found, list):
        return found
    texts = [
        etree.tostring(node, encoding="unicode", with_tail=False) if hasattr(node, "tag") else str(node)
        for node in cast("Iterable[Any]", found)
    ]
    return texts[0] if len(texts) == 1 else texts


def _dynamic(name: object, arguments: object) -> str:
    import random
    from datetime import datetime

    from httpls.model.dynamic import Context, Refusal, evaluate

    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    context = Context(lambda: datetime.now(zone), zone, random.SystemRandom())
    value = evaluate(str(name), cast("list[str]", arguments), context)
    if isinstance(value, Refusal):
        raise FunctionError(value.message)
    return value


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "digest": _digest,
    "hexToBase64": _hex_to_base64,
    "toBase64": _to_base64,
    "fromBase64": _from_base64,
    "toBase64Url": _to_base64_url,
    "part": _part,
    "parseXml": _parse_xml,
    "jsonPath": _json_path,
    "xpath": _xpath,
    "dynamic": _dynamic,
}
