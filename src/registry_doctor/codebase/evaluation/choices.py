"""Putting several possible values together, without mixing the ways on which each of them is had."""

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

MOST = 16
"""How many values of one expression are told apart."""

TOO_MANY = f"it can have more than {MOST} values"


def one(thing: Value) -> PossibleValues:
    """The only possibility."""
    return (PossibleValue(thing),)


def together(first: PathCondition, second: PathCondition) -> PathCondition | None:
    """Both ways taken; `None` if they exclude each other."""
    if not first or first is second:
        return second
    if not second:
        return first
    met = first | second
    if len(met) in (len(first), len(second)):  # one says all that the other says
        return met
    return met if len({place for place, _ in met}) == len(met) else None


def on(possible: PossibleValues, branches: Sequence[PathCondition]) -> PossibleValues:
    """The possibilities that there are on one of these ways, each with the way."""
    if ALWAYS in branches:
        return possible
    found = (
        PossibleValue(option.value, both)
        for option in possible
        for branch in branches
        if (both := together(option.condition, branch)) is not None
    )
    return tuple(dict.fromkeys(found))


def both(first: Sequence[PathCondition], second: Sequence[PathCondition]) -> list[PathCondition]:
    """The ways that are among both; of too many nothing is told any more."""
    found = list(dict.fromkeys(met for a in first for b in second if (met := together(a, b)) is not None))
    return found if len(found) <= MOST else [ALWAYS]


def bounded(options: Iterable[PossibleValue], label: str = "…") -> PossibleValues:
    """The options, each once, or one unknown if there are too many."""
    found = tuple(dict.fromkeys(options))
    if len(found) > MOST:
        return one(Unknown(label, TOO_MANY))
    return found


def combine(
    operands: Sequence[PossibleValues], make: Callable[[Sequence[Value]], Value], labels: Sequence[str]
) -> PossibleValues:
    """What can be made of the operands, one possibility of each; those that exclude each other do not meet."""
    operands = list(operands)
    while True:
        rows: list[tuple[tuple[Value, ...], PathCondition]] | None = [((), ALWAYS)]
        for operand in operands:
            rows = [
                ((*things, option.value), met)
                for things, choices in rows or []
                for option in operand
                if (met := together(choices, option.condition)) is not None
            ]
            if len(rows) > MOST:
                rows = None
                break
        if rows is not None:
            return tuple(dict.fromkeys(PossibleValue(make(things), choices) for things, choices in rows))
        widest = max(range(len(operands)), key=lambda index: len(operands[index]))
        operands[widest] = one(Unknown(labels[widest], TOO_MANY))


def truth(thing: Value) -> bool | None:
    """Whether it counts as true; `None` if that cannot be told."""
    if isinstance(thing, TextValue):
        known = thing.known
        return bool(known) if known is not None else None
    if isinstance(thing, Constant):
        return bool(thing.value)
    if isinstance(thing, ListValue):
        return bool(thing.values) if thing.complete else None
    if isinstance(thing, DictValue):
        return bool(thing.entries) if thing.complete else None
    return None
