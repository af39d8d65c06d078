"""The trace of a request: every hop with its exact heads, its connection, its times, its cookies, its auth steps."""

import time
from collections.abc import Iterator

from httpls.cli.show_head import request_head, response_head
from httpls.cli.terminal import Style, visible
from httpls.cli.units import shown_duration, shown_size
from httpls.run.exchange import ConnectionFacts, CookieEvent, Exchange, Hop, Purpose, Timing, TlsFacts
from httpls_auth.tls.facts import CertificateFacts
from httpls_auth.values.redactor import Redactor

_ARROWS = {"sent": "> ", "received": "< ", "told": "* "}


def trace_lines(exchange: Exchange, redactor: Redactor, style: Style) -> Iterator[str]:
    """Yield the lines of all hops: `>` for what was sent, `<` for what came, `*` for what is told about it."""
    for number, hop in enumerate(exchange.hops, start=1):
        yield style.paint(f"* hop {number} of {len(exchange.hops)}: {_purpose(hop)}", "1;35")
        for note in _told(hop, redactor):
            yield style.paint(_ARROWS["told"], "35") + note
        yield from (style.paint(_ARROWS["sent"], "32") + line for line in request_head(hop.request, redactor))
        if hop.request.body_length:
            yield style.paint(f"{_ARROWS['sent']}‹body of {shown_size(hop.request.body_length)}›", "2")
        if hop.response is not None:
            yield from (style.paint(_ARROWS["received"], "34") + line for line in response_head(hop.response, redactor))
            length = hop.response.encoded_length
            if length:
                unpacked = hop.response.content.length
                more = f", {shown_size(unpacked)} unpacked" if unpacked != length else ""
                yield style.paint(f"{_ARROWS['received']}‹body of {shown_size(length)}{more}›", "2")
        if hop.failure is not None:
            yield style.paint(_ARROWS["told"], "35") + style.paint(visible(redactor.redact(hop.failure.message)), "31")
        for event in hop.cookies:
            yield style.paint(_ARROWS["told"], "35") + _cookie(event)
        yield style.paint(_ARROWS["told"], "35") + f"time: {shown_timing(hop.timing)}"
        yield ""


def shown_timing(timing: Timing) -> str:
    """Return the phases that happened with their durations, and the whole."""
    phases = (
        ("queue", timing.queue), ("DNS", timing.dns), ("connect", timing.connect), ("TLS", timing.tls),
        ("send", timing.request), ("first byte", timing.first_byte), ("download", timing.download),
    )  # fmt: skip
    shown = [f"{name} {shown_duration(seconds)}" for name, seconds in phases if seconds is not None]
    return ", ".join([*shown, f"total {shown_duration(timing.total)}"])


def _purpose(hop: Hop) -> str:
    word = {
        Purpose.REQUEST: "the request",
        Purpose.REDIRECT: "redirect",
        Purpose.CHALLENGE: "answer to a challenge",
        Purpose.AUTHENTICATION: "authentication",
    }[hop.purpose]
    return f"{word} ({visible(hop.label)})" if hop.label and hop.purpose is not Purpose.REQUEST else word


def _told(hop: Hop, redactor: Redactor) -> Iterator[str]:
    if hop.connection is not None:
        yield from _connection(hop.connection)
    if hop.cookies_sent:
        yield f"cookies sent: {visible(', '.join(hop.cookies_sent))}"
    if hop.dropped:
        yield f"not sent to another origin: {visible(', '.join(hop.dropped))}"
    for note in hop.notes:
        text = visible(redactor.redact(str(note.text)))
        lines = text.split("\n")
        yield f"{visible(note.title)}: {lines[0]}"
        yield from ("    " + line for line in lines[1:])


def _connection(connection: ConnectionFacts) -> Iterator[str]:
    kind = "kept connection" if connection.is_reused else "new connection"
    proxy = f" through the proxy {visible(connection.proxy)}" if connection.proxy else ""
    yield f"{kind} {connection.local_address} → {connection.remote_address}{proxy}, HTTP/{connection.http_version}"
    if connection.tls is not None:
        yield from _tls(connection.tls)


def _tls(tls: TlsFacts) -> Iterator[str]:
    alpn = f", ALPN {visible(tls.alpn)}" if tls.alpn else ""
    yield f"{tls.version}, {tls.cipher}{alpn}"
    verified = "the server's certificate is verified" if tls.is_verified else "the server's certificate is NOT verified"
    yield f"{verified}: {visible(tls.verify_rule)}" if tls.verify_rule else verified
    for number, certificate in enumerate(tls.peer_chain):
        yield f"  {number} {_certificate(certificate)}"
    if tls.client_certificate is not None:
        rule = f", chosen by {visible(tls.client_certificate_rule)}" if tls.client_certificate_rule else ""
        yield f"client certificate {_certificate(tls.client_certificate)}{rule}"


def _certificate(certificate: CertificateFacts) -> str:
    until = time.strftime("%Y-%m-%d", time.gmtime(certificate.not_after))
    names = f", for {visible(', '.join(certificate.names[:8]))}" if certificate.names else ""
    return f"{visible(certificate.subject)}, issued by {visible(certificate.issuer)}, until {until}{names}"


def _cookie(event: CookieEvent) -> str:
    where = f"{visible(event.name)} for {visible(event.domain)}{visible(event.path)}"
    if event.refused_because is None:
        return f"cookie stored: {where}"
    return f"cookie refused: {where}: {visible(event.refused_because)}"
