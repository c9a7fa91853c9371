"""JSON with the position of each value.

The parser of the standard library reports no positions. The packages that do (json-source-map, jsonc-edit and
others) are unmaintained or need native code. Strings are decoded by `json` itself. Comments and trailing commas are
skipped, as in `launch.json`; several documents may follow each other.
"""

from __future__ import annotations

import json
import re

from registry_doctor.codebase.inputs.configurations.tree import (
    DEEPEST,
    MOST_VALUES,
    TOO_DEEP,
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
    too_many_values,
)

_SPACE = re.compile(r"(?:[ \t\r\n]+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_OTHER = re.compile(r"-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity")
_INTEGER = re.compile(r"-?\d+")


def read_json(text: PositionedText) -> list[Node]:
    """The documents of a file. Raises BrokenConfiguration."""
    reader = _Reader(text)
    documents = []
    at = reader.space(0)
    while at < len(text.content):
        node, at = reader.value(at)
        documents.append(node)
        at = reader.space(at)
    return documents


class _Reader:
    def __init__(self, text: PositionedText) -> None:
        self._text = text
        self._content = text.content
        self._values = 0
        self._depth = 0

    def space(self, at: int) -> int:
        found = _SPACE.match(self._content, at)
        return at if found is None else found.end()

    def value(self, at: int) -> tuple[Node, int]:
        self._values += 1
        if self._values > MOST_VALUES:
            raise BrokenConfiguration(too_many_values())
        if self._depth == DEEPEST:
            raise BrokenConfiguration(TOO_DEEP)
        self._depth += 1
        found = self._value(at)
        self._depth -= 1
        return found

    def _value(self, at: int) -> tuple[Node, int]:
        match self._content[at : at + 1]:
            case "{":
                return self._mapping(at)
            case "[":
                return self._items(at)
            case '"':
                return self._string(at)
        other = _OTHER.match(self._content, at)
        if other is None:
            raise self._broken("a value is expected", at)
        kind = "integer" if _INTEGER.fullmatch(other[0]) else "null" if other[0] == "null" else "other"
        return Scalar(other[0], kind, at, other.end()), other.end()  # type: ignore[arg-type]  # one of the three

    def _mapping(self, start: int) -> tuple[MappingNode, int]:
        mapping = MappingNode(start=start)
        at = self.space(start + 1)
        while not self._content.startswith("}", at):
            key, colon = self._string(at)
            colon = self.space(colon)
            if not self._content.startswith(":", colon):
                raise self._broken("a colon is expected", colon)
            node, after = self.value(self.space(colon + 1))
            mapping.nodes[key.text], mapping.keys[key.text] = node, at
            at = self._next(after, "}")
        return mapping, at + 1

    def _items(self, start: int) -> tuple[ListNode, int]:
        items = ListNode([], start)
        at = self.space(start + 1)
        while not self._content.startswith("]", at):
            node, after = self.value(at)
            items.nodes.append(node)
            at = self._next(after, "]")
        return items, at + 1

    def _next(self, at: int, closing: str) -> int:
        """The start of the next element, or of the closing bracket."""
        at = self.space(at)
        if self._content.startswith(",", at):
            return self.space(at + 1)
        if not self._content.startswith(closing, at):
            raise self._broken(f"a comma or {closing} is expected", at)
        return at

    def _string(self, at: int) -> tuple[Scalar, int]:
        literal = _STRING.match(self._content, at)
        if literal is None:
            raise self._broken("a string in double quotes is expected", at)
        value = literal[0][1:-1]
        if "\\" in value:
            try:
                value = json.loads(literal[0], strict=False)
            except ValueError:
                raise self._broken("a string has an invalid escape", at) from None
        return Scalar(value, "text", at, literal.end()), literal.end()

    def _broken(self, reason: str, at: int) -> BrokenConfiguration:
        return BrokenConfiguration(f"not readable as JSON: {reason}", *self._text.line_and_column(at))
