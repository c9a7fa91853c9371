"""What a known method changes: where a path lands, what is asked of the server, and what the report says of the entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from registry_doctor.api import diagnose
from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.facts import METHODS, Call, purpose_of
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, read_settings
from tests.places import ACME_WORLD

BOB, ERIN = "b0b0000000000000000000000000000000000002", "e2140000000000000000000000000000000000e5"
YOLO = "vision/detectors/yolo:v0"
TARGET = "wandb-registry-model/detector"
SWEEP = {"WANDB_SWEEP_ID": "s3"}
ORGANIZATION = "acme-robotics_X7Q2"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all, which nothing here writes to."""
    with Sandbox.start(ACME_WORLD) as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield sandbox


class Desk:
    """A person who asks the doctor."""

    def __init__(self, sandbox: Sandbox, home: Path) -> None:
        self._environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url, "WANDB_API_KEY": BOB}
        self._home = home

    def ask(self, call: Call, given: Given = Given(), **variables: str) -> Report:  # noqa: B008 - frozen
        """What the doctor says of this call."""
        settings = read_settings(given, environ=self._environ | variables, cwd=self._home)
        return examine(call, settings, load_checks(others=False))


@pytest.fixture
def desk(sandbox: Sandbox, tmp_path: Path) -> Desk:
    """Bob's, whose default entity is the team vision."""
    return Desk(sandbox, tmp_path)


HERE = Given(project="here")
LANDINGS: dict[str, tuple[Call, Given, Mapping[str, str], tuple[str | None, str | None, str | None]]] = {
    "a draft is completed with entity and project of its run": (
        Call("x", type="model"), HERE, {}, ("vision", "here", "x"),
    ),
    "a run's project is unknown before it starts": (
        Call("x", type="model"), Given(), {}, ("vision", None, "x"),
    ),
    "a run completes what was logged with its own entity": (
        Call("x", "link", "speech/asr/whisper:v0", method="run.link_artifact"), HERE, {}, ("vision", "here", "x"),
    ),
    "an artifact completes with where it was logged, and with the project of the setting": (
        Call("x", "link", YOLO, method="artifact.link"), HERE, {"WANDB_PROJECT": "there"}, ("vision", "there", "x"),
    ),
    "an artifact without a project setting lands in uncategorized": (
        Call("x", "link", YOLO, method="artifact.link"), HERE, {}, ("vision", "uncategorized", "x"),
    ),
    "a draft that is linked by itself goes by the setting, too": (
        Call("x", type="model", method="artifact.link"), HERE, {"WANDB_PROJECT": "there"}, ("vision", "there", "x"),
    ),
    "a run drops the empty last part, so that the registry becomes the collection": (
        Call("wandb-registry-model/", type="model"), Given(), {}, ("vision", "uncategorized", "wandb-registry-model"),
    ),
    "and so that the project becomes the entity's": (
        Call("a/b/", type="model"), Given(), {}, ("vision", "a", "b"),
    ),
    "an artifact keeps the empty part": (
        Call("wandb-registry-model/", "link", YOLO, method="artifact.link"), Given(), {}, (ORGANIZATION, "wandb-registry-model", ""),
    ),
    "link_model lands in the legacy Model Registry of the run's entity": (
        Call("x", method="run.link_model"), Given(), {}, ("vision", "model-registry", "x"),
    ),
    "a fetch by a run goes through the run's project": (
        Call("x:v0", "use", method="run.use_artifact"), HERE, {}, ("vision", "here", "x"),
    ),
    "in a sweep the project that is given does not count": (
        Call("x", type="model"), HERE, {**SWEEP, "WANDB_PROJECT": "there"}, ("vision", "there", "x"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "given", "variables", "place"), LANDINGS.values(), ids=LANDINGS)
def test_a_path_lands_where_the_method_takes_it(
    desk: Desk,
    call: Call,
    given: Given,
    variables: Mapping[str, str],
    place: tuple[str | None, str | None, str | None],
) -> None:
    """Who completes a short path with what depends on the method (registry-rules 1.3)."""
    resolved = desk.ask(call, given, **variables).resolved
    assert (resolved.entity, resolved.project, resolved.collection) == place


IN_A_SWEEP: dict[str, tuple[Call, Mapping[str, str], tuple[str | None, str | None]]] = {
    "a draft": (
        Call(TARGET, type="model"), SWEEP, ("vision", "default entity of bob; --entity is ignored in a sweep"),
    ),
    "a draft with a variable": (
        Call(TARGET, type="model"), {**SWEEP, "WANDB_ENTITY": "vision"}, ("vision", "WANDB_ENTITY; --entity is ignored in a sweep"),
    ),
    "a draft by Launch": (
        Call(TARGET, type="model"), {"WANDB_LAUNCH": "True"}, ("vision", "default entity of bob; --entity is ignored by Launch"),
    ),
    "a fetch by a run": (
        Call(f"{TARGET}:v0", "use", method="run.use_artifact"), SWEEP, ("vision", "default entity of bob; --entity is ignored in a sweep"),
    ),
    "a fetch by wandb.Api": (Call(f"{TARGET}:v0", "use", method="api.artifact"), SWEEP, ("speech", "--entity")),
    "a fetch by whatever": (Call(f"{TARGET}:v0", "use"), SWEEP, ("speech", "--entity")),
    "a logged artifact": (Call(TARGET, "link", YOLO), SWEEP, ("vision", "where the artifact was logged")),
    "no sweep": (Call(TARGET, type="model"), {}, ("speech", "--entity")),
}  # fmt: skip


@pytest.mark.parametrize(("call", "variables", "entity"), IN_A_SWEEP.values(), ids=IN_A_SWEEP)
def test_the_report_says_which_entity_counts_in_a_sweep(
    desk: Desk, call: Call, variables: Mapping[str, str], entity: tuple[str | None, str | None]
) -> None:
    """A run ignores what wandb.init is given there; wandb.Api does not (registry-rules R2.11)."""
    context = desk.ask(call, Given(entity="speech"), **variables).context
    assert (context.entity.value, context.entity.source) == entity


def test_the_project_of_a_run_takes_no_request_more(desk: Desk) -> None:
    """Whether one may write there is asked along with the registry."""
    call = Call(TARGET, type="model")
    assert desk.ask(call, Given(project="detectors")).requests.count == desk.ask(call).requests.count == 2


def test_a_path_for_link_model_is_verified_as_one_for_link_artifact(desk: Desk) -> None:
    """The same path is diagnosed again, for it is given to another method then."""
    report = desk.ask(Call("wandb-registry-model/new", method="run.link_model"))
    assert [each.code for each in report.errors] == ["RD204"]
    assert report.suggestion is not None
    assert (report.suggestion.target_path, report.suggestion.verified) == ("wandb-registry-model/new", True)


def test_an_organization_that_is_not_chosen_is_not_judged(tmp_path: Path) -> None:
    """Of two that have the version none is blamed for what the first of them refuses."""
    world = yaml.safe_load(ACME_WORLD.read_text(encoding="utf-8"))
    acme, *_, rival = world["registries"]
    acme["members"]["erin"] = "restricted_viewer"
    rival["collections"].append(
        {"name": "detector", "type": "model", "versions": [{"source": "rivals/spy/spy:v0"}]}
    )
    file = tmp_path / "world.yaml"
    file.write_text(yaml.safe_dump(world), encoding="utf-8")
    with Sandbox.start(file) as both, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        report = Desk(both, tmp_path).ask(Call(f"{TARGET}:v0", "use"), WANDB_API_KEY=ERIN)
    assert [each.code for each in report.errors] == ["RD303"]
    assert {each.blocked_by for each in report.results if each.code in ("RD401", "RD403")} == {"RD303"}


@pytest.mark.parametrize("method", METHODS)
def test_a_method_says_what_it_is_for(method: str) -> None:
    """Those that link have it in their name; those that look at a collection take no version."""
    known = next(each for each in METHODS if each == method)
    looks = method == "api.artifacts" or "collection" in method
    assert purpose_of(known) == ("link" if "link" in method else "collection" if looks else "use")


@pytest.mark.parametrize(("for_", "method"), [("use", "artifact.link"), ("link", "run.use_model")])
def test_a_contradiction_is_refused(for_: str, method: str) -> None:
    """Which of both was meant is not guessed."""
    with pytest.raises(ValueError, match="contradict"):
        diagnose("a/b", for_=for_, method=method)  # type: ignore[arg-type]  # both are such words
