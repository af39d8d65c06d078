"""No authentication, said aloud: it cuts what a request would inherit."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.scheme import Scheme, Stage


@dataclass(frozen=True, slots=True)
class NoAuthentication(Scheme):
    """Adds nothing."""

    word = "none"
    title = "No auth"
    summary = "Sends the request without authentication, whatever the levels around it say."
    stage = Stage.PLACEMENT
    aliases = ("noauth",)
    postman = "noauth"
    jetbrains = ("None",)
    example = "# @auth none\nGET {{lab}}/auth/none\n"

    @property
    def writes(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Return the request as it is."""
        _ = context
        return request
        yield
