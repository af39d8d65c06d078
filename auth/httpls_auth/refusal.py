"""What a refusal means: what the server asks for, what the request carried, and what to try. Pure: data in, data out.

Used by the run after a 401, 403 or 407, by `httpls auth explain`, and by editors.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from httpls_auth.schemes.challenge import PROXY, SERVER, Challenge, Side, challenges_of
from httpls_auth.schemes.message import Field, ResponseHead
from httpls_auth.values.secret_names import looks_secret

LONGEST = 200
"""How many characters of a text of the server are repeated."""


class Refusal(NamedTuple):
    """Why a response says no. Each text is a sentence without a full stop; `advice` are whole sentences.

    What comes from the server is repeated as it is but for its length: whoever shows it makes control characters
    visible. No text holds a credential.
    """

    asked: tuple[str, ...]
    sent: str
    advice: tuple[str, ...]


class Attempt(NamedTuple):
    """A request that was refused: its header fields as they were sent, the words of the schemes that authenticated it.

    `now` is when the response came, in seconds since the epoch.
    """

    fields: Sequence[Field]
    words: Sequence[str]
    now: float


def explain_refusal(attempt: Attempt, response: ResponseHead) -> Refusal | None:
    """Return what a response with the status 401, 403 or 407 means; None for any other."""
    if response.status not in (401, 403, 407):
        return None
    side = PROXY if response.status == 407 else SERVER
    challenges = challenges_of(response, side)
    asked = tuple(_described(challenges))
    credential = _credential(attempt, side)
    advice = [*_advice(attempt, response, side, challenges, credential), *_clock(attempt, response)]
    return Refusal(asked, _sent(attempt, credential, side), tuple(dict.fromkeys(advice)))


class _Credential(NamedTuple):
    """The field `Authorization` (or that for the proxy) as it was sent: its first word, and the claims of a JWT."""

    word: str
    claims: Mapping[str, object] | None


def _credential(attempt: Attempt, side: Side) -> _Credential | None:
    field = next((one for one in attempt.fields if one.name.lower() == side.credentials.lower()), None)
    if field is None:
        return None
    word, _, rest = field.value.reveal().strip().partition(" ")
    return _Credential(word if rest else "", _claims(rest or word))


def _described(challenges: Sequence[Challenge]) -> Iterator[str]:
    for challenge in challenges:
        pieces = [challenge.scheme]
        realm = challenge.value("realm")
        if realm:
            pieces.append(f"for the realm “{_short(realm)}”")
        for name, shown in _SHOWN:
            value = challenge.value(name)
            if value:
                pieces.append(f"{shown} {_short(value)}")
        yield " ".join(pieces)


_SHOWN = (
    ("algorithm", "by"), ("qop", "with qop"), ("scope", "with scope"), ("error", "because of"),
    ("error_description", "–"), ("algs", "signed by"), ("oauth_problem", "because of"),
    ("resource_metadata", "described at"),
)  # fmt: skip


def _sent(attempt: Attempt, credential: _Credential | None, side: Side) -> str:
    words = [word for word in attempt.words if word not in ("none", "mtls")]
    by = f", by `@auth {words[0]}`" if len(words) == 1 else ""
    if credential is not None:
        named = f" with `{credential.word}`" if credential.word else ""
        return f"the request carried `{side.credentials}`{named}{by}"
    if words and all(word in _WAITING for word in words):
        return f"the request carried no credential: `{words[0]}` waits for its challenge"
    if words and side is SERVER:
        return f"the request was authenticated by {' and '.join(f'`{word}`' for word in words)}"
    by_hand = _fields_by_hand(attempt)
    if by_hand and side is SERVER:
        return f"the request carried {' and '.join(f'`{name}`' for name in by_hand)}"
    return "the request carried no credential"


def _fields_by_hand(attempt: Attempt) -> Sequence[str]:
    """Return the names of the fields that are those of credentials: what somebody wrote without a scheme."""
    return [one.name for one in attempt.fields if one.name.lower() != "cookie" and looks_secret(one.name)]


def _advice(
    attempt: Attempt, response: ResponseHead, side: Side, challenges: Sequence[Challenge],
    credential: _Credential | None,
) -> Iterator[str]:  # fmt: skip
    if side is PROXY:
        yield "Give user and password of the proxy, as in `--proxy http://user:password@host:port`."
        return
    asked = {challenge.scheme.lower() for challenge in challenges}
    if response.status == 403:
        yield from _advice_for_403(challenges, credential, attempt)
        return
    if not challenges:
        yield "The server does not say what it asks for; see its documentation for the way to authenticate."
    if credential is None and not any(word not in ("none", "mtls") for word in attempt.words):
        if not asked and (by_hand := _fields_by_hand(attempt)):
            yield f"The value of `{by_hand[0]}` is wrong or no longer valid, or the server wants another field."
        yield from _examples(asked)
        return
    # Where a challenge is waited for and another one comes, nothing is sent.
    waiting = next((one for one in attempt.words if one in _WAITING), "")
    word = credential.word if credential is not None else waiting
    if asked and word and word.lower() not in asked:
        offered = " or ".join(challenge.scheme for challenge in challenges)
        yield f"The server asks for {offered}, and `{word}` is not that."
        yield from _examples(asked)
        return
    word = word.lower()
    yield from _advice_for(word, challenges, credential, attempt)


def _advice_for(
    word: str, challenges: Sequence[Challenge], credential: _Credential | None, attempt: Attempt
) -> Iterator[str]:
    error = next((value for one in challenges if (value := one.value("error"))), "")
    if word in ("bearer", "dpop", "token") or (credential is not None and credential.claims is not None):
        yield from _about_token(error, challenges, credential, attempt)
    elif word == "basic":
        yield "User or password is wrong; a password beyond ASCII may be wanted in `charset=iso-8859-1`."
    elif word == "digest":
        yield "User or password is wrong, or the password is kept for another realm."
    elif word == "ntlm":
        yield "User, password or domain is wrong; write the user as `DOMAIN\\user`, or give `domain`."
    elif word == "negotiate":
        yield "The ticket is none for this server: see `klist`, the name of the host, and `host` and `service`."
    elif word == "hawk":
        yield "The key is wrong, or the clocks differ; the server's own is in its challenge."
    elif word == "oauth":
        problem = next((value for one in challenges if (value := one.value("oauth_problem"))), "")
        yield _OAUTH1_PROBLEMS.get(problem.lower(), _OAUTH1_REFUSED)
    elif word in _OTHER_SIGNATURES:
        yield _OTHER_SIGNATURES[word]
    else:
        yield "The credentials are wrong or no longer valid."


_OAUTH1_REFUSED = (
    "Key, secret or signature method is wrong, or the token is no longer valid: `httpls auth login` gets a new one "
    "where a login is set up."
)
_OAUTH1_PROBLEMS = {
    **dict.fromkeys(
        ("token_rejected", "token_expired", "token_revoked", "token_used", "permission_denied"),
        "The token is wrong, expired or revoked: log in anew with `httpls auth login`, or give another `token`.",
    ),
    **dict.fromkeys(
        ("consumer_key_unknown", "consumer_key_rejected", "consumer_key_refused"),
        "The server does not know the client: see `consumer-key`.",
    ),
    "signature_invalid": "The signature is wrong: see `consumer-secret` and `token-secret`, and whether something on "
    "the way changes the request.",
    "signature_method_rejected": "The server wants another `signature-method`.",
    "timestamp_refused": "The server does not take the time: leave `timestamp` out, and see the clock of this machine.",
    "nonce_used": "The nonce was used before: leave `nonce` out.",
    "additional_authorization_required": "A person has to agree again: log in anew with `httpls auth login`.",
}
"""What to try, by `oauth_problem` (the extension Problem Reporting of OAuth Core 1.0)."""
_OTHER_SIGNATURES = {
    "eg1-hmac-sha256": "A token or the secret is wrong, or is one of another host, or the clocks differ; the body of "
    "the response says which.",
    "aws4-hmac-sha256": "The key or its secret is wrong, or region or service is another one; the body of the "
    "response says which.",
}


def _about_token(
    error: str, challenges: Sequence[Challenge], credential: _Credential | None, attempt: Attempt
) -> Iterator[str]:
    claims = credential.claims if credential is not None else None
    expiry, begin = _number(claims, "exp"), _number(claims, "nbf")
    if expiry is not None and expiry <= attempt.now:
        yield f"The token expired {_span(attempt.now - expiry)} ago: get a new one (`httpls auth login`)."
    elif begin is not None and begin > attempt.now:
        yield f"The token holds only in {_span(begin - attempt.now)}: the clocks may differ."
    elif error == "insufficient_scope":
        scope = next((value for one in challenges if (value := one.value("scope"))), "")
        yield f"The token lacks the scope{f' `{_short(scope)}`' if scope else ''}: ask for it with `@auth-scope`."
    elif error == "use_dpop_nonce":
        yield "The server wants its nonce in the proof, and did not accept it."
    elif claims is not None:
        shown = [f"{name} {_short(_text(claims[name]))}" for name in ("iss", "aud", "scope", "scp") if name in claims]
        about = f" It says: {', '.join(shown)}." if shown else ""
        yield f"The token has not expired, but the server does not take it: compare issuer, audience and scope.{about}"
    else:
        yield "The token is wrong, expired or revoked: get a new one (`httpls auth login`)."


def _advice_for_403(challenges: Sequence[Challenge], credential: _Credential | None, attempt: Attempt) -> Iterator[str]:
    if any(one.value("error") for one in challenges):
        yield from _about_token(challenges[0].value("error") or "", challenges, credential, attempt)
        return
    if credential is None and not any(word not in ("none", "mtls") for word in attempt.words):
        yield "The server may want a credential without saying so; else nobody may do this."
    elif any(word in _SIGNING for word in attempt.words):
        yield "The signature is wrong (a wrong key, or something on the way changed the request), or the key may not."
    else:
        yield "The server knows the credential, most likely, but who it belongs to may not do this."


_WAITING = ("digest", "ntlm", "negotiate")
_SIGNING = ("aws", "hawk", "oauth1", "edgegrid")
_CLOCKED = (*_SIGNING, "jwt", "asap", "wsse")


def _clock(attempt: Attempt, response: ResponseHead) -> Iterator[str]:
    """Yield that the clocks differ, where a scheme depends on the time (more than a minute is told)."""
    date = response.value("Date")
    if date is None or not any(word in _CLOCKED for word in attempt.words):
        return
    from email.utils import parsedate_to_datetime

    try:
        difference = attempt.now - parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return
    if abs(difference) > 60:
        way = "ahead of" if difference > 0 else "behind"
        about = f"{_span(abs(difference))} {way} the server's"
        yield f"The clock of this machine is {about}, and the signature has the time in it."


def _examples(asked: set[str]) -> Iterator[str]:
    """Yield how to answer the challenges that can be, the best first."""
    found = [example for name, example in _EXAMPLES if name in asked]
    if found:
        yield f"Write {' or '.join(f'`{example}`' for example in found[:2])} above the request."


_EXAMPLES = (
    ("negotiate", "# @auth negotiate"),
    ("dpop", "# @auth oauth2 … dpop=true"),
    ("bearer", "# @auth bearer {{token}}"),
    ("hawk", "# @auth hawk id={{id}} key={{$secret key}}"),
    ("digest", "# @auth digest {{user}} {{$secret password}}"),
    ("ntlm", "# @auth ntlm {{user}} {{$secret password}}"),
    ("basic", "# @auth basic {{user}} {{$secret password}}"),
)


def _claims(token: str) -> Mapping[str, object] | None:
    """Return the claims of a JWT, unverified; None for any other text."""
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]*", token, re.ASCII):
        return None
    payload = token.split(".")[1]
    try:
        found: object = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return None
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else None


def _number(claims: Mapping[str, object] | None, name: str) -> float | None:
    value = claims.get(name) if claims is not None else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _span(seconds: float) -> str:
    """Return a length of time as people say it."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}{'s' if count != 1 else ''}"
    count = round(seconds)
    return f"{count} second{'s' if count != 1 else ''}"
