"""What an expression can stand for: one function for each kind of expression."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

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
from registry_doctor.codebase.evaluation.strings import converted, joined, percent, text_of
from registry_doctor.codebase.evaluation.values import (
    Constant,
    External,
    Items,
    Option,
    Possible,
    Scope,
    Table,
    Text,
    Thing,
    Unknown,
)
from registry_doctor.codebase.source.found import Piece

if TYPE_CHECKING:
    from registry_doctor.codebase.evaluation.interpreter import Reader

    Visit = Callable[[Reader, Any, Scope], Possible]  # each takes the one kind of node it is listed for

COMPUTED = "is computed when the program runs"


def evaluate(reader: Reader, node: ast.expr, scope: Scope) -> Possible:
    """All that the expression can stand for at this point; calls in it are seen on the way."""
    visit = _VISITS.get(type(node))
    if visit is not None:
        return visit(reader, node, scope)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            reader.evaluate(child, scope)
    return one(Unknown(label_of(node), f"`{label_of(node)}` {COMPUTED}"))


def _constant(_: Reader, node: ast.Constant, scope: Scope) -> Possible:
    value = node.value
    if isinstance(value, str):
        return one(Text((Piece(value, scope.module.source.span(node), value),)))
    if value is None or isinstance(value, (int, float)):
        return one(Constant(value))
    return one(Unknown("…", "it is not a text"))


def _name(reader: Reader, node: ast.Name, scope: Scope) -> Possible:
    found = scope.find(node.id)
    if found is None:
        found = from_star(reader, node.id, scope.module)
    if found is None:
        if hasattr(builtins, node.id):
            return one(External(f"builtins.{node.id}"))
        reason = f"`{node.id}` is not assigned in this code"
        return given(reader.supplied, one(Unknown(node.id, reason, (node.id,))), node.id)
    module = scope.module
    if node.id in module.rebound and scope.kind == "function" and found is module.scope.names.get(node.id):
        reason = f"`{node.id}` is bound anew by a function"
        found = one(Unknown(node.id, reason, (node.id,)))
    return given(
        reader.supplied,
        tuple(_called(option, node.id) for option in resolved(reader, found, module)),
        node.id,
    )


def _called(option: Option, name: str) -> Option:
    """What has no name of its own that could be supplied goes by the name of the variable."""
    thing = option.thing
    if isinstance(thing, Unknown) and not thing.names:
        return Option(Unknown(name, thing.reason, (name,), thing.absent), option.choices)
    return option


def _attribute(reader: Reader, node: ast.Attribute, scope: Scope) -> Possible:
    dotted = dotted_name(node)
    if dotted is not None and (found := scope.find(dotted)) is not None:
        return given(reader.supplied, found, node.attr)
    return attribute_of(reader, reader.evaluate(node.value, scope), node.attr)


def attribute_of(reader: Reader, base: Possible, name: str) -> Possible:
    """The attribute of everything that the base can be."""
    options = [
        found for option in base for found in on(attribute(reader, option.thing, name), [option.choices])
    ]
    return given(reader.supplied, bounded(options, name), name)


def _subscript(reader: Reader, node: ast.Subscript, scope: Scope) -> Possible:
    base = reader.evaluate(node.value, scope)
    keys = reader.evaluate(node.slice, scope)
    label = label_of(node)
    options = [
        found
        for option in base
        for key in on(keys, [option.choices])
        for found in on(element(reader, option.thing, key.thing, label, id(node)), [key.choices])
    ]
    return given(reader.supplied, bounded(options, label), label)


def _joined_str(reader: Reader, node: ast.JoinedStr, scope: Scope) -> Possible:
    span = scope.module.source.span(node)
    operands: list[Possible] = []
    labels: list[str] = []
    for index, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            text = str(part.value)
            operands.append(one(Text((Piece(text, span, text, part=index),))))
            labels.append("…")
        elif isinstance(part, ast.FormattedValue):
            operands.append(_written(reader, part, scope))
            labels.append(label_of(part.value))
    return combine(operands, lambda things: joined(_texts(things, labels)), labels)


def _written(reader: Reader, part: ast.FormattedValue, scope: Scope) -> Possible:
    label = label_of(part.value)
    conversion = chr(part.conversion) if part.conversion > 0 else None
    spec = reader.evaluate(part.format_spec, scope) if part.format_spec is not None else one(Text(()))

    def write(things: Sequence[Thing]) -> Thing:
        value, form = things
        known = form.known if isinstance(form, Text) else None
        return converted(value, label, conversion, known) if known is not None else text_of(value, label)

    return combine([reader.evaluate(part.value, scope), spec], write, [label, "…"])


def _texts(things: Sequence[Thing], labels: Sequence[str]) -> list[Text]:
    return [text_of(thing, label) for thing, label in zip(things, labels, strict=True)]


def _binary(reader: Reader, node: ast.BinOp, scope: Scope) -> Possible:
    if isinstance(node.op, ast.Mod):
        return _percent(reader, node, scope)
    operands: list[ast.expr] = []
    rest: ast.expr = node
    while isinstance(rest, ast.BinOp) and type(rest.op) is type(node.op):  # a long sum is deeply nested
        operands.append(rest.right)
        rest = rest.left
    operands.append(rest)
    operands.reverse()
    values = [reader.evaluate(operand, scope) for operand in operands]
    labels = [label_of(operand) for operand in operands]
    if not isinstance(node.op, ast.Add):
        return one(Unknown("…", f"`{ast.unparse(node)[:60]}` {COMPUTED}"))
    return combine(values, lambda things: _sum(things, labels), labels)


def _sum(things: Sequence[Thing], labels: Sequence[str]) -> Thing:
    if any(isinstance(thing, Text) for thing in things):
        return joined(_texts(things, labels))
    lists = [thing for thing in things if isinstance(thing, Items)]
    if len(lists) == len(things):
        return Items(
            tuple(value for each in lists for value in each.values), all(each.complete for each in lists)
        )
    return (
        joined(_texts(things, labels))
        if all(isinstance(thing, (Unknown, External)) for thing in things)
        else Unknown("…", f"it {COMPUTED}")
    )


def _percent(reader: Reader, node: ast.BinOp, scope: Scope) -> Possible:
    right = node.right
    single = not isinstance(right, ast.Tuple)
    listed = [right] if single else right.elts if isinstance(right, ast.Tuple) else []
    values = [reader.evaluate(operand, scope) for operand in (node.left, *listed)]
    labels = [label_of(operand) for operand in (node.left, *listed)]

    def fill(things: Sequence[Thing]) -> Thing:
        template, *arguments = things
        whole: Thing = arguments[0] if single and arguments else Items(tuple(map(one, arguments)))
        names = (
            {str(k): v[0].thing for k, v in whole.entries if len(v) == 1}
            if isinstance(whole, Table)
            else None
        )
        filled = None
        if isinstance(template, Text):
            filled = percent(template, whole, lambda index: labels[min(index + 1, len(labels) - 1)], names)
        return filled or Unknown(labels[0], f"the template of a `%` {COMPUTED}")

    return combine(values, fill, labels)


def _items(reader: Reader, node: ast.Tuple | ast.List | ast.Set, scope: Scope) -> Possible:
    values: list[Possible] = []
    complete = True
    for element_ in node.elts:
        if isinstance(element_, ast.Starred):
            inner = reader.evaluate(element_.value, scope)
            spread = inner[0].thing if len(inner) == 1 else None
            if isinstance(spread, Items):
                values += spread.values
                complete = complete and spread.complete
            else:
                complete = False
        else:
            values.append(reader.evaluate(element_, scope))
    return one(Items(tuple(values), complete))


def _dict(reader: Reader, node: ast.Dict, scope: Scope) -> Possible:
    entries: list[tuple[str | int | float | None, Possible]] = []
    complete = True
    for key, value in zip(node.keys, node.values, strict=True):
        possible = reader.evaluate(value, scope)
        if key is None:
            inner = possible[0].thing if len(possible) == 1 else None
            if isinstance(inner, Table):
                entries += inner.entries
                complete = complete and inner.complete
            else:
                complete = False
            continue
        names = reader.evaluate(key, scope)
        plain = plain_value(names[0].thing) if len(names) == 1 else None
        if plain is not None and (plain[0] is None or isinstance(plain[0], (str, int, float))):
            entries.append((plain[0], possible))
        else:
            complete = False
    return one(Table(tuple(entries), complete))


def _comprehension(
    reader: Reader, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope
) -> Possible:
    inner = Scope(scope.module, scope, "function", function=scope.function)
    inner.worlds = list(scope.worlds)
    for generator in node.generators:
        bind_loop(reader, generator.target, generator.iter, inner)
        for test in generator.ifs:
            reader.evaluate(test, inner)
    if isinstance(node, ast.DictComp):
        reader.evaluate(node.key, inner)
        reader.evaluate(node.value, inner)
        return one(Table((), complete=False))
    values = reader.evaluate(node.elt, inner)
    plain = len(node.generators) == 1 and not node.generators[0].ifs
    place = id(node.generators[0].target)
    ways = sorted({way for option in values for at, way in option.choices if at == place})
    if not plain or not ways:
        return one(Items((values,), complete=False))
    return one(Items(tuple(_on_way(values, place, way) for way in ways)))


def _on_way(values: Possible, place: int, way: int) -> Possible:
    """The values that there are on one way, without mention of it."""
    return tuple(
        Option(option.thing, option.choices - {(place, way)})
        for option in values
        if all(at != place or number == way for at, number in option.choices)
    )


def _walrus(reader: Reader, node: ast.NamedExpr, scope: Scope) -> Possible:
    value = reader.evaluate(node.value, scope)
    scope.bind(node.target.id, value)
    return value


def _inner(reader: Reader, node: ast.Await | ast.Starred, scope: Scope) -> Possible:
    return reader.evaluate(node.value, scope)


def _yield(reader: Reader, node: ast.Yield, scope: Scope) -> Possible:
    if node.value is not None:
        scope.yielded.append(reader.evaluate(node.value, scope))
    return one(Unknown("…", f"it {COMPUTED}"))


def _lambda(reader: Reader, node: ast.Lambda, scope: Scope) -> Possible:
    inner = Scope(scope.module, scope, "function", function=scope.function)
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        reason = f"`{argument.arg}` is a parameter of a lambda"
        inner.names[argument.arg] = one(Unknown(argument.arg, reason, (argument.arg,)))
    reader.evaluate(node.body, inner)
    return one(Unknown("lambda", f"it {COMPUTED}"))


def _call(reader: Reader, node: ast.Call, scope: Scope) -> Possible:
    return reader.call(node, scope)


_VISITS: dict[type[ast.expr], Visit] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript, ast.JoinedStr: _joined_str,
    ast.BinOp: _binary, ast.IfExp: conditional, ast.BoolOp: either, ast.UnaryOp: negation, ast.Compare: comparison, ast.Tuple: _items,
    ast.List: _items, ast.Set: _items, ast.Dict: _dict, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.DictComp: _comprehension, ast.NamedExpr: _walrus, ast.Await: _inner, ast.Starred: _inner,
    ast.Yield: _yield, ast.Lambda: _lambda, ast.Call: _call,
}  # fmt: skip
