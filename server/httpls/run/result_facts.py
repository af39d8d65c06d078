"""What came of a request as plain data for programs, with secrets masked: the form of docs/command-line.md."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from httpls.run.decoded_text import decoded_text
from httpls.run.exchange import (
    Assertion,
    ConnectionFacts,
    Failure,
    Hop,
    ReceivedResponse,
    Result,
    SentRequest,
    Timing,
    TlsFacts,
)
from httpls.run.masked_head import request_head, response_head
from httpls_auth.tls.facts import CertificateFacts
from httpls_auth.values.redactor import Redactor

if TYPE_CHECKING:
    from httpls_auth.refusal import Refusal

LARGEST_BODY = 1 << 20
"""How many bytes of a body are given."""


class ResultFacts:
    """Turns results into plain data, masking as it goes."""

    def __init__(
        self, redactor: Redactor, visible: Callable[[str], str] = str, largest_body: int = LARGEST_BODY
    ) -> None:
        """Take what masks, what makes control characters of heads visible, and how many bytes of a body are given."""
        self._text = redactor.redact
        self._redactor = redactor
        self._visible = visible
        self._largest_body = largest_body

    def result(self, result: Result) -> dict[str, object]:
        """Return everything about a result."""
        return {
            "file": result.path,
            "line": result.line,
            "number": result.number,
            "name": result.name,
            "method": result.method,
            "url": self._text(result.shown_url),
            "outcome": result.outcome.value,
            "requiredBy": result.required_by,
            "iteration": result.iteration,
            "isAuthFailure": result.is_auth_failure,
            "refusal": self._refusal(result.refusal),
            "seconds": round(result.duration, 6),
            "failures": list(map(self._failure, result.failures)),
            "assertions": list(map(self._assertion, result.assertions)),
            "logs": list(map(self._text, result.logs)),
            "saved": list(result.saved),
            "response": self._response(result.exchange.response, with_body=True),
            "hops": list(map(self._hop, result.exchange.hops)),
        }

    def _refusal(self, refusal: "Refusal | None") -> dict[str, object] | None:
        if refusal is None:
            return None
        return {
            "asked": list(map(self._text, refusal.asked)),
            "sent": self._text(refusal.sent),
            "advice": list(map(self._text, refusal.advice)),
        }

    def _failure(self, failure: Failure) -> dict[str, object]:
        return {
            "code": failure.code,
            "message": self._text(failure.message),
            "remedy": self._text(failure.remedy),
            **_place(failure.path, failure.line, failure.column),
        }

    def _assertion(self, assertion: Assertion) -> dict[str, object]:
        return {
            "name": self._text(assertion.name),
            "holds": assertion.holds,
            "message": self._text(assertion.message),
            "expected": None if assertion.expected is None else self._text(assertion.expected),
            "found": None if assertion.found is None else self._text(assertion.found),
            **_place(assertion.path, assertion.line, assertion.column),
        }

    def _hop(self, hop: Hop) -> dict[str, object]:
        return {
            "purpose": hop.purpose.value,
            "label": self._text(hop.label),
            "request": self._request(hop.request),
            "response": self._response(hop.response, with_body=False),
            "failure": None if hop.failure is None else self._failure(hop.failure),
            "timing": _timing(hop.timing),
            "connection": _connection(hop.connection),
            "cookiesSent": list(hop.cookies_sent),
            "cookies": [event._asdict() for event in hop.cookies],
            "dropped": list(hop.dropped),
            "notes": [{"title": note.title, "text": self._text(str(note.text))} for note in hop.notes],
        }

    def _request(self, request: SentRequest) -> dict[str, object]:
        return {
            "method": request.method,
            "url": self._text(str(request.url)),
            "head": list(map(self._visible, request_head(request, self._redactor))),
            "bodyLength": request.body_length,
        }

    def _response(self, response: ReceivedResponse | None, with_body: bool) -> dict[str, object] | None:
        if response is None:
            return None
        told: dict[str, object] = {
            "status": response.head.status,
            "reason": response.head.reason,
            "headers": [{"name": name, "value": self._text(value)} for name, value in response.head.fields],
            "head": list(map(self._visible, response_head(response, self._redactor))),
            "bodyLength": response.content.length,
            "encodedLength": response.encoded_length,
            "isComplete": response.is_complete,
            "decodingError": response.decoding_error,
        }
        return {**told, "body": self._body(response)} if with_body else told

    def _body(self, response: ReceivedResponse) -> dict[str, object]:
        content = response.content.read(self._largest_body)
        is_whole = len(content) == response.content.length
        text = decoded_text(content, response.head.value("content-type") or "", is_whole)
        if text is None:
            shown = base64.b64encode(self._redactor.redact_bytes(content)).decode("ascii")
            return {"base64": shown, "isWhole": is_whole}
        return {"text": self._text(text), "isWhole": is_whole}


def _place(path: str | None, line: int | None, column: int | None) -> dict[str, object]:
    return {"file": path, "line": line, "column": column}


def _timing(timing: Timing) -> dict[str, object]:
    started = datetime.fromtimestamp(timing.started_at, UTC).isoformat()
    phases = {name: seconds for name, seconds in timing._asdict().items() if name != "started_at"}
    told: dict[str, object] = {"startedAt": started}
    for name, seconds in phases.items():
        told["firstByte" if name == "first_byte" else name] = None if seconds is None else round(seconds, 6)
    return told


def _connection(connection: ConnectionFacts | None) -> dict[str, object] | None:
    if connection is None:
        return None
    return {
        "httpVersion": connection.http_version,
        "localAddress": connection.local_address,
        "remoteAddress": connection.remote_address,
        "isReused": connection.is_reused,
        "proxy": connection.proxy,
        "tls": _tls(connection.tls),
    }


def _tls(tls: TlsFacts | None) -> dict[str, object] | None:
    if tls is None:
        return None
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "alpn": tls.alpn,
        "isVerified": tls.is_verified,
        "verifyRule": tls.verify_rule,
        "peerChain": list(map(_certificate, tls.peer_chain)),
        "clientCertificate": None if tls.client_certificate is None else _certificate(tls.client_certificate),
        "clientCertificateRule": tls.client_certificate_rule,
    }


def _certificate(certificate: CertificateFacts) -> dict[str, object]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "notBefore": datetime.fromtimestamp(certificate.not_before, UTC).isoformat(),
        "notAfter": datetime.fromtimestamp(certificate.not_after, UTC).isoformat(),
        "names": list(certificate.names),
        "sha256": certificate.fingerprint_sha256,
    }
