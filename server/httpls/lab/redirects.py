"""Redirects: chains, to another origin, with every status, for ever."""

from urllib.parse import urlsplit

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State

_CODES = (301, 302, 303, 307, 308)


def _chain(request: Request, _state: State) -> Answer:
    text = request.parameters["count"]
    count = int(text) if text.isdecimal() and len(text) < 4 else 1
    return _redirect(f"/redirect/{count - 1}" if count > 1 else "/anything")


def _to(request: Request, _state: State) -> Answer:
    code = request.parameter("status", "302")
    if not code.isdecimal() or int(code) not in _CODES:
        return json_answer({"error": f"`status` is none of {', '.join(map(str, _CODES))}"}, 400)
    return _redirect(request.parameter("url", "/anything"), int(code))


def _cross(request: Request, state: State) -> Answer:
    code = request.parameter("status", "302")
    return _redirect(_other_origin(request, state) + "/anything", int(code) if code in map(str, _CODES) else 302)


def _to_https(_request: Request, state: State) -> Answer:
    return _redirect(state.addresses.https + "/anything")


def _loop(_request: Request, _state: State) -> Answer:
    return _redirect("/redirect-loop")


def _other_origin(request: Request, state: State) -> str:
    """Return the same server by its other name, which makes it another origin."""
    ours = urlsplit(request.origin)
    base = urlsplit(state.addresses.https if ours.scheme == "https" else state.addresses.http)
    other = "localhost" if ours.hostname == "127.0.0.1" else "127.0.0.1"
    return f"{base.scheme}://{other}:{base.port}"


def _redirect(location: str, status: int = 302) -> Answer:
    return json_answer({"location": location}, status, ("Location", location))


GROUP = Group("Redirects", (
    Endpoint("/redirect/{count}", "redirects so often, then tells the request", _chain),
    Endpoint("/redirect-to", "redirects to `?url=` with `?status=`", _to),
    Endpoint("/redirect-cross", "redirects to another origin (127.0.0.1 or localhost)", _cross),
    Endpoint("/redirect-https", "redirects to the address with TLS", _to_https),
    Endpoint("/redirect-loop", "redirects for ever", _loop),
))  # fmt: skip
"""The endpoints of this module."""
