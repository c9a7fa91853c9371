"""Going through statements in order, to know what names stand for at each point. Nothing is executed.

Both branches of an `if` are gone through, and what differs after it is kept apart by the way taken; a loop is gone
through once, its variable standing for each of the values it runs over. Code that cannot be reached is read, too:
a call in it is a call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from registry_doctor.codebase.evaluation.assignments import assign, augment, bind_loop, refers_to
from registry_doctor.codebase.evaluation.choices import both as meet
from registry_doctor.codebase.evaluation.choices import bounded, on, one
from registry_doctor.codebase.evaluation.conditions import split, split_absent, tested_for_none
from registry_doctor.codebase.evaluation.external_values import marked_all
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Choices,
    Class,
    Function,
    Imported,
    Items,
    Possible,
    Scope,
    Unknown,
)

if TYPE_CHECKING:
    from registry_doctor.codebase.evaluation.interpreter import Reader

    Visit = Callable[[Reader, Any, Scope], bool]  # each takes the one kind of node it is listed for

_End = tuple["dict[str, Possible]", "list[Choices]"]


def execute(reader: Reader, body: Sequence[ast.stmt], scope: Scope) -> bool:
    """Go through a block; whether its end is reached."""
    alive = True
    depth = len(scope.worlds)
    for statement in body:
        visit = _VISITS.get(type(statement), _other)
        alive = visit(reader, statement, scope) and alive
    del scope.worlds[depth:]
    return alive


def _other(reader: Reader, node: ast.stmt, scope: Scope) -> bool:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            reader.evaluate(child, scope)
    return True


def _stop(reader: Reader, node: ast.stmt, scope: Scope) -> bool:
    _other(reader, node, scope)
    return False


def _return(reader: Reader, node: ast.Return, scope: Scope) -> bool:
    if node.value is not None:
        value = reader.evaluate(node.value, scope)
        for worlds in scope.worlds:
            value = on(value, worlds)
        scope.returned.append(value)
    return False


def _assign(reader: Reader, node: ast.Assign, scope: Scope) -> bool:
    value = reader.evaluate(node.value, scope)
    for target in node.targets:
        if isinstance(target, ast.Name) and refers_to(node.value, target.id, scope):
            value = one(Unknown(target.id, f"`{target.id}` is built up in a loop"))
        assign(reader, target, value, scope)
    return True


def _annotated(reader: Reader, node: ast.AnnAssign, scope: Scope) -> bool:
    if node.value is not None:
        assign(reader, node.target, reader.evaluate(node.value, scope), scope)
    elif isinstance(node.target, ast.Name) and scope.kind == "class":
        name = node.target.id
        scope.bind(name, one(Unknown(name, f"the field `{name}` has no default", (name,))))
    return True


def _augmented(reader: Reader, node: ast.AugAssign, scope: Scope) -> bool:
    augment(reader, node, scope)
    return True


def _if(reader: Reader, node: ast.If, scope: Scope) -> bool:
    outside: list[Choices] = [ALWAYS]
    ends: list[_End] = []
    left = False

    def branch(body: Sequence[ast.stmt], worlds: list[Choices]) -> None:
        nonlocal left
        before = dict(scope.names)
        if worlds:
            scope.worlds.append(worlds)
        alive = execute(reader, body, scope)
        if worlds:
            scope.worlds.pop()
            left = left or not alive
            if alive:
                ends.append((scope.names, worlds))
        scope.names = before

    while True:  # an `elif` is nested in the `else`, and there may be hundreds
        filled = _fills_default(node)
        if filled is not None:
            holds, fails, names = split_absent(reader, filled, scope)
        else:
            holds, fails = split(reader, node.test, scope)
        before = len(ends)
        branch(node.body, meet(outside, holds))
        if filled is not None and names and len(ends) > before and (name := dotted_name(filled)) is not None:
            bound = ends[-1][0].get(name)
            if bound is not None:
                ends[-1][0][name] = marked_all(bound, names)
        outside = meet(outside, fails)
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            break
        node = node.orelse[0]
    if node.orelse:
        branch(node.orelse, outside)
    elif outside:
        ends.append((scope.names, outside))
    if not ends:
        return False
    _merge(scope, ends)
    if left:
        scope.worlds.append([world for _, worlds in ends for world in worlds])
    return True


def _fills_default(node: ast.If) -> ast.expr | None:
    """`if given is None: given = default`: the name that is tested and then assigned."""
    tested = tested_for_none(node.test)
    if tested is None or not tested[1]:
        return None
    for statement in node.body:
        if (
            isinstance(statement, ast.Assign)
            and len(statement.targets) == 1
            and dotted_name(statement.targets[0]) == tested[0]
        ):
            return statement.targets[0]
    return None


def _merge(scope: Scope, ends: Sequence[_End]) -> None:
    """What names stand for where several ways meet again."""
    first, *others = ends
    if not others:
        scope.names = first[0]
        return
    merged: dict[str, Possible] = {}
    for name in dict.fromkeys(name for names, _ in ends for name in names):
        values = [(names.get(name), worlds) for names, worlds in ends]
        value = values[0][0]
        if value is None or any(each is not value for each, _ in values):
            options = [option for each, worlds in values if each is not None for option in on(each, worlds)]
            value = bounded(options, name.rpartition(".")[2])
        merged[name] = value
    scope.names = merged


def _loop(reader: Reader, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> bool:
    before = dict(scope.names)
    surely = False
    scope.loops.append(set())
    if isinstance(node, ast.While):
        reader.evaluate(node.test, scope)
    else:
        values = bind_loop(reader, node.target, node.iter, scope)
        surely = all(isinstance(option.thing, Items) and option.thing.values for option in values)
    execute(reader, node.body, scope)
    scope.loops.pop()
    if not surely:
        _merge(scope, [(scope.names, [frozenset({(id(node), 1)})]), (before, [frozenset({(id(node), 0)})])])
    execute(reader, node.orelse, scope)
    return True


def _with(reader: Reader, node: ast.With | ast.AsyncWith, scope: Scope) -> bool:
    for item in node.items:
        value = reader.evaluate(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(reader, item.optional_vars, value, scope)
    return execute(reader, node.body, scope)


def _try(reader: Reader, node: ast.Try, scope: Scope) -> bool:
    ends: list[_End] = []
    alive = execute(reader, node.body, scope)
    after = scope.names
    scope.names = dict(after)
    alive = execute(reader, node.orelse, scope) and alive
    if alive:
        ends.append((scope.names, [frozenset({(id(node), 0)})]))
    for number, handler in enumerate(node.handlers, start=1):
        scope.names = dict(after)
        if handler.name:
            scope.bind(handler.name, one(Unknown(handler.name, "it is an exception")))
        if execute(reader, handler.body, scope):
            ends.append((scope.names, [frozenset({(id(node), number)})]))
    if ends:
        _merge(scope, ends)
    return execute(reader, node.finalbody, scope) and bool(ends)


def _match(reader: Reader, node: ast.Match, scope: Scope) -> bool:
    reader.evaluate(node.subject, scope)
    before = scope.names
    ends: list[_End] = []
    for number, case in enumerate(node.cases):
        scope.names = dict(before)
        world: list[Choices] = [frozenset({(id(node), number)})]
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(name, str):
                scope.bind(name, one(Unknown(name, f"`{name}` is bound by a pattern", (name,))))
        if case.guard is not None:
            reader.evaluate(case.guard, scope)
        scope.worlds.append(world)
        if execute(reader, case.body, scope):
            ends.append((scope.names, world))
        scope.worlds.pop()
    ends.append((before, [frozenset({(id(node), len(node.cases))})]))
    last = node.cases[-1].pattern
    if isinstance(last, ast.MatchAs) and last.pattern is None and len(ends) > 1:
        ends.pop()  # `case _` leaves nothing over
    _merge(scope, ends)
    return True


def _function(reader: Reader, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> bool:
    for expression in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
        if expression is not None:
            reader.evaluate(expression, scope)
    if scope.kind == "module" and any(_is_marimo_cell(each) for each in node.decorator_list):
        execute(reader, node.body, scope)  # the cells of a marimo notebook share their names
        reader.read_in_place(node, scope)
        return True
    function = Function(node, scope, scope.owner)
    scope.bind(node.name, one(function))
    reader.define(function)
    return True


def _is_marimo_cell(decorator: ast.expr) -> bool:
    plain = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(plain, ast.Attribute) and plain.attr == "cell" and label_of(plain.value) == "app"


def _class(reader: Reader, node: ast.ClassDef, scope: Scope) -> bool:
    for expression in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
        reader.evaluate(expression, scope)
    bases = tuple(option.thing for base in node.bases for option in reader.evaluate(base, scope))
    inner = Scope(scope.module, scope, "class", function=scope.function)
    inner.owner = Class(node, inner, bases)
    execute(reader, node.body, inner)
    scope.bind(node.name, one(inner.owner))
    return True


def _import(_: Reader, node: ast.Import, scope: Scope) -> bool:
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        scope.bind(bound, one(Imported(alias.name, 0, None, whole=alias.asname is not None)))
    return True


def _import_from(_: Reader, node: ast.ImportFrom, scope: Scope) -> bool:
    for alias in node.names:
        if alias.name == "*":
            scope.module.stars.append((node.module or "", node.level))
        else:
            scope.bind(alias.asname or alias.name, one(Imported(node.module or "", node.level, alias.name)))
    return True


def _delete(reader: Reader, node: ast.Delete, scope: Scope) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
        else:
            reader.evaluate(target, scope)
    return True


_VISITS: dict[type[ast.stmt], Visit] = {
    ast.Return: _return, ast.Raise: _stop, ast.Continue: _stop, ast.Break: _stop, ast.Assign: _assign, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.If: _if, ast.For: _loop, ast.AsyncFor: _loop, ast.While: _loop, ast.With: _with, ast.AsyncWith: _with,
    ast.Try: _try, ast.Match: _match, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function, ast.ClassDef: _class,
    ast.Import: _import, ast.ImportFrom: _import_from, ast.Delete: _delete,
}  # fmt: skip
if (_try_star := getattr(ast, "TryStar", None)) is not None:  # `except*`, from Python 3.11 on
    _VISITS[_try_star] = _try
