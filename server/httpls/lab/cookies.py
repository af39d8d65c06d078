"""Cookies: set, told, deleted, and some that a client has to refuse (RFC 6265bis)."""

from http.cookies import CookieError, SimpleCookie

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State


def _tell(request: Request, _state: State) -> Answer:
    pairs = [pair.strip() for line in request.values("cookie") for pair in line.split(";")]
    return json_answer({"cookies": pairs})


def _set(request: Request, _state: State) -> Answer:
    attributes = [f"; {name}={value}" if value else f"; {name}" for name, value in request.query if name in _ATTRIBUTES]
    fields: list[tuple[str, str]] = []
    for name, value in request.query:
        if name not in _ATTRIBUTES:
            try:
                cookie = SimpleCookie({name: value})[name].OutputString()
            except CookieError as error:
                return json_answer({"error": str(error)}, 400)
            fields.append(("Set-Cookie", cookie + "".join(attributes or ["; Path=/"])))
    return json_answer({"set": [value for _, value in fields]}, 200, *fields)


def _delete(request: Request, _state: State) -> Answer:
    fields = [("Set-Cookie", f"{name}=; Path=/; Max-Age=0") for name, _ in request.query]
    return json_answer({"deleted": [name for name, _ in request.query]}, 200, *fields)


def _refused(_request: Request, _state: State) -> Answer:
    fields = [("Set-Cookie", line) for line in _TO_BE_REFUSED]
    return json_answer({"set": list(_TO_BE_REFUSED)}, 200, *fields)


_ATTRIBUTES = ("Path", "Domain", "Max-Age", "Expires", "SameSite", "Secure", "HttpOnly")
_TO_BE_REFUSED = (
    "elsewhere=1; Domain=example.com",
    "suffix=1; Domain=com",
    "__Host-wide=1; Path=/; Domain=localhost; Secure",
    "__Secure-plain=1; Path=/",
    "none=1; SameSite=None",
)

GROUP = Group("Cookies", (
    Endpoint("/cookies", "tells the cookies that came", _tell, ("GET",)),
    Endpoint(
        "/cookies/set",
        f"sets what the query says; attributes are {', '.join(_ATTRIBUTES)}",
        _set,
    ),
    Endpoint("/cookies/delete", "deletes the cookies that the query names", _delete),
    Endpoint("/cookies/refused", "sets cookies that a client has to refuse", _refused),
))  # fmt: skip
"""The endpoints of this module."""
