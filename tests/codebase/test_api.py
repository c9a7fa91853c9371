"""`registry_doctor.preflight(paths)`, as a program calls it, against a local W&B."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import registry_doctor
from registry_doctor.codebase.inputs.sources import NoSuchPath
from registry_doctor.diagnosis.runner import UnknownCode
from registry_doctor.sandbox import Sandbox

ADA = "ada0000000000000000000000000000000000001"
PROJECT = {
    "src/publish.py": """import wandb

with wandb.init() as run:
    artifact = wandb.Artifact("classifier", type="model")
    run.link_artifact(artifact, "wandb-registry-model/classifier")
""",
    "src/fetch.py": """import os
import wandb

wandb.Api().artifact(f"wandb-registry-{os.environ['REGISTRY']}/classifier:v0")
wandb.Api().artifact("research/training/classifier:v0")
""",
    "conf/model.yaml": "registry:\n  target: wandb-registry-modle/classifier\n",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture(autouse=True)
def project(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, and Ada's key."""
    for name, text in PROJECT.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name, value in {
        "HOME": str(tmp_path),
        "WANDB_BASE_URL": sandbox.base_url,
        "WANDB_API_KEY": ADA,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "files", "status"),
    [
        ({}, ["conf/model.yaml", "src/publish.py"], 1),
        ({"paths": "src"}, ["src/publish.py"], 0),
        ({"paths": Path("src")}, ["src/publish.py"], 0),
        ({"paths": ["src", Path("conf/model.yaml")]}, ["conf/model.yaml", "src/publish.py"], 1),
        ({"paths": "src", "supplied": {"REGISTRY": "model"}}, ["src/fetch.py", "src/publish.py"], 0),
        ({"paths": "src", "supplied": {"REGISTRY": "modle"}}, ["src/fetch.py", "src/publish.py"], 1),
        ({"paths": []}, ["conf/model.yaml", "src/publish.py"], 1),
        ({"offline": True}, ["conf/model.yaml", "src/publish.py"], 0),
        ({"ignore": ["RD401"]}, ["conf/model.yaml", "src/publish.py"], 0),
        ({"paths": "src", "entity": "nobody"}, ["src/publish.py"], 1),
    ],
)
def test_files_and_folders_are_searched(arguments: dict[str, Any], files: list[str], status: int) -> None:
    """Relative to the working directory, which is searched if nothing is named."""
    report = registry_doctor.preflight(**arguments)
    assert isinstance(report, registry_doctor.PreflightReport)
    assert ([each.location.file for each in report.judged], report.exit_code) == (files, status), report


def test_what_the_report_holds() -> None:
    """Findings with location, code and corrected path; unknown targets; ordinary uses."""
    report = registry_doctor.preflight()
    (failing,) = report.failing
    assert (failing.location.line, failing.location.column) == (2, 11)
    assert [finding.code for finding in failing.findings] == ["RD401"]
    assert failing.suggestion is not None
    assert failing.suggestion.target_path == "wandb-registry-model/classifier"
    (unknown,) = report.open
    assert (unknown.template, unknown.names) == ("wandb-registry-{REGISTRY}/classifier:v0", ("REGISTRY",))
    assert (report.ordinary, report.unreadable, report.notes) == (1, (), ())


def test_without_credentials(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Only the grammar is checked, with a note, unless a key is required."""
    monkeypatch.delenv("WANDB_API_KEY")
    before = len(sandbox.log)
    report = registry_doctor.preflight("conf")
    assert (report.exit_code, report.notes[0].partition(":")[0]) == (0, "NO CREDENTIALS")
    required = registry_doctor.preflight("conf", require_credentials=True)
    assert [finding.code for each in required.failing for finding in each.findings] == ["RD101"]
    assert len(sandbox.log) == before


def test_what_is_wrong_with_the_call_is_raised() -> None:
    """Nothing is guessed."""
    with pytest.raises(NoSuchPath, match="there is no file or folder 'nowhere'"):
        registry_doctor.preflight("nowhere")
    with pytest.raises(UnknownCode):
        registry_doctor.preflight("src", select=["RD999"])


def test_it_can_be_called_whatever_was_imported_before() -> None:
    """The package has the function's name, and importing it puts it in the function's place."""
    code = (
        "import registry_doctor, registry_doctor.codebase.source.found; "
        "print(registry_doctor.preflight('src', offline=True).exit_code); "
        "from registry_doctor import preflight; print(preflight('src', offline=True).exit_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["0", "0"]


def test_notes_and_findings_without_a_target_are_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unused supplied name is a note, and a missing required key a finding without a target."""
    report = registry_doctor.preflight("src", supplied={"REGISTRI": "model"})
    assert (report.exit_code, [note.partition(":")[0] for note in report.notes]) == (
        0,
        ["the supplied name 'REGISTRI' is not used"],
    )
    monkeypatch.delenv("WANDB_API_KEY")
    report = registry_doctor.preflight("src/fetch.py", require_credentials=True)
    assert (report.exit_code, report.failing, [each.code for each in report.general]) == (1, (), ["RD101"])
