"""Pieces of HTML for notebooks. Styles stand in the tags, since many notebooks drop style sheets.

The colours can be read on white and on black; everything else takes the colours of the page. What is given must be escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_COLOURS = {"error": "#d9483b", "warning": "#b07d12", "unknown": "#9266d9", "pass": "#2c9550"}
_GREY = "rgba(128,128,128,.18)"
_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0;background:none;border:none"


def block(content: str) -> str:
    """The whole report."""
    return f'<div class="registry-doctor" style="line-height:1.5;max-width:60em">{content}</div>'


def line(content: str) -> str:
    """A paragraph."""
    return f'<p style="margin:.3em 0">{content}</p>'


def muted(content: str) -> str:
    """A paragraph that steps back."""
    return f'<p style="margin:.3em 0;opacity:.7"><small>{content}</small></p>'


def strong(content: str, kind: str) -> str:
    """Words in the colour of a kind of result."""
    return f'<b style="color:{_COLOURS[kind]}">{content}</b>'


def link(content: str, address: str | None) -> str:
    """The content as a link; the content itself without an address."""
    return f'<a href="{escape(address)}" style="color:inherit">{content}</a>' if address else content


def path_to_copy(path: str) -> str:
    """A path that one click selects as a whole."""
    style = f"user-select:all;-webkit-user-select:all;background:{_GREY};padding:.3em .6em;border-radius:4px"
    return f'<p style="margin:.3em 0"><code style="{style};font-size:1.05em;color:inherit">{path}</code></p>'


def code(content: str) -> str:
    """Code or a command, which one click selects as a whole."""
    style = f"user-select:all;-webkit-user-select:all;background:{_GREY};color:inherit;padding:.4em .6em"
    return f'<pre style="{style};margin:.3em 0;border-radius:4px;overflow-x:auto">{content}</pre>'


def table(rows: Sequence[Sequence[str]], headers: Sequence[str] = ()) -> str:
    """Rows of cells; without headers, the first cell of a row names it."""
    head = "".join(f'<th style="{_CELL};opacity:.7">{each}</th>' for each in headers)
    body = "".join(
        "<tr>"
        + "".join(
            f'<th style="{_CELL};font-weight:normal;opacity:.7">{each}</th>'
            if not headers and not position
            else f'<td style="{_CELL}">{each}</td>'
            for position, each in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<table style="border-collapse:collapse;margin:.3em 0;background:none">'
        + (f"<tr>{head}</tr>" if headers else "")
        + f"{body}</table>"
    )


def details(title: str, content: str) -> str:
    """What is folded until somebody asks for it."""
    return f'<details style="margin:.3em 0"><summary style="opacity:.7"><small>{title}</small></summary>{content}</details>'
