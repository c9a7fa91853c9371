"""Decide by its text whether a path leads into a registry, even if parts of it are unknown. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from registry_doctor.domain.interpretation import LEGACY_PROJECT

Bound: TypeAlias = Literal["registry", "ordinary", "unknown"]
"""`registry`: it names a registry, or tries to; `ordinary`: an artifact of a project; `unknown`: cannot be decided."""

_LIKE_A_REGISTRY = re.compile(r"wandb[\W_]*registry|(?:^|/)registry-|registry://|/registry/", re.IGNORECASE)
_HOLE = "\0"


def bound_of(pieces: Sequence[tuple[str, bool]]) -> Bound:
    """Judge a path in pieces; each piece says whether its text is known.

    A text that resembles a registry (`Wandb_Registry-model`, a pasted URL, the legacy `model-registry`) counts as
    one, because it was meant as one. What wandb reads as a project's artifact is ordinary (registry-rules R1.2).
    """
    shape = "".join(text if known else _HOLE for text, known in pieces)
    if _LIKE_A_REGISTRY.search(shape) or LEGACY_PROJECT in shape.split("/"):
        return "registry"
    parts = shape.partition(":")[0].split("/")
    if len(parts) == 1:
        return "unknown" if parts[0].startswith(_HOLE) else "ordinary"
    return "unknown" if _HOLE in parts[-2] else "ordinary"
