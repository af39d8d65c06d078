"""OAuth 1.0a (RFC 5849), with the hash of the body and the login in three steps."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl

from httpls_auth.errors import CredentialError, InvalidOriginError, KeyMaterialError, ParameterError, TokenError
from httpls_auth.keys import read_private_key
from httpls_auth.schemes.compose import (
    base64,
    base64url,
    checked_for_field,
    composed,
    encode_unreserved,
    made_with,
    percent_encoded,
    plain,
    quotable,
    recoded,
    stripped,
)
from httpls_auth.schemes.flow import Ask, Flow, FlowContext, Open, Send, Token, TokenKey, UseToken
from httpls_auth.schemes.message import OutgoingRequest, Response
from httpls_auth.schemes.parameter import ALWAYS, ParameterKind, Required, parameter
from httpls_auth.schemes.request_parts import (
    form_pairs,
    is_form,
    query_pieces,
    with_body_member,
    with_query_parameter,
    without_query_parameters,
)
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.labels import Labels
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value

_METHODS = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT")
_WITH_SECRET = tuple([name.lower() for name in _METHODS if not name.startswith("RSA")])
_WITH_KEY = tuple([name.lower() for name in _METHODS if name.startswith("RSA")])
_PROTOCOL_PARAMETERS = frozenset(
    (
        "oauth_body_hash", "oauth_callback", "oauth_consumer_key", "oauth_nonce", "oauth_signature",
        "oauth_signature_method", "oauth_timestamp", "oauth_token", "oauth_verifier", "oauth_version",
    )
)  # fmt: skip


class _Tokens(NamedTuple):
    """The token of a request with its secret, and what the steps of a login add."""

    token: Value | None = None
    secret: Value | None = None
    callback: Value | None = None
    verifier: Value | None = None


@dataclass(frozen=True, slots=True)
class OAuth1(Scheme):
    """Signs with the secrets of a client and of a token, or with a private key."""

    word = "oauth1"
    title = "OAuth 1.0"
    summary = (
        "Signs method, URL and parameters with the secrets of a client and a token, which themselves are not sent."
    )
    stage = Stage.SIGNATURE
    aliases = ("oauth1.0", "oauth1.0a")
    postman = "oauth1"
    jetbrains = ("OAuth1",)
    sources = ("RFC 5849, with its errata", "draft-eaton-oauth-bodyhash")
    verified_by = (
        "the examples of RFC 5849 and the tests of Postman's node-oauth1 and runtime",
        "PHP's OAuthProvider: HMAC-SHA1, HMAC-SHA256, PLAINTEXT, header, query and form, the three-legged login",
        "npm oauth-1.0a with Node's crypto: HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, body hash",
    )
    example = (
        "# @auth oauth1 consumer-key={{consumerKey}} consumer-secret={{consumerSecret}} signature-method=HMAC-SHA256\n"
        "# @auth-token {{token}}\n# @auth-token-secret {{tokenSecret}}\nGET {{lab}}/auth/oauth1?count=5\n"
    )
    notes = (
        "Without `token`, but with `request-token-url`, `authorize-url` and `access-token-url`, the token is obtained "
        "by a login in the browser (RFC 5849, section 2), and kept.\n\n"
        "`in=auto` is Postman's way beside the header: into the form of a POST or PUT, else into the query. The port "
        "of the URL is signed unless it is the default of its scheme; `body-hash` applies to bodies that are no forms."
    )

    consumer_key: Value = parameter(
        ParameterKind.TEXT, "The key of the client.", required=ALWAYS, position=0, postman="consumerKey",
        aliases=("client-key",), example="{{consumerKey}}",
    )  # fmt: skip
    consumer_secret: Value | None = parameter(
        ParameterKind.TEXT, "The secret of the client, for HMAC and PLAINTEXT.", default=None, secret=True, position=1,
        required=Required({"signature-method": _WITH_SECRET}), postman="consumerSecret", aliases=("client-secret",),
        example="{{$secret consumerSecret}}", may_be_empty=True,
    )  # fmt: skip
    given_token: Value | None = parameter(
        ParameterKind.TEXT, "The token.", name="token", default=None, postman="token", aliases=("access-token",),
        example="{{token}}",
    )  # fmt: skip
    token_secret: Value | None = parameter(
        ParameterKind.TEXT, "The secret of the token, for HMAC and PLAINTEXT.", default=None, secret=True,
        postman="tokenSecret", aliases=("access-token-secret",), example="{{$secret tokenSecret}}",
    )  # fmt: skip
    signature_method: str = parameter(
        ParameterKind.CHOICE, "How the signature is made.", default="HMAC-SHA1", choices=_METHODS,
        postman="signatureMethod",
    )  # fmt: skip
    private_key: Value | None = parameter(
        ParameterKind.KEY, "The private key of the client, for RSA.", default=None, secret=True,
        required=Required({"signature-method": _WITH_KEY}), postman="privateKey", example="{{$secret oauthKey}}",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of an encrypted key.", default=None, secret=True
    )
    place: str = parameter(
        ParameterKind.CHOICE, "Where the parameters of the protocol go.", name="in", default="header",
        choices=("header", "query", "body", "auto"), postman="addParamsToHeader", aliases=("placement",),
        synonyms=(("true", "header"), ("false", "auto")),
    )  # fmt: skip
    realm: Value | None = parameter(
        ParameterKind.TEXT, "The realm; it stands in the header field and is not signed.", default=None, postman="realm"
    )
    body_hash: bool = parameter(
        ParameterKind.BOOLEAN, "Sign the hash of a body that is no form.", default=False, postman="includeBodyHash"
    )
    include_empty: bool = parameter(
        ParameterKind.BOOLEAN, "Send and sign `oauth_token` even if it is empty.", default=False,
        postman="addEmptyParamsToSign",
    )  # fmt: skip
    no_header_encoding: bool = parameter(
        ParameterKind.BOOLEAN, "Leave the values in the header field as they are, for servers that do not decode them.",
        default=False, postman="disableHeaderEncoding",
    )  # fmt: skip
    version: Value | None = parameter(
        ParameterKind.TEXT, "`oauth_version`; empty to leave it out.", default=None, shown_default="1.0",
        postman="version", may_be_empty=True,
    )  # fmt: skip
    callback: Value | None = parameter(
        ParameterKind.TEXT, "`oauth_callback`, for a request of temporary credentials.", default=None,
        postman="callback",
    )  # fmt: skip
    verifier: Value | None = parameter(
        ParameterKind.TEXT, "`oauth_verifier`, for a request of a token.", default=None, postman="verifier"
    )
    nonce: Value | None = parameter(
        ParameterKind.TEXT, "The nonce.", default=None, shown_default="random", postman="nonce"
    )
    timestamp: int | None = parameter(
        ParameterKind.INTEGER, "The time in seconds since the epoch.", default=None, shown_default="now",
        postman="timestamp",
    )  # fmt: skip
    request_token_url: Value | None = parameter(
        ParameterKind.TEXT, "Where a login gets temporary credentials.", default=None,
        example="https://provider.example/oauth/request_token",
    )  # fmt: skip
    authorize_url: Value | None = parameter(
        ParameterKind.TEXT, "The page on which a person agrees.", default=None,
        example="https://provider.example/oauth/authorize",
    )  # fmt: skip
    access_token_url: Value | None = parameter(
        ParameterKind.TEXT, "Where a login gets the token.", default=None,
        example="https://provider.example/oauth/access_token",
    )  # fmt: skip
    redirect_url: Value | None = parameter(
        ParameterKind.TEXT, "Where the browser comes back to, or `oob` for a code that is typed in.", default=None,
        shown_default="http://127.0.0.1:0/callback",
    )  # fmt: skip

    @property
    def writes(self) -> frozenset[str]:
        """The field `Authorization`, or the parameters of the protocol."""
        if self.place == "header":
            return frozenset(("authorization",))
        marks = {"query": "?", "body": ".", "auto": "?."}[self.place]
        return frozenset([mark + name for mark in marks for name in _PROTOCOL_PARAMETERS])

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Sign the request, after a login if there is no token and one is configured."""
        if self.given_token is None and self.request_token_url is not None:
            token = yield from self.token(context)
            tokens = _Tokens(token.access, token.key)
        else:
            tokens = _Tokens(self.given_token, self.token_secret, self.callback, self.verifier)
        return self._signed(request, tokens, context)

    def token(self, context: FlowContext) -> Flow[Token]:
        """Return the flow that takes the token from the store, or obtains one by a login (RFC 5849, section 2)."""
        if self.given_token is not None:
            return Token(self.given_token, "OAuth", context.now(), key=self.token_secret)
        urls = (self.request_token_url, self.authorize_url, self.access_token_url)
        if any(url is None for url in urls):
            raise ParameterError(
                "token", "`oauth1` has no token, and no login to get one",
                "Give `token`, or `request-token-url`, `authorize-url` and `access-token-url`.",
            )  # fmt: skip
        addresses = [url.reveal() for url in urls if url is not None]
        key = TokenKey(("oauth1", *addresses, self.consumer_key.reveal()), f"OAuth 1.0 at {self.request_token_url}")

        def obtain(stored: Token | None) -> Flow[Token]:
            _ = stored
            return self._log_in(context)

        token: Token = yield UseToken(key, obtain, _holds)
        return token

    def _log_in(self, context: FlowContext) -> Flow[Token]:
        """Get temporary credentials, let a person agree, and exchange them for a token."""
        assert self.request_token_url is not None
        assert self.authorize_url is not None
        assert self.access_token_url is not None
        temporary: list[_Tokens] = []
        request_url, authorize_url = self.request_token_url, self.authorize_url
        state = base64url(context.random(18))
        out_of_band = self.redirect_url is not None and self.redirect_url.reveal().strip().lower() == "oob"

        def page(redirect_url: str) -> Flow[Value]:
            mark = "&" if "?" in redirect_url else "?"
            callback = "oob" if out_of_band else f"{redirect_url}{mark}state={state}"
            asked = _Tokens(callback=plain(callback))
            answer = yield from self._exchange(request_url, asked, "temporary credentials", context)
            temporary[:] = [answer]
            separator = "&" if "?" in authorize_url.reveal() else "?"
            assert answer.token is not None
            return composed(authorize_url, separator, "oauth_token=", percent_encoded(answer.token))

        if out_of_band:
            address = yield from page("")
            code: Value = yield Ask(f"Open {address.reveal()}, agree, and type the code that is shown", True)
            verifier: Value | None = recoded(code, str.strip)
        else:
            where = (
                self.redirect_url.reveal().strip() if self.redirect_url is not None else "http://127.0.0.1:0/callback"
            )
            came_back: Value = yield Open(page, where, state, "login")
            verifier = _verifier(came_back, temporary[0] if temporary else _Tokens())
        tokens = temporary[0]._replace(callback=None, verifier=verifier)
        final = yield from self._exchange(self.access_token_url, tokens, "token", context)
        assert final.token is not None
        return Token(final.token, "OAuth", context.now(), key=final.secret)

    def _exchange(self, url: Value, tokens: _Tokens, purpose: str, context: FlowContext) -> Flow[_Tokens]:
        origin, bare = _origin_of(url), stripped(url)
        path = bare.reveal().find("/", bare.reveal().find("://") + 3)
        request = OutgoingRequest("POST", origin, bare.cut(path) if path >= 0 else plain("/"), ())
        response: Response = yield Send(self._signed(request, tokens, context), purpose)
        answer = dict(parse_qsl(response.content.decode("utf-8", "replace").strip()))
        token, secret = answer.get("oauth_token"), answer.get("oauth_token_secret")
        if response.head.status not in (200, 201) or token is None or secret is None:
            problem = answer.get("oauth_problem", f"status {response.head.status}")
            raise TokenError(f"`{url}` gave no {purpose}: {problem}", "Check the key and the secret of the client.")
        if tokens.callback is not None and answer.get("oauth_callback_confirmed") != "true":
            raise TokenError(
                f"`{url}` did not confirm the callback, so it is OAuth 1.0 without `a`, which is not safe",
                "RFC 5849, section 2.1 demands `oauth_callback_confirmed=true`.",
            )
        what = f"OAuth 1.0 token of {origin}"
        secret_value = Value(secret, Provenance(Origination.RESPONSE, what), Labels(what))
        return _Tokens(plain(token), secret_value)

    def _signed(self, request: OutgoingRequest, tokens: _Tokens, context: FlowContext) -> OutgoingRequest:
        place = self._place(request)
        bare = without_query_parameters(request, _PROTOCOL_PARAMETERS).without_field("Authorization")
        parameters = self._parameters(bare, tokens, context)
        base = _base_string(bare, parameters)
        context.note("signature base string", base)
        secrets = (self.consumer_secret, tokens.secret, self.private_key)
        signature = made_with(self._signature(base.reveal(), tokens.secret), *secrets)
        context.note("signature", signature)
        every = [*parameters.items(), ("oauth_signature", signature)]
        if place == "header":
            return bare.with_field("Authorization", self._header(every))
        for name, value in every:
            bare = (with_query_parameter if place == "query" else with_body_member)(bare, name, value)
        return bare

    def _place(self, request: OutgoingRequest) -> str:
        form = is_form(request)
        if self.place == "auto":
            return "body" if form and request.method.upper() in ("POST", "PUT") else "query"
        if self.place == "body" and not form:
            raise CredentialError(
                "the parameters of OAuth 1.0 can be put into a form only (RFC 5849, section 3.5.2)",
                "Use `in=header` or `in=query`, or give the request a form.",
                "in",
            )
        return self.place

    def _parameters(self, request: OutgoingRequest, tokens: _Tokens, context: FlowContext) -> Mapping[str, Value]:
        consumer_key = checked_for_field(self.consumer_key, "the consumer key", "consumer-key")
        if not consumer_key.reveal():
            raise CredentialError("the consumer key of OAuth 1.0 is empty", "", "consumer-key")
        time = self.timestamp if self.timestamp is not None else int(context.now())
        given: dict[str, Value | None] = {
            "oauth_consumer_key": consumer_key,
            "oauth_token": tokens.token,
            "oauth_signature_method": plain(self.signature_method),
            "oauth_timestamp": plain(str(time)),
            "oauth_nonce": self.nonce if self.nonce is not None else plain(context.random(12).hex()),
            "oauth_version": self.version if self.version is not None else plain("1.0"),
            "oauth_callback": tokens.callback,
            "oauth_verifier": tokens.verifier,
        }
        if self.body_hash and not is_form(request):
            algorithm = self.signature_method.partition("-")[2].lower() or "sha1"
            given["oauth_body_hash"] = plain(base64(request.digest(algorithm)))
        found = {name: value for name, value in given.items() if value is not None and value.reveal()}
        if self.include_empty and "oauth_token" not in found:
            found["oauth_token"] = plain("")
        return found

    def _signature(self, base: str, token_secret: Value | None) -> str:
        method, _, algorithm = self.signature_method.partition("-")
        if method == "RSA":
            return self._rsa_signature(base, algorithm)
        if self.consumer_secret is None:
            raise ParameterError("consumer-secret", f"`{self.signature_method}` needs `consumer-secret`")
        secret = token_secret.reveal() if token_secret is not None else ""
        key = f"{encode_unreserved(self.consumer_secret.reveal())}&{encode_unreserved(secret)}"
        if method == "PLAINTEXT":
            return key
        return base64(hmac.digest(key.encode("ascii"), base.encode("ascii"), algorithm.lower()))

    def _rsa_signature(self, base: str, algorithm: str) -> str:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding, rsa

        if self.private_key is None:
            raise ParameterError("private-key", f"`{self.signature_method}` needs `private-key`")
        key = read_private_key(self.private_key, self.passphrase).key
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyMaterialError(f"`{self.signature_method}` needs an RSA key", "", "private-key")
        chosen = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256(), "SHA512": hashes.SHA512()}[algorithm]  # noqa: S303 (RFC 5849 has it)
        return base64(key.sign(base.encode("ascii"), padding.PKCS1v15(), chosen))

    def _header(self, parameters: list[tuple[str, Value]]) -> Value:
        parts: list[str | Value] = []
        if self.realm is not None and self.realm.reveal():
            parts += ['realm="', quotable(self.realm, "the realm", "realm"), '"']
        for name, value in parameters:
            written = quotable(value, f"`{name}`") if self.no_header_encoding else percent_encoded(value)
            parts += ["," if parts else "", f'{name}="', written, '"']
        return composed("OAuth ", *parts)


def _base_string(request: OutgoingRequest, parameters: Mapping[str, Value]) -> Value:
    """Return the signature base string (RFC 5849, section 3.4.1)."""
    pairs = [(encode_unreserved(name), percent_encoded(value)) for name, value in parameters.items()]
    for piece in query_pieces(request.target):
        labels = piece.raw.labels if piece.raw.spans else piece.raw.labels._replace(secret=None)
        pairs.append(
            (encode_unreserved(piece.name), Value(encode_unreserved(piece.value), piece.raw.provenance, labels))
        )
    if is_form(request) and request.body is not None:
        provenance = Provenance(Origination.DIRECTIVE, "body")
        pairs += [
            (encode_unreserved(name), Value(encode_unreserved(text), provenance, request.body.labels))
            for name, text in form_pairs(request)
            if name not in _PROTOCOL_PARAMETERS
        ]
    pairs.sort(key=lambda pair: (pair[0], pair[1].reveal()))
    normalised: list[str | Value] = []
    for name, shown in pairs:
        normalised += ["&" if normalised else "", f"{name}=", shown]
    origin = parse_origin(f"{request.origin.scheme}://{request.host}")
    url = percent_encoded(plain(f"{origin}{request.path}"))
    return composed(request.method.upper(), "&", url, "&", percent_encoded(composed(*normalised)))


def _origin_of(url: Value) -> Origin:
    try:
        return parse_origin(url.reveal())
    except InvalidOriginError:
        # The error would repeat the address.
        raise CredentialError(f"`{url}` is no URL", "Write it as `https://host/path`.") from None


def _verifier(callback: Value, temporary: _Tokens) -> Value:
    """Read the verifier off the URL by which the browser came back, which has to be for the same credentials."""
    members = dict(parse_qsl(callback.reveal().partition("?")[2]))
    token = temporary.token.reveal() if temporary.token is not None else ""
    if not token or not hmac.compare_digest(members.get("oauth_token", "").encode("utf-8"), token.encode("utf-8")):
        raise TokenError("the login came back for other credentials than it was started with", "Start it again.")
    if "oauth_verifier" not in members:
        raise TokenError("the login was refused", "Agree on the page of the provider.")
    return made_with(members["oauth_verifier"], callback)


def _holds(token: Token, now: float) -> bool:
    return token.expires_at is None or token.expires_at > now
