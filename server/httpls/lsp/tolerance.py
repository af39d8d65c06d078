"""Reads what clients send, also from a newer version of the protocol than the one that is known here.

The specification asks that unknown values of enumerations be tolerated; the types of lsprotocol are closed, so that
one unknown word in `initialize` would leave the client without an answer (fault 5 of pygls 2.1.1). Parameters of
methods that are not in the specification stay plain data: pygls would make named tuples of every object in them, and
take one with a key `jsonrpc` for a message (fault 7).
"""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import converters, types
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

if TYPE_CHECKING:
    from cattrs import Converter

Message = TypeVar("Message")


def tolerant_converter() -> "Converter":
    """Return the converter for all messages."""
    from cattrs import Converter

    converter = Converter()
    # The hooks must be there before lsprotocol's own, which bind what they find when they are made.
    for found in vars(types).values():
        if isinstance(found, type) and issubclass(found, Enum):
            converter.register_structure_hook(found, _known_or_as_it_is)
    converter = converters.get_converter(converter)
    converter.register_structure_hook(JsonRPCRequestMessage, _plain(("id", "method", "jsonrpc", "params")))
    converter.register_structure_hook(JsonRPCNotification, _plain(("method", "jsonrpc", "params")))
    converter.register_structure_hook(JsonRPCResponseMessage, _plain(("id", "jsonrpc", "result")))
    return converter


def _known_or_as_it_is(value: object, kind: type[Enum]) -> object:
    try:
        return kind(value)
    except ValueError:
        return value


def _plain(names: tuple[str, ...]) -> "Callable[[dict[str, object], type[Message]], Message]":
    def make(values: dict[str, object], kind: type[Message]) -> Message:
        return kind(**{name: values.get(name) for name in names})

    return make
