"""Fills the holes of a plan: each hole once, with a value that has its labels."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from httpls.model.analysis import Analysis
from httpls.model.planned_text import Hole, HoleKind, PlannedText
from httpls.model.resolve import Context, resolve
from httpls.model.source import decode
from httpls.run.cancel import Cancel
from httpls.run.errors import RefusedError
from httpls.run.exchange import Exchange, Failure
from httpls.run.permitted_paths import Permissions
from httpls.run.ports import Clock, Prompter, Randomness, Secrets
from httpls.run.response_reference import referenced, xml_result
from httpls.run.session import Session
from httpls_auth.errors import AuthenticationError, LoginNeededError
from httpls_auth.values.labels import PLAIN, Labels
from httpls_auth.values.origin import Origin
from httpls_auth.values.provenance import Origination, Place, Provenance
from httpls_auth.values.secret_names import looks_secret
from httpls_auth.values.value import Value, joined
from httpls_grammar.text import Range

if TYPE_CHECKING:
    from httpls.model.dynamic import Context as EvaluationContext


class Supplies(NamedTuple):
    """Where the values for holes come from.

    `exchange` gives the last exchange of a request of this name, as seen from the file, None if it was never sent.
    `token` gives the token of an authentication of the environment, for `{{$auth.token("id")}}`, by the words of the
    hole. `expression` gives the value of a JavaScript expression. `environments` are those that are chosen.
    `machine_origins` are the only origins that secrets of the OS environment may go to, None for a project that is
    trusted.
    """

    clock: Clock
    randomness: Randomness
    prompter: Prompter
    secrets: Secrets
    session: Session
    permissions: Permissions
    environments: Sequence[str]
    exchange: Callable[[str], Exchange | None]
    token: Callable[[Hole], Value]
    expression: Callable[[str], Value]
    cancel: Cancel
    machine_origins: frozenset[Origin] | None = None


class CannotFillError(Exception):
    """Holes for which there is no value; `failures` says which, why and where, for all of them."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        """Take the failures; there is at least one."""
        super().__init__("; ".join(failure.message for failure in failures))
        self.failures = tuple(failures)


class Filler:
    """Fills the texts of one request of a file. What was asked or fetched once is not asked for again."""

    def __init__(self, analysis: Analysis, context: Context, supplies: Supplies) -> None:
        """Take the file, where its texts are resolved, and the supplies; nothing is fetched yet."""
        self._analysis = analysis
        self._context = context
        self._supplies = supplies
        self._fetched: dict[tuple[HoleKind, tuple[str, ...]], Value] = {}

    def check(self, holes: Iterable[Hole], place: Place | None = None) -> None:
        """Raise `CannotFillError` if there are holes that nothing can fill, before anybody is asked for the others.

        `place` is where their text stands if that is in another file.
        """
        failures: dict[str, Failure] = {}
        for hole in holes:
            refusal = _hopeless(hole)
            if refusal is not None:
                failures.setdefault(hole.name, self.failure(refusal, hole.range, hole.provenance, place))
        if failures:
            raise CannotFillError(list(failures.values()))

    def text(self, planned: PlannedText, place: Place | None = None) -> Value:
        """Return the text with its holes filled.

        `place` is where it stands if that is in another file. Raises `CannotFillError` and `CancelledError`.
        """
        pieces = planned.pieces
        if len(pieces) == 1 and isinstance(pieces[0], Value):
            return self._noted(self._bound(pieces[0]))
        values: list[Value] = []
        failures: list[Failure] = []
        for piece in pieces:
            if isinstance(piece, Value):
                values.append(self._noted(self._bound(piece)))
                continue
            try:
                values.append(self._noted(self._filled(piece)))
            except (RefusedError, AuthenticationError) as error:
                failures.append(self.failure(error, piece.range, piece.provenance, place))
            except CannotFillError as error:
                failures += error.failures
        if failures:
            raise CannotFillError(failures)
        return joined(values, self._context.literal) if len(values) != 1 else values[0]

    def written(self, text: str, place: Place | None = None) -> Value:
        """Return a text with templates that stands in another file than the request, its holes filled.

        Raises `CannotFillError`; all of what is wrong is told at `place`.
        """
        found = resolve(text, 0, self._context)
        failures = [
            _failure_at(place, problem.code, problem.message, problem.remedy)
            for problem in found.problems
            if problem.severity.value == "error"
        ]
        if failures:
            raise CannotFillError(failures)
        return self.text(found.text, place)

    def failure(
        self,
        error: RefusedError | AuthenticationError,
        where: Range | None,
        provenance: Provenance | None = None,
        place: Place | None = None,
    ) -> Failure:
        """Return an error as a failure with its place: its own range, else `where`, in the file of the request."""
        code = (
            error.code
            if isinstance(error, RefusedError)
            else LOGIN_NEEDED
            if isinstance(error, LoginNeededError)
            else "credential"
        )
        if isinstance(error, RefusedError) and error.range is not None:
            where = error.range
        if place is not None:
            return _failure_at(place, code, str(error), error.remedy)
        if where is None:
            return _failure_at(provenance.place if provenance is not None else None, code, str(error), error.remedy)
        position = self._analysis.file.source.position(where.start)
        path = str(self._analysis.file.path)
        return Failure(code, str(error), error.remedy, path, position.line, position.column)

    def _bound(self, value: Value) -> Value:
        """Bind what is a secret of the OS environment to the origins that were confirmed."""
        origins = self._supplies.machine_origins
        if origins is None or not value.is_secret or not _is_of_machine(value.provenance):
            return value
        return value.restricted(origins)

    def _noted(self, value: Value) -> Value:
        """Let the redactor know what is secret in a value."""
        if value.is_secret:
            self._supplies.session.redactor.add(value)
        return value

    def _filled(self, hole: Hole) -> Value:
        self._supplies.cancel.check()
        # Each use of a dynamic variable has a value of its own; whatever else has the same arguments is the same.
        key = (hole.kind, (hole.name, *hole.arguments))
        if hole.kind is HoleKind.DYNAMIC:
            value = self._dynamic(hole)
        elif key in self._fetched:
            value = self._fetched[key]
        else:
            value = self._fetched[key] = self._fetch(hole)
        return value.transcribed(_percent_encode) if hole.percent_encoded else value

    def _fetch(self, hole: Hole) -> Value:
        refusal = _hopeless(hole)
        if refusal is not None:
            raise refusal
        supplies = self._supplies
        if hole.kind is HoleKind.PROMPT:
            return self._prompt(hole)
        if hole.kind is HoleKind.SECRET:
            words = hole.arguments
            if words[0].lower() == "keyring":
                return supplies.secrets.keyring(words[1], words[2] if len(words) > 2 else "", supplies.cancel)
            return supplies.secrets.secret(words[1], supplies.environments, supplies.cancel)
        if hole.kind is HoleKind.PROVIDER:
            parameters = [(key, text) for key, _, text in (word.partition("=") for word in hole.arguments)]
            place = hole.provenance.place
            folder = Path(place.path).parent if place is not None else self._analysis.file.path.parent
            return supplies.secrets.provided(parameters, folder, supplies.cancel)
        if hole.kind is HoleKind.RESPONSE:
            return self._response(hole)
        if hole.kind is HoleKind.FILE:
            return self._file(hole)
        if hole.kind is HoleKind.JAVASCRIPT:
            return supplies.expression(hole.arguments[0])
        assert hole.kind is HoleKind.TOKEN, hole.kind
        return supplies.token(hole)

    def _dynamic(self, hole: Hole) -> Value:
        from httpls.model.dynamic import Refusal, evaluate

        name, *arguments = hole.arguments
        outcome = evaluate(f"${name}", arguments, self._evaluation)
        if isinstance(outcome, Refusal):
            raise RefusedError(outcome.code, outcome.message, outcome.remedy)
        return Value(outcome, hole.provenance)

    @cached_property
    def _evaluation(self) -> "EvaluationContext":
        from datetime import UTC, datetime
        from random import SystemRandom

        from httpls.model.dynamic import Context as EvaluationContext

        moment = datetime.fromtimestamp(self._supplies.clock.now(), UTC)
        zone = moment.astimezone().tzinfo or UTC
        return EvaluationContext(
            lambda: datetime.fromtimestamp(self._supplies.clock.now(), UTC), zone, SystemRandom(),
            self._analysis.profile.value,
        )  # fmt: skip

    def _prompt(self, hole: Hole) -> Value:
        supplies = self._supplies
        word = hole.arguments[0].lower()
        is_dynamic = hole.name.startswith("$")
        is_secret = hole.is_secret or (is_dynamic and word.startswith("password"))
        labels = Labels(f"what was typed for {hole.name}") if is_secret else PLAIN
        provenance = Provenance(Origination.PROMPT, hole.name, hole.provenance.place)
        if not is_dynamic:
            name, label, often = (*hole.arguments, "", "")[:3]
            key = (CERTIFICATE_QUESTION, label)
            kept = supplies.session.answer(key) if often == "once" else None
            if kept is not None:
                return kept
            answer = supplies.prompter.ask(label or name, is_secret, None, supplies.cancel)
            value = Value(answer, provenance, labels)
            if often == "once":
                supplies.session.keep_answer(key, value)
            return value
        question, default = _question(" ".join(hole.arguments[1:]))
        asks_once = word.endswith("askonce")
        key = (word, question)
        kept = supplies.session.answer(key) if asks_once else None
        if kept is not None:
            return kept
        if word == "pick":
            choices = [choice.strip() for choice in (default or "").split(",") if choice.strip()]
            answer = supplies.prompter.choose(question, choices, supplies.cancel)
        else:
            answer = supplies.prompter.ask(question or hole.name, is_secret, default, supplies.cancel)
        value = Value(answer, provenance, labels)
        if asks_once:
            supplies.session.keep_answer(key, value)
        return value

    def _response(self, hole: Hole) -> Value:
        if hole.name.startswith("$"):
            last = self._supplies.session.last
            response = last.response if last is not None else None
            if response is None:
                raise RefusedError("reference", f"`{hole.name}` needs a response, and there is none yet", _RUN_FIRST)
            text = xml_result(response.content.read(64 << 20), " ".join(hole.arguments[1:]), hole.name)
            return Value(text, Provenance(Origination.RESPONSE, hole.name))
        name, side, section, path = hole.arguments
        exchange = self._supplies.exchange(name) if name else self._supplies.session.last
        if exchange is None:
            needed = f"`{name}`" if name else "a request"
            raise RefusedError("reference", f"{needed} has not been sent yet, and `{hole.name}` needs it", _RUN_FIRST)
        return referenced(exchange, name, side, section, path)

    def _file(self, hole: Hole) -> Value:
        from httpls.model.paths import resolved_path

        mark, written = hole.arguments
        base = Path(hole.provenance.place.path).parent if hole.provenance.place else self._analysis.file.path.parent
        path = self._supplies.permissions.to_read(resolved_path(base, written), written)
        try:
            source = decode(path, self._analysis.workspace.files.read(path))
        except OSError as error:
            raise RefusedError(
                "missing-file", f"the file `{written}` cannot be read: {error.strerror or error}", _CORRECT_PATH
            ) from error
        text = source.text.removeprefix("\ufeff")
        provenance = Provenance(Origination.LITERAL, written, Place(str(path), 1, 1))
        if mark:
            return self.written(text, Place(str(path), 1, 1)).from_(provenance)
        labels = Labels(f"the file {written}") if looks_secret(Path(written).name) else PLAIN
        return Value(text, provenance, labels)


LOGIN_NEEDED = "login-needed"
"""The code of the failure that a person has to log in first, and nobody is there."""
CERTIFICATE_QUESTION = "certificate"
"""What the answers to questions for passphrases of certificates are kept under, in the session."""
_RUN_FIRST = "Run that request first, or let dependencies run by themselves."
_CORRECT_PATH = "Correct the path; it counts from the folder of the file in which it is written."


def _hopeless(hole: Hole) -> RefusedError | None:
    """Return why nothing can fill a hole."""
    if hole.kind is HoleKind.SCRIPT:
        return RefusedError(
            "unset-variable",
            f"the variable `{hole.name}` is set by a script or a capture that has not run",
            "Run the request that sets it first, or define the variable.",
        )
    if hole.kind is HoleKind.PROMPT and hole.name.startswith("$"):
        from httpls.model.dynamic import Hole as Filling
        from httpls.model.dynamic import find

        found = find(hole.name.partition(" ")[0])
        if found is not None and found.variable.hole is Filling.CANCEL:
            return RefusedError("cancelled-by-file", "`$cancel` ends the run here", "Remove `{{$cancel}}` to go on.")
    return None


def _is_of_machine(provenance: Provenance) -> bool:
    return provenance.kind is Origination.OS_ENVIRONMENT or any(map(_is_of_machine, provenance.via))


def _question(text: str) -> tuple[str, str | None]:
    """Divide httpyac's `label $value: default`."""
    question, mark, default = text.partition("$value:")
    return question.strip(), default.strip() if mark else None


def _percent_encode(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _failure_at(place: Place | None, code: str, message: str, remedy: str) -> Failure:
    if place is None:
        return Failure(code, message, remedy)
    return Failure(code, message, remedy, place.path, place.line, place.column)
