"""Combining possible values, each under its path condition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
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

MOST_VALUES = 16
"""How many values of one expression are kept apart."""

TOO_MANY = f"it can have more than {MOST_VALUES} values"


def one(value: Value) -> PossibleValues:
    """Exactly this value, under every condition."""
    return (PossibleValue(value),)


def conjunction(first: PathCondition, second: PathCondition) -> PathCondition | None:
    """Both conditions at once; `None` if they exclude each other."""
    if not first or first is second:
        return second
    if not second:
        return first
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
    while True:
        rows: list[tuple[tuple[Value, ...], PathCondition]] | None = [((), ALWAYS)]
        for operand in operands:
            rows = [
                ((*values, choice.value), met)
                for values, condition in rows or []
                for choice in operand
                if (met := conjunction(condition, choice.condition)) is not None
            ]
            if len(rows) > MOST_VALUES:
                rows = None
                break
        if rows is not None:
            return tuple(dict.fromkeys(PossibleValue(make(values), condition) for values, condition in rows))
        widest = max(range(len(operands)), key=lambda index: len(operands[index]))
        operands[widest] = one(Unknown(labels[widest], TOO_MANY))


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
