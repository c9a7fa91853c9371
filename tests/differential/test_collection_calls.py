"""Calls that look at a collection: what `--fix` makes of them works with the real SDK, and has no version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.codebase.fixes import plan_edits
from registry_doctor.codebase.job import Job
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.diagnosis.options import Options
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

BOB = "b0b0000000000000000000000000000000000002"
ACME = "acme-robotics_X7Q2"
SHORT, LONG = "wandb-registry-model/detector", f"{ACME}/wandb-registry-model/detector"

PATHS = {
    SHORT: SHORT,
    LONG: LONG,
    f"{SHORT}:v0": SHORT,
    f"{LONG}:latest": LONG,
    "vision/wandb-registry-model/detector": LONG,
    "vision/wandb-registry-model/detector:production": LONG,
    "wandb_registry-model/detector:v1": SHORT,
}
"""Each path as it was typed, and what `--fix` has to make of it."""

CALLS = (
    'api.artifact_collection("model", {path!r}).name',
    'api.artifact_collection_exists({path!r}, type="model")',
    'len(api.artifacts("model", {path!r})) > 0',
    'len(api.artifact_versions("model", {path!r})) > 0',
)
EXPECTED = ["detector", True, True, True]

Environment = Mapping[str, str]


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """The variables of bob."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            monkeypatch.delenv(name)
        for name, value in {
            "HOME": str(tmp_path),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": BOB,
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }.items():
            monkeypatch.setenv(name, value)
        yield dict(os.environ)


def program(path: str) -> str:
    calls = [each.format(path=path) for each in CALLS]
    return "\n".join(
        ["import json", "import wandb", "api = wandb.Api()", "found = []"]
        + [f"found.append({each})" for each in calls]
        + ["print(json.dumps(found))", ""]
    )


def judged(folder: Path) -> PreflightReport:
    job = Job(root=folder)
    return job.judge(job.search(), Options())


@pytest.mark.slow
def test_the_four_calls_work_with_what_a_fix_makes(environ: Environment, tmp_path: Path) -> None:
    """No version is added, one in the path is taken away, and the SDK finds the collection."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for number, path in enumerate(PATHS):
        (folder / f"p{number}.py").write_text(program(path), encoding="utf-8")
    before = judged(folder)
    assert plan_edits(before.judged, root=folder).apply().left == ()
    assert judged(folder).failing == ()
    for number, right in enumerate(PATHS.values()):
        assert (folder / f"p{number}.py").read_text(encoding="utf-8") == program(right)
    every = "import runpy, glob\nfor each in sorted(glob.glob('p*.py')):\n    runpy.run_path(each)"
    done = subprocess.run(
        [sys.executable, "-c", every],
        capture_output=True,
        text=True,
        timeout=300,
        env=dict(environ),
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [EXPECTED] * len(PATHS)


@pytest.mark.slow
def test_a_version_is_the_finding_and_a_missing_one_never_is(environ: Environment, tmp_path: Path) -> None:
    """RD203 for each of the four calls; no RD503 in any case."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "with.py").write_text(program(f"{SHORT}:v0"), encoding="utf-8")
    (folder / "without.py").write_text(program(SHORT), encoding="utf-8")
    codes = [(each.location.file, [one.code for one in each.findings]) for each in judged(folder).judged]
    assert codes == [("with.py", ["RD203"])] * 4 + [("without.py", [])] * 4
