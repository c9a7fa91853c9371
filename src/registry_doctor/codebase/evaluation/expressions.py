"""The values that expressions can have: one function for each kind of expression."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any

from registry_doctor.codebase.evaluation.assignments import bind_loop
from registry_doctor.codebase.evaluation.attributes import attribute, element
from registry_doctor.codebase.evaluation.choices import bounded, combine, list_of, one, steps_for, under
from registry_doctor.codebase.evaluation.conditions import (
    comparison_result,
    conditional,
    either,
    negation,
    plain_value,
)
from registry_doctor.codebase.evaluation.limits import LARGEST_NUMBER
from registry_doctor.codebase.evaluation.names import dotted_name, from_star, given, label_of, resolved
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.strings import as_text, converted, joined, percent
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

_LONGEST_SHOWN = 100

COMPUTED = "is computed when the program runs"


def evaluate(interpreter: Interpreter, node: ast.expr, scope: Scope) -> PossibleValues:
    """The values that an expression can have at this point; the calls in it are evaluated, too."""
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
    if isinstance(value, int) and value > LARGEST_NUMBER:
        return one(Unknown("…", "it is a very large number"))
    if value is None or isinstance(value, (int, float)):
        return one(Constant(value))
    return one(Unknown("…", "it is not a string"))


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
        reason = f"`{node.id}` is bound again by a function"
        found = one(Unknown(node.id, reason, (node.id,)))
    return given(
        interpreter.supplied,
        tuple(_called(choice, node.id) for choice in resolved(interpreter, found, module)),
        node.id,
    )


def _called(choice: PossibleValue, name: str) -> PossibleValue:
    """An unknown value without a name of its own can be supplied by the name of the variable."""
    value = choice.value
    if isinstance(value, Unknown) and not value.names:
        return PossibleValue(Unknown(name, value.reason, (name,), value.absent), choice.condition)
    return choice


def _attribute(interpreter: Interpreter, node: ast.Attribute, scope: Scope) -> PossibleValues:
    dotted = dotted_name(node)
    if dotted is not None and (found := scope.find(dotted)) is not None:
        return given(interpreter.supplied, found, node.attr)
    return attribute_of(interpreter, interpreter.evaluate(node.value, scope), node.attr)


def attribute_of(interpreter: Interpreter, base: PossibleValues, name: str) -> PossibleValues:
    """The attribute of each value of the base."""
    choices = [
        found
        for choice in base
        for found in under(attribute(interpreter, choice.value, name), [choice.condition])
    ]
    return given(interpreter.supplied, bounded(choices, name), name)


def _subscript(interpreter: Interpreter, node: ast.Subscript, scope: Scope) -> PossibleValues:
    base = interpreter.evaluate(node.value, scope)
    keys = interpreter.evaluate(node.slice, scope)
    label = label_of(node)
    choices = [
        found
        for choice in base
        for key in under(keys, [choice.condition])
        for found in under(element(interpreter, choice.value, key.value, label, id(node)), [key.condition])
    ]
    return given(interpreter.supplied, bounded(choices, label), label)


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
    return combine(operands, lambda values: joined(_texts(values, labels)), labels)


def _written(interpreter: Interpreter, part: ast.FormattedValue, scope: Scope) -> PossibleValues:
    label = label_of(part.value)
    conversion = chr(part.conversion) if part.conversion > 0 else None
    spec = (
        interpreter.evaluate(part.format_spec, scope) if part.format_spec is not None else one(TextValue(()))
    )

    def write(values: Sequence[Value]) -> Value:
        value, form = values
        known = form.known if isinstance(form, TextValue) else None
        return converted(value, label, conversion, known) if known is not None else as_text(value, label)

    return combine([interpreter.evaluate(part.value, scope), spec], write, [label, "…"])


def _texts(values: Sequence[Value], labels: Sequence[str]) -> list[TextValue]:
    return [as_text(value, label) for value, label in zip(values, labels, strict=True)]


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
    evaluated = [interpreter.evaluate(operand, scope) for operand in operands]
    labels = [label_of(operand) for operand in operands]
    if not isinstance(node.op, ast.Add):
        return one(Unknown("…", f"`{_written_as(node)}` {COMPUTED}"))
    return combine(evaluated, lambda values: _sum(values, labels), labels)


def _written_as(node: ast.expr) -> str:
    """A short expression as it is written; a long one is not shown."""
    if node.end_col_offset is None or node.end_lineno != node.lineno:
        return "…"
    return ast.unparse(node)[:60] if node.end_col_offset - node.col_offset < _LONGEST_SHOWN else "…"


def _sum(values: Sequence[Value], labels: Sequence[str]) -> Value:
    if any(isinstance(value, TextValue) for value in values):
        return joined(_texts(values, labels))
    lists = [value for value in values if isinstance(value, ListValue)]
    if len(lists) == len(values):
        return list_of(lists)
    return (
        joined(_texts(values, labels))
        if all(isinstance(value, (Unknown, External)) for value in values)
        else Unknown("…", f"it {COMPUTED}")
    )


def _percent(interpreter: Interpreter, node: ast.BinOp, scope: Scope) -> PossibleValues:
    right = node.right
    single = not isinstance(right, ast.Tuple)
    listed = [right] if single else right.elts if isinstance(right, ast.Tuple) else []
    evaluated = [interpreter.evaluate(operand, scope) for operand in (node.left, *listed)]
    labels = [label_of(operand) for operand in (node.left, *listed)]

    def fill(values: Sequence[Value]) -> Value:
        template, *arguments = values
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

    return combine(evaluated, fill, labels)


def _items(interpreter: Interpreter, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> PossibleValues:
    values: list[PossibleValues] = []
    complete = True
    for element_ in node.elts:
        if isinstance(element_, ast.Starred):
            inner = interpreter.evaluate(element_.value, scope)
            interpreter.spend(steps_for(inner))
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
        choices = interpreter.evaluate(value, scope)
        if key is None:
            interpreter.spend(steps_for(choices))
            inner = choices[0].value if len(choices) == 1 else None
            if isinstance(inner, DictValue):
                entries += inner.entries
                complete = complete and inner.complete
            else:
                complete = False
            continue
        names = interpreter.evaluate(key, scope)
        plain = plain_value(names[0].value) if len(names) == 1 else None
        if plain is not None and (plain[0] is None or isinstance(plain[0], (str, int, float))):
            entries.append((plain[0], choices))
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
    branch_point = id(node.generators[0].target)
    branches = sorted({branch for choice in values for at, branch in choice.condition if at == branch_point})
    if not plain or not branches:
        return one(ListValue((values,), complete=False))
    return one(ListValue(tuple(_on_branch(values, branch_point, branch) for branch in branches)))


def _on_branch(values: PossibleValues, branch_point: int, branch: int) -> PossibleValues:
    """The values of one branch, without this branch in their conditions."""
    return tuple(
        PossibleValue(choice.value, choice.condition - {(branch_point, branch)})
        for choice in values
        if all(at != branch_point or number == branch for at, number in choice.condition)
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
    ast.BinOp: _binary, ast.IfExp: conditional, ast.BoolOp: either, ast.UnaryOp: negation, ast.Compare: comparison_result, ast.Tuple: _items,
    ast.List: _items, ast.Set: _items, ast.Dict: _dict, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.DictComp: _comprehension, ast.NamedExpr: _walrus, ast.Await: _inner, ast.Starred: _inner,
    ast.Yield: _yield, ast.Lambda: _lambda, ast.Call: _call,
}  # fmt: skip
