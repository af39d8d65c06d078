"""A request of Postman as a block of a request file."""

import re
from collections.abc import Iterator, Mapping

from httpls.postman.auth import auth_lines, writes_field
from httpls.postman.body import KeepFile, written_body
from httpls.postman.collection import Auth, Item, Pair, Request, pairs
from httpls.postman.draft import Draft
from httpls.postman.json_shape import described
from httpls.postman.names import one_line
from httpls.postman.target import target_lines

_SETTINGS = {
    ("followRedirects", False): "# @no-redirect",
    ("strictSSL", False): "# @insecure",
    ("disableCookies", True): "# @no-cookie-jar",
    ("disableUrlEncoding", True): "# @no-auto-encoding",
}
"""The directives for settings of a request (`protocolProfileBehavior`) that have one."""
_USUAL = {
    "followRedirects": True, "strictSSL": True, "disableCookies": False, "disableUrlEncoding": False,
    "disableBodyPruning": False, "followOriginalHttpMethod": False, "followAuthorizationHeader": False,
    "removeRefererHeaderOnRedirect": False, "insecureHTTPParser": False, "tlsPreferServerCiphers": False,
    "protocolVersion": "auto", "maxRedirects": 10,
}  # fmt: skip
"""What holds without a setting, so that it says nothing."""
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def request_block(
    item: Item, inherited: Auth | None, behaviour: Mapping[str, object], draft: Draft, keep: KeepFile, where: str
) -> str:
    """Return the block of a request, with its separator.

    `inherited` is how it authenticates if it says nothing itself, `behaviour` what its settings are with those around
    it.
    """
    request = item.request
    settings = list(_setting_lines(behaviour, draft, where))
    encodes = behaviour.get("disableUrlEncoding") is not True
    target, variables = target_lines(request.url, encodes, draft, where)
    body = written_body(request, behaviour.get("disableBodyPruning") is not True, draft, keep, where)
    auth = request.auth or inherited
    method = request.method
    lines = [f"### {one_line(item.common.name)}".rstrip(), *comment_lines(request.description)]
    lines += comment_lines("\n".join([*_descriptions(request, where), *body.comments]))
    if re.fullmatch(r"[A-Z][A-Z0-9-]*", method) is None:
        draft.note(where, f"the method `{one_line(method)}` cannot be written; it is `POST` now")
        method = "POST"
    for name in request.others:
        draft.note(where, f"its `{name}` is left out", f"Write `# @{'cert' if name == 'certificate' else 'proxy'} …`.")
    lines += settings
    lines += auth_lines(request.auth, draft, where) if request.auth is not None else []
    lines += [
        *variables,
        *body.directives,
        f"{method} {target}",
        *_field_lines(request, auth, body.content_type, draft, where),
    ]
    if body.text:
        lines += ["", body.text]
    return "\n".join(lines) + "\n"


def comment_lines(text: str) -> list[str]:
    """Return a text as comments, none of which is taken for a directive."""
    return [f"# {_harmless(line.strip())}".rstrip() for line in text.strip().splitlines() if text.strip()]


def _harmless(line: str) -> str:
    shown = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", " ", line)
    return f"- {shown}" if shown.startswith("@") else shown


def _setting_lines(behaviour: Mapping[str, object], draft: Draft, where: str) -> Iterator[str]:
    for name, value in behaviour.items():
        line = _SETTINGS.get((name, value)) if isinstance(value, bool) else None
        if line is not None:
            yield line
        elif value not in (_USUAL.get(name), None, [], {}) and (name, value) != ("disableBodyPruning", True):
            draft.note(where, f"the setting `{one_line(name)}` has no counterpart for a single request")


def _descriptions(request: Request, where: str) -> list[str]:
    """Tell what is said of header fields and parameters, the texts of which are with those of the request."""
    told: list[str] = []
    listed = [*request.url.variables, *request.url.query, *request.headers]
    for member in ("urlencoded", "formdata"):
        listed += pairs(request.body.get(member), f"{where}.{member}")
    for pair in listed:
        said = one_line(described(pair.more.get("description"), f"{where}.description"))
        if pair.key and said:
            told.append(f"{one_line(pair.key)}: {said}")
    return told


def _field_lines(
    request: Request, auth: Auth | None, content_type: str | None, draft: Draft, where: str
) -> Iterator[str]:
    has_type = False
    for pair in request.headers:
        name = pair.key.strip()
        if not name:
            continue
        if _FIELD_NAME.fullmatch(name) is None:
            draft.note(where, f"`{one_line(name)}` is no name of a header field; it is left out")
            continue
        line = _field_line(name, pair, draft, where)
        if pair.is_disabled:
            yield f"# {line}"
        elif auth is not None and writes_field(auth, name):
            draft.note(where, f"the field `{name}` is switched off, for the authentication writes it")
            yield f"# {line}"
        else:
            has_type = has_type or name.lower() == "content-type"
            is_multipart = name.lower() == "content-type" and (content_type or "").startswith("multipart/")
            # The boundary is that of the body here, not the one that Postman would have made up.
            yield f"Content-Type: {content_type}" if is_multipart else line
    if content_type is not None and not has_type:
        yield f"Content-Type: {content_type}"


def _field_line(name: str, pair: Pair, draft: Draft, where: str) -> str:
    written = pair.value or ""
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", written):
        draft.note(where, f"the field `{name}` had line breaks or control characters in it; they are blanks now")
        written = one_line(written)
    return f"{name}: {draft.field_value(name, written.strip(), where)}".rstrip()
