"""How a text is spelled in a source, character by character, so that a part of it can be replaced in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from rapidfuzz.distance import Levenshtein

SEPARATORS = "/:"
"""The separators between the fields of a path."""


class CannotEdit(Exception):
    """A text cannot be edited; the message says why, as a clause."""


@dataclass(frozen=True)
class Replacement:
    """New characters for those from `start` to `end`, exclusive."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Unit:
    """One character of a text, or none, with its position in the source."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class LiteralToken:
    """One literal in the source; several together can spell one text."""

    units: tuple[Unit, ...]
    start: int
    """The start of its content."""
    spell: Callable[[str], str]
    """How a text is spelled in it. Raises CannotEdit."""


@dataclass(frozen=True)
class Spelled:
    """A text, and the tokens that spell it."""

    tokens: tuple[LiteralToken, ...]

    @cached_property
    def _characters(self) -> list[tuple[LiteralToken, Unit]]:
        return [(token, unit) for token in self.tokens for unit in token.units if unit.text]

    @cached_property
    def text(self) -> str:
        """The text that they spell."""
        return "".join(unit.text for _, unit in self._characters)

    def replaced(self, start: int, end: int, new: str) -> list[Replacement]:
        """The replacements in the source that make the text from `start` to `end` `new`. Raises CannotEdit.

        The new text goes into the token in which the old text starts. An insertion goes into the token before it, but
        after a separator of the path into the token after it.
        """
        if start == end:
            token, at = self._place(start)
            return [Replacement(at, at, token.spell(new))]
        edits: list[Replacement] = []
        for _, group in groupby(self._characters[start:end], key=lambda each: each[0].start):
            members = list(group)
            token, first = members[0]
            edits.append(
                Replacement(first.start, members[-1][1].end, "" if edits or not new else token.spell(new))
            )
        return edits

    def least(self, text: str, range_: Replacement) -> list[Replacement]:
        """The smallest replacements in the source that replace this range of the text. Raises CannotEdit."""
        return [
            replacement
            for each in differences(text[range_.start : range_.end], range_.text)
            for replacement in self.replaced(range_.start + each.start, range_.start + each.end, each.text)
        ]

    def _place(self, index: int) -> tuple[LiteralToken, int]:
        characters = self._characters
        begins_part = index == 0 or characters[index - 1][1].text in SEPARATORS
        if index < len(characters) and begins_part:
            token, unit = characters[index]
            return token, unit.start
        if index > 0:
            token, unit = characters[index - 1]
            return token, unit.end
        return self.tokens[0], self.tokens[0].start


def differences(old: str, new: str) -> list[Replacement]:
    """The smallest replacements that turn `old` into `new`."""
    return [
        Replacement(code.src_start, code.src_end, new[code.dest_start : code.dest_end])
        for code in Levenshtein.opcodes(old, new)
        if code.tag != "equal"
    ]


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """The text after all replacements; they must not overlap."""
    for each in sorted(replacements, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: each.start] + each.text + text[each.end :]
    return text
