"""Pure functions that scripts may call: hashes, paths into documents, encodings, made-up data.

They run in the child process. None of them raises: an exception that a script catches would break the engine, so that
every answer is a JSON object with `value` or `error`.
"""

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, cast


def answer(name: str, arguments: str) -> str:
    """Call the function `name` with a JSON array of arguments; return a JSON object with `value` or `error`."""
    try:
        value = _FUNCTIONS[name](*cast("list[object]", json.loads(arguments)))
        return json.dumps({"value": value})
    except _FunctionError as error:
        return json.dumps({"error": str(error)})
    except Exception as error:  # noqa: BLE001 - see the docstring of the module
        return json.dumps({"error": f"{name} failed: {type(error).__name__}"})


class _FunctionError(Exception):
    """What the author of a script is told."""


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
        raise _FunctionError(f"the text is no {kind}") from error


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
        raise _FunctionError("the text is no base64") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _json_path(document: object, path: object) -> object:
    import jsonpath

    try:
        found = jsonpath.findall(str(path), cast("object", json.loads(str(document))), strict=True)  # type: ignore[arg-type]
    except jsonpath.JSONPathError as error:
        raise _FunctionError(f"{path} is no JSONPath") from error
    except ValueError as error:
        raise _FunctionError("the document is no JSON") from error
    is_definite = not any(mark in str(path) for mark in ("*", "..", "?", ",", ":"))
    if is_definite:
        return found[0] if found else None
    return found


def _xpath(document: object, path: object) -> object:
    try:
        from lxml import etree
    except ImportError as error:
        raise _FunctionError("XPath needs the extra `xml`: install httpls[xml]") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(str(document).encode("utf-8"), parser)
        found = root.xpath(str(path))
    except etree.LxmlError as error:
        raise _FunctionError(f"{path} cannot be evaluated in this document") from error
    if not isinstance(found, list):
        return found
    texts = [
        etree.tostring(node, encoding="unicode", with_tail=False) if hasattr(node, "tag") else str(node)
        for node in cast("list[Any]", found)
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
        raise _FunctionError(value.message)
    return value


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "digest": _digest,
    "hexToBase64": _hex_to_base64,
    "toBase64": _to_base64,
    "fromBase64": _from_base64,
    "jsonPath": _json_path,
    "xpath": _xpath,
    "dynamic": _dynamic,
}
