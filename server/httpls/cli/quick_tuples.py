"""Makes classes by `typing.NamedTuple` five times as fast, for the program `httpls` alone.

Python compiles a function for each such class, and a reference for each annotation in quotes. That takes 0.14 ms a
class, of which a command loads two hundred: a quarter of its start. Here the function is a copy of one that is compiled
already, with other names, and annotations stay as they are written, as in every other class. Whatever is out of the
ordinary is left to Python.
"""

import sys
import typing
from collections import namedtuple
from collections.abc import Iterable, Mapping
from functools import cache
from types import FunctionType
from typing import Any, cast

_python = cast("Any", typing.NamedTuple)
(_PYTHONS,) = cast("tuple[type]", _python.__mro_entries__((_python,)))
"""What Python puts in the place of `NamedTuple` among the bases of a class."""


def install() -> None:
    """Put it in the place of `typing.NamedTuple`, for the modules that are loaded from now on."""
    setattr(typing, "NamedTuple", _NamedTuple())  # noqa: B010 - for type checkers it stays what it is


class _NamedTuple:
    """What `NamedTuple` is: the base of a class statement, and a function."""

    def __call__(self, *arguments: Any, **fields: Any) -> Any:
        made = _python(*arguments, **fields)
        made.__module__ = sys._getframe(1).f_globals["__name__"]  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as Python
        return made

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (_BASE,) if len(bases) == 1 else (_PYTHONS,)


class _Maker(type):
    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
        _ = bases
        fields = tuple(namespace.get("__annotations__", ()))
        defaulted = tuple([field for field in fields if field in namespace])
        is_ordinary = fields[len(fields) - len(defaulted) :] == defaulted and not _RESERVED & namespace.keys()
        if not fields or not is_ordinary or any(field.startswith("_") for field in fields):
            # Annotations that are worked out later (Python 3.14), and errors, which Python tells.
            made: type = type(_PYTHONS)(name, (_PYTHONS,), namespace)
            return made
        defaults = {field: namespace[field] for field in defaulted}
        return type(
            name,
            (tuple,),
            {
                "__doc__": f"{name}({_listed(fields)})",
                **_METHODS,
                **namespace,
                **{field: _field(index) for index, field in enumerate(fields)},
                "__slots__": (),
                "__match_args__": fields,
                "__new__": _new(name, fields, tuple(defaults.values())),
                "_fields": fields,
                "_field_defaults": defaults,
            },
        )


_BASE = type.__new__(_Maker, "NamedTuple", (), {})
_RESERVED = frozenset(
    ("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults", "_make", "_replace", "_asdict")
)
"""What Python does not let such a class define."""


@cache
def _example(count: int) -> Any:
    """Return a class of that many fields, for what Python has compiled for it."""
    return cast("Any", namedtuple)("Example", [f"field{index}" for index in range(count)])  # noqa: PYI024 - no type


@cache
def _field(index: int) -> object:
    """Return what reads the field of a number. It is the same in all classes."""
    return type(_example(1).field0)(index, f"Alias for field number {index}")


def _listed(fields: tuple[str, ...]) -> str:
    return repr(fields)[1:-1].replace("'", "")


def _new(name: str, fields: tuple[str, ...], defaults: tuple[object, ...]) -> FunctionType:
    compiled = _example(len(fields)).__new__
    names = ("_cls", *fields)
    code = compiled.__code__.replace(co_varnames=names, co_name="__new__", co_qualname=f"{name}.__new__")
    return FunctionType(code, compiled.__globals__, "__new__", defaults or None)


def _make(cls: Any, iterable: Iterable[object]) -> Any:
    """Make one of a sequence or iterable."""
    made = cast("Any", tuple).__new__(cls, iterable)
    if len(made) != len(cls._fields):
        raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
    return made


def _replace(self: Any, /, **values: object) -> Any:
    """Return another with new values for some fields."""
    made = self._make(map(values.pop, self._fields, self))
    if values:
        raise ValueError(f"Got unexpected field names: {list(values)!r}")
    return made


def _repr(self: Any) -> str:
    shown = ", ".join([f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True)])
    return f"{type(self).__name__}({shown})"


def _asdict(self: Any) -> dict[str, object]:
    """Return a dictionary from the names of the fields to their values."""
    return dict(zip(self._fields, self, strict=True))


def _getnewargs(self: Any) -> tuple[object, ...]:
    return tuple(self)


_METHODS: Mapping[str, object] = {
    "_make": classmethod(_make),
    "_replace": _replace,
    "__repr__": _repr,
    "_asdict": _asdict,
    "__getnewargs__": _getnewargs,
}
