"""Names and what they are bound to: a module's, a function's, a class's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from registry_doctor.preflight.source import Source
from registry_doctor.preflight.things import Choices, Class, Function, Possible


@dataclass(eq=False)
class Module:
    """A module that is being read, or has been."""

    source: Source
    name: str
    scope: Scope = field(init=False)
    stars: list[tuple[str, int]] = field(default_factory=list)
    """The modules of `from … import *`: name and level."""
    rebound: frozenset[str] = frozenset()
    """Names that a function binds anew by `global`."""

    def __post_init__(self) -> None:
        self.scope = Scope(self, None, "module")


@dataclass(eq=False)
class Scope:
    """Bound names, at the point that reading has reached; a dotted name is an assigned attribute."""

    module: Module
    parent: Scope | None
    kind: Literal["module", "function", "class"]
    names: dict[str, Possible] = field(default_factory=dict)
    worlds: list[list[Choices]] = field(default_factory=list)
    """The ways that lead to this point, one list for each condition around it."""
    loops: list[set[str]] = field(default_factory=list)
    """For each loop around this point: the names that it has bound so far."""
    dotted: bool = False
    returned: list[Possible] = field(default_factory=list)
    yielded: list[Possible] = field(default_factory=list)
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

    def find(self, name: str) -> Possible | None:
        """What a name is bound to; `None` if it is not."""
        for scope in self.outwards():
            found = scope.names.get(name)
            if found is not None:
                return found
        return None

    def bind(self, name: str, possible: Possible) -> None:
        """Bind a name from here on."""
        self.names[name] = possible
        if "." in name:
            self.dotted = True
        elif self.dotted:
            for key in [key for key in self.names if key.startswith(f"{name}.")]:
                del self.names[key]
        for loop in self.loops:
            loop.add(name)
