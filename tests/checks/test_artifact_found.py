"""RD601: the artifact to link exists and is visible to you."""

from __future__ import annotations

import pytest
from registry_doctor_checks.artifact_found import artifact_found

from registry_doctor.domain.organizations import Viewer
from registry_doctor.facts import SOURCE, SOURCE_COLLECTION, VIEWER, AnyFact, SourceCollection, Unavailable
from registry_doctor.testing import run_check
from tests.checks.conftest import (
    Table,
    Values,
    Verdict,
    confirm,
    draft,
    each_of,
    fails,
    link,
    passes,
    skips,
    use,
)

TARGET = "wandb-registry-model/detector"
HOMELESS = Viewer("hugo", None, (), ())


def missing(collection: SourceCollection | None) -> dict[AnyFact, object]:
    """The artifact is not there; this is what its collection has."""
    return {SOURCE: None, SOURCE_COLLECTION: collection}


CASES: Table = {
    "an artifact that is there passes": (link(TARGET), passes("vision/detectors/yolo:v0", "'model'")),
    "a missing version is told with those that are there": (
        link(TARGET, missing(SourceCollection("model", ("v0", "v1"))), artifact="vision/detectors/yolo:v9"),
        fails("vision/detectors/yolo:v9", "not visible to you", "'v0' and 'v1'", leaves=["artifact"], remedy=["version"]),
    ),
    "a missing collection is not to be told from a hidden one": (
        link(TARGET, missing(None), artifact="vision/detectors/yolov5:v0"),
        fails("vision/detectors/yolov5:v0", "not found", "not visible to you", leaves=["artifact"], remedy=["project"]),
    ),
    "a server in trouble does not tell, and a verdict needs it": (
        link(TARGET, {SOURCE: Unavailable("internal error", unknown=True)}), skips("internal error", unknown=True),
    ),
    "a path of four parts is refused by wandb itself": (
        link(TARGET, missing(None), artifact="a/vision/detectors/yolo:v0"),
        fails("a/vision/detectors/yolo:v0", "Invalid artifact path", leaves=["artifact", "entity"], remedy=["entity/project/name"]),
    ),
    "a path without an entity, by someone without a default entity": (
        link(TARGET, {**missing(None), VIEWER: HOMELESS}, artifact="detectors/yolo:v0"),
        fails("detectors/yolo:v0", "no default entity", leaves=["artifact", "entity"]),
    ),
}  # fmt: skip


@each_of(CASES)
def test_artifact_found(values: Values, verdict: Verdict) -> None:
    """It fails if the server shows no such version, and leaves nothing but the artifact unknown."""
    confirm(artifact_found, values, verdict)


@pytest.mark.parametrize("values", [draft(TARGET), use(f"{TARGET}:v0")], ids=["a draft", "a fetch"])
def test_without_a_logged_artifact_there_is_nothing_to_look_for(values: Values) -> None:
    """The fact is then not available, which is no missing answer: a skip, and not inconclusive."""
    with pytest.raises(Unavailable) as reason:
        run_check(artifact_found, values)
    assert not reason.value.unknown
