"""What stands in for `typing.NamedTuple` in the program `httpls` makes the same classes."""

import json
import subprocess
import sys
from typing import Any

_CLASSES = """
import sys
if sys.argv[1] == "quick":
    from httpls.cli.quick_tuples import install
    install()
import inspect, json, pickle
from typing import Generic, NamedTuple, TypeVar, get_type_hints

T = TypeVar("T")

class Plain(NamedTuple):
    '''What it is.'''
    first: int
    second: "str | None" = None
    third: tuple[int, ...] = ()

    @property
    def double(self) -> int:
        return self.first * 2

class Shown(NamedTuple):
    only: str
    def __repr__(self) -> str:
        return "shown"

class Big(NamedTuple):
    a: int; b: int; c: int; d: int; e: int; f: int; g: int
    h: int; i: int; j: int; k: int; l: int; m: int; n: int = 14

class Empty(NamedTuple):
    pass

class Box(NamedTuple, Generic[T]):
    content: T

Made = NamedTuple("Made", [("x", int), ("y", int)])

def raised(function, *arguments, **named):
    try:
        return repr(function(*arguments, **named))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def statement(text):
    return raised(exec, text, {"NamedTuple": NamedTuple, "__name__": "there"})

def facts(kind, value):
    return [
        kind.__name__, kind.__qualname__, kind.__module__, kind.__doc__, repr(kind.__mro__), repr(kind._fields),
        repr(kind._field_defaults), repr(kind.__match_args__), repr(kind.__slots__), [(one.name, repr(one.default), str(one.kind)) for one in inspect.signature(kind).parameters.values()],
        repr(get_type_hints(kind)), repr(value), repr(value._asdict()), hash(value) == hash(tuple(value)), hasattr(value, "__dict__"),
        repr(pickle.loads(pickle.dumps(value)) == value), raised(value._replace, nothing=1), raised(kind._make, []),
        raised(kind, 1, 2, 3, 4, 5, 6), raised(kind, wrong=1), raised(kind), raised(setattr, value, "first", 2),
        raised(kind._make, range(len(kind._fields))), sorted(vars(kind)),
    ]

print(json.dumps([
    facts(Plain, Plain(1, third=(2,))), Plain(4).double, facts(Shown, Shown("a")), facts(Big, Big(*range(13))),
    facts(Empty, Empty()), facts(Box, Box(1)), repr(Box[int]), facts(Made, Made(1, 2)),
    statement("class Wrong(NamedTuple):\\n  a: int = 1\\n  b: int"),
    statement("class Wrong(NamedTuple):\\n  _a: int"),
    statement("class Wrong(NamedTuple):\\n  a: int\\n  def __new__(cls): ..."),
]))
"""


def test_its_classes_are_those_that_python_makes() -> None:
    quick, python = (_facts(word) for word in ("quick", "python"))
    assert quick == python


def test_its_classes_are_made_without_python() -> None:
    script = """
from httpls.cli import quick_tuples
quick_tuples.install()
import collections, typing
collections.namedtuple = typing._namedtuple = typing._make_nmtuple = None
class One(typing.NamedTuple):
    a: int
    b: str = ""
print(One(1))
"""
    assert _output("-c", script) == "One(a=1, b='')\n"


def _facts(word: str) -> list[Any]:
    found: list[Any] = json.loads(_output("-c", _CLASSES, word))
    return found


def _output(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, timeout=60).stdout
