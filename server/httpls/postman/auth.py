"""How Postman authenticates, as `# @auth` lines: by the names that the schemes themselves declare for Postman."""

import json
import re
from collections.abc import Iterator, Mapping

from httpls.postman.collection import Auth, pairs
from httpls.postman.draft import Draft, has_templates
from httpls.postman.json_shape import text
from httpls.postman.names import one_line
from httpls_auth.errors import ParameterError
from httpls_auth.schemes.index import canonical_word, scheme_class
from httpls_auth.schemes.parameter import Parameter, ParameterKind, chosen
from httpls_auth.schemes.read import converted, find_parameter, missing_parameters
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

NOTHING = "# @auth none"

_ONLY_FOR_DISPLAY = frozenset(("showPassword", "useBrowser", "autoRefreshToken", "autoAddParam", "id"))
"""Keys that are about Postman's window, not about what is sent (or that it no longer heeds)."""

_CUSTOM = {
    ("authRequestParams", ""): "auth-param",
    ("tokenRequestParams", "request_body"): "token-param",
    ("tokenRequestParams", "request_url"): "token-query",
    ("tokenRequestParams", "request_header"): "token-header",
    ("refreshRequestParams", "request_body"): "refresh-param",
    ("refreshRequestParams", "request_url"): "refresh-query",
    ("refreshRequestParams", "request_header"): "refresh-header",
}
"""The parameter that takes the entries of a list of custom parameters, by the list and the place of the entry."""


def auth_lines(auth: Auth, draft: Draft, where: str) -> list[str]:
    """Return the directives for one way to authenticate, with variables in place of secrets."""
    scheme = _scheme(auth.type)
    if scheme is None:
        draft.note(where, f"there is no scheme for the type `{auth.type}`; the requests have no authentication",
                   "Write `# @auth …` in place of `# @auth none`.")  # fmt: skip
        return [NOTHING]
    if scheme.word == "none":
        return [NOTHING]
    place = f"{where}, {auth.type}"
    given = {
        key: _text(value, f"{place}.{key}") for key, value in auth.values if value is not None and key not in _LISTS
    }
    given = _ADJUSTED.get(auth.type, _same)(given, draft, place)
    known = {
        found.name: written
        for key, written in given.items()
        if written and (found := _parameter(scheme.parameters(), key)) is not None
    }
    texts: dict[str, str] = {}
    declared = scheme.parameters(known)
    for key, written in given.items():
        found = _parameter(declared, key)
        if found is None:
            if key not in _ONLY_FOR_DISPLAY and written:
                draft.note(place, f"`{key}` has no counterpart")
            continue
        value_text = _value(scheme, found, written, draft, place)
        if value_text is not None:
            texts[found.name] = value_text
    for one in missing_parameters(scheme, texts):
        draft.note(place, f"`{one.postman or one.name}` is not filled in: nothing is sent with this before it is",
                   f"Write `# @auth-{one.name} …`.")  # fmt: skip
    first = f"# @auth {scheme.word}"
    for one in sorted((one for one in declared if one.position is not None), key=lambda one: one.position or 0):
        if _ONE_WORD.fullmatch(texts.get(one.name, "")) is None:
            break
        first += f" {texts.pop(one.name)}"
    lines = [f"# @auth-{one.name} {texts[one.name]}".rstrip() for one in declared if one.name in texts]
    return [first, *lines, *_custom_lines(auth, scheme, draft, place)]


def writes_field(auth: Auth, name: str) -> bool:
    """Tell whether Postman puts what authenticates into this header field, and removes what stands there by hand."""
    given = {key: _text(value, key) for key, value in auth.values if value is not None and not isinstance(value, list)}
    scheme = _scheme(auth.type)
    if scheme is None or scheme.word == "none":
        return False
    if scheme.word == "apikey":
        return given.get("in", "header") != "query" and given.get("key", "").lower() == name.lower()
    if given.get("addTokenTo", "header") != "header" or given.get("addAuthDataToQuery") == "true":
        return False
    return name.lower() == "authorization"


def _scheme(kind: str) -> type[Scheme] | None:
    word = canonical_word(kind)
    found = scheme_class(word) if word is not None else None
    return found if found is not None and found.postman == kind else None


def _parameter(parameters: tuple[Parameter, ...], key: str) -> Parameter | None:
    exact = next((one for one in parameters if one.postman == key), None)
    return exact or find_parameter(parameters, key)


def _value(scheme: type[Scheme], parameter: Parameter, written: str, draft: Draft, where: str) -> str | None:
    """Return the text of one parameter, None for one that says nothing or what holds anyway."""
    if not written:
        return "" if parameter.may_be_empty else None
    if parameter.kind in _CHECKED and not has_templates(written):
        try:
            converted(parameter, Value(written, _FILE))
        except ParameterError:
            draft.note(where, f"`{one_line(written)}` is no value of `{parameter.name}`; it is left out")
            return None
        written = chosen(parameter, written) or written.strip()
    if written == parameter.default or (parameter.kind is ParameterKind.JSON and written.strip() == "{}"):
        return None
    if parameter.is_secret:
        return draft.secret(f"{scheme.word}-{parameter.name}", written, where)
    if parameter.kind is ParameterKind.JSON or (parameter.name == "payload" and "\n" in written):
        written = _on_one_line(written)
    if written != written.strip() or re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", written):
        return draft.variable(f"{scheme.word}-{parameter.name}", written, False, where)
    return draft.text(written, where)


def _custom_lines(auth: Auth, scheme: type[Scheme], draft: Draft, where: str) -> Iterator[str]:
    """Yield the directives for the parameters that somebody added to the requests of OAuth 2.0."""
    for key, value in auth.values:
        if key not in _LISTS or value is None:
            continue
        for one in pairs(value, f"{where}.{key}"):
            target = text(one.more.get("send_as"), f"{where}.{key}.send_as")
            place = "" if key == "authRequestParams" else target or "request_body"
            name = _CUSTOM.get((key, place))
            if not one.key:
                continue
            if name is None or re.fullmatch(r"[\w.-]+", one.key) is None:
                draft.note(where, f"the parameter `{one.key}` of `{key}` cannot be written")
                continue
            parameter = find_parameter(scheme.parameters(), f"{name}.{one.key}")
            assert parameter is not None, name
            value_text = draft.field_value(one.key, one.value or "", where)
            mark = "# disabled: " if one.is_disabled else "# @auth-"
            yield f"{mark}{name}.{one.key} {value_text}".rstrip()


def _text(value: object, where: str) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return text(value, where)


def _on_one_line(written: str) -> str:
    """Return JSON without line breaks; what is none, such as a text with templates, with blanks in their place."""
    try:
        return json.dumps(json.loads(written), ensure_ascii=False)
    except (ValueError, RecursionError):
        return " ".join(line.strip() for line in written.splitlines())


def _same(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    _ = (draft, where)
    return dict(given)


def _basic(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """Postman sends Basic even without user name and password."""
    _ = (draft, where)
    return {"username": "", "password": "", **given}


def _api_key(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """Whatever is not `query` means the header."""
    _ = (draft, where)
    return {**given, "in": "query" if given.get("in") == "query" else "header"}


def _jwt(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """Postman's tokens have no `typ` unless their header says so."""
    _ = (draft, where)
    without_type = {} if '"typ"' in given.get("header", "") else {"typ": ""}
    return {**given, "payload": given.get("payload") or "{}", **without_type}


def _oauth1(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """Without a choice, Postman puts the parameters into the form or the query; it has no hash for PLAINTEXT."""
    _ = (draft, where)
    without = {"includeBodyHash": ""} if given.get("signatureMethod") == "PLAINTEXT" else {}
    return {"addParamsToHeader": "false", **given, **without}


def _aws(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """A signature in the URL holds for a day if it is for S3."""
    _ = (draft, where)
    holds = {"expires": "24h"} if given.get("addAuthDataToQuery") == "true" and given.get("service") == "s3" else {}
    return {**given, **holds}


def _oauth2(given: Mapping[str, str], draft: Draft, where: str) -> dict[str, str]:
    """Choose the grant: a token alone is sent as it is; `authorization_code` is without PKCE there."""
    found = dict(given)
    if has_templates(found.get("tokenName", "")):
        # Postman shows the braces, for it puts no variables in place there.
        found["tokenName"] = re.sub(r"[{}]+", "", found["tokenName"])
    grant = found.get("grant_type") or "authorization_code"
    if found.get("accessToken") and not (found.get("accessTokenUrl") or found.get("authUrl")):
        found.pop("grant_type", None)
        return found
    found["grant_type"] = grant
    if grant == "authorization_code":
        found["challengeAlgorithm"] = "none"
    elif grant != "authorization_code_with_pkce":
        found.pop("challengeAlgorithm", None)
        found.pop("code_challenge_method", None)
    if found.get("client_authentication") and not found.get("clientSecret") and grant in _FOR_PUBLIC_CLIENTS:
        if found["client_authentication"] == "header":
            draft.note(where, "the client has no secret: its id is sent in the form, as public clients do")
        found["client_authentication"] = "none"
    if "oauth.pstmn.io" in found.get("redirect_uri", "") or found.get("useBrowser") == "true":
        found.pop("redirect_uri", None)
        if grant.startswith("authorization_code") or grant == "implicit":
            remedy = "Register `http://127.0.0.1/callback` at the server, or write `# @auth-redirect-url …`."
            draft.note(where, "the callback of Postman's own server is replaced by one on this machine", remedy)
    if found.get("accessToken"):
        found.pop("accessToken")
        draft.note(where, "the token that Postman had obtained is left out; a new one is obtained when it is needed")
    return found


_FOR_PUBLIC_CLIENTS = ("authorization_code", "authorization_code_with_pkce", "password_credentials")
"""The grants for which a client needs no secret."""
_CHECKED = (ParameterKind.CHOICE, ParameterKind.BOOLEAN, ParameterKind.INTEGER, ParameterKind.SECONDS)
"""The kinds of values that are not sent as they are, so that a wrong one would have the request refused."""
_FILE = Provenance(Origination.LITERAL, "collection")
_ONE_WORD = re.compile(r"(?:\{\{[^{}]*\}\}|[\w.~/:@+!$*-]|\\(?=\w))+")
"""What can stand behind the type in its line, without a name and without quotes."""
_LISTS = frozenset(key for key, _ in _CUSTOM)
_ADJUSTED = {"basic": _basic, "apikey": _api_key, "jwt": _jwt, "oauth1": _oauth1, "oauth2": _oauth2, "awsv4": _aws}
"""What Postman takes for granted where a key is missing, and what its grants mean."""
