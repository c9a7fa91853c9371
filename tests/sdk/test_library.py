"""The doctor as a library judges the SDK's own objects as it judges their paths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

PROGRAM = Path(__file__).with_name("use_library.py")
ALICE, BOB = "a11ce00000000000000000000000000000000001", "b0b0000000000000000000000000000000000002"

ACME = "acme-robotics_X7Q2"
MODELS = f"{ACME}/wandb-registry-model"
FINE = {"exit": 0, "errors": []}

USES: dict[str, dict[str, object]] = {
    "a_draft_under_a_team": {**FINE, "artifact": None, "type": "model", "entity": "vision", "lands_in": ACME},
    "a_draft_under_the_default_entity": {"exit": 1, "errors": ["RD304"], "entity": "alice"},
    "a_draft_of_a_type_not_accepted": {"exit": 1, "errors": ["RD404"], "type": "dataset"},
    "a_draft_with_its_run": {**FINE, "entity": "vision", "linked_to": MODELS},
    "an_artifact_logged_by_a_run": {**FINE, "artifact": "vision/sketches/sketch:v0", "entity": "vision"},
    "a_logged_artifact": {**FINE, "artifact": "vision/detectors/yolo:v1", "type": "model"},
    "a_logged_artifact_of_a_person": {"exit": 1, "errors": ["RD304"], "artifact": "alice/scratch/mine:v0"},
    "a_linked_artifact_counts_as_its_source": {**FINE, "artifact": "vision/detectors/yolo:v0"},
    "a_path_of_a_logged_artifact": {**FINE, "artifact": "vision/detectors/yolo:v1", "type": "model"},
    "an_api_decides_server_key_and_entity": {
        "errors": ["RD301"],
        "viewer": "bob",
        "key": "****0002",
        "entity": "speech",
    },
    "an_api_decides_without_overrides": {**FINE, "viewer": "bob", "entity": "vision"},
    "an_argument_beats_the_api": {**FINE, "viewer": "bob", "entity": "vision"},
    "the_environment_alone": {
        **FINE,
        "viewer": "alice",
        "places": [
            f"{ACME}/wandb-registry-{name}/<collection>"
            for name in ("Fine-tuned Models", "Golden Datasets", "dataset", "model", "secret")
        ],
    },
    "a_right_path_comes_back": {"path": "wandb-registry-model/detector", "linked_to": MODELS},
    "a_path_that_can_only_mean_one_is_corrected": {"path": f"{MODELS}/detector", "linked_to": MODELS},
    "a_silent_mislink_is_corrected": {"path": "wandb-registry-model/detector", "linked_to": MODELS},
    "a_path_that_may_mean_another_is_refused": {
        "errors": ["RD302"],
        "suggested": f"{MODELS}/detector",
        "told": True,
    },
    "an_artifact_that_cannot_be_linked_is_refused": {"exit": 1, "errors": ["RD304"]},
    "a_report_in_a_notebook": {"is_a_fragment": True, "names_the_cause": True, "escapes": True},
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, object]]:
    """What came of every use, made one after the other in a process of alice's."""
    home = tmp_path_factory.mktemp("home")
    with Sandbox.start(ACME_WORLD) as sandbox:
        environ = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": ALICE,
            "WANDB_DIR": str(home),
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }
        done = subprocess.run(
            [sys.executable, str(PROGRAM)],
            input=json.dumps({"base_url": sandbox.base_url, "key": BOB}),
            capture_output=True,
            text=True,
            timeout=120,
            env=environ,
            cwd=home,
        )
    assert done.returncode == 0, done.stderr
    answers: Mapping[str, Mapping[str, object]] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("use", USES)
def test_the_library_judges_what_the_sdk_holds(
    use: str, outcomes: Mapping[str, Mapping[str, object]]
) -> None:
    """Drafts, logged and linked artifacts, runs and `Api` objects decide what they decide in wandb."""
    outcome = outcomes[use]
    assert {name: outcome.get(name, outcome) for name in USES[use]} == USES[use]


def test_every_use_is_looked_at(outcomes: Mapping[str, Mapping[str, object]]) -> None:
    """The program and the table above name the same uses."""
    assert outcomes.keys() == USES.keys()
