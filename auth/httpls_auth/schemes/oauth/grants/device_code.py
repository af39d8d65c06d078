"""A person logs in with any browser, of a telephone for example, by typing a short code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from httpls_auth.errors import TokenError
from httpls_auth.schemes.compose import plain
from httpls_auth.schemes.flow import Flow, FlowContext, Show, Token, Wait
from httpls_auth.schemes.oauth import dpop
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.endpoints import Endpoints
from httpls_auth.schemes.oauth.grants.grant import RefreshableGrant
from httpls_auth.schemes.oauth.token_answer import members_of
from httpls_auth.schemes.oauth.token_request import Pairs, TokenRequest
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.values.labels import Labels
from httpls_auth.values.value import Value

_INTERVAL, _SLOWER = 5.0, 5.0
"""Seconds between two questions where the server names none, and by how much it grows on `slow_down` (RFC 8628)."""

_LIFETIME = 1800.0
_LONGEST_INTERVAL = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode(RefreshableGrant):
    """Device authorization."""

    word = "device_code"
    title = "Device Authorization"
    summary = "A person types a short code on a page, in any browser on any machine. Good for remote shells."
    sources = ("RFC 8628",)
    is_interactive = True

    device_auth_url: Value | None = parameter(
        ParameterKind.TEXT, "The URL of the device authorization endpoint.", default=None,
        required=Required(unless=("issuer",)), jetbrains="Device Auth URL",
        aliases=("device-authorization-endpoint", "device-code-endpoint", "device-code-url", "device-url"),
        example="https://login.example.com/device",
    )  # fmt: skip
    open_complete_url: bool = parameter(
        ParameterKind.BOOLEAN, "Show the address in which the code is contained, where the server has one.",
        default=True, jetbrains="Open Complete URI",
    )  # fmt: skip
    start_polling_after_browser: bool = parameter(
        ParameterKind.BOOLEAN, "Understood for files of JetBrains. The page is always shown before the first question "
        "whether the person has logged in.", default=True, jetbrains="Start Polling After Browser",
    )  # fmt: skip

    @property
    def endpoints(self) -> Endpoints:
        """The endpoints for tokens and for device authorization."""
        return Endpoints(token=self.token_url, device=self.device_auth_url)

    def obtain(self, client: Client, context: FlowContext) -> Flow[Token]:
        """Ask for a code, show it, and ask for the token until the person has logged in."""
        endpoints = yield from client.endpoints(self.endpoints, ("token", "device"), context)
        assert endpoints.token is not None
        assert endpoints.device is not None
        key = dpop.new_key(context) if client.dpop else None
        request = TokenRequest(endpoints.device, client.wanted(), fields=client.token_fields)
        request = request.with_form(*client.parameters, *client.authorization_parameters)
        request = client.authenticated(request, context)
        response = yield from client.send(request, "device authorization request", context)
        members = members_of(request, response)
        device_code = members.get("device_code")
        if not isinstance(device_code, str) or not device_code:
            raise TokenError("the device authorization endpoint answered without a device code")
        end = context.now() + (_number(members, "expires_in") or _LIFETIME)
        complete = _address(members, "verification_uri_complete") if self.open_complete_url else None
        # Google and Azure AD (version 1) have another name for the address.
        address = _address(members, "verification_uri", "verification_url") or complete
        if address is None:
            raise TokenError("the device authorization endpoint answered without an address to log in at")
        yield Show(address, _user_code(members), complete)
        form: Pairs = (
            ("grant_type", plain("urn:ietf:params:oauth:grant-type:device_code")),
            ("device_code", plain(device_code).labelled(Labels("device code"))),
            *client.targets(),
        )
        interval = min(_number(members, "interval") or _INTERVAL, _LONGEST_INTERVAL)
        while True:
            yield Wait(interval)
            try:
                return (yield from client.token(endpoints.token, form, context, key=key))
            except TokenError as error:
                if error.code == "slow_down":
                    interval = min(interval + _SLOWER, _LONGEST_INTERVAL)
                elif error.code != "authorization_pending":
                    raise
            if context.now() >= end:
                raise TokenError("nobody confirmed the login in time", "Try again.", "expired_token")


def _number(members: Mapping[str, object], name: str) -> float | None:
    value = members.get(name)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        return None
    return float(value)


def _address(members: Mapping[str, object], *names: str) -> str | None:
    """Return an address that a person may be sent to: http or https, without blanks and control characters."""
    for name in names:
        value = members.get(name)
        if isinstance(value, str) and re.fullmatch(r"https?://[\x21-\x7e]{1,2000}", value, re.IGNORECASE):
            return value
    return None


def _user_code(members: Mapping[str, object]) -> str:
    value = members.get("user_code")
    return re.sub(r"[^\x20-\x7e]", "", value)[:100] if isinstance(value, str) else ""
