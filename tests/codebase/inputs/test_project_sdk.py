"""Which wandb the project uses: the files beside the code decide, never the wandb beside this tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_doctor.codebase.inputs.project_sdk import ProjectVersions
from registry_doctor.codebase.inputs.version_ranges import conda_range, poetry_range, requirement_range
from registry_doctor.codebase.inputs.wandb_releases import NEWEST
from registry_doctor.codebase.job import Job
from registry_doctor.diagnosis.options import Options

UV = '[[package]]\nname = "wandb"\nversion = "0.17.3"\nsource = { registry = "x" }\n'
POETRY = '[[package]]\nname = "wandb"\nversion = "0.16.2"\ndescription = ""\n'


def said(folder: Path, files: dict[str, str], of: str = "a.py", **environ: str) -> str | None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    found = ProjectVersions(folder, environ).of(of)
    return None if found is None else f"{found.lowest} {found.highest} {found.source}"


SAID: list[tuple[dict[str, str], str | None]] = [
    ({}, None),
    ({"uv.lock": UV}, "0.17.3 0.17.3 uv.lock"),
    ({"poetry.lock": POETRY}, "0.16.2 0.16.2 poetry.lock"),
    ({"pdm.lock": POETRY}, "0.16.2 0.16.2 pdm.lock"),
    ({"uv.lock": UV + UV.replace("0.17.3", "0.18.1")}, "0.17.3 0.18.1 uv.lock"),
    ({"uv.lock": UV, "requirements.txt": "wandb==0.19.0"}, "0.17.3 0.17.3 uv.lock"),
    ({"uv.lock": UV.replace("wandb", "other"), "requirements.txt": "wandb==0.19.0"},
     "0.19.0 0.19.0 wandb==0.19.0 in requirements.txt"),
    ({"requirements.txt": "torch\nwandb[media]==0.16.6 ; python_version > '3.8'  # why\n"},
     "0.16.6 0.16.6 wandb==0.16.6 in requirements.txt"),
    ({"requirements-x.txt": "WandB==0.16.1"}, "0.16.1 0.16.1 wandb==0.16.1 in requirements-x.txt"),
    ({"requirements-dev.txt": "wandb >= 0.16, < 0.17 --hash=sha256:0"},
     "0.16.0 0.16.6 wandb<0.17,>=0.16 in requirements-dev.txt"),
    ({"requirements.txt": "wandb"}, f"{NEWEST} {NEWEST} wandb in requirements.txt"),
    ({"requirements.txt": "wandb-core==1.0\n-r other.txt\nwandb @ git+https://x\n"}, None),
    ({"pyproject.toml": '[project]\ndependencies = ["wandb~=0.18.0"]'},
     "0.18.0 0.18.7 wandb~=0.18.0 in pyproject.toml"),
    ({"pyproject.toml": '[project.optional-dependencies]\nx = ["wandb==0.15.1"]'},
     "0.15.1 0.15.1 wandb==0.15.1 in pyproject.toml"),
    ({"pyproject.toml": '[dependency-groups]\nx = ["wandb==0.15.1", {include-group = "y"}]'},
     "0.15.1 0.15.1 wandb==0.15.1 in pyproject.toml"),
    ({"pyproject.toml": '[tool.poetry.dependencies]\nwandb = "^0.16.2"'},
     "0.16.2 0.16.6 wandb ^0.16.2 in pyproject.toml"),
    ({"pyproject.toml": '[tool.poetry.group.a.dependencies]\nwandb = {version = "~0.16", extras = ["x"]}'},
     "0.16.0 0.16.6 wandb ~0.16 in pyproject.toml"),
    ({"pyproject.toml": "not [ toml wandb"}, None),
    ({"environment.yml": "dependencies:\n  - conda-forge::wandb=0.16\n"},
     "0.16.0 0.16.6 wandb=0.16 in environment.yml"),
    ({"environment.yaml": "dependencies:\n  - pip:\n    - wandb==0.16.1\n"},
     "0.16.1 0.16.1 wandb==0.16.1 in environment.yaml"),
    ({"requirements.txt": "wandb=>oops"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), SAID, ids=[str(files) for files, _ in SAID])
def test_files_beside_the_code_say_the_version(
    tmp_path: Path, files: dict[str, str], expected: str | None
) -> None:
    """A lock file before a list of requirements; what cannot be read says nothing."""
    assert said(tmp_path, files) == expected


def test_the_nearest_folder_decides_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    """A service of its own has its own versions."""
    root = tmp_path / "tree"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("wandb==0.12.1")
    files = {"a/requirements.txt": "wandb==0.16.1", "b/x.py": ""}
    assert said(root, files, "a/deep/x.py") == "0.16.1 0.16.1 wandb==0.16.1 in a/requirements.txt"
    assert said(root, files, "b/x.py") is None
    files = {"uv.lock": UV}
    assert said(root, files, "b/x.py") == "0.17.3 0.17.3 uv.lock"


def test_the_activated_environment_comes_last(tmp_path: Path) -> None:
    """But pre-commit activates one of its own, and that says nothing."""
    (tmp_path / "env/lib/python3.11/site-packages/wandb-0.20.1.dist-info").mkdir(parents=True)
    named = str(tmp_path / "env")
    project = tmp_path / "project"
    project.mkdir()
    assert said(project, {}, VIRTUAL_ENV=named) == "0.20.1 0.20.1 the environment of VIRTUAL_ENV"
    assert said(project, {}, VIRTUAL_ENV=named, PRE_COMMIT="1") is None
    assert said(project, {}, VIRTUAL_ENV=str(tmp_path / "none")) is None
    assert said(project, {"uv.lock": UV}, VIRTUAL_ENV=named) == "0.17.3 0.17.3 uv.lock"


@pytest.mark.parametrize(
    ("read", "written", "lowest", "highest"),
    [
        (requirement_range, "<0.20", "0.19.11", "0.19.11"),
        (requirement_range, ">=0.15", "0.15.0", NEWEST),
        (requirement_range, ">=9.1", "9.1", "9.1"),
        (requirement_range, "==0.16.*", "0.16.0", "0.16.6"),
        (requirement_range, "==0.28.3.dev1", "0.28.3.dev1", "0.28.3.dev1"),
        (poetry_range, "*", NEWEST, NEWEST),
        (poetry_range, "0.16.2", "0.16.2", "0.16.2"),
        (poetry_range, ">=0.16, <0.18", "0.16.0", "0.17.9"),
        (conda_range, "=0.16.2=py_0", "0.16.2", "0.16.2"),
        (conda_range, ">=0.16,<0.17", "0.16.0", "0.16.6"),
    ],
)
def test_a_range_has_a_lowest_and_a_highest_release(
    read: object, written: str, lowest: str, highest: str
) -> None:
    """Without a lower bound only the newest counts: that is what gets installed."""
    found = read(written)  # type: ignore[operator]  # one of the three functions
    assert (found.lowest, found.highest) == (lowest, highest)


CODE = "import wandb\nwandb.Api().artifact('Acme Robotics/wandb-registry-model/x:v1')\n"


def outcome(folder: Path, monkeypatch: pytest.MonkeyPatch, requirement: str | None) -> tuple[object, ...]:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    (folder / "a.py").write_text(CODE, encoding="utf-8")
    if requirement is not None:
        (folder / "requirements.txt").write_text(requirement, encoding="utf-8")
    job = Job(root=folder)
    report = job.judge(job.search(), Options(offline=True, select=("RD002",)))
    findings = [(each.code, str(each.severity.value)) for one in report.judged for each in one.findings]
    return findings, [note for note in report.notes if note.startswith("judged for")], report.exit_code


def test_a_pinned_version_is_judged_and_its_source_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0.18.3 reads a display name before the registry as an entity."""
    findings, notes, _ = outcome(tmp_path, monkeypatch, "wandb==0.18.3")
    assert [code for code, _ in findings] == ["RD002"]  # type: ignore[attr-defined]  # a list of pairs
    assert notes == ["judged for wandb 0.18.3: wandb==0.18.3 in requirements.txt"]


def test_without_any_word_the_version_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wandb beside the tool is not the project's."""
    assert outcome(tmp_path, monkeypatch, None) == ([], [], 0)


def test_an_error_that_only_the_lowest_version_has_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the exit status does not depend on it."""
    pinned, _, _ = outcome(tmp_path, monkeypatch, "wandb==0.18.3")
    findings, notes, status = outcome(tmp_path, monkeypatch, "wandb>=0.18.3")
    expected = [("RD002", "warning")] if ("RD002", "error") in pinned else []  # type: ignore[operator]  # a list
    assert (findings, status) == (expected, 0)
    assert notes == [f"judged for wandb 0.18.3 to {NEWEST}: wandb>=0.18.3 in requirements.txt"]
