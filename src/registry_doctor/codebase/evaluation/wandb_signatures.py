"""The methods of wandb that take a path, with the positions of their arguments. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry_doctor.codebase.evaluation.values import Api, Artifact, Run
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import Method

ArgumentPosition: TypeAlias = "tuple[int, tuple[str, ...]]"
"""The position of an argument, and its names."""


@dataclass(frozen=True)
class Signature:
    """A method and the positions of its arguments."""

    method: Method
    purpose: Purpose
    of: Literal["run", "artifact", "api"]
    target: ArgumentPosition
    type: ArgumentPosition | None = None
    artifact: ArgumentPosition | None = None
    aliases: ArgumentPosition | None = None


_NAME_THEN_TYPE = ((0, ("name",)), (1, ("type",)))
_TYPE_THEN_NAME = ((1, ("name",)), (0, ("type_name",)))

SIGNATURES: Mapping[str, Signature] = {
    "link_artifact": Signature(
        "run.link_artifact", "link", "run", (1, ("target_path",)), None, (0, ("artifact",)), (2, ("aliases",))
    ),
    "link_model": Signature(
        "run.link_model", "link", "run", (1, ("registered_model_name",)), aliases=(3, ("aliases",))
    ),
    "use_artifact": Signature(
        "run.use_artifact",
        "use",
        "run",
        (0, ("artifact_or_name", "name", "artifact")),
        (1, ("type", "artifact_type")),
    ),
    "use_model": Signature("run.use_model", "use", "run", (0, ("name",))),
    "link": Signature("artifact.link", "link", "artifact", (0, ("target_path",)), aliases=(1, ("aliases",))),
    "artifact": Signature("api.artifact", "use", "api", *_NAME_THEN_TYPE),
    "artifact_exists": Signature("api.artifact_exists", "use", "api", *_NAME_THEN_TYPE),
    "artifact_collection_exists": Signature(
        "api.artifact_collection_exists", "collection", "api", *_NAME_THEN_TYPE
    ),
    "artifact_collection": Signature("api.artifact_collection", "collection", "api", *_TYPE_THEN_NAME),
    "artifacts": Signature("api.artifacts", "collection", "api", *_TYPE_THEN_NAME),
    "artifact_versions": Signature("api.artifacts", "collection", "api", *_TYPE_THEN_NAME),
}
"""By the name of the method; `artifact_versions` is the former name of `artifacts`."""

_OF: Mapping[str, type[Run | Api | Artifact]] = {"run": Run, "api": Api, "artifact": Artifact}


def has_method(value: Run | Api | Artifact, name: str) -> bool:
    """Whether the object has the method."""
    return isinstance(value, _OF[SIGNATURES[name].of])
