"""Commands run in an empty home, and diagnoses that are only pretended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.checking.check import GROUPS, Applicability, Severity
from registry_doctor.checking.plugins import Loaded
from registry_doctor.checking.results import Result as CheckResult
from registry_doctor.checking.results import Status, Suggestion
from registry_doctor.cli import main
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.report.model import Context, EffectivePath, Provenance, Report, RequestedTarget, Requests
from registry_doctor.settings import Settings


def result_of(status: Status, severity: Severity | None = None, *, unknown: bool = False) -> CheckResult:
    """One check's result."""
    return CheckResult(
        "RD302",
        "organization-prefix",
        GROUPS["RD3"],
        status,
        severity,
        "the message ✓",
        "docs/checks/RD302.md",
        "wandb-registry-doctor",
        unknown=unknown,
    )


RESULTS = {
    "pass": result_of(Status.PASS),
    "error": result_of(Status.FAIL, Severity.ERROR),
    "warning": result_of(Status.FAIL, Severity.WARNING),
    "crash": result_of(Status.ERROR),
    "unknown": result_of(Status.SKIP, unknown=True),
}


@dataclass
class Diagnoses:
    """Stands in for the engine: notes what it was asked and answers with results that a test chose."""

    kinds: tuple[str, ...] = ("pass",)
    asked: list[tuple[Call, Settings, Options]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    """What happens when the engine is called."""

    def examine(self, call: Call, settings: Settings, loaded: Loaded, options: Options) -> Report:
        """Answer as `registry_doctor.diagnosis.engine.examine` would."""
        assert loaded.checks
        self.asked.append((call, settings, options))
        self.before()
        nothing = Provenance(None, None)
        failing = "error" in self.kinds
        return Report(
            target=RequestedTarget(call.target, call.for_, call.artifact, call.type, call.aliases),
            results=tuple(RESULTS[kind] for kind in self.kinds),
            suggestion=Suggestion("a/wandb-registry-b/c", True, Applicability.SAFE, ()) if failing else None,
            resolved=EffectivePath(),
            context=Context(
                Provenance(settings.base_url.value, "WANDB_BASE_URL"),
                nothing,
                nothing,
                nothing,
                nothing,
                nothing,
                None,
                None,
                None,
            ),
            requests=Requests(0, 0.0),
            fail_on=options.fail_on,
        )

    @property
    def call(self) -> Call:
        """The only call."""
        ((call, _, _),) = self.asked
        return call

    @property
    def settings(self) -> Settings:
        """The settings of the only call."""
        ((_, settings, _),) = self.asked
        return settings

    @property
    def options(self) -> Options:
        """The options of the only call."""
        ((_, _, options),) = self.asked
        return options


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing that the developer has set or stored takes part."""
    for name in list(os.environ):
        if name.startswith("WANDB_") or name in ("NO_COLOR", "FORCE_COLOR", "NETRC"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.fixture
def diagnoses(monkeypatch: pytest.MonkeyPatch) -> Diagnoses:
    """No server is asked; the engine's answer is chosen."""
    pretended = Diagnoses()
    monkeypatch.setattr("registry_doctor.diagnosis.engine.examine", pretended.examine)
    return pretended


@pytest.fixture
def run() -> Callable[..., Result]:
    """Run `wandb-registry` with these arguments in this process."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, prog_name="wandb-registry")

    return invoke
