"""Names: of expressions, of imports, and of values that are supplied from outside."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from registry_doctor.codebase.evaluation.choices import bounded, one, under
from registry_doctor.codebase.evaluation.limits import clipped
from registry_doctor.codebase.evaluation.protocol import Interpreter
from registry_doctor.codebase.evaluation.values import (
    External,
    Imported,
    Module,
    Namespace,
    PossibleValue,
    PossibleValues,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart


def label_of(node: ast.expr) -> str:
    """A short name for an expression: its last name, its key, the function it calls."""
    return clipped(_label_of(node))


def _label_of(node: ast.expr) -> str:
    while isinstance(node, (ast.Await, ast.Starred, ast.FormattedValue)):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return f"{_label_of(node.func)}()"
    if isinstance(node, ast.Subscript):
        key = node.slice
        return (
            key.value
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
            else _label_of(node.value)
        )
    return "…"


def dotted_name(node: ast.expr) -> str | None:
    """`a.b.c` as it is written; `None` for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join((node.id, *reversed(parts)))


def given(supplied: Mapping[str, str], choices: PossibleValues, name: str) -> PossibleValues:
    """The values; an unknown one is replaced by the value that is supplied for its name."""
    if not supplied:
        return choices
    return tuple(PossibleValue(_given(supplied, choice.value, name), choice.condition) for choice in choices)


def _given(supplied: Mapping[str, str], value: Value, name: str) -> Value:
    names: tuple[str, ...] = ()
    if isinstance(value, Unknown):
        names = (*value.names, name)
    elif isinstance(value, External) and "()" in value.dotted:
        names = (name,)
    elif isinstance(value, TextValue) and len(value.parts) == 1:
        part = value.parts[0]
        names = part.names if isinstance(part, LiteralPart) else (*part.names, name)
    text = next((supplied[each] for each in names if each in supplied), None)
    return value if text is None else TextValue((LiteralPart(text),))


def resolved(interpreter: Interpreter, found: PossibleValues, importer: Module) -> PossibleValues:
    """The values of imported names from the code base; names from elsewhere stay external."""
    if not any(isinstance(choice.value, Imported) for choice in found):
        return found
    choices: list[PossibleValue] = []
    for choice in found:
        if isinstance(choice.value, Imported):
            choices += under(_imported(interpreter, choice.value, importer), [choice.condition])
        else:
            choices.append(choice)
    return bounded(choices)


def _imported(interpreter: Interpreter, wanted: Imported, importer: Module) -> PossibleValues:
    path = importer.source.path
    if wanted.name is None:
        bound = wanted.module if wanted.whole else wanted.module.partition(".")[0]
        found = interpreter.modules.find(path, bound, wanted.level)
        return one(External(bound)) if found is None else one(namespace(interpreter, found))
    found = interpreter.modules.find(path, wanted.module, wanted.level)
    if found is None:
        return one(External(f"{wanted.module}.{wanted.name}" if wanted.module else wanted.name))
    return member(interpreter, namespace(interpreter, found), wanted.name)


def namespace(interpreter: Interpreter, found: Path) -> Namespace:
    """The module in a file, or the package in a folder."""
    if found.suffix != ".py":
        return Namespace(None, found.name, str(found))
    folder = str(found.parent) if found.name == "__init__.py" else None
    return Namespace(interpreter.modules.load(found), found.stem, folder)


def member(interpreter: Interpreter, of: Namespace, name: str) -> PossibleValues:
    """A name in a module, or a module in a package."""
    key = (of.package if of.module is None else str(of.module.source.path), name)
    found = None
    if key not in interpreter.looking:  # modules may import a name from each other in a circle
        interpreter.looking.add(key)
        try:
            found = _in_namespace(interpreter, of, name)
        finally:
            interpreter.looking.discard(key)
    return found or one(Unknown(name, f"`{name}` is not assigned in `{of.package}`", (name,)))


def _in_namespace(interpreter: Interpreter, of: Namespace, name: str) -> PossibleValues | None:
    module = of.module
    if module is not None:
        found = module.scope.names.get(name)
        if found is not None:
            if name in module.rebound:
                return one(Unknown(name, f"`{name}` is bound again by a function", (name,)))
            return resolved(interpreter, found, module)
        inner = from_star(interpreter, name, module)
        if inner is not None:
            return inner
    if of.folder is not None:
        below = interpreter.modules.find(Path(of.folder) / "__init__.py", name, 1)
        if below is not None:
            return one(namespace(interpreter, below))
    return None


def from_star(interpreter: Interpreter, name: str, module: Module) -> PossibleValues | None:
    """The values of a name from one of the `from … import *` of the module; the last one counts."""
    for star, level in reversed(module.stars):
        found = resolved(interpreter, one(Imported(star, level, name)), module)
        if not all(isinstance(choice.value, (External, Unknown)) for choice in found):
            return found
    return None
