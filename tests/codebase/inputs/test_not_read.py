"""What was not read is said: files of other kinds, and cells that are not Python."""

from __future__ import annotations

import json
from pathlib import Path

from registry_doctor.codebase.job import Job
from registry_doctor.diagnosis.options import Options


def notes_and_status(folder: Path) -> tuple[tuple[str, ...], int]:
    job = Job(root=folder)
    report = job.judge(job.search(), Options(offline=True))
    return report.notes, report.exit_code


def test_files_of_other_kinds_that_mention_the_registry_are_named(tmp_path: Path) -> None:
    """Where nothing was found; nothing is said of a file without such words, or in another encoding."""
    (tmp_path / "a.ts").write_text("run.link_artifact(x)", encoding="utf-8")
    (tmp_path / "b.R").write_text("'wandb-registry-model/x'", encoding="utf-8")
    (tmp_path / "c.bin").write_bytes(b"wandb-registry-\0")
    (tmp_path / "d.txt").write_text("nothing", encoding="utf-8")
    notes, status = notes_and_status(tmp_path)
    said = "not read: 2 files of other kinds mention `wandb-registry-` or `link_artifact`: 'a.ts' and 'b.R'"
    assert said in notes
    assert status == 0
    (tmp_path / "e.py").write_text(
        "import wandb\nwandb.Api().artifact('wandb-registry-m/x:v1')\n", encoding="utf-8"
    )
    assert not any(note.startswith("not read") for note in notes_and_status(tmp_path)[0])


def test_a_cell_that_is_not_python_does_not_decide_the_exit_status(tmp_path: Path) -> None:
    """It cannot run, so nothing is linked in it; it is still listed. A whole file that cannot be read does decide."""
    cells = [{"cell_type": "code", "source": "print 'link_artifact(wandb)'"}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    assert notes_and_status(tmp_path)[1] == 0
    job = Job(root=tmp_path)
    assert len(job.judge(job.search(), Options(offline=True)).unreadable) == 1
    (tmp_path / "b.py").write_text("print 'wandb.link_artifact(x)'", encoding="utf-8")
    assert notes_and_status(tmp_path)[1] == 3
