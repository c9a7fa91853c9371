"""Conditions: on which ways they hold, and what expressions made of them can stand for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry_doctor.codebase.evaluation.choices import bounded, combine, on, one, truth
from registry_doctor.codebase.evaluation.external_values import marked_all
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Choices,
    Constant,
    Items,
    Option,
    Possible,
    Scope,
    Table,
    Text,
    Thing,
    Unknown,
)

if TYPE_CHECKING:
    from registry_doctor.codebase.evaluation.interpreter import Reader

_UNDECIDED = Unknown("…", "it is decided when the program runs")


def split(reader: Reader, test: ast.expr, scope: Scope) -> tuple[list[Choices], list[Choices]]:
    """The ways on which a condition holds, and those on which it does not."""
    holds: list[Choices] = []
    fails: list[Choices] = []
    for option in reader.evaluate(test, scope):
        decided = truth(option.thing)
        if decided is not False:
            holds.append(option.choices if decided else option.choices | {(id(test), 0)})
        if decided is not True:
            fails.append(option.choices if decided is False else option.choices | {(id(test), 1)})
    return holds, fails


def conditional(reader: Reader, node: ast.IfExp, scope: Scope) -> Possible:
    """`a if test else b`."""
    tested = tested_for_none(node.test)
    body, otherwise = reader.evaluate(node.body, scope), reader.evaluate(node.orelse, scope)
    if tested is not None:
        name, when_none = tested
        kept = node.orelse if when_none else node.body
        if dotted_name(kept) == name:  # `given if given is not None else default`
            absent, given_, names = split_absent(reader, kept, scope)
            default = marked_all(body if when_none else otherwise, names)
            return bounded(
                (*on(default, absent), *on(otherwise if when_none else body, given_)), label_of(node)
            )
    holds, fails = split(reader, node.test, scope)
    return bounded((*on(body, holds), *on(otherwise, fails)), label_of(node))


def tested_for_none(test: ast.expr) -> tuple[str, bool] | None:
    """The dotted name that a condition tests for being given, and whether it holds when it is not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = tested_for_none(test.operand)
        return None if inner is None else (inner[0], not inner[1])
    if (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq))
    ):
        name, against = dotted_name(test.left), test.comparators[0]
        nothing = isinstance(against, ast.Constant) and against.value in (None, "")
        return (name, isinstance(test.ops[0], (ast.Is, ast.Eq))) if name is not None and nothing else None
    plain = dotted_name(test)
    return None if plain is None else (plain, False)


def split_absent(
    reader: Reader, node: ast.expr, scope: Scope
) -> tuple[list[Choices], list[Choices], tuple[str, ...]]:
    """The ways on which nothing is given, those on which something is, and the names under which it can be given.

    What comes from outside and is `None` if nobody gives it counts as not given, since a default follows.
    """
    absent: list[Choices] = []
    present: list[Choices] = []
    names: tuple[str, ...] = ()
    for option in reader.evaluate(node, scope):
        thing = option.thing
        decided = truth(thing)
        if isinstance(thing, Unknown) and thing.absent:
            decided, names = False, thing.names
        if decided is not True:
            absent.append(option.choices if decided is False else option.choices | {(id(node), 0)})
        if decided is not False:
            present.append(option.choices if decided else option.choices | {(id(node), 1)})
    return absent, present, names


def either(reader: Reader, node: ast.BoolOp, scope: Scope) -> Possible:
    """`a or b`, `a and b`."""
    stops_at = isinstance(node.op, ast.Or)
    result: list[Option] = []
    worlds: list[Choices] = [ALWAYS]
    names: tuple[str, ...] = ()
    for index, operand in enumerate(node.values):
        last = index == len(node.values) - 1
        going_on: list[Choices] = []
        for option in on(marked_all(reader.evaluate(operand, scope), names), worlds):
            decided = None if last else truth(option.thing)
            if stops_at and not last and isinstance(option.thing, Unknown) and option.thing.absent:
                decided, names = False, option.thing.names  # `given or default`
            if last or decided is stops_at:
                result.append(option)
            elif decided is None:
                result.append(Option(option.thing, option.choices | {(id(operand), 0)}))
                going_on.append(option.choices | {(id(operand), 1)})
            else:
                going_on.append(option.choices)
        worlds = going_on
    return bounded(result, label_of(node))


def negation(reader: Reader, node: ast.UnaryOp, scope: Scope) -> Possible:
    """`not a`."""
    value = reader.evaluate(node.operand, scope)
    if not isinstance(node.op, ast.Not):
        return one(_UNDECIDED)

    def negate(things: Sequence[Thing]) -> Thing:
        decided = truth(things[0])
        return _UNDECIDED if decided is None else Constant(not decided)

    return combine([value], negate, ["…"])


def comparison(reader: Reader, node: ast.Compare, scope: Scope) -> Possible:
    """`a == b`, `a is b`, `a in b` and their opposites."""
    values = [reader.evaluate(operand, scope) for operand in (node.left, *node.comparators)]
    if len(node.ops) != 1:
        return one(_UNDECIDED)
    operator = node.ops[0]

    def decide(things: Sequence[Thing]) -> Thing:
        same = _same(*things)
        if isinstance(operator, (ast.In, ast.NotIn)):
            same = _among(*things)
        if same is None or not isinstance(
            operator, (ast.Eq, ast.Is, ast.In, ast.NotEq, ast.IsNot, ast.NotIn)
        ):
            return _UNDECIDED
        return Constant(same is isinstance(operator, (ast.Eq, ast.Is, ast.In)))

    return combine(values, decide, ["…", "…"])


def _same(first: Thing, second: Thing) -> bool | None:
    a, b = plain_value(first), plain_value(second)
    if a is None or b is None:
        nothing = Constant(None)
        return (
            False
            if (second == nothing and isinstance(first, (Text, Items, Table)) and plain_value(first))
            else None
        )
    return a == b


def plain_value(thing: Thing) -> tuple[object] | None:
    """The value of a thing that is known, in a tuple; `None` for others."""
    if isinstance(thing, Text):
        return (thing.known,) if thing.known is not None else None
    return (thing.value,) if isinstance(thing, Constant) else None


def _among(first: Thing, second: Thing) -> bool | None:
    plain = plain_value(first)
    if plain is None or not isinstance(second, (Items, Table)) or not second.complete:
        return None
    keys: list[Possible] = list(second.values) if isinstance(second, Items) else []
    members = [plain_value(value[0].thing) for value in keys if len(value) == 1]
    if isinstance(second, Table):
        members = [(key,) for key, _ in second.entries]
    elif None in members or len(members) < len(keys):
        return None
    return plain in members
