"""`httpls auth init`: the guided way to an `# @auth` in a file."""

import argparse
import os
import re
import sys
from collections.abc import Collection, Sequence
from itertools import count, islice
from typing import NamedTuple

from httpls.cli.auth.arguments import file_parser, not_found, selected_requests
from httpls.cli.auth.command import complain
from httpls.cli.auth.written import insert_at_file, insert_at_request
from httpls.cli.complaints import unreadable
from httpls.cli.find_files import MissingPathError
from httpls.cli.select_requests import label
from httpls.cli.shown_path import shown_path
from httpls.cli.terminal import visible
from httpls.host.atomic_write import write_atomically
from httpls.host.project_secrets import store_of_project
from httpls.host.prompts import TerminalPrompter
from httpls.host.user_state import user_state
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.selection import Selected, SelectionError
from httpls_auth.errors import AuthenticationError, InvalidOriginError, ParameterError, SecretError
from httpls_auth.schemes.index import canonical_word, scheme_class, words
from httpls_auth.schemes.oauth.parameters import GRANT
from httpls_auth.schemes.parameter import Parameter, ParameterKind, chosen
from httpls_auth.schemes.read import find_parameter, missing_parameters
from httpls_auth.schemes.scheme import Scheme
from httpls_auth.secrets.project_secrets import variable_name
from httpls_auth.secrets.stored_secret import StoredSecret
from httpls_auth.values.origin import Origin, parse_origin

_EPILOG = """\
Secrets go into the keyring of the system, bound to the origin to which they may be sent; the file holds their names.
The issuer of an authorization server is asked for its endpoints.

examples:
  httpls auth init orders.http
  httpls auth init orders.http --name list --scheme basic
  httpls auth init orders.http --for file --scheme oauth2 --set grant=client_credentials \\
      --set issuer=https://login.example.com --set client-id=shop-cli
"""
_FURTHER = {
    "oauth2": ("scope", "redirect-url"), "oidc": ("scope", "redirect-url"), "aad": ("tenant", "scope"),
    "apikey": ("in",), "jwt": ("expires-in",), "aws": ("region", "service"), "mtls": ("key", "passphrase", "ca"),
}  # fmt: skip
"""Parameters that are asked for although they are not required: hardly anybody can do without."""
_FIRST = ("none", "basic", "bearer", "apikey", "oauth2", "oidc")
"""The schemes that most people want, which are offered first."""


class _Answers(NamedTuple):
    """What is known: texts by canonical name as they are written, and the secrets that go into the keyring."""

    texts: dict[str, str]
    secrets: dict[str, str]


def init(arguments: Sequence[str]) -> int:
    """Ask, store, write."""
    parser = file_parser(
        "init", "Sets up authentication: you choose a scheme and are asked for what it needs.", _EPILOG
    )
    parser.add_argument("--scheme", metavar="WORD", help="the scheme, such as basic, bearer, oauth2")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter, not asked for then"
    )
    parser.add_argument(
        "--for", dest="level", choices=("request", "file"), default="request",
        help="one request, or all of the file (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--allow", metavar="ORIGIN", help="where the secrets may be sent; else it is asked")
    parser.add_argument("--dry-run", action="store_true", help="print the lines, store and write nothing")
    options = parser.parse_args(arguments)
    try:
        analyses, requests = selected_requests(options)
    except (SelectionError, MissingPathError) as error:
        complain("init", not_found(error), getattr(error, "remedy", ""))
        return 2
    except OSError as error:
        complain("init", unreadable(error))
        return 3
    del analyses
    guide = _Guide(TerminalPrompter(), Cancel(), options)
    try:
        selected = guide.request(requests)
        kind = guide.scheme()
        answers = guide.answers(kind, selected) if kind is not None else _Answers({}, {})
        lines = _directive(kind, answers) if kind is not None else ["# @auth inherit"]
        if not options.dry_run:
            guide.store(answers, selected)
    except ParameterError as error:
        complain("init", str(error), error.remedy)
        return 2
    if options.dry_run:
        print("\n".join(lines))
        return 0
    needs_person = bool({"authorization_code", "implicit", "device_code"}.intersection(lines[0].split())) or (
        kind is not None and kind.word == "oidc" and "grant" not in answers.texts
    )
    return _write(selected, lines, options.level, "login" if needs_person else "explain")


def _write(selected: Selected, lines: Sequence[str], level: str, next_action: str) -> int:
    path = selected.analysis.file.path
    text = selected.analysis.file.source.text
    if level == "file":
        changed, line = insert_at_file(text, lines), 1
    else:
        changed, line = insert_at_request(text, selected.request.line, lines)
    try:
        write_atomically(path, changed.encode("utf-8"))
    except OSError as error:
        complain("init", f"{shown_path(path)} cannot be written: {error.strerror or error}")
        return 3
    print(f"Wrote into {visible(shown_path(path))}, line {line}:", file=sys.stderr)
    for one in lines:
        print(f"  {visible(one)}", file=sys.stderr)
    print(f"Try it: httpls auth {next_action} {visible(shown_path(path))}", file=sys.stderr)
    return 0


class _Guide:
    """Asks a person, unless the options say it already."""

    def __init__(self, prompter: TerminalPrompter, cancel: Cancel, options: argparse.Namespace) -> None:
        self._prompter = prompter
        self._cancel = cancel
        self._options = options
        self._taken: Collection[str] = ()

    def request(self, requests: Sequence[Selected]) -> Selected:
        """Return the request that is meant."""
        if len(requests) == 1 or self._options.level == "file":
            return requests[0]
        labels = {f"{label(one)}  (line {one.request.line})": one for one in requests}
        return labels[self._choose("Which request", list(labels), "--name, --line or --for file")]

    def scheme(self) -> type[Scheme] | None:
        """Return the scheme that is meant, None for that of what is around. Raises `ParameterError`."""
        given = self._options.scheme
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

    def answers(self, kind: type[Scheme], selected: Selected) -> _Answers:
        """Return all that the scheme needs. Raises `ParameterError` for what is given and means nothing."""
        answers = _Answers({}, {})
        self._taken = self._names_in_use(selected)
        for word in self._options.set:
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
            if parameter is not None and name not in answers.texts and is_attended():
                self._ask_further(kind, parameter, answers)
        return answers

    def _instead(self, kind: type[Scheme], missing: Parameter, answers: _Answers) -> Parameter:
        """Return the parameter that is asked for: the missing one, or one that makes it superfluous."""
        required = missing.required
        if required is None or required.when or missing.choices or not is_attended():
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

    def _ask_further(self, kind: type[Scheme], parameter: Parameter, answers: _Answers) -> None:
        """Ask for what is not required; an empty answer leaves it out."""
        if parameter.name == "redirect-url" and not _comes_back(kind, answers):
            return
        if parameter.name == "key" and "pfx" in answers.texts:
            return
        if parameter.choices:
            value = self._choose(f"{parameter.name}: {parameter.documentation}", parameter.choices, "")
            value = "" if value == parameter.default else value
        else:
            print(visible(parameter.documentation), file=sys.stderr)
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
        own = selected.analysis.file.source.text if self._options.level == "file" else selected.request.block.text
        return kept.difference(re.findall(r"\{\{\s*\$secret\s+([^\s}]+)", own))

    def store(self, answers: _Answers, selected: Selected) -> None:
        """Keep the secrets in the keyring, each bound to an origin."""
        if not answers.secrets:
            return
        origins = frozenset((self._origin(answers, selected),))
        root = selected.analysis.root
        environment = self._options.env[-1] if self._options.env else None
        try:
            store = store_of_project(user_state(os.environ), root, os.environ, self._cancel)
            for name, text in answers.secrets.items():
                store.set(name, environment, StoredSecret(text, origins), self._cancel)
                print(
                    f"Stored `{visible(name)}` in the keyring, for {visible(str(next(iter(origins))))}.",
                    file=sys.stderr,
                )
        except SecretError as error:
            print(f"httpls auth init: {visible(str(error))}", file=sys.stderr)
            variables = ", ".join(variable_name(name) for name in answers.secrets)
            print(f"  Set {variables} in place of the keyring; the file is written all the same.", file=sys.stderr)

    def _ask_issuer(self, kind: type[Scheme], answers: _Answers) -> None:
        texts = answers.texts
        if "issuer" not in texts and "token-url" not in texts and "access-token" not in texts and is_attended():
            given = self._ask("issuer, the URL of the login server (empty if it does not tell its endpoints)", False)
            if given:
                texts["issuer"] = given
        issuer = texts.get("issuer", "")
        if not issuer or "{{" in issuer:
            return
        from httpls.cli.auth.ask_issuer import endpoints_of

        try:
            for name, url in endpoints_of(issuer, self._cancel):
                print(f"  {name:17}  {visible(url)}", file=sys.stderr)
        except AuthenticationError as error:
            complain("init", str(error), error.remedy)
            if kind.word == "oauth2" and is_attended():
                del texts["issuer"]

    def _take(self, kind: type[Scheme], parameter: Parameter, value: str, answers: _Answers) -> None:
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
        print(f"{visible(parameter.documentation)}", file=sys.stderr)
        if parameter.kind is ParameterKind.KEY:
            return self._ask(f"{parameter.name}, the path of its file", False, option)
        while True:
            value = self._ask(parameter.name, parameter.is_secret, option)
            if value or parameter.may_be_empty:
                return value
            print(f"`{kind.word}` cannot do without it.", file=sys.stderr)

    def _grant(self, option: str) -> str:
        from httpls_auth.schemes.oauth.grants.index import GRANTS, grant_class

        shown: dict[str, str] = {}
        for word in GRANTS:
            grant = grant_class(word)
            warning = " (deprecated)" if grant.deprecated else ""
            shown[f"{word}{warning}: {grant.summary.rstrip('.')}"] = word
        return shown[self._choose("How is the token obtained", list(shown), option)]

    def _origin(self, answers: _Answers, selected: Selected) -> Origin:
        given = self._options.allow
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
            raise RefusedError(error.code, str(error), f"Give {option}." if option else error.remedy) from error

    def _choose(self, question: str, choices: Sequence[str], option: str) -> str:
        try:
            return self._prompter.choose(question, choices, self._cancel)
        except RefusedError as error:
            raise RefusedError(error.code, str(error), f"Give {option}.") from error


def is_attended() -> bool:
    """Tell whether a person is there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _comes_back(kind: type[Scheme], answers: _Answers) -> bool:
    """Tell whether the browser comes back to this machine after a login."""
    return (chosen(GRANT, answers.texts.get("grant", "")) or getattr(kind, "default_grant", None)) in (
        "authorization_code", "implicit",
    )  # fmt: skip


def _directive(kind: type[Scheme], answers: _Answers) -> Sequence[str]:
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
