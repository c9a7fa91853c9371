"""Text from outside, made safe for a terminal: escapes visible, secrets masked, length limited."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable

from registry_doctor.support.redaction import Secret, redact

LIMIT = 600
"""How many characters of one message or name are shown."""

PATH_LIMIT = 1024
"""How many characters of a path are shown; real paths are shorter."""

_FALLBACK = str.maketrans({"✓": "+", "✗": "x", "…": "...", "‽": "#", "·": ",", "→": "->"})
"""Replacements for terminals that cannot show the symbols of the text report."""


_NOT_ASCII = re.compile(r"[^\n -~]")


def visible(text: str, secrets: Iterable[Secret] = (), limit: int = LIMIT) -> str:
    r"""`text` on one line, in which nothing acts on the terminal and nothing is invisible.

    Control characters, line breaks, changes of writing direction and odd spaces become escapes such as
    `\x1b`, `\n` or `\u202e`; a longer text ends in `…`.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    # Secrets go first: a cut or an escape in the middle of one would hide it from the search.
    shown = redact(text, secrets)
    cut = len(shown) > limit
    shown = "".join(char if char.isprintable() else _escape(char) for char in shown[:limit])
    if cut or len(shown) > limit:
        return shown[: limit - 1].rstrip() + "…"
    return shown


def wrapped(text: str, width: int | None, indent: int) -> list[str]:
    """`text` in lines that fit beside an indentation; in one line if the width is not known or too small."""
    if width is None or width - indent < 20:
        return [text]
    return textwrap.wrap(text, width - indent, break_long_words=False, break_on_hyphens=False) or [""]


def encodable(text: str, encoding: str | None) -> str:
    """`text` without the characters that `encoding` cannot write."""
    encoding = encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_FALLBACK).encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return encodable(text, "ascii")
    return text


def inert_json(text: str) -> str:
    r"""The same JSON, ready for UTF-8, in which nothing acts on a terminal either: `\u202e` stays an escape."""
    if text.isascii() and "\x7f" not in text:  # JSON escapes all other controls itself
        return text
    return _NOT_ASCII.sub(lambda found: found[0] if found[0].isprintable() else _json_escape(found[0]), text)


def _json_escape(char: str) -> str:
    return json.dumps(char)[1:-1]


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
