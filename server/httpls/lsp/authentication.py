"""What a view of authentication shows and does: tokens with their expiry, secrets by name, client certificates.

Values never go to the client, but for the one token that a person copies. Nothing is sent or asked to find out what
there is; a token whose name depends on something that would have to be asked is listed without its state.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.lsp.errors import UserError
from httpls.run.cancel import Cancel
from httpls.run.credentials import CredentialsRefusedError
from httpls.run.engine import Engine
from httpls.run.errors import CancelledError, RefusedError
from httpls.run.run_options import RunOptions
from httpls.run.selection import Analyses, Selected, Selection, SelectionError, select
from httpls.run.token_targets import Opened, Target, oauth2_of, opened_target, required_oauth2, targets
from httpls.run.used_certificates import explain
from httpls.run.wire import Limits, Progress, Received, Route
from httpls_auth.errors import AuthenticationError, LoginNeededError
from httpls_auth.schemes.flow import Open, Token
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.tokens.serialised import StoredToken
from httpls_auth.tokens.store import TokenStore
from httpls_auth.values.origin import Origin

if TYPE_CHECKING:
    from httpls.lsp.runs import Runs
    from httpls.lsp.session import Snapshot
    from httpls.model.planned_text import PlannedText
    from httpls.world import RealWorld
    from httpls_auth.values.value import Value

ACTIONS = ("logIn", "refresh", "revoke", "forget", "copy")
"""What can be done with a token."""


class _Place(NamedTuple):
    """A file of the snapshot that requests are taken from."""

    analyses: Analyses
    path: Path
    root: Path

    @property
    def requests(self) -> Sequence[Selected]:
        return select(self.analyses, self.path, Selection())


async def overview(runs: "Runs", snapshot: "Snapshot", uri: str) -> dict[str, object]:
    """Return the tokens, secrets and certificates that concern a file; tokens that others use, too.

    Raises `UserError` if the workspace is not trusted: to name a token its secrets are needed.
    """
    place = _place(snapshot, uri)
    engine, world = runs.engine(place.root if place is not None else Path.home())
    store = runs.tokens

    def work() -> dict[str, object]:
        shown: list[dict[str, object]] = []
        known: set[str] = set()
        if place is not None:
            for target in targets(place.requests, None):
                token, digest = _looked_up(target, place, engine, store, uri)
                shown.append(token)
                known.add(digest)
        others = [_other(stored) for stored in store.entries() if stored.name.digest not in known]
        certificates = list(_certificates(place, world)) if place is not None else []
        return {"tokens": shown, "others": others, "secrets": _secrets(place), "certificates": certificates}

    return await asyncio.get_running_loop().run_in_executor(runs.workers, work)


async def act_on_token(runs: "Runs", snapshot: "Snapshot", action: str, uri: str, line: int) -> dict[str, object]:
    """Log in, refresh, revoke, forget or copy the token of the request at a line; return its state, or the token.

    Raises `UserError` with what went wrong. Cancelling the task cancels what is under way.
    """
    place = _place(snapshot, uri)
    if action not in ACTIONS or place is None:
        raise UserError("this is no open request file")
    try:
        requests = select(place.analyses, place.path, Selection(lines=(line,)))
    except SelectionError as error:
        raise UserError(f"{error}. {error.remedy}") from error
    found = list(targets(requests, None))
    if not found:
        raise UserError("this request uses no token")
    engine, _ = runs.engine(place.root)
    cancel = Cancel()

    def work() -> dict[str, object]:
        options = RunOptions(is_trusted=True)
        with engine.credentials(found[0].selected, place.analyses, options, cancel) as credentials:
            return _act(action, opened_target(found[0], credentials, runs.tokens))

    try:
        return await asyncio.get_running_loop().run_in_executor(runs.workers, work)
    except asyncio.CancelledError:
        cancel.set()
        raise
    except CredentialsRefusedError as error:
        raise UserError(" ".join([f"{one.message}. {one.remedy}".strip() for one in error.failures])) from error
    except (AuthenticationError, RefusedError) as error:
        raise UserError(f"{error}. {error.remedy}".strip()) from error
    except CancelledError:
        raise UserError("this was cancelled") from None


def forget_other(runs: "Runs", digest: str) -> bool:
    """Forget a token by what it is called in the store; tell whether there was one."""
    for stored in runs.tokens.entries():
        if stored.name.digest == digest:
            runs.tokens.forget(stored.name)
            return True
    return False


def _act(action: str, opened: Opened) -> dict[str, object]:
    name = opened.name()
    if action == "copy":
        return {"token": opened.run(opened.source.token(opened.context)).access.reveal()}
    if action == "forget":
        opened.store.forget(name)
        return {"title": name.title, "isKept": False}
    if action == "revoke":
        source = required_oauth2(opened, "revoked")
        stored = opened.store.find(name)
        if stored is not None:
            opened.run(source.revoke(stored, opened.context))
            opened.store.forget(name)
        return {"title": name.title, "isKept": False}
    if action == "refresh":
        token = opened.run(required_oauth2(opened, "renewed").refresh(opened.context))
    else:
        oauth2 = oauth2_of(opened)
        flow = oauth2.login(opened.context) if oauth2 is not None else opened.source.token(opened.context)
        token = opened.run(flow, obtains_anew=True)
    return {"title": name.title, **_state(token)}


def _place(snapshot: "Snapshot", uri: str) -> _Place | None:
    if not snapshot.is_trusted:
        raise UserError("this workspace is not trusted, so that its secrets are not looked at")
    document = snapshot.document(uri)
    if document is None or document.request_file is None:
        return None
    analyses = Analyses(snapshot.workspace_of(document.path))
    return _Place(analyses, document.path, analyses.of(document.path).root)


def _looked_up(
    target: Target, place: _Place, engine: Engine, store: TokenStore, uri: str
) -> tuple[dict[str, object], str]:
    """Return what is known of a token without asking or sending anything, and what it is called in the store."""
    request = target.selected.request
    line = target.selected.analysis.file.source.position(request.offset + request.syntax.line.range.start).line
    told: dict[str, object] = {"scheme": target.word, "uri": uri, "line": line, "request": request.name}
    offline = Engine(
        engine.ports._replace(prompter=_Nobody(), login=_Nobody(), new_wire=_NoWire, tokens=store), engine.session
    )
    options = RunOptions(is_trusted=True, runs_dependencies=False)
    try:
        with offline.credentials(target.selected, place.analyses, options, Cancel()) as credentials:
            name = opened_target(target, credentials, store).name()
    except CredentialsRefusedError as error:
        return {**told, "title": target.word, "unknown": error.failures[0].message}, ""
    except (AuthenticationError, RefusedError) as error:
        return {**told, "title": target.word, "unknown": str(error)}, ""
    token = store.find(name)
    state = _state(token) if token is not None else {"isKept": False}
    return {**told, "title": name.title, "environment": name.environment, "unknown": None, **state}, name.digest


def _state(token: Token) -> dict[str, object]:
    return {
        "isKept": True, "expiresAt": token.expires_at, "canBeRenewed": token.refresh is not None, "scope": token.scope,
        "kind": token.kind,
    }  # fmt: skip


def _other(stored: StoredToken) -> dict[str, object]:
    name = stored.name
    return {"title": name.title, "environment": name.environment, "digest": name.digest, **_state(stored.token)}


def _secrets(place: _Place | None) -> list[dict[str, object]]:
    from httpls.host.project_secrets import listed_secrets
    from httpls_auth.secrets.stored_secret import written_origins

    return [
        {"name": one.name, "environment": one.environment, "origins": written_origins(one.origins)}
        for one in (listed_secrets(os.environ, place.root) if place is not None else ())
    ]


def _certificates(place: _Place, world: "RealWorld") -> Iterator[dict[str, object]]:
    """Yield the client certificates that the requests of a file show, each once."""
    analysis = place.analyses.of(place.path)

    def fill(text: "PlannedText") -> "Value":
        return _filled(text, world, analysis.chosen_environments)

    seen: set[tuple[str, Origin | None]] = set()
    for request in analysis.file.document.requests:
        one = explain(analysis, request, fill)
        certificate = one.planned.certificate if one.planned is not None else None
        if certificate is None or certificate.path is None:
            continue
        key = (str(certificate.path.text), one.origin)
        if key in seen:
            continue
        seen.add(key)
        facts = one.facts.certificate if one.facts is not None else None
        yield {
            "path": certificate.path.shown,
            "origin": str(one.origin),
            "rule": certificate.rule,
            "subject": facts.subject if facts is not None else None,
            "issuer": facts.issuer if facts is not None else None,
            "expiresAt": facts.not_after if facts is not None else None,
            "warnings": list(one.facts.warnings) if one.facts is not None else [],
            "errors": [f"{message}. {remedy}".strip() for message, remedy in one.errors],
        }


def _filled(text: "PlannedText", world: "RealWorld", environments: Sequence[str]) -> "Value":
    """Fill in what is written and secrets of the project, which a passphrase usually is."""
    from httpls.model.planned_text import HoleKind
    from httpls_auth.values.value import Value, joined

    values: list[Value] = []
    for piece in text.pieces:
        if isinstance(piece, Value):
            values.append(piece)
        elif piece.kind is HoleKind.SECRET and piece.arguments[0].lower() == "keyring":
            account = "".join(piece.arguments[2:3])
            values.append(world.ports.secrets.keyring(piece.arguments[1], account, Cancel()))
        elif piece.kind is HoleKind.SECRET:
            values.append(world.ports.secrets.secret(piece.arguments[1], environments, Cancel()))
        else:
            raise RefusedError("not-known-yet", f"`{piece.name}` is known only when the request is sent", "")
    if not values:
        raise RefusedError("not-known-yet", "there is no passphrase", "")
    return joined(values, values[0].provenance)


class _Nobody:
    """Nobody who could be asked, and no browser: what needs them is not known."""

    def ask(self, question: str, is_secret: bool, default: str | None, cancel: Cancel) -> str:
        _ = (is_secret, default, cancel)
        raise RefusedError("not-asked", f"`{question}` is asked when it is used", "")

    def choose(self, question: str, choices: Sequence[str], cancel: Cancel) -> str:
        _ = choices
        return self.ask(question, False, None, cancel)

    def confirm(self, question: str, cancel: Cancel) -> bool:
        self.ask(question, False, None, cancel)
        return False

    def show(self, text: str) -> None:
        """Show nothing."""

    def visit(self, step: Open, address: Callable[[str], str], cancel: Cancel) -> str:
        _ = (step, address, cancel)
        raise LoginNeededError("a person has to log in", "")


class _NoWire:
    """A wire over which nothing goes: what is known only when something is sent is not known."""

    def send(
        self, request: OutgoingRequest, route: Route, limits: Limits, cancel: Cancel, progress: Progress | None = None
    ) -> Received:
        _ = (request, route, limits, cancel, progress)
        raise RefusedError("not-sent", "this is known when it is sent", "")

    def peer_certificate(self) -> bytes | None:
        return None

    def close(self) -> None:
        """Nothing is open."""
