"""Binding names, attributes and elements to the assigned values."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import (
    TOO_MANY,
    bounded,
    combine,
    conjunction,
    list_of,
    one,
    under,
)
from registry_doctor.codebase.evaluation.external_values import plain_text
from registry_doctor.codebase.evaluation.limits import MOST_VALUES, NAMES_OF_A_STEP
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import as_text, joined
from registry_doctor.codebase.evaluation.values import (
    Constant,
    DictValue,
    Instance,
    ListValue,
    PossibleValue,
    PossibleValues,
    Scope,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart


def assign(interpreter: Interpreter, target: ast.expr, assigned: PossibleValues, scope: Scope) -> None:
    """`target = value`."""
    if isinstance(target, ast.Name):
        if target.id in scope.dotted:
            interpreter.spend(len(scope.names) // NAMES_OF_A_STEP)
        scope.bind(target.id, assigned)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for index, each in enumerate(target.elts):
            assign(interpreter, each, _unpacked(assigned, index, target.elts, label_of(each)), scope)
    elif isinstance(target, ast.Starred):
        assign(interpreter, target.value, one(ListValue((), complete=False)), scope)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(interpreter, target, assigned, scope)
    elif isinstance(target, ast.Subscript):
        _assign_element(interpreter, target, assigned, scope)


def _unpacked(
    assigned: PossibleValues, index: int, targets: Sequence[ast.expr], label: str
) -> PossibleValues:
    starred = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    choices: list[PossibleValue] = []
    for choice in assigned:
        value = choice.value
        if isinstance(value, ListValue) and value.complete:
            at = index if starred is None or index < starred else index - len(targets) + len(value.values)
            if (starred is None and len(value.values) == len(targets)) or (
                starred is not None and 0 <= at < len(value.values)
            ):
                choices += under(value.values[at], [choice.condition])
                continue
        reason = (
            value.reason if isinstance(value, Unknown) else f"`{label}` is known only when the program runs"
        )
        choices.append(PossibleValue(Unknown(label, reason, (label,)), choice.condition))
    return bounded(choices, label)


def _assign_attribute(
    interpreter: Interpreter, target: ast.Attribute, assigned: PossibleValues, scope: Scope
) -> None:
    owners = interpreter.evaluate(target.value, scope)
    dotted = dotted_name(target)
    if dotted is not None:
        scope.bind(dotted, assigned)
    for branches in scope.branches:
        assigned = under(assigned, branches)
    writer = id(scope.function.node) if scope.function is not None else 0
    for choice in owners:
        owner = choice.value
        if not isinstance(owner, Instance):
            continue
        before = owner.attributes.get(target.attr, ())
        if owner.writers.get(target.attr) == writer and not scope.branches:
            before = ()
        known = tuple(each for each in before if not _nothing(each.value)) if before != assigned else ()
        owner.attributes[target.attr] = bounded((*known, *assigned), target.attr)
        owner.writers[target.attr] = writer


def _nothing(value: Value) -> bool:
    return value == Constant(None)


def _assign_element(
    interpreter: Interpreter, target: ast.Subscript, assigned: PossibleValues, scope: Scope
) -> None:
    owner = interpreter.evaluate(target.value, scope)
    key = plain_text(interpreter.evaluate(target.slice, scope))
    name = dotted_name(target.value)
    if name is None or len(owner) != 1:
        return
    value = owner[0].value
    if isinstance(value, DictValue):
        known = key is not None and not scope.loops
        entries = (*value.entries, (key, assigned)) if key is not None else value.entries
        scope.names[name] = interpreter.fitting(
            one(DictValue(entries, value.complete and known)), target.value
        )
    elif isinstance(value, ListValue):
        changed = one(ListValue((*value.values, assigned), complete=False))
        scope.names[name] = interpreter.fitting(changed, target.value)


def augment(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> None:
    """`target += value`."""
    before = interpreter.evaluate(node.target, scope)
    assigned = interpreter.evaluate(node.value, scope)
    label = label_of(node.target)
    name = dotted_name(node.target)
    if isinstance(node.op, ast.Add) and not _carried(name, scope):
        labels = [label, label_of(node.value)]

        def add(values: Sequence[Value]) -> Value:
            first, second = values
            if isinstance(first, ListValue) and isinstance(second, ListValue):
                return list_of((first, second))
            if isinstance(first, TextValue) or isinstance(second, TextValue):
                return joined([as_text(first, labels[0]), as_text(second, labels[1])])
            return Unknown(label, f"`{label}` is computed when the program runs")

        summed = combine([before, assigned], add, labels)
        assign(interpreter, node.target, interpreter.fitting(summed, node.target), scope)
    else:
        reason = "is built up in a loop" if _carried(name, scope) else "is computed when the program runs"
        assign(interpreter, node.target, one(Unknown(label, f"`{label}` {reason}")), scope)


def _carried(name: str | None, scope: Scope) -> bool:
    """Whether a name in a loop can have a value from an earlier iteration."""
    return bool(scope.loops) and name is not None and name not in scope.loops[-1]


def refers_to(assigned: ast.expr, name: str, scope: Scope) -> bool:
    """Whether `name = value`, in a loop, uses the value of an earlier iteration."""
    if not _carried(name, scope):
        return False
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(assigned))


def bind_loop(interpreter: Interpreter, target: ast.expr, over: ast.expr, scope: Scope) -> PossibleValues:
    """`for target in over`: bind the target to each of the values; returns the values of `over`."""
    values = interpreter.evaluate(over, scope)
    label = label_of(target)
    choices: list[PossibleValue] = []
    for choice in values:
        value = choice.value
        members: Sequence[PossibleValues] = ()
        if isinstance(value, ListValue):
            members = value.values
        elif isinstance(value, DictValue):
            members = [
                one(TextValue((LiteralPart(key),)) if isinstance(key, str) else Constant(key))
                for key, _ in value.entries[: MOST_VALUES + 1]
            ]
        if not members:
            reason = f"`{label}` iterates over values that are known only when the program runs"
            choices.append(PossibleValue(Unknown(label, reason, (label,)), choice.condition))
        for branch, member in enumerate(members):
            if len(choices) > MOST_VALUES:
                break
            for each in member:
                met = conjunction(choice.condition, each.condition)
                if met is not None:
                    choices.append(PossibleValue(each.value, met | {(id(target), branch)}))
    if len(choices) > MOST_VALUES:
        choices = list(_too_many(target, label))
    assign(interpreter, target, tuple(choices), scope)
    return values


def _too_many(target: ast.expr, label: str) -> PossibleValues:
    if not isinstance(target, (ast.Tuple, ast.List)):
        return one(Unknown(label, TOO_MANY, (label,)))
    names = [label_of(each) for each in target.elts]
    return one(ListValue(tuple(one(Unknown(name, TOO_MANY, (name,))) for name in names)))
