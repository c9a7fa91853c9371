"""The second level is asked beside the first where the organization can be guessed; a guess concludes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import registry_doctor
from registry_doctor.domain.organizations import Organization
from registry_doctor.facts import likely_place
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

BOB = "b0b0000000000000000000000000000000000002"
YOLO = {"artifact": "vision/detectors/yolo:v0"}
RIGHT = "acme-robotics_X7Q2/wandb-registry-model/detector"

LINKS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "right": (RIGHT, YOLO),
    "right, of a draft": (RIGHT, {"type": "model", "entity": "vision"}),
    "a new collection": ("acme-robotics_X7Q2/wandb-registry-model/brand-new", YOLO),
    "a near name of a collection": ("acme-robotics_X7Q2/wandb-registry-model/detectr", YOLO),
    "no prefix": ("wandb-registry-model/detector", YOLO),
    "a display name": ("Acme Robotics/wandb-registry-model/detector", YOLO),
    "a team": ("vision/wandb-registry-model/detector", YOLO),
    "no such organization": ("nobody/wandb-registry-model/detector", YOLO),
    "a misspelt registry": ("acme-robotics_X7Q2/wandb-registry-modle/detector", YOLO),
    "another type": ("acme-robotics_X7Q2/wandb-registry-model/detector", {"type": "dataset", "entity": "vision"}),
    "a version": (f"{RIGHT}:v0", YOLO),
    "a personal source": (RIGHT, {"artifact": "alice/scratch/mine:v0"}),
    "no such artifact": (RIGHT, {"artifact": "vision/detectors/none:v0"}),
    "somebody else's": ("rivals/wandb-registry-model/detector", YOLO),
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests, none of which writes."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def bob(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob's key."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def diagnose(path: str, more: Mapping[str, str]) -> registry_doctor.Report:
    """The report on a link."""
    return registry_doctor.diagnose(path, **more)  # type: ignore[arg-type]  # the table holds options by name


def verdict(report: registry_doctor.Report) -> object:
    """All that a person may conclude from."""
    results = [(each.code, each.status, each.message, each.fixes) for each in report.results]
    return report.exit_code, results, report.suggestion, report.resolved


@pytest.mark.parametrize(("path", "more"), LINKS.values(), ids=LINKS)
def test_a_guess_changes_no_verdict(
    path: str, more: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a typed prefix nor a remembered organization, right or wrong."""
    with monkeypatch.context() as without:
        without.setattr(likely_place, "_likely_entity", lambda _: None)
        expected = diagnose(path, more)
    monkeypatch.setattr(likely_place, "_found", {})
    first, second = diagnose(path, more), diagnose(path, more)
    assert verdict(first) == verdict(expected)
    assert verdict(second) == verdict(expected)
    assert first.requests.count <= expected.requests.count
    assert second.requests.count <= expected.requests.count


@pytest.mark.parametrize("path", [RIGHT, "acme-robotics_X7Q2/wandb-registry-model/brand-new"])
def test_a_right_path_with_its_organization_takes_one_request(path: str, sandbox: Sandbox) -> None:
    """In a process that knows nothing yet."""
    before = len(sandbox.log)
    report = diagnose(path, YOLO)
    assert (report.exit_code, report.requests.count, len(sandbox.log) - before) == (0, 1, 1)


def test_what_the_process_found_before_saves_a_request(sandbox: Sandbox) -> None:
    """Another path of the same person through the same entity, with or without prefix."""
    assert diagnose("wandb-registry-model/detector", YOLO).requests.count == 2
    for path in ("wandb-registry-model/brand-new", "Acme Robotics/wandb-registry-model/detector"):
        assert diagnose(path, YOLO).requests.count == 1, path


def test_an_organization_that_changed_is_found_out(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was remembered decides nothing."""
    settings = registry_doctor.diagnose("wandb-registry-model/detector", **YOLO)  # type: ignore[arg-type]
    assert settings.exit_code == 0
    (key,) = likely_place._found
    wrong = Organization("Gone", "gone-entity")
    monkeypatch.setattr(likely_place, "_found", {key: wrong})
    report = diagnose("wandb-registry-model/detector", YOLO)
    assert report.exit_code == 0
    assert report.resolved.organization == "Acme Robotics"


def test_a_fetch_never_asks_for_a_file_beside_the_viewer() -> None:
    """A refused download is the status of the whole answer."""
    report = diagnose(f"{RIGHT}:v0", {"for_": "use"})
    assert (report.exit_code, report.requests.count) == (0, 2)
