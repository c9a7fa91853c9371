"""Uses the doctor as a library, with the real SDK's objects: a program, run as alice of the acceptance world.

In: the JSON `{"base_url", "key"}` of bob, for the `Api` objects. Out: a JSON object with what came of each use below,
under the name of its function.
"""

from __future__ import annotations

import json
import sys
from typing import TypedDict

import wandb

from registry_doctor import LinkRefused, Report, diagnose, ensure_linkable

TARGET = "wandb-registry-model/detector"


class Bob(TypedDict):
    base_url: str
    key: str


def facts(report: Report) -> dict[str, object]:
    """What the tests look at in a report."""
    return {
        "exit": report.exit_code,
        "errors": [each.code for each in report.errors],
        "artifact": report.target.artifact,
        "type": report.target.type,
        "entity": report.context.entity.value,
        "viewer": report.context.viewer,
        "key": report.context.credentials.value,
        "lands_in": report.resolved.entity,
    }


def draft(kind: str = "model") -> wandb.Artifact:
    artifact = wandb.Artifact("sketch", kind)
    with artifact.new_file("sketch.txt") as file:
        file.write("a sketch")
    return artifact


def api_of_bob(bob: Bob, **overrides: str) -> wandb.Api:
    return wandb.Api(overrides={"base_url": bob["base_url"], **overrides}, api_key=bob["key"])


def a_draft_under_a_team(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact=draft(), entity="vision"))


def a_draft_under_the_default_entity(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact=draft()))


def a_draft_of_a_type_not_accepted(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact=draft("dataset"), entity="vision"))


def a_draft_with_its_run(bob: Bob) -> dict[str, object]:
    """The run's entity counts, and the call that was found to be right then links."""
    with wandb.init(entity="vision", project="sketches") as run:
        sketch = draft()
        found = facts(diagnose(TARGET, artifact=sketch, run=run))
        linked = run.link_artifact(sketch, ensure_linkable(TARGET, artifact=sketch, run=run))
        return found | {"linked_to": f"{linked.entity}/{linked.project}"}


def an_artifact_logged_by_a_run(bob: Bob) -> dict[str, object]:
    """While its run goes on, and after it was waited for."""
    with wandb.init(entity="vision", project="sketches") as run:
        logged = run.log_artifact(draft()).wait()
        return facts(diagnose(TARGET, artifact=logged, run=run))


def a_logged_artifact(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact=wandb.Api().artifact("vision/detectors/yolo:best")))


def a_logged_artifact_of_a_person(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact=wandb.Api().artifact("alice/scratch/mine:v0")))


def a_linked_artifact_counts_as_its_source(bob: Bob) -> dict[str, object]:
    linked = wandb.Api(overrides={"entity": "vision"}).artifact(f"{TARGET}:production")
    return facts(diagnose(TARGET, artifact=linked))


def a_path_of_a_logged_artifact(bob: Bob) -> dict[str, object]:
    return facts(diagnose(TARGET, artifact="vision/detectors/yolo:v1"))


def an_api_decides_server_key_and_entity(bob: Bob) -> dict[str, object]:
    return facts(diagnose(f"{TARGET}:production", for_="use", api=api_of_bob(bob, entity="speech")))


def an_api_decides_without_overrides(bob: Bob) -> dict[str, object]:
    return facts(diagnose(f"{TARGET}:production", for_="use", api=api_of_bob(bob)))


def an_argument_beats_the_api(bob: Bob) -> dict[str, object]:
    api = api_of_bob(bob, entity="speech")
    return facts(diagnose(f"{TARGET}:production", for_="use", api=api, entity="vision"))


def the_environment_alone(bob: Bob) -> dict[str, object]:
    report = diagnose()
    return facts(report) | {"places": [place.target_path for place in report.places or ()]}


def ensured(target: str, artifact: str = "vision/detectors/yolo:v1") -> dict[str, object]:
    """The path that comes back, and where wandb then links; or the refusal with the report that it holds."""
    try:
        path = ensure_linkable(target, artifact=artifact)
    except LinkRefused as refusal:
        suggestion = refusal.report.suggestion
        path = suggestion.target_path if suggestion else ""
        return facts(refusal.report) | {"suggested": path, "told": path in str(refusal)}
    linked = wandb.Api().artifact(artifact).link(path)
    return {"path": path, "linked_to": linked and f"{linked.entity}/{linked.project}"}


def a_right_path_comes_back(bob: Bob) -> dict[str, object]:
    return ensured(TARGET)


def a_path_that_can_only_mean_one_is_corrected(bob: Bob) -> dict[str, object]:
    return ensured(f"vision/{TARGET}")


def a_silent_mislink_is_corrected(bob: Bob) -> dict[str, object]:
    return ensured("model/detector")


def a_path_that_may_mean_another_is_refused(bob: Bob) -> dict[str, object]:
    return ensured(f"zzz/{TARGET}")


def an_artifact_that_cannot_be_linked_is_refused(bob: Bob) -> dict[str, object]:
    return ensured(TARGET, artifact="alice/scratch/mine:v0")


def a_report_in_a_notebook(bob: Bob) -> dict[str, object]:
    html = diagnose("vision/wandb-registry-model/<script>", artifact="vision/detectors/yolo:v1")._repr_html_()
    return {
        "is_a_fragment": html.lstrip().startswith("<") and "<html" not in html,
        "names_the_cause": "RD302" in html,
        "escapes": "<script>" not in html and "&lt;script&gt;" in html,
    }


USES = (
    a_draft_under_a_team,
    a_draft_under_the_default_entity,
    a_draft_of_a_type_not_accepted,
    a_draft_with_its_run,
    an_artifact_logged_by_a_run,
    a_logged_artifact,
    a_logged_artifact_of_a_person,
    a_linked_artifact_counts_as_its_source,
    a_path_of_a_logged_artifact,
    an_api_decides_server_key_and_entity,
    an_api_decides_without_overrides,
    an_argument_beats_the_api,
    the_environment_alone,
    a_right_path_comes_back,
    a_path_that_can_only_mean_one_is_corrected,
    a_silent_mislink_is_corrected,
    a_path_that_may_mean_another_is_refused,
    an_artifact_that_cannot_be_linked_is_refused,
    a_report_in_a_notebook,
)


def outcome(use: object, bob: Bob) -> object:
    assert callable(use)
    try:
        return use(bob)
    except Exception as problem:
        return {"raised": f"{type(problem).__name__}: {problem}"}


def main() -> None:
    bob: Bob = json.load(sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr
    json.dump({use.__name__: outcome(use, bob) for use in USES}, answers)


if __name__ == "__main__":
    main()
