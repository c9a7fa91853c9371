"""TOML with the position of each value.

No maintained parser for Python reports positions (tomllib, tomli and tomlkit do not). So a small scanner finds the
literals; if its result differs from the result of the parser, the file counts as unreadable.
"""

from __future__ import annotations

import re

from registry_doctor.codebase.inputs.configurations.tree import (
    MOST_VALUES,
    BrokenConfiguration,
    ListNode,
    MappingNode,
    Node,
    PositionedText,
    Scalar,
    plain_texts,
    texts_only,
    too_many_values,
)
from registry_doctor.support.toml import load_toml

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}' r"|'''.*?''''{0,2}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_OTHER = re.compile(r"[^,\]}#\r\n]+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INTEGER = re.compile(r"[+-]?\d[\d_]*")
_PLACE = re.compile(
    r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL
)


def read_toml(text: PositionedText) -> list[Node]:
    """The document of a file. Raises BrokenConfiguration."""
    try:
        parsed = load_toml(text.content)
    except ValueError as problem:
        raise _broken(str(problem), text) from None
    try:
        document = _Reader(text.content).document()
        same = plain_texts(document) == texts_only(parsed)
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise BrokenConfiguration("the positions of its values cannot be determined")
    return [document]


def _broken(said: str, text: PositionedText) -> BrokenConfiguration:
    found = _PLACE.match(said)
    if found is None:
        return BrokenConfiguration(f"not readable as TOML: {said}")
    at_end = found["line"] is None
    place = text.line_and_column(len(text.content)) if at_end else (int(found["line"]), int(found["column"]))
    return BrokenConfiguration(f"not readable as TOML: {found['what']}", *place)


class _Reader:
    """Scans a text that is valid TOML. Raises ValueError where it cannot follow."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._values = 0

    def document(self) -> MappingNode:
        root = MappingNode()
        table = root
        at = self._space(0)
        while at < len(self._content):
            if self._content.startswith("[", at):
                many = self._content.startswith("[[", at)
                start = at
                keys, at = self._key(at + (2 if many else 1))
                at = self._after("]]" if many else "]", at)
                table = _new_table(root, keys, start) if many else _inner(root, keys, start)
            else:
                at = self._pair(table, at)
            at = self._space(at)
        return root

    def _pair(self, table: MappingNode, at: int) -> int:
        start = at
        keys, at = self._key(at)
        at = self._blank(self._after("=", at))
        node, end = self._value(at)
        holder = _inner(table, keys[:-1], start)
        holder.nodes[keys[-1]], holder.keys[keys[-1]] = node, start
        return end

    def _key(self, at: int) -> tuple[list[str], int]:
        keys = []
        while True:
            at = self._blank(at)
            if bare := _BARE_KEY.match(self._content, at):
                keys.append(bare[0])
                at = bare.end()
            else:
                quoted = self._text(at)
                keys.append(quoted.text)
                at = quoted.end
            at = self._blank(at)
            if not self._content.startswith(".", at):
                return keys, at
            at += 1

    def _value(self, at: int) -> tuple[Node, int]:
        self._values += 1
        if self._values > MOST_VALUES:
            raise BrokenConfiguration(too_many_values())
        match self._content[at : at + 1]:
            case "[":
                items = ListNode([], at)
                at = self._space(at + 1)
                while not self._content.startswith("]", at):
                    node, at = self._value(at)
                    items.nodes.append(node)
                    at = self._comma(at)
                return items, at + 1
            case "{":
                mapping = MappingNode(start=at)
                at = self._space(at + 1)
                while not self._content.startswith("}", at):
                    at = self._comma(self._pair(mapping, at))
                return mapping, at + 1
            case "'" | '"':
                scalar = self._text(at)
                return scalar, scalar.end
        other = _OTHER.match(self._content, at)
        if other is None:
            raise ValueError(at)
        written = other[0].rstrip()
        kind = "integer" if _INTEGER.fullmatch(written) else "other"
        return Scalar(
            written, "integer" if kind == "integer" else "other", at, at + len(written)
        ), other.end()

    def _text(self, at: int) -> Scalar:
        literal = _TEXT.match(self._content, at)
        if literal is None:
            raise ValueError(at)
        value: object = literal[0][1:-1]
        if "\\" in literal[0] or literal[0].startswith(('"""', "'''")):
            value = load_toml(f"value = {literal[0]}")["value"]
        if not isinstance(value, str):
            raise ValueError(at)
        return Scalar(value, "text", at, literal.end())

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._content, at)
        return at if found is None else found.end()

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self._content, at)
        return at if found is None else found.end()

    def _after(self, mark: str, at: int) -> int:
        if not self._content.startswith(mark, at):
            raise ValueError(at)
        return at + len(mark)

    def _comma(self, at: int) -> int:
        at = self._space(at)
        return self._space(at + 1) if self._content.startswith(",", at) else at


def _inner(table: MappingNode, keys: list[str], start: int) -> MappingNode:
    """The table under these keys, created if it is missing; of a list of tables, the last one."""
    for key in keys:
        found = table.nodes.setdefault(key, MappingNode(start=start))
        if isinstance(found, ListNode):
            found = found.nodes[-1]
        if not isinstance(found, MappingNode):
            raise ValueError(start)
        table = found
    return table


def _new_table(root: MappingNode, keys: list[str], start: int) -> MappingNode:
    listed = _inner(root, keys[:-1], start).nodes.setdefault(keys[-1], ListNode([], start))
    table = MappingNode(start=start)
    if not isinstance(listed, ListNode):
        raise ValueError(start)
    listed.nodes.append(table)
    return table
