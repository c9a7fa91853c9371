"""Fixes out of near names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from registry_doctor.checking.check import Applicability, Fix
from registry_doctor.domain.near_names import Near
from registry_doctor.domain.target_path import Changes


def near_fixes(near: Iterable[Near], noun: str, changes: Callable[[str], Changes]) -> tuple[Fix, ...]:
    """A fix for each near name: "the registry may be 'model'", with the edits that `changes` makes of it."""
    return tuple(
        Fix(
            f"the {noun} may be {each.name!r}",
            changes(each.name),
            Applicability.SAFE if each.certain else Applicability.UNSAFE,
        )
        for each in near
    )
