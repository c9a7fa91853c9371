"""Makes calls with the real SDK that fail, inside `explaining()`: a program, run as bob of the acceptance world.

Out: a JSON object with what came of each failure below, under the name of its function: the exception, its notes, and
how long the explanation took.
"""

from __future__ import annotations

import json
import os
import sys
import time

import wandb

from registry_doctor import explain, explaining

TARGET = "wandb-registry-model/detector"


def draft(kind: str = "model") -> wandb.Artifact:
    artifact = wandb.Artifact(f"sketch-{kind}", kind)
    with artifact.new_file("sketch.txt") as file:
        file.write("a sketch")
    return artifact


def a_link_with_the_team_as_prefix() -> None:
    path = f"vision/{TARGET}"  # no literal stands in the failing line
    with wandb.init(entity="vision", project="sketches") as run, explaining():
        run.link_artifact(draft(), path)


def a_link_of_a_logged_artifact_to_a_missing_registry() -> None:
    artifact = wandb.Api().artifact("vision/detectors/yolo:v0")
    with explaining():
        artifact.link("wandb-registry-models/detector")


def a_link_of_a_type_that_is_not_accepted() -> None:
    with wandb.init(entity="vision", project="sketches") as run, explaining():
        run.link_artifact(draft("dataset"), TARGET)


def a_fetch_of_a_version_that_is_not_there() -> None:
    with explaining():
        wandb.Api().artifact(f"{TARGET}:v9")


def a_fetch_through_another_entity() -> None:
    api = wandb.Api(overrides={"entity": "vision"})
    with explaining():
        api.artifact(f"vision/{TARGET}:production")


def a_fetch_by_a_run() -> None:
    with wandb.init(entity="vision", project="sketches") as run, explaining():
        run.use_artifact("model/detector:production")


def a_link_offline() -> None:
    os.environ["WANDB_MODE"] = "offline"
    try:
        with wandb.init(project="sketches", mode="offline") as run, explaining():
            run.link_artifact(draft(), TARGET)
    finally:
        del os.environ["WANDB_MODE"]


def a_failure_that_is_not_wandbs() -> None:
    with explaining():
        raise ValueError("Something else.")


def a_failure_that_was_wrapped() -> None:
    with explaining():
        try:
            wandb.Api().artifact(f"vision/{TARGET}:production")
        except Exception as error:
            raise RuntimeError("publishing failed") from error


@explaining()
def a_failure_in_a_decorated_function() -> None:
    wandb.Api().artifact(f"{TARGET}:v9")


FAILURES = (
    a_link_with_the_team_as_prefix,
    a_link_of_a_logged_artifact_to_a_missing_registry,
    a_link_of_a_type_that_is_not_accepted,
    a_fetch_of_a_version_that_is_not_there,
    a_fetch_through_another_entity,
    a_fetch_by_a_run,
    a_link_offline,
    a_failure_that_is_not_wandbs,
    a_failure_that_was_wrapped,
    a_failure_in_a_decorated_function,
)


def outcome(fail: object) -> dict[str, object]:
    assert callable(fail)
    try:
        fail()
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        started = time.monotonic()
        report = explain(error)
        return {
            "raised": type(error).__name__,
            "text": str(error),
            "notes": notes,
            "ids": [each.id for each in report.explanations or ()],
            "confirmed": [each.confirmed_by for each in report.explanations or ()],
            "artifact": report.target.artifact,
            "input": report.target.input,
            "seconds": time.monotonic() - started,
        }
    return {"raised": None}


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    json.dump({fail.__name__: outcome(fail) for fail in FAILURES}, answers)


if __name__ == "__main__":
    main()
