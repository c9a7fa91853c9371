"""The code in a notebook: its cells (nbformat 3 and 4) and the lines in them that are not Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "python", "python3", "wandb"})
"""Cell magics after which the cell is still Python code of this notebook."""

_LINE_MAGIC = re.compile(r"(?P<indent>\s*)(?P<magic>%[A-Za-z_]\w*|%%\w*|!|\?)(?P<rest>.*)", re.DOTALL)
_RUNS_CODE = re.compile(
    r"(?P<indent>\s*)(?P<magic>%(?:time|timeit|prun|memit)\s+(?:-\S+\s+)*)(?P<code>\S.*)", re.DOTALL
)
_ASSIGNED_MAGIC = re.compile(r"(?P<target>\s*[\w.\[\], ]+=\s*)(?P<magic>[%!].*)", re.DOTALL)
_HELP = re.compile(r"(?P<indent>\s*)[\w.%]+\?{1,2}\s*")


class NotANotebook(ValueError):
    """The JSON is not a notebook; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A code cell."""

    number: int
    """Its number among all cells, from 1."""
    text: str


def code_cells(notebook: object) -> list[Cell]:
    """The code cells of parsed notebook JSON. Raises NotANotebook."""
    if not isinstance(notebook, dict):
        raise NotANotebook("not a notebook: the top level is not an object")
    listed = list(_all_cells(notebook))
    if not listed and not ("cells" in notebook or "worksheets" in notebook):
        raise NotANotebook("not a notebook: it has no cells")
    return [
        Cell(number, text)
        for number, cell in enumerate(listed, start=1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and (text := _text(cell))
    ]


def _all_cells(notebook: dict[str, object]) -> Iterator[object]:
    holders = [notebook]
    worksheets = notebook.get("worksheets")
    if isinstance(worksheets, list):
        holders += [sheet for sheet in worksheets if isinstance(sheet, dict)]
    for holder in holders:
        cells = holder.get("cells")
        if isinstance(cells, list):
            yield from cells


def is_python(notebook: object) -> bool:
    """Whether the code of the notebook is Python, as far as its metadata says."""
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    if not isinstance(metadata, dict):
        return True
    for holder, key in (("kernelspec", "language"), ("language_info", "name")):
        said = metadata.get(holder)
        name = said.get(key) if isinstance(said, dict) else None
        if isinstance(name, str) and name:
            return "python" in name.lower()
    return True


def _text(cell: dict[str, object]) -> str:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def without_magics(lines: Sequence[str]) -> list[str]:
    """The lines with the syntax of IPython blanked; the rest keeps its line and column."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].partition(" ")[0] not in PYTHON_CELL_MAGICS:
        return [""] * len(lines)
    plain: list[str] = []
    continued = False
    for line in lines:
        # A line that goes on with a backslash is one line for IPython, also with a blank line or comment after it.
        plain.append("" if continued else _plain(line))
        magic = continued or _starts_magic(line)
        continued = magic and line.rstrip().endswith("\\")
    return plain


def _starts_magic(line: str) -> bool:
    if _RUNS_CODE.fullmatch(line):
        return False
    return _LINE_MAGIC.fullmatch(line) is not None or _ASSIGNED_MAGIC.fullmatch(line) is not None


def _plain(line: str) -> str:
    if runs := _RUNS_CODE.fullmatch(line):
        # `if 1:` replaces the magic, so that the code after it keeps its column
        return runs["indent"] + "if 1:".ljust(len(runs["magic"])) + runs["code"]
    if magic := _LINE_MAGIC.fullmatch(line):
        return magic["indent"] + ("" if magic["magic"].startswith("%%") else "pass")
    if assigned := _ASSIGNED_MAGIC.fullmatch(line):
        return assigned["target"] + "None"
    if asked := _HELP.fullmatch(line):
        return asked["indent"] + "pass"
    return line
