"""The process in which scripts run: reads a script with its state, runs it in a fresh context, writes what came of it.

Run as a program, with an empty environment. The engine has neither files nor network nor processes; its memory and its
stack are limited here, its time by the parent, which kills this process. Each message is a line of JSON.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

MEMORY_LIMIT = 128 * 1024 * 1024
"""Bytes that a script may use."""
STACK_LIMIT = 1024 * 1024
"""Bytes of stack that a script may use."""
LARGEST_OUTCOME = 32 * 1024 * 1024
"""Characters that the answer to the parent may have."""
PRELUDE_LINE = 100_000
"""The prelude stands below this line, so that its own frames can be told from those of the script."""
_MOST_TIMERS = 10_000
_MOST_JOBS = 1_000_000


def run_script(message: dict[str, Any], prelude: str) -> str:
    """Run one script; return what came of it as a JSON object.

    `message` has `code`, `state` (see the prelude) and `mode`: `script`, `async` or `expression`.
    """
    from httpls.run.scripts.functions import answer

    quickjs: Any = import_module("quickjs")  # It has no types.
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_LIMIT)
    context.set_max_stack_size(STACK_LIMIT)
    context.add_callable("native", answer)
    start = context.eval(prelude)
    start_api = context.eval(
        "((start, state) => { const native = globalThis.native; delete globalThis.native;"
        " const api = start(native, state, globalThis); return (name, ...given) => api[name](...given) })"
    )
    call = start_api(start, json.dumps(message["state"]))
    try:
        call("run", message["code"], message["mode"])
        _finish_jobs(context)
        for _ in range(_MOST_TIMERS):
            if not call("tick"):
                break
            _finish_jobs(context)
        outcome: str = call("finish")
    except (quickjs.JSException, MemoryError) as error:
        reason = str(cast("object", error))
        return _failure("the script needs more memory than it may have" if "memory" in reason else reason)
    if len(outcome) > LARGEST_OUTCOME:
        return _failure("the script leaves more behind than it may")
    return outcome


def main() -> None:
    """Serve the parent until it closes the pipe."""
    prelude = "\n" * PRELUDE_LINE + (Path(__file__).parent / "prelude.js").read_text(encoding="utf-8")
    # What a library prints must not get between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        answers.write(run_script(json.loads(line), prelude).replace("\n", " ") + "\n")
        answers.flush()


def _finish_jobs(context: Any) -> None:
    for _ in range(_MOST_JOBS):
        if not context.execute_pending_job():
            return


def _failure(message: str) -> str:
    return json.dumps({"failure": {"message": message}})


if __name__ == "__main__":
    main()
