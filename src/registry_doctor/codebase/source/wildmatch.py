"""Patterns as git matches them (`wildmatch`), without backtracking: the time grows with pattern and name, never faster.

Names and patterns are compared byte by byte, as git does; bytes are held as the characters 0 to 255.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_NAME = 255
"""In bytes; no file system has longer names, so a pattern that needs more never matches."""

_CLASSES = {
    "alnum": r"0-9A-Za-z", "alpha": r"A-Za-z", "blank": r"\t ", "cntrl": r"\x00-\x1f\x7f", "digit": r"0-9",
    "graph": r"\x21-\x7e", "lower": r"a-z", "print": r"\x20-\x7e", "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ", "upper": r"A-Z", "xdigit": r"0-9A-Fa-f",
}  # fmt: skip


class NeverMatches(ValueError):
    """The pattern is malformed in a way that makes git match nothing with it."""


@dataclass(frozen=True)
class _Any:
    """`*`, `**` or `?`."""

    stars: int
    """How many stars in a row; 0 for `?`."""


_STAR = _Any(1)
_ONE = _Any(0)
_Token = _Any | str
"""A wildcard, or the regular expression of exactly one character."""


def segments(pattern: str) -> list[Segment | None]:
    """The parts of a pattern between its slashes; `None` for a part `**`. Raises NeverMatches."""
    parts: list[list[_Token]] = [[]]
    for token in _tokens(pattern):
        if token == "/":
            parts.append([])
        else:
            parts[-1].append(token)
    return [
        None if len(part) == 1 and isinstance(part[0], _Any) and part[0].stars > 1 else Segment.of(part)
        for part in parts
    ]


def matches_path(parts: Sequence[Segment | None], names: Sequence[str]) -> bool:
    """Whether the parts match the names of a path; `**` is any number of names, at the end at least one."""
    if parts and parts[-1] is None:
        parts = (*parts[:-1], _ANYTHING, None)
    at = part = 0
    after_star: tuple[int, int] | None = None
    while at < len(names):
        here = parts[part] if part < len(parts) else _NOTHING
        if here is None:
            part += 1
            after_star = (part, at)
        elif here.matches(names[at]):
            part += 1
            at += 1
        elif after_star is not None:  # the last `**` takes one name more
            after_star = (after_star[0], after_star[1] + 1)
            part, at = after_star
        else:
            return False
    return all(rest is None for rest in parts[part:])


@dataclass(frozen=True)
class Segment:
    """A pattern for one name."""

    expression: re.Pattern[str]
    plain: bool
    """It has at most one star, so that its source can be joined with others."""

    @classmethod
    def of(cls, tokens: Sequence[_Token]) -> Segment:
        """The segment of these tokens. Raises NeverMatches if no name is long enough."""
        pieces: list[list[str]] = [[]]
        for token in tokens:
            if isinstance(token, str):
                pieces[-1].append(token)
            elif token.stars:
                if pieces[-1] or len(pieces) == 1:
                    pieces.append([])
            else:
                pieces[-1].append(r"[\x00-\xff]")
        if sum(map(len, pieces)) > LONGEST_NAME:
            raise NeverMatches
        first, *middle, last = ("".join(piece) for piece in pieces) if len(pieces) > 1 else ("", "")
        if len(pieces) == 1:
            return cls(re.compile("".join(pieces[0]), re.DOTALL), plain=True)
        # A group in a lookahead gives back nothing: each middle piece stays where it first fits, which is always right.
        found = "".join(f"(?=(?P<g{number}>.*?{piece}))(?P=g{number})" for number, piece in enumerate(middle))
        return cls(re.compile(f"{first}{found}.*{last}", re.DOTALL), plain=not middle)

    def matches(self, name: str) -> bool:
        """Whether the whole name matches."""
        return self.expression.fullmatch(name) is not None


_ANYTHING = Segment(re.compile(".*", re.DOTALL), plain=True)
_NOTHING = Segment(re.compile("(?!)"), plain=True)


def _tokens(pattern: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        at += 1
        if letter == "\\":
            if at == len(pattern):
                raise NeverMatches
            tokens.append("/" if pattern[at] == "/" else re.escape(pattern[at]))
            at += 1
        elif letter == "?":
            tokens.append(_ONE)
        elif letter == "*":
            stars = 1
            while pattern.startswith("*", at):
                stars, at = stars + 1, at + 1
            tokens.append(_Any(stars))
        elif letter == "[":
            token, at = _bracket(pattern, at)
            tokens.append(token)
        else:
            tokens.append("/" if letter == "/" else re.escape(letter))
    return tokens


def _bracket(pattern: str, at: int) -> tuple[str, int]:
    """The expression of a bracket that opens before `at`, and the place after it. Raises NeverMatches."""
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    content: list[str] = []
    previous = ""
    first = True
    while first or not pattern.startswith("]", at):
        first = False
        letter = pattern[at : at + 1]
        if letter == "\\":
            at += 1
            letter = previous = _letter(pattern, at)
            content.append(re.escape(letter))
        elif letter == "-" and previous and pattern[at + 1 : at + 2] not in ("", "]"):
            at += 1
            high = pattern[at]
            if high == "\\":
                at += 1
                high = _letter(pattern, at)
            if previous <= high:  # otherwise git matches nothing with the range
                content.append(f"{re.escape(previous)}-{re.escape(high)}")
            previous = ""
        elif letter == "[" and pattern.startswith(":", at + 1):
            end = pattern.find("]", at + 2)
            if end < 0:
                raise NeverMatches
            if end > at + 2 and pattern[end - 1] == ":":
                name = pattern[at + 2 : end - 1]
                if name not in _CLASSES:
                    raise NeverMatches
                content.append(_CLASSES[name])
                previous, at = "", end
            else:
                content.append(re.escape("["))
                previous = "["
        else:
            previous = _letter(pattern, at)
            content.append(re.escape(previous))
        at += 1
    inside = "".join(content)
    if not inside:
        return (r"[\x00-\xff]" if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{inside}]", at + 1


def _letter(pattern: str, at: int) -> str:
    if at >= len(pattern):
        raise NeverMatches
    return pattern[at]
