"""Conditions: under which path conditions they hold, and the values of expressions with conditions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import bounded, combine, one, steps_for, truth_value, under
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
    """The path conditions under which a test holds, and those under which it fails."""
    holds: list[PathCondition] = []
    fails: list[PathCondition] = []
    for choice in interpreter.evaluate(test, scope):
        decided = truth_value(choice.value)
        if decided is not False:
            holds.append(choice.condition if decided else choice.condition | {(id(test), 0)})
        if decided is not True:
            fails.append(choice.condition if decided is False else choice.condition | {(id(test), 1)})
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
                (*under(default, absent), *under(otherwise if when_none else body, given_)), label_of(node)
            )
    holds, fails = split(interpreter, node.test, scope)
    return bounded((*under(body, holds), *under(otherwise, fails)), label_of(node))


def tested_for_none(test: ast.expr) -> tuple[str, bool] | None:
    """The dotted name that a condition tests for absence, and whether the condition holds if it is absent."""
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
    """The path conditions under which the value is absent, those under which it is present, and its names.

    A value from outside that may be missing counts as absent, because a default follows.
    """
    absent: list[PathCondition] = []
    present: list[PathCondition] = []
    names: tuple[str, ...] = ()
    for choice in interpreter.evaluate(node, scope):
        value = choice.value
        decided = truth_value(value)
        if isinstance(value, Unknown) and value.absent:
            decided, names = False, value.names
        if decided is not True:
            absent.append(choice.condition if decided is False else choice.condition | {(id(node), 0)})
        if decided is not False:
            present.append(choice.condition if decided else choice.condition | {(id(node), 1)})
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
        for choice in under(marked_all(interpreter.evaluate(operand, scope), names), branches):
            decided = None if last else truth_value(choice.value)
            if stops_at and not last and isinstance(choice.value, Unknown) and choice.value.absent:
                decided, names = False, choice.value.names  # `given or default`
            if last or decided is stops_at:
                result.append(choice)
            elif decided is None:
                result.append(PossibleValue(choice.value, choice.condition | {(id(operand), 0)}))
                going_on.append(choice.condition | {(id(operand), 1)})
            else:
                going_on.append(choice.condition)
        branches = going_on
    return bounded(result, label_of(node))


def negation(interpreter: Interpreter, node: ast.UnaryOp, scope: Scope) -> PossibleValues:
    """`not a`."""
    value = interpreter.evaluate(node.operand, scope)
    if not isinstance(node.op, ast.Not):
        return one(_UNDECIDED)

    def negate(values: Sequence[Value]) -> Value:
        decided = truth_value(values[0])
        return _UNDECIDED if decided is None else Constant(not decided)

    return combine([value], negate, ["…"])


def comparison_result(interpreter: Interpreter, node: ast.Compare, scope: Scope) -> PossibleValues:
    """`a == b`, `a is b`, `a in b` and their opposites."""
    operands = [interpreter.evaluate(operand, scope) for operand in (node.left, *node.comparators)]
    interpreter.spend(steps_for(*operands))
    if len(node.ops) != 1:
        return one(_UNDECIDED)
    operator = node.ops[0]

    def decide(values: Sequence[Value]) -> Value:
        same = _same(*values)
        if isinstance(operator, (ast.In, ast.NotIn)):
            same = _among(*values)
        if same is None or not isinstance(
            operator, (ast.Eq, ast.Is, ast.In, ast.NotEq, ast.IsNot, ast.NotIn)
        ):
            return _UNDECIDED
        return Constant(same is isinstance(operator, (ast.Eq, ast.Is, ast.In)))

    return combine(operands, decide, ["…", "…"])


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


def plain_value(value: Value) -> tuple[object] | None:
    """A known value as Python's own, in a tuple; `None` for other values."""
    if isinstance(value, TextValue):
        return (value.known,) if value.known is not None else None
    return (value.value,) if isinstance(value, Constant) else None


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
