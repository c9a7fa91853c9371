"""Names: of expressions, of what imports bind, and of what is supplied from outside."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.codebase.evaluation.choices import bounded, on, one
from registry_doctor.codebase.evaluation.values import (
    External,
    Imported,
    Module,
    Namespace,
    Option,
    Possible,
    Text,
    Thing,
    Unknown,
)
from registry_doctor.codebase.source.found import Piece

if TYPE_CHECKING:
    from registry_doctor.codebase.evaluation.interpreter import Reader


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


def given(supplied: Mapping[str, str], possible: Possible, name: str) -> Possible:
    """The possibilities, with what is not known replaced by what is supplied for it."""
    if not supplied:
        return possible
    return tuple(Option(_given(supplied, option.thing, name), option.choices) for option in possible)


def _given(supplied: Mapping[str, str], thing: Thing, name: str) -> Thing:
    names: tuple[str, ...] = ()
    if isinstance(thing, Unknown):
        names = (*thing.names, name)
    elif isinstance(thing, External) and "()" in thing.dotted:
        names = (name,)
    elif isinstance(thing, Text) and len(thing.parts) == 1:
        part = thing.parts[0]
        names = part.names if isinstance(part, Piece) else (*part.names, name)
    value = next((supplied[each] for each in names if each in supplied), None)
    return thing if value is None else Text((Piece(value),))


def resolved(reader: Reader, found: Possible, importer: Module) -> Possible:
    """What imported names stand for, looked up in the same tree; what is not in it stays external."""
    if not any(isinstance(option.thing, Imported) for option in found):
        return found
    options: list[Option] = []
    for option in found:
        if isinstance(option.thing, Imported):
            options += on(_imported(reader, option.thing, importer), [option.choices])
        else:
            options.append(option)
    return bounded(options)


def _imported(reader: Reader, wanted: Imported, importer: Module) -> Possible:
    path = importer.source.path
    if wanted.name is None:
        bound = wanted.module if wanted.whole else wanted.module.partition(".")[0]
        found = reader.modules.find(path, bound, wanted.level)
        return one(External(bound)) if found is None else one(namespace(reader, found))
    found = reader.modules.find(path, wanted.module, wanted.level)
    if found is None:
        return one(External(f"{wanted.module}.{wanted.name}" if wanted.module else wanted.name))
    return member(reader, namespace(reader, found), wanted.name)


def namespace(reader: Reader, found: Path) -> Namespace:
    """The module in a file, or the package that a folder is."""
    if found.suffix != ".py":
        return Namespace(None, found.name, str(found))
    folder = str(found.parent) if found.name == "__init__.py" else None
    return Namespace(reader.modules.load(found), found.stem, folder)


def member(reader: Reader, of: Namespace, name: str) -> Possible:
    """A name in a module, or a module in a package."""
    key = (of.package if of.module is None else str(of.module.source.path), name)
    found = None
    if key not in reader.looking:  # modules may import a name from each other in a circle
        reader.looking.add(key)
        try:
            found = _in_namespace(reader, of, name)
        finally:
            reader.looking.discard(key)
    return found or one(Unknown(name, f"`{name}` is not assigned in `{of.package}`", (name,)))


def _in_namespace(reader: Reader, of: Namespace, name: str) -> Possible | None:
    module = of.module
    if module is not None:
        found = module.scope.names.get(name)
        if found is not None:
            if name in module.rebound:
                return one(Unknown(name, f"`{name}` is bound anew by a function", (name,)))
            return resolved(reader, found, module)
        inner = from_star(reader, name, module)
        if inner is not None:
            return inner
    if of.folder is not None:
        below = reader.modules.find(Path(of.folder) / "__init__.py", name, 1)
        if below is not None:
            return one(namespace(reader, below))
    return None


def from_star(reader: Reader, name: str, module: Module) -> Possible | None:
    """A name that one of the module's `from … import *` brings; the last one counts."""
    for star, level in reversed(module.stars):
        found = resolved(reader, one(Imported(star, level, name)), module)
        if not all(isinstance(option.thing, (External, Unknown)) for option in found):
            return found
    return None
