"""Endpoints that tell what they were sent: everything, header fields, forms, uploads; and any status or type."""

import hashlib
import json
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from urllib.parse import parse_qsl

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer, text_answer
from httpls.lab.state import State


def _anything(request: Request, _state: State) -> Answer:
    content = request.content()
    media_type = request.value("content-type").partition(";")[0].strip().lower()
    told: dict[str, object] = {
        "method": request.method,
        "url": request.origin + request.target,
        "query": dict(request.query),
        "headers": [f"{name}: {value}" for name, value in request.fields],
        "length": len(content),
    }
    try:
        told["body"] = content.decode()
    except UnicodeDecodeError:
        told["sha256"] = hashlib.sha256(content).hexdigest()
    if media_type.endswith(("/json", "+json")):
        try:
            told["json"] = json.loads(content)
        except ValueError as error:
            told["json error"] = str(error)
    elif media_type == "application/x-www-form-urlencoded":
        told["form"] = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
    return json_answer(told)


def _headers(request: Request, _state: State) -> Answer:
    return json_answer({"headers": [{"name": name, "value": value} for name, value in request.fields]})


def _head(request: Request, _state: State) -> Answer:
    return Answer(200, (("Content-Type", "message/http"),), request.head)


def _form(request: Request, _state: State) -> Answer:
    media_type = request.value("content-type")
    content = request.content()
    if media_type.lower().startswith("multipart/form-data"):
        return json_answer({"parts": _parts(media_type, content)})
    if media_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
        return json_answer({"fields": [{"name": name, "value": value} for name, value in pairs]})
    return json_answer({"error": f"this is no form: {media_type or 'no Content-Type'}"}, 415)


def _parts(media_type: str, content: bytes) -> list[dict[str, object]]:
    head = f"Content-Type: {media_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    found: list[dict[str, object]] = []
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        told: dict[str, object] = {
            "name": part.get_param("name", header="content-disposition"),
            "type": part.get_content_type(),
            "length": len(data),
        }
        name = part.get_filename()
        if name is not None:
            told |= {"filename": name, "sha256": hashlib.sha256(data).hexdigest()}
        else:
            told["value"] = data.decode("utf-8", "replace")
        found.append(told)
    return found


def _upload(request: Request, _state: State) -> Answer:
    digest = hashlib.sha256()
    length = 0
    for chunk in request.chunks:
        digest.update(chunk)
        length += len(chunk)
    coding = request.value("transfer-encoding") or "identity"
    return json_answer({"length": length, "sha256": digest.hexdigest(), "transfer coding": coding}, 201)


def _status(request: Request, _state: State) -> Answer:
    code = request.parameters["code"]
    if not code.isascii() or not code.isdigit() or not 200 <= int(code) <= 599:
        return json_answer({"error": f"`{code}` is no status from 200 to 599"}, 400)
    status = int(code)
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "No Name"
    if status in (204, 304):
        return Answer(status)
    return text_answer(f"{status} {phrase}\n", status)


def _xml(_request: Request, _state: State) -> Answer:
    text = (
        '<?xml version="1.0"?><shop xmlns="urn:lab"><item id="1"><name>a lamp</name><price>19.5</price></item></shop>'
    )
    return Answer(200, (("Content-Type", "application/xml"),), text.encode())


def _html(_request: Request, _state: State) -> Answer:
    text = "<!doctype html><title>A page</title><h1>A page</h1><p>It says <em>hello</em>.</p>\n"
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def _image(_request: Request, _state: State) -> Answer:
    return Answer(200, (("Content-Type", "image/png"),), _PNG)


def _bytes(request: Request, _state: State) -> Answer:
    count = request.parameters["count"]
    if not count.isascii() or not count.isdigit() or len(count) > 11:
        return json_answer({"error": f"`{count}` is no number of bytes"}, 400)
    total = int(count)
    block = bytes(range(256)) * 256
    pieces = (block[: min(len(block), total - start)] for start in range(0, total, len(block)))
    fields = (("Content-Type", "application/octet-stream"), ("Content-Length", str(total)))
    return Answer(200, fields, pieces)


def _graphql(request: Request, _state: State) -> Answer:
    try:
        asked = json.loads(request.content())
        query = asked["query"]
    except (ValueError, KeyError, TypeError):
        return json_answer({"errors": [{"message": "the body is no GraphQL request"}]}, 400)
    return json_answer({"data": {"query": query, "variables": asked.get("variables")}})


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f0001040100b5c3b4a80000000049454e44ae426082"
)
"""One pixel."""

GROUP = Group("What was sent", (
    Endpoint("/anything", "tells the whole request", _anything),
    Endpoint("/headers", "tells the header fields in order", _headers),
    Endpoint("/head", "gives back the start line and the header fields byte for byte", _head),
    Endpoint("/form", "tells the fields of a form or the parts of a multipart body", _form, ("POST", "PUT")),
    Endpoint("/upload", "tells length and hash of a body of any size", _upload, ("POST", "PUT", "PATCH")),
    Endpoint("/graphql", "gives back query and variables", _graphql, ("POST",)),
    Endpoint("/status/{code}", "answers with this status", _status),
    Endpoint("/xml", "a document in XML", _xml, ("GET",)),
    Endpoint("/html", "a page", _html, ("GET",)),
    Endpoint("/image", "a picture", _image, ("GET",)),
    Endpoint("/bytes/{count}", "so many bytes", _bytes, ("GET",)),
))  # fmt: skip
"""The endpoints of this module."""
