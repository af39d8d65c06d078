"""A long life of the language server: `python -m tests.benchmarks.language_server_soak`.

20,000 random edits, requests, cancels and file events on a document of 2 MB. Prints what memory it takes; the exit code
is 1 if the texts differ, or if memory grows by more than a fifth after the first third of them.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.lsp_client import LspClient, language_server
from tests.support.soak import soak


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text = "".join([
        f"### r{number}\nPOST http://h/{{{{v1}}}}/{number}\nContent-Type: application/json\nAccept: */*\n\n"
        f'{{"id": {number}, "name": "{"x" * 60}"}}\n\n'
        for number in range(options.requests)
    ])  # fmt: skip
    begin = time.monotonic()
    memory: list[float] = []
    with TemporaryDirectory() as folder, language_server() as client:
        client.initialize()

        def look(step: int) -> None:
            if step % (options.steps // 10) == 0:
                memory.append(_memory(client))

        expected, found = soak(client, options.steps, options.seed, text, Path(folder), look)
        memory.append(_memory(client))
    seconds = time.monotonic() - begin
    is_right = expected == found
    sys.stdout.write(f"{len(text)} characters, {options.steps} steps in {seconds:.0f} s; texts equal: {is_right}\n")
    sys.stdout.write(f"memory in MiB after each tenth: {', '.join([f'{one:.0f}' for one in memory[1:]])}\n")
    # After some time everything is known of the document that will ever be.
    return 0 if is_right and memory[-1] <= 1.2 * max(memory[3], 1) else 1


def _memory(client: LspClient) -> float:
    """Return the resident memory of the server in MiB, 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    with open(f"/proc/{client.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    sys.exit(main())
