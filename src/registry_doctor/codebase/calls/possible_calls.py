"""Whether a syntax tree can contain a call to wandb, seen without working out any value. Most files cannot.

A file is worth interpreting if it uses one of the methods: an attribute of that name that is called or passed on, a
name imported under it, `getattr` with a name that is not written there. An attribute that is only taken apart
(`run.artifact.name`), compared, tested or written into a text cannot become a call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from registry_doctor.codebase.evaluation.wandb_signatures import SIGNATURES

_METHODS = frozenset(SIGNATURES)
_LEAVES = frozenset(
    {ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal}
)
_NOT_EVALUATED = frozenset({"annotation", "returns"})


def may_call(tree: ast.AST, *, directly: bool = True) -> bool:
    """Whether the code uses a method of wandb that takes a path, under whatever name. Stops at the first use.

    Without `directly`, it is whether the code gives such a method to others: as a name, an attribute or the result of
    a function. A call such as `run.link_artifact(…)` does not count then, nor does a method that is passed to a
    function, and `getattr` needs the name of a method, or a part of it with an underscore, as a text in the same code.
    """
    unknown_names = directly or _names_a_method(tree)
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is ast.Name:
            if node.id == "getattr" and unknown_names:
                return True
        elif kind is ast.Attribute:
            if node.attr in _METHODS and type(node.ctx) is ast.Load:
                return True
            stack.append(_taken_apart(node.value))
        elif kind is ast.Call:
            if not directly and type(node.func) is ast.Attribute and node.func.attr in _METHODS:
                stack.append(_taken_apart(node.func))
            elif not _is_harmless_getattr(node):
                stack.append(node.func)
            handed = (*node.args, *[keyword.value for keyword in node.keywords])
            stack += handed if directly or _is_partial(node.func) else map(_taken_apart, handed)
        elif kind in _TAKING_APART:
            for name in _TAKING_APART[kind]:
                part = getattr(node, name)
                stack += map(_taken_apart, part) if isinstance(part, list) else [_taken_apart(part)]
            if kind is ast.FormattedValue and node.format_spec is not None:
                stack.append(node.format_spec)
        elif kind is ast.ImportFrom or kind is ast.Import:
            of_wandb = directly or getattr(node, "module", "wandb") == "wandb"
            if of_wandb and any(alias.name.rpartition(".")[2] in _METHODS for alias in node.names):
                return True
        elif kind in _TESTING:
            stack += _tested(node.test)
            for name in _TESTING[kind]:
                part = getattr(node, name)
                stack += part if isinstance(part, list) else [part]
        else:
            stack += _below(node)
    return False


_TAKING_APART: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Expr: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.Compare: ("left", "comparators"),
    ast.FormattedValue: ("value",),
    ast.BinOp: ("left", "right"),
}
"""By the kind of node: the parts whose own value is not passed on."""

_TESTING: dict[type[ast.AST], tuple[str, ...]] = {
    ast.If: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.IfExp: ("body", "orelse"),
}
"""By the kind of node: the parts beside its test."""


def _below(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in vars(node).items():
        if type(value) is list:
            for each in value:
                if isinstance(each, ast.AST):
                    yield each
        elif isinstance(value, ast.AST) and type(value) not in _LEAVES and name not in _NOT_EVALUATED:
            yield value


def _taken_apart(node: ast.expr) -> ast.expr:
    """What can still contain a call, of an expression whose own value is not passed on."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def _tested(test: ast.expr) -> Iterator[ast.expr]:
    stack = [test]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.BoolOp):
            stack += node.values
        elif isinstance(node, ast.UnaryOp):
            stack.append(node.operand)
        else:
            yield _taken_apart(node)


def _is_partial(function: ast.expr) -> bool:
    """Whether it is `functools.partial`, which returns the method that it is given."""
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("partial", "partialmethod")


def _names_a_method(tree: ast.AST) -> bool:
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return any(_is_part_of_a_method(text) for text in texts if isinstance(text, str))


def _is_part_of_a_method(text: str) -> bool:
    """Whether a method's name begins or ends with it. Without an underscore it may be an everyday word, such as `link`."""
    return "_" in text and any(name.startswith(text) or name.endswith(text) for name in _METHODS)


def _is_harmless_getattr(node: ast.Call) -> bool:
    """Whether it is `getattr(value, "name")` with another name than those of the methods."""
    if not (isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) > 1):
        return False
    name = node.args[1]
    return isinstance(name, ast.Constant) and name.value not in _METHODS
