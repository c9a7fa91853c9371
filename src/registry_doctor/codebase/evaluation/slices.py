"""`value[start:stop:step]` of texts and lists."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.values import (
    Constant,
    ListValue,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart


def slice_bounds(node: ast.Slice) -> list[ast.expr]:
    """Start, stop and step; `None` for those that are not given."""
    return [each if each is not None else ast.Constant(None) for each in (node.lower, node.upper, node.step)]


def sliced(values: Sequence[Value], label: str) -> Value:
    """The slice of the first value that the other three bound; a list keeps its members if they are unknown."""
    whole, *bounds = values
    plain = [value.value if isinstance(value, Constant) else "unknown" for value in bounds]
    whole_numbers = [each for each in plain if each is None or isinstance(each, int)]
    known = len(whole_numbers) == len(plain) and plain[2] != 0
    cut = slice(*whole_numbers) if known else None
    if isinstance(whole, TextValue) and whole.known is not None and cut is not None:
        text = whole.known[cut]
        return whole if text == whole.known else TextValue((LiteralPart(text),))
    if isinstance(whole, ListValue):
        if cut is not None and whole.complete:
            return ListValue(whole.values[cut])
        return ListValue(whole.values, complete=False)
    reason = (
        whole.reason if isinstance(whole, Unknown) else f"a part of `{label}` is taken when the program runs"
    )
    return Unknown(label, reason, (label,) if label.isidentifier() else ())
