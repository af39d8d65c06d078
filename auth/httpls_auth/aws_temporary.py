"""Credentials of AWS that were given, and temporary ones as the token store keeps them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import FlowContext, Token
from httpls_auth.sigv4 import AwsCredentials
from httpls_auth.values.labels import Labels
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_MARGIN = 60.0
"""How many seconds before their end temporary credentials are not used any more."""


def kept_token(members: Mapping[str, str], expires_at: float | None, context: FlowContext) -> Token:
    """Keep temporary credentials as a token, whose text is their JSON, so that the token store holds them."""
    return Token(secret_text(json.dumps(members), "temporary AWS credentials"), "AWS", context.now(), expires_at)


def credentials_of(token: Token, region: str | None) -> AwsCredentials:
    """Return the credentials that `kept_token` has kept."""
    members = members_of(token.access.reveal())
    texts = [str(members.get(name, "")) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    return given_credentials("role", texts[0], texts[1], texts[2])._replace(region=region)


def is_fresh(token: Token, now: float) -> bool:
    """Tell whether temporary credentials hold for a while yet."""
    return token.expires_at is None or token.expires_at - _MARGIN > now


def given_credentials(name: str, access: str, secret: str, token: str | None) -> AwsCredentials:
    """Return credentials that were read somewhere; `name` is what gave them."""
    what = f"AWS {name}"
    return AwsCredentials(plain(access), secret_text(secret, what), secret_text(token, what) if token else None)


def secret_text(text: str, what: str) -> Value:
    """Return a secret that was read somewhere."""
    return Value(text, Provenance(Origination.PROVIDER, what), Labels(what))


def members_of(text: str) -> dict[str, object]:
    """Return the members of a JSON object, none for anything else."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", document) if isinstance(document, dict) else {}


def seconds_of(text: object) -> float | None:
    """Return the seconds since the epoch of a time such as `2026-01-02T03:04:05Z`, None if it is none."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("UTC", "Z"))
    except ValueError:
        return None
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
