"""The installed version of a distribution, and versions that can be compared."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from registry_doctor.support.distributions import version_of

if TYPE_CHECKING:
    from packaging.version import Version


@cache
def installed_version(name: str) -> str | None:
    """The version, or `None` if the distribution is not installed. Imports nothing of it."""
    try:
        return version_of(distribution(name))
    except PackageNotFoundError:
        return None


@cache
def read_version(text: str) -> Version:
    """The version in this text. Pre-releases, development and local versions are ordered as Python orders them.

    Raises ValueError if it is not a version.

    >>> read_version("0.28.3.dev1") < read_version("0.28.3")
    True
    """
    from packaging.version import InvalidVersion, Version  # imported here: `--version` does not need it

    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"{text!r} is not a version such as 0.31.0") from None


def can_be_read(text: str) -> bool:
    """Whether `read_version` reads this text."""
    try:
        read_version(text)
    except ValueError:
        return False
    return True
