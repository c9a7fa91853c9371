"""Tables that fit the terminal: no cell wraps, and a path is never cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PATH = "path"
"""The column that people copy."""

_INDENT = "  "
_GAP = 2
_NARROWEST = 8
"""A cell with fewer characters than this says nothing."""


def table(
    rows: Sequence[Mapping[str, str]], width: int | None = None, *, whole: str = PATH, indent: str = _INDENT
) -> list[str]:
    """The lines of a table whose columns are the keys of the rows; `width` is that of the terminal, if it is known.

    `whole` is the last column, which is never cut. If the table is too wide, its cells go on a line of their own, below
    the others, and long cells are shortened in the middle. Where that does not fit either, each row is a block with
    one line for each cell.
    """
    heads = list(rows[0])
    lines = _aligned(heads, rows, indent)
    if width is None or max(map(len, lines)) <= width:
        return lines
    others = [head for head in heads if head != whole]
    room = _shrunk(others, rows, width - len(indent) - _GAP * (len(others) - 1))
    if room is None:
        return _stacked(heads, rows, width, whole)
    cut = [{head: shortened(row[head], room[head]) for head in others} for row in rows]
    first, *below = _aligned(others, cut, indent)
    if whole not in heads:
        return [first, *below]
    paths = [f"{indent}{_INDENT}{row[whole]}" for row in rows]
    return [first, *(line for pair in zip(below, paths, strict=True) for line in pair)]


def shortened(text: str, length: int) -> str:
    """A text with its middle left out if it is longer: its beginning and its end say most."""
    if len(text) <= length:
        return text
    head = length // 2
    return f"{text[:head]}…{text[len(text) - (length - head - 1) :]}"


def _aligned(heads: Sequence[str], rows: Sequence[Mapping[str, str]], indent: str) -> list[str]:
    from tabulate import tabulate

    cells = [[row[head] for head in heads] for row in rows]
    lines = tabulate(cells, headers=list(heads), tablefmt="plain", disable_numparse=True).splitlines()
    return [f"{indent}{line.rstrip()}" for line in lines]


def _shrunk(heads: Sequence[str], rows: Sequence[Mapping[str, str]], room: int) -> dict[str, int] | None:
    """How wide each column may be, the widest made narrower first; `None` if there is not room enough."""
    # `tabulate` gives a head two spaces more than its length.
    least = {head: max(len(head) + _GAP, _NARROWEST) for head in heads}
    widths = {head: max(least[head], *(len(row[head]) for row in rows)) for head in heads}
    while sum(widths.values()) > room:
        widest = max(heads, key=lambda head: widths[head] - least[head])
        if widths[widest] <= least[widest]:
            return None
        widths[widest] -= 1
    return widths


def _stacked(heads: Sequence[str], rows: Sequence[Mapping[str, str]], width: int, whole: str) -> list[str]:
    label = max(map(len, heads)) + _GAP
    lines: list[str] = []
    for row in rows:
        for position, head in enumerate(heads):
            cell = row[head]
            room = max(width - len(_INDENT) - label, _NARROWEST)
            shown = cell if head == whole else shortened(cell, room)
            lines.append(f"{'- ' if position == 0 else _INDENT}{head:<{label}}{shown}".rstrip())
    return lines
