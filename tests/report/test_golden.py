"""What a person sees in a terminal of 80 columns: each kind of failure in twelve lines, each pass in four.

The files in `golden/` are meant to be read. After a wanted change of words, REGISTRY_DOCTOR_WRITE_GOLDEN=1 writes them
again; read them before they are committed.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry_doctor.cli import main
from registry_doctor.report.model import Requests
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

GOLDEN = Path(__file__).parent / "golden"
WRITE = bool(os.environ.get("REGISTRY_DOCTOR_WRITE_GOLDEN"))
WIDTH = 80

KEYS = {
    "alice": "a11ce00000000000000000000000000000000001",
    "bob": "b0b0000000000000000000000000000000000002",
    "erin": "e2140000000000000000000000000000000000e5",
    "frank": "f2a4b00000000000000000000000000000000f06",
    "nobody": "0000000000000000000000000000000000000000",
}
YOLO = "--artifact vision/detectors/yolo:v0"
ENTITY = "acme-robotics_X7Q2"
URL = (
    "https://wandb.ai/orgs/Acme%20Robotics/registry/model?selectionPath="
    f"{ENTITY}%2Fwandb-registry-model%2Fdetector&view=membership&version=v0"
)


@dataclass(frozen=True)
class Shown:
    """One call of the command, and what it must show."""

    name: str
    arguments: str
    path: str | None = None
    """The corrected path, on the last line."""
    who: str | None = "bob"
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the cause, which the name of the file begins with."""
        return self.name.partition("-")[0]


FAILURES = (
    Shown("RD001-unreachable", f"wandb-registry-model/detector {YOLO}",
          environ={"WANDB_BASE_URL": "http://127.0.0.1:9"}),
    Shown("RD101-no-key", f"wandb-registry-model/detector {YOLO}", who=None),
    Shown("RD102-refused-key", f"wandb-registry-model/detector {YOLO}", who="nobody"),
    Shown("RD201-pasted-url", f"'{URL}' {YOLO}", f"{ENTITY}/wandb-registry-model/detector"),
    Shown("RD202-prefix-forgotten", f"model/detector {YOLO}", "wandb-registry-model/detector"),
    Shown("RD203-version-in-link", f"wandb-registry-model/detector:latest {YOLO}", "wandb-registry-model/detector"),
    Shown("RD204-legacy", f"vision/model-registry/detector {YOLO}", f"{ENTITY}/wandb-registry-model/detector"),
    Shown("RD207-placeholder", f"'<org>/wandb-registry-model/<collection>' {YOLO}"),
    Shown("RD301-team-without-organization", "wandb-registry-model/x --artifact orphans/lost/lost:v0", who="frank"),
    Shown("RD302-team-as-organization", f"vision/wandb-registry-model/detector {YOLO}",
          f"{ENTITY}/wandb-registry-model/detector"),
    Shown("RD303-two-organizations", "--for use wandb-registry-model/detector:production",
          f"{ENTITY}/wandb-registry-model/detector:production", "erin"),
    Shown("RD304-personal-entity", "wandb-registry-model/mine --artifact alice/scratch/mine:v0", who="alice"),
    Shown("RD304-draft", "wandb-registry-model/mine --type model", who="alice"),
    Shown("RD306-organization-setting", f"wandb-registry-model/detector {YOLO}",
          f"{ENTITY}/wandb-registry-model/detector", environ={"WANDB_ORGANIZATION": "Rival Corp"}),
    Shown("RD401-misspelt", f"wandb-registry-models/detector {YOLO}", "wandb-registry-model/detector"),
    Shown("RD401-hidden", f"wandb-registry-secret/x {YOLO}"),
    Shown("RD402-viewer", f"wandb-registry-model/detector {YOLO}", who="erin"),
    Shown("RD404-type", "wandb-registry-model/frames --artifact vision/datasets/frames:v0"),
    Shown("RD501-collection-type", "'wandb-registry-Golden Datasets/weights' --artifact vision/datasets/frames:v0"),
    Shown("RD503-alias", "--for use wandb-registry-model/detector:prod", "wandb-registry-model/detector:production"),
    Shown("RD601-version", "wandb-registry-model/detector --artifact vision/detectors/yolo:v9"),
)  # fmt: skip

PASSES = (
    Shown("short", f"wandb-registry-model/detector {YOLO}"),
    Shown("display name", f"'Acme Robotics/wandb-registry-model/detector' {YOLO}"),
    Shown("entity", f"{ENTITY}/wandb-registry-model/detector {YOLO}"),
    Shown("new collection", f"wandb-registry-model/brand-new {YOLO}"),
    Shown("spaces", f"'wandb-registry-Fine-tuned Models/phi3-finetuned' {YOLO}"),
    Shown("draft", "wandb-registry-model/x --type model --entity vision", who="alice"),
    Shown("no artifact", "wandb-registry-model/detector"),
    Shown("fetch", "--for use wandb-registry-model/detector:production"),
    Shown("fetch by number", "--for use 'Acme Robotics/wandb-registry-Golden Datasets/raw_images:v0'", who="alice"),
    Shown("offline", f"wandb-registry-model/detector {YOLO} --offline"),
)  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """The world of the contract."""
    with Sandbox.start(ACME_WORLD) as running:
        yield running


def shown(call: Shown, sandbox: Sandbox, folder: Path, patch: pytest.MonkeyPatch) -> tuple[str, int]:
    """What the command prints in a terminal of 80 columns, and its exit status.

    The port of the sandbox and the milliseconds are made the same in every run, without a change of any length.
    """
    for name in list(os.environ):
        if name.startswith("WANDB_"):
            patch.delenv(name)
    patch.setattr("registry_doctor.facts.likely_place._found", {})  # each command is a process of its own
    patch.setenv("NO_PROXY", "127.0.0.1")
    patch.setenv("HOME", str(folder))
    patch.chdir(folder)
    patch.setattr("registry_doctor.cli.doctor.terminal_width", lambda: WIDTH)
    patch.setattr("registry_doctor.diagnosis.assembly.Requests", lambda count, _: Requests(count, 76.0))
    patch.setenv("WANDB_BASE_URL", sandbox.base_url)
    if call.who is not None:
        patch.setenv("WANDB_API_KEY", KEYS[call.who])
    for name, value in call.environ.items():
        patch.setenv(name, value)
    done = CliRunner().invoke(main, ["doctor", *shlex.split(call.arguments)], prog_name="wandb-registry")
    assert done.stderr == ""
    assert [line for line in done.stdout.splitlines() if len(line) > WIDTH] == []
    return re.sub(r"(?<=127\.0\.0\.1:)\d{5}", "54321", done.stdout), done.exit_code


def confirm_golden(name: str, text: str) -> None:
    """Compare with the file, or write it."""
    file = GOLDEN / f"{name}.txt"
    if WRITE:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("call", FAILURES, ids=lambda call: call.name)
def test_a_failure_fits_twelve_lines_with_its_cause_and_its_path(
    call: Shown, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause is on the first line, the corrected path alone on the last; without one, no line is a path."""
    text, status = shown(call, sandbox, tmp_path, monkeypatch)
    lines = text.splitlines()
    assert status == 1
    assert len(lines) <= 12
    assert lines[0].startswith(f"✗ {call.code}  ")
    assert sum(line.startswith("✗") for line in lines) == 1
    bare = [line.strip() for line in lines if re.fullmatch(r"\s*[^\s/'\"]+/wandb-registry-\S+", line)]
    assert bare == ([call.path] if call.path and call.path.count("/") > 1 else [])
    assert (lines[-1] == call.path) if call.path else ("explain" in lines[-1])
    prompt = " ".join(
        [
            "$",
            *(f"{name}={shlex.quote(value)}" for name, value in call.environ.items()),
            "wandb-registry doctor",
        ]
    )
    confirm_golden(call.name, f"{prompt} {call.arguments}\n{text}")


def test_ten_passes_fit_four_lines_each(sandbox: Sandbox, tmp_path: Path) -> None:
    """What will work, and the summary."""
    parts = []
    for call in PASSES:
        with pytest.MonkeyPatch.context() as patch:
            text, status = shown(call, sandbox, tmp_path, patch)
        assert status == 0
        assert text.startswith("✓ ")
        assert len(text.splitlines()) <= 4
        parts.append(f"$ wandb-registry doctor {call.arguments}\n{text}")
    confirm_golden("passes", "\n".join(parts))


def test_every_golden_file_is_played() -> None:
    """None is left of a case that is gone."""
    names = {"passes", *(call.name for call in FAILURES)}
    assert {file.stem for file in GOLDEN.glob("*.txt")} == names
