"""The guide to an `# @auth`: asks a person for the scheme and what it needs, and keeps secrets in the keyring.

It is for the command line and for editors; who is asked and told is a `Prompter` and a function.
"""

import os
import re
from collections.abc import Callable, Collection, Sequence
from itertools import count, islice
from typing import NamedTuple

from httpls.guide.issuer import endpoints_of
from httpls.host.project_secrets import store_of_project
from httpls.host.user_state import user_state
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.ports import Prompter
from httpls.run.selection import Selected
from httpls_auth.errors import AuthenticationError, InvalidOriginError, ParameterError, SecretError
from httpls_auth.schemes.index import canonical_word, scheme_class, words
from httpls_auth.schemes.oauth.parameters import GRANT
from httpls_auth.schemes.parameter import Parameter, ParameterKind, chosen
from httpls_auth.schemes.read import find_parameter, missing_parameters
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.secrets.project_secrets import variable_name
from httpls_auth.secrets.stored_secret import StoredSecret
from httpls_auth.values.origin import Origin, parse_origin

_FURTHER = {
    "oauth2": ("scope", "redirect-url"), "oidc": ("scope", "redirect-url"), "aad": ("tenant", "scope"),
    "apikey": ("in",), "jwt": ("expires-in",), "aws": ("region", "service"), "mtls": ("key", "passphrase", "ca"),
}  # fmt: skip
"""Parameters that are asked for although they are not required: hardly anybody can do without."""
_FIRST = ("none", "basic", "bearer", "apikey", "oauth2", "oidc")
"""The schemes that most people want, which are offered first."""


class Answers(NamedTuple):
    """What is known: texts by canonical name as they are written, and the secrets that go into the keyring."""

    texts: dict[str, str]
    secrets: dict[str, str]


class Given(NamedTuple):
    """What need not be asked: the word of the scheme, parameters as `KEY=VALUE`, where secrets may be sent.

    `is_for_file` says that all requests of the file are meant. `environment` is that for which secrets are kept, None
    for all. `is_attended` says whether a person is there for questions that may be left unanswered, `has_options`
    whether an option of the command line can give what is asked for.
    """

    scheme: str | None = None
    parameters: Sequence[str] = ()
    is_for_file: bool = False
    allow: str | None = None
    environment: str | None = None
    is_attended: bool = True
    has_options: bool = False


class Guide:
    """Asks a person, unless it is given already."""

    def __init__(self, prompter: Prompter, say: Callable[[str], None], cancel: Cancel, given: Given = Given()) -> None:  # noqa: B008 - it cannot be changed
        """Take who is asked, what tells a line to the person, and what is known already."""
        self._prompter = prompter
        self._say = say
        self._cancel = cancel
        self._given = given
        self._taken: Collection[str] = ()

    def scheme(self) -> type[Scheme] | None:
        """Return the scheme that is meant, None for that of what is around. Raises `ParameterError`."""
        given = self._given.scheme
        if given is not None:
            if given.lower() == "inherit":
                return None
            word = canonical_word(given)
            if word is None:
                known = ", ".join(words())
                raise ParameterError("", f"`{given}` is no way to authenticate", f"Write one of: {known}.")
            return scheme_class(word)
        shown: dict[str, str] = {}
        for word in (*_FIRST, *sorted(set(words()).difference(_FIRST, ("mock",)))):
            kind = scheme_class(word)
            shown[f"{word}: {kind.title}"] = word
        return scheme_class(shown[self._choose("How do these requests authenticate", list(shown), "--scheme WORD")])

    def answers(self, kind: type[Scheme], selected: Selected) -> Answers:
        """Return all that the scheme needs. Raises `ParameterError` for what is given and means nothing."""
        answers = Answers({}, {})
        self._taken = self._names_in_use(selected)
        for word in self._given.parameters:
            name, separator, value = word.partition("=")
            parameter = find_parameter(kind.parameters(answers.texts), name)
            if not separator or parameter is None:
                raise ParameterError(name, f"`{kind.word}` has no parameter `{name}`", "Write --set KEY=VALUE.")
            self._take(kind, parameter, value, answers)
        if kind.word in ("oauth2", "oidc"):
            self._ask_issuer(kind, answers)
        while missing := missing_parameters(kind, answers.texts):
            parameter = self._instead(kind, missing[0], answers)
            if parameter.kind is ParameterKind.BOOLEAN:
                answers.texts[parameter.name] = "true"
            else:
                self._take(kind, parameter, self._asked(kind, parameter), answers)
        for name in _FURTHER.get(kind.word, ()):
            parameter = find_parameter(kind.parameters(answers.texts), name)
            if parameter is not None and name not in answers.texts and self._given.is_attended:
                self._ask_further(kind, parameter, answers)
        return answers

    def _instead(self, kind: type[Scheme], missing: Parameter, answers: Answers) -> Parameter:
        """Return the parameter that is asked for: the missing one, or one that makes it superfluous."""
        required = missing.required
        if required is None or required.when or missing.choices or not self._given.is_attended:
            return missing
        parameters = kind.parameters(answers.texts)
        others = [one for name in required.unless if (one := find_parameter(parameters, name)) is not None]
        is_begun = any(
            one.name in answers.texts and one.required is not None and one.required.unless == required.unless
            for one in parameters
        )
        if is_begun or not others:
            return missing
        shown = {f"{one.name}: {one.documentation.rstrip('.')}": one for one in (missing, *others)}
        return shown[self._choose("What do you have", list(shown), f"--set {missing.name}=…")]

    def _ask_further(self, kind: type[Scheme], parameter: Parameter, answers: Answers) -> None:
        """Ask for what is not required; an empty answer leaves it out."""
        if parameter.name == "redirect-url" and not _comes_back(kind, answers):
            return
        if parameter.name == "key" and "pfx" in answers.texts:
            return
        if parameter.choices:
            value = self._choose(f"{parameter.name}: {parameter.documentation}", parameter.choices, "")
            value = "" if value == parameter.default else value
        else:
            self._say(parameter.documentation)
            default = f", by default {parameter.default}" if parameter.default else ""
            value = self._ask(f"{parameter.name} (may be empty{default})", parameter.is_secret)
        if value:
            self._take(kind, parameter, value, answers)

    def _names_in_use(self, selected: Selected) -> Collection[str]:
        """Return the names of the project's secrets that are kept already, but for those of the replaced `@auth`."""
        try:
            store = store_of_project(user_state(os.environ), selected.analysis.root, os.environ, self._cancel)
            kept = {one.name for one in store.listed()}
        except (SecretError, OSError):
            return ()
        own = selected.analysis.file.source.text if self._given.is_for_file else selected.request.block.text
        return kept.difference(re.findall(r"\{\{\s*\$secret\s+([^\s}]+)", own))

    def store(self, answers: Answers, selected: Selected) -> None:
        """Keep the secrets in the keyring, each bound to an origin."""
        if not answers.secrets:
            return
        origins = frozenset((self._origin(answers, selected),))
        root = selected.analysis.root
        environment = self._given.environment
        try:
            store = store_of_project(user_state(os.environ), root, os.environ, self._cancel)
            for name, text in answers.secrets.items():
                store.set(name, environment, StoredSecret(text, origins), self._cancel)
                self._say(f"Stored `{name}` in the keyring, for {next(iter(origins))}.")
        except SecretError as error:
            variables = ", ".join(variable_name(name) for name in answers.secrets)
            self._say(f"{error}. Set {variables} in place of the keyring; the file is written all the same.")

    def _ask_issuer(self, kind: type[Scheme], answers: Answers) -> None:
        texts = answers.texts
        if (
            "issuer" not in texts
            and "token-url" not in texts
            and "access-token" not in texts
            and self._given.is_attended
        ):
            given = self._ask("issuer, the URL of the login server (empty if it does not tell its endpoints)", False)
            if given:
                texts["issuer"] = given
        issuer = texts.get("issuer", "")
        if not issuer or "{{" in issuer:
            return
        try:
            for name, url in endpoints_of(issuer, self._cancel):
                self._say(f"  {name:17}  {url}")
        except AuthenticationError as error:
            self._say(f"{error}. {error.remedy}".strip())
            if kind.word == "oauth2" and self._given.is_attended:
                del texts["issuer"]

    def _take(self, kind: type[Scheme], parameter: Parameter, value: str, answers: Answers) -> None:
        if parameter.choices and "{{" not in value:
            choice = chosen(parameter, value)
            if choice is None:
                remedy = f"Write one of: {', '.join(parameter.choices)}."
                raise ParameterError(parameter.name, f"`{value}` is no value of `{parameter.name}`", remedy)
            value = choice
        if parameter.is_secret and "{{" not in value and parameter.kind is not ParameterKind.KEY:
            usual = f"{kind.word}-{parameter.name}"
            further = (f"{usual}-{number}" for number in count(2))
            name = next(one for one in (usual, *islice(further, len(self._taken) + 1)) if one not in self._taken)
            answers.secrets[name] = value
            value = f"{{{{$secret {name}}}}}"
        answers.texts[parameter.name] = value

    def _asked(self, kind: type[Scheme], parameter: Parameter) -> str:
        option = f"--set {parameter.name}=…"
        if parameter.name == "grant":
            return self._grant(option)
        if parameter.choices:
            return self._choose(parameter.name, parameter.choices, option)
        self._say(parameter.documentation)
        if parameter.kind is ParameterKind.KEY:
            return self._ask(f"{parameter.name}, the path of its file", False, option)
        while True:
            value = self._ask(parameter.name, parameter.is_secret, option)
            if value or parameter.may_be_empty:
                return value
            self._say(f"`{kind.word}` cannot do without it.")

    def _grant(self, option: str) -> str:
        from httpls_auth.schemes.oauth.grants.index import GRANTS, grant_class

        shown: dict[str, str] = {}
        for word in GRANTS:
            grant = grant_class(word)
            warning = " (deprecated)" if grant.deprecated else ""
            shown[f"{word}{warning}: {grant.summary.rstrip('.')}"] = word
        return shown[self._choose("How is the token obtained", list(shown), option)]

    def _origin(self, answers: Answers, selected: Selected) -> Origin:
        given = self._given.allow
        if given is None:
            texts = answers.texts
            likely = (
                texts.get("token-url") or texts.get("issuer") or str(selected.analysis.plan(selected.request).target)
            )
            try:
                return parse_origin(likely)
            except InvalidOriginError:
                given = self._ask("where the secrets may be sent, as https://host", False, "--allow ORIGIN")
        return parse_origin(given)

    def _ask(self, question: str, is_secret: bool, option: str = "") -> str:
        try:
            return self._prompter.ask(question, is_secret, None, self._cancel)
        except RefusedError as error:
            raise RefusedError(error.code, str(error), self._remedy(option, error)) from error

    def _choose(self, question: str, choices: Sequence[str], option: str) -> str:
        try:
            return self._prompter.choose(question, choices, self._cancel)
        except RefusedError as error:
            raise RefusedError(error.code, str(error), self._remedy(option, error)) from error

    def _remedy(self, option: str, error: RefusedError) -> str:
        return f"Give {option}." if option and self._given.has_options else error.remedy


def _comes_back(kind: type[Scheme], answers: Answers) -> bool:
    """Tell whether the browser comes back to this machine after a login."""
    return (chosen(GRANT, answers.texts.get("grant", "")) or getattr(kind, "default_grant", None)) in (
        "authorization_code", "implicit",
    )  # fmt: skip


def directive_lines(kind: type[Scheme], answers: Answers) -> Sequence[str]:
    """Return the lines: what stands at a place goes behind the scheme, the rest below, each in a line of its own."""
    parameters = {one.name: one for one in kind.parameters(answers.texts)}
    first = [f"# @auth {kind.word}"]
    lines: list[str] = []
    for name, parameter in parameters.items():
        text = answers.texts.get(name)
        if text is None:
            continue
        is_file = parameter.kind is ParameterKind.KEY and "{{" not in text
        if parameter.position == 0 and " " not in text and not parameter.is_secret:
            first.append(text)
        else:
            lines.append(f"# @auth-{name}{'-file' if is_file else ''} {text}".rstrip())
    return [" ".join(first), *lines]
