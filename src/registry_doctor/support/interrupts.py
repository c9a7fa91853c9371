"""Ctrl-C, also where it comes as something else."""

from __future__ import annotations


def is_interrupt(problem: BaseException) -> bool:
    """Whether this is Ctrl-C, or was raised because of it.

    Until Python 3.12 what is raised while a class is made comes as a RuntimeError: `Error calling __set_name__`.
    """
    seen: BaseException | None = problem
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__
    return seen is not None
