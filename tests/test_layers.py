"""The plan of the house: a folder imports only from folders below it, and the sandbox from nothing of the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

SRC = ROOT / "src"
ENGINE = SRC / "registry_doctor"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("__init__", "__main__", "pytest_preflight"),
    ("cli",),
    ("workflows",),
    ("codebase/api",),
    ("codebase/confirmed_targets",),
    ("codebase/job",),
    ("codebase/checkout_trust", "codebase/without_key"),
    ("codebase/run",),
    ("codebase/judging",),
    ("codebase/fixes",),
    ("codebase/report",),
    ("codebase/inputs",),
    ("codebase/calls",),
    ("codebase/evaluation",),
    ("codebase/source",),
    ("api",),
    ("confirmation",),
    ("known_errors",),
    ("bundle", "demo"),
    ("diagnosis",),
    ("plugin", "testing"),
    ("refusals",),
    ("report",),
    ("browse",),
    ("checking",),
    ("facts",),
    ("facts/questions",),
    ("queries",),
    ("sdk",),
    ("transport",),
    ("settings",),
    ("domain",),
    ("support",),
)
"""From top to bottom. Folders in one row do not import each other."""

APART = ("sandbox", "pytest_sandbox")
"""A local W&B server: it imports nothing of the rest. Only the front doors and the demo start it."""

MAY_START_THE_SANDBOX = ("cli/sandbox", "demo")

DEPTHS = {room: depth for depth, row in enumerate(LAYERS) for room in row}


def room_of(module: str) -> str:
    """The deepest folder or module of the plan that holds this module, written with slashes."""
    parts = module.split("/")
    for length in range(len(parts), 0, -1):
        room = "/".join(parts[:length])
        if room in DEPTHS or room in APART:
            return room
    return parts[0]


def module_of(file: Path) -> str:
    """A module's place below the package, written with slashes."""
    return file.relative_to(ENGINE).with_suffix("").as_posix().removesuffix("/__init__")


def imported_by(file: Path) -> Iterator[str]:
    """Each module of the package that a file imports anywhere: in functions and for type checkers, too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                dotted = [each.name for each in names]
            case ast.ImportFrom(module=str(module), names=names):
                dotted = [
                    f"{module}.{each.name}" if is_module(f"{module}.{each.name}") else module
                    for each in names
                ]
            case _:
                continue
        for each in dotted:
            if each == "registry_doctor":
                yield "__init__"
            elif each.startswith("registry_doctor."):
                yield each.removeprefix("registry_doctor.").replace(".", "/")


def is_module(dotted: str) -> bool:
    """Whether a dotted name is a module or package of this project."""
    path = SRC / dotted.replace(".", "/")
    return path.with_suffix(".py").is_file() or path.is_dir()


def against_the_plan(importer: str, imported: str) -> bool:
    """Whether the plan forbids this import."""
    here, there = room_of(importer), room_of(imported)
    if here == there:
        return False
    if here in APART or there in APART:
        if here in APART and there in APART:
            return here == "sandbox"
        return not (there in APART and any(importer.startswith(each) for each in MAY_START_THE_SANDBOX))
    return DEPTHS[there] <= DEPTHS[here]


FILES = sorted(ENGINE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_folder_imports_only_what_is_below_it(file: Path) -> None:
    """Every import counts, also those for type checkers and those inside functions."""
    importer = module_of(file) or "__init__"
    if importer == "__init__":
        return  # the public names, from wherever they are
    assert [each for each in imported_by(file) if against_the_plan(importer, each)] == []


def test_every_module_has_a_room() -> None:
    """No module stands outside the plan."""
    rooms = {module_of(file) or "__init__" for file in FILES}
    assert [module for module in rooms if room_of(module) not in {*DEPTHS, *APART, "codebase"}] == []


def test_every_room_exists() -> None:
    """The plan names nothing that is not there."""
    assert [
        room
        for room in (*DEPTHS, *APART)
        if not ((ENGINE / room).is_dir() or (ENGINE / f"{room}.py").is_file())
    ] == []
