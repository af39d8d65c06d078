"""Sends what a scheme makes of a request with plain httpx: the schemes are tried without the engine."""

from dataclasses import dataclass, field

import httpx

from httpls_auth.schemes.flow import FlowContext, Step, drive
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.scheme import Scheme

_NOTHING = ResponseHead(0, "", ())


@dataclass
class Conversation:
    """What was sent for one request, and what came at last."""

    sent: list[OutgoingRequest] = field(default_factory=list[OutgoingRequest])
    statuses: list[int] = field(default_factory=list[int])
    head: ResponseHead = _NOTHING
    content: bytes = b""

    @property
    def status(self) -> int:
        """The status of the last response."""
        return self.head.status


def converse(client: httpx.Client, scheme: Scheme, request: OutgoingRequest, context: FlowContext) -> Conversation:
    """Send a request by a scheme, answering at most three challenges."""
    talk = Conversation()
    following: OutgoingRequest | None = drive(scheme.authenticate(request, context), _no_steps)
    while following is not None and len(talk.sent) < 4:
        talk.sent.append(following)
        response = _send(client, following)
        fields = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw])
        talk.head = ResponseHead(response.status_code, response.reason_phrase, fields)
        talk.content = response.content
        talk.statuses.append(response.status_code)
        following = drive(scheme.answer(request, talk.head, context), _no_steps)
    if scheme.verifies_responses:
        scheme.verify_response(talk.sent[-1], talk.head, [talk.content], context)
    return talk


def _send(client: httpx.Client, request: OutgoingRequest) -> httpx.Response:
    headers = [(one.name.encode(), one.value.reveal().encode()) for one in request.fields]
    content = b"".join(request.body.chunks()) if request.body is not None else None
    return client.request(request.method, request.url.reveal(), headers=headers, content=content)


def _no_steps(step: Step) -> object:
    raise AssertionError(f"unexpected step {type(step).__name__}")


def peer_certificate(client: httpx.Client, url: str) -> bytes | None:
    """Return the certificate of a server in DER."""
    with client.stream("GET", url) as response:
        certificate: bytes | None = response.extensions["network_stream"].get_extra_info("ssl_object").getpeercert(True)
        return certificate
