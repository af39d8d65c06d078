"""Client certificates: the TLS library of the standard library checks the chain, the endpoint demands one."""

from httpls.lab.auth.refusal import admitted
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.keys import CLIENT, CLIENT_KEY, CLIENT_PKCS12, PASSPHRASE
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State


def _certificate(request: Request, _state: State) -> Answer:
    if not request.certificate:
        reason = "no client certificate was shown; this endpoint is for the address with TLS"
        return json_answer({"authenticated": False, "scheme": "mtls", "reason": reason}, 403)
    return admitted("mtls", certificate=request.certificate)


GROUP = Group("Client certificates", (
    Endpoint(
        "/auth/mtls", "a client certificate of the lab's authority", _certificate,
        needs=f"{CLIENT} with {CLIENT_KEY}, or {CLIENT_PKCS12} (passphrase {PASSPHRASE}), of the folder",
    ),
))  # fmt: skip
"""The endpoints of this module."""
