"""What checks judge: the names of a call, and what their failures leave unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias, get_args

Subject: TypeAlias = Literal[
    "server", "person", "entity", "artifact", "organization", "registry", "collection", "version"
]
"""What a failing check can leave unknown, and what facts are about. `person` stands for the choice that a
personal entity has between several organizations."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)


def most_specific(subjects: Iterable[Subject]) -> frozenset[Subject]:
    """The last of these subjects in the order in which wandb resolves them; empty for none.

    >>> sorted(most_specific({"server", "entity", "registry"}))
    ['registry']
    """
    return frozenset(sorted(subjects, key=SUBJECTS.index)[-1:])
