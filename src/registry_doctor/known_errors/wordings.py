"""The wording of a message, with blanks for names, and the search for it in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LONGEST_NAME = 300
"""How many characters of a name in a message are read."""

_PIECE = re.compile(r"\{(\w+)\}|…")
_QUOTED = re.compile(r"""(['"])([^'"]*\{[^'"]*)\1""")
_TWIN = "_in_double_quotes"

# The end of a message that has no fixed end: the rest of an envelope, the next of several messages, or the line end.
_REST = r"(?:(?!\s\(<Response|\"\s*[,}\]]|\\n|;\s|\]$)[^\n]){0,400}"
_ANY = r"[^\n]{0,400}?"


class MalformedWording(ValueError):
    """A wording that cannot be searched."""


@dataclass(frozen=True)
class Occurrence:
    """A wording in a line."""

    start: int
    end: int
    text: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """One wording of a message.

    `{name}` stands for a name, and `…` for any text. Quotes around a name match quotes of either kind. A space
    also matches a line break, because terminals and copies break lines.
    """

    pattern: re.Pattern[str]
    anchor: str
    """The longest fixed part in lower case, for a quick test."""

    @classmethod
    def parse(cls, text: str) -> Wording:
        """Read a wording. Raises MalformedWording if it has no fixed words, or a blank is wrong or there twice."""
        pattern, position = "", 0
        for quoted in _QUOTED.finditer(text):
            pattern += _loose(text[position : quoted.start()], text[quoted.start()])
            single, double = _inside(quoted[2], "'"), _inside(quoted[2], '"')
            double = re.sub(r"\(\?P<(\w+)>", rf"(?P<\1{_TWIN}>", double)
            pattern += f"(?:'{single}'|\"{double}\")"
            position = quoted.end()
        pattern += _loose(text[position:], "")
        anchor = max(_PIECE.sub("\0", text.replace("'", "\0").replace('"', "\0")).split("\0"), key=len)
        if not re.search("[A-Za-z_]{4}", anchor):
            raise MalformedWording(f"{text!r} has no words to look for")
        try:
            return cls(re.compile(pattern, re.IGNORECASE), anchor.strip().lower())
        except re.error as problem:
            raise MalformedWording(
                f"{text!r} has the same blank twice, or a blank that is not a name"
            ) from problem

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Where it is in one line, or in one line and the beginning of the next."""
        for found in self.pattern.finditer(text):
            names = {
                name.removesuffix(_TWIN): _trimmed(value)
                for name, value in found.groupdict().items()
                if value is not None
            }
            yield Occurrence(found.start(), found.end(), found[0].replace("\n", " "), names)


def names_in(text: str) -> set[str]:
    """The blanks of a wording."""
    return {name for name in _PIECE.findall(text) if name}


def _inside(text: str, quote: str) -> str:
    """The pattern inside quotes: a name ends at the quote, or before the next fixed character."""
    pattern, position = "", 0
    for piece in _PIECE.finditer(text):
        following = text[piece.end() : piece.end() + 1]
        pattern += re.escape(text[position : piece.start()])
        pattern += (
            f"(?P<{piece[1]}>[^{quote}{re.escape(following)}]{{0,{_LONGEST_NAME}}})" if piece[1] else _ANY
        )
        position = piece.end()
    return pattern + re.escape(text[position:])


def _loose(text: str, following: str) -> str:
    """The pattern outside quotes: a name without quotes has no spaces."""
    pattern, position = "", 0
    for piece in _PIECE.finditer(text):
        after = text[piece.end() : piece.end() + 1] or following
        pattern += _fixed(text[position : piece.start()])
        if piece[1]:
            pattern += f"(?P<{piece[1]}>[^\\s{re.escape(after.strip())}]{{1,{_LONGEST_NAME}}})"
        else:
            pattern += _ANY if after else _REST
        position = piece.end()
    return pattern + _fixed(text[position:])


def _fixed(text: str) -> str:
    return re.escape(text).replace(r"\ ", r"[ \n]")


def _trimmed(name: str) -> str:
    return name.replace("\n", " ")
