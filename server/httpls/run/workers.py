"""Workers: threads that take requests from a queue, each with a wire of its own."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from httpls.run.job import Job
from httpls.run.wire import Wire


class Workers:
    """So many threads at once send requests. One that waits for a person does not count: another takes its place."""

    def __init__(
        self,
        size: int,
        take_wire: Callable[[], Wire],
        give_back: Callable[[Wire], None],
        work: Callable[[Job, Wire], bool],
    ) -> None:
        """Take what a worker does with a request; it returns whether to go on."""
        self._size = size
        self._take_wire = take_wire
        self._give_back = give_back
        self._work = work
        self._lock = threading.Lock()
        self._queue: deque[Job] = deque()
        self._threads: list[threading.Thread] = []
        self._at_work = 0
        self._waiting = 0
        self._error: BaseException | None = None

    def run(self, jobs: Sequence[Job]) -> bool:
        """Work on all of these requests, and return when they are done: whether to go on with others.

        Raises what a worker raised.
        """
        with self._lock:
            self._queue.extend(jobs)
        for _ in range(min(self._size, len(jobs))):
            self._start()
        while True:
            with self._lock:
                threads, self._threads = self._threads, []
            if not threads:
                break
            for thread in threads:
                thread.join()
        if self._error is not None:
            raise self._error
        return not self._has_stopped

    _has_stopped = False

    @contextmanager
    def waiting(self) -> Generator[None, None, None]:
        """Let another worker take the place of this thread while it waits for a person."""
        with self._lock:
            self._waiting += 1
            is_needed = bool(self._queue) and self._at_work - self._waiting < self._size
        if is_needed:
            self._start()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, daemon=True)
        with self._lock:
            self._at_work += 1
            self._threads.append(thread)
        thread.start()

    def _next(self) -> Job | None:
        with self._lock:
            if not self._queue or self._at_work - self._waiting > self._size:
                self._at_work -= 1
                return None
            return self._queue.popleft()

    def _run(self) -> None:
        wire: Wire | None = None
        try:
            while (job := self._next()) is not None:
                wire = wire or self._take_wire()
                if not self._work(job, wire):
                    self._stop(None)
        except BaseException as error:  # noqa: BLE001 - it is raised again by `run`, in the thread that waits
            self._stop(error)
            with self._lock:
                self._at_work -= 1
        finally:
            if wire is not None:
                self._give_back(wire)

    def _stop(self, error: BaseException | None) -> None:
        with self._lock:
            self._queue.clear()
            self._has_stopped = True
            self._error = self._error or error
