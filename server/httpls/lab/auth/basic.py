"""Basic authentication (RFC 7617)."""

import base64
import binascii
import hmac

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request
from httpls.lab.state import PASSWORD, USER, State


def _basic(request: Request, _state: State) -> Answer:
    user = request.parameter("user", USER)
    password = request.parameter("password", PASSWORD)
    challenge = 'Basic realm="lab", charset="UTF-8"'
    scheme, _, encoded = request.value("authorization").partition(" ")
    if scheme.lower() != "basic":
        return refused("basic", "there are no credentials for Basic", challenge)
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error as error:
        return refused("basic", f"the credentials are not in base64: {error}", challenge)
    if not hmac.compare_digest(decoded, f"{user}:{password}".encode()):
        return refused("basic", "user or password is wrong", challenge)
    return admitted("basic", user=user)


GROUP = Group("Basic", (
    Endpoint(
        "/auth/basic", "Basic in UTF-8; `?user=` and `?password=` ask for others", _basic,
        needs=f"{USER} / {PASSWORD}",
    ),
))  # fmt: skip
"""The endpoints of this module."""
