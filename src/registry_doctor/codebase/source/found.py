"""What reading a code base finds: calls to wandb, with what is known of each, and what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.registry_bound import Bound, bound_of
from registry_doctor.facts.call import Method


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file, as editors count: lines and columns (in characters) from 1."""

    file: str
    """The file, relative to the root with `/`; absolute if it is outside the root."""
    cell: int | None
    """Which cell of a notebook, of whatever kind, from 1; `line` is then the line in the cell."""
    line: int
    column: int

    def __str__(self) -> str:
        cell = f"cell {self.cell}:" if self.cell is not None else ""
        return f"{self.file}:{cell}{self.line}:{self.column}"


@dataclass(frozen=True)
class Span:
    """A whole literal in the source, quotes and prefix included; the end is exclusive."""

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
    """The literal in which it stands; `None` if it is computed, or comes from outside."""
    literal: str = ""
    """The value of that literal; of an f-string, of its part number `part`."""
    offset: int = 0
    """Where in `literal` the text begins."""
    part: int | None = None
    """The index in the f-string's parts (`ast.JoinedStr.values`); `None` for an ordinary literal."""
    names: tuple[str, ...] = ()
    """The text is a default: what is given outside under one of these names replaces it."""


@dataclass(frozen=True)
class UnknownPart:
    """A part of a text that the code alone does not tell."""

    label: str
    """What stands there, in short: `REGISTRY`, `get_name()`."""
    reason: str
    """Why it cannot be known, as a clause."""
    names: tuple[str, ...] = ()
    """The names under which its value can be supplied."""

    @property
    def text(self) -> str:
        """How it is shown within a template."""
        return f"{{{self.label}}}"


@dataclass(frozen=True)
class KnownText:
    """A text that the code tells."""

    pieces: tuple[LiteralPart, ...]

    @property
    def text(self) -> str:
        """The text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which other values for its defaults can be supplied."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.names))


@dataclass(frozen=True)
class PartialText:
    """A text of which the code tells some parts, or none."""

    pieces: tuple[LiteralPart | UnknownPart, ...]

    @property
    def template(self) -> str:
        """The text, its unknown parts in braces: `wandb-registry-{REGISTRY}/{NAME}`."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it cannot be known, a clause for each unknown part."""
        return tuple(dict.fromkeys(piece.reason for piece in self.pieces if isinstance(piece, UnknownPart)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the unknown parts, and other values for defaults, can be supplied."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.names))


FoundText: TypeAlias = KnownText | PartialText


@dataclass(frozen=True)
class Ignore:
    """A comment `# registry-doctor: ignore[RD502] reason` on the call, or alone on the line above it."""

    codes: tuple[str, ...]
    """The codes named; none means all."""
    reason: str
    line: int


@dataclass(frozen=True)
class FoundCall:
    """One call to wandb with one of the values that its target can have.

    A call whose target can have several values (a loop over names, the branches of an `if`) is found once for
    each, at the same location, with the entity, project, type and artifact that go with that value.
    """

    location: Location
    """Where the method's name stands."""
    method: Method
    purpose: Purpose
    target: FoundText
    """The path that is linked to or fetched; for `link_model` the name of the registered model."""
    entity: FoundText | None = None
    """The `entity=` of the `wandb.init` or `wandb.Api` in scope; `None` if it gives none."""
    project: FoundText | None = None
    organization: FoundText | None = None
    """The organization in the `overrides=` of the `wandb.Api` that is called."""
    type: FoundText | None = None
    """A link: the artifact's type. A use: the `type=` that is asked for."""
    artifact: FoundText | None = None
    """A link of an artifact that was fetched: its path."""
    aliases: tuple[FoundText, ...] = ()
    ignores: tuple[Ignore, ...] = ()

    @property
    def registry_bound(self) -> Bound:
        """Whether the target is in a registry, as far as its text tells; uses of ordinary artifacts are `ordinary`."""
        return bound_of(tuple((piece.text, isinstance(piece, LiteralPart)) for piece in self.target.pieces))


@dataclass(frozen=True)
class Unreadable:
    """A file, folder or cell that could not be read, and is therefore not searched."""

    file: str
    reason: str
    line: int | None = None
    column: int | None = None
    cell: int | None = None
    kind: Literal["file", "folder"] = "file"
