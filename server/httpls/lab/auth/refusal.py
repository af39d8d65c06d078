"""Answers of protected endpoints: the same for every scheme, so that what differs is the scheme."""

from httpls.lab.message import Answer, json_answer


def admitted(scheme: str, **told: object) -> Answer:
    """Return the answer to a request whose credentials are good."""
    return json_answer({"authenticated": True, "scheme": scheme, **told})


def refused(scheme: str, reason: str, *challenges: str) -> Answer:
    """Return a 401 that says why, with the challenges that the client may answer (RFC 9110, section 11.6.1)."""
    fields = [("WWW-Authenticate", challenge) for challenge in challenges]
    return json_answer({"authenticated": False, "scheme": scheme, "reason": reason}, 401, *fields)
