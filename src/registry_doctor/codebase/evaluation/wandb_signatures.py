"""The methods of wandb that take a path, and whose methods they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from registry_doctor.codebase.evaluation.values import Api, Artifact, Run
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import Method

Place: TypeAlias = "tuple[int, tuple[str, ...]]"
"""Where an argument stands: its position, and its names."""


@dataclass(frozen=True)
class Signature:
    """A method and where its arguments stand."""

    method: Method
    purpose: Purpose
    of: Literal["run", "artifact", "api"]
    target: Place
    type: Place | None = None
    artifact: Place | None = None
    aliases: Place | None = None


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
    "artifact_collection_exists": Signature("api.artifact_collection_exists", "use", "api", *_NAME_THEN_TYPE),
    "artifact_collection": Signature("api.artifact_collection", "use", "api", *_TYPE_THEN_NAME),
    "artifacts": Signature("api.artifacts", "use", "api", *_TYPE_THEN_NAME),
    "artifact_versions": Signature("api.artifacts", "use", "api", *_TYPE_THEN_NAME),
}
"""By the name of the method; `artifact_versions` is what `artifacts` was called."""

MENTIONED = re.compile(
    rb"\b(?:link|use)_(?:artifact|model)\b|\.\s*(?:link|artifact|artifacts|artifact_exists|artifact_versions|artifact_collection\w*)\b"
    rb"|['\"](?:link|artifact)['\"]"
)
"""What a file has to contain to hold any such call; most files of a code base do not."""

_OF: Mapping[str, type[Run | Api | Artifact]] = {"run": Run, "api": Api, "artifact": Artifact}

_LIKE_AN_API = re.compile(r"(?:^|_)api$", re.IGNORECASE)
_LIKE_AN_ARTIFACT = re.compile(r"(?:^|_)(?:art|artifact|artefact)(?:_?\d+|_[a-z]+)?(?:\(\))?$", re.IGNORECASE)
_LIKE_A_RUN = re.compile(
    r"(?:^|_)(?:run|wandb|experiment|wandb_logger|wb)(?:_?\d+)?(?:\(\))?$", re.IGNORECASE
)


def fits(thing: Run | Api | Artifact, name: str) -> bool:
    """Whether the method is one of this object's."""
    return isinstance(thing, _OF[SIGNATURES[name].of])


def named_as_owner(label: str, name: str) -> bool:
    """Whether what is called `label` is, by its name, an object that has the method."""
    patterns = {"run": _LIKE_A_RUN, "api": _LIKE_AN_API, "artifact": _LIKE_AN_ARTIFACT}
    return patterns[SIGNATURES[name].of].search(label.lstrip("_")) is not None


def telling(name: str) -> bool:
    """Whether no other library has a method of this name to speak of."""
    return name in ("link_artifact", "use_artifact")
