"""A tree of samples with wrong paths is fixed against the sandbox, and the result runs there."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.codebase.fixes import Applied, plan_edits
from registry_doctor.codebase.job import Job
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.diagnosis.options import Options
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

TREE = Path(__file__).parent / "tree"
BOB = "b0b0000000000000000000000000000000000002"
ACME = "acme-robotics_X7Q2"
DETECTOR = f"{ACME}/wandb-registry-model/detector"

PRINTED = {
    "publish.py": [DETECTOR],
    "evaluate.py": [DETECTOR],
    "promote.py": [DETECTOR, f"{ACME}/wandb-registry-Golden Datasets/weights"],
    "from_conf.py": [DETECTOR, DETECTOR],
    "explore.ipynb": [DETECTOR, DETECTOR],
}
"""What each program prints at last, without the version."""

CHANGED = {
    "names.py": [
        ("ORGANIZATION, MODELS = \"acme-robotics\", 'model'  # as people say them",
         "ORGANIZATION, MODELS = \"acme-robotics_X7Q2\", 'wandb-registry-model'  # as people say them"),
    ],
    "promote.py": [
        ("parser.add_argument(\"--target\", default=('vision'",
         "parser.add_argument(\"--target\", default=('acme-robotics_X7Q2'"),
        ('                                         r"detector:v0"))',
         '                                         r"detector"))'),
        ('registry = os.environ.get("REGISTRY", "wandb_registry_Golden Datasets")',
         'registry = os.environ.get("REGISTRY", "wandb-registry-Golden Datasets")'),
    ],
    "conf/model.yaml": [
        ('  link_to: "wandb-registry-wandb-registry-model/detector"   # doubled',
         '  link_to: "wandb-registry-model/detector"   # doubled'),
    ],
    "conf/use.json": [
        ('    "registry_artifact": "acme-robotics\\/wandb-registry-model\\/detector:production",',
         '    "registry_artifact": "acme-robotics_X7Q2\\/wandb-registry-model\\/detector:production",'),
    ],
    "explore.ipynb": [
        ('    "artifact = run.use_artifact(f\\"https://wandb.ai/orgs/acme-robotics/registry/model?selectionPath=acme-robotics_X7Q2%2Fwandb-registry-model%2Fdetector&view=membership&version=production\\")\\n",',
         '    "artifact = run.use_artifact(f\\"acme-robotics_X7Q2/wandb-registry-model/detector:production\\")\\n",'),
        ('    "other = run.use_artifact(\\"acme-robotics/wandb-registry-model/\\" f\'{name}:production\')\\n",',
         '    "other = run.use_artifact(\\"acme-robotics_X7Q2/wandb-registry-model/\\" f\'{name}:production\')\\n",'),
    ],
}  # fmt: skip
"""The only lines that change, in their order."""


@dataclass(frozen=True)
class Story:
    """The tree before and after it was fixed."""

    folder: Path
    before: PreflightReport
    applied: Applied
    after: PreflightReport
    again: Applied


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The variables of bob, in this process and in those of the programs."""
    with Sandbox.start(ACME_WORLD) as sandbox, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            patch.delenv(name)
        for name, value in {
            "HOME": str(tmp_path_factory.mktemp("home")),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": BOB,
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }.items():
            patch.setenv(name, value)
        yield dict(os.environ)


@pytest.fixture(scope="module")
def story(environ: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("tree") / "tree"
    shutil.copytree(TREE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    job = Job(root=folder)

    def judged() -> PreflightReport:
        return job.judge(job.search(), Options())

    before = judged()
    applied = plan_edits(before.judged, root=folder).apply()
    after = judged()
    return Story(folder, before, applied, after, plan_edits(after.judged, root=folder).apply())


def test_what_was_wrong_is_right_afterwards(story: Story) -> None:
    """Each finding is fixed and none is left; a second time there is nothing to do."""
    assert story.before.exit_code == 1
    assert story.applied.left == ()
    assert len(story.applied.done) == len(story.before.failing) == 8
    assert (story.after.exit_code, story.after.failing) == (0, ())
    assert (story.again.done, story.again.left) == ((), ())


def test_nothing_else_changes(story: Story) -> None:
    """Only these lines change."""
    for path in (path for path in TREE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        name = path.relative_to(TREE).as_posix()
        old, new = (each.read_bytes().decode().split("\n") for each in (path, story.folder / name))
        lines = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
        wanted = [
            sign + " " + line for pair in CHANGED.get(name, ()) for sign, line in zip("-+", pair, strict=True)
        ]
        assert sorted(lines) == sorted(wanted), name


@pytest.mark.slow
def test_the_programs_run(story: Story, environ: Mapping[str, str]) -> None:
    """With the real SDK, each links to and fetches from the registry that was meant."""

    def run(name: str) -> tuple[str, subprocess.CompletedProcess[str]]:
        program = story.folder / name
        if program.suffix == ".ipynb":
            cells = json.loads(program.read_text(encoding="utf-8"))["cells"]
            program = program.with_suffix(".as_script.py")
            program.write_text("\n".join("".join(cell["source"]) for cell in cells), encoding="utf-8")
        return name, subprocess.run(
            [sys.executable, str(program)], capture_output=True, text=True, timeout=120, env=dict(environ), cwd=story.folder
        )  # fmt: skip

    with ThreadPoolExecutor(2) as pool:
        for name, done in pool.map(run, PRINTED):
            assert done.returncode == 0, (name, done.stderr)
            last = [line.rpartition(":")[0] for line in done.stdout.splitlines()[-len(PRINTED[name]) :]]
            assert last == PRINTED[name], (name, done.stdout)
