"""Azure AD, now Entra ID, in the words of VS Code's REST Client: OAuth 2.0 at Microsoft's endpoints."""

from dataclasses import dataclass

from httpls_auth.errors import ParameterError
from httpls_auth.schemes.compose import composed, plain
from httpls_auth.schemes.flow import Flow, FlowContext, Token
from httpls_auth.schemes.message import OutgoingRequest, ResponseHead
from httpls_auth.schemes.oauth.client import Client
from httpls_auth.schemes.oauth.client_authentication.body import ClientSecretPost
from httpls_auth.schemes.oauth.client_authentication.none import NoClientAuthentication
from httpls_auth.schemes.oauth.grants.client_credentials import ClientCredentials
from httpls_auth.schemes.oauth.grants.device_code import DeviceCode
from httpls_auth.schemes.oauth.grants.grant import Grant
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value

REST_CLIENT_ID = "aebc6443-996d-45c2-90f0-388ff96faa56"
"""The public client that REST Client uses, that of Visual Studio Code."""

_LOGIN_HOSTS = {
    "public": "login.microsoftonline.com",
    "china": "login.partner.microsoftonline.cn",
    "us-government": "login.microsoftonline.us",
    "germany": "login.microsoftonline.de",
    "ppe": "login.windows-ppe.net",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AzureAd(Scheme):
    """A token of Azure AD, by device code, or with `app-only` by the client's own credentials."""

    word = "aad"
    title = "Azure AD"
    summary = (
        "OAuth 2.0 at Azure AD (Entra ID): a person logs in by a device code, or the application gets a token for "
        "itself (`app-only`)."
    )
    stage = Stage.PLACEMENT
    aliases = ("azure", "azure-ad", "entra")
    sources = (
        "VS Code REST Client, `$aadToken` and `$aadV2Token`",
        "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code",
    )
    example = (
        "# @auth aad tenant={{tenant}} client-id={{appId}} client-secret={{clientSecret}} app-only=true "
        "login-url={{lab}}/aad\n# @auth-scope https://graph.example.com/.default\nGET {{lab}}/auth/aad\n"
    )
    shorthands = (
        "Authorization: {{$aadV2Token tenantid:common scopes:User.Read}}",
        "Authorization: {{$aadToken contoso.onmicrosoft.com aud:https://management.core.windows.net/}}",
    )
    notes = (
        "For anything more, `oauth2` and `oidc issuer=https://login.microsoftonline.com/<tenant>/v2.0` do the same "
        "with every grant."
    )

    tenant: Value | None = parameter(
        ParameterKind.TEXT, "The tenant: its id, its domain, or `common`, `organizations`, `consumers`.",
        default=None, shown_default="common", aliases=("tenant-id", "domain"), example="contoso.onmicrosoft.com",
    )  # fmt: skip
    client_id: Value | None = parameter(
        ParameterKind.TEXT, "The id of the application. REST Client's is that of Visual Studio Code.", default=None,
        shown_default=REST_CLIENT_ID, required=Required({"app-only": ("true", "yes", "on", "1")}), example="{{appId}}",
    )  # fmt: skip
    app_only: bool = parameter(
        ParameterKind.BOOLEAN, "The application gets a token for itself, without a person.", default=False
    )
    client_secret: Value | None = parameter(
        ParameterKind.TEXT, "The secret of the application.", default=None, secret=True,
        required=Required({"app-only": ("true", "yes", "on", "1")}), example="{{$secret appSecret}}",
    )  # fmt: skip
    scope: Value | None = parameter(
        ParameterKind.TEXT, "The scopes of version 2, with blanks or commas between.", default=None,
        aliases=("scopes",), shown_default="User.Read, with `app-only` `<origin of the request>/.default`",
        example="https://graph.microsoft.com/.default",
    )  # fmt: skip
    audience: Value | None = parameter(
        ParameterKind.TEXT, "The resource of version 1, as a URL or a domain.", default=None,
        aliases=("aud", "resource", "app-uri"), shown_default="the origin of the request",
    )  # fmt: skip
    cloud: str = parameter(
        ParameterKind.CHOICE, "Which of Microsoft's clouds.", default="public", choices=tuple(_LOGIN_HOSTS),
        synonyms=(("AzureCloud", "public"), ("AzureChinaCloud", "china"), ("cn", "china"),
                  ("AzureUSGovernment", "us-government"), ("us", "us-government"), ("AzureGermanCloud", "germany"),
                  ("de", "germany")),
    )  # fmt: skip
    version: str = parameter(
        ParameterKind.CHOICE, "The version of the endpoints.", default="2", choices=("1", "2"),
        synonyms=(("v1", "1"), ("v2", "2"), ("1.0", "1"), ("2.0", "2")),
    )  # fmt: skip
    login_url: Value | None = parameter(
        ParameterKind.TEXT, "Where the login endpoints are, in place of those of the cloud.", default=None,
        shown_default="https://login.microsoftonline.com",
    )  # fmt: skip

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Take the token and write the field `Authorization`."""
        return (yield from self.oauth2(request.origin).authenticate(request, context))

    def answer(
        self, request: OutgoingRequest, response: ResponseHead, context: FlowContext
    ) -> Flow[OutgoingRequest | None]:
        """Renew the token if the server refused it."""
        return (yield from self.oauth2(request.origin).answer(request, response, context))

    def token(self, context: FlowContext) -> Flow[Token]:
        """Take the token; the origin of the request is the one that the token will be bound to."""
        origins = sorted(context.token_labels.origins or ())
        return (yield from self.oauth2(origins[0] if origins else None).token(context))

    def oauth2(self, origin: Origin | None) -> OAuth2:
        """Return the same as OAuth 2.0, for a request to this origin. Raises `ParameterError`."""
        tenant = self.tenant or plain("common")
        host = self.login_url or plain(f"https://{_LOGIN_HOSTS[self.cloud]}")
        version = "/v2.0" if self.version == "2" else ""
        base = composed(host, "/", tenant, "/oauth2", version)
        token_url = composed(base, "/token")
        grant: Grant
        if self.app_only:
            grant = ClientCredentials(token_url=token_url)
        else:
            grant = DeviceCode(token_url=token_url, device_auth_url=composed(base, "/devicecode"))
        authentication = ClientSecretPost(client_secret=self.client_secret) if self.client_secret else _PUBLIC
        resource = () if self.version == "2" else (("resource", self._resource(origin)),)
        client = Client(
            authentication=authentication,
            client_id=self.client_id or plain(REST_CLIENT_ID),
            scope=self._scope(origin) if self.version == "2" else None,
            parameters=resource,
        )
        return OAuth2(grant=grant, client=client)

    def _scope(self, origin: Origin | None) -> Value:
        if self.scope:
            scope = self.scope.transcribed(lambda text: text.replace(",", " "))
        elif self.app_only:
            scope = composed(_required_origin(origin, "scope"), "/.default")
        else:
            scope = plain("User.Read")
        # Without it there is no refresh token, and a person would have to log in every hour.
        has_offline = self.app_only or "offline_access" in scope.reveal().split()
        return scope if has_offline else composed(scope, " offline_access")

    def _resource(self, origin: Origin | None) -> Value:
        if not self.audience:
            return composed(_required_origin(origin, "audience"), "/")
        return self.audience if "://" in self.audience.reveal() else composed("https://", self.audience)


_PUBLIC = NoClientAuthentication()


def _required_origin(origin: Origin | None, parameter_name: str) -> str:
    if origin is None:
        raise ParameterError(parameter_name, f"`aad` needs `{parameter_name}` here, for no request tells it")
    return str(origin)
