"""Artifacts of every kind: what was logged is what is fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

Files = dict[str, bytes]
BYTES = bytes(range(256)) * 400


def build(
    tmp_path: Path, files: Files, name: str = "data", type_: str = "dataset", **more: Any
) -> wandb.Artifact:
    """A draft with these files."""
    folder = tmp_path / f"draft-{len(list(tmp_path.iterdir()))}"
    artifact = wandb.Artifact(name, type_, **more)
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        artifact.add_file(str(folder / path), name=path)
    return artifact


def log(artifact: wandb.Artifact, run_id: str | None = None, **more: Any) -> wandb.Artifact:
    """Log it in a run of its own."""
    with wandb.init(project="p", id=run_id, resume="allow" if run_id else None) as run:
        return run.log_artifact(artifact, **more).wait()


def fetched(artifact: wandb.Artifact, root: Path, **more: Any) -> Files:
    """What a download gives."""
    folder = Path(artifact.download(root=str(root), skip_cache=True, **more))
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    "files",
    [
        {"one.bin": BYTES},
        {"a.txt": b"a", "sub/b.txt": b"b", "sub/deeper/c": b"c"},
        {"empty": b"", "same 1": b"same", "same 2": b"same"},
        {"spaces and ünïcode?.txt": b"x", "100%.txt": b"y"},
        {},
    ],
    ids=["one", "folders", "equal", "names", "nothing"],
)
def test_all_files_come_back(wandb_sandbox: WandbSandbox, tmp_path: Path, files: Files) -> None:
    """Whole or in parts."""
    logged = log(build(tmp_path, files))
    found = wandb.Api().artifact("p/data:latest")
    assert (found.version, found.digest, found.size) == ("v0", logged.digest, sum(map(len, files.values())))
    assert found.file_count == len(files)
    for multipart in (None, True, False):
        assert fetched(found, tmp_path / f"down {multipart}", multipart=multipart) == files


@pytest.mark.parametrize(
    "path",
    [
        "research/training/classifier:v0",
        "research/training/classifier:best",
        "wandb-registry-model/classifier:production",
    ],
)
def test_single_files_of_a_world_are_fetched(wandb_sandbox: WandbSandbox, tmp_path: Path, path: str) -> None:
    """From the project and through a registry."""
    entry = wandb.Api().artifact(path).get_entry("model.bin")
    version = "v1" if path.endswith("best") else "v0"
    assert Path(entry.download(root=str(tmp_path), skip_cache=True)).read_text() == f"weights of {version}"


def test_single_files_of_a_logged_artifact_are_fetched(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Also one that an earlier version brought."""
    log(build(tmp_path, {"old": b"old", "sub/x": b"x"}))
    log(build(tmp_path, {"old": b"old", "new": b"new"}))
    found = wandb.Api().artifact("p/data:v1")
    for name in ("old", "new"):
        path = found.get_entry(name).download(root=str(tmp_path / "down"), skip_cache=True)
        assert Path(path).read_text() == name


def test_a_single_file_is_refused_to_those_who_may_not_see_it(
    wandb_sandbox: WandbSandbox, tmp_path: Path
) -> None:
    """The address that the SDK makes needs a key, and the right one."""
    log(build(tmp_path, {"x": b"x"}))
    entry = wandb.Api().artifact("p/data:v0").get_entry("x")
    wandb_sandbox.set_faults([])
    requests_before = len(wandb_sandbox.log)
    entry.download(root=str(tmp_path / "a"), skip_cache=True)
    (seen,) = [each for each in wandb_sandbox.log[requests_before:] if each.path.startswith("/artifactsV2/")]
    import requests

    address = wandb_sandbox.base_url + seen.path
    assert requests.get(address, timeout=20).status_code == 401
    assert requests.get(address, auth=("api", wandb_sandbox.keys["eve"]), timeout=20).status_code == 404
    assert requests.get(address, auth=("api", wandb_sandbox.keys["ben"]), timeout=20).content == b"x"


def test_a_table_is_read_from_an_artifact(wandb_sandbox: WandbSandbox) -> None:
    """As an object."""
    artifact = wandb.Artifact("data", "dataset")
    artifact.add(wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]]), "table")
    log(artifact)
    assert wandb.Api().artifact("p/data:v0").get("table").data == [[1, "x"], [2, "y"]]


def test_references_are_kept_and_fetched(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Local ones with a checksum; others without, as they are."""
    (tmp_path / "local.txt").write_text("local")
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_reference((tmp_path / "local.txt").as_uri())
    artifact.add_reference("https://example.com/far.bin", name="far.bin", checksum=False)
    log(artifact)
    found = wandb.Api().artifact("p/data:v0")
    assert found.get_entry("far.bin").ref_target() == "https://example.com/far.bin"
    assert Path(found.get_entry("local.txt").download(root=str(tmp_path / "down"))).read_text() == "local"


def test_a_reference_to_another_artifact_leads_there(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Its file is not stored twice."""
    log(build(tmp_path, {"x": b"from the source"}, name="source"))
    artifact = wandb.Artifact("data", "dataset")
    artifact.add_reference(wandb.Api().artifact("p/source:v0").get_entry("x"), "copy")
    log(artifact)
    found = wandb.Api().artifact("p/data:v0")
    assert (
        Path(found.get_entry("copy").download(root=str(tmp_path / "down"))).read_bytes() == b"from the source"
    )


def test_the_same_content_makes_no_new_version(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Its aliases move to the version that is there, which is an output of both runs."""
    log(build(tmp_path, {"x": b"1"}), "r1")
    log(build(tmp_path, {"x": b"2"}), "r2")
    again = log(build(tmp_path, {"x": b"1"}), "r3", aliases=["back"])
    assert (again.version, sorted(again.aliases)) == ("v0", ["back", "latest"])
    assert [found.name for found in wandb.Api().run("p/r3").logged_artifacts()] == ["data:v0"]
    assert wandb.Api().artifact("p/data:latest").version == "v0"  # the SDK asks for it


def test_a_version_that_is_there_becomes_the_output_of_a_run(
    wandb_sandbox: WandbSandbox, tmp_path: Path
) -> None:
    """Through the API, with aliases and tags; a second time changes nothing."""
    artifact = log(build(tmp_path, {"x": b"1"}), "r1")
    log(build(tmp_path, {"x": b"2"}), "r1")
    with wandb.init(project="p", id="other"):
        pass
    for _ in range(2):
        wandb.Api().run("p/other").log_artifact(artifact, aliases=["seen"], tags=["good"])
    assert [found.name for found in wandb.Api().run("p/other").logged_artifacts()] == ["data:v0"]
    found = wandb.Api().artifact("p/data:seen")
    assert (found.version, found.tags, found.logged_by().id) == ("v0", ["good"], "r1")


@pytest.mark.parametrize("how", ["group", "id"])
def test_several_runs_log_one_version_together(wandb_sandbox: WandbSandbox, tmp_path: Path, how: str) -> None:
    """It has the files of all, and is an output of each."""
    given: dict[str, Any] = {"distributed_id": "job"} if how == "id" else {}
    log(build(tmp_path, {"before": b"an earlier version"}))
    for number in range(3):
        with wandb.init(project="p", id=f"r{number}", group="job") as run:
            run.upsert_artifact(build(tmp_path, {f"part {number}": str(number).encode()}), **given)
        assert wandb.Api().artifact("p/data:latest").version == "v0"
    with wandb.init(project="p", id="last", group="job") as run:
        run.finish_artifact(build(tmp_path, {"last": b"!"}), **given).wait()
    found = wandb.Api().artifact("p/data:latest")
    expected = {"part 0": b"0", "part 1": b"1", "part 2": b"2", "last": b"!"}
    assert (found.version, fetched(found, tmp_path / "down")) == ("v1", expected)
    found.verify(str(tmp_path / "down"))
    for run_id in ("r0", "r1", "r2", "last"):
        assert [each.name for each in wandb.Api().run(f"p/{run_id}").logged_artifacts()] == ["data:v1"]


def test_a_group_logs_its_next_version_after_the_first_is_finished(
    wandb_sandbox: WandbSandbox, tmp_path: Path
) -> None:
    """Under the same id."""
    for number in range(2):
        with wandb.init(project="p", group="job") as run:
            run.upsert_artifact(build(tmp_path, {f"part {number}": b"x"}))
            run.finish_artifact(build(tmp_path, {f"end {number}": b"x"})).wait()
    versions = [sorted(wandb.Api().artifact(f"p/data:v{number}").manifest.entries) for number in range(2)]
    assert versions == [["end 0", "part 0"], ["end 1", "part 1"]]


def test_a_new_draft_changes_a_version(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """What is removed is gone, what is kept is kept."""
    log(build(tmp_path, {"keep": b"k", "drop": b"d"}))
    draft = wandb.Api().artifact("p/data:v0").new_draft()
    draft.remove("drop")
    (tmp_path / "added").write_text("a")
    draft.add_file(str(tmp_path / "added"))
    log(draft)
    assert fetched(wandb.Api().artifact("p/data:v1"), tmp_path / "down") == {"keep": b"k", "added": b"a"}


def test_an_incremental_version_adds_to_the_last_one(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """All files of both."""
    log(build(tmp_path, {"one": b"1"}))
    log(build(tmp_path, {"two": b"2"}, incremental=True))
    found = wandb.Api().artifact("p/data:latest")
    assert (found.version, fetched(found, tmp_path / "down")) == ("v1", {"one": b"1", "two": b"2"})


def test_what_is_said_about_a_version_is_kept(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """And can be changed."""
    log(build(tmp_path, {"x": b"x"}, description="first", metadata={"rows": 1}), aliases=["a"], tags=["t"])
    found = wandb.Api().artifact("p/data:a")
    assert (found.description, found.metadata, found.tags) == ("first", {"rows": 1}, ["t"])
    found.description, found.metadata, found.tags = "second", {"rows": 2}, ["u"]
    found.aliases.append("b")
    found.save()
    again = wandb.Api().artifact("p/data:b")
    assert (again.description, again.metadata, again.tags) == ("second", {"rows": 2}, ["u"])
    assert sorted(again.aliases) == ["a", "b", "latest"]


def test_use_is_noted_on_both_sides(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """The run has an input, the version a user."""
    log(build(tmp_path, {"x": b"x"}), "maker")
    with wandb.init(project="p", id="user") as run:
        assert run.use_artifact("data:latest").version == "v0"
    api = wandb.Api()
    assert [found.name for found in api.run("p/user").used_artifacts()] == ["data:v0"]
    found = api.artifact("p/data:v0")
    assert ([run.id for run in found.used_by()], found.logged_by().id) == (["user"], "maker")


def test_a_deleted_version_is_gone(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Aliases need to be given up on purpose."""
    log(build(tmp_path, {"x": b"1"}), aliases=["a"])
    log(build(tmp_path, {"x": b"2"}))
    first = wandb.Api().artifact("p/data:v0")
    with pytest.raises(wandb.errors.CommError, match="cannot delete artifact with aliases"):
        first.delete()
    wandb.Api().artifact("p/data:v0").delete(delete_aliases=True)
    api = wandb.Api()
    assert [api.artifact_exists(f"p/data:{version}") for version in ("v0", "a", "v1")] == [False, False, True]


def test_a_type_cannot_change(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """One name, one type."""
    log(build(tmp_path, {"x": b"1"}))
    with pytest.raises(Exception, match="already exists with type 'dataset'"):
        log(build(tmp_path, {"x": b"2"}, type_="model"))


def test_code_is_logged(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """As an artifact of its own type."""
    (tmp_path / "train.py").write_text("print(1)")
    with wandb.init(project="p", id="r1") as run:
        run.log_code(str(tmp_path), name="code")
    (code,) = wandb.Api().run("p/r1").logged_artifacts()
    assert (code.type, sorted(code.manifest.entries)) == ("code", ["train.py"])


def test_collections_and_versions_are_listed(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Newest first."""
    for number in range(3):
        log(build(tmp_path, {"x": str(number).encode()}))
    api = wandb.Api()
    assert [found.version for found in api.artifacts("dataset", "p/data")] == ["v2", "v1", "v0"]
    assert [found.name for found in api.artifact_type("dataset", "p").collections()] == ["data"]
    assert "dataset" in [found.name for found in api.artifact_types("p")]


@pytest.mark.wandb_world(
    {
        "server": {"features": {"ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID": True}},
        "users": [{"username": "ada", "api_keys": ["a" * 40]}],
        "artifacts": [
            {"path": "ada/p/data", "type": "dataset", "versions": [{"files": {"x": "from a world"}}]}
        ],
    }
)
def test_single_files_are_fetched_from_a_newer_server(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """Its addresses have one part more."""
    entry = wandb.Api().artifact("ada/p/data:v0").get_entry("x")
    assert Path(entry.download(root=str(tmp_path), skip_cache=True)).read_text() == "from a world"


def test_a_part_of_a_version_is_fetched(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """By its folder; and files are listed by name."""
    log(build(tmp_path, {"a/x": b"x", "a/y": b"y", "b/z": b"z"}))
    found = wandb.Api().artifact("p/data:v0")
    assert fetched(found, tmp_path / "down", path_prefix="a/") == {"a/x": b"x", "a/y": b"y"}
    assert [file.name for file in found.files(names=["b/z"])] == ["b/z"]


def test_changed_files_are_noticed(wandb_sandbox: WandbSandbox, tmp_path: Path) -> None:
    """By what the manifest says."""
    log(build(tmp_path, {"x": b"x"}))
    found = wandb.Api().artifact("p/data:v0")
    folder = Path(found.download(root=str(tmp_path / "down")))
    found.verify(str(folder))
    (folder / "x").write_bytes(b"changed")
    with pytest.raises(ValueError, match="Digest mismatch"):
        found.verify(str(folder))
