"""Credentials of AWS that the machine has: variables, the role of a container, the role of an instance.

The sources are those of the AWS SDKs and tools reference guide, "Standardized credential providers". A flow asks for
them; nothing is read or sent here.
"""

from collections.abc import Callable

from httpls_auth.aws_temporary import (
    credentials_of,
    given_credentials,
    is_fresh,
    kept_token,
    members_of,
    seconds_of,
    secret_text,
)
from httpls_auth.errors import CredentialError, InvalidOriginError, TokenError
from httpls_auth.schemes.compose import checked_for_field, plain
from httpls_auth.schemes.flow import (
    Flow,
    FlowContext,
    ReadEnvironment,
    ReadFile,
    Send,
    Token,
    UseToken,
    token_key,
)
from httpls_auth.schemes.message import Field, FieldSource, OutgoingRequest, Response
from httpls_auth.schemes.oauth.token_request import target_of
from httpls_auth.sigv4 import AwsCredentials
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.value import Value

SOURCES = ("environment", "ecs-container", "ec2-instance")
"""Where credentials of the machine may come from."""

_CONTAINER = "http://169.254.170.2"
_INSTANCE = "http://169.254.169.254"
_CONTAINER_HOSTS = ("169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "127.0.0.1", "::1")
"""Hosts that may be asked for the credentials of a container without TLS."""
_INSTANCE_PATH = "/latest/meta-data/iam/security-credentials/"
_LIFETIME = "21600"


def machine_credentials(source: str, context: FlowContext) -> Flow[AwsCredentials]:
    """Return the flow that takes the credentials of a source. Raises `CredentialError` where there are none."""
    if source == "environment":
        return (yield from _of_environment())
    return (yield from (_of_container(context) if source == "ecs-container" else _of_instance(context)))


def _of_environment() -> Flow[AwsCredentials]:
    access: str | None = yield ReadEnvironment("AWS_ACCESS_KEY_ID")
    secret: str | None = yield ReadEnvironment("AWS_SECRET_ACCESS_KEY")
    token: str | None = yield ReadEnvironment("AWS_SESSION_TOKEN")
    region: str | None = yield ReadEnvironment("AWS_REGION")
    if not access or not secret:
        raise CredentialError("the environment has no `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY`")
    return given_credentials("environment", access, secret, token)._replace(region=region or None)


def _of_container(context: FlowContext) -> Flow[AwsCredentials]:
    relative: str | None = yield ReadEnvironment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    full: str | None = yield ReadEnvironment("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    url = plain(f"{_CONTAINER}{relative}" if relative else full or "")
    if not url.reveal():
        raise CredentialError(
            "this is no container with a role: there is no `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI`"
        )
    origin = _permitted(url)
    proof = yield from _container_proof()

    def obtain(stored: Token | None) -> Flow[Token]:
        _ = stored
        fields: tuple[Field, ...] = (Field("Accept", plain("application/json"), FieldSource.AUTHENTICATION),)
        if proof is not None:
            value = checked_for_field(proof, "the token of the container")
            fields = (*fields, Field("Authorization", value, FieldSource.AUTHENTICATION))
        response: Response = yield Send(
            OutgoingRequest("GET", origin, target_of(url), fields), "credentials of the container"
        )
        return _read(response, context, "container")

    return (yield from _kept("container", url.reveal(), obtain))


def _container_proof() -> Flow[Value | None]:
    path: str | None = yield ReadEnvironment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    text: str | None = yield ReadEnvironment("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if path:
        content: bytes | None = yield ReadFile(path, "token of the container")
        if content is None:
            raise CredentialError(f"there is no file `{path}`, which `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` names")
        text = content.decode("utf-8", "replace").strip()
    return secret_text(text, "the token of the container") if text else None


def _permitted(url: Value) -> Origin:
    """Return the origin of the URL of a container: over http only addresses of this machine and of AWS are asked."""
    try:
        origin = parse_origin(url.reveal())
    except InvalidOriginError:
        origin = None
    if origin is None or (origin.scheme != "https" and origin.host not in _CONTAINER_HOSTS):
        raise CredentialError(
            f"`AWS_CONTAINER_CREDENTIALS_FULL_URI` is `{url}`, where no credentials are asked for over http"
        )
    return origin


def _of_instance(context: FlowContext) -> Flow[AwsCredentials]:
    """Ask the metadata of the instance, in version 2 of its service (IMDSv2)."""
    given: str | None = yield ReadEnvironment("AWS_EC2_METADATA_SERVICE_ENDPOINT", "the role of this AWS instance")
    base = (given or _INSTANCE).rstrip("/")
    origin = parse_origin(base)

    def fetched(method: str, path: str, name: str, value: Value) -> Flow[str]:
        field = Field(name, value, FieldSource.AUTHENTICATION)
        response: Response = yield Send(
            OutgoingRequest(method, origin, plain(path), (field,)), "metadata of the instance"
        )
        if response.head.status != 200:
            raise TokenError(
                f"the metadata of the instance answered {response.head.status} for {path}",
                "The instance needs a role (instance profile).",
            )
        return response.content.decode("utf-8", "replace").strip()

    def obtain(stored: Token | None) -> Flow[Token]:
        _ = stored
        name = "X-aws-ec2-metadata-token"
        text = yield from fetched("PUT", "/latest/api/token", f"{name}-ttl-seconds", plain(_LIFETIME))
        token = checked_for_field(secret_text(text, "the token of the instance"), "the token of the instance")
        role = (yield from fetched("GET", _INSTANCE_PATH, name, token)).partition("\n")[0]
        content = yield from fetched("GET", f"{_INSTANCE_PATH}{role}", name, token)
        return _token(content, context, "instance")

    return (yield from _kept("instance", base, obtain))


def _kept(what: str, where: str, obtain: Callable[[Token | None], Flow[Token]]) -> Flow[AwsCredentials]:
    key = token_key("aws", what, where)
    token: Token = yield UseToken(key._replace(title=f"AWS role of this {what}"), obtain, is_fresh)
    return credentials_of(token, None)


def _read(response: Response, context: FlowContext, what: str) -> Token:
    if response.head.status != 200:
        raise TokenError(f"the role of the {what} gave no credentials: status {response.head.status}")
    return _token(response.content.decode("utf-8", "replace"), context, what)


def _token(content: str, context: FlowContext, what: str) -> Token:
    members = members_of(content)
    names = {"AccessKeyId": "AccessKeyId", "SecretAccessKey": "SecretAccessKey", "SessionToken": "Token"}
    if not all(isinstance(members.get(name), str) for name in names.values()):
        raise TokenError(f"the role of the {what} gave no credentials")
    texts = {ours: str(members[theirs]) for ours, theirs in names.items()}
    return kept_token(texts, seconds_of(members.get("Expiration")), context)
