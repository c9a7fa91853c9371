"""Reading a Python file or a notebook into a syntax tree whose nodes can be located. Nothing is executed."""

from __future__ import annotations

import ast
import io
import json
import re
import textwrap
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from threading import Lock

from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.found import FoundComment, Ignore, Location, Span, Unreadable
from registry_doctor.codebase.source.ignore_comments import IgnoreComment, read_ignores
from registry_doctor.codebase.source.notebook import (
    Cell,
    NotANotebook,
    code_cells,
    is_python,
    without_magics,
)

_LINE_END = re.compile(r"\r\n|\r|\n")
"""The line ends of Python; `str.splitlines` has more."""
_FIRST_INDENT = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]+[^\s#]")

_NOT_FOR_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})
"""Encodings that no editor writes; some take quadratic time."""

_PARSING = Lock()
"""Python 3.11 can fail if two threads parse at once."""


@dataclass(frozen=True)
class Source:
    """A syntax tree with its text; the cells of a notebook follow each other in one tree."""

    file: str
    path: Path
    tree: ast.Module
    lines: Sequence[str]
    cells: Sequence[tuple[int, int]] = ()
    """For a notebook: the lines before each cell, in order, and the cell's number."""
    mentions_wandb: bool = True

    @cached_property
    def length(self) -> int:
        """How many characters it has."""
        return sum(map(len, self.lines)) + len(self.lines)

    @cached_property
    def ignores(self) -> Mapping[int, IgnoreComment]:
        """The ignore comments by line of `lines`."""
        if not self.cells:
            return read_ignores(self.lines)
        found: dict[int, IgnoreComment] = {}
        ends = [before for before, _ in self.cells[1:]] + [len(self.lines)]
        for (before, _), end in zip(self.cells, ends, strict=True):
            found |= {before + line: each for line, each in read_ignores(self.lines[before:end]).items()}
        return found

    @property
    def comments(self) -> Iterator[FoundComment]:
        """The ignore comments, wherever they stand."""
        for line, each in self.ignores.items():
            cell, in_cell, _ = self.position(line, 0)
            yield FoundComment(self.file, cell, Ignore(each.codes, each.reason, in_cell))

    def position(self, line: int, offset: int) -> tuple[int | None, int, int]:
        """Cell, line and column, from 1, of a line of the tree and an offset in UTF-8 bytes."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        column = offset if text.isascii() else self._characters(line, text, offset)
        if not self.cells:
            return None, line, column + 1
        before, cell = self.cells[bisect_right(self.cells, line - 1, key=lambda each: each[0]) - 1]
        return cell, line - before, column + 1

    def _characters(self, line: int, text: str, offset: int) -> int:
        """How many characters of a line an offset in UTF-8 bytes is; long lines have many literals."""
        if line not in self._longer:
            extra = [(at, len(each.encode("utf-8", "replace")) - 1) for at, each in enumerate(text)]
            several = [(at, more) for at, more in extra if more]
            sums = list(accumulate(more for _, more in several))
            starts = [at + before for (at, _), before in zip(several, (0, *sums), strict=False)]
            self._longer[line] = starts, sums
        starts, sums = self._longer[line]
        index = bisect_right(starts, offset - 1)
        return offset - (sums[index - 1] if index else 0)

    @cached_property
    def _longer(self) -> dict[int, tuple[list[int], list[int]]]:
        """By line: at which offsets characters of several bytes start, and how many bytes more they have, summed."""
        return {}

    def before(self, line: int) -> int:
        """How many lines of the tree come before the notebook cell with this line; 0 for a file."""
        return (
            self.cells[bisect_right(self.cells, line - 1, key=lambda each: each[0]) - 1][0]
            if self.cells
            else 0
        )

    def location(self, node: ast.expr) -> Location:
        """The location of an expression; for an attribute, of its name."""
        line, offset = node.lineno, node.col_offset
        if isinstance(node, ast.Attribute) and node.end_lineno and node.end_col_offset is not None:
            line, offset = node.end_lineno, node.end_col_offset - len(node.attr.encode())
        cell, line, column = self.position(line, max(offset, 0))
        return Location(self.file, cell, line, column)

    def span(self, node: ast.expr) -> Span:
        """The extent of a literal."""
        cell, line, column = self.position(node.lineno, node.col_offset)
        _, end_line, end_column = self.position(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return Span(self.file, cell, line, column, end_line, end_column)


def read_source(path: Path, root: Path, data: bytes) -> tuple[Source | None, list[Unreadable]]:
    """The tree of a file with these bytes, or none, and the parts that cannot be read."""
    file = shown(path, root)
    if path.suffix.lower() == ".ipynb":
        return _read_notebook(file, path, data)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if encoding.replace("_", "-").lower() in _NOT_FOR_FILES:
            return None, [Unreadable(file, f"not readable as text: it declares the encoding {encoding}")]
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError) as problem:
        said = problem.msg if isinstance(problem, SyntaxError) else "it is not text in its declared encoding"
        return None, [Unreadable(file, f"not readable as text: {said}")]
    lines = _LINE_END.split(text)
    tree = _parse(text)
    if isinstance(tree, _Broken):
        return None, [Unreadable(file, tree.reason, tree.line, tree.column)]
    return Source(file, path, tree, lines, mentions_wandb=_mentions_wandb(data)), []


def parse_snippet(
    file: str, path: Path, code: str, content: str, line: int, column: int, cell: int | None
) -> Source | Unreadable:
    """The tree of Python code that starts at this line and column of a file or cell with the text `content`."""
    lines = _LINE_END.split(content)
    body = textwrap.dedent(code)
    tree = _parse(body)
    if isinstance(tree, _Broken):
        at = line + (tree.line or 1) - 1
        return Unreadable(file, f"the Python code in a command is {tree.reason}", at, None, cell)
    before = len(lines[line - 1][: column - 1].encode("utf-8", "replace"))
    indent = len(code) - len(code.lstrip(" \t")) if body != code else 0
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            for number, offset in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
                shift = before if getattr(node, number) == 1 else indent
                setattr(node, offset, getattr(node, offset) + shift)
    ast.increment_lineno(tree, line - 1)
    return Source(file, path, tree, lines, ((0, cell),) if cell is not None else (), mentions_wandb=True)


def _read_notebook(file: str, path: Path, data: bytes) -> tuple[Source | None, list[Unreadable]]:
    try:
        notebook = json.loads(data)
        cells = code_cells(notebook)
    except NotANotebook as problem:
        return None, [Unreadable(file, str(problem))]
    except json.JSONDecodeError as problem:
        return None, [Unreadable(file, f"not readable as JSON: {problem.msg}", problem.lineno, problem.colno)]
    except (ValueError, RecursionError):
        return None, [Unreadable(file, "not readable as JSON")]
    except MemoryError:
        return None, [Unreadable(file, "it needs too much memory to be read")]
    if not is_python(notebook):
        return None, []
    problems: list[Unreadable] = []
    body: list[ast.stmt] = []
    lines: list[str] = []
    starts: list[tuple[int, int]] = []
    for cell in cells:
        tree, source = _parse_cell(cell)
        if isinstance(tree, _Broken):
            problems.append(Unreadable(file, tree.reason, tree.line, tree.column, cell.number))
            continue
        ast.increment_lineno(tree, len(lines))
        starts.append((len(lines), cell.number))
        lines += source
        body += tree.body
    if not body:
        return None, problems
    module = ast.Module(body=body, type_ignores=[])
    return Source(file, path, module, lines, starts, mentions_wandb=_mentions_wandb(data)), problems


def _parse_cell(cell: Cell) -> tuple[ast.Module | _Broken, list[str]]:
    """Parse a cell as it is; if it is not Python, without its magics."""
    lines = _LINE_END.split(cell.text)
    tree = _parse_indented(cell.text)
    if isinstance(tree, _Broken) and (plain := without_magics(lines)) != lines:
        tree = _parse_indented("\n".join(plain))
    return tree, lines


def _parse_indented(text: str) -> ast.Module | _Broken:
    """Parse a cell; as in IPython, all of it may be indented."""
    tree = _parse(text)
    if not isinstance(tree, _Broken) or not _FIRST_INDENT.match(text):
        return tree
    inside = _parse("if 1:\n" + text)
    if isinstance(inside, _Broken) or len(inside.body) != 1 or not isinstance(inside.body[0], ast.If):
        return tree
    ast.increment_lineno(inside, -1)
    return ast.Module(body=inside.body[0].body, type_ignores=[])


@dataclass(frozen=True)
class _Broken:
    reason: str
    line: int | None = None
    column: int | None = None


def _parse(text: str) -> ast.Module | _Broken:
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes and comparisons in the code of others
        try:
            return _tree(text)
        except SyntaxError as problem:
            return _Broken(f"not Python 3: {problem.msg}", problem.lineno, problem.offset or None)
        except (RecursionError, MemoryError, SystemError):
            return _Broken("nested too deeply to be read")
        except ValueError as problem:  # null bytes, lone surrogates, an integer of thousands of digits
            said = (
                "it contains null bytes"
                if "null byte" in str(problem)
                else "it contains characters that Python does not accept"
            )
            return _Broken(f"not Python 3: {said}")


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SystemError:  # "AST constructor recursion depth mismatch", if other code parsed at the same time
        return ast.parse(text)


def _mentions_wandb(data: bytes) -> bool:
    return b"wandb" in data
