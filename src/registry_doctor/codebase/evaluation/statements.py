"""Executing statements abstractly, so that the values of names are known at each point. No code is run.

Both branches of an `if` are executed; the values that differ after it are kept apart by their path conditions.
The body of a loop is executed once, with its variable bound to all values of the iteration. Unreachable code is
executed, too: a call in it is a call.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from registry_doctor.codebase.evaluation.assignments import assign, augment, bind_loop, refers_to
from registry_doctor.codebase.evaluation.choices import bounded, conjunctions, one, under
from registry_doctor.codebase.evaluation.conditions import split, split_absent, tested_for_none
from registry_doctor.codebase.evaluation.external_values import marked_all
from registry_doctor.codebase.evaluation.limits import DEEPEST_CONDITION, NAMES_OF_A_STEP
from registry_doctor.codebase.evaluation.names import dotted_name, label_of
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    ALWAYS,
    Class,
    Function,
    Imported,
    ListValue,
    PathCondition,
    PossibleValues,
    Scope,
    Unknown,
)

_Visit = Callable[[Interpreter, Any, Scope], bool]
"""Each takes the one kind of node that it is listed for."""

_End = tuple["dict[str, PossibleValues]", "list[PathCondition]"]


def execute(interpreter: Interpreter, body: Sequence[ast.stmt], scope: Scope) -> bool:
    """Execute a block; returns whether its end is reachable."""
    alive = True
    depth = len(scope.branches)
    for statement in body:
        visit = _VISITS.get(type(statement), _other)
        alive = visit(interpreter, statement, scope) and alive
    del scope.branches[depth:]
    return alive


def _other(interpreter: Interpreter, node: ast.stmt, scope: Scope) -> bool:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            interpreter.evaluate(child, scope)
    return True


def _stop(interpreter: Interpreter, node: ast.stmt, scope: Scope) -> bool:
    _other(interpreter, node, scope)
    return False


def _return(interpreter: Interpreter, node: ast.Return, scope: Scope) -> bool:
    if node.value is not None:
        value = interpreter.evaluate(node.value, scope)
        for branches in scope.branches:
            value = under(value, branches)
        scope.returned.append(value)
    return False


def _assign(interpreter: Interpreter, node: ast.Assign, scope: Scope) -> bool:
    value = interpreter.evaluate(node.value, scope)
    for target in node.targets:
        if isinstance(target, ast.Name) and refers_to(node.value, target.id, scope):
            value = one(Unknown(target.id, f"`{target.id}` is built up in a loop"))
        assign(interpreter, target, value, scope)
    return True


def _annotated(interpreter: Interpreter, node: ast.AnnAssign, scope: Scope) -> bool:
    if node.value is not None:
        assign(interpreter, node.target, interpreter.evaluate(node.value, scope), scope)
    elif isinstance(node.target, ast.Name) and scope.kind == "class":
        name = node.target.id
        scope.bind(name, one(Unknown(name, f"the field `{name}` has no default", (name,))))
    return True


def _augmented(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> bool:
    augment(interpreter, node, scope)
    return True


def _if(interpreter: Interpreter, node: ast.If, scope: Scope) -> bool:
    outside: list[PathCondition] = [ALWAYS]
    ends: list[_End] = []
    left = False

    def branch(body: Sequence[ast.stmt], branches: list[PathCondition]) -> None:
        nonlocal left
        interpreter.spend(len(scope.names) // NAMES_OF_A_STEP)
        before = dict(scope.names)
        if branches:
            scope.branches.append(branches)
        alive = execute(interpreter, body, scope)
        if branches:
            scope.branches.pop()
            left = left or not alive
            if alive:
                ends.append((scope.names, branches))
        scope.names = before

    while True:  # an `elif` is nested in the `else`, and there may be hundreds
        filled = _fills_default(node)
        if filled is not None:
            holds, fails, names = split_absent(interpreter, filled, scope)
        else:
            holds, fails = split(interpreter, node.test, scope)
        before = len(ends)
        branch(node.body, conjunctions(outside, holds))
        if filled is not None and names and len(ends) > before and (name := dotted_name(filled)) is not None:
            bound = ends[-1][0].get(name)
            if bound is not None:
                ends[-1][0][name] = marked_all(bound, names)
        outside = conjunctions(outside, fails)
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
    if left and len(scope.branches) < DEEPEST_CONDITION:
        scope.branches.append([branch for _, branches in ends for branch in branches])
    return True


def _fills_default(node: ast.If) -> ast.expr | None:
    """`if given is None: given = default`: the expression that is tested and then assigned."""
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
    """Bind the names where branches join: each to its values of all branches."""
    first, *others = ends
    if not others:
        scope.names = first[0]
        return
    merged = dict(first[0])
    changed: dict[str, None] = {}
    for names, _ in others:  # most names have the same values at all ends
        changed |= dict.fromkeys(name for name in first[0].keys() - names.keys())
        for name, value in names.items():
            if merged.get(name) is not value:
                changed[name] = None
    for name in changed:
        choices = [
            choice
            for names, branches in ends
            if (each := names.get(name)) is not None
            for choice in under(each, branches)
        ]
        merged[name] = bounded(choices, name.rpartition(".")[2])
    scope.names = merged


def _loop(interpreter: Interpreter, node: ast.For | ast.AsyncFor | ast.While, scope: Scope) -> bool:
    interpreter.spend(len(scope.names) // NAMES_OF_A_STEP)
    before = dict(scope.names)
    surely = False
    scope.loops.append(set())
    if isinstance(node, ast.While):
        interpreter.evaluate(node.test, scope)
    else:
        values = bind_loop(interpreter, node.target, node.iter, scope)
        surely = all(isinstance(choice.value, ListValue) and choice.value.values for choice in values)
    execute(interpreter, node.body, scope)
    scope.loops.pop()
    if not surely:
        _merge(scope, [(scope.names, [frozenset({(id(node), 1)})]), (before, [frozenset({(id(node), 0)})])])
    execute(interpreter, node.orelse, scope)
    return True


def _with(interpreter: Interpreter, node: ast.With | ast.AsyncWith, scope: Scope) -> bool:
    for item in node.items:
        value = interpreter.evaluate(item.context_expr, scope)
        if item.optional_vars is not None:
            assign(interpreter, item.optional_vars, value, scope)
    return execute(interpreter, node.body, scope)


def _try(interpreter: Interpreter, node: ast.Try, scope: Scope) -> bool:
    ends: list[_End] = []
    alive = execute(interpreter, node.body, scope)
    after = scope.names
    scope.names = dict(after)
    alive = execute(interpreter, node.orelse, scope) and alive
    if alive:
        ends.append((scope.names, [frozenset({(id(node), 0)})]))
    for number, handler in enumerate(node.handlers, start=1):
        interpreter.spend(len(after) // NAMES_OF_A_STEP)
        scope.names = dict(after)
        if handler.name:
            scope.bind(handler.name, one(Unknown(handler.name, "it is an exception")))
        if execute(interpreter, handler.body, scope):
            ends.append((scope.names, [frozenset({(id(node), number)})]))
    if ends:
        _merge(scope, ends)
    return execute(interpreter, node.finalbody, scope) and bool(ends)


def _match(interpreter: Interpreter, node: ast.Match, scope: Scope) -> bool:
    interpreter.evaluate(node.subject, scope)
    before = scope.names
    ends: list[_End] = []
    for number, case in enumerate(node.cases):
        interpreter.spend(len(before) // NAMES_OF_A_STEP)
        scope.names = dict(before)
        branch: list[PathCondition] = [frozenset({(id(node), number)})]
        for pattern in ast.walk(case.pattern):
            name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
            if isinstance(name, str):
                scope.bind(name, one(Unknown(name, f"`{name}` is bound by a pattern", (name,))))
        if case.guard is not None:
            interpreter.evaluate(case.guard, scope)
        scope.branches.append(branch)
        if execute(interpreter, case.body, scope):
            ends.append((scope.names, branch))
        scope.branches.pop()
    ends.append((before, [frozenset({(id(node), len(node.cases))})]))
    last = node.cases[-1].pattern
    if isinstance(last, ast.MatchAs) and last.pattern is None and len(ends) > 1:
        ends.pop()  # `case _` matches every other value
    _merge(scope, ends)
    return True


def _function(interpreter: Interpreter, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> bool:
    for expression in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
        if expression is not None:
            interpreter.evaluate(expression, scope)
    if scope.kind == "module" and any(_is_marimo_cell(each) for each in node.decorator_list):
        execute(interpreter, node.body, scope)  # the cells of a marimo notebook share their names
        interpreter.record_executed(node, scope)
        return True
    function = Function(node, scope, scope.owner)
    scope.bind(node.name, one(function))
    interpreter.record_function(function)
    return True


def _is_marimo_cell(decorator: ast.expr) -> bool:
    plain = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(plain, ast.Attribute) and plain.attr == "cell" and label_of(plain.value) == "app"


def _class(interpreter: Interpreter, node: ast.ClassDef, scope: Scope) -> bool:
    for expression in (*node.decorator_list, *(keyword.value for keyword in node.keywords)):
        interpreter.evaluate(expression, scope)
    bases = tuple(choice.value for base in node.bases for choice in interpreter.evaluate(base, scope))
    inner = Scope(scope.module, scope, "class", function=scope.function)
    inner.owner = Class(node, inner, bases)
    execute(interpreter, node.body, inner)
    scope.bind(node.name, one(inner.owner))
    return True


def _import(_: Interpreter, node: ast.Import, scope: Scope) -> bool:
    for alias in node.names:
        bound = alias.asname or alias.name.partition(".")[0]
        scope.bind(bound, one(Imported(alias.name, 0, None, whole=alias.asname is not None)))
    return True


def _import_from(_: Interpreter, node: ast.ImportFrom, scope: Scope) -> bool:
    for alias in node.names:
        if alias.name == "*":
            scope.module.stars.append((node.module or "", node.level))
        else:
            scope.bind(alias.asname or alias.name, one(Imported(node.module or "", node.level, alias.name)))
    return True


def _delete(interpreter: Interpreter, node: ast.Delete, scope: Scope) -> bool:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
        else:
            interpreter.evaluate(target, scope)
    return True


_VISITS: dict[type[ast.stmt], _Visit] = {
    ast.Return: _return, ast.Raise: _stop, ast.Continue: _stop, ast.Break: _stop, ast.Assign: _assign, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.If: _if, ast.For: _loop, ast.AsyncFor: _loop, ast.While: _loop, ast.With: _with, ast.AsyncWith: _with,
    ast.Try: _try, ast.Match: _match, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function, ast.ClassDef: _class,
    ast.Import: _import, ast.ImportFrom: _import_from, ast.Delete: _delete,
}  # fmt: skip
if (_try_star := getattr(ast, "TryStar", None)) is not None:  # `except*`, from Python 3.11 on
    _VISITS[_try_star] = _try
