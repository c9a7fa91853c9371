"""`explaining` adds to the real SDK's exceptions what was wrong, out of the failing call itself."""

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
if sys.version_info < (3, 11):
    pytest.skip("notes came with Python 3.11", allow_module_level=True)

PROGRAM = Path(__file__).with_name("fail_and_explain.py")
BOB = "b0b0000000000000000000000000000000000002"
MODELS = "acme-robotics_X7Q2/wandb-registry-model"

FAILURES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a_link_with_the_team_as_prefix": (
        "CommError",
        "no-organization-for-entity",
        ("RD302: 'vision' is a team of 'Acme Robotics'", f"corrected path (verified): {MODELS}/detector"),
    ),
    "a_link_of_a_logged_artifact_to_a_missing_registry": (
        "CommError",
        "registry-not-found",
        (
            "RD401: registry 'models' is not found",
            "corrected path (verified): wandb-registry-model/detector",
        ),
    ),
    "a_link_of_a_type_that_is_not_accepted": (
        "CommError",
        "registry-type-refused",
        ("RD404: registry 'model' does not accept type 'dataset'",),
    ),
    "a_fetch_of_a_version_that_is_not_there": (
        "CommError",
        "version-not-found",
        ("RD503: version 'v9' is not found in 'detector'",),
    ),
    "a_fetch_through_another_entity": (
        "CommError",
        "no-organization-for-entity",
        ("RD302", f"corrected path (verified): {MODELS}/detector:production"),
    ),
    "a_fetch_by_a_run": (
        "CommError",
        "project-not-found",
        ("RD202", "corrected path (verified): wandb-registry-model/detector:production"),
    ),
    "a_link_offline": ("NotImplementedError", "link-offline", ("wandb is offline",)),
    "a_failure_that_was_wrapped": (
        "RuntimeError",
        "no-organization-for-entity",
        ("RD302", f"corrected path (verified): {MODELS}/detector:production"),
    ),
    "a_failure_in_a_decorated_function": ("CommError", "version-not-found", ("RD503",)),
}
"""The exception, the entry, and what has to be in the note."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, object]]:
    """What came of every failure, made one after the other in a process of bob's."""
    home = tmp_path_factory.mktemp("home")
    with Sandbox.start(ACME_WORLD) as sandbox:
        environ = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": BOB,
            "WANDB_DIR": str(home),
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }
        done = subprocess.run(
            [sys.executable, str(PROGRAM)], capture_output=True, text=True, timeout=180, env=environ, cwd=home
        )
    assert done.returncode == 0, done.stderr
    answers: Mapping[str, Mapping[str, object]] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("failure", FAILURES)
def test_the_exception_stays_and_gets_the_cause(
    failure: str, outcomes: Mapping[str, Mapping[str, object]]
) -> None:
    """The note holds the cause, what the live diagnosis found, and the corrected path."""
    raised, entry, words = FAILURES[failure]
    outcome = outcomes[failure]
    assert (outcome["raised"], outcome["ids"]) == (raised, [entry]), outcome
    notes = str(outcome["notes"])
    assert notes.count("registry doctor: ") == 1
    assert [each for each in words if each not in notes] == [], notes
    assert BOB not in notes


def test_the_call_s_own_artifact_is_diagnosed(outcomes: Mapping[str, Mapping[str, object]]) -> None:
    """Its path does not stand in the text, and its call is not a line with literals."""
    outcome = outcomes["a_link_of_a_logged_artifact_to_a_missing_registry"]
    assert outcome["artifact"] == "vision/detectors/yolo:v0"
    assert outcomes["a_link_with_the_team_as_prefix"]["input"] == "vision/wandb-registry-model/detector"


def test_other_failures_are_left_alone(outcomes: Mapping[str, Mapping[str, object]]) -> None:
    """An exception that is not wandb's gets no note."""
    outcome = outcomes["a_failure_that_is_not_wandbs"]
    assert (outcome["raised"], outcome["text"], outcome["notes"]) == ("ValueError", "Something else.", "")


def test_every_failure_is_looked_at(outcomes: Mapping[str, Mapping[str, object]]) -> None:
    """The program and the table above name the same failures."""
    assert outcomes.keys() == FAILURES.keys() | {"a_failure_that_is_not_wandbs"}
