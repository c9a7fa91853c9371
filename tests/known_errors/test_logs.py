"""Logs as they are: of old and new SDKs, trainers, several processes, JSON, rich and notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_bytes
from registry_doctor.report.explanation import ErrorReading, LoggedRun

LOGS = Path(__file__).with_name("logs")


@dataclass(frozen=True)
class Told:
    """What has to be found of one message."""

    entry: str
    line: int
    count: int
    method: str | None = None
    path: str | None = None
    corrected: str | None = None


EXPECTED = {
    "sdk-0.31.0.log": [
        Told(
            "no-organization-for-entity",
            21,
            3,
            "run.link_artifact",
            "vision/wandb-registry-model/detector",
            "wandb-registry-model/detector",
        )
    ],
    "sdk-0.19.9.log": [Told("artifact-of-other-organization", 10, 1), Told("registry-not-found", 11, 1)],
    "trainer.log": [
        Told("linking-other-team", 6, 2, "run.link_artifact", "Acme Robotics/wandb-registry-model/llm")
    ],
    "ranks.log": [
        Told("version-not-found", 11, 1, "run.use_artifact", "wandb-registry-model/detector:prod"),
        Told("registry-not-found", 12, 2, "run.link_artifact", "wandb-registry-models/detector"),
    ],
    "json-lines.log": [
        Told(
            "organization-expected",
            2,
            1,
            "artifact.link",
            "Acme/wandb-registry-model/detector",
            "Acme Robotics/wandb-registry-model/detector",
        ),
        Told("run-entity-refused", 3, 1),
    ],
    "rich.log": [
        Told(
            "organization-expected",
            15,
            1,
            "run.link_artifact",
            "Acme/wandb-registry-model/detector",
            "Acme Robotics/wandb-registry-model/detector",
        )
    ],
    "notebook.log": [Told("project-not-found", 12, 1, "api.artifact", "model/detector:production")],
    "offline.log": [Told("link-offline", 19, 2, "run.link_artifact")],
}


def read(name: str) -> ErrorReading:
    """One of the logs."""
    with (LOGS / name).open("rb") as file:
        return find(lines_in_bytes(file))


@pytest.mark.parametrize("name", sorted(each.name for each in LOGS.iterdir()))
def test_a_log_tells_its_errors(name: str) -> None:
    """Each once, with its first line, how often it stands there, the call and its path."""
    found = [
        Told(
            each.id,
            each.line,
            each.count,
            each.called.method if each.called else None,
            each.called.path if each.called else None,
            each.corrected_path,
        )
        for each in read(name).explanations
    ]
    assert found == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "around"),
    [
        ("sdk-0.31.0.log", LoggedRun("0.31.0", "bob", "vision", "detectors", "https://api.wandb.ai")),
        ("sdk-0.19.9.log", LoggedRun("0.19.9", "bob", "vision", "detectors", "https://api.wandb.ai")),
        ("trainer.log", LoggedRun("0.26.1", "alice", None, None, "https://api.wandb.ai")),
        ("ranks.log", LoggedRun()),
    ],
)
def test_a_log_tells_who_ran_it(name: str, around: LoggedRun) -> None:
    """Version, user, entity, project and host, where wandb printed them."""
    assert read(name).run == around
