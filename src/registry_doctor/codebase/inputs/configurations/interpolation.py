"""References to other values in a configuration: `${a.b}`, `${oc.env:NAME,default}`, `{name}`, `{{ name }}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from registry_doctor.codebase.inputs.configurations.tree import (
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
)
from registry_doctor.codebase.source.found import FoundText, KnownText, LiteralPart, PartialText, UnknownPart
from registry_doctor.support.wording import quoted_name

DEEPEST_REFERENCE = 20
"""A longer chain of references counts as unknown."""
MOST_PARTS = 200
LONGEST_TEXT = 4096
"""A longer text, in characters, is not a path; what it refers to is not resolved."""
MOST_REFERENCES = 100
"""How many references one value may follow, directly and indirectly."""
MOST_REFERENCES_OF_A_FILE = 20_000

_REFERENCE = re.compile(
    r"\$\{\{(?P<expression>[^{}]*)\}\}"
    r"|\$\{(?P<inner>(?:[^{}]|\{[^{}]*\})*)\}"
    r"|\{\{-?(?P<template>[^{}]*)\}\}"
    r"|%\((?P<percent>[A-Za-z_]\w*)\)s"
    r"|\{(?P<format>[A-Za-z_][\w.]*)(?:[:!][^{}]*)?\}"
    r"|\$(?P<shell>[A-Za-z_]\w*)"
)
_ENVIRONMENT = re.compile(
    r"\s*(?:oc\.env|env|ENV)\s*:\s*(?P<name>[A-Za-z_]\w*)\s*(?:,(?P<default>.*))?", re.DOTALL
)
_SHELL_DEFAULT = re.compile(r"(?P<name>[A-Za-z_]\w*):?-(?P<default>.*)", re.DOTALL)
_RESOLVER = re.compile(r"\s*[A-Za-z_][\w.]*\s*:")
_QUOTES = "'\""


@dataclass(frozen=True)
class ValuePosition:
    """The position of a value: its key, its mapping, and the position of that mapping."""

    key: str
    mapping: MappingNode
    above: ValuePosition | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys from here to the top, the innermost first."""
        return (self.key, *(self.above.keys if self.above is not None else ()))


@dataclass
class Resolver:
    """Resolves the references in the texts of one document."""

    text: PositionedText
    root: Node
    supplied: Mapping[str, str]
    referred: set[Scalar] = field(default_factory=set)
    """The values that the texts resolved so far refer to."""
    _left: int = 0
    """How many references the value that is resolved now may still follow."""
    _left_in_file: int = MOST_REFERENCES_OF_A_FILE

    def value(self, scalar: Scalar, position: ValuePosition) -> FoundText:
        """The text of a scalar, with its references resolved; what would grow too large counts as unknown."""
        self._left = MOST_REFERENCES
        parts: list[LiteralPart | UnknownPart] = []
        length = 0
        for part in self._parts(scalar, scalar.text, 0, position, (scalar,)):
            length += len(part.text)
            if len(parts) == MOST_PARTS or length > LONGEST_TEXT:
                return PartialText((*parts[:1], UnknownPart("…", "it is longer than any path")))
            parts.append(part)
        known = tuple(part for part in parts if isinstance(part, LiteralPart))
        return KnownText(known) if len(known) == len(parts) else PartialText(tuple(parts))

    def _parts(
        self, scalar: Scalar, text: str, offset: int, position: ValuePosition, seen: tuple[Scalar, ...]
    ) -> Iterator[LiteralPart | UnknownPart]:
        """The parts of a section of the text of a scalar."""
        if len(text) > LONGEST_TEXT:
            yield self._literal(scalar, text, offset)
            return
        at = 0
        for found in _REFERENCE.finditer(text):
            if found.start() > at:
                yield self._literal(scalar, text[at : found.start()], offset + at)
            yield from self._resolved(found, scalar, offset, position, seen)
            at = found.end()
        if at < len(text):
            yield self._literal(scalar, text[at:], offset + at)

    def _literal(self, scalar: Scalar, text: str, offset: int) -> LiteralPart:
        return LiteralPart(text, self.text.span(scalar), scalar.text, offset)

    def _resolved(
        self,
        found: re.Match[str],
        scalar: Scalar,
        offset: int,
        position: ValuePosition,
        seen: tuple[Scalar, ...],
    ) -> Iterator[LiteralPart | UnknownPart]:
        inner = found["inner"]
        if inner is None:
            label = (
                found["expression"]
                or found["template"]
                or found["percent"]
                or found["format"]
                or found["shell"]
                or ""
            ).strip(" \t\r\n-")
            yield self._from_outside(label, "is filled in when the configuration is used")
        elif variable := _ENVIRONMENT.fullmatch(inner) or _SHELL_DEFAULT.fullmatch(inner):
            name, default = variable["name"], variable["default"]
            if name in self.supplied or default is None or default.strip() == "null":
                yield self._from_outside(name, "is an environment variable without a default")
                return
            stripped = default.strip()
            quotes = len(stripped) > 1 and stripped[0] in _QUOTES and stripped[0] == stripped[-1]
            stripped = stripped[1:-1] if quotes else stripped
            begin = found.start("inner") + variable.start("default") + default.index(stripped)
            for part in self._parts(scalar, stripped, offset + begin, position, seen):
                yield replace(part, names=tuple(dict.fromkeys((*part.names, name))))
        elif _RESOLVER.match(inner):
            yield UnknownPart(inner, f"{quoted_name(inner)} is computed when the program runs")
        else:
            yield from self._reference(inner.strip(), position, seen)

    def _reference(
        self, path: str, position: ValuePosition, seen: tuple[Scalar, ...]
    ) -> Iterator[LiteralPart | UnknownPart]:
        names = _names(path)
        if any(name in self.supplied for name in names):
            yield self._from_outside(path, "")
            return
        if not self._left or not self._left_in_file:
            yield UnknownPart(path, f"{quoted_name(path)} refers to too many other values")
            return
        self._left -= 1
        self._left_in_file -= 1
        target, found_at = self._find(path, position)
        if not isinstance(target, Scalar) or found_at is None or target.kind == "null":
            reason = "is not in this file" if target is None else "is not a single value"
            yield self._from_outside(path, reason)
        elif target in seen or len(seen) > DEEPEST_REFERENCE:
            yield UnknownPart(path, f"{quoted_name(path)} refers to itself")
        else:
            self.referred.add(target)
            for part in self._parts(target, target.text, 0, found_at, (*seen, target)):
                yield replace(part, names=tuple(dict.fromkeys((*part.names, *names))))

    def _find(self, path: str, position: ValuePosition) -> tuple[Node | None, ValuePosition | None]:
        """The value that a reference means: from the top, or relative if it starts with dots."""
        dots = len(path) - len(path.lstrip("."))
        node: Node | None = self.root
        found_at: ValuePosition | None = None
        if dots:
            at: ValuePosition | None = position
            for _ in range(dots - 1):
                at = at.above if at is not None else None
            node, found_at = (at.mapping, at.above) if at is not None else (None, None)
        for key in filter(None, re.split(r"[.\[\]]+", path.lstrip("."))):
            if isinstance(node, MappingNode):
                found_at = ValuePosition(key, node, found_at)
                node = node.nodes.get(key)
            elif isinstance(node, ListNode) and key.isdigit() and int(key) < len(node.nodes):
                node = node.nodes[int(key)]
            else:
                return None, None
        return node, found_at

    def _from_outside(self, label: str, reason: str) -> LiteralPart | UnknownPart:
        names = _names(label)
        given = next((self.supplied[name] for name in names if name in self.supplied), None)
        return (
            UnknownPart(label, f"{quoted_name(label)} {reason}", names)
            if given is None
            else LiteralPart(given)
        )


def _names(path: str) -> tuple[str, ...]:
    """The names under which a value can be supplied: `wandb.registry`, `registry`."""
    whole = path.strip(". ")
    last = re.split(r"[.\s\[\]()|]+", whole)[-1] if whole else ""
    return tuple(dict.fromkeys(each for each in (whole, last) if re.fullmatch(r"[\w.\-]+", each)))


def as_pairs(parts: Iterable[LiteralPart | UnknownPart]) -> list[tuple[str, bool]]:
    """Each part's text with whether it is known."""
    return [(part.text, isinstance(part, LiteralPart)) for part in parts]
