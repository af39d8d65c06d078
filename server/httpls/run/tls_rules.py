"""Which TLS choice a request makes for an origin: whether the server is verified, and why."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from httpls.model.analysis import Analysis
from httpls.model.options import RequestOptions
from httpls.model.plan import Plan
from httpls.model.planned_text import PlannedText
from httpls.model.resolve import Context
from httpls_auth.tls.choice import TlsChoice
from httpls_auth.values.origin import Origin
from httpls_auth.values.value import Value
from httpls_grammar.profile import Profile


class TlsQuestion(NamedTuple):
    """For what a choice is made.

    `is_insecure` tells that whoever runs wants nothing verified. `is_own_request` is false for requests of a flow (to
    a token endpoint), for which the tags of the request do not count. `fill` turns a text with holes into a value;
    `context` is where the texts of the request are resolved, None for what is known without a run. `is_trusted` says
    whether the files may name paths outside the project.
    """

    analysis: Analysis
    plan: Plan
    options: RequestOptions
    origin: Origin
    is_insecure: bool
    is_own_request: bool
    fill: Callable[[PlannedText], Value]
    context: Context | None = None
    is_trusted: bool = False


class TlsRules(Protocol):
    """Chooses. Raises `CredentialError` for a certificate that cannot be used, so that nothing is sent."""

    def __call__(self, question: TlsQuestion) -> TlsChoice:
        """Return the choice."""
        ...


def verification_only(question: TlsQuestion) -> TlsChoice:
    """Return the choice without any certificate: only whether the server is verified."""
    rule = unverified_because(question)
    return TlsChoice() if rule is None else TlsChoice(verify=False, verify_rule=rule)


def unverified_because(question: TlsQuestion) -> str | None:
    """Return the rule by which a server is not verified; None if it is."""
    if question.is_insecure:
        return "asked for by --insecure"
    if question.is_own_request and question.options.is_insecure:
        return "# @insecure"
    verify = question.analysis.settings.tls.verify
    if verify == "never":
        return "setting tls.verify = never"
    if verify == "always" or not is_loopback(question.origin.host):
        return None
    if verify == "auto" and question.analysis.profile not in (Profile.AUTO, Profile.REST_CLIENT):
        return None
    return "servers of this machine are not verified (setting tls.verify)"


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name or address."""
    return host in ("localhost", "::1") or host.endswith(".localhost") or host.startswith("127.")
