"""AWS Signature Version 4."""

from dataclasses import dataclass

from httpls_auth.aws_host import read_aws_host
from httpls_auth.aws_machine import SOURCES, machine_credentials
from httpls_auth.aws_profiles import Role, assumed, profile_credentials
from httpls_auth.errors import CredentialError, ParameterError
from httpls_auth.schemes.compose import checked_for_field, composed, plain, stripped
from httpls_auth.schemes.flow import Flow, FlowContext, origin_key
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.sigv4 import ECDSA_ALGORITHM, HMAC_ALGORITHM, AwsCredentials, Signing, sign
from httpls_auth.values.value import Value

_UNLESS_PROFILE = Required(unless=("profile", "credential-source"))
_LONGEST = 604800
_TOLERATED_SKEW = 240.0


@dataclass(frozen=True, slots=True)
class AwsSigV4(Scheme):
    """Signs with an access key, which is given or comes from a profile."""

    word = "aws"
    title = "AWS Signature"
    summary = "Signs method, path, query, header fields and body with an AWS access key, which itself is never sent."
    stage = Stage.SIGNATURE
    aliases = ("awsv4", "awssigv4", "sigv4")
    postman = "awsv4"
    jetbrains = ("AWS",)
    sources = (
        "IAM user guide, Create a signed AWS API request",
        "Amazon S3 API reference, Authenticating requests",
        "AWS SDKs and tools reference guide, Shared config and credentials files",
    )
    verified_by = (
        "AWS's signing test suite, header and query",
        "the AWS Common Runtime (awscrt), on random requests",
        "moto with IAM authentication: STS, sessions, roles",
        "OpenStack Swift's S3 interface: header, presigned, odd paths",
    )
    example = "# @auth aws {{accessKey}} {{secretKey}} region=eu-central-1 service=execute-api\nGET {{lab}}/auth/aws\n"
    shorthands = ("Authorization: AWS {{id}} {{key}} token:{{token}} region:eu-central-1 service:s3",)
    notes = (
        "`profile` takes the access key from `~/.aws/config` and `~/.aws/credentials`: keys, `credential_process` (in "
        "a trusted project), `role_arn`, web identity, the roles of containers and instances, and the login of "
        "`aws sso login`, which is renewed there.\n\n"
        "With `in=query`, `httpls auth presign` prints the signed URL for somebody who has no key.\n\n"
        "Region and service are read off AWS's host names; for other hosts, the region is that of the profile or "
        "`us-east-1`, the service `execute-api`.\n\n"
        "For S3, the path is signed as it is sent, and the hash of the body goes along; other services sign the "
        "normalised path. The query is sent in AWS's own encoding, so `+` becomes `%20`. If the server's clock differs "
        "by more than four minutes, a refused request is signed again by the server's time."
    )

    access_key: Value | None = parameter(
        ParameterKind.TEXT, "The id of the access key.", required=_UNLESS_PROFILE, default=None, position=0,
        postman="accessKey", aliases=("access-key-id", "aws-access-key-id"), example="{{$secret awsAccessKey}}",
    )  # fmt: skip
    secret_key: Value | None = parameter(
        ParameterKind.TEXT, "The secret of the access key.", required=_UNLESS_PROFILE, default=None, secret=True,
        position=1, postman="secretKey", aliases=("secret-access-key", "aws-secret-access-key"),
        example="{{$secret awsSecretKey}}",
    )  # fmt: skip
    session_token: Value | None = parameter(
        ParameterKind.TEXT, "The token of temporary credentials.", default=None, secret=True, postman="sessionToken",
        aliases=("token", "aws-session-token"),
    )  # fmt: skip
    region: Value | None = parameter(
        ParameterKind.TEXT, "The region; for SigV4A a set of them, such as `us-east-1,eu-*`.", default=None,
        shown_default="from the host, else `us-east-1`", postman="region", example="eu-central-1",
    )  # fmt: skip
    service: Value | None = parameter(
        ParameterKind.TEXT, "The name by which the service signs.", default=None,
        shown_default="from the host, else `execute-api`", postman="service", aliases=("service-name",), example="s3",
    )  # fmt: skip
    place: str = parameter(
        ParameterKind.CHOICE, "Where the signature goes; in the query it makes a presigned URL.", name="in",
        default="header", choices=("header", "query"), postman="addAuthDataToQuery", aliases=("placement",),
        synonyms=(("true", "query"), ("false", "header"), ("presigned", "query")),
    )  # fmt: skip
    expires: float | None = parameter(
        ParameterKind.SECONDS, "How long a signature in the query holds, at most seven days.", default=None,
        shown_default="what the query says, else 1h", aliases=("expires-in",), example="15m",
    )  # fmt: skip
    unsigned_payload: bool = parameter(
        ParameterKind.BOOLEAN, "Do not sign the body; not every service accepts this.", default=False
    )
    content_hash: bool | None = parameter(
        ParameterKind.BOOLEAN, "Send the hash of the body in `X-Amz-Content-Sha256`.", default=None,
        shown_default="where the service demands it",
    )  # fmt: skip
    algorithm: str = parameter(
        ParameterKind.CHOICE, "SigV4 with HMAC, for one region, or SigV4A with ECDSA, for several.",
        default=HMAC_ALGORITHM, choices=(HMAC_ALGORITHM, ECDSA_ALGORITHM),
        aliases=("version",),
        synonyms=(("v4", HMAC_ALGORITHM), ("v4a", ECDSA_ALGORITHM), ("sigv4a", ECDSA_ALGORITHM)),
    )  # fmt: skip
    normalize_path: bool = parameter(
        ParameterKind.BOOLEAN, "Sign the path without dot segments and empty segments, as most services want it; the "
        "path of S3 is always signed as it is.", default=True, aliases=("normalise-path",),
    )  # fmt: skip
    sign_session_token: bool = parameter(
        ParameterKind.BOOLEAN, "Sign the session token. AWS IoT wants it to be sent unsigned.", default=True
    )
    profile: Value | None = parameter(
        ParameterKind.TEXT, "Take the access key from a profile of AWS's configuration files.", default=None,
        aliases=("profile-name", "aws-profile"), example="default",
    )  # fmt: skip
    credential_source: str | None = parameter(
        ParameterKind.CHOICE, "Take the access key from this machine: from variables (`AWS_ACCESS_KEY_ID` and so on), "
        "from the role of the container, or from that of the EC2 instance (IMDSv2).", default=None, choices=SOURCES,
        synonyms=(("EcsContainer", "ecs-container"), ("Ec2InstanceMetadata", "ec2-instance")),
    )  # fmt: skip
    role_arn: Value | None = parameter(
        ParameterKind.TEXT, "Assume this role first.", default=None, example="arn:aws:iam::123456789012:role/reader"
    )
    role_session_name: Value | None = parameter(
        ParameterKind.TEXT, "The name of the session of the role.", default=None, shown_default="httpls"
    )
    external_id: Value | None = parameter(ParameterKind.TEXT, "The external id that the role asks for.", default=None)
    sts_endpoint: Value | None = parameter(
        ParameterKind.TEXT, "The origin of the Security Token Service, for a role.", default=None,
        shown_default="that of the region", example="https://sts.eu-central-1.amazonaws.com",
    )  # fmt: skip

    @property
    def writes(self) -> frozenset[str]:
        """The signature with what belongs to it."""
        if self.place == "query":
            return frozenset(("?X-Amz-Signature", "?X-Amz-Date", "?X-Amz-Security-Token"))
        return frozenset(("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"))

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Sign the request."""
        if self.expires is not None and not 1 <= self.expires <= _LONGEST:
            raise ParameterError("expires", "a signature of AWS holds for one second to seven days")
        credentials = yield from self._credentials(context, request)
        known = read_aws_host(request.origin.host)
        signing = Signing(
            _given(self.region) or plain(known.region or credentials.region or "us-east-1"),
            _given(self.service) or plain(known.service or "execute-api"),
            self.place == "query",
            int(self.expires) if self.expires is not None else None,
            self.unsigned_payload,
            self.content_hash,
            self.algorithm,
            self.normalize_path,
            self.sign_session_token,
        )
        context.note("region and service", composed(signing.region, ", ", signing.service))
        offset = context.memory.get(_clock(request))
        now = context.now() + (offset if isinstance(offset, float) else 0.0)
        return sign(request, credentials, signing, now, context.note)

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Sign again by the server's time if the request was refused and the clocks differ."""
        from email.utils import parsedate_to_datetime

        date = response.value("Date")
        if response.status not in (400, 401, 403) or date is None or _clock(request) in context.exchange:
            return None
        try:
            skew = parsedate_to_datetime(date).timestamp() - context.now()
        except (ValueError, OverflowError):
            return None
        known = context.memory.get(_clock(request))
        if abs(skew - (known if isinstance(known, float) else 0.0)) < _TOLERATED_SKEW:
            return None
        context.memory[_clock(request)] = skew
        context.exchange[_clock(request)] = True
        context.note("clock", plain(f"the server's clock differs by {skew:.0f} s; signed by its time"))
        return (yield from self.authenticate(request, context))

    def _credentials(self, context: FlowContext, request: OutgoingRequest) -> Flow[AwsCredentials]:
        if self.profile is not None and _text(self.profile):
            found = yield from profile_credentials(_text(self.profile), context)
        elif self.credential_source is not None and self.access_key is None:
            found = yield from machine_credentials(self.credential_source, context)
        elif self.access_key is None or self.secret_key is None:
            raise CredentialError("an AWS signature needs an access key or a profile")
        else:
            access = checked_for_field(self.access_key, "the access key", "access-key")
            token = (
                checked_for_field(self.session_token, "the session token", "session-token")
                if self.session_token is not None
                else None
            )
            has_token = token is not None and token.reveal() != ""
            found = AwsCredentials(access, stripped(self.secret_key), token if has_token else None)
        if not found.access_key.reveal() or not found.secret_key.reveal():
            raise CredentialError("the access key or its secret is empty")
        if self.role_arn is None:
            return found
        region = _text(self.region) or read_aws_host(request.origin.host).region or found.region or "us-east-1"
        role = Role(
            self.role_arn,
            self.role_session_name or plain("httpls"),
            self.external_id,
            endpoint=_text(self.sts_endpoint) or None,
        )
        return (yield from assumed(role, found, region, context))


def _clock(request: OutgoingRequest) -> tuple[str, ...]:
    return origin_key("aws", request.origin, "clock")


def _given(value: Value | None) -> Value | None:
    return stripped(value) if value is not None and value.reveal().strip() else None


def _text(value: Value | None) -> str:
    return value.reveal().strip() if value is not None else ""
