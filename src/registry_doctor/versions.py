"""Which version of a distribution is installed."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def installed_version(distribution: str) -> str | None:
    """The version, or `None` if the distribution is not installed. Imports nothing of it."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
