"""What runs leave behind for later ones: last exchanges, variables that were set, what challenge schemes remember."""

import threading
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from httpls.model.scopes import Definition, Scope, ScopeKind
from httpls.run.exchange import Exchange
from httpls_auth.schemes.message import Field
from httpls_auth.values.provenance import Provenance
from httpls_auth.values.redactor import Redactor
from httpls_auth.values.value import Value


class Session:
    """The state of a sequence of runs. It lives as long as the process or the editor's session, in memory only.

    It may be used from several threads. `memory` is that of the schemes (`FlowContext.memory`). `redactor` knows every
    secret that a request was filled with, for whatever is shown or stored of the results.
    """

    def __init__(self, redactor: Redactor | None = None) -> None:
        """Begin without anything; `redactor` may be one that several sessions share."""
        self.redactor = redactor or Redactor()
        self._lock = threading.Lock()
        self._exchanges: dict[tuple[Path, str], Exchange] = {}
        self._last: Exchange | None = None
        self._variables: dict[str, Definition] = {}
        self._headers: dict[str, Field] = {}
        self._answers: dict[tuple[str, ...], Value] = {}
        self.memory: MutableMapping[tuple[str, ...], object] = {}

    def remember(self, path: Path, names: tuple[str, ...], exchange: Exchange) -> None:
        """Keep the last exchange of a request under each of its names, and as the last of all."""
        with self._lock:
            self._last = exchange
            for name in names:
                self._exchanges[path, name] = exchange

    def exchange(self, path: Path, name: str) -> Exchange | None:
        """Return the last exchange of the request of this name in this file."""
        with self._lock:
            return self._exchanges.get((path, name))

    def exchanges(self, path: Path) -> Mapping[str, Exchange]:
        """Return the last exchanges of the requests of a file by their names."""
        with self._lock:
            return {name: exchange for (file, name), exchange in self._exchanges.items() if file == path}

    @property
    def last(self) -> Exchange | None:
        """The exchange that was made last."""
        with self._lock:
            return self._last

    def set_variable(self, name: str, value: Value, provenance: Provenance) -> None:
        """Set a variable that all requests see from now on (a capture, or a global of a script)."""
        definition = Definition(name, value.reveal(), provenance, value.labels, is_literal=True)
        with self._lock:
            # Who reads the scope may be another thread, so that what it sees is replaced and not changed.
            self._variables = {**self._variables, name: definition}

    def clear_variable(self, name: str) -> None:
        """Forget a variable."""
        with self._lock:
            self._variables = {key: value for key, value in self._variables.items() if key != name}

    @property
    def variables(self) -> Mapping[str, Definition]:
        """The variables that were set, as they are now."""
        return self._variables

    @property
    def scope(self) -> Scope:
        """The scope of the variables that were set, as they are now."""
        return Scope(ScopeKind.SCRIPT, self._variables)

    def set_header(self, field: Field) -> None:
        """Set a header field that all requests get from now on, unless they have one of this name."""
        with self._lock:
            self._headers = {**self._headers, field.name.lower(): field}

    def clear_header(self, name: str) -> None:
        """Forget such a field."""
        with self._lock:
            self._headers = {key: field for key, field in self._headers.items() if key != name.lower()}

    @property
    def headers(self) -> Sequence[Field]:
        """The header fields that all requests get, as they are now."""
        return tuple(self._headers.values())

    def answer(self, question: tuple[str, ...]) -> Value | None:
        """Return what a person answered to a question that is asked once only."""
        with self._lock:
            return self._answers.get(question)

    def forget_answers(self, kind: str) -> None:
        """Forget the answers to questions of a kind, the first word of what they are kept under."""
        with self._lock:
            self._answers = {question: answer for question, answer in self._answers.items() if question[0] != kind}

    def keep_answer(self, question: tuple[str, ...], answer: Value) -> None:
        """Keep the answer to a question that is asked once only."""
        with self._lock:
            self._answers[question] = answer
