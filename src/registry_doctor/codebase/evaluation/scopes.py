"""Modules and scopes: the names that are bound while code is executed abstractly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from registry_doctor.codebase.source.parsed_file import Source

if TYPE_CHECKING:
    from registry_doctor.codebase.evaluation.values import Class, Function, PathCondition, PossibleValues


@dataclass(eq=False)
class Module:
    """A module that is executed, or was executed."""

    source: Source
    name: str
    scope: Scope = field(init=False)
    stars: list[tuple[str, int]] = field(default_factory=list)
    """The modules of `from … import *`: name and level."""
    rebound: frozenset[str] = frozenset()
    """Names that a function binds again by `global`."""

    def __post_init__(self) -> None:
        self.scope = Scope(self, None, "module")


@dataclass(eq=False)
class Scope:
    """The bound names at the current point of the execution; a dotted name is an assigned attribute."""

    module: Module
    parent: Scope | None
    kind: Literal["module", "function", "class"]
    names: dict[str, PossibleValues] = field(default_factory=dict)
    branches: list[list[PathCondition]] = field(default_factory=list)
    """The path conditions under which this point is reached: one list of alternatives for each enclosing branch."""
    loops: list[set[str]] = field(default_factory=list)
    """For each loop around this point: the names that it has bound so far."""
    dotted: set[str] = field(default_factory=set)
    """The names of which an attribute was assigned."""
    returned: list[PossibleValues] = field(default_factory=list)
    yielded: list[PossibleValues] = field(default_factory=list)
    function: Function | None = None
    owner: Class | None = None
    """The class whose body this is."""

    def outwards(self) -> Iterator[Scope]:
        """This scope and those whose names it sees."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind != "class":
                yield scope
            scope = scope.parent

    def find(self, name: str) -> PossibleValues | None:
        """The values that a name is bound to; `None` if it is unbound."""
        for scope in self.outwards():
            found = scope.names.get(name)
            if found is not None:
                return found
        return None

    def bind(self, name: str, choices: PossibleValues) -> None:
        """Bind a name from here on."""
        self.names[name] = choices
        if "." in name:
            self.dotted.add(name.partition(".")[0])
        elif name in self.dotted:
            for key in [key for key in self.names if key.startswith(f"{name}.")]:
                del self.names[key]
        for loop in self.loops:
            loop.add(name)
