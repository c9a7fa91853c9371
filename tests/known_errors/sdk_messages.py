"""The messages that the installed wandb raises, read from its source without importing it."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("sdk/artifacts", "apis/public")
NAME = "N4ME"
"""What stands for a value that the message contains."""


@dataclass(frozen=True)
class Raised:
    """A message that a module raises; a bare exception class has the empty text."""

    module: str
    exception: str
    text: str


def raised() -> Iterator[Raised]:
    """Every `raise` of the modules about artifacts, registries and the public API."""
    spec = importlib.util.find_spec("wandb")
    assert spec is not None and spec.origin is not None
    root = Path(spec.origin).parent
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*.py")):
            module = file.relative_to(root).as_posix()
            tree = ast.parse(file.read_text(encoding="utf-8"))
            yield from _raised_in(tree, module)


def _raised_in(tree: ast.Module, module: str) -> Iterator[Raised]:
    functions = [
        each
        for each in ast.walk(tree)
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    ]
    names: dict[ast.AST, Mapping[str, tuple[str, ...]]] = {}
    for function in [tree, *functions]:
        texts = _texts_by_name(function)
        for each in ast.walk(function):
            if isinstance(each, ast.Raise):
                names[each] = {**names.get(each, {}), **texts}
    for each, known in names.items():
        assert isinstance(each, ast.Raise)
        if each.exc is None:
            continue
        exception = each.exc.func if isinstance(each.exc, ast.Call) else each.exc
        arguments = each.exc.args if isinstance(each.exc, ast.Call) else []
        said = [text for argument in arguments for text in _texts(argument, known)]
        for text in said or [""]:
            yield Raised(module, ast.unparse(exception), text)


def _texts_by_name(function: ast.AST) -> dict[str, tuple[str, ...]]:
    """The texts that the variables of a function can have."""
    found: dict[str, tuple[str, ...]] = {}
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            name = each.targets[0].id
            found[name] = (*found.get(name, ()), *_texts(each.value, found))
    return found


def _texts(node: ast.expr, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.JoinedStr(values=values):
            return ("".join(map(_piece, values)),)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = _texts(left, names), _texts(right, names)
            return (
                tuple(one + other for one in before or (NAME,) for other in after or (NAME,))
                if before or after
                else ()
            )
        case ast.IfExp(body=body, orelse=other):
            return (*_texts(body, names), *_texts(other, names))
        case ast.Name(id=name):
            return names.get(name, ())
    return ()


def _piece(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return f"'{NAME}'" if isinstance(value, ast.FormattedValue) and value.conversion == ord("r") else NAME
