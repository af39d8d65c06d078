"""Credentials from the configuration files of AWS: static, by a command, by a role, or by single sign-on.

The files are those of the AWS SDKs and tools reference guide, "Shared config and credentials files". A flow asks for
them; nothing is read here.
"""

import re
from collections.abc import Mapping
from hashlib import sha1
from typing import NamedTuple, cast
from urllib.parse import urlencode

from httpls_auth.aws_machine import machine_credentials
from httpls_auth.aws_temporary import (
    credentials_of,
    given_credentials,
    is_fresh,
    kept_token,
    members_of,
    seconds_of,
    secret_text,
)
from httpls_auth.errors import CredentialError, TokenError
from httpls_auth.schemes.compose import plain, united
from httpls_auth.schemes.flow import (
    Ask,
    Flow,
    FlowContext,
    ReadEnvironment,
    ReadFile,
    RunCommand,
    Send,
    Token,
    UseToken,
    token_key,
)
from httpls_auth.schemes.message import Field, FieldSource, MemoryBody, OutgoingRequest, Response
from httpls_auth.sigv4 import AwsCredentials, Signing, sign
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import parse_origin
from httpls_auth.values.value import Value

_LONGEST_CHAIN = 5
_SOURCES = {
    "environment": "environment", "ecscontainer": "ecs-container", "ec2instancemetadata": "ec2-instance",
}  # fmt: skip
"""The values of `credential_source` in lower case, and what they are called here."""


class Role(NamedTuple):
    """A role to be assumed. `endpoint` is the origin of the Security Token Service, by default that of the region."""

    arn: Value
    session_name: Value
    external_id: Value | None = None
    duration: int | None = None
    mfa_serial: str | None = None
    endpoint: str | None = None


def profile_credentials(name: str, context: FlowContext) -> Flow[AwsCredentials]:
    """Return the flow that takes the credentials of a profile. Raises `CredentialError`, which blames `profile`."""
    try:
        profiles = yield from _profiles(name)
        return (yield from _credentials_of(name, profiles, context, ()))
    except CredentialError as error:
        error.parameter = error.parameter or "profile"
        raise


def assumed(role: Role, source: AwsCredentials, region: str, context: FlowContext) -> Flow[AwsCredentials]:
    """Return the flow that assumes a role, or goes on with one that was assumed and holds."""
    arn, session = role.arn.reveal().strip(), role.session_name.reveal().strip()
    key = token_key("aws", arn, session, source.access_key.reveal(), region)

    def obtain(stored: Token | None) -> Flow[Token]:
        _ = stored
        return (yield from _assume(role, source, region, context))

    token: Token = yield UseToken(key._replace(title=f"AWS role {role.arn}"), obtain, is_fresh)
    return credentials_of(token, source.region)


def parse_profiles(config: str, credentials: str) -> Mapping[str, Mapping[str, str]]:
    """Return the profiles of both files by name, and the sections `sso-session` as `sso-session <name>`."""
    found: dict[str, dict[str, str]] = {}
    for text, prefix in ((config, "profile "), (credentials, "")):
        for section, members in _sections(text).items():
            name = section
            if prefix and section.startswith(prefix):
                name = section[len(prefix) :].strip()
            elif prefix and section != "default" and not section.startswith("sso-session "):
                continue
            found.setdefault(name, {}).update(members)
    return found


def _sections(text: str) -> dict[str, dict[str, str]]:
    """Return the sections of a file in the form INI; indented lines, which belong to a nested member, are left out."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        header = re.fullmatch(r"\[\s*(.+?)\s*\]\s*([#;].*)?", bare)
        if header is not None:
            name = re.sub(r"\s+", " ", header.group(1)).replace('"', "").replace("'", "")
            current = sections.setdefault(name, {})
        elif line[0] not in " \t" and "=" in bare:
            key, _, value = bare.partition("=")
            current[key.strip().lower()] = re.sub(r"\s+[#;].*$", "", value).strip()
    return sections


def _profiles(name: str) -> Flow[Mapping[str, Mapping[str, str]]]:
    texts: list[str] = []
    for variable, usual in (
        ("AWS_CONFIG_FILE", "~/.aws/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ):
        path: str | None = yield ReadEnvironment(variable, f"the AWS profile `{name}`")
        content: bytes | None = yield ReadFile(path or usual, "AWS profiles")
        texts.append(content.decode("utf-8", "replace") if content is not None else "")
    return parse_profiles(texts[0], texts[1])


def _credentials_of(
    name: str, profiles: Mapping[str, Mapping[str, str]], context: FlowContext, chain: tuple[str, ...]
) -> Flow[AwsCredentials]:
    """Return the credentials of a profile, by the first way that it names, as the AWS command line tries them."""
    profile = profiles.get(name)
    if profile is None:
        known = ", ".join(f"`{one}`" for one in sorted(profiles) if not one.startswith("sso-session "))
        raise CredentialError(
            f"there is no AWS profile `{name}`", f"There are: {known}." if known else "Run `aws configure`."
        )
    if (name in chain and "aws_access_key_id" not in profile) or len(chain) > _LONGEST_CHAIN:
        raise CredentialError(f"the AWS profile `{name}` gets its credentials from itself", "Correct `source_profile`.")
    region = profile.get("region")
    context.note("AWS profile", plain(name))
    if "role_arn" in profile and name not in chain:
        found = yield from _by_role(name, profile, profiles, context, chain)
    elif "sso_account_id" in profile:
        found = yield from _by_single_sign_on(name, profile, profiles, context)
    elif "aws_access_key_id" in profile:
        found = _static(name, profile)
    elif "credential_process" in profile:
        found = yield from _by_command(name, profile["credential_process"], context)
    else:
        raise CredentialError(
            f"the AWS profile `{name}` names no way to get credentials that is known here",
            "Known are access keys, `credential_process`, `role_arn` with `source_profile`, and single sign-on.",
        )
    return found._replace(region=region or found.region)


def _static(name: str, profile: Mapping[str, str]) -> AwsCredentials:
    if "aws_secret_access_key" not in profile:
        raise CredentialError(f"the AWS profile `{name}` has no `aws_secret_access_key`", "Run `aws configure`.")
    return given_credentials(
        f"profile `{name}`",
        profile["aws_access_key_id"],
        profile["aws_secret_access_key"],
        profile.get("aws_session_token"),
    )


def _by_command(name: str, command: str, context: FlowContext) -> Flow[AwsCredentials]:
    """Run `credential_process`; what it prints is described in the same guide, "Process credential provider"."""
    output: bytes = yield RunCommand(command, f"`credential_process` of the AWS profile `{name}`")
    answer = members_of(output.decode("utf-8", "replace"))
    access, secret = answer.get("AccessKeyId"), answer.get("SecretAccessKey")
    if not isinstance(access, str) or not isinstance(secret, str):
        raise CredentialError(f"the command of the AWS profile `{name}` printed no credentials")
    expiry = seconds_of(answer.get("Expiration"))
    if expiry is not None and expiry <= context.now():
        raise CredentialError(f"the command of the AWS profile `{name}` printed credentials that have expired")
    token = answer.get("SessionToken")
    return given_credentials(f"profile `{name}`", access, secret, token if isinstance(token, str) else None)


def _by_role(
    name: str,
    profile: Mapping[str, str],
    profiles: Mapping[str, Mapping[str, str]],
    context: FlowContext,
    chain: tuple[str, ...],
) -> Flow[AwsCredentials]:
    source_name = profile.get("source_profile")
    if source_name is not None:
        source = yield from _credentials_of(source_name, profiles, context, (*chain, name))
    elif profile.get("credential_source", "").lower() in _SOURCES:
        source = yield from machine_credentials(_SOURCES[profile["credential_source"].lower()], context)
    elif "web_identity_token_file" in profile:
        return (yield from _by_web_identity(name, profile, context))
    else:
        raise CredentialError(
            f"the AWS profile `{name}` names a role, but not how to assume it",
            "Give it `source_profile`, `credential_source` or `web_identity_token_file`.",
        )
    duration = profile.get("duration_seconds", "")
    role = Role(
        plain(profile["role_arn"]),
        plain(profile.get("role_session_name", "httpls")),
        plain(profile["external_id"]) if "external_id" in profile else None,
        int(duration) if duration.isdigit() else None,
        profile.get("mfa_serial"),
        profile.get("endpoint_url"),
    )
    return (yield from assumed(role, source, profile.get("region") or source.region or "us-east-1", context))


def _by_web_identity(name: str, profile: Mapping[str, str], context: FlowContext) -> Flow[AwsCredentials]:
    path = profile["web_identity_token_file"]
    content: bytes | None = yield ReadFile(path, "web identity token")
    if content is None:
        raise CredentialError(f"there is no file `{path}`, which the AWS profile `{name}` names")
    secret = Value(content.decode("utf-8", "replace").strip(), plain(path).provenance, Labels(f"`{path}`"))
    arn = profile["role_arn"]
    region = profile.get("region", "us-east-1")
    session = profile.get("role_session_name", "httpls")

    def obtain(stored: Token | None) -> Flow[Token]:
        _ = stored
        form = {"RoleArn": arn, "RoleSessionName": session, "WebIdentityToken": secret.reveal()}
        endpoint = profile.get("endpoint_url")
        request = _token_service_request("AssumeRoleWithWebIdentity", form, region, endpoint, secret.labels)
        response: Response = yield Send(request, f"assume the AWS role {arn}")
        return _assumed_token(response, context)

    key = token_key("aws", arn, session, path, region)
    token: Token = yield UseToken(key._replace(title=f"AWS role {arn}"), obtain, is_fresh)
    return credentials_of(token, profile.get("region"))


def _assume(role: Role, source: AwsCredentials, region: str, context: FlowContext) -> Flow[Token]:
    """Call `AssumeRole` of the Security Token Service (API reference, version 2011-06-15)."""
    form = {"RoleArn": role.arn.reveal().strip(), "RoleSessionName": role.session_name.reveal().strip()}
    if role.external_id is not None:
        form["ExternalId"] = role.external_id.reveal()
    if role.duration is not None:
        form["DurationSeconds"] = str(role.duration)
    if role.mfa_serial is not None:
        code: Value = yield Ask(f"Code of the device {role.mfa_serial}", True)
        form |= {"SerialNumber": role.mfa_serial, "TokenCode": code.reveal().strip()}
    labels = united(role.arn, role.session_name, role.external_id)
    request = _token_service_request("AssumeRole", form, region, role.endpoint, labels)
    signed = sign(request, source, Signing(plain(region), plain("sts")), context.now(), context.note)
    response: Response = yield Send(signed, f"assume the AWS role {role.arn}")
    return _assumed_token(response, context)


def _token_service_request(
    action: str, form: Mapping[str, str], region: str, endpoint: str | None, labels: Labels
) -> OutgoingRequest:
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    origin = parse_origin(endpoint or f"https://sts.{region}.{suffix}")
    body = urlencode({"Action": action, "Version": "2011-06-15", **form}).encode("ascii")
    fields = (
        Field("Content-Type", plain("application/x-www-form-urlencoded"), FieldSource.DEFAULT),
        Field("Accept", plain("text/xml"), FieldSource.DEFAULT),
    )
    return OutgoingRequest("POST", origin, plain("/"), fields, MemoryBody(body, labels))


def _assumed_token(response: Response, context: FlowContext) -> Token:
    """Read the answer of the Security Token Service. Its elements hold text only, so no XML parser is needed."""
    text = response.content.decode("utf-8", "replace")
    found = dict(re.findall(r"<(AccessKeyId|SecretAccessKey|SessionToken|Expiration|Code|Message)>([^<]*)</\1>", text))
    if response.head.status != 200 or not {"AccessKeyId", "SecretAccessKey", "SessionToken"} <= found.keys():
        reason = found.get("Message") or f"status {response.head.status}"
        raise TokenError(f"AWS did not give temporary credentials: {reason}", code=found.get("Code"))
    members = {name: found[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    return kept_token(members, seconds_of(found.get("Expiration")), context)


def _by_single_sign_on(
    name: str, profile: Mapping[str, str], profiles: Mapping[str, Mapping[str, str]], context: FlowContext
) -> Flow[AwsCredentials]:
    """Take the access token that `aws sso login` left in its cache, and get credentials of the role for it."""
    session_name = profile.get("sso_session")
    session = profiles.get(f"sso-session {session_name}", {}) if session_name else profile
    start_url, region = session.get("sso_start_url", ""), session.get("sso_region", "")
    account, role = profile["sso_account_id"], profile.get("sso_role_name", "")
    if not start_url or not region or not role:
        raise CredentialError(f"the AWS profile `{name}` lacks `sso_start_url`, `sso_region` or `sso_role_name`")
    remedy = f"Run `aws sso login --profile {name}`."
    file_name = sha1((session_name or start_url).encode("utf-8"), usedforsecurity=False).hexdigest()
    content: bytes | None = yield ReadFile(f"~/.aws/sso/cache/{file_name}.json", "AWS single sign-on")
    cached = members_of(content.decode("utf-8", "replace")) if content is not None else {}
    access = cached.get("accessToken")
    expiry = seconds_of(cached.get("expiresAt"))
    if not isinstance(access, str):
        raise CredentialError(f"nobody is logged in for the AWS profile `{name}`", remedy)
    if expiry is not None and expiry <= context.now():
        raise CredentialError(f"the login for the AWS profile `{name}` has expired", remedy)
    token = secret_text(access, f"AWS single sign-on of `{name}`")

    def obtain(stored: Token | None) -> Flow[Token]:
        _ = stored
        query = urlencode({"account_id": account, "role_name": role})
        origin = parse_origin(profile.get("endpoint_url") or f"https://portal.sso.{region}.amazonaws.com")
        field = Field("x-amz-sso_bearer_token", token, FieldSource.AUTHENTICATION)
        request = OutgoingRequest("GET", origin, plain(f"/federation/credentials?{query}"), (field,))
        response: Response = yield Send(request, f"credentials of the AWS role {role}")
        given = members_of(response.content.decode("utf-8", "replace")).get("roleCredentials")
        members = cast("dict[str, object]", given) if isinstance(given, dict) else {}
        names = {"AccessKeyId": "accessKeyId", "SecretAccessKey": "secretAccessKey", "SessionToken": "sessionToken"}
        if response.head.status != 200 or not all(isinstance(members.get(one), str) for one in names.values()):
            raise TokenError(f"AWS single sign-on gave no credentials: status {response.head.status}", remedy)
        until = members.get("expiration")
        seconds = float(until) / 1000 if isinstance(until, int | float) else None
        return kept_token({ours: str(members[theirs]) for ours, theirs in names.items()}, seconds, context)

    key = token_key("aws", "sso", start_url, account, role)
    taken: Token = yield UseToken(key._replace(title=f"AWS role {role} of {account}"), obtain, is_fresh)
    return credentials_of(taken, profile.get("region"))
