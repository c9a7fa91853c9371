"""The values that an expression can have, as far as finding calls needs them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from registry_doctor.codebase.source.found import LiteralPart, UnknownPart
from registry_doctor.codebase.source.parsed_file import Source

PathCondition: TypeAlias = "frozenset[tuple[int, int]]"
"""Which branch was taken at each branch point: pairs of the branch point and the number of the branch."""

ALWAYS: PathCondition = frozenset()


@dataclass(frozen=True)
class PossibleValue:
    """One value that an expression can have, and the path condition under which it has it."""

    value: Value
    condition: PathCondition = ALWAYS


PossibleValues: TypeAlias = tuple[PossibleValue, ...]
"""All values that an expression can have."""


class Composite:
    """A value that contains others. Its size, depth and hash are computed once, from those of its parts."""

    def inside(self) -> Iterable[PossibleValues | None]:
        """The values that it contains."""
        raise NotImplementedError

    @cached_property
    def size(self) -> int:
        """How many values it contains, with those inside its parts."""
        return 1 + sum(
            each.value.size if isinstance(each.value, (Composite, TextValue)) else 1
            for values in self.inside()
            for each in values or ()
        )

    @cached_property
    def depth(self) -> int:
        """How deeply values are nested in it."""
        return 1 + max(
            (
                each.value.depth
                for values in self.inside()
                for each in values or ()
                if isinstance(each.value, Composite)
            ),
            default=0,
        )

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), *self.inside()))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class TextValue:
    """A string, known in full or in parts."""

    parts: tuple[LiteralPart | UnknownPart, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.parts)

    @cached_property
    def size(self) -> int:
        """How much it counts inside another value."""
        return len(self.parts) + sum(len(part.text) for part in self.parts) // 64

    @property
    def known(self) -> str | None:
        """The text, if all of it is known."""
        if any(isinstance(part, UnknownPart) for part in self.parts):
            return None
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Constant:
    """A number, a truth value, `None`."""

    value: int | float | None


@dataclass(frozen=True)
class ListValue(Composite):
    """A list, tuple or set; `complete` if nothing is known to be missing."""

    values: tuple[PossibleValues, ...]
    complete: bool = True
    __hash__ = Composite.__hash__

    def inside(self) -> Iterable[PossibleValues]:
        """The elements."""
        return self.values


@dataclass(frozen=True)
class DictValue(Composite):
    """A dictionary with known keys."""

    entries: tuple[tuple[str | int | float | None, PossibleValues], ...]
    complete: bool = True
    __hash__ = Composite.__hash__

    def inside(self) -> Iterable[PossibleValues]:
        """The values, without the keys."""
        return (value for _, value in self.entries)

    @cached_property
    def _by_key(self) -> dict[object, PossibleValues]:
        return dict(self.entries)

    def get(self, key: object) -> PossibleValues | None:
        """The value last given for a key."""
        return self._by_key.get(key)


@dataclass(frozen=True)
class External:
    """An object of a module outside the code base, by its dotted name; `()` marks the result of a call."""

    dotted: str

    @property
    def root(self) -> str:
        """The package."""
        return self.dotted.partition(".")[0].removesuffix("()")


@dataclass(frozen=True)
class Unknown:
    """A value that is known only when the program runs."""

    label: str
    reason: str
    names: tuple[str, ...] = ()
    absent: bool = False
    """It comes from outside, and is `None` if it is not given."""


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the code base; a method has its class, and once it is bound, its instance."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    owner: Class | None = None
    bound: Instance | None = None


@dataclass(frozen=True, eq=False)
class Class:
    """A class of the code base."""

    node: ast.ClassDef
    scope: Scope
    bases: tuple[Value, ...] = ()
    attributes: dict[str, PossibleValues] = field(default_factory=dict)
    """What methods assign to `self`."""
    writers: dict[str, int] = field(default_factory=dict)

    def with_bases(self) -> Iterator[Class]:
        """The class and its bases in the code base, each once, depth first."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            each = stack.pop()
            if id(each) not in seen:
                seen.add(id(each))
                yield each
                stack += [base for base in reversed(each.bases) if isinstance(base, Class)]


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of such a class, with attributes of its own."""

    of: Class
    attributes: dict[str, PossibleValues] = field(default_factory=dict)
    writers: dict[str, int] = field(default_factory=dict)
    """Which function assigned each attribute last."""


@dataclass(frozen=True, eq=False)
class Namespace:
    """A module or package of the code base."""

    module: Module | None
    package: str
    folder: str | None = None


@dataclass(frozen=True)
class Imported:
    """A name that an import binds, not looked up yet."""

    module: str
    level: int
    name: str | None
    whole: bool = False
    """`import a.b` binds `a`; `import a.b as c` binds all of it."""


@dataclass(frozen=True, eq=False)
class ArgumentParser:
    """A parser of a command line: the defaults of its options, by the names of their attributes."""

    defaults: dict[str, PossibleValues] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ParsedArguments:
    """The result of such a parser."""

    parser: ArgumentParser


@dataclass(frozen=True)
class Run(Composite):
    """A run of wandb; `current` if all that is known is that it is the active one."""

    entity: PossibleValues | None = None
    project: PossibleValues | None = None
    current: bool = False
    __hash__ = Composite.__hash__

    def inside(self) -> Iterable[PossibleValues | None]:
        """The values that it was started with."""
        return self.entity, self.project


@dataclass(frozen=True)
class Api(Composite):
    """A `wandb.Api`."""

    entity: PossibleValues | None = None
    project: PossibleValues | None = None
    organization: PossibleValues | None = None
    __hash__ = Composite.__hash__

    def inside(self) -> Iterable[PossibleValues | None]:
        """The values that it was made with."""
        return self.entity, self.project, self.organization


@dataclass(frozen=True)
class Artifact(Composite):
    """An artifact; `path` if it was fetched by a path."""

    type: PossibleValues | None = None
    path: PossibleValues | None = None
    __hash__ = Composite.__hash__

    def inside(self) -> Iterable[PossibleValues | None]:
        """The values that it was made or fetched with."""
        return self.type, self.path


@dataclass(frozen=True)
class WandbMethod:
    """A bound method of wandb that takes a path and is not called yet."""

    receiver: Run | Api | Artifact | None
    name: str


Value: TypeAlias = (
    TextValue
    | Constant
    | ListValue
    | DictValue
    | External
    | Unknown
    | Function
    | Class
    | Instance
    | Namespace
    | Imported
    | ArgumentParser
    | ParsedArguments
    | Run
    | Api
    | Artifact
    | WandbMethod
)


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call."""

    positional: tuple[PossibleValues, ...] = ()
    keywords: dict[str, PossibleValues] = field(default_factory=dict)
    more: str | None = None
    """How further, unknown arguments are passed: `*args`, `**kwargs`."""

    def get(self, position: int | None, *names: str) -> PossibleValues | None:
        """An argument by its position or one of its names."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


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
