"""Amazon Cognito: a person's tokens by user name and password, without the password being sent."""

import hmac
import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from time import gmtime, strftime

from httpls_auth.errors import CredentialError, ParameterError, TokenError
from httpls_auth.schemes.bearer import with_token
from httpls_auth.schemes.compose import made_with, plain
from httpls_auth.schemes.flow import Ask, Flow, FlowContext, Send, Token, TokenKey, UseToken
from httpls_auth.schemes.message import Field, FieldSource, MemoryBody, OutgoingRequest, Response, ResponseHead
from httpls_auth.schemes.oauth.json_object import json_object, nested
from httpls_auth.schemes.oauth.token_answer import cleaned, token_of
from httpls_auth.schemes.oauth.token_request import origin_of, target_of
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.schemes.secure_remote_password import client_numbers, session_key
from httpls_auth.values.value import Value

_SERVICE = "AWSCognitoIdentityProviderService"
_MFA = {"SMS_MFA": "SMS_MFA_CODE", "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE"}
_REFRESH_BEFORE = 30.0


@dataclass(frozen=True, slots=True)
class Cognito(Scheme):
    """A user of a Cognito user pool."""

    word = "cognito"
    title = "Amazon Cognito"
    summary = "Logs a user of a Cognito user pool in with user name and password (SRP), and sends the token."
    stage = Stage.PLACEMENT
    aliases = ("aws-cognito",)
    sources = (
        "VS Code REST Client, `Authorization: COGNITO`", "RFC 5054",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow.html",
    )  # fmt: skip
    verified_by = ("the proof of pycognito, an implementation of its own",)
    example = (
        "# @auth cognito {{user}} {{password}} eu-central-1 eu-central-1_AbCd 1example23456789\n"
        "# @auth-endpoint {{lab}}/cognito/AbCd\nGET {{lab}}/auth/cognito\n"
    )
    shorthands = ("Authorization: COGNITO {{user}} {{password}} eu-central-1 eu-central-1_AbCd 1example23456789",)
    notes = (
        "The client of the user pool has to allow `ALLOW_USER_SRP_AUTH`. A second factor is asked for. For logins in "
        "the browser use `oauth2 authorization_code` at the domain of the user pool."
    )

    username: Value = parameter(
        ParameterKind.TEXT, "The user name, or what else the pool takes for one.", required=ALWAYS, position=0,
        aliases=("user",), example="{{user}}",
    )  # fmt: skip
    password: Value = parameter(
        ParameterKind.TEXT, "The password. It is not sent.", required=ALWAYS, secret=True, position=1,
        example="{{$secret password}}",
    )  # fmt: skip
    region: Value = parameter(
        ParameterKind.TEXT, "The region of the user pool.", required=ALWAYS, position=2, example="eu-central-1"
    )
    pool: Value = parameter(
        ParameterKind.TEXT, "The id of the user pool.", required=ALWAYS, position=3, aliases=("user-pool-id",),
        example="eu-central-1_AbCd",
    )  # fmt: skip
    client_id: Value = parameter(
        ParameterKind.TEXT, "The id of the client of the user pool.", required=ALWAYS, position=4,
        example="1example23456789",
    )  # fmt: skip
    client_secret: Value | None = parameter(
        ParameterKind.TEXT, "The secret of the client, if it has one.", default=None, secret=True
    )
    use_id_token: bool = parameter(
        ParameterKind.BOOLEAN, "Send the ID token in place of the access token.", default=False
    )
    endpoint: Value | None = parameter(
        ParameterKind.TEXT, "The URL of the service.", default=None,
        shown_default="https://cognito-idp.<region>.amazonaws.com/",
    )  # fmt: skip

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Take the token and write the field `Authorization`."""
        token = yield from self.token(context)
        sent = token.identity if self.use_id_token else token.access
        if sent is None:
            raise CredentialError("Cognito gave no ID token")
        return with_token(request, sent, place="header", prefix=None, name=None)

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Renew the token once if the server refused it."""
        if not _takes_as_refused(response, context):
            return None
        return (yield from self.authenticate(request, context))

    def renewed(self, response: ResponseHead, context: FlowContext) -> Flow[Token | None]:
        """Renew the token that stands in the text of a request, if the server refused it, once."""
        if not _takes_as_refused(response, context):
            return None
        return (yield from self.token(context))

    def token(self, context: FlowContext) -> Flow[Token]:
        """Take the token from the store, renew it, or log in."""
        refused = context.exchange.get(("cognito", "refused"))

        def obtained(stored: Token | None) -> Flow[Token]:
            return self._obtained(stored, context)

        key = TokenKey(
            (self._url().reveal(), self.word, self.pool.reveal(), self.client_id.reveal(), self.username.reveal()),
            f"cognito {self.username.masked()} of {self.pool.masked()}",
        )
        token: Token = yield UseToken(key, obtained, _is_fresh, refused if isinstance(refused, Value) else None)
        context.exchange["cognito", "used"] = token.access
        identity = token.identity.labelled(context.token_labels) if token.identity is not None else None
        return token._replace(access=token.access.labelled(context.token_labels), identity=identity)

    def _obtained(self, stored: Token | None, context: FlowContext) -> Flow[Token]:
        if stored is not None and stored.refresh is not None:
            try:
                return (yield from self._refreshed(stored, stored.refresh, context))
            except TokenError as error:
                if error.code != "NotAuthorizedException":
                    raise
        return (yield from self._logged_in(context))

    def _refreshed(self, stored: Token, refresh: Value, context: FlowContext) -> Flow[Token]:
        parameters = {"REFRESH_TOKEN": refresh.reveal(), **self._secret_hash(self.username.reveal())}
        members = yield from self._call("InitiateAuth", {
            "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": self.client_id.reveal(), "AuthParameters": parameters,
        }, refresh)  # fmt: skip
        token = _token(members, context.now())
        return token._replace(refresh=token.refresh or refresh, identity=token.identity or stored.identity)

    def _logged_in(self, context: FlowContext) -> Flow[Token]:
        numbers = client_numbers(context.random(128))
        user = self.username.reveal()
        challenge = yield from self._call("InitiateAuth", {
            "AuthFlow": "USER_SRP_AUTH", "ClientId": self.client_id.reveal(),
            "AuthParameters": {"USERNAME": user, "SRP_A": numbers.shown, **self._secret_hash(user)},
        })  # fmt: skip
        given = nested(challenge.get("ChallengeParameters")) or {}
        if challenge.get("ChallengeName") != "PASSWORD_VERIFIER":
            raise TokenError("Cognito did not ask for the proof of the password", "Allow `ALLOW_USER_SRP_AUTH`.")
        identity, salt, public, block = (
            _text(given, name) for name in ("USER_ID_FOR_SRP", "SALT", "SRP_B", "SECRET_BLOCK")
        )
        pool = self.pool.reveal().rpartition("_")[2]
        try:
            secret_block = b64decode(block, validate=True)
            key = session_key(numbers, int(public, 16), int(salt, 16), pool + identity, self.password.reveal())
        except (ValueError, Base64Error):
            raise TokenError("what Cognito asks cannot be answered: its numbers make no sense") from None
        now = gmtime(context.now())
        day = f"{_DAYS[now.tm_wday]} {_MONTHS[now.tm_mon - 1]} {now.tm_mday}"
        timestamp = f"{day} {strftime('%H:%M:%S', now)} UTC {now.tm_year}"
        signed = (pool + identity).encode() + secret_block + timestamp.encode()
        responses = {
            "USERNAME": identity, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": b64encode(hmac.digest(key, signed, "sha256")).decode("ascii"),
            **self._secret_hash(identity),
        }  # fmt: skip
        members = yield from self._respond("PASSWORD_VERIFIER", responses, challenge.get("Session"))
        return _token((yield from self._second_factor(members, identity)), context.now())

    def _second_factor(self, members: Mapping[str, object], identity: str) -> Flow[Mapping[str, object]]:
        name = members.get("ChallengeName")
        if name is None:
            return members
        if not isinstance(name, str) or name not in _MFA:
            raise TokenError(
                f"Cognito wants something that cannot be done here: {cleaned(str(name))}",
                "Log in with the browser once, or use `oauth2 authorization_code`.",
            )
        code: Value = yield Ask("the code of the second factor", is_secret=True)
        responses = {"USERNAME": identity, _MFA[name]: code.reveal().strip(), **self._secret_hash(identity)}
        return (yield from self._respond(name, responses, members.get("Session")))

    def _respond(self, name: str, responses: Mapping[str, str], session: object) -> Flow[Mapping[str, object]]:
        content = {"ChallengeName": name, "ClientId": self.client_id.reveal(), "ChallengeResponses": responses}
        return (yield from self._call("RespondToAuthChallenge", content | ({"Session": session} if session else {})))

    def _call(
        self, action: str, members: Mapping[str, object], secret: Value | None = None
    ) -> Flow[Mapping[str, object]]:
        """Call the service. Raises `TokenError`."""
        url = self._url()
        content = made_with(json.dumps(members), self.password, self.client_secret, secret)
        fields = (
            Field("Content-Type", plain("application/x-amz-json-1.1"), FieldSource.AUTHENTICATION),
            Field("X-Amz-Target", plain(f"{_SERVICE}.{action}"), FieldSource.AUTHENTICATION),
        )
        body = MemoryBody(content.reveal().encode("utf-8"), content.labels)
        request = OutgoingRequest("POST", origin_of(url), target_of(url), fields, body)
        response: Response = yield Send(request, action)
        answer = json_object(response.content)
        if answer is not None and response.head.status == 200:
            return answer
        code = _text(answer or {}, "__type").rpartition("#")[2]
        if not re.fullmatch(r"\w{1,60}", code):
            raise TokenError(f"{url} answered {response.head.status} with something that is not Cognito's")
        raise TokenError(
            f"Cognito refused: {code}, {cleaned(_text(answer or {}, 'message'))}", _REMEDIES.get(code, ""), code
        )

    def _secret_hash(self, user: str) -> dict[str, str]:
        if self.client_secret is None:
            return {}
        content = (user + self.client_id.reveal()).encode()
        digest = hmac.digest(self.client_secret.reveal().encode(), content, "sha256")
        return {"SECRET_HASH": b64encode(digest).decode("ascii")}

    def _url(self) -> Value:
        if self.endpoint:
            return self.endpoint
        region = self.region.reveal().strip()
        if not re.fullmatch(r"[a-z0-9-]+", region):
            raise ParameterError("region", f"`{self.region}` is no region", "Write it such as `eu-central-1`.")
        return plain(f"https://cognito-idp.{region}.amazonaws.com/")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REMEDIES = {
    "NotAuthorizedException": "Check user name and password.",
    "UserNotFoundException": "Check the user name.",
    "ResourceNotFoundException": "Check `pool`, `client-id` and `region`.",
    "InvalidParameterException": "Allow `ALLOW_USER_SRP_AUTH` for the client of the user pool.",
    "PasswordResetRequiredException": "Set a new password first.",
    "UserNotConfirmedException": "Confirm the user first.",
}


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _token(members: Mapping[str, object], now: float) -> Token:
    result = nested(members.get("AuthenticationResult")) or {}
    return token_of({
        "access_token": result.get("AccessToken"), "id_token": result.get("IdToken"),
        "refresh_token": result.get("RefreshToken"), "expires_in": result.get("ExpiresIn"),
        "token_type": result.get("TokenType"),
    }, now)  # fmt: skip


def _takes_as_refused(response: ResponseHead, context: FlowContext) -> bool:
    """Note the token that was used as refused, if the response says so, and that was not noted before."""
    used = context.exchange.get(("cognito", "used"))
    if response.status != 401 or ("cognito", "refused") in context.exchange or not isinstance(used, Value):
        return False
    context.exchange["cognito", "refused"] = used
    return True


def _is_fresh(token: Token, now: float) -> bool:
    return token.expires_at is None or now < token.expires_at - _REFRESH_BEFORE
