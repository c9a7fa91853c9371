"""What a search of a code base finds: calls to wandb with their known values, and unreadable files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.registry_bound import Bound, bound_of
from registry_doctor.facts.call import Method


@dataclass(frozen=True, order=True)
class Location:
    """A position in a file, as editors count it: lines and columns (in characters) from 1."""

    file: str
    """The file, relative to the root with `/`; absolute if it is outside the root."""
    cell: int | None
    """The number of a notebook's cell, counted from 1 over all kinds; `line` is then the line in the cell."""
    line: int
    column: int

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell is not None else ""
        return f"{self.file}:{cell}{self.line}:{self.column}"


@dataclass(frozen=True)
class Span:
    """The extent of a literal in the source, with quotes and prefix; the end is exclusive."""

    file: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class LiteralPart:
    """A part of a text that is known."""

    text: str
    """What it contributes."""
    span: Span | None = None
    """The literal that contains it; `None` if the text is computed or comes from outside."""
    literal: str = ""
    """The value of that literal; for an f-string, of its part number `part`."""
    offset: int = 0
    """Where the text starts in `literal`."""
    part: int | None = None
    """The index in the f-string's parts (`ast.JoinedStr.values`); `None` for an ordinary literal."""
    names: tuple[str, ...] = ()
    """The text is a default: a value supplied under one of these names replaces it."""
    default_of: str = ""
    """What it is the default of, for an empty one: `the environment variable 'TARGET'`."""
    unknown: bool = False
    """It only stands for a part that the code does not contain: `{name}`."""


@dataclass(frozen=True)
class UnknownPart:
    """A part of a text that the code does not contain."""

    label: str
    """A short name for it: `REGISTRY`, `get_name()`."""
    reason: str
    """Why it is unknown, as a clause."""
    names: tuple[str, ...] = ()
    """The names under which its value can be supplied."""

    @property
    def text(self) -> str:
        """How it is shown within a template."""
        return f"{{{self.label}}}"


@dataclass(frozen=True)
class KnownText:
    """A text that is known in full."""

    parts: tuple[LiteralPart, ...]

    @property
    def text(self) -> str:
        """The text."""
        return "".join(part.text for part in self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which other values for its defaults can be supplied."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))


@dataclass(frozen=True)
class PartialText:
    """A text of which some parts, or all, are unknown."""

    parts: tuple[LiteralPart | UnknownPart, ...]

    @property
    def template(self) -> str:
        """The text, its unknown parts in braces: `wandb-registry-{REGISTRY}/{NAME}`."""
        return "".join(part.text for part in self.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is unknown, a clause for each unknown part."""
        return tuple(dict.fromkeys(part.reason for part in self.parts if isinstance(part, UnknownPart)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the unknown parts, and other values for defaults, can be supplied."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))


FoundText: TypeAlias = KnownText | PartialText


@dataclass(frozen=True)
class Ignore:
    """A comment `# registry-doctor: ignore[RD502] reason` on the call, or by itself on the line above it."""

    codes: tuple[str, ...]
    """The named codes; empty for all codes."""
    reason: str
    line: int


@dataclass(frozen=True)
class FoundComment:
    """An ignore comment, wherever it stands."""

    file: str
    cell: int | None
    ignore: Ignore


@dataclass(frozen=True)
class FoundCall:
    """One call to wandb with one of the values that its target can have.

    A call whose target can have several values (a loop over names, the branches of an `if`) is found once for each
    value, at the same location, with the entity, project, type and artifact that belong to that value.
    """

    location: Location
    """The location of the method's name."""
    method: Method
    purpose: Purpose
    target: FoundText
    """The path to link to or to fetch; for `link_model`, the name of the registered model."""
    entity: FoundText | None = None
    """The `entity=` of the `wandb.init` or `wandb.Api` in scope; `None` if it has none."""
    project: FoundText | None = None
    organization: FoundText | None = None
    """The organization in the `overrides=` of the `wandb.Api` that is called."""
    type: FoundText | None = None
    """For a link, the type of the artifact; for a use, the requested `type=`."""
    artifact: FoundText | None = None
    """For a link of an artifact that was fetched, its path."""
    aliases: tuple[FoundText, ...] = ()
    ignores: tuple[Ignore, ...] = ()

    @property
    def registry_bound(self) -> Bound:
        """Whether the target is in a registry, as far as its text shows; a use of an ordinary artifact is `ordinary`."""
        return bound_of(tuple((part.text, isinstance(part, LiteralPart)) for part in self.target.parts))


@dataclass(frozen=True)
class Unreadable:
    """A file, folder or cell that cannot be read, and is therefore not searched."""

    file: str
    reason: str
    line: int | None = None
    column: int | None = None
    cell: int | None = None
    kind: Literal["file", "folder"] = "file"
