"""The process in which scripts run: reads a script with its state, runs it in a fresh context, writes what came of it.

Run as a program, with an empty environment. The engine has neither files nor network nor processes; its memory and its
stack are limited here, its time by the parent, which kills this process; it ends itself if that does not happen.
What comes in is described at `ScriptCall.message`; each answer is a line of JSON, or the line `body`, which asks for a
body that did not come along: a line with its size, and its bytes.
"""

import json
import os
import signal
import sys
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple, cast

from httpls.run.scripts.call import ASK_FOR_BODY, decoded
from httpls.run.scripts.functions import answer
from httpls.run.scripts.javascript import javascript

MEMORY_LIMIT = 128 * 1024 * 1024
"""Bytes that a script may use."""
STACK_LIMIT = 1024 * 1024
"""Bytes of stack that a script may use."""
LARGEST_OUTCOME = 32 * 1024 * 1024
"""Characters that the answer to the parent may have."""
_engine: Any = import_module("quickjs")  # It has no types.
_MOST_TIMERS = 10_000
_MOST_JOBS = 1_000_000
_MOST_USES = 1_000


class Message(NamedTuple):
    """A script with its state as JSON; `body` is None if it is to come.

    `mode` is `script`, `async`, `expression`, or `compile`: then the code is a JSON array of scripts, and none is run.
    """

    seconds: float
    mode: str
    charset: str
    code: str
    state: str
    body: bytes | None


class Parent:
    """The other end of the pipes."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        """Take the streams, which are at the start of a message."""
        self._incoming = incoming
        self._outgoing = outgoing
        self._message: Message | None = None
        self._text: str | None = None

    def next(self) -> Message | None:
        """Wait for a script; None if there will be no more."""
        head = self._incoming.readline()
        if not head:
            return None
        seconds, mode, charset, *sizes = head.decode("ascii").split(" ")
        code_size, state_size, body_size = map(int, sizes)
        code = self._incoming.read(code_size).decode("utf-8", "replace")
        state = self._incoming.read(state_size).decode("ascii")
        body = self._incoming.read(body_size) if body_size >= 0 else None
        self._message = Message(float(seconds), mode, charset, code, state, body)
        self._text = None
        return self._message

    def answer(self, text: str) -> None:
        """Write what came of the script."""
        self._outgoing.write(text.replace("\n", " ").encode("utf-8", "replace") + b"\n")
        self._outgoing.flush()

    def native(self, name: str, arguments: str) -> str:
        """Answer a script: `body` gives the text of the body, everything else is a function of `functions`."""
        return self._body_text() if name == "body" else answer(name, arguments)

    def _body_text(self) -> str:
        if self._text is None:
            message = self._message
            assert message is not None
            content = message.body if message.body is not None else self._asked_body()
            self._text = decoded(content, message.charset)
        return self._text

    def _asked_body(self) -> bytes:
        self._outgoing.write(ASK_FOR_BODY)
        self._outgoing.flush()
        return self._incoming.read(int(self._incoming.readline() or b"0"))


class Realm:
    """A fresh world for one script, with the prelude in it but nothing of a request yet."""

    def __init__(self, parent: Parent, prelude: str) -> None:
        """Make the context of the engine; `prelude` is the text of `javascript/prelude.js`."""
        self._context = _engine.Context()
        self._context.set_memory_limit(MEMORY_LIMIT)
        self._context.set_max_stack_size(STACK_LIMIT)
        self._context.add_callable("native", parent.native)
        self._run = self._context.eval(prelude)

    def run(self, message: Message) -> str:
        """Run one script; return what came of it as a JSON object."""
        try:
            self._run(message.state, message.code, message.mode)
            self._finish_jobs()
            for _ in range(_MOST_TIMERS):
                outcome: str | None = self._run()
                if outcome is not None:
                    break
                self._finish_jobs()
            else:
                return _failure("the script sets timers without end")
        except (_engine.JSException, MemoryError) as error:
            reason = str(cast("object", error))
            return _failure("the script needs more memory than it may have" if "memory" in reason else reason)
        if len(outcome) > LARGEST_OUTCOME:
            return _failure("the script leaves more behind than it may")
        return outcome

    def _finish_jobs(self) -> None:
        for _ in range(_MOST_JOBS):
            if not self._context.execute_pending_job():
                return


class Compiler:
    """Compiles scripts and runs none, so that one context serves for many."""

    def __init__(self) -> None:
        """Make the context of the engine."""
        self._context = _engine.Context()
        self._context.set_memory_limit(MEMORY_LIMIT)
        self._context.set_max_stack_size(STACK_LIMIT)
        self._compile = self._context.eval(_COMPILES)
        self._uses = 0

    def compiled(self, codes: str) -> str:
        """Return for each script of a JSON array why it cannot be compiled, or null, as a JSON array."""
        self._uses += 1
        try:
            return str(self._compile(codes))
        except (_engine.JSException, MemoryError):
            self._uses = _MOST_USES
            return "[]"

    @property
    def is_used_up(self) -> bool:
        """Whether another one is to take its place: names of functions in scripts stay in the context."""
        return self._uses >= _MOST_USES


_COMPILES = """\
(evaluate => {
  "use strict";
  const { stringify, parse } = JSON;
  const { String, Number, RegExp } = globalThis;
  // What follows a statement that throws is compiled, and not run, whatever it closes.
  const STOP = "compiled";
  const tried = (before, code, after) => {
    try {
      return evaluate(`throw "${STOP}";${before}\\n${code}\\n${after}`);
    } catch (error) {
      if (error === STOP) return null;
      // The code begins in the second line, and scripts are taken to begin in line 1000.
      const place = /<input>:(\\d+)(:\\d+)/.exec(String(error.stack).split("\\n")[0]);
      return { message: String(error.message), stack: place ? `<input>:${Number(place[1]) + 998}${place[2]}` : "" };
    }
  };
  const one = (code) => {
    const first = tried("", code, "");
    if (first === null || !/\\bawait\\b|\\breturn\\b/.test(code)) return first;
    return tried("(async () => {", code, "})");
  };
  return (codes) => stringify(parse(codes).map(one));
})(eval)
"""


def main() -> None:
    """Serve the parent until it closes the pipe. The realm for the next script is made while the parent is busy."""
    prelude = javascript("prelude")
    parent = Parent(sys.stdin.buffer, sys.stdout.buffer)
    # What a library prints must not get between the answers.
    sys.stdout = sys.stderr
    realm = Realm(parent, prelude)
    compiler: Compiler | None = None
    while (message := parent.next()) is not None:
        if message.mode == "compile":
            if compiler is None or compiler.is_used_up:
                compiler = Compiler()
            _end_after(message.seconds)
            text = compiler.compiled(message.code)
            _end_after(0)
            parent.answer(text)
            continue
        # A script without an end keeps its process although the parent may have been killed meanwhile.
        _end_after(message.seconds)
        text = realm.run(message)
        _end_after(0)
        parent.answer(text)
        if sys.platform != "win32":
            # Where both share a processor, the parent goes on first.
            os.sched_yield()
        realm = Realm(parent, prelude)


def _end_after(seconds: float) -> None:
    """End this process after a time, whatever it does then; 0 takes that back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)
        return
    import faulthandler

    if seconds:
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()


def _failure(message: str) -> str:
    return json.dumps({"failure": {"message": message}})


if __name__ == "__main__":
    main()
