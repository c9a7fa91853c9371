"""RD603: wandb accepts the type of the artifact for this call."""

from __future__ import annotations

import pytest
from registry_doctor_checks.artifact_type_valid import artifact_type_valid
from wandb.sdk.artifacts._validators import validate_artifact_type

from registry_doctor.checking.check import Fail
from registry_doctor.facts import CALL, VERSION, Call, Version
from registry_doctor.testing import run_check
from tests.checks.conftest import Table, Values, Verdict, confirm, each_of, fails, passes, skips

PATH = "wandb-registry-model/x"
FETCHED = f"{PATH}:v0"


def of_type(kind: str) -> Values:
    """A version of this type is given to `run.use_model`."""
    return {CALL: Call(FETCHED, "use", method="run.use_model"), VERSION: Version("v0", (), kind)}


CASES: Table = {
    "a type of one's own passes": ({CALL: Call(PATH, type="model")}, passes("model")),
    "the type of jobs is reserved": ({CALL: Call(PATH, type="job")}, fails("'job'", leaves=[])),
    "what begins with wandb- is reserved": ({CALL: Call(PATH, type="wandb-model")}, fails("'wandb-model'", leaves=[])),
    "without a type there is nothing to judge": ({CALL: Call(PATH)}, skips()),
    "a logged artifact has its type already": ({CALL: Call(PATH, "link", "a/b/c:v0", "job")}, skips()),
    "use_model takes a type that holds the word": (of_type("Model-v2"), passes("Model-v2")),
    "use_model refuses another": (
        of_type("dataset"), fails("'dataset'", "You can only use this method for 'model' artifacts", remedy=["run.use_artifact"]),
    ),
    "use_model of a version that is not there": ({CALL: Call(FETCHED, "use", method="run.use_model"), VERSION: None}, skips("not known")),
    "a fetch logs nothing": ({CALL: Call(PATH, "use", None, "job")}, skips()),
}  # fmt: skip


@each_of(CASES)
def test_artifact_type_valid(values: Values, verdict: Verdict) -> None:
    """Reserved types are refused for drafts, and for nothing else."""
    confirm(artifact_type_valid, values, verdict)


@pytest.mark.parametrize(
    "kind", ["model", "job", "jobs", "wandb-", "wandb-x", "wandb", "Job", "dataset/x", "code", ""]
)
def test_a_type_is_reserved_exactly_when_the_sdk_says_so(kind: str) -> None:
    """Compared with wandb's own rule, for an artifact with an ordinary name."""
    try:
        validate_artifact_type(kind, "yolo")
        reserved = False
    except ValueError:
        reserved = True
    assert isinstance(run_check(artifact_type_valid, {CALL: Call(PATH, type=kind)}), Fail) == reserved
