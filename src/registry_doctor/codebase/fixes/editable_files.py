"""The files that can be edited, and why others are left unchanged."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import stat
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from registry_doctor.codebase.fixes.configuration_scalars import ConfigurationKind
from registry_doctor.codebase.fixes.json_strings import JsonKey, json_token, string_positions
from registry_doctor.codebase.fixes.python_literals import CHANGED
from registry_doctor.codebase.fixes.spelling import CannotEdit, Replacement, Spelled
from registry_doctor.codebase.source.folders import is_ignored, shown
from registry_doctor.codebase.source.found import Span
from registry_doctor.support.regular_files import read_regular

FileKind: TypeAlias = Literal["python", "notebook"] | ConfigurationKind

_KINDS: dict[str, FileKind] = {
    ".ipynb": "notebook", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".json": "json"
}  # fmt: skip
_LINE_END = re.compile(r"\r\n|\r|\n")
_GENERATED = re.compile(rb"@generated\b|\bdo not edit\b", re.IGNORECASE)
LARGEST_EDITED = 200_000_000
"""The largest file that is edited, in bytes: the largest notebook that is read."""
_HEADER = 5
"""How many lines at the top are searched for a mark of a generated file."""


@dataclass(frozen=True)
class Lines:
    """A text with positions by line and column."""

    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a position. Raises CannotEdit if there is no such line."""
        if not 0 < line <= len(self._starts):
            raise CannotEdit(CHANGED)
        return self._starts[line - 1] + column - 1

    def within(self, span: Span) -> tuple[int, int]:
        """Start and end of a span. Raises CannotEdit if it is outside the text."""
        start, end = self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)
        if not start < end <= len(self.text):
            raise CannotEdit(CHANGED)
        return start, end


@dataclass(frozen=True)
class EditableFile:
    """A file that can be edited, as it was read."""

    shown: str
    path: Path
    """Without symbolic links."""
    data: bytes
    text: str
    """Without the byte order mark, with the original line ends."""
    encoding: str
    kind: FileKind
    _cells: dict[int, Spelled] = field(default_factory=dict, compare=False)

    @cached_property
    def lines(self) -> Lines:
        """The text of the whole file."""
        return Lines(self.text)

    def part(self, cell: int | None) -> Lines:
        """The text that the spans of this cell, or of the whole file, refer to. Raises CannotEdit."""
        if cell is None:
            return self.lines
        return Lines(self._spelled_cell(cell).text)

    def in_file(self, cell: int | None, replacements: Iterable[Replacement]) -> list[Replacement]:
        """Replacements in a cell as replacements in the text of the file. Raises CannotEdit."""
        if cell is None:
            return list(replacements)
        spelled = self._spelled_cell(cell)
        return [new for each in replacements for new in spelled.replaced(each.start, each.end, each.text)]

    def encoded(self, text: str) -> bytes:
        """Another text in the encoding of this file. Raises CannotEdit."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as problem:
            raise CannotEdit(f"its encoding, {self.encoding}, has no such character") from problem

    def _spelled_cell(self, cell: int) -> Spelled:
        if cell not in self._cells:
            self._cells[cell] = self._read_cell(cell)
        return self._cells[cell]

    @cached_property
    def _string_positions(self) -> dict[tuple[JsonKey, ...], tuple[int, int]]:
        return string_positions(self.text)

    def _read_cell(self, cell: int) -> Spelled:
        paths = _cell_paths(json.loads(self.text))
        if not 0 < cell <= len(paths):
            raise CannotEdit(CHANGED)
        for name in ("source", "input"):
            source = (*paths[cell - 1], name)
            found = [
                place
                for path, place in self._string_positions.items()
                if path[: len(source)] == source and len(path) <= len(source) + 1
            ]
            if found:
                return Spelled(tuple(json_token(self.text, start, end) for start, end in found))
        raise CannotEdit(CHANGED)


def _cell_paths(notebook: object) -> list[tuple[JsonKey, ...]]:
    """The keys that lead to each cell, in the order of the cell numbers."""
    holders: list[tuple[tuple[JsonKey, ...], object]] = [((), notebook)]
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) else None
    if isinstance(sheets, list):
        holders += [(("worksheets", index), sheet) for index, sheet in enumerate(sheets)]
    paths: list[tuple[JsonKey, ...]] = []
    for path, holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        if isinstance(cells, list):
            paths += [(*path, "cells", index) for index in range(len(cells))]
    return paths


def read_file(file: str, root: Path, searched: Iterable[Path] = ()) -> EditableFile:
    """The file of this name, relative to the root, with links resolved. Raises CannotEdit.

    It must be one of the files that are searched, or in one of the folders; without `searched`, in the root.
    """
    named = Path(os.path.normpath(root / file))
    try:
        path = named.resolve(strict=True)
        places = [(root / each).resolve() for each in searched] or [root.resolve()]
        inside = next((each for each in places if path.is_relative_to(each)), None)
        if inside is None:
            raise CannotEdit("it is outside the files and folders that are searched")
        _refuse_ignored(path, inside if inside != path else path.parent)
        data = read_regular(path, LARGEST_EDITED)
        _refuse_read_only(path)
    except OSError as problem:
        raise CannotEdit(f"it cannot be read: {problem.strerror or problem}") from problem
    except RuntimeError as problem:  # a link to itself
        raise CannotEdit("it is a link to itself") from problem
    if _GENERATED.search(b"\n".join(data.split(b"\n", _HEADER)[:_HEADER])):
        raise CannotEdit("it is marked as generated; correct its source")
    kind = _KINDS.get(path.suffix.lower(), "python")
    encoding = _encoding(data, kind)
    try:
        text = data.decode(encoding)
        same = text.encode(encoding) == data
    except (UnicodeError, LookupError):
        same, text = False, ""
    if not same:
        raise CannotEdit("it is not text in its declared encoding")
    return EditableFile(shown(named, root), path, data, text, encoding, kind)


def refuse_changed(file: EditableFile) -> None:
    """Raise CannotEdit unless the file is writable and unchanged since it was read."""
    try:
        if read_regular(file.path, LARGEST_EDITED) != file.data:
            raise CannotEdit(CHANGED)
        _refuse_read_only(file.path)
    except OSError as problem:
        raise CannotEdit(f"it cannot be read: {problem.strerror or problem}") from problem


def _refuse_ignored(path: Path, root: Path) -> None:
    if is_ignored(path, root):
        raise CannotEdit("it is ignored by git or installed, so it is not your own source")


def _refuse_read_only(path: Path) -> None:
    # An administrator could still write it, but the permission was removed on purpose.
    writable = path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    if not writable or not os.access(path, os.W_OK):
        raise CannotEdit("it is not writable")


def _encoding(data: bytes, kind: FileKind) -> str:
    if kind != "python":
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError as problem:
        raise CannotEdit("it is not text in its declared encoding") from problem
