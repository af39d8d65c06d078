"""An Amazon Cognito user pool with one user: login by the Secure Remote Password protocol (RFC 5054), and renewal.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
"""

import hmac
import json
import secrets
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple, TypeAlias, cast

from httpls.lab.auth.refusal import admitted, refused
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import PASSWORD, SHARED_KEY, USER, State

_Members: TypeAlias = dict[str, object]
_LIFETIME = 300
# The 3072-bit group of RFC 3526, section 4, as Cognito uses it, with the generator 2.
_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)


class _Session(NamedTuple):
    """A login that has begun: the pool, and the numbers of both sides."""

    pool: str
    client: int
    verifier: int
    secret: int

    @property
    def public(self) -> int:
        """The number that the server tells."""
        multiplier = _hashed(_padded(_PRIME) + _padded(2))
        return (multiplier * self.verifier + pow(2, self.secret, _PRIME)) % _PRIME


class _RefusedError(Exception):
    """A call is refused, with the name of an error of the service."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _service(request: Request, state: State) -> Answer:
    action = request.value("x-amz-target").rpartition(".")[2]
    try:
        members: object = json.loads(request.content())
        return json_answer(_called(action, _members(members), request.parameters["pool"], state))
    except (_RefusedError, KeyError, ValueError) as error:
        code = error.code if isinstance(error, _RefusedError) else "InvalidParameterException"
        return json_answer({"__type": f"com.amazonaws.cognito#{code}", "message": str(error)}, 400)


def _called(action: str, members: _Members, pool: str, state: State) -> _Members:
    flow = members.get("AuthFlow")
    if action == "InitiateAuth" and flow == "USER_SRP_AUTH":
        return _challenge(_texts(members["AuthParameters"]), pool, state)
    if action == "InitiateAuth" and flow == "REFRESH_TOKEN_AUTH":
        with state.lock:
            if ("cognito", "refresh", _texts(members["AuthParameters"])["REFRESH_TOKEN"]) not in state.memory:
                raise _RefusedError("NotAuthorizedException", "Invalid Refresh Token")
        return _issued(state)
    if action == "RespondToAuthChallenge" and members.get("ChallengeName") == "PASSWORD_VERIFIER":
        return _verified(_texts(members["ChallengeResponses"]), str(members.get("Session", "")), state)
    raise _RefusedError("InvalidParameterException", f"there is no {action} with {flow}")


def _challenge(given: dict[str, str], pool: str, state: State) -> _Members:
    if given["USERNAME"] != USER:
        raise _RefusedError("UserNotFoundException", "User does not exist.")
    client, salt, number = int(given["SRP_A"], 16), secrets.randbits(128), secrets.token_urlsafe(16)
    if client % _PRIME == 0:
        raise _RefusedError("InvalidParameterException", "SRP_A is not safe")
    exponent = _hashed(_padded(salt) + sha256(f"{pool}{USER}:{PASSWORD}".encode()).digest())
    session = _Session(pool, client, pow(2, exponent, _PRIME), secrets.randbits(1024))
    with state.lock:
        state.memory["cognito", "session", number] = session
    return {
        "ChallengeName": "PASSWORD_VERIFIER", "Session": number,
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": USER, "SALT": f"{salt:x}", "SRP_B": f"{session.public:x}",
            "SECRET_BLOCK": b64encode(secrets.token_bytes(32)).decode(),
        },
    }  # fmt: skip


def _verified(given: dict[str, str], number: str, state: State) -> _Members:
    """Check the proof of the password, which is over what both sides have worked out."""
    with state.lock:
        session = state.memory.pop(("cognito", "session", number), None)
    if not isinstance(session, _Session):
        raise _RefusedError("NotAuthorizedException", "Invalid session for the user.")
    mixed = _hashed(_padded(session.client) + _padded(session.public))
    shared = pow(session.client * pow(session.verifier, mixed, _PRIME), session.secret, _PRIME)
    extracted = hmac.digest(_padded(mixed), _padded(shared), "sha256")
    key = hmac.digest(extracted, b"Caldera Derived Key\1", "sha256")[:16]
    block = b64decode(given["PASSWORD_CLAIM_SECRET_BLOCK"])
    signed = f"{session.pool}{USER}".encode() + block + given["TIMESTAMP"].encode()
    expected = hmac.digest(key, signed, "sha256")
    if not hmac.compare_digest(expected, b64decode(given["PASSWORD_CLAIM_SIGNATURE"])):
        raise _RefusedError("NotAuthorizedException", "Incorrect username or password.")
    return _issued(state)


def _issued(state: State) -> _Members:
    import jwt

    now, refresh = int(time.time()), secrets.token_urlsafe(16)
    with state.lock:
        state.memory["cognito", "refresh", refresh] = True
    tokens = {
        name: jwt.encode({"sub": USER, "token_use": use, "exp": now + _LIFETIME}, SHARED_KEY, "HS256")
        for name, use in (("AccessToken", "access"), ("IdToken", "id"))
    }
    more = {"RefreshToken": refresh, "ExpiresIn": _LIFETIME, "TokenType": "Bearer"}
    return {"AuthenticationResult": {**tokens, **more}, "ChallengeParameters": {}}


def _api(request: Request, _state: State) -> Answer:
    import jwt

    scheme, _, token = request.value("authorization").partition(" ")
    try:
        claims = jwt.decode(token, SHARED_KEY, ["HS256"], options={"require": ["sub", "exp", "token_use"]})
    except jwt.InvalidTokenError as error:
        return refused("cognito", f"the token is not valid: {error}", 'Bearer realm="lab"')
    if scheme.lower() != "bearer":
        return refused("cognito", "there is no bearer token", 'Bearer realm="lab"')
    return admitted("cognito", user=claims["sub"], use=claims["token_use"])


def _texts(members: object) -> dict[str, str]:
    return {name: str(value) for name, value in _members(members).items()}


def _members(content: object) -> _Members:
    if not isinstance(content, dict):
        raise _RefusedError("InvalidParameterException", "there is no object where one is wanted")
    return cast("_Members", content)


def _hashed(content: bytes) -> int:
    return int.from_bytes(sha256(content).digest(), "big")


def _padded(number: int) -> bytes:
    """Return the bytes of a number as Java's BigInteger has them: the first bit is never set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


GROUP = Group("Amazon Cognito", (
    Endpoint(
        "/cognito/{pool}", "a user pool, named by what follows the underscore of its id", _service, ("POST",),
        f"{USER} / {PASSWORD}, any client without secret",
    ),
    Endpoint("/auth/cognito", "an API that takes the tokens", _api, needs="a token of /cognito/{pool}"),
))  # fmt: skip
"""The endpoints of this module."""
