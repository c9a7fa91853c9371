"""Binding names, attributes and elements to what is assigned to them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import MOST, TOO_MANY, bounded, combine, on, one, together
from registry_doctor.codebase.evaluation.external_values import plain_text
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import joined, text_of
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


def assign(interpreter: Interpreter, target: ast.expr, value: PossibleValues, scope: Scope) -> None:
    """`target = value`."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for index, each in enumerate(target.elts):
            assign(interpreter, each, _unpacked(value, index, target.elts, label_of(each)), scope)
    elif isinstance(target, ast.Starred):
        assign(interpreter, target.value, one(ListValue((), complete=False)), scope)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(interpreter, target, value, scope)
    elif isinstance(target, ast.Subscript):
        _assign_element(interpreter, target, value, scope)


def _unpacked(value: PossibleValues, index: int, targets: Sequence[ast.expr], label: str) -> PossibleValues:
    starred = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    options: list[PossibleValue] = []
    for option in value:
        thing = option.value
        if isinstance(thing, ListValue) and thing.complete:
            at = index if starred is None or index < starred else index - len(targets) + len(thing.values)
            if (starred is None and len(thing.values) == len(targets)) or (
                starred is not None and 0 <= at < len(thing.values)
            ):
                options += on(thing.values[at], [option.condition])
                continue
        reason = (
            thing.reason if isinstance(thing, Unknown) else f"`{label}` is known only when the program runs"
        )
        options.append(PossibleValue(Unknown(label, reason, (label,)), option.condition))
    return bounded(options, label)


def _assign_attribute(
    interpreter: Interpreter, target: ast.Attribute, value: PossibleValues, scope: Scope
) -> None:
    owners = interpreter.evaluate(target.value, scope)
    dotted = dotted_name(target)
    if dotted is not None:
        scope.bind(dotted, value)
    for branches in scope.branches:
        value = on(value, branches)
    writer = id(scope.function.node) if scope.function is not None else 0
    for option in owners:
        owner = option.value
        if not isinstance(owner, Instance):
            continue
        before = owner.attributes.get(target.attr, ())
        if owner.writers.get(target.attr) == writer and not scope.branches:
            before = ()
        known = tuple(each for each in before if not _nothing(each.value)) if before != value else ()
        owner.attributes[target.attr] = bounded((*known, *value), target.attr)
        owner.writers[target.attr] = writer


def _nothing(thing: Value) -> bool:
    return thing == Constant(None)


def _assign_element(
    interpreter: Interpreter, target: ast.Subscript, value: PossibleValues, scope: Scope
) -> None:
    owner = interpreter.evaluate(target.value, scope)
    key = plain_text(interpreter.evaluate(target.slice, scope))
    name = dotted_name(target.value)
    if name is None or len(owner) != 1:
        return
    thing = owner[0].value
    if isinstance(thing, DictValue):
        known = key is not None and not scope.loops
        entries = (*thing.entries, (key, value)) if key is not None else thing.entries
        scope.names[name] = one(DictValue(entries, thing.complete and known))
    elif isinstance(thing, ListValue):
        scope.names[name] = one(ListValue((*thing.values, value), complete=False))


def augment(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> None:
    """`target += value`."""
    before = interpreter.evaluate(node.target, scope)
    value = interpreter.evaluate(node.value, scope)
    label = label_of(node.target)
    name = dotted_name(node.target)
    if isinstance(node.op, ast.Add) and not _carried(name, scope):
        labels = [label, label_of(node.value)]

        def add(things: Sequence[Value]) -> Value:
            first, second = things
            if isinstance(first, ListValue) and isinstance(second, ListValue):
                return ListValue((*first.values, *second.values), first.complete and second.complete)
            if isinstance(first, TextValue) or isinstance(second, TextValue):
                return joined([text_of(first, labels[0]), text_of(second, labels[1])])
            return Unknown(label, f"`{label}` is computed when the program runs")

        assign(interpreter, node.target, combine([before, value], add, labels), scope)
    else:
        said = "is built up in a loop" if _carried(name, scope) else "is computed when the program runs"
        assign(interpreter, node.target, one(Unknown(label, f"`{label}` {said}")), scope)


def _carried(name: str | None, scope: Scope) -> bool:
    """Whether a name has, in a loop, what an earlier turn of it gave."""
    return bool(scope.loops) and name is not None and name not in scope.loops[-1]


def refers_to(value: ast.expr, name: str, scope: Scope) -> bool:
    """Whether `name = value` goes on, in a loop, from what an earlier turn gave."""
    if not _carried(name, scope):
        return False
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


def bind_loop(interpreter: Interpreter, target: ast.expr, over: ast.expr, scope: Scope) -> PossibleValues:
    """`for target in over`: the target stands for each of the values; returns what is run over."""
    values = interpreter.evaluate(over, scope)
    label = label_of(target)
    options: list[PossibleValue] = []
    for option in values:
        thing = option.value
        members: Sequence[PossibleValues] = ()
        if isinstance(thing, ListValue):
            members = thing.values
        elif isinstance(thing, DictValue):
            members = [
                one(TextValue((LiteralPart(key),)) if isinstance(key, str) else Constant(key))
                for key, _ in thing.entries
            ]
        if not members:
            said = f"`{label}` runs over values that are known only when the program runs"
            options.append(PossibleValue(Unknown(label, said, (label,)), option.condition))
        for way, member in enumerate(members):
            for each in member:
                met = together(option.condition, each.condition)
                if met is not None:
                    options.append(PossibleValue(each.value, met | {(id(target), way)}))
    if len(options) > MOST:
        options = list(_too_many(target, label))
    assign(interpreter, target, tuple(options), scope)
    return values


def _too_many(target: ast.expr, label: str) -> PossibleValues:
    if not isinstance(target, (ast.Tuple, ast.List)):
        return one(Unknown(label, TOO_MANY, (label,)))
    names = [label_of(each) for each in target.elts]
    return one(ListValue(tuple(one(Unknown(name, TOO_MANY, (name,))) for name in names)))
