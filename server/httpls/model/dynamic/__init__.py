"""Dynamic variables, `{{$name …}}`: what there is, and what it evaluates to.

`evaluate` gives a value from clock and randomness alone; what a run or a person must tell is described, and stays a
hole in the plan. The format languages for times are `dayjs` and `dotnet`.
"""

from httpls.model.dynamic.catalogue import Found, every_variable, find, similar_names
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.description import DynamicVariable, Hole, Kind, Parameter, ParameterKind, Spelling, Tool
from httpls.model.dynamic.evaluate import advise, check, evaluate, usage
from httpls.model.dynamic.refusal import Refusal

__all__ = [
    "Context",
    "DynamicVariable",
    "Found",
    "Hole",
    "Kind",
    "Parameter",
    "ParameterKind",
    "Refusal",
    "Spelling",
    "Tool",
    "advise",
    "check",
    "evaluate",
    "every_variable",
    "find",
    "similar_names",
    "usage",
]
