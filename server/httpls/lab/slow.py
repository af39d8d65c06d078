"""Answers that take their time: late, in pieces, or never."""

import json
import time
from collections.abc import Iterator

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Raw, Request, json_answer
from httpls.lab.state import State

_LONGEST = 600.0


def _delay(request: Request, _state: State) -> Answer:
    seconds = _seconds(request.parameters["seconds"])
    time.sleep(seconds)
    return json_answer({"delay": seconds})


def _drip(request: Request, _state: State) -> Answer:
    pause = _seconds(request.parameter("pause", "0.1"))
    text = request.parameter("count", "10")
    count = min(int(text), 100_000) if text.isdecimal() else 10
    return Answer(200, (("Content-Type", "application/x-ndjson"),), _lines(count, pause))


def _lines(count: int, pause: float) -> Iterator[bytes]:
    for number in range(1, count + 1):
        yield json.dumps({"line": number, "of": count}).encode() + b"\n"
        if number < count:
            time.sleep(pause)


def _never(_request: Request, _state: State) -> Raw:
    return Raw(_silence())


def _silence() -> Iterator[bytes]:
    time.sleep(_LONGEST)
    yield b""


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 0.0), _LONGEST)
    except ValueError:
        return 1.0


GROUP = Group("Time", (
    Endpoint("/delay/{seconds}", "answers after so many seconds", _delay),
    Endpoint("/drip", "a line every `?pause=` seconds, `?count=` of them", _drip, ("GET",)),
    Endpoint("/never", "takes the request and never answers", _never),
))  # fmt: skip
"""The endpoints of this module."""
