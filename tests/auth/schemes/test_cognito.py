"""Cognito: the proof of a password that is not sent, the second factor, renewal."""

import hmac
import json
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from tests.support.authorization_server import API, AuthorizationServer, Sent, answer
from tests.support.schemes import HERE, request, scheme

from httpls_auth.errors import TokenError
from httpls_auth.schemes.flow import Ask, Step
from httpls_auth.schemes.message import OutgoingRequest, Response
from httpls_auth.schemes.secure_remote_password import PRIME, client_numbers, session_key
from httpls_auth.values.value import Value

PASSWORD = "open sesame"
SALT = 0x8FD1B7C54C2E93AA10
TOKENS = {"AccessToken": "at-1", "IdToken": "id-1", "RefreshToken": "r-1", "ExpiresIn": 3600, "TokenType": "Bearer"}
GIVEN = {
    "username": "alice",
    "password": PASSWORD,
    "region": "eu-central-1",
    "pool": "eu-central-1_AbCd",
    "client_id": "1example",
}


def _number(content: bytes) -> int:
    return int(sha256(content).hexdigest(), 16)


def _padded(number: int) -> bytes:
    digits = f"{number:x}"
    digits = digits if len(digits) % 2 == 0 else f"0{digits}"
    return bytes.fromhex(f"00{digits}" if digits[0] in "89abcdef" else digits)


class UserPool:
    """The side of the server, which keeps a verifier in place of the password (RFC 5054, section 2.5.3)."""

    def __init__(self, *after: dict[str, object]) -> None:
        self.after = list(after) or [{"AuthenticationResult": TOKENS}]
        self.calls: list[tuple[str, dict[str, object]]] = []
        exponent = _number(_padded(SALT) + sha256(f"AbCduser-1:{PASSWORD}".encode()).digest())
        self._verifier = pow(2, exponent, PRIME)
        self._secret = int.from_bytes(bytes(range(200, 72, -1)), "big")
        self._client = 0

    def respond(self, sent: Sent) -> Response:
        members = json.loads(sent.request.content() or b"{}")
        action = sent.fields["X-Amz-Target"].partition(".")[2]
        self.calls.append((action, members))
        if members.get("AuthFlow") == "USER_SRP_AUTH":
            self._client = int(members["AuthParameters"]["SRP_A"], 16)
            return answer({"ChallengeName": "PASSWORD_VERIFIER", "Session": "s-1", "ChallengeParameters": {
                "USER_ID_FOR_SRP": "user-1", "SALT": f"{SALT:x}", "SRP_B": f"{self.public:x}",
                "SECRET_BLOCK": b64encode(b"secret block").decode(),
            }})  # fmt: skip
        if members.get("ChallengeName") == "PASSWORD_VERIFIER" and not self._is_proof(members["ChallengeResponses"]):
            return answer({"__type": "x#NotAuthorizedException", "message": "Incorrect username or password."}, 400)
        return answer(self.after.pop(0) if len(self.after) > 1 else self.after[0])

    @property
    def public(self) -> int:
        multiplier = _number(_padded(PRIME) + b"\2")
        return (multiplier * self._verifier + pow(2, self._secret, PRIME)) % PRIME

    def _is_proof(self, responses: dict[str, str]) -> bool:
        mixed = _number(_padded(self._client) + _padded(self.public))
        shared = pow(self._client * pow(self._verifier, mixed, PRIME), self._secret, PRIME)
        key = hmac.digest(hmac.digest(_padded(mixed), _padded(shared), "sha256"), b"Caldera Derived Key\1", "sha256")[
            :16
        ]
        signed = b"AbCduser-1" + b64decode(responses["PASSWORD_CLAIM_SECRET_BLOCK"]) + responses["TIMESTAMP"].encode()
        return hmac.digest(key, signed, "sha256") == b64decode(responses["PASSWORD_CLAIM_SIGNATURE"])


class _Person(AuthorizationServer):
    def answer(self, step: Step) -> object:
        if isinstance(step, Ask):
            return Value("123456", HERE)
        return super().answer(step)


def _sent(pool: UserPool, **more: str) -> tuple[OutgoingRequest, AuthorizationServer]:
    server = _Person([pool.respond])
    made = scheme("cognito", **{**GIVEN, **more})
    return server.run(made.authenticate(request(f"GET {API}/"), server.context())), server


def test_the_proof_is_that_of_pycognito() -> None:
    # Made by pycognito 2024.5.1 with the secret number 0x000102…7f, the salt and the number of the server below.
    pool = UserPool()
    sent, server = _sent(pool, client_secret="cs")
    assert sent.value("Authorization") == "Bearer at-1"
    assert server.sent[0].url == "https://cognito-idp.eu-central-1.amazonaws.com/"
    _, responses = pool.calls[1]
    assert responses == {
        "ChallengeName": "PASSWORD_VERIFIER", "ClientId": "1example", "Session": "s-1",
        "ChallengeResponses": {
            "USERNAME": "user-1", "TIMESTAMP": "Tue Nov 14 22:13:20 UTC 2023",
            "PASSWORD_CLAIM_SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
            "PASSWORD_CLAIM_SIGNATURE": "FAuCNptr688MEslYYWbYTiFdmqgdZpunjea5W5j24Ic=",
            "SECRET_HASH": "fJG9+lgIAdgyRIgWDTfJJmOc0Cv6BW8+Zja9ypKzdMA=",
        },
    }  # fmt: skip


def test_the_password_is_never_sent() -> None:
    _, server = _sent(UserPool())
    assert all(PASSWORD.encode() not in (one.request.content() or b"") for one in server.sent)


def test_a_wrong_password_is_refused() -> None:
    with pytest.raises(TokenError, match="NotAuthorizedException") as told:
        _sent(UserPool(), password="wrong")
    assert "password" in told.value.remedy


def test_the_id_token_may_be_sent() -> None:
    assert _sent(UserPool(), use_id_token="true")[0].value("Authorization") == "Bearer id-1"


def test_a_second_factor_is_asked_for() -> None:
    pool = UserPool({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s-2"}, {"AuthenticationResult": TOKENS})
    assert _sent(pool)[0].value("Authorization") == "Bearer at-1"
    _, members = pool.calls[2]
    assert members["ChallengeResponses"] == {"USERNAME": "user-1", "SOFTWARE_TOKEN_MFA_CODE": "123456"}
    assert members["Session"] == "s-2"


def test_what_cannot_be_done_is_told() -> None:
    with pytest.raises(TokenError, match="NEW_PASSWORD_REQUIRED"):
        _sent(UserPool({"ChallengeName": "NEW_PASSWORD_REQUIRED"}))


def test_a_token_is_renewed_by_its_refresh_token() -> None:
    renewed: dict[str, object] = {"AuthenticationResult": {"AccessToken": "at-2", "ExpiresIn": 3600}}
    pool = UserPool({"AuthenticationResult": TOKENS}, renewed)
    made = scheme("cognito", **GIVEN)
    server = _Person([pool.respond])
    server.run(made.authenticate(request(f"GET {API}/"), server.context()))
    server.now += 3580
    sent = server.run(made.authenticate(request(f"GET {API}/"), server.context()))
    assert sent.value("Authorization") == "Bearer at-2"
    action, members = pool.calls[-1]
    assert (action, members["AuthFlow"]) == ("InitiateAuth", "REFRESH_TOKEN_AUTH")
    assert members["AuthParameters"] == {"REFRESH_TOKEN": "r-1"}


@pytest.mark.parametrize("number", [0, PRIME, 2 * PRIME])
def test_a_number_that_would_give_the_key_away_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not safe"):
        session_key(client_numbers(bytes(range(128))), number, SALT, "AbCduser-1", PASSWORD)


def test_a_service_that_is_not_cognito() -> None:
    server = AuthorizationServer([answer("<html>", 502)])
    with pytest.raises(TokenError, match="502"):
        server.run(scheme("cognito", **GIVEN).authenticate(request(f"GET {API}/"), server.context()))
