"""Comments that switch off a check for one call: `# registry-doctor: ignore[RD502] reason`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARK = "registry-doctor:"

_COMMENT = re.compile(
    r"#\s*registry-doctor:\s*ignore\b(?:\s*\[(?P<codes>[^\]]*)\])?(?P<reason>[^#]*)", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class IgnoreComment:
    """An ignore comment, with its line."""

    codes: tuple[str, ...]
    reason: str
    line: int
    alone: bool
    """The comment is the only text on its line, so it applies to the next line."""


def read_ignores(lines: Sequence[str]) -> Mapping[int, IgnoreComment]:
    """The ignore comments by line, from 1; text inside strings does not count."""
    if not any(MARK in line for line in lines):
        return {}
    found: dict[int, IgnoreComment] = {}
    readline = io.StringIO("\n".join(lines) + "\n", newline="").readline
    try:
        for token in tokenize.generate_tokens(readline):
            if token.type == tokenize.COMMENT and (match := _COMMENT.match(token.string)):
                line, column = token.start
                alone = not token.line[:column].strip()
                found[line] = IgnoreComment(_codes(match), match["reason"].strip(), line, alone)
    except (tokenize.TokenError, SyntaxError):
        pass  # an unfinished notebook cell; the comments before its end are known
    return found


def ignore_in(comment: str, line: int, *, alone: bool) -> IgnoreComment | None:
    """The ignore comment in a text that is or contains a `#` comment."""
    match = _COMMENT.search(comment)
    return None if match is None else IgnoreComment(_codes(match), match["reason"].strip(), line, alone)


def _codes(match: re.Match[str]) -> tuple[str, ...]:
    return tuple(code.upper() for code in _SEPARATOR.split(match["codes"] or "") if code)
