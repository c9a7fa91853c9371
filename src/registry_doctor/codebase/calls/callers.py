"""Which files call functions that make calls to wandb, so that these files are read first.

A function whose parameter is the path says nothing of it; the files that call the function do. A file is read if it
imports a file with such a function, directly or through other modules, and calls something of the function's name.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from registry_doctor.codebase.evaluation.modules import Modules
from registry_doctor.codebase.evaluation.wandb_signatures import SIGNATURES
from registry_doctor.codebase.source.parsed_file import Source

_IMPORT = re.compile(rb"import[ \t(*\\][^\n]*")
"""The end of a line with an import, also in the text of a notebook."""

_WORD = re.compile(rb"[A-Za-z_]\w*")

MOST_CALLING_FILES = 2_000
"""How many files are read for what they call the functions of others with."""

Read: TypeAlias = Callable[[Path], "Source | None"]


def imported_words(data: bytes) -> frozenset[bytes]:
    """The names in the imports of a file: of modules, and of what is imported from them."""
    words: set[bytes] = set()
    for found in _IMPORT.finditer(data):
        start, end = data.rfind(b"\n", 0, found.start()) + 1, found.end()
        if b"(" in found[0] and b")" not in found[0]:
            end = max(end, data.find(b")", end))
        words.update(_WORD.findall(data[start:end]))
    return frozenset(words)


@dataclass
class _Node:
    """A file with the names by which others reach its calls to wandb."""

    needed: frozenset[str]
    """The functions and classes that others need to call."""
    imports: list[Path] = field(default_factory=list)
    """The files whose names it needs."""


def callers_first(
    with_calls: Iterable[Path],
    imports: Mapping[Path, frozenset[bytes]],
    read: Read,
    modules: Modules,
) -> dict[Path, frozenset[str]]:
    """The files that call functions with calls to wandb in other files, and the called files, callers first.

    Each has the names of its functions and classes that lead to such a call. `imports` has the imported names of every file. Files without such a relation are left out.
    """
    nodes: dict[Path, _Node] = {}
    imported = frozenset().union(*imports.values())
    for path in with_calls:
        source = read(path) if module_word(path) in imported else None
        needed = _needed(source.tree, frozenset(SIGNATURES), methods=True) if source is not None else None
        nodes[path] = _Node(needed or frozenset())
    pending = [path for path, node in nodes.items() if node.needed]
    known: dict[Path, tuple[Path, ...]] = {}
    while pending and len(nodes) < MOST_CALLING_FILES:
        words = {module_word(path) for path in pending}
        reached = set(pending)
        changed: dict[Path, None] = {}
        for path, names in imports.items():
            if not names.isdisjoint(words) and _joined(path, reached, nodes, read, modules, known):
                changed[path] = None
        pending = list(changed)
    return {path: nodes[path].needed for path in _in_order(nodes)}


def _joined(
    path: Path,
    reached: set[Path],
    nodes: dict[Path, _Node],
    read: Read,
    modules: Modules,
    known: dict[Path, tuple[Path, ...]],
) -> bool:
    """Note what a file imports of the reached ones; whether others need more of it than before.

    `known` keeps what each file imports: a file that imports nothing of the reached ones is parsed only once.
    """
    if path not in known:
        source = read(path)
        known[path] = () if source is None else tuple(dict.fromkeys(_imported_files(source, modules)))
    found = [each for each in known[path] if each in reached and each != path]
    names = frozenset(name for each in found for name in nodes[each].needed)
    source = read(path) if names else None
    if source is None or names.isdisjoint(_names_in(source.tree)):
        return False
    node = nodes.setdefault(path, _Node(frozenset()))
    node.imports += [each for each in found if each not in node.imports]
    needed = node.needed | _needed(source.tree, names) | _passed_on(source.tree, names)
    grown = needed != node.needed
    node.needed = needed
    return grown


def _in_order(nodes: Mapping[Path, _Node]) -> Iterator[Path]:
    """The files that another one reaches or that reach one, each before those that it imports."""
    done: dict[Path, None] = {}
    entered: set[Path] = set()
    for root in nodes:
        if not nodes[root].imports or root in entered:
            continue
        entered.add(root)
        stack: list[tuple[Path, Iterator[Path]]] = [(root, iter(nodes[root].imports))]
        while stack:
            path, below = stack[-1]
            following = next(below, None)
            if following is None:
                done[path] = None
                stack.pop()
            elif following not in entered:
                entered.add(following)
                stack.append((following, iter(nodes[following].imports)))
    return reversed(done)


def module_word(path: Path) -> bytes:
    """The last name of a module, as it stands in `imported_words` of the files that import it."""
    return os.fsencode(path.parent.name if path.stem == "__init__" else path.stem)


def _imported_files(source: Source, modules: Modules) -> Iterator[Path]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = alias.name.split(".")
                for end in range(1, len(parts) + 1):
                    yield from _at(modules.find(source.path, ".".join(parts[:end]), 0))
        elif isinstance(node, ast.ImportFrom):
            yield from _at(modules.find(source.path, node.module or "", node.level))
            for alias in node.names:
                whole = f"{node.module}.{alias.name}" if node.module else alias.name
                yield from _at(modules.find(source.path, whole, node.level))


def _at(found: Path | None) -> Iterator[Path]:
    if found is not None and found.suffix == ".py":
        yield found


def _names_in(tree: ast.AST) -> set[str]:
    """All names that a file uses or imports; a star may import any."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names


def _passed_on(tree: ast.Module, names: frozenset[str]) -> frozenset[str]:
    """Those of the names that a file imports, so that others may import them from it."""
    passed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    return names
                if alias.name in names:
                    passed.add(alias.asname or alias.name)
    return frozenset(passed)


def _needed(tree: ast.Module, names: frozenset[str], *, methods: bool = False) -> frozenset[str]:
    """The functions and classes of a file in which something of these names is called, directly or not.

    If the names are those of methods, a variable of such a name does not count.
    """
    definitions = _definitions(tree)
    needed: set[str] = set()
    wanted = names
    while True:
        found = {
            name
            for each, owners in definitions
            if not wanted.isdisjoint(each.attributes if methods else each.names)
            or not wanted.isdisjoint(each.bases)
            for name in (each.name, *owners)
        } - needed
        if not found:
            return frozenset(needed)
        needed |= found
        wanted, methods = frozenset(needed if methods else needed | names), False


@dataclass(frozen=True)
class _Definition:
    name: str
    names: frozenset[str] = frozenset()
    """The names that it uses, and the last ones of dotted names."""
    attributes: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


def _definitions(tree: ast.Module) -> list[tuple[_Definition, Sequence[str]]]:
    """The functions and classes, each with the names of the functions and classes around it."""
    found: list[tuple[_Definition, Sequence[str]]] = []
    stack: list[tuple[ast.AST, tuple[str, ...]]] = [(tree, ())]
    while stack:
        node, owners = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                attributes = frozenset(n.attr for n in ast.walk(child) if isinstance(n, ast.Attribute))
                names = frozenset(n.id for n in ast.walk(child) if isinstance(n, ast.Name))
                found.append((_Definition(child.name, names | attributes, attributes), owners))
                stack.append((child, (*owners, child.name)))
            elif isinstance(child, ast.ClassDef):
                bases = frozenset(_last(base) for base in child.bases)
                found.append((_Definition(child.name, bases=bases), owners))
                stack.append((child, (*owners, child.name)))
            elif isinstance(child, ast.stmt):
                stack.append((child, owners))
    return found


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
