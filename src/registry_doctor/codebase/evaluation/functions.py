"""Parameters of functions, and the order in which the functions of a module are executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from registry_doctor.codebase.evaluation.choices import TOO_MANY, bounded, one, under
from registry_doctor.codebase.evaluation.external_values import click_parameters, with_default
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    Class,
    DictValue,
    Function,
    Instance,
    ListValue,
    PossibleValue,
    PossibleValues,
    Scope,
    Unknown,
)

Definition: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"


def parameters(interpreter: Interpreter, function: Function, callers: Sequence[Arguments]) -> Scope:
    """A scope for the body: the parameters bound to what callers in the code base pass, else to their defaults."""
    node = function.node
    scope = Scope(function.scope.module, function.scope, "function", function=function)
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, ast.expr] = {}
    for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        defaults[argument.arg] = default
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword_default is not None:
            defaults[argument.arg] = keyword_default
    by_click = click_parameters(interpreter, node.decorator_list, function.scope)
    skip = 0
    if function.owner is not None and positional and not _decorated(node, "staticmethod"):
        skip = 1
        scope.names[positional[0].arg] = one(_self(function, function.owner))
    for index, argument in enumerate((*positional[skip:], *arguments.kwonlyargs)):
        name = argument.arg
        outside = (by_click or {}).get(name)
        if outside is None:
            reason = f"`{name}` is a parameter of `{node.name}`"
            given = interpreter.evaluate(defaults[name], function.scope) if name in defaults else None
            outside = with_default(interpreter, name, given, reason, absent=name in defaults)
        position = index if index < len(positional) - skip else None
        interpreter.spend(len(callers) // 4)
        scope.names[name] = _from_callers(node, name, position, callers, outside)
    if arguments.vararg is not None:
        scope.names[arguments.vararg.arg] = one(ListValue((), complete=False))
    if arguments.kwarg is not None:
        scope.names[arguments.kwarg.arg] = one(DictValue((), complete=False))
    return scope


def _self(function: Function, owner: Class) -> Class | Instance:
    if _decorated(function.node, "classmethod"):
        return owner
    return function.bound or Instance(owner, owner.attributes, owner.writers)


def _from_callers(
    node: Definition, name: str, position: int | None, callers: Sequence[Arguments], outside: PossibleValues
) -> PossibleValues:
    given = [_passed(each, position, name) or outside for each in callers]
    if not given:
        return outside
    if all(each == given[0] for each in given):
        return given[0]
    choices = (
        PossibleValue(choice.value, choice.condition | {(id(node), branch)})
        for branch, each in enumerate(given)
        for choice in each
    )
    found = bounded(choices, name)
    return (
        one(Unknown(name, TOO_MANY, (name,)))
        if len(found) == 1 and isinstance(found[0].value, Unknown)
        else found
    )


def _passed(arguments: Arguments, position: int | None, name: str) -> PossibleValues | None:
    found = arguments.get(position, name)
    if found is None and arguments.more is not None:
        return one(Unknown(name, f"it is passed by `{arguments.more}`", (name,)))
    return found


def _decorated(node: Definition, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in node.decorator_list)


def given_by(scope: Scope, node: Definition) -> PossibleValues | None:
    """The values that a call returns, after the body was executed; for a generator, all that it yields."""
    found = bounded([choice for each in scope.returned for choice in each], f"{node.name}()")
    if not scope.yielded:
        return found or None
    yielded = bounded([choice for each in scope.yielded for choice in each], f"{node.name}()")
    names = [ast.unparse(each) for each in node.decorator_list]
    if any("contextmanager" in each or "fixture" in each for each in names):
        return yielded
    return one(ListValue((yielded,), complete=False))


def gives_something(node: Definition) -> bool:
    """Whether a function returns or yields anything, or sets up an object; kept with the function's node."""
    known = getattr(node, "gives_something", None)
    if known is None:
        known = _gives_something(node)
        setattr(node, "gives_something", known)  # noqa: B010 - a node has no such attribute of its own
    return bool(known)


def _gives_something(node: Definition) -> bool:
    if node.name in ("__init__", "__post_init__"):
        return True
    stack: list[ast.AST] = list(node.body)
    while stack:
        each = stack.pop()
        if isinstance(each, (ast.Yield, ast.YieldFrom)) or (
            isinstance(each, ast.Return) and each.value is not None
        ):
            return True
        if not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack += ast.iter_child_nodes(each)
    return False


def within(arguments: Arguments, scope: Scope) -> Arguments:
    """The arguments, without the values that are impossible at the point of the call."""
    if not scope.branches:
        return arguments

    def narrow(choices: PossibleValues) -> PossibleValues:
        for branches in scope.branches:
            choices = under(choices, branches) or choices
        return choices

    keywords = {name: narrow(value) for name, value in arguments.keywords.items()}
    return Arguments(tuple(map(narrow, arguments.positional)), keywords, arguments.more)


def callers_first(tree: ast.Module) -> list[Definition]:
    """All functions, each after its callers where that is possible, `__init__` before other methods.

    A method that sets attributes comes before those that only read them, and a nested function after the one it is in.
    """
    found = _functions(tree)
    named: dict[str, list[Definition]] = {}
    inner: dict[int, list[Definition]] = {}
    facts = {id(each.node): each for each in found}
    for each in found:
        named.setdefault(each.node.name, []).append(each.node)
        if each.holder is not None:
            inner.setdefault(id(each.holder.node), []).append(each.node)
    below = {name: iter(each) for name, each in named.items()}
    order: list[Definition] = []
    seen: set[int] = set()
    for root in sorted(found, key=_late, reverse=True):
        _visit(root.node, below, facts, inner, seen, order)
    order.reverse()
    return order


@dataclass
class _Facts:
    """What the order of functions depends on."""

    node: Definition
    holder: _Facts | None
    """The function that encloses it."""
    calls: set[str] = field(default_factory=set)
    sets: bool = False


def _visit(
    root: Definition,
    named: dict[str, Iterator[Definition]],
    facts: dict[int, _Facts],
    inner: dict[int, list[Definition]],
    seen: set[int],
    order: list[Definition],
) -> None:
    """Append a function to `order` after those that it calls; the caller reverses the order at the end.

    The functions of one name are taken from one iterator, so that each is looked at once.
    """
    stack: list[tuple[Definition, Iterator[Definition]]] = []

    def enter(function: Definition) -> None:
        if id(function) in seen:
            return
        seen.add(id(function))
        called = (each for name in sorted(facts[id(function)].calls) for each in named.get(name, ()))
        stack.append((function, chain(inner.get(id(function), ()), called)))

    enter(root)
    while stack:
        function, below = stack[-1]
        following = next(below, None)
        if following is None:
            order.append(function)
            stack.pop()
        else:
            enter(following)


def _late(function: _Facts) -> tuple[bool, bool, int, int]:
    node = function.node
    starts = node.name in ("__init__", "__post_init__", "__new__")
    return not starts, not function.sets, node.lineno, node.col_offset


def _functions(tree: ast.AST) -> list[_Facts]:
    """All functions; what is inside a nested function also belongs to those around it."""
    found: list[_Facts] = []
    stack: list[tuple[ast.AST, _Facts | None]] = [(tree, None)]
    while stack:
        node, holder = stack.pop()
        for child in ast.iter_child_nodes(node):
            inside = holder
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inside = _Facts(child, holder)
                found.append(inside)
            elif holder is not None:
                if isinstance(child, ast.Call):
                    holder.calls.add(_called(child.func))
                elif isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store):
                    holder.sets = holder.sets or isinstance(child.value, ast.Name)
            stack.append((child, inside))
    for each in reversed(found):  # a nested function is found after the one that it is in
        if each.holder is not None:
            each.holder.calls |= each.calls
            each.holder.sets = each.holder.sets or each.sets
    return found


def _called(function: ast.expr) -> str:
    return (
        function.attr
        if isinstance(function, ast.Attribute)
        else function.id
        if isinstance(function, ast.Name)
        else ""
    )
