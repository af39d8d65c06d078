"""Files of cookies that other programs read and write: `cookies.txt` of Netscape and curl, and JSON.

The JSON written is that of tough-cookie, which Postman and Newman use; that of the browser extensions is read as well.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from httpls.run.cookies.cookie import Cookie, SameSite
from httpls.run.cookies.domains import canonical


class Imported(NamedTuple):
    """The cookies of a file, and the numbers (from 1) of the lines or entries that are none."""

    cookies: Sequence[Cookie]
    misunderstood: Sequence[int]


def import_cookies(text: str) -> Imported:
    """Read a file in any of the forms. Raises ValueError if it is neither JSON nor has a line with a cookie."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return _from_json_text(text.lstrip("\ufeff"))
    return _from_netscape(text)


def to_netscape(cookies: Iterable[Cookie]) -> str:
    """Write `cookies.txt`."""
    lines = ["# Netscape HTTP Cookie File"]
    for cookie in cookies:
        prefix = "#HttpOnly_" if cookie.is_http_only else ""
        domain = cookie.domain if cookie.is_host_only else f".{cookie.domain}"
        fields = (
            prefix + domain, _flag(not cookie.is_host_only), cookie.path, _flag(cookie.is_secure),
            str(int(cookie.expires_at or 0)), cookie.name, cookie.value,
        )  # fmt: skip
        lines.append("\t".join(fields))
    return "\n".join([*lines, ""])


def to_json(cookies: Iterable[Cookie]) -> str:
    """Write JSON as tough-cookie serialises a jar."""
    content = {
        "version": "tough-cookie@4.1.3",
        "storeType": "MemoryCookieStore",
        "rejectPublicSuffixes": True,
        "cookies": [cookie_to_json(cookie) for cookie in cookies],
    }
    return json.dumps(content, indent=2) + "\n"


def cookie_to_json(cookie: Cookie) -> dict[str, Any]:
    """Return a cookie as tough-cookie writes it."""
    written: dict[str, Any] = {}
    _put(written, "key", cookie.name)
    _put(written, "value", cookie.value)
    if cookie.expires_at is not None:
        written["expires"] = _date(cookie.expires_at)
    written |= {"domain": cookie.domain, "path": cookie.path}
    written |= {"secure": True} if cookie.is_secure else {}
    written |= {"httpOnly": True} if cookie.is_http_only else {}
    written |= {"hostOnly": cookie.is_host_only}
    written |= {"creation": _date(cookie.created_at), "lastAccessed": _date(cookie.used_at)}
    if cookie.same_site is not SameSite.UNSPECIFIED:
        written["sameSite"] = cookie.same_site.value
    return written


def cookie_from_json(entry: object) -> Cookie | None:
    """Return the cookie that an entry of tough-cookie or of a browser extension means, None if it means none."""
    if not isinstance(entry, dict):
        return None
    given = cast("dict[str, Any]", entry)
    name, value, written = _get(given, "key", "name"), _get(given, "value"), given.get("domain")
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(written, str):
        return None
    domain = canonical(written.removeprefix("."))
    if not domain or not (name or value):
        return None
    path = given.get("path")
    is_host_only = given.get("hostOnly")
    return Cookie(
        name,
        value,
        domain,
        path if isinstance(path, str) and path.startswith("/") else "/",
        is_host_only if isinstance(is_host_only, bool) else not written.startswith("."),
        given.get("secure") is True,
        given.get("httpOnly") is True,
        _SAME_SITE.get(str(given.get("sameSite", "")).lower(), SameSite.UNSPECIFIED),
        _time(given.get("expires", given.get("expirationDate"))),
        _time(given.get("creation")) or 0.0,
        _time(given.get("lastAccessed")) or 0.0,
    )


def _from_json_text(text: str) -> Imported:
    try:
        content = cast("object", json.loads(text))
    except RecursionError as error:
        raise ValueError("the file is nested too deep") from error
    entries = cast("dict[str, object]", content).get("cookies") if isinstance(content, dict) else content
    if not isinstance(entries, list):
        raise ValueError("the file has no list of cookies")  # noqa: TRY004 - the file is wrong, not the call.
    read = [cookie_from_json(entry) for entry in cast("list[object]", entries)]
    return Imported(
        [cookie for cookie in read if cookie is not None],
        [number for number, cookie in enumerate(read, 1) if cookie is None],
    )


def _from_netscape(text: str) -> Imported:
    cookies: list[Cookie] = []
    misunderstood: list[int] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        is_http_only = line.startswith("#HttpOnly_")
        if not line.strip() or (line.startswith("#") and not is_http_only):
            continue
        cookie = _from_netscape_line(line.removeprefix("#HttpOnly_"), is_http_only)
        if cookie is None:
            misunderstood.append(number)
        else:
            cookies.append(cookie)
    if misunderstood and not cookies:
        raise ValueError("the file is neither JSON nor a `cookies.txt`")
    return Imported(cookies, misunderstood)


def _from_netscape_line(line: str, is_http_only: bool) -> Cookie | None:
    fields = line.split("\t")
    # Some programs leave out an empty value together with the tab before it.
    if len(fields) == 6:
        fields.append("")
    if len(fields) != 7:
        return None
    written, includes_below, path, secure, expires, name, value = fields
    domain = canonical(written.removeprefix("."))
    try:
        expires_at = float(expires)
    except ValueError:
        return None
    if not domain or not (name or value):
        return None
    return Cookie(
        name,
        value,
        domain,
        path if path.startswith("/") else "/",
        includes_below.upper() != "TRUE",
        secure.upper() == "TRUE",
        is_http_only,
        expires_at=expires_at if expires_at > 0 else None,
    )


def _flag(is_set: bool) -> str:
    return "TRUE" if is_set else "FALSE"


def _date(seconds: float) -> str:
    written = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")


def _time(written: object) -> float | None:
    """Return a time that is written as a date or in seconds since the epoch; None for `Infinity` and what is none."""
    if isinstance(written, bool):
        return None
    if isinstance(written, int | float):
        return float(written)
    if not isinstance(written, str):
        return None
    try:
        return datetime.fromisoformat(written).timestamp()
    except ValueError:
        return None


def _put(written: dict[str, Any], key: str, text: str) -> None:
    """Write a text; one with bytes that are no UTF-8 in hexadecimal, since JSON cannot hold it otherwise."""
    if text.isascii() or text.encode("utf-8", "replace").decode("utf-8") == text:
        written[key] = text
    else:
        written[f"{key}Hex"] = text.encode("utf-8", "surrogateescape").hex()


def _get(given: dict[str, Any], *keys: str) -> object:
    for key in keys:
        if f"{key}Hex" in given:
            try:
                return bytes.fromhex(str(given[f"{key}Hex"])).decode("utf-8", "surrogateescape")
            except ValueError:
                return None
        if key in given:
            return given[key]
    return ""


_SAME_SITE = {
    "strict": SameSite.STRICT,
    "lax": SameSite.LAX,
    "none": SameSite.NONE,
    "no_restriction": SameSite.NONE,
}
