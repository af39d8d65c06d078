"""Asks an issuer for its endpoints, for the guided set-up."""

import os
import time
from collections.abc import Iterator

from httpls.run.cancel import Cancel
from httpls.run.errors import TransportError
from httpls.run.transport.http_wire import HttpWire
from httpls.run.wire import Limits, Route
from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import FlowContext, Send, Step, drive
from httpls_auth.schemes.message import Response
from httpls_auth.schemes.oauth.endpoints import discovered
from httpls_auth.values.labels import PLAIN
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_LARGEST = 1 << 20


def endpoints_of(issuer: str, cancel: Cancel) -> Iterator[tuple[str, str]]:
    """Yield name and URL of each endpoint that an issuer tells. Raises `TokenError`, `ParameterError`."""
    wire = HttpWire()

    def answer(step: Step) -> Response:
        assert isinstance(step, Send)
        limits = Limits(connect=10, read=10, total=20, encoded=_LARGEST, decoded=_LARGEST)
        try:
            response = wire.send(step.request, Route(), limits, cancel).response
        except TransportError as error:
            raise TokenError(f"the issuer cannot be asked: {error}", error.remedy) from error
        return Response(response.head, response.content.read(_LARGEST))

    context = FlowContext(time.time, os.urandom, {}, {}, [], PLAIN)
    try:
        found = drive(discovered(Value(issuer, Provenance(Origination.PROMPT, "issuer")), context), answer)
    finally:
        wire.close()
    named = (
        ("token-url", found.token), ("auth-url", found.authorization), ("device-auth-url", found.device),
        ("par-url", found.pushed), ("revoke-url", found.revocation), ("introspection-url", found.introspection),
        ("userinfo-url", found.user_information), ("jwks-url", found.keys),
    )  # fmt: skip
    yield from [(name, value.reveal()) for name, value in named if value is not None]
