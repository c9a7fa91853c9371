"""Arithmetic on known numbers, as in `f"images_{PER_LABEL * 10}"`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence

from registry_doctor.codebase.evaluation.values import Constant, Value

_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
_LARGEST = 10**12
"""Larger numbers are in no path; their products could take long to compute."""


def number(operation: ast.operator, values: Sequence[Value]) -> Constant | None:
    """`first + second + …`; `None` if a value is no known number."""
    apply = _OPERATORS.get(type(operation))
    plain = [value.value for value in values if isinstance(value, Constant)]
    known = [each for each in plain if each is not None and abs(each) <= _LARGEST]
    if apply is None or not known or len(known) < len(values):
        return None
    whole = known[0]
    for each in known[1:]:
        try:
            whole = apply(whole, each)
        except (ZeroDivisionError, OverflowError):
            return None
        if abs(whole) > _LARGEST:
            return None
    return Constant(whole)
