"""Whether a path leads into a registry, as far as its text shows; parts of it may be unknown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from registry_doctor.domain.interpretation import resembles_a_registry

Bound: TypeAlias = Literal["registry", "ordinary", "unknown"]
"""`registry`: names a registry, or tries to; `ordinary`: an artifact of a project; `unknown`: cannot be decided."""

_UNKNOWN_PART = "\0"


def bound_of(parts: Sequence[tuple[str, bool]]) -> Bound:
    """Judge a path by its parts, each with whether it is known.

    What only resembles a registry (`Wandb_Registry-model`, a pasted URL, the legacy `model-registry`) counts as
    one, because a registry was meant. What wandb takes for an artifact of a project is ordinary (registry-rules R1.2).
    """
    shape = "".join(text if known else _UNKNOWN_PART for text, known in parts)
    if resembles_a_registry(shape):
        return "registry"
    segments = shape.partition(":")[0].split("/")
    if len(segments) == 1:
        return "unknown" if segments[0].startswith(_UNKNOWN_PART) else "ordinary"
    return "unknown" if _UNKNOWN_PART in segments[-2] else "ordinary"
