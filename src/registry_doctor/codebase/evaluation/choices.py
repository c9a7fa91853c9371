"""Combining possible values, each under its path condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from registry_doctor.codebase.evaluation.limits import (
    DEEPEST_CONDITION,
    DEEPEST_VALUE,
    LARGEST_VALUE,
    LONGEST_TEXT,
    MOST_VALUES,
    SIZE_OF_A_STEP,
    clipped,
)
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Composite,
    Constant,
    DictValue,
    ListValue,
    PathCondition,
    PossibleValue,
    PossibleValues,
    TextValue,
    Unknown,
    Value,
)

TOO_LONG = f"it is longer than {LONGEST_TEXT:,} characters"

TOO_LARGE = f"it contains more than {LARGEST_VALUE:,} values, or is nested more than {DEEPEST_VALUE} deep"

TOO_MANY = f"it can have more than {MOST_VALUES} values"

_FEW_OPERANDS = 64
"""So many operands are looked at again, one by one, if their values have too many combinations."""


def one(value: Value) -> PossibleValues:
    """Exactly this value, under every condition."""
    return (PossibleValue(value),)


def conjunction(first: PathCondition, second: PathCondition) -> PathCondition | None:
    """Both conditions at once; `None` if they exclude each other."""
    if not first or first is second:
        return second
    if not second:
        return first
    if len(first) + len(second) > DEEPEST_CONDITION:
        return first if len(first) >= len(second) else second  # less exact: the value stays possible
    met = first | second
    if len(met) in (len(first), len(second)):  # one implies the other
        return met
    return met if len({point for point, _ in met}) == len(met) else None


def under(choices: PossibleValues, branches: Sequence[PathCondition]) -> PossibleValues:
    """The values that are possible under one of these conditions, each with the condition."""
    if ALWAYS in branches:
        return choices
    found = (
        PossibleValue(choice.value, condition)
        for choice in choices
        for branch in branches
        if (condition := conjunction(choice.condition, branch)) is not None
    )
    return tuple(dict.fromkeys(found))


def conjunctions(first: Sequence[PathCondition], second: Sequence[PathCondition]) -> list[PathCondition]:
    """Each condition of the first with each of the second; no condition at all if these are too many."""
    found = list(dict.fromkeys(met for a in first for b in second if (met := conjunction(a, b)) is not None))
    return found if len(found) <= MOST_VALUES else [ALWAYS]


def bounded(choices: Iterable[PossibleValue], label: str = "…") -> PossibleValues:
    """The values, each once, or one unknown value if there are too many."""
    found = tuple(dict.fromkeys(choices))
    if len(found) > MOST_VALUES:
        return one(Unknown(label, TOO_MANY))
    return found


def combine(
    operands: Sequence[PossibleValues], make: Callable[[Sequence[Value]], Value], labels: Sequence[str]
) -> PossibleValues:
    """The results of `make` for one value of each operand; values that exclude each other are not combined."""
    operands = list(operands)
    if all(len(operand) == 1 and not operand[0].condition for operand in operands):
        return one(make([operand[0].value for operand in operands]))
    while True:
        rows: list[tuple[_Row, PathCondition]] = [(None, ALWAYS)]
        for operand in operands:
            rows = [
                ((row, choice.value), met)
                for row, condition in rows
                for choice in operand
                if (met := conjunction(condition, choice.condition)) is not None
            ]
            if len(rows) > MOST_VALUES:
                break
        else:
            return tuple(
                dict.fromkeys(PossibleValue(make(_values(row)), condition) for row, condition in rows)
            )
        wide = [index for index, operand in enumerate(operands) if len(operand) > 1]
        if len(operands) <= _FEW_OPERANDS:
            wide = [max(wide, key=lambda index: len(operands[index]))]
        for index in wide:
            operands[index] = one(Unknown(labels[index], TOO_MANY))


_Row: TypeAlias = "tuple[_Row, Value] | None"
"""The values so far: those before the last one, and the last one. Rows share their beginnings."""


def _values(row: _Row) -> list[Value]:
    found: list[Value] = []
    while row is not None:
        row, value = row
        found.append(value)
    found.reverse()
    return found


def size_of(choices: PossibleValues) -> int:
    """How much the values contain."""
    return sum(choice.value.size for choice in choices if isinstance(choice.value, (Composite, TextValue)))


def steps_for(*operands: PossibleValues) -> int:
    """The steps that it takes to look at all that the values contain."""
    return sum(map(size_of, operands)) // SIZE_OF_A_STEP


def fitting(choices: PossibleValues, label: str) -> PossibleValues:
    """The values; one above a limit is unknown."""
    reasons = [_above_limit(choice.value) for choice in choices]
    if not any(reasons):
        return choices
    name = clipped(label)
    return tuple(
        PossibleValue(Unknown(name, reason), choice.condition) if reason else choice
        for choice, reason in zip(choices, reasons, strict=True)
    )


def _above_limit(value: Value) -> str | None:
    if isinstance(value, TextValue):
        if value.size <= LONGEST_TEXT // 64:
            return None
        return TOO_LONG if sum(len(part.text) or 1 for part in value.parts) > LONGEST_TEXT else None
    if isinstance(value, Composite):
        return TOO_LARGE if value.depth > DEEPEST_VALUE or value.size > LARGEST_VALUE else None
    return None


def list_of(lists: Sequence[ListValue]) -> Value:
    """One list with the elements of all, in order."""
    if sum(len(each.values) for each in lists) > LARGEST_VALUE:
        return Unknown("…", TOO_LARGE)
    values = tuple(item for each in lists for item in each.values)
    return ListValue(values, all(each.complete for each in lists))


def truth_value(value: Value) -> bool | None:
    """Whether the value is true in a condition; `None` if that is unknown."""
    if isinstance(value, TextValue):
        known = value.known
        return bool(known) if known is not None else None
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, ListValue):
        return bool(value.values) if value.complete else None
    if isinstance(value, DictValue):
        return bool(value.entries) if value.complete else None
    return None
