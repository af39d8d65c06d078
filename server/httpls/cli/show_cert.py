"""Shows which certificates a request uses, for people and as JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from httpls.cli.cert_facts import Connection
from httpls.model.tls import PlannedTls
from httpls.run.used_certificates import Explained

if TYPE_CHECKING:
    from httpls_auth.tls.facts import CertificateFacts


def explained_lines(one: Explained) -> Iterator[str]:
    """Yield the lines about one request."""
    yield one.title
    if one.planned is None:
        why = "no certificates: the connection is not secured (http)" if one.origin else "the host is not known yet"
        yield f"  {why}"
        return
    yield from _certificate_lines(one, one.planned)
    yield from _server_lines(one.planned)
    for message, remedy in one.errors:
        yield f"  ✗ {message}"
        if remedy:
            yield f"    {remedy}"


def connection_lines(connection: Connection) -> Iterator[str]:
    """Yield the lines about a connection that was tried."""
    yield f"  connection          {connection.peer}" + (f", {connection.version}" if connection.version else "")
    yield from (f"    {number}  {_shown(facts)}" for number, facts in enumerate(connection.chain))
    if connection.pin:
        yield f"    public key of 0 (`# @tls pin-sha256=…`): {connection.pin}"
    if connection.error:
        yield f"  ✗ {connection.error}"
        yield f"    {connection.remedy}"


def explained_as_json(one: Explained, connection: Connection | None) -> dict[str, Any]:
    """Return everything about one request as JSON has it; times are in seconds since the epoch."""
    planned, facts = one.planned, one.facts
    content: dict[str, Any] = {"request": one.title, "origin": str(one.origin) if one.origin is not None else None}
    if planned is not None:
        certificate = planned.certificate
        content |= {
            "clientCertificate": None if certificate is None or certificate.path is None else {
                "path": certificate.path.shown,
                "key": certificate.key.shown if certificate.key is not None else None,
                "facts": facts.certificate._asdict() if facts is not None else None,
                "chain": [each._asdict() for each in facts.chain] if facts is not None else [],
                "keyKind": facts.key if facts is not None else None,
                "warnings": list(facts.warnings) if facts is not None else [],
            },
            "rule": certificate.rule if certificate is not None else None,
            "overruled": list(planned.overruled),
            "isVerified": planned.verify,
            "verifyRule": planned.verify_rule,
            "authorities": [{"path": path.shown, "rule": rule} for rule, path in planned.authorities],
            "trustsSystem": not planned.replaces_system,
            "pins": list(planned.pins),
        }  # fmt: skip
    content["errors"] = [{"message": message, "remedy": remedy} for message, remedy in one.errors]
    if connection is not None:
        content["connection"] = {
            "peer": connection.peer,
            "version": connection.version,
            "chain": [facts._asdict() for facts in connection.chain],
            "pin": connection.pin or None,
            "error": connection.error or None,
            "remedy": connection.remedy or None,
        }
    return content


def _certificate_lines(one: Explained, planned: PlannedTls) -> Iterator[str]:
    certificate = planned.certificate
    if certificate is None:
        yield "  client certificate  none; no rule names one for this host"
        return
    if certificate.path is None:
        yield "  client certificate  none"
    else:
        files = certificate.path.shown + (f" with {certificate.key.shown}" if certificate.key is not None else "")
        yield f"  client certificate  {files}"
    if one.facts is not None:
        yield f"    {_shown(one.facts.certificate)}"
        yield f"    key: {one.facts.key}; SHA-256 {one.facts.certificate.fingerprint_sha256}"
        yield from (f"    chain: {_shown(each)}" for each in one.facts.chain)
        yield from (f"    ! {warning}" for warning in one.facts.warnings)
    yield f"    chosen by {certificate.rule}"
    yield from (f"    instead of {rule}" for rule in planned.overruled)


def _server_lines(planned: PlannedTls) -> Iterator[str]:
    if not planned.verify:
        yield f"  server              NOT verified: {planned.verify_rule}"
    else:
        yield "  server              verified"
        system = "" if planned.replaces_system else "the authorities of the system"
        if system:
            yield f"    trusts {system}"
        yield from (f"    trusts {path.shown}, by {rule}" for rule, path in planned.authorities)
    if planned.server_name is not None:
        yield f"  name of the server  {planned.server_name}"
    if planned.minimum or planned.maximum:
        yield f"  versions            TLS {planned.minimum or '1.2'} to {planned.maximum or 'the highest'}"
    if planned.pins:
        yield f"  public key          has to be one of {', '.join(planned.pins)}"
    if planned.key_log:
        yield f"  session keys        are written to {planned.key_log} (SSLKEYLOGFILE)"


def _shown(facts: "CertificateFacts") -> str:
    names = f", for {', '.join(facts.names)}" if facts.names else ""
    return f"{facts.subject}, issued by {facts.issuer}, {_day(facts.not_before)} to {_day(facts.not_after)}{names}"


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
