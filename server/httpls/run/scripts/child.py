"""The process in which scripts run: reads a script with its state, runs it in a fresh context, writes what came of it.

Run as a program, with an empty environment. The engine has neither files nor network nor processes; its memory and its
stack are limited here, its time by the parent, which kills this process; it ends itself if that does not happen.
Each message is a line of JSON.
"""

import faulthandler
import json
import sys
from importlib import import_module
from typing import Any, cast

from httpls.run.scripts.javascript import javascript

MEMORY_LIMIT = 128 * 1024 * 1024
"""Bytes that a script may use."""
STACK_LIMIT = 1024 * 1024
"""Bytes of stack that a script may use."""
LARGEST_OUTCOME = 32 * 1024 * 1024
"""Characters that the answer to the parent may have."""
_MOST_TIMERS = 10_000
_MOST_JOBS = 1_000_000


class Realm:
    """A fresh world for one script, with the prelude in it but nothing of a request yet."""

    def __init__(self, prelude: str) -> None:
        """Make the context of the engine; `prelude` is the text of `javascript/prelude.js`."""
        from httpls.run.scripts.functions import answer

        quickjs: Any = import_module("quickjs")  # It has no types.
        self._errors = (quickjs.JSException, MemoryError)
        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY_LIMIT)
        self._context.set_max_stack_size(STACK_LIMIT)
        self._context.add_callable("native", answer)
        start = self._context.eval(prelude)
        start_api = self._context.eval(
            "(start => { const native = globalThis.native; delete globalThis.native;"
            " const api = start(native, globalThis); return (name, ...given) => api[name](...given) })"
        )
        self._call = start_api(start)

    def run(self, message: dict[str, Any]) -> str:
        """Run one script; return what came of it as a JSON object.

        `message` has `code`, `state` (see the prelude), `mode` (`script`, `async` or `expression`) and `modules`.
        """
        try:
            modules = json.dumps(message["modules"])
            self._call("run", json.dumps(message["state"]), message["code"], message["mode"], modules)
            self._finish_jobs()
            for _ in range(_MOST_TIMERS):
                if not self._call("tick"):
                    break
                self._finish_jobs()
            outcome: str = self._call("finish")
        except self._errors as error:
            reason = str(cast("object", error))
            return _failure("the script needs more memory than it may have" if "memory" in reason else reason)
        if len(outcome) > LARGEST_OUTCOME:
            return _failure("the script leaves more behind than it may")
        return outcome

    def _finish_jobs(self) -> None:
        for _ in range(_MOST_JOBS):
            if not self._context.execute_pending_job():
                return


def main() -> None:
    """Serve the parent until it closes the pipe. The realm for the next script is made while the parent is busy."""
    prelude = javascript("prelude")
    # What a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    realm = Realm(prelude)
    for line in sys.stdin:
        message = json.loads(line)
        # A script without an end keeps its process although the parent may have been killed meanwhile.
        faulthandler.dump_traceback_later(message["seconds"], exit=True)
        answer = realm.run(message)
        faulthandler.cancel_dump_traceback_later()
        answers.write(answer.replace("\n", " ") + "\n")
        answers.flush()
        realm = Realm(prelude)


def _failure(message: str) -> str:
    return json.dumps({"failure": {"message": message}})


if __name__ == "__main__":
    main()
