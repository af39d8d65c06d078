"""Fills in what certificates need, and asks a server for its own; for `httpls cert explain`."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.planned_text import HoleKind, PlannedText
from httpls.run import used_certificates
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError, TransportError
from httpls.run.used_certificates import Explained
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value, joined
from httpls_grammar import Request

if TYPE_CHECKING:
    from httpls_auth.tls.facts import CertificateFacts

_TIME_LIMIT = 30.0
"""Seconds that a server may take to be reached."""


class Connection(NamedTuple):
    """What came of asking a server: its chain, the pin of its key, and why it could not be trusted, with a remedy."""

    peer: str
    version: str
    chain: "tuple[CertificateFacts, ...]"
    pin: str = ""
    error: str = ""
    remedy: str = ""


def explain(analysis: Analysis, request: Request, cancel: Cancel) -> Explained:
    """Return what is used for a request, and what is wrong with it. Raises `CancelledError`."""
    return used_certificates.explain(analysis, request, lambda text: _filled(analysis, text, cancel))


def connect(one: Explained) -> Connection:
    """Ask the server of a request for its certificates; no request is made."""
    assert one.origin is not None
    assert one.choice is not None
    try:
        return _handshake(one.origin, one.choice)
    except TransportError as error:
        error_text, remedy = str(error), error.remedy
    try:
        # Whom the server shows is worth knowing just when it is not trusted.
        shown = _handshake(one.origin, one.choice._replace(verify=False, pins=()))
    except TransportError:
        shown = Connection(f"{one.origin.host}:{one.origin.port}", "", ())
    return shown._replace(error=error_text, remedy=remedy)


def _filled(analysis: Analysis, text: PlannedText, cancel: Cancel) -> Value:
    """Fill in secrets, which a passphrase usually is. Raises `AuthenticationError` and `RefusedError`."""
    from httpls.host.project_secrets import access_of_project, secrets_of_project
    from httpls.host.prompts import TerminalPrompter
    from httpls.host.user_state import user_state

    state = user_state(os.environ)
    secrets = secrets_of_project(state, access_of_project(state, analysis.root), os.environ)
    values: list[Value] = []
    for piece in text.pieces:
        if isinstance(piece, Value):
            values.append(piece)
        elif piece.kind is HoleKind.SECRET and piece.arguments[0].lower() == "keyring":
            values.append(secrets.keyring(piece.arguments[1], "".join(piece.arguments[2:3]), cancel))
        elif piece.kind is HoleKind.SECRET:
            values.append(secrets.secret(piece.arguments[1], analysis.chosen_environments, cancel))
        elif piece.kind is HoleKind.PROVIDER:
            pairs = [(key, value) for key, _, value in (word.partition("=") for word in piece.arguments)]
            place = piece.provenance.place
            values.append(secrets.provided(pairs, Path(place.path).parent if place else analysis.root, cancel))
        elif piece.kind is HoleKind.PROMPT:
            answer = TerminalPrompter().ask(piece.name, piece.is_secret, None, cancel)
            values.append(Value(answer, piece.provenance, Labels(piece.name)))
        else:
            message = f"`{piece.name}` is known only when the request is sent"
            raise RefusedError("not-known-yet", message, "Send the request to see.")
    return joined(values, values[0].provenance) if values else joined((), analysis.context(None).literal)


def _handshake(origin: Origin, choice: TlsChoice) -> Connection:
    """Make a connection and take it down again. Raises `TransportError`."""
    import socket
    import ssl

    from httpls.run.transport.tls_failures import explained
    from httpls_auth.tls.context import ssl_context
    from httpls_auth.tls.facts import peer_facts
    from httpls_auth.tls.pins import checked_pins, public_key_pin

    peer = f"{origin.host}:{origin.port}"
    try:
        plain = socket.create_connection((origin.host, origin.port), _TIME_LIMIT)
    except OSError as error:
        message = f"{peer} cannot be reached ({error.strerror or error})"
        raise TransportError("unreachable", message, "Check host and port; a proxy is not used here.") from error
    context = ssl_context(choice, ("h2", "http/1.1"))
    with plain:
        try:
            with context.wrap_socket(plain, server_hostname=choice.server_name or origin.host) as secured:
                # From TLS 1.3 on a server refuses a client certificate only after the handshake.
                secured.settimeout(0.5)
                with contextlib.suppress(TimeoutError):
                    secured.recv(1)
                own = secured.getpeercert(binary_form=True)
                pin = public_key_pin(own) if own else ""
                if choice.pins and pin not in checked_pins(choice.pins):
                    message = f"{peer} has another public key than those that are pinned for it"
                    raise TransportError("wrong-public-key", message, "If it has a new key, write that down.")
                return Connection(peer, secured.version() or "", peer_facts(secured), pin)
        except (ssl.SSLError, OSError) as error:
            raise explained(error, peer) from error
