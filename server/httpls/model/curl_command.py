"""A planned request as a command of curl: what curl can do of it, with shell variables for what is not shown."""

from collections.abc import Iterator
from typing import NamedTuple

from httpls.model.auth_plan import PlannedScheme
from httpls.model.body import BodyKind, FilePiece, PlannedBody, TextPiece
from httpls.model.plan import Plan
from httpls.model.planned_text import EMPTY, PlannedText
from httpls.model.shell_words import ShellWriter


class CurlCommand(NamedTuple):
    """The command over several lines; the names that its shell variables stand for; what curl cannot do."""

    text: str
    variables: dict[str, str]
    notes: tuple[str, ...]


def curl_command(plan: Plan, follows_redirects: bool, reveals: bool = False) -> CurlCommand:
    """Return the command that sends the same request. With `reveals`, secrets that are known stand in it in clear."""
    writer = ShellWriter(reveals)
    notes: list[str] = []
    url: list[PlannedText | str] = [plan.target]
    options: list[str] = []
    fields = {str(header.name).lower() for header in plan.headers}
    for header in plan.headers:
        # A field without value is asked for by a semicolon; a colon would remove the field.
        separator = ": " if header.value.pieces else ";"
        options.append(f"--header {writer.word(header.name, separator, header.value)}")
    for scheme in plan.auth.schemes:
        added = _auth(scheme, writer, url)
        if added is None:
            notes.append(f"curl cannot authenticate by `{scheme.word}` as the file asks; that part is left out")
        options += added or ()
    command = "curl"
    body = _body(plan, writer, notes)
    if body is not None:
        options += body.options
        command = f"{body.before} | curl" if body.before else command
        if "content-type" not in fields:
            # Without one, curl would say that the body is a form.
            options.append("--header " + ("'Content-Type: application/json'" if body.is_json else "Content-Type:"))
    if follows_redirects:
        options.append("--location")
    if plan.version in ("1.0", "1.1", "2"):
        options.append(f"--http{plan.version}")
    start = [] if plan.method == "GET" and body is None else [f"--request {writer.word(plan.method)}"]
    if plan.method == "HEAD":
        start = ["--head"]
    words = [*start, f"--url {writer.word(*url)}", *options]
    return CurlCommand(" \\\n  ".join([command, *words]), dict(writer.variables), tuple(notes))


class _Body(NamedTuple):
    options: tuple[str, ...]
    before: str = ""
    is_json: bool = False


def _body(plan: Plan, writer: ShellWriter, notes: list[str]) -> _Body | None:
    body = plan.body
    if body is None:
        return None
    if body.kind is BodyKind.MESSAGES:
        notes.append(f"curl does not speak the protocol of {plan.method}; the messages are left out")
        return None
    if body.kind is BodyKind.GRAPHQL and body.graphql is not None:
        return _Body((f"--data-binary {_graphql(body, writer)}",), is_json=True)
    pieces = body.messages[0]
    filled = [str(piece.written) for piece in pieces if isinstance(piece, FilePiece) and piece.is_substituted]
    notes += [f"the templates in {path} are not filled in" for path in filled]
    if len(pieces) == 1:
        piece = pieces[0]
        if isinstance(piece, TextPiece):
            # What begins with @ would be the name of a file.
            option = "--data-raw" if str(piece.text).startswith("@") else "--data-binary"
            return _Body((f"{option} {writer.word(piece.text)}",))
        return _Body((f"--data-binary {writer.word('@', *_path(piece))}",))
    commands = [
        f"printf %s {writer.word(piece.text)}" if isinstance(piece, TextPiece) else f"cat {writer.word(*_path(piece))}"
        for piece in pieces
    ]
    return _Body(("--data-binary @-",), f"{{ {'; '.join(commands)}; }}")


def _path(piece: FilePiece) -> Iterator[PlannedText | str]:
    if not str(piece.written).startswith(("/", "~")):
        yield f"{piece.folder.as_posix()}/"
    yield piece.written


def _graphql(body: PlannedBody, writer: ShellWriter) -> str:
    """Return the query and its variables as JSON. Text with holes cannot be escaped here, so it goes in as it is."""
    import json

    parts = body.graphql
    assert parts is not None
    name = f', "operationName": {json.dumps(parts.operation_name)}' if parts.operation_name else ""
    variables: list[PlannedText | str] = [', "variables": ', parts.variables] if parts.variables.pieces else []
    if parts.query.is_complete:
        return writer.word('{"query": ', json.dumps(str(parts.query)), *variables, name, "}")
    return writer.word('{"query": "', parts.query, '"', *variables, name, "}")


def _auth(scheme: PlannedScheme, writer: ShellWriter, url: "list[PlannedText | str]") -> "tuple[str, ...] | None":
    """Return the options for a scheme, None if curl has none; a key in the query is added to the URL."""
    given = {parameter.name: parameter.text for parameter in scheme.parameters if parameter.name}
    user = f"--user {writer.word(given.get('username', EMPTY), ':', given.get('password', EMPTY))}"
    if scheme.word in ("basic", "digest", "ntlm"):
        return (user,) if scheme.word == "basic" else (f"--{scheme.word}", user)
    if scheme.word == "negotiate":
        return ("--negotiate", "--user :")
    if scheme.word == "bearer":
        prefix = str(given.get("prefix", "Bearer")) or "Bearer"
        return (f"--header {writer.word('Authorization: ', prefix, ' ', given.get('token', EMPTY))}",)
    if scheme.word == "apikey":
        name, value = given.get("name", EMPTY), given.get("value", EMPTY)
        place = str(given.get("in", "header")).lower()
        if place == "header":
            return (f"--header {writer.word(name if name.pieces else 'X-API-Key', ': ', value)}",)
        if place == "cookie":
            return (f"--cookie {writer.word(name, '=', value)}",)
        url += ["&" if "?" in "".join(map(str, url)) else "?", name, "=", value]
        return ()
    if scheme.word in ("oauth2", "oidc", "aad", "cognito"):
        writer.variables.setdefault("ACCESS_TOKEN", "the token, from `httpls auth token`")
        return ('--oauth2-bearer "$ACCESS_TOKEN"',)
    if scheme.word == "aws" and {"access-key", "secret-key", "region", "service"} <= set(given):
        region, service = given["region"], given["service"]
        return (
            f"--aws-sigv4 {writer.word('aws:amz:', region, ':', service)}",
            f"--user {writer.word(given['access-key'], ':', given['secret-key'])}",
        )
    return None
