"""NTLM (MS-NLMP), and Negotiate (RFC 4559) with NTLM inside, accepted by pyspnego. The connection is logged in."""

import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import PASSWORD, USER, State

DOMAIN = "CORP"
_USERS = "ntlm-users"
_ENVIRONMENT = threading.Lock()


def _ntlm(request: Request, state: State) -> Answer:
    return _answered("NTLM", request, state)


def _negotiate(request: Request, state: State) -> Answer:
    return _answered("Negotiate", request, state)


def _answered(wanted: str, request: Request, state: State) -> Answer:
    import spnego
    from spnego.exceptions import SpnegoError

    user = request.connection.get(f"{wanted} user")
    if user is not None and not request.value("authorization"):
        return admitted(wanted.lower(), user=user)
    scheme, _, text = request.value("authorization").partition(" ")
    if scheme.lower() != wanted.lower():
        return refused(wanted.lower(), f"there is no message of {wanted}", wanted)
    begun = request.connection.pop(f"{wanted} login", None)
    try:
        with _user_file(state.folder / _USERS):
            # Without the pure implementation it would ask the system's, which knows other users.
            login = begun if isinstance(begun, spnego.ContextProxy) else spnego.server(
                hostname="localhost", service="HTTP", protocol=wanted.lower(),
                options=spnego.NegotiateOptions.use_ntlm
                if wanted == "NTLM"
                else spnego.NegotiateOptions.use_negotiate,
            )  # fmt: skip
            token = login.step(b64decode(text, validate=True))
    except (SpnegoError, ValueError) as error:
        return refused(wanted.lower(), f"the login is refused: {type(error).__name__}", wanted)
    shown = f"{wanted} {b64encode(token).decode()}" if token else wanted
    if not login.complete:
        request.connection[f"{wanted} login"] = login
        return refused(wanted.lower(), "the login goes on", shown)
    request.connection[f"{wanted} user"] = login.client_principal
    answer = admitted(wanted.lower(), user=login.client_principal)
    return answer._replace(fields=(*answer.fields, ("WWW-Authenticate", shown))) if token else answer


@contextmanager
def _user_file(path: Path) -> Generator[None]:
    """Have pyspnego find its users; it takes the file from the environment of the process only."""
    name = "NTLM_USER_FILE"
    with _ENVIRONMENT:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"{DOMAIN}:{USER}:{PASSWORD}\n:{USER}:{PASSWORD}\n", encoding="utf-8")
        before = os.environ.get(name)
        os.environ[name] = str(path)
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before


_NEEDS = f"{USER} / {PASSWORD}, of the domain {DOMAIN} or of none"

GROUP = Group("NTLM and Negotiate", (
    Endpoint("/auth/ntlm", "NTLM; the connection stays logged in", _ntlm, needs=_NEEDS),
    Endpoint("/auth/negotiate", "Negotiate with NTLM inside; there is no Kerberos here", _negotiate, needs=_NEEDS),
))  # fmt: skip
"""The endpoints of this module."""
