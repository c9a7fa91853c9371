"""Conditions: on which ways they hold, and what expressions made of them can stand for."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import bounded, combine, on, one, truth
from registry_doctor.codebase.evaluation.external_values import marked_all
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Constant,
    DictValue,
    ListValue,
    PathCondition,
    PossibleValue,
    PossibleValues,
    Scope,
    TextValue,
    Unknown,
    Value,
)

_UNDECIDED = Unknown("…", "it is decided when the program runs")


def split(
    interpreter: Interpreter, test: ast.expr, scope: Scope
) -> tuple[list[PathCondition], list[PathCondition]]:
    """The ways on which a condition holds, and those on which it does not."""
    holds: list[PathCondition] = []
    fails: list[PathCondition] = []
    for option in interpreter.evaluate(test, scope):
        decided = truth(option.value)
        if decided is not False:
            holds.append(option.condition if decided else option.condition | {(id(test), 0)})
        if decided is not True:
            fails.append(option.condition if decided is False else option.condition | {(id(test), 1)})
    return holds, fails


def conditional(interpreter: Interpreter, node: ast.IfExp, scope: Scope) -> PossibleValues:
    """`a if test else b`."""
    tested = tested_for_none(node.test)
    body, otherwise = interpreter.evaluate(node.body, scope), interpreter.evaluate(node.orelse, scope)
    if tested is not None:
        name, when_none = tested
        kept = node.orelse if when_none else node.body
        if dotted_name(kept) == name:  # `given if given is not None else default`
            absent, given_, names = split_absent(interpreter, kept, scope)
            default = marked_all(body if when_none else otherwise, names)
            return bounded(
                (*on(default, absent), *on(otherwise if when_none else body, given_)), label_of(node)
            )
    holds, fails = split(interpreter, node.test, scope)
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
    interpreter: Interpreter, node: ast.expr, scope: Scope
) -> tuple[list[PathCondition], list[PathCondition], tuple[str, ...]]:
    """The ways on which nothing is given, those on which something is, and the names under which it can be given.

    What comes from outside and is `None` if nobody gives it counts as not given, since a default follows.
    """
    absent: list[PathCondition] = []
    present: list[PathCondition] = []
    names: tuple[str, ...] = ()
    for option in interpreter.evaluate(node, scope):
        thing = option.value
        decided = truth(thing)
        if isinstance(thing, Unknown) and thing.absent:
            decided, names = False, thing.names
        if decided is not True:
            absent.append(option.condition if decided is False else option.condition | {(id(node), 0)})
        if decided is not False:
            present.append(option.condition if decided else option.condition | {(id(node), 1)})
    return absent, present, names


def either(interpreter: Interpreter, node: ast.BoolOp, scope: Scope) -> PossibleValues:
    """`a or b`, `a and b`."""
    stops_at = isinstance(node.op, ast.Or)
    result: list[PossibleValue] = []
    branches: list[PathCondition] = [ALWAYS]
    names: tuple[str, ...] = ()
    for index, operand in enumerate(node.values):
        last = index == len(node.values) - 1
        going_on: list[PathCondition] = []
        for option in on(marked_all(interpreter.evaluate(operand, scope), names), branches):
            decided = None if last else truth(option.value)
            if stops_at and not last and isinstance(option.value, Unknown) and option.value.absent:
                decided, names = False, option.value.names  # `given or default`
            if last or decided is stops_at:
                result.append(option)
            elif decided is None:
                result.append(PossibleValue(option.value, option.condition | {(id(operand), 0)}))
                going_on.append(option.condition | {(id(operand), 1)})
            else:
                going_on.append(option.condition)
        branches = going_on
    return bounded(result, label_of(node))


def negation(interpreter: Interpreter, node: ast.UnaryOp, scope: Scope) -> PossibleValues:
    """`not a`."""
    value = interpreter.evaluate(node.operand, scope)
    if not isinstance(node.op, ast.Not):
        return one(_UNDECIDED)

    def negate(things: Sequence[Value]) -> Value:
        decided = truth(things[0])
        return _UNDECIDED if decided is None else Constant(not decided)

    return combine([value], negate, ["…"])


def comparison(interpreter: Interpreter, node: ast.Compare, scope: Scope) -> PossibleValues:
    """`a == b`, `a is b`, `a in b` and their opposites."""
    values = [interpreter.evaluate(operand, scope) for operand in (node.left, *node.comparators)]
    if len(node.ops) != 1:
        return one(_UNDECIDED)
    operator = node.ops[0]

    def decide(things: Sequence[Value]) -> Value:
        same = _same(*things)
        if isinstance(operator, (ast.In, ast.NotIn)):
            same = _among(*things)
        if same is None or not isinstance(
            operator, (ast.Eq, ast.Is, ast.In, ast.NotEq, ast.IsNot, ast.NotIn)
        ):
            return _UNDECIDED
        return Constant(same is isinstance(operator, (ast.Eq, ast.Is, ast.In)))

    return combine(values, decide, ["…", "…"])


def _same(first: Value, second: Value) -> bool | None:
    a, b = plain_value(first), plain_value(second)
    if a is None or b is None:
        nothing = Constant(None)
        return (
            False
            if (
                second == nothing
                and isinstance(first, (TextValue, ListValue, DictValue))
                and plain_value(first)
            )
            else None
        )
    return a == b


def plain_value(thing: Value) -> tuple[object] | None:
    """The value of a thing that is known, in a tuple; `None` for others."""
    if isinstance(thing, TextValue):
        return (thing.known,) if thing.known is not None else None
    return (thing.value,) if isinstance(thing, Constant) else None


def _among(first: Value, second: Value) -> bool | None:
    plain = plain_value(first)
    if plain is None or not isinstance(second, (ListValue, DictValue)) or not second.complete:
        return None
    keys: list[PossibleValues] = list(second.values) if isinstance(second, ListValue) else []
    members = [plain_value(value[0].value) for value in keys if len(value) == 1]
    if isinstance(second, DictValue):
        members = [(key,) for key, _ in second.entries]
    elif None in members or len(members) < len(keys):
        return None
    return plain in members
