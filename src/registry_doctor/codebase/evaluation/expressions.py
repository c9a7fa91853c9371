"""What an expression can stand for: one function for each kind of expression."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any

from registry_doctor.codebase.evaluation.assignments import bind_loop
from registry_doctor.codebase.evaluation.attributes import attribute, element
from registry_doctor.codebase.evaluation.choices import bounded, combine, on, one
from registry_doctor.codebase.evaluation.conditions import (
    comparison,
    conditional,
    either,
    negation,
    plain_value,
)
from registry_doctor.codebase.evaluation.names import dotted_name, from_star, given, label_of, resolved
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import converted, joined, percent, text_of
from registry_doctor.codebase.evaluation.values import (
    Constant,
    DictValue,
    External,
    ListValue,
    PossibleValue,
    PossibleValues,
    Scope,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart

_Visit = Callable[[Interpreter, Any, Scope], PossibleValues]
"""Each takes the one kind of node that it is listed for."""

COMPUTED = "is computed when the program runs"


def evaluate(interpreter: Interpreter, node: ast.expr, scope: Scope) -> PossibleValues:
    """All that the expression can stand for at this point; calls in it are seen on the way."""
    visit = _VISITS.get(type(node))
    if visit is not None:
        return visit(interpreter, node, scope)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            interpreter.evaluate(child, scope)
    return one(Unknown(label_of(node), f"`{label_of(node)}` {COMPUTED}"))


def _constant(_: Interpreter, node: ast.Constant, scope: Scope) -> PossibleValues:
    value = node.value
    if isinstance(value, str):
        return one(TextValue((LiteralPart(value, scope.module.source.span(node), value),)))
    if value is None or isinstance(value, (int, float)):
        return one(Constant(value))
    return one(Unknown("…", "it is not a text"))


def _name(interpreter: Interpreter, node: ast.Name, scope: Scope) -> PossibleValues:
    found = scope.find(node.id)
    if found is None:
        found = from_star(interpreter, node.id, scope.module)
    if found is None:
        if hasattr(builtins, node.id):
            return one(External(f"builtins.{node.id}"))
        reason = f"`{node.id}` is not assigned in this code"
        return given(interpreter.supplied, one(Unknown(node.id, reason, (node.id,))), node.id)
    module = scope.module
    if node.id in module.rebound and scope.kind == "function" and found is module.scope.names.get(node.id):
        reason = f"`{node.id}` is bound anew by a function"
        found = one(Unknown(node.id, reason, (node.id,)))
    return given(
        interpreter.supplied,
        tuple(_called(option, node.id) for option in resolved(interpreter, found, module)),
        node.id,
    )


def _called(option: PossibleValue, name: str) -> PossibleValue:
    """What has no name of its own that could be supplied goes by the name of the variable."""
    thing = option.value
    if isinstance(thing, Unknown) and not thing.names:
        return PossibleValue(Unknown(name, thing.reason, (name,), thing.absent), option.condition)
    return option


def _attribute(interpreter: Interpreter, node: ast.Attribute, scope: Scope) -> PossibleValues:
    dotted = dotted_name(node)
    if dotted is not None and (found := scope.find(dotted)) is not None:
        return given(interpreter.supplied, found, node.attr)
    return attribute_of(interpreter, interpreter.evaluate(node.value, scope), node.attr)


def attribute_of(interpreter: Interpreter, base: PossibleValues, name: str) -> PossibleValues:
    """The attribute of everything that the base can be."""
    options = [
        found
        for option in base
        for found in on(attribute(interpreter, option.value, name), [option.condition])
    ]
    return given(interpreter.supplied, bounded(options, name), name)


def _subscript(interpreter: Interpreter, node: ast.Subscript, scope: Scope) -> PossibleValues:
    base = interpreter.evaluate(node.value, scope)
    keys = interpreter.evaluate(node.slice, scope)
    label = label_of(node)
    options = [
        found
        for option in base
        for key in on(keys, [option.condition])
        for found in on(element(interpreter, option.value, key.value, label, id(node)), [key.condition])
    ]
    return given(interpreter.supplied, bounded(options, label), label)


def _joined_str(interpreter: Interpreter, node: ast.JoinedStr, scope: Scope) -> PossibleValues:
    span = scope.module.source.span(node)
    operands: list[PossibleValues] = []
    labels: list[str] = []
    for index, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            text = str(part.value)
            operands.append(one(TextValue((LiteralPart(text, span, text, part=index),))))
            labels.append("…")
        elif isinstance(part, ast.FormattedValue):
            operands.append(_written(interpreter, part, scope))
            labels.append(label_of(part.value))
    return combine(operands, lambda things: joined(_texts(things, labels)), labels)


def _written(interpreter: Interpreter, part: ast.FormattedValue, scope: Scope) -> PossibleValues:
    label = label_of(part.value)
    conversion = chr(part.conversion) if part.conversion > 0 else None
    spec = (
        interpreter.evaluate(part.format_spec, scope) if part.format_spec is not None else one(TextValue(()))
    )

    def write(things: Sequence[Value]) -> Value:
        value, form = things
        known = form.known if isinstance(form, TextValue) else None
        return converted(value, label, conversion, known) if known is not None else text_of(value, label)

    return combine([interpreter.evaluate(part.value, scope), spec], write, [label, "…"])


def _texts(things: Sequence[Value], labels: Sequence[str]) -> list[TextValue]:
    return [text_of(thing, label) for thing, label in zip(things, labels, strict=True)]


def _binary(interpreter: Interpreter, node: ast.BinOp, scope: Scope) -> PossibleValues:
    if isinstance(node.op, ast.Mod):
        return _percent(interpreter, node, scope)
    operands: list[ast.expr] = []
    rest: ast.expr = node
    while isinstance(rest, ast.BinOp) and type(rest.op) is type(node.op):  # a long sum is deeply nested
        operands.append(rest.right)
        rest = rest.left
    operands.append(rest)
    operands.reverse()
    values = [interpreter.evaluate(operand, scope) for operand in operands]
    labels = [label_of(operand) for operand in operands]
    if not isinstance(node.op, ast.Add):
        return one(Unknown("…", f"`{ast.unparse(node)[:60]}` {COMPUTED}"))
    return combine(values, lambda things: _sum(things, labels), labels)


def _sum(things: Sequence[Value], labels: Sequence[str]) -> Value:
    if any(isinstance(thing, TextValue) for thing in things):
        return joined(_texts(things, labels))
    lists = [thing for thing in things if isinstance(thing, ListValue)]
    if len(lists) == len(things):
        return ListValue(
            tuple(value for each in lists for value in each.values), all(each.complete for each in lists)
        )
    return (
        joined(_texts(things, labels))
        if all(isinstance(thing, (Unknown, External)) for thing in things)
        else Unknown("…", f"it {COMPUTED}")
    )


def _percent(interpreter: Interpreter, node: ast.BinOp, scope: Scope) -> PossibleValues:
    right = node.right
    single = not isinstance(right, ast.Tuple)
    listed = [right] if single else right.elts if isinstance(right, ast.Tuple) else []
    values = [interpreter.evaluate(operand, scope) for operand in (node.left, *listed)]
    labels = [label_of(operand) for operand in (node.left, *listed)]

    def fill(things: Sequence[Value]) -> Value:
        template, *arguments = things
        whole: Value = arguments[0] if single and arguments else ListValue(tuple(map(one, arguments)))
        names = (
            {str(k): v[0].value for k, v in whole.entries if len(v) == 1}
            if isinstance(whole, DictValue)
            else None
        )
        filled = None
        if isinstance(template, TextValue):
            filled = percent(template, whole, lambda index: labels[min(index + 1, len(labels) - 1)], names)
        return filled or Unknown(labels[0], f"the template of a `%` {COMPUTED}")

    return combine(values, fill, labels)


def _items(interpreter: Interpreter, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> PossibleValues:
    values: list[PossibleValues] = []
    complete = True
    for element_ in node.elts:
        if isinstance(element_, ast.Starred):
            inner = interpreter.evaluate(element_.value, scope)
            spread = inner[0].value if len(inner) == 1 else None
            if isinstance(spread, ListValue):
                values += spread.values
                complete = complete and spread.complete
            else:
                complete = False
        else:
            values.append(interpreter.evaluate(element_, scope))
    return one(ListValue(tuple(values), complete))


def _dict(interpreter: Interpreter, node: ast.Dict, scope: Scope) -> PossibleValues:
    entries: list[tuple[str | int | float | None, PossibleValues]] = []
    complete = True
    for key, value in zip(node.keys, node.values, strict=True):
        possible = interpreter.evaluate(value, scope)
        if key is None:
            inner = possible[0].value if len(possible) == 1 else None
            if isinstance(inner, DictValue):
                entries += inner.entries
                complete = complete and inner.complete
            else:
                complete = False
            continue
        names = interpreter.evaluate(key, scope)
        plain = plain_value(names[0].value) if len(names) == 1 else None
        if plain is not None and (plain[0] is None or isinstance(plain[0], (str, int, float))):
            entries.append((plain[0], possible))
        else:
            complete = False
    return one(DictValue(tuple(entries), complete))


def _comprehension(
    interpreter: Interpreter, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
) -> PossibleValues:
    inner = Scope(scope.module, scope, "function", function=scope.function)
    inner.branches = list(scope.branches)
    for generator in node.generators:
        bind_loop(interpreter, generator.target, generator.iter, inner)
        for test in generator.ifs:
            interpreter.evaluate(test, inner)
    if isinstance(node, ast.DictComp):
        interpreter.evaluate(node.key, inner)
        interpreter.evaluate(node.value, inner)
        return one(DictValue((), complete=False))
    values = interpreter.evaluate(node.elt, inner)
    plain = len(node.generators) == 1 and not node.generators[0].ifs
    place = id(node.generators[0].target)
    ways = sorted({way for option in values for at, way in option.condition if at == place})
    if not plain or not ways:
        return one(ListValue((values,), complete=False))
    return one(ListValue(tuple(_on_way(values, place, way) for way in ways)))


def _on_way(values: PossibleValues, place: int, way: int) -> PossibleValues:
    """The values that there are on one way, without mention of it."""
    return tuple(
        PossibleValue(option.value, option.condition - {(place, way)})
        for option in values
        if all(at != place or number == way for at, number in option.condition)
    )


def _walrus(interpreter: Interpreter, node: ast.NamedExpr, scope: Scope) -> PossibleValues:
    value = interpreter.evaluate(node.value, scope)
    scope.bind(node.target.id, value)
    return value


def _inner(interpreter: Interpreter, node: ast.Await | ast.Starred, scope: Scope) -> PossibleValues:
    return interpreter.evaluate(node.value, scope)


def _yield(interpreter: Interpreter, node: ast.Yield, scope: Scope) -> PossibleValues:
    if node.value is not None:
        scope.yielded.append(interpreter.evaluate(node.value, scope))
    return one(Unknown("…", f"it {COMPUTED}"))


def _lambda(interpreter: Interpreter, node: ast.Lambda, scope: Scope) -> PossibleValues:
    inner = Scope(scope.module, scope, "function", function=scope.function)
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        reason = f"`{argument.arg}` is a parameter of a lambda"
        inner.names[argument.arg] = one(Unknown(argument.arg, reason, (argument.arg,)))
    interpreter.evaluate(node.body, inner)
    return one(Unknown("lambda", f"it {COMPUTED}"))


def _call(interpreter: Interpreter, node: ast.Call, scope: Scope) -> PossibleValues:
    return interpreter.call(node, scope)


_VISITS: dict[type[ast.expr], _Visit] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript, ast.JoinedStr: _joined_str,
    ast.BinOp: _binary, ast.IfExp: conditional, ast.BoolOp: either, ast.UnaryOp: negation, ast.Compare: comparison, ast.Tuple: _items,
    ast.List: _items, ast.Set: _items, ast.Dict: _dict, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.DictComp: _comprehension, ast.NamedExpr: _walrus, ast.Await: _inner, ast.Starred: _inner,
    ast.Yield: _yield, ast.Lambda: _lambda, ast.Call: _call,
}  # fmt: skip
