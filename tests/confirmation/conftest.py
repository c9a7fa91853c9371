"""Reports as tests need them, and acceptance cases that wandb itself tries against a sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from registry_doctor.checking.check import GROUPS, Severity
from registry_doctor.checking.results import Result, Status, Suggestion
from registry_doctor.confirmation.confirming import Confirmer
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.report.model import Context, EffectivePath, Provenance, Report, RequestedTarget, Requests
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, Settings, read_settings
from tests.places import ROOT
from tests.sdk.conftest import Case, diagnose, read_suite, surroundings, world_of

CONTRACT = ROOT / "tests" / "contract"
CASES = {case.id: case for case in read_suite(CONTRACT / "cases" / "acme.yaml", CONTRACT / "worlds")}

NOTHING = Provenance(None, None)


def result(
    code: str, status: Status, *, severity: Severity | None = None, blocked_by: str | None = None
) -> Result:
    """One check's result; a failure is an error if nothing else is said."""
    if status is Status.FAIL and severity is None:
        severity = Severity.ERROR
    return Result(
        code, code.lower(), GROUPS[code[:3]], status, severity, "as it is", "", "tests", blocked_by=blocked_by
    )


def report_of(
    results: Sequence[Result],
    resolved: EffectivePath = EffectivePath(),  # noqa: B008 - frozen
    *,
    for_: Purpose = "link",
    suggestion: Suggestion | None = None,
) -> Report:
    """A report with these results."""
    return Report(
        RequestedTarget("wandb-registry-model/detector", for_, "vision/detectors/yolo:v0", None),
        tuple(results),
        suggestion,
        resolved,
        Context(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, "bob", "0.31.0", None),
        Requests(2, 1.0),
    )


@dataclass(frozen=True)
class Tried:
    """An acceptance case in a sandbox, with what the doctor says of it."""

    case: Case
    sandbox: Sandbox
    report: Report
    settings: Settings


@contextmanager
def tried(case: Case) -> Iterator[Tried]:
    """The case, diagnosed in a world of its own."""
    options = case.options
    with Sandbox.start(world_of(case.world)) as sandbox, TemporaryDirectory() as name:
        folder = Path(name)
        environ = surroundings(case, sandbox.base_url, folder)
        given = Given(
            base_url=options.get("--base-url"),
            entity=options.get("--entity"),
            project=options.get("--project"),
            organization=options.get("--organization"),
        )
        settings = read_settings(given, environ=environ, cwd=folder)
        yield Tried(case, sandbox, diagnose(case, environ, folder), settings)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox is on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def confirmer() -> Iterator[Confirmer]:
    """What lets wandb try calls, until the test ends."""
    with Confirmer(Options(timeout=60)) as confirmer:
        yield confirmer
