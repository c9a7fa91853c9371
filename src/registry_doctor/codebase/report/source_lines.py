"""The line of the source that a finding is about, with the wrong literal marked."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from registry_doctor.codebase.report.diagnostics import FilePosition, Formatter
from registry_doctor.codebase.source.found import Span
from registry_doctor.codebase.source.notebook import NotANotebook, code_cells
from registry_doctor.support.redaction import redact, without_keys

LARGEST_FILE = 50_000_000
"""Of larger files, in bytes, no line is shown."""

_WIDTH = 80
_LINE_END = re.compile(r"\r\n|\r|\n")
_CUT = "…"


class SourceLines:
    """Lines of the searched files, by position."""

    def __init__(self, root: Path) -> None:
        """The files are named relative to `root`."""
        self._root = root
        self._lines = lru_cache(maxsize=8)(self._read)

    def line(self, position: FilePosition) -> str | None:
        """The line of a position without its end; `None` if the file is no longer there or has no such line."""
        lines = self._lines(position.file, position.cell)
        if position.line is None or not 0 < position.line <= len(lines):
            return None
        return lines[position.line - 1]

    def _read(self, file: str, cell: int | None) -> list[str]:
        path = self._root / file
        try:
            if not path.is_file() or path.stat().st_size > LARGEST_FILE:
                return []
            data = path.read_bytes()
            text = data.decode("utf-8-sig")
            if cell is not None:
                cells = {each.number: each.text for each in code_cells(json.loads(text))}
                text = cells.get(cell, "")
        except (OSError, ValueError, RecursionError, NotANotebook):
            return []
        return _LINE_END.split(text)


def marked_line(
    line: str, position: FilePosition, span: Span | None, formatter: Formatter, width: int | None
) -> list[str]:
    """The number and the text of the line, and below it a mark under the literal; long lines are cut around it.

    Empty if the mark could not stand under the literal, because of characters that are shown in another way, and if
    the line holds a secret, or what looks like one: a cut in the middle of it would show a part.
    """
    if redact(line, formatter.secrets) != line or without_keys(line) != line:
        return []
    column = span.column if span is not None else position.column or 1
    end = column + 1
    if span is not None:
        end = span.end_column if span.end_line == span.line else len(line) + 1
    start, stop = min(column - 1, len(line)), max(min(end - 1, len(line)), column)
    number = f"{position.line} | "
    room = max((width or _WIDTH) - len(number) - 4, 20)
    text, begin = line.replace("\t", " "), 0
    indent = len(text) - len(text.lstrip())
    if indent and indent <= start:
        text, begin = text[indent:], indent
    if len(text) > room:
        first = max(0, min(start - begin - 10, len(text) - room))
        text, begin = text[first : first + room], begin + first
        if first:
            text = _CUT + text[1:]
        if begin + room < len(line):
            text = text[:-1] + _CUT
    if formatter.shown(text, len(text)) != text:
        return []
    marked = max(1, min(stop - begin, len(text)) - (start - begin))
    blank = " " * (len(number) - 2)
    return [f"{number}{text}", f"{blank}| {' ' * (start - begin)}{'^' * marked}"]
