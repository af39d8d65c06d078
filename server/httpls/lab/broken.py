"""Answers that are wrong: cut off, no HTTP at all, contradictory, or meant to fool a terminal."""

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Raw, Request
from httpls.lab.state import State


def _cut(_request: Request, _state: State) -> Raw:
    return Raw([b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"cut": "he'])


def _cut_chunk(_request: Request, _state: State) -> Raw:
    return Raw(
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n", b"40\r\nonly this"]
    )


def _cut_head(_request: Request, _state: State) -> Raw:
    return Raw([b"HTTP/1.1 200 OK\r\nContent-Ty"])


def _garbage(_request: Request, _state: State) -> Raw:
    return Raw([bytes(range(256)) * 4])


def _close(_request: Request, _state: State) -> Raw:
    return Raw([])


def _both_lengths(_request: Request, _state: State) -> Raw:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Raw([head, b"5\r\nhello\r\n0\r\n\r\n"])


def _endless_head(_request: Request, _state: State) -> Raw:
    line = b"X-Padding: " + b"a" * 1000 + b"\r\n"
    return Raw([b"HTTP/1.1 200 OK\r\n", *([line] * 20_000)])


def _hostile(_request: Request, _state: State) -> Answer:
    text = "before\x1b[2J\x1b[31mred\x1b]0;a title\x07\r\nhidden\b\b\b\b\b\bshown \u202egnp.exe\n"
    fields = (("Content-Type", "text/plain; charset=utf-8"), ("X-Hostile", "a\x1b[31mred"))
    return Answer(200, fields, text.encode())


GROUP = Group("Broken answers", (
    Endpoint("/broken/cut", "closes in the middle of the body", _cut),
    Endpoint("/broken/cut-chunk", "closes in the middle of a chunk", _cut_chunk),
    Endpoint("/broken/cut-head", "closes in the middle of the header fields", _cut_head),
    Endpoint("/broken/garbage", "sends bytes that are no HTTP", _garbage),
    Endpoint("/broken/close", "closes without an answer", _close),
    Endpoint("/broken/both-lengths", "gives Content-Length and Transfer-Encoding", _both_lengths),
    Endpoint("/broken/endless-head", "sends header fields of 20 MB", _endless_head),
    Endpoint("/broken/hostile", "sends escape sequences that would steer a terminal", _hostile),
))  # fmt: skip
"""The endpoints of this module."""
