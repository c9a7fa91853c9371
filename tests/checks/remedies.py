"""What a remedy has to be: something that a person can do at once, with the exact command or code."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Sequence
from typing import Protocol

COMMANDS = frozenset({"export", "unset", "pip", "wandb", "wandb-registry", "curl"})
"""The first words of snippets that are for a shell; all others are Python."""

PASSING_ON = re.compile(
    r"contact\s+(?:\w+\s+)?support|support\s+team|get\s+in\s+touch|reach\s+out|contact\s+(?:us|w&b|wandb)",
    re.IGNORECASE,
)
"""Advice that leaves a person where they were."""

NOBODY = re.compile(r"\bask (?:for|to)\b", re.IGNORECASE)
"""Asking, without saying whom."""


class Remedy(Protocol):
    """A fix, as a check says it or as a report shows it."""

    @property
    def title(self) -> str: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    @property
    def snippet(self) -> str | None: ...


def confirm_remedies(fixes: Sequence[Remedy]) -> None:
    """Compare the fixes of one failure with what this module wants of them."""
    assert fixes, "a failure names a remedy"
    for fix in fixes:
        assert fix.title.strip()
        assert changes_path(fix) or fix.steps or fix.snippet, f"{fix.title!r} says nothing to do"
        words = " ".join((fix.title, *fix.steps))
        assert PASSING_ON.search(words) is None, words
        assert NOBODY.search(words) is None, words
        assert all(step.strip() and "\n" not in step for step in fix.steps), fix.steps
        if fix.snippet is not None:
            confirm_snippet(fix.snippet)


def changes_path(fix: Remedy) -> bool:
    """Whether it edits the path: a fix has `changes`, a report the path that they lead to."""
    return bool(getattr(fix, "changes", None) or getattr(fix, "target_path", None))


def confirm_snippet(snippet: str) -> None:
    """A shell snippet is one line that a shell reads; everything else is Python that compiles."""
    first = snippet.split(maxsplit=1)[0]
    if first in COMMANDS:
        assert len(snippet.splitlines()) == 1, snippet
        assert len(shlex.split(snippet)) > 1, snippet
    else:
        ast.parse(snippet)
