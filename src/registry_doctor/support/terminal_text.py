"""Text from outside, made safe for a terminal: escapes visible, secrets masked, length limited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

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
    """`text` in lines that fit beside an indentation; in one line if the width is not known or too small.

    What stands in quotes stays on one line, so that a path or a command can be copied; and no path gets a line of
    its own, where it would look like the corrected path.

    >>> wrapped("the path of the registry is 'Acme Robotics/wandb-registry-model/x'", 42, 0)
    ['the path of the registry', "is 'Acme Robotics/wandb-registry-model/x'"]
    """
    if width is None or width - indent < 20:
        return [text]
    room = width - indent
    lines: list[list[str]] = [[]]
    words = text.lstrip(" ")
    before = len(text) - len(words)
    taken = before - 1
    for unit in _units(words, room):
        if lines[-1] and taken + 1 + len(unit) > room:
            lines.append([])
            taken = -1
        taken += len(unit) + 1
        lines[-1].append(unit)
    for before_it, line in pairwise(lines):
        alone = len(line) == 1 and "/" in line[0]
        if alone and len(before_it) > 1 and len(before_it[-1]) + 1 + len(line[0]) <= room:
            line.insert(0, before_it.pop())
    first, *rest = (" ".join(line) for line in lines)
    return [" " * before + first, *rest]


def _units(text: str, room: int) -> Iterator[str]:
    """The words of a text; what stands in quotes is one of them, if it fits in a line."""
    for found in _UNIT.finditer(text):
        if len(found[0]) <= room:
            yield found[0]
        else:
            yield from found[0].split()


_UNIT = re.compile(
    r"""[^\s'"`]*(?<!\w)(?:'[^']*'|"[^"]*"|`[^`]*`)(?!\w)\S*  # in quotes; an apostrophe is none
    | \([^()]{1,20}\)\S*  # a short remark
    | \S+""",
    re.VERBOSE,
)


def command_lines(lines: Sequence[str], width: int | None, indent: int) -> list[str]:
    r"""Lines of code to copy. A command that is longer than the line continues after a backslash.

    >>> command_lines(["wandb-registry relog a/b/c:v0 --to team/b --link wandb-registry-r/c"], 60, 4)
    ['wandb-registry relog a/b/c:v0 --to team/b \\', '    --link wandb-registry-r/c']
    """
    if width is None:
        return list(lines)
    return [part for line in lines for part in _continued(line, width - indent)]


def _continued(line: str, room: int) -> list[str]:
    if len(line) <= room or line.partition(" ")[0] not in _SHELL:
        return [line]
    first, *options = re.split(r" (?=--|&& )", line)
    parts = [first]
    for each in options:
        if len(parts[-1]) + len(each) + 3 <= room:
            parts[-1] += f" {each}"
        else:
            parts[-1] += " \\"
            parts.append(f"    {each}")
    # A break within quotes would change the command.
    return [line] if any(part.count("'") % 2 for part in parts) else parts


_SHELL = frozenset({"wandb-registry", "wandb", "export", "unset", "curl", "pip"})
"""The first words of commands; other code is Python."""


def shortened(text: str, room: int) -> str:
    """The text, or its beginning and its end if it is longer than that.

    >>> shortened("a-very-long-name", 9)
    'a-ve…name'
    """
    if len(text) <= room:
        return text
    end = (room - 1) // 2
    return f"{text[: room - 1 - end]}…{text[len(text) - end :]}"


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
