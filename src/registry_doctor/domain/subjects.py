"""What a failing check can leave unknown, and what facts are about."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Subject: TypeAlias = Literal[
    "server", "person", "entity", "artifact", "organization", "registry", "collection", "version"
]
"""What a failing check can leave unknown, and what facts are about. `person` is how a personal entity finds
one of several organizations."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)
