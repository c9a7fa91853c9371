"""Roles, from the one that may do least to the one that may do everything (registry-rules 4.1)."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """A role in a registry, a team or an organization; a greater one may do all that a lesser one may."""

    RESTRICTED_VIEWER = 1
    VIEWER = 2
    MEMBER = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        """The name on the wire and in world files."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Role | None:
        """Return the role of that name, or None."""
        return _BY_LABEL.get(label)


_BY_LABEL = {role.label: role for role in Role}
ROLE_LABELS = tuple(_BY_LABEL)
