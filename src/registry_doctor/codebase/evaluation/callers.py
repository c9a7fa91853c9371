"""What functions are called with: by code of their own file, and by other files of the code base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import TypeAlias

from registry_doctor.codebase.evaluation.limits import MOST_CALLERS, MOST_VALUES
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    External,
    Function,
    PossibleValues,
    Scope,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.parsed_file import Source

Definition: TypeAlias = "tuple[Path, int, int]"
"""A function by its file, line and column: a module that is read twice has two syntax trees."""

_CALLERS_AT_ONCE = MOST_VALUES - 4
"""So many callers of a function are told apart in one interpretation; its own file has some, too."""

_TEST_FOLDERS = frozenset({"test", "tests", "testing"})


def definition(function: Function) -> Definition:
    """Where a function is defined."""
    node = function.node
    return function.scope.module.source.path, node.lineno, node.col_offset


def _is_unknown(value: Value) -> bool:
    return isinstance(value, Unknown) or (isinstance(value, External) and value.dotted.endswith(")"))


class CallersElsewhere:
    """Collects what the functions of some files are called with in other files.

    A test calls functions with values that no program uses, and often with a wandb of its own. Its calls do not count
    for functions outside the tests.
    """

    def __init__(self, wanted: frozenset[Path], root: Path) -> None:
        self._wanted = wanted
        self._root = root
        self._found: dict[Definition, list[Arguments]] = {}
        self._unknown: dict[tuple[Definition, int | str], PossibleValues] = {}
        self._kept: dict[Path, Source] = {}
        """The callers' syntax trees: path conditions name their nodes, and must not mean others later."""

    def record(self, function: Function, arguments: Arguments, scope: Scope) -> None:
        """Record a call of a function that another file defines."""
        at = definition(function)
        caller = scope.module.source
        if at[0] not in self._wanted or (self._is_test(caller.path) and not self._is_test(at[0])):
            return
        found = self._found.setdefault(at, [])
        arguments = self._alike(at, arguments)
        if len(found) < MOST_CALLERS and arguments not in found:
            found.append(arguments)
            self._kept[caller.path] = caller

    def groups(self, path: Path) -> Sequence[Mapping[Definition, Sequence[Arguments]]]:
        """The callers of the functions in a file, in groups that are small enough to be told apart."""
        of_file = {at: found for at, found in self._found.items() if at[0] == path}
        longest = max(map(len, of_file.values()), default=0)
        return [
            {
                at: found[start : start + _CALLERS_AT_ONCE] or found[-_CALLERS_AT_ONCE:]
                for at, found in of_file.items()
            }
            for start in range(0, longest, _CALLERS_AT_ONCE)
        ]

    def _alike(self, at: Definition, arguments: Arguments) -> Arguments:
        """The arguments; an unknown one is the first that was found, so that one unknown value is reported, not many."""

        def same(key: int | str, choices: PossibleValues) -> PossibleValues:
            if all(_is_unknown(choice.value) for choice in choices):
                return self._unknown.setdefault((at, key), choices)
            return choices

        return Arguments(
            tuple(same(index, choices) for index, choices in enumerate(arguments.positional)),
            {name: same(name, choices) for name, choices in arguments.keywords.items()},
            arguments.more,
            arguments.receiver,
        )

    def _is_test(self, path: Path) -> bool:
        inside = (
            PurePath(path.relative_to(self._root)) if path.is_relative_to(self._root) else PurePath(path.name)
        )
        stem = inside.stem
        named = stem.startswith("test_") or stem.endswith("_test") or stem == "conftest"
        return named or any(part.lower() in _TEST_FOLDERS for part in inside.parts[:-1])
