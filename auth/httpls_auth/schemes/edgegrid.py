"""Akamai EdgeGrid: signed requests to Akamai's APIs."""

import configparser
import hmac
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from httpls_auth.errors import CredentialError, InvalidOriginError
from httpls_auth.schemes.compose import (
    base64,
    checked_for_field,
    composed,
    made_of,
    made_with,
    plain,
    recoded,
    stripped,
)
from httpls_auth.schemes.flow import Flow, FlowContext, ReadFile
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.schemes.request_parts import with_query_parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_UNLESS_FILE = Required(unless=("edgerc",))


class _Credentials(NamedTuple):
    client_token: Value
    client_secret: Value
    access_token: Value
    max_body: int
    account_key: Value | None = None


@dataclass(frozen=True, slots=True)
class EdgeGrid(Scheme):
    """Signs with the tokens of an API client of Akamai."""

    word = "edgegrid"
    title = "Akamai EdgeGrid"
    summary = "Signs method, URL, chosen header fields and the body of POST requests for the APIs of Akamai."
    stage = Stage.SIGNATURE
    aliases = ("akamai",)
    postman = "edgegrid"
    jetbrains = ("EdgeGrid",)
    sources = ("Akamai TechDocs, Authenticate with EdgeGrid", "github.com/akamai/AkamaiOPEN-edgegrid-python")
    verified_by = (
        "the test cases of Akamai's edgegrid-python",
        "a server on Akamai's edgegrid-python: header fields, bodies, replay refused",
    )
    example = (
        "# @auth edgegrid client-token={{clientToken}} client-secret={{clientSecret}} access-token={{accessToken}}\n"
        "GET {{lab}}/auth/edgegrid\n"
    )
    notes = (
        "`edgerc=~/.edgerc` takes the tokens from Akamai's file, from its section `default` or the one that `section` "
        "names; they go to the host of that section only."
    )

    client_token: Value | None = parameter(
        ParameterKind.TEXT, "The client token.", required=_UNLESS_FILE, default=None, postman="clientToken",
        example="{{clientToken}}",
    )  # fmt: skip
    client_secret: Value | None = parameter(
        ParameterKind.TEXT, "The client secret.", required=_UNLESS_FILE, default=None, secret=True,
        postman="clientSecret", example="{{$secret clientSecret}}",
    )  # fmt: skip
    access_token: Value | None = parameter(
        ParameterKind.TEXT, "The access token.", required=_UNLESS_FILE, default=None, postman="accessToken",
        example="{{accessToken}}",
    )  # fmt: skip
    edgerc: str | None = parameter(
        ParameterKind.PATH, "Take the tokens from a file of Akamai's form.", default=None, example="~/.edgerc"
    )
    section: Value | None = parameter(
        ParameterKind.TEXT, "The section of that file.", default=None, shown_default="default"
    )
    headers_to_sign: tuple[str, ...] = parameter(
        ParameterKind.LIST, "The header fields to sign, in this order.", default=(), postman="headersToSign",
        example="X-Test1,X-Test2",
    )  # fmt: skip
    max_body: int | None = parameter(
        ParameterKind.INTEGER, "How many bytes of a body are signed.", default=None, shown_default="131072",
        postman="maxBodySize", aliases=("max-body-size",),
    )  # fmt: skip
    account_switch_key: Value | None = parameter(
        ParameterKind.TEXT, "Act for another account: `accountSwitchKey` in the query.", default=None,
        aliases=("account-key",),
    )  # fmt: skip
    base_url: Value | None = parameter(
        ParameterKind.TEXT, "Sign for this host, or the scheme and host of this URL, not those of the request.",
        default=None,
        postman="baseURL",
    )  # fmt: skip
    nonce: Value | None = parameter(
        ParameterKind.TEXT, "The nonce.", default=None, shown_default="a random UUID", postman="nonce"
    )
    timestamp: Value | None = parameter(
        ParameterKind.TEXT, "The time, such as `20140321T19:34:21+0000`.", default=None, shown_default="now",
        postman="timestamp",
    )  # fmt: skip

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Sign the request."""
        credentials = yield from self._credentials(request)
        account = self.account_switch_key or credentials.account_key
        if account is not None and account.reveal().strip():
            request = with_query_parameter(request, "accountSwitchKey", checked_for_field(account, "the account key"))
        now = datetime.fromtimestamp(int(context.now()), UTC).strftime("%Y%m%dT%H:%M:%S+0000")
        timestamp = stripped(self.timestamp) if self.timestamp is not None else plain(now)
        nonce = self.nonce or plain(str(uuid.UUID(bytes=context.random(16), version=4)))
        parts = {
            "client_token": credentials.client_token,
            "access_token": credentials.access_token,
            "timestamp": timestamp,
            "nonce": nonce,
        }
        pieces: list[str | Value] = ["EG1-HMAC-SHA256 "]
        for name, value in parts.items():
            text = checked_for_field(value, f"`{name}`", name.replace("_", "-"))
            if not text.reveal() or ";" in text.reveal():
                raise CredentialError(
                    f"the `{name}` of EdgeGrid is empty or has a semicolon in it", "", name.replace("_", "-")
                )
            pieces += [f"{name}=", text, ";"]
        data = self._data(request, composed(*pieces), credentials.max_body, context)
        context.note("data to sign", data)
        key = base64(
            hmac.digest(
                credentials.client_secret.reveal().encode("utf-8"), timestamp.reveal().encode("utf-8"), "sha256"
            )
        )
        signature = base64(hmac.digest(key.encode("ascii"), data.reveal().encode("utf-8"), "sha256"))
        signed = made_with(signature, credentials.client_secret, self.base_url)
        return request.with_field("Authorization", composed(*pieces, "signature=", signed))

    def _data(self, request: OutgoingRequest, header: Value, max_body: int, context: FlowContext) -> Value:
        scheme, host = request.origin.scheme, plain(request.host.lower())
        if self.base_url is not None and self.base_url.reveal().strip():
            base = self.base_url.reveal().strip()
            try:
                origin = parse_origin(base if "://" in base else f"{scheme}://{base}")
            except InvalidOriginError:
                # The error would repeat the text.
                raise CredentialError(
                    "`base-url` is no URL or host", "Write it as `https://host`.", "base-url"
                ) from None
            scheme, host = origin.scheme, made_of(str(origin).partition("://")[2], self.base_url)
        fields: list[str | Value] = []
        for name in self.headers_to_sign:
            value = next(iter(request.values(name)), None)
            if value is not None and value.reveal().strip():
                text = recoded(value, lambda given: re.sub(r"\s+", " ", given.strip()))
                fields += ["\t" if fields else "", f"{name.lower()}:", text]
        target = request.target if request.target.reveal() else plain("/")
        body = self._body_hash(request, max_body)
        if body:
            context.note("hash of the body", plain(body))
        return composed(
            request.method.upper(), "\t", scheme, "\t", host, "\t", target, "\t", *fields, "\t", body, "\t", header
        )

    def _body_hash(self, request: OutgoingRequest, max_body: int) -> str:
        """Return the hash of the first bytes of the body of a POST; Akamai signs no other bodies, and no empty ones."""
        if request.method.upper() != "POST" or request.body is None or request.body.length == 0:
            return ""
        state, left = sha256(), max_body
        for chunk in request.body.chunks():
            state.update(chunk[:left])
            left -= min(len(chunk), left)
            if left == 0:
                break
        return base64(state.digest())

    def _credentials(self, request: OutgoingRequest) -> Flow[_Credentials]:
        if self.edgerc is None:
            tokens = (self.client_token, self.client_secret, self.access_token)
            if tokens[0] is None or tokens[1] is None or tokens[2] is None:
                raise CredentialError("EdgeGrid needs client token, client secret and access token")
            if not tokens[1].reveal():
                raise CredentialError("the client secret of EdgeGrid is empty", "", "client-secret")
            return _Credentials(tokens[0], tokens[1], tokens[2], self.max_body or _MAX_BODY)
        content: bytes | None = yield ReadFile(self.edgerc, "tokens of EdgeGrid")
        if content is None:
            raise CredentialError(f"there is no file `{self.edgerc}`", "Create it in Akamai Control Center.", "edgerc")
        section = self.section.reveal().strip() if self.section is not None else "default"
        return self._from_file(content.decode("utf-8", "replace"), section, request.origin)

    def _from_file(self, text: str, section: str, origin: Origin) -> _Credentials:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            # The error would repeat a line of the file.
            raise CredentialError(f"`{self.edgerc}` is not in the form of such files", "", "edgerc") from None
        if not parser.has_section(section):
            raise CredentialError(f"`{self.edgerc}` has no section `{section}`", "", "section")
        members = dict(parser.items(section))
        missing = [name for name in ("host", "client_token", "client_secret", "access_token") if not members.get(name)]
        if missing:
            raise CredentialError(f"the section `{section}` of `{self.edgerc}` has no `{missing[0]}`", "", "edgerc")
        host = members["host"].removeprefix("https://").strip("/ ").lower()
        if self.base_url is None and host not in (origin.host, f"{origin.host}:{origin.port}"):
            raise CredentialError(
                f"the section `{section}` of `{self.edgerc}` is for `{host}`, not for `{origin.host}`",
                "Send the request to that host, or name another section.",
                "edgerc",
            )
        provenance = Provenance(Origination.PROVIDER, f"{self.edgerc}, {section}")
        secret = Labels(f"`{self.edgerc}`", frozenset((origin,)))
        size = members.get("max-body", members.get("max_body", ""))
        return _Credentials(
            Value(members["client_token"], provenance),
            Value(members["client_secret"], provenance, secret),
            Value(members["access_token"], provenance),
            self.max_body or (int(size) if size.isdigit() else _MAX_BODY),
            Value(members["account_key"], provenance) if members.get("account_key") else None,
        )


_MAX_BODY = 131072
