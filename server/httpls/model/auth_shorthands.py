"""Header fields and options of cURL that stand for a scheme.

`Authorization` in the forms of all dialects, fields whose name ends in `ClientCert` (httpyac), and the options by
which cURL is told how to authenticate. A field `Authorization` that is none of these is sent as it is.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from httpls.model.authentication import AuthArgument, AuthDeclaration, Form, Level
from httpls.model.planned_text import PlannedText
from httpls.model.source import Source
from httpls_auth.values.value import Value
from httpls_grammar import Request
from httpls_grammar.islands.authorization import (
    AuthorizationShorthand,
    parse_authorization,
    parse_client_certificate,
)
from httpls_grammar.nodes import CurlLine, Header
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls_grammar.islands.curl import CurlCommand, CurlOption


def field_declarations(source: Source, headers: Iterable[Header], offset: int, level: Level) -> list[AuthDeclaration]:
    """Return what the header fields of a block declare; the block begins at `offset` of its file."""
    found: list[AuthDeclaration] = []
    for header in headers:
        # Nearly all fields have nothing to do with authentication, and all of them come through here.
        lowered = header.name.lower()
        if not (lowered == "authorization" or lowered.endswith("clientcert")) or not header.value_ranges:
            continue
        start = header.value_ranges[0].start + offset
        where = header.range.shifted(offset)
        declaration = field_declaration(source, level, header.name, header.value, start, where)
        if declaration is not None:
            found.append(declaration)
    return found


def curl_declarations(source: Source, request: Request, level: Level) -> list[AuthDeclaration]:
    """Return what a request that is a cURL command declares by its header fields and its options."""
    if not isinstance(request.syntax.line, CurlLine):
        return []
    found: list[AuthDeclaration] = []
    for word in request.curl.headers:
        name, _, value = word.text.partition(":")
        where = word.range.shifted(request.offset)
        start = where.end - len(value.strip())
        declaration = field_declaration(source, level, name.strip(), value.strip(), start, where)
        if declaration is not None:
            found.append(declaration)
    declaration = _of_options(source, request.curl, request.offset, level)
    return found if declaration is None else [*found, declaration]


def field_declaration(
    source: Source, level: Level, name: str, value: str, start: int, where: Range
) -> AuthDeclaration | None:
    """Return what one field declares; its value begins at `start`, the whole field is at `where`."""
    lowered = name.lower()
    if lowered.endswith("clientcert"):
        written = parse_client_certificate(value, start)
        arguments = tuple([AuthArgument(source, one.key, one.value.text, one.value.range, one.key_range)
                           for one in written.named])  # fmt: skip
        name_range = Range(where.start, where.start + len(name))
        return AuthDeclaration(source, level, Form.SHORTHAND, "mtls", name, name_range, where, arguments)
    if lowered != "authorization":
        return None
    shorthand = parse_authorization(value, start)
    if shorthand is None:
        word = value.partition(" ")[0]
        return AuthDeclaration(source, level, Form.FIELD, "", word, Range(start, start + len(word)), where)
    return shorthand_declaration(source, level, value, shorthand, where)


def resolved_shorthand(field: AuthDeclaration, value: PlannedText) -> AuthDeclaration | None:
    """Return what a field declares whose value was a variable as a whole, now that the variable is known.

    None if the value is sent as it is. The arguments are literal, and secret where the value was.
    """
    if not value.is_complete:
        return None
    text = "".join([piece.reveal() for piece in value.pieces if isinstance(piece, Value)])
    shorthand = parse_authorization(text)
    if shorthand is None:
        return None
    found = shorthand_declaration(field.source, field.level, text, shorthand, field.range)
    arguments = [one._replace(range=field.word_range, key_range=None, is_literal=True) for one in found.arguments]
    return found._replace(arguments=tuple(arguments), word_range=field.word_range)


def shorthand_declaration(
    source: Source, level: Level, value: str, shorthand: AuthorizationShorthand, where: Range
) -> AuthDeclaration:
    """Return what a shorthand in a field `Authorization` declares."""
    word = value.split(None, 1)[0] if value.strip() else ""
    positional = [value.text for value in shorthand.positional]
    names: Sequence[str | None] = _POSITIONAL.get(shorthand.scheme, ())
    arguments: list[AuthArgument] = []
    for index, one in enumerate(shorthand.positional):
        key = names[index] if index < len(names) and not shorthand.splits_later else None
        arguments.append(AuthArgument(source, key, positional[index], one.range))
    for pair in shorthand.named:
        key = _AWS_NAMES.get(pair.normalised_key, pair.key)
        arguments.append(AuthArgument(source, key, pair.value.text, pair.value.range, pair.key_range))
    return AuthDeclaration(
        source, level, Form.SHORTHAND, shorthand.scheme, word, shorthand.scheme_range, where, tuple(arguments),
        splits_later=shorthand.splits_later,
    )  # fmt: skip


_POSITIONAL: dict[str, Sequence[str]] = {
    "basic": ("username", "password"),
    "digest": ("username", "password"),
    "ntlm": ("username", "password"),
    "aws": ("access-key", "secret-key"),
    "cognito": ("username", "password", "region", "pool", "client-id"),
}
_AWS_NAMES = {"token": "session-token"}


def _of_options(source: Source, curl: "CurlCommand", offset: int, level: Level) -> AuthDeclaration | None:
    """Return what cURL's options declare. Without an option that names the scheme, `--user` means Basic."""
    user = curl.option("user")
    bearer = curl.option("oauth2-bearer")
    if bearer is not None and bearer.value is not None:
        argument = AuthArgument(source, "token", bearer.value.text, bearer.value.range.shifted(offset))
        return _of_option(source, level, "bearer", bearer, offset, (argument,))
    scheme = next((name for name in ("digest", "ntlm", "negotiate") if curl.option(name) is not None), "basic")
    signature = curl.option("aws-sigv4")
    if signature is not None:
        scheme = "aws"
    named = signature or curl.option(scheme) or user
    if named is None or (user is None and scheme not in ("ntlm", "negotiate")):
        return None
    arguments = _user_and_password(source, user, offset, ("access-key", "secret-key") if scheme == "aws" else None)
    if signature is not None and signature.value is not None:
        arguments += _scope(source, signature, offset)
    if scheme == "negotiate":
        # cURL wants `--negotiate -u :`, which means the current user.
        arguments = [argument for argument in arguments if argument.text]
    return _of_option(source, level, scheme, named, offset, tuple(arguments))


def _of_option(
    source: Source, level: Level, scheme: str, option: "CurlOption", offset: int, arguments: tuple[AuthArgument, ...]
) -> AuthDeclaration:
    where = option.range.shifted(offset)
    return AuthDeclaration(source, level, Form.SHORTHAND, scheme, f"--{option.name}", where, where, arguments)


def _user_and_password(
    source: Source, option: "CurlOption | None", offset: int, names: tuple[str, str] | None
) -> list[AuthArgument]:
    if option is None or option.value is None:
        return []
    user, _, password = option.value.text.partition(":")
    where = option.value.range.shifted(offset)
    first, second = names or ("username", "password")
    return [AuthArgument(source, first, user, where), AuthArgument(source, second, password, where)]


def _scope(source: Source, option: "CurlOption", offset: int) -> list[AuthArgument]:
    """Read `provider1[:provider2[:region[:service]]]`."""
    assert option.value is not None
    parts = option.value.text.split(":")
    where = option.value.range.shifted(offset)
    return [
        AuthArgument(source, key, part, where)
        for key, part in zip(("region", "service"), parts[2:], strict=False)
        if part
    ]
