"""The tokens that requests use: many requests may share one, and then it is meant whichever of them is named."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from httpls.model.auth_plan import PlannedScheme
from httpls.model.auth_shape import class_of
from httpls.run.authenticate import Prepared
from httpls.run.credentials import Credentials
from httpls.run.selection import Selected
from httpls_auth.errors import CredentialError
from httpls_auth.schemes.aad import AzureAd
from httpls_auth.schemes.flow import Flow, FlowContext, TokenSource, UseToken
from httpls_auth.schemes.oauth2 import OAuth2
from httpls_auth.tokens.name import TokenName
from httpls_auth.tokens.store import TokenStore

Result = TypeVar("Result")


class Target(NamedTuple):
    """A token that requests use: the first of them, and the scheme that gives it."""

    selected: Selected
    scheme: PlannedScheme

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it another token, as far as it is known without the values of secrets."""
        scheme = self.scheme
        texts = [f"{one.name}={one.text}" for one in scheme.parameters]
        return (str(self.selected.analysis.root), scheme.word, *texts)

    @property
    def word(self) -> str:
        """How its scheme is written, with the id of its object if it has one."""
        declaration = self.scheme.declaration
        name = f" `{declaration.identifier}`" if declaration.identifier else ""
        return f"{declaration.word or self.scheme.word}{name}"


class Opened(NamedTuple):
    """A target with everything that its flows need."""

    target: Target
    prepared: Prepared
    source: TokenSource
    credentials: Credentials
    store: TokenStore

    @property
    def context(self) -> FlowContext:
        """The context of its flows."""
        return self.credentials.context

    def run(self, flow: Flow[Result], obtains_anew: bool = False) -> Result:
        """Run a flow of it."""
        return self.credentials.steps.run(flow, self.prepared.planned.folder, obtains_anew)

    def name(self) -> TokenName:
        """Return what the token is called in the store. Raises `CredentialError` for one that is never kept."""
        return self.credentials.steps.name_of(_step_of(self.source, self.context))


def targets(requests: Sequence[Selected], identifier: str | None) -> Iterator[Target]:
    """Yield the tokens that requests use, each once; `identifier` is the id of the object that is meant."""
    seen: set[tuple[str, ...]] = set()
    for selected in requests:
        auth = selected.analysis.plan(selected.request).auth
        for planned in (*auth.schemes, *[one.scheme for one in auth.tokens.values()]):
            found = class_of(planned.word)
            if found is None or not hasattr(found, "token"):
                continue
            target = Target(selected, planned)
            if target.key not in seen and identifier in (None, planned.declaration.identifier):
                seen.add(target.key)
                yield target


def opened_target(target: Target, credentials: Credentials, store: TokenStore) -> Opened:
    """Return a target with what authenticates its request. Raises `CredentialError` if it has no token of its own."""
    for prepared in (*credentials.schemes, *credentials.tokens.values()):
        if prepared.planned.declaration == target.scheme.declaration:
            if not isinstance(prepared.scheme, TokenSource):
                raise CredentialError(f"`{prepared.scheme.word}` has no token of its own")
            return Opened(target, prepared, prepared.scheme, credentials, store)
    raise CredentialError(f"{target.word} is no longer in force", "Try again.")


def oauth2_of(opened: Opened) -> OAuth2 | None:
    """Return the scheme as OAuth 2.0, if that is what it comes to."""
    source: object = opened.source
    if isinstance(source, AzureAd):
        origins = sorted(opened.context.token_labels.origins or ())
        return source.oauth2(origins[0] if origins else None)
    return source if isinstance(source, OAuth2) else None


def required_oauth2(opened: Opened, what: str) -> OAuth2:
    """Return the scheme as OAuth 2.0. Raises `CredentialError` that says what cannot be done with its token."""
    found = oauth2_of(opened)
    if found is None:
        raise CredentialError(f"the token of `{opened.prepared.scheme.word}` cannot be {what}", "Log in anew.")
    return found


def _step_of(source: TokenSource, context: FlowContext) -> UseToken:
    """Return what a scheme asks the store for, which is the first thing that it does."""
    flow = source.token(context)
    try:
        step = next(flow)
    except StopIteration:
        step = None
    flow.close()
    if not isinstance(step, UseToken):
        raise CredentialError("this token is written down, and not kept")
    return step
