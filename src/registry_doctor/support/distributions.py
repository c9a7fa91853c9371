"""Name and version of an installed distribution, read from the head of its metadata.

`importlib.metadata` would parse the whole file, with the project's description, for each value.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution

DISTRIBUTION = "wandb-registry-doctor"
"""The name of this project's own distribution."""


def name_of(distribution: Distribution) -> str:
    """Its name, as `importlib.metadata` reads it."""
    return _header(distribution, "Name") or distribution.name.strip()


def version_of(distribution: Distribution) -> str:
    """Its version, as `importlib.metadata` reads it."""
    return _header(distribution, "Version") or distribution.version.strip()


def _header(distribution: Distribution, name: str) -> str | None:
    """A value on one line of the head; None if it is not there in this form, so that the full parser must decide."""
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    found = re.search(rf"^{name}:[ \t]*(\S+)[ \t]*$", text.partition("\n\n")[0], re.MULTILINE)
    return found[1] if found else None
