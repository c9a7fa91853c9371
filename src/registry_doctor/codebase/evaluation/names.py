"""Names: of expressions, of what imports bind, and of what is supplied from outside."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from registry_doctor.codebase.evaluation.choices import bounded, on, one
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
    """What an expression is called in short: its last name, its key, the function it calls."""
    while isinstance(node, (ast.Await, ast.Starred, ast.FormattedValue)):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return f"{label_of(node.func)}()"
    if isinstance(node, ast.Subscript):
        key = node.slice
        return (
            key.value
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
            else label_of(node.value)
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


def given(supplied: Mapping[str, str], possible: PossibleValues, name: str) -> PossibleValues:
    """The possibilities, with what is not known replaced by what is supplied for it."""
    if not supplied:
        return possible
    return tuple(PossibleValue(_given(supplied, option.value, name), option.condition) for option in possible)


def _given(supplied: Mapping[str, str], thing: Value, name: str) -> Value:
    names: tuple[str, ...] = ()
    if isinstance(thing, Unknown):
        names = (*thing.names, name)
    elif isinstance(thing, External) and "()" in thing.dotted:
        names = (name,)
    elif isinstance(thing, TextValue) and len(thing.parts) == 1:
        part = thing.parts[0]
        names = part.names if isinstance(part, LiteralPart) else (*part.names, name)
    value = next((supplied[each] for each in names if each in supplied), None)
    return thing if value is None else TextValue((LiteralPart(value),))


def resolved(interpreter: Interpreter, found: PossibleValues, importer: Module) -> PossibleValues:
    """What imported names stand for, looked up in the same tree; what is not in it stays external."""
    if not any(isinstance(option.value, Imported) for option in found):
        return found
    options: list[PossibleValue] = []
    for option in found:
        if isinstance(option.value, Imported):
            options += on(_imported(interpreter, option.value, importer), [option.condition])
        else:
            options.append(option)
    return bounded(options)


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
    """The module in a file, or the package that a folder is."""
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
                return one(Unknown(name, f"`{name}` is bound anew by a function", (name,)))
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
    """A name that one of the module's `from … import *` brings; the last one counts."""
    for star, level in reversed(module.stars):
        found = resolved(interpreter, one(Imported(star, level, name)), module)
        if not all(isinstance(option.value, (External, Unknown)) for option in found):
            return found
    return None
