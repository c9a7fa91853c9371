"""The released versions of wandb since it has the Registry's forerunner; a range of versions is judged by its ends."""

from __future__ import annotations

_PATCHES = {
    "0.12": 21, "0.13": 11, "0.14": 2, "0.15": 12, "0.16": 6, "0.17": 9, "0.18": 7, "0.19": 11, "0.20": 1, "0.21": 4,
    "0.22": 3, "0.23": 1, "0.24": 2, "0.25": 1, "0.26": 1, "0.27": 2, "0.28": 2, "0.29": 0, "0.30": 0, "0.31": 0,
}  # fmt: skip
"""The last patch of each minor version."""
_NEVER_RELEASED = frozenset({"0.24.0"})

RELEASES = tuple(
    version
    for minor, last in _PATCHES.items()
    for patch in range(last + 1)
    if (version := f"{minor}.{patch}") not in _NEVER_RELEASED
)
"""From the oldest to the newest."""
NEWEST = RELEASES[-1]
