"""How much is evaluated of one file: sizes of values, depths, and steps. All limits of the evaluation are here.

A value above a limit becomes unknown, and says so. A file that needs more steps than its size allows is given up;
other files are not affected.
"""

from __future__ import annotations

MOST_VALUES = 16
"""How many values of one expression are kept apart."""

LONGEST_TEXT = 10_000
"""How many characters a text has at most; no path is this long."""

WIDEST_FIELD = 2_000
"""A field of a format is not written to a larger width or precision."""

LARGEST_VALUE = 20_000
"""How many values a list or dictionary contains at most, with those inside its elements."""

DEEPEST_VALUE = 40
"""How deeply lists and dictionaries are nested in each other."""

LARGEST_NUMBER = 10**40
"""Larger whole numbers are not written as text."""

MOST_NAMES = 32
"""How many names are kept under which one value can be supplied."""

LONGEST_LABEL = 200
"""How many characters of a name or key appear in a message."""

DEEPEST_CONDITION = 128
"""How many branch points one path condition has, and how many conditions enclose one statement."""

DEEPEST_CALLS = 6
"""How deeply calls of functions of the code base are followed."""

MOST_EFFORT = 20_000
"""How many expressions of called functions and imported modules are evaluated for one file."""

FEWEST_STEPS = 100_000
"""The steps that even the smallest file may take."""

SIZE_OF_A_STEP = 16
"""Building or comparing a value takes one step for each so many values inside it."""

NAMES_OF_A_STEP = 32
"""Keeping the names of a branch takes one step for each so many names."""


class TooMuchWork(Exception):
    """The code needs more steps than its size allows."""


class Budget:
    """The steps that are left for one file."""

    __slots__ = ("left",)

    def __init__(self, characters: int) -> None:
        """Executing each expression of the text once is always possible: hardly one is shorter than two characters."""
        self.left = FEWEST_STEPS + characters // 2

    def spend(self, steps: int) -> None:
        """Take steps. Raises TooMuchWork if none are left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork


def clipped(text: str) -> str:
    """A name for a message, without its end if it is very long."""
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
