"""A server that speaks HTTP/2 by the library h2, for literal conversations: what comes, and what is answered."""

from collections.abc import Callable
from typing import NamedTuple

import h2.config
import h2.connection
import h2.events
from tests.support.literal_server import Conversation, Handler


class Asked(NamedTuple):
    """A request: its header fields in order, pseudo-header fields among them, and its body."""

    stream: int
    fields: list[tuple[str, str]]
    body: bytes


Answerer = Callable[[h2.connection.H2Connection, Asked], bool]
"""Answers a request; tells whether the connection goes on."""


def speaking_http2(asked: list[Asked], answer: Answerer) -> Handler:
    """Return a handler that puts what it is asked into a list, and lets `answer` do the rest."""

    def handle(conversation: Conversation) -> None:
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        conversation.send(state.data_to_send())
        fields: dict[int, list[tuple[str, str]]] = {}
        bodies: dict[int, bytes] = {}
        while True:
            data = conversation.some()
            if not data:
                return
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    fields[event.stream_id] = [(str(name), str(value)) for name, value in event.headers]
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    one = Asked(event.stream_id, fields[event.stream_id], bodies[event.stream_id])
                    asked.append(one)
                    goes_on = answer(state, one)
                    conversation.send(state.data_to_send())
                    if not goes_on:
                        return
            conversation.send(state.data_to_send())

    return handle


def plainly(body: bytes = b"ok", *fields: tuple[str, str]) -> Answerer:
    """Return an answerer that sends this body with status 200."""

    def answer(state: h2.connection.H2Connection, asked: Asked) -> bool:
        state.send_headers(asked.stream, [(":status", "200"), ("content-length", str(len(body))), *fields])
        state.send_data(asked.stream, body, end_stream=True)
        return True

    return answer
