"""The content of a configuration file in any format, with the position of each value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from registry_doctor.codebase.source.found import Span

MOST_VALUES = 50_000
"""How many values and keys one file may have; a file with more is data, not configuration, and is refused."""
DEEPEST = 200
"""How deeply values may nest."""
TOO_DEEP = "nested too deeply to be read"

LINE_END = re.compile(r"\r\n|\r|\n")
"""The line ends of editors."""


def too_many_values(most: int = MOST_VALUES) -> str:
    """The reason to refuse a file with more values."""
    return f"it has more than {most:,} values"


class BrokenConfiguration(Exception):
    """The text does not have its format; the message says why, and where if that is known."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(eq=False, slots=True)
class Scalar:
    """A single value. Two scalars are equal only if they are the same object."""

    text: str
    """The value of a string; of any other scalar, its source text."""
    kind: Literal["text", "integer", "null", "other"]
    start: int
    """The start of its literal in the text of the file, with the quotes."""
    end: int


@dataclass(eq=False, slots=True)
class ListNode:
    """A list."""

    nodes: list[Node]
    start: int = 0


@dataclass(eq=False, slots=True)
class MappingNode:
    """Keys with their values; of equal keys, the last one counts, as for all parsers."""

    nodes: dict[str, Node] = field(default_factory=dict)
    start: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    """The start of each key; inherited keys (`<<`) are missing here."""

    def text(self, key: str) -> str | None:
        """The text under a key, if its value is a string."""
        node = self.nodes.get(key)
        return node.text if isinstance(node, Scalar) and node.kind == "text" else None


Node: TypeAlias = "Scalar | ListNode | MappingNode"


@dataclass(frozen=True)
class PositionedText:
    """The text of a file, with conversion of offsets to lines and columns."""

    file: str
    content: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(each.end() for each in LINE_END.finditer(self.content))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """A line by its number, without its end; empty before the first and after the last."""
        if not 1 <= number <= len(self._starts):
            return ""
        begin = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.content)
        return self.content[begin:end].rstrip("\r\n")

    def span(self, scalar: Scalar) -> Span:
        """The extent of the literal of a scalar."""
        return Span(self.file, None, *self.line_and_column(scalar.start), *self.line_and_column(scalar.end))


def plain_texts(node: Node) -> object:
    """The texts of a tree in plain lists and dictionaries; every other value is `None`."""
    if isinstance(node, Scalar):
        return node.text if node.kind == "text" else None
    if isinstance(node, ListNode):
        return [plain_texts(each) for each in node.nodes]
    return {key: plain_texts(each) for key, each in node.nodes.items()}


def texts_only(value: object) -> object:
    """The same for the result of a parser: texts in lists and dictionaries, `None` for other values."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [texts_only(each) for each in value]
    if isinstance(value, Mapping):
        return {key: texts_only(each) for key, each in value.items()}
    return None
