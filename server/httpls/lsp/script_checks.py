"""Errors in the syntax of scripts of open documents. An engine in a process of its own tells them; nobody waits for it.

What was compiled once is known, so that after an edit all errors but those of the edited script stand at their new
places at once.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from httpls.lsp.documents import OpenDocument
from httpls.lsp.protocol import log_crash
from httpls.model.script_texts import inline_scripts, scripts_of
from httpls_grammar.block import Block
from httpls_grammar.document import Document
from httpls_grammar.problems import Problem

if TYPE_CHECKING:
    from httpls.lsp.server import Server
    from httpls.run.scripts.syntax import ScriptSyntax

MOST_BLOCKS = 1_000
"""How many blocks a file may have for its scripts to be looked at: all of them are looked for after each edit."""
_MOST_KEPT = 4_096


class ScriptChecks:
    """Compiles the scripts that stand in open documents. It belongs to the event loop."""

    def __init__(self, server: "Server") -> None:
        """Take the server; nothing is started before there is a script."""
        self._server = server
        self._syntax: ScriptSyntax | None = None
        self._paths: set[Path] = set()
        self._of_block: dict[Block, tuple[Problem, ...]] = {}
        self._unknown: dict[str, None] = {}
        self._is_busy = False

    def look(self, path: Path) -> None:
        """Look at the scripts of a document when there is time."""
        document = self._document(path)
        if document is None or document.request_file is None or len(document.request_file.blocks) > MOST_BLOCKS:
            self.forget(path)
        elif path not in self._paths:
            self._server.in_background(self._first_look(document))

    def edited(self, path: Path) -> None:
        """Say that a document was edited: what is known of its scripts is told at once."""
        if path in self._paths:
            self._tell(path)

    def forget(self, path: Path) -> None:
        """Forget a document."""
        self._paths.discard(path)
        session = self._server.session
        if path in session.facts.scripts:
            scripts = {key: value for key, value in session.facts.scripts.items() if key != path}
            session.facts = session.facts._replace(scripts=scripts)

    def _document(self, path: Path) -> OpenDocument | None:
        return next((one for one in self._server.session.documents if one.path == path), None)

    async def _first_look(self, document: OpenDocument) -> None:
        """Parse what has to be parsed to find the scripts, beside the event loop."""
        file = document.request_file
        if file is None:
            return
        await asyncio.get_running_loop().run_in_executor(self._server.workers, file.blocks.having, scripts_of)
        if self._document(document.path) is not None:
            self._paths.add(document.path)
            self._tell_late(document.path)

    def _tell_late(self, path: Path) -> None:
        before = self._server.session.facts.scripts.get(path, ())
        self._tell(path)
        if self._server.session.facts.scripts.get(path, ()) != before:
            self._server.session.changed()
            self._server.told_late(path)

    def _tell(self, path: Path) -> None:
        """Put what is known of the scripts of a document among the facts, and have the others compiled."""
        session = self._server.session
        document = self._document(path)
        if document is None or document.request_file is None:
            return
        problems = tuple(self._problems(path, document.request_file))
        if problems != session.facts.scripts.get(path, ()):
            session.facts = session.facts._replace(scripts={**session.facts.scripts, path: problems})
        if self._unknown and not self._is_busy:
            self._is_busy = True
            self._server.in_background(self._compile())

    def _problems(self, path: Path, file: Document) -> list[Problem]:
        found: list[Problem] = []
        if len(self._of_block) > _MOST_KEPT:
            self._of_block.clear()
        for located, _ in file.blocks.having(scripts_of):
            problems = self._of_block.get(located.block)
            if problems is None:
                problems = self._looked_at(path, located.block)
            found += [problem.shifted(located.offset) for problem in problems]
        return found

    def _looked_at(self, path: Path, block: Block) -> tuple[Problem, ...]:
        from httpls.run.errors import RefusedError
        from httpls.run.scripts.syntax import ScriptSyntax, can_compile, without_imports

        if not can_compile():
            return ()
        self._syntax = self._syntax or ScriptSyntax()
        problems: list[Problem] = []
        is_known = True
        for script in inline_scripts(path, block):
            try:
                code = without_imports(script.code, path)
            except RefusedError as error:
                problems.append(script.problem(str(error), None, None))
                continue
            answer = self._syntax.known(code)
            if answer is None:
                self._unknown[code] = None
                is_known = False
            elif (failure := answer[0]) is not None:
                problems.append(script.problem(failure.message, failure.line, failure.column))
        if is_known:
            self._of_block[block] = tuple(problems)
        return tuple(problems)

    async def _compile(self) -> None:
        """Compile what is not known yet, and tell what came of it."""
        from httpls.run.cancel import Cancel

        assert self._syntax is not None
        try:
            while self._unknown:
                codes = list(self._unknown)
                self._unknown.clear()
                work = partial(self._syntax.failures, codes, Cancel())
                await asyncio.get_running_loop().run_in_executor(self._server.workers, work)
                for path in sorted(self._paths):
                    self._tell_late(path)
        except Exception as error:  # noqa: BLE001 - what cannot be found out is not told, and everything else goes on
            log_crash("compiling scripts", error)
        finally:
            self._is_busy = False
