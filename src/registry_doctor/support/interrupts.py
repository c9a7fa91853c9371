"""Recognise Ctrl-C, also if Python raises another exception for it."""

from __future__ import annotations


def is_interrupt(problem: BaseException) -> bool:
    """Whether this is Ctrl-C, or was raised because of it.

    Until Python 3.12, an exception during the creation of a class becomes a RuntimeError: `Error calling __set_name__`.
    """
    seen: BaseException | None = problem
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__
    return seen is not None
