"""How a request is sent, decided from what whoever runs wants, what the tags say, and the settings, in this order."""

from collections.abc import Callable
from typing import NamedTuple

from httpls.model.analysis import Analysis
from httpls.model.options import RequestOptions
from httpls.model.plan import Plan
from httpls.model.planned_text import PlannedText
from httpls.model.resolve import Context, resolve
from httpls.run.errors import RefusedError
from httpls.run.proxies import is_bypassed, proxy_from_environment, proxy_of
from httpls.run.redirects import RedirectRules
from httpls.run.run_options import RunOptions
from httpls.run.tls_rules import TlsQuestion, TlsRules
from httpls.run.wire import Limits, Proxy, Route
from httpls_auth.errors import InvalidOriginError
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import Origin, parse_origin
from httpls_auth.values.provenance import Origination, Provenance
from httpls_auth.values.value import Value


class SendingRules(NamedTuple):
    """The rules for one request of a file."""

    analysis: Analysis
    plan: Plan
    tags: RequestOptions
    options: RunOptions
    tls: TlsRules
    fill: Callable[[PlannedText], Value]
    context: Context | None = None

    @property
    def limits(self) -> Limits:
        """The limits in time and size."""
        timeouts, response = self.analysis.settings.timeouts, self.analysis.settings.response
        return Limits(
            _limit(self.options.connect_timeout, self.tags.connect_timeout, timeouts.connect),
            _limit(self.options.read_timeout, self.tags.read_timeout, timeouts.read),
            _limit(self.options.total_timeout, self.tags.total_timeout, timeouts.total),
            encoded=response.maximum_download or _UNLIMITED,
            decoded=response.maximum_decompressed or _UNLIMITED,
        )

    @property
    def encodes(self) -> bool:
        """Whether target and forms are percent-encoded where they have to be."""
        return self.tags.encodes if self.tags.encodes is not None else self.analysis.settings.encode_urls

    @property
    def redirects(self) -> RedirectRules:
        """How redirects are followed."""
        settings, tags = self.analysis.settings.redirects, self.tags
        return RedirectRules(
            _first(self.options.follows_redirects, tags.follows_redirects, settings.follow),
            tags.maximum_redirects if tags.maximum_redirects is not None else settings.maximum,
            settings.keep_method if tags.keeps_method is None else tags.keeps_method,
            settings.keep_authorization,
            settings.send_referer,
            frozenset([self._origin(text) for text in self.plan.auth.follow_redirects]),
        )

    @property
    def uses_cookies(self) -> bool:
        """Whether cookies of the jar are sent and new ones stored."""
        return _first(self.options.uses_cookies, self.tags.uses_cookie_jar, self.analysis.settings.cookies)

    def route(self, origin: Origin, is_own_request: bool = True) -> Route:
        """Return the way to an origin; `is_own_request` is false for requests of a flow, to a token endpoint."""
        return Route(
            self._tls_choice(origin, is_own_request),
            self._proxy(origin, is_own_request),
            self._version if is_own_request else "auto",
            None,
            (*self.options.addresses, *self.tags.addresses),
        )

    def _origin(self, text: PlannedText) -> Origin:
        value = self.fill(text)
        try:
            return parse_origin(value.reveal())
        except InvalidOriginError as error:
            raise RefusedError("invalid-origin", str(error), "Write it such as `https://example.com`.") from error

    def _proxy(self, origin: Origin, is_own_request: bool) -> Proxy | None:
        """Return the proxy that whoever runs, the tags, the settings, or the environment name."""
        if self.options.proxy is not None:
            return proxy_of(Value(self.options.proxy, _COMMAND_LINE), "`--proxy`") if self.options.proxy else None
        if is_own_request and self.tags.is_direct:
            return None
        if is_own_request and self.tags.proxy is not None:
            return proxy_of(self.fill(self.tags.proxy), "`@proxy`")
        settings = self.analysis.settings.proxy
        if settings.url:
            if is_bypassed(origin, settings.bypass):
                return None
            context = self.context or self.analysis.context(self.plan.request)
            return proxy_of(self.fill(resolve(settings.url, 0, context).text), "the setting `proxy.url`")
        if not settings.from_environment:
            return None
        return proxy_from_environment(origin, self.analysis.workspace.os_environment)

    @property
    def _version(self) -> str:
        written = self.options.http_version or self.tags.version
        if written is None:
            return self.analysis.settings.http_version
        return {"1.0": "1.0", "1": "1.1", "1.1": "1.1", "2": "2", "2.0": "2"}.get(written, "auto")

    def _tls_choice(self, origin: Origin, is_own_request: bool) -> TlsChoice:
        if origin.scheme != "https":
            return _NO_TLS
        return self.tls(
            TlsQuestion(
                self.analysis, self.plan, self.tags, origin, self.options.is_insecure, is_own_request, self.fill,
                self.context, self.options.is_trusted,
            )
        )  # fmt: skip


_COMMAND_LINE = Provenance(Origination.COMMAND_LINE, "--proxy")
_NO_TLS = TlsChoice()
_UNLIMITED = 1 << 62


def _first(option: bool | None, tag: bool | None, setting: bool) -> bool:
    return option if option is not None else tag if tag is not None else setting


def _limit(option: float | None, tag: float | None, setting: float) -> float | None:
    """Return the limit that counts in seconds; 0 stands for none."""
    seconds = option if option is not None else tag if tag is not None else setting
    return seconds or None
