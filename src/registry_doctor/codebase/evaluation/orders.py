"""Lists in another order, and the first or last of them: `sorted`, `reversed`, `max`, `min`, `filter`."""

from __future__ import annotations

from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import bounded, one
from registry_doctor.codebase.evaluation.limits import MOST_VALUES
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Constant,
    ListValue,
    PossibleValue,
    PossibleValues,
    TextValue,
)


def reordered(name: str, value: ListValue, arguments: Arguments) -> PossibleValues:
    """`name(value, …)`, for a function that gives the members in some order."""
    if name == "reversed":
        return one(ListValue(tuple(reversed(value.values)), value.complete))
    known = _known(value.values) if name == "sorted" and not arguments.keywords and value.complete else None
    if known is not None:
        return one(ListValue(tuple(item for _, item in sorted(known, key=lambda pair: pair[0]))))
    if (name in ("sorted", "set", "frozenset", "filter") and len(value.values) > 1) or name == "filter":
        return one(ListValue(value.values, complete=False))
    return one(value)


def extreme(name: str, arguments: Arguments, label: str, branch_point: int) -> PossibleValues | None:
    """`max(…)` and `min(…)`: the greatest or least text, if it is known; else any of the members."""
    first = arguments.get(0)
    value = first[0].value if first is not None and len(first) == 1 else None
    members: Sequence[PossibleValues] = arguments.positional
    complete = arguments.more is None
    if len(arguments.positional) == 1:
        if not isinstance(value, ListValue):
            return None
        members, complete = value.values, value.complete
    known = _known(members) if complete and not arguments.keywords else None
    if known:
        pick = max if name == "max" else min
        return pick(known, key=lambda pair: pair[0])[1]
    if (
        not members
        or len(members) > MOST_VALUES
        or all(isinstance(choice.value, Constant) for item in members for choice in item)
    ):
        return None
    return bounded(
        (
            PossibleValue(
                choice.value,
                choice.condition | {(branch_point, branch)} if len(members) > 1 else choice.condition,
            )
            for branch, item in enumerate(members)
            for choice in item
        ),
        label,
    )


def _known(members: Sequence[PossibleValues]) -> list[tuple[str, PossibleValues]] | None:
    """The members with their texts; `None` if one of them is no known text."""
    known: list[tuple[str, PossibleValues]] = []
    for item in members:
        value = item[0].value if len(item) == 1 else None
        if not isinstance(value, TextValue) or value.known is None:
            return None
        known.append((value.known, item))
    return known
