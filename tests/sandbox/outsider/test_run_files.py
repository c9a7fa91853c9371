"""Files and media of runs: saved, listed, fetched and deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

SDK_FILES = {"config.yaml", "requirements.txt", "wandb-metadata.json", "wandb-summary.json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files to save."""
    for name, text in {"notes.txt": "noted", "sub/deep.txt": "deep", "a_b.txt": "1", "axb.txt": "2"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def saved(wandb_sandbox: WandbSandbox, folder: Path) -> str:
    """The path of a run that saved them."""
    with wandb.init(project="p", id="r1") as run:
        run.save(str(folder / "*.txt"), base_path=folder)
        run.save(str(folder / "sub" / "deep.txt"), base_path=folder)
    return "p/r1"


def names(path: str, pattern: str | None = None) -> set[str]:
    """The files of a run, without those of the SDK itself."""
    return {file.name for file in wandb.Api().run(path).files(pattern=pattern)} - SDK_FILES


def test_saved_files_are_listed_and_fetched(saved: str, tmp_path: Path) -> None:
    """With their sizes and contents, and as many as are counted."""
    run = wandb.Api().run(saved)
    assert names(saved) == {"notes.txt", "sub/deep.txt", "a_b.txt", "axb.txt"}
    assert len(run.files()) == 4 + len({file.name for file in run.files()} & SDK_FILES)
    assert run.file("sub/deep.txt").size == 4
    with run.file("sub/deep.txt").download(root=str(tmp_path / "down")) as file:
        assert file.read() == "deep"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%.txt", {"notes.txt", "sub/deep.txt", "a_b.txt", "axb.txt"}),
        ("sub/%", {"sub/deep.txt"}),
        ("a_b.txt", {"a_b.txt", "axb.txt"}),
        ("*.txt", set()),
        ("%.none", set()),
    ],
)
def test_a_pattern_is_one_of_like(saved: str, pattern: str, expected: set[str]) -> None:
    """`%` is any text, `_` any character, and nothing else is special."""
    assert names(saved, pattern) - {"requirements.txt"} == expected


def test_a_file_is_uploaded_to_an_ended_run_and_deleted(saved: str, folder: Path) -> None:
    """Once: the second time it is not there, and the run has not begun again."""
    run = wandb.Api().run(saved)
    (folder / "late.txt").write_text("late")
    file = run.upload_file(str(folder / "late.txt"), root=str(folder))
    assert (file.name, file.size, wandb.Api().run(saved).state) == ("late.txt", 4, "finished")
    file.delete()
    assert "late.txt" not in names(saved)
    with pytest.raises(wandb.errors.CommError, match="there is no file"):
        file.delete()


def test_somebody_elses_file_cannot_be_deleted(wandb_sandbox: WandbSandbox, saved: str) -> None:
    """Another team does not even see the run."""
    file = wandb.Api().run(saved).file("notes.txt")
    file_id = file.id
    with wandb_sandbox.as_user("eve"), pytest.raises(Exception, match="there is no file"):
        wandb.Api()._service_api.execute_graphql(
            "mutation D($f: [ID!]!) { deleteFiles(input: {files: $f}) { success } }", {"f": [file_id]}
        )
    assert "notes.txt" in names(saved)


def test_a_file_that_is_saved_again_is_replaced(
    wandb_sandbox: WandbSandbox, folder: Path, tmp_path: Path
) -> None:
    """By a resumed run."""
    for text in ("first", "second"):
        (folder / "notes.txt").write_text(text)
        with wandb.init(project="p", id="r1", resume="allow") as run:
            run.save(str(folder / "notes.txt"), base_path=folder)
    with wandb.Api().run("p/r1").file("notes.txt").download(root=str(tmp_path / "down")) as file:
        assert file.read() == "second"


def test_a_file_that_is_not_there_is_not_found(saved: str) -> None:
    """The SDK finds nothing at the first place of an empty list."""
    with pytest.raises((IndexError, wandb.errors.CommError)):
        wandb.Api().run(saved).file("never.txt")


def test_metadata_of_the_run_is_read(wandb_sandbox: WandbSandbox) -> None:
    """From the file that the SDK saves itself."""
    with wandb.init(project="p", id="r1"):
        pass
    metadata = wandb.Api().run("p/r1").metadata
    assert metadata is not None
    assert metadata["python"].startswith("CPython")


def test_media_are_files_of_the_run(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """The row refers to them, and they can be fetched."""
    with wandb.init(project="p", id="r1") as run:
        run.log({"page": wandb.Html("<b>hi</b>"), "loss": 1})
    after: Any = wandb.Api().run("p/r1")
    (row,) = after.scan_history(keys=["page", "loss"])
    assert row["page"]["_type"] == "html-file"
    with after.file(row["page"]["path"]).download(root=str(tmp_path / "down")) as file:
        assert "<b>hi</b>" in file.read()
    assert after.history_keys["keys"]["page"]["typeCounts"] == [{"type": "html-file", "count": 1}]


@pytest.mark.parametrize("mode", ["IMMUTABLE", "MUTABLE", "INCREMENTAL"])
def test_a_logged_table_is_a_file_and_an_artifact(wandb_sandbox: WandbSandbox, mode: Any) -> None:
    """In each of its modes all rows are read back."""
    table = wandb.Table(columns=["a", "b"], log_mode=mode)
    with wandb.init(project="p", id="r1") as run:
        for number in range(2):
            table.add_data(number, str(number))
            if mode != "IMMUTABLE" or number == 1:
                run.log({"table": table})
    (artifact,) = {
        found.name.split(":")[0]: found for found in wandb.Api().run("p/r1").logged_artifacts()
    }.values()
    newest = wandb.Api().artifact(f"p/{artifact.name.split(':')[0]}:latest")
    rows = [
        row
        for name in newest.manifest.entries
        if name.endswith(".table.json")
        for row in json.loads(Path(newest.get_entry(name).download()).read_text())["data"]
    ]
    assert sorted(rows) == [[0, "0"], [1, "1"]]
