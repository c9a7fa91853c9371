"""`wandb-registry download` against the sandbox: it looks first, downloads with the real SDK, and compares."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.download import download_command
from registry_doctor.sandbox import Sandbox
from registry_doctor.sdk.transfer import Entry, digest_of
from registry_doctor.workflows.download import Tally, TransferProgress, in_bytes
from tests.places import ACME_WORLD

BOB = "b0b0000000000000000000000000000000000002"
DETECTOR = "wandb-registry-model/detector:production"
FULL = "acme-robotics_X7Q2/wandb-registry-model/detector:v0"
FOLDER = "artifacts/yolo:v0"
CONTENT = hashlib.md5(b"weights-v0", usedforsecurity=False).hexdigest()

DISK_TOO_SMALL = "import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage(9, 9, 0)"
DISK_FILLS_UP = """
import errno
from registry_doctor.sdk import transfer
def fill(contents, folder):
    (folder / "model.bin").write_text("wei")
    raise OSError(errno.ENOSPC, "No space left on device", str(folder / "model.bin"))
transfer.download = fill
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def bob(sandbox: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands run as bob, a member of the organization and of the team vision."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.setenv("WANDB_DIR", str(empty_home))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def invoke(*arguments: str) -> Result:
    """Run the command in this process: for what ends before the SDK is loaded."""
    return CliRunner().invoke(download_command, arguments, prog_name="wandb-registry download")


def with_sdk(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where it loads wandb."""
    call = "from registry_doctor.cli.download import download_command; download_command(prog_name='wandb-registry download')"
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{call}", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ,
    )


def written(sandbox: Sandbox, before: int) -> list[str]:
    """What was written to the server since then."""
    return [each.operation for each in sandbox.log[before:] if each.kind not in ("query", "GET")]


def test_a_download_without_a_run_writes_nothing_to_the_server(sandbox: Sandbox, empty_home: Path) -> None:
    """The folder stands alone on the last line, with the files in it; other files in it stay."""
    other = empty_home / FOLDER / "notes.txt"
    other.parent.mkdir(parents=True)
    other.write_text("mine")
    before = len(sandbox.log)
    done = with_sdk(DETECTOR)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == FOLDER
    assert (empty_home / FOLDER / "model.bin").read_text() == "weights-v0"
    assert "1 file, 10 B" in done.stdout
    assert FULL in done.stdout
    assert other.read_text() == "mine"
    assert "1 other file" in done.stderr
    assert written(sandbox, before) == []


def test_with_run_the_use_is_recorded(sandbox: Sandbox, empty_home: Path) -> None:
    """The run is announced, made, and named in the JSON."""
    before = len(sandbox.log)
    done = with_sdk("--run", "vision/eval", "--root", "here", "--format", "json", DETECTOR)
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"]) == (0, 0), done.stderr
    assert told["downloaded"]["folder"] == "here"
    assert told["downloaded"]["run"].startswith("vision/eval/")
    assert (told["downloaded"]["files"], told["downloaded"]["bytes"]) == (1, 10)
    assert "UseArtifact" in written(sandbox, before)
    assert (empty_home / "here" / "model.bin").is_file()


def test_a_dry_run_writes_nothing_anywhere(sandbox: Sandbox, empty_home: Path) -> None:
    """It tells what would be downloaded, and where to."""
    before = len(sandbox.log)
    done = with_sdk("--dry-run", "--run", "vision/eval", DETECTOR)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, FOLDER), done.stderr
    assert written(sandbox, before) == []
    assert not (empty_home / "artifacts").exists()


def test_a_file_that_is_not_what_its_digest_says_is_named(sandbox: Sandbox) -> None:
    """The SDK itself compares nothing."""
    sandbox.set_faults(
        [{"op": f"/storage/get/wandb_artifacts/{CONTENT}", "status": 200, "body": "weights-v9"}]
    )
    done = with_sdk(DETECTOR)
    assert (done.returncode, done.stdout) == (1, "")
    assert "'model.bin' has different contents" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("before", "words", "leaves_folder"),
    [
        (DISK_TOO_SMALL, "10 B are needed, 0 B are free. Nothing was downloaded", False),
        (DISK_FILLS_UP, "the disk is full", True),
    ],
    ids=["known beforehand", "on the way"],
)
def test_a_full_disk_is_told_in_a_sentence(
    before: str, words: str, leaves_folder: bool, empty_home: Path
) -> None:
    """No path stands on the last line, since there is nothing complete; an empty folder is taken away."""
    done = with_sdk(DETECTOR, before=before)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (empty_home / FOLDER).exists() == leaves_folder


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_downloaded(empty_home: Path) -> None:
    """It is a matter of usage."""
    (empty_home / "file").write_text("")
    done = with_sdk("--root", "file/folder", DETECTOR)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'file/folder' cannot be written: Not a directory" in done.stderr


@pytest.mark.parametrize(
    ("path", "last_line"),
    [
        ("model/detector:v0", "wandb-registry-model/detector:v0"),
        ("vision/wandb-registry-model/detector:v0", f"{FULL}"),
        ("wandb-registry-model/detector:v7", "Nothing was downloaded; no corrected path is known."),
    ],
)
def test_an_error_of_the_preflight_ends_it(path: str, last_line: str, sandbox: Sandbox) -> None:
    """The corrected path stands alone on the last line, and no file was asked for."""
    before = len(sandbox.log)
    done = invoke(path)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, last_line)
    assert {each.operation for each in sandbox.log[before:]} == {"RegistryDoctor"}
    told = json.loads(invoke("--format", "json", path).stdout)
    assert (told["exit_code"], told["downloaded"], told["diagnosis"]["ok"]) == (1, None, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--run", "vision"), "'vision' must be ENTITY/PROJECT"),
        (("--run", "vision/a/b"), "'vision/a/b' must be ENTITY/PROJECT"),
        (("--run", "vision/eval", "--entity", "speech"), "--run, which already names the entity"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], words: str) -> None:
    """Nothing is asked of a server."""
    done = invoke(*arguments, DETECTOR)
    assert done.exit_code == 2
    assert words in done.stderr


def test_a_run_needs_wandb_to_be_online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline, a run can use nothing; a download without a run works."""
    monkeypatch.setenv("WANDB_MODE", "offline")
    done = invoke("--run", "vision/eval", DETECTOR)
    assert done.exit_code == 2
    assert "leave out --run" in done.stderr


def test_progress_counts_what_is_there(tmp_path: Path) -> None:
    """A file that is not complete counts with the bytes it has."""
    tally = Tally(tmp_path, (Entry("a", "", 4), Entry("b/c", "", 6)))
    assert tally.progress() == TransferProgress(0, 2, 0, 10)
    (tmp_path / "a").write_text("1234")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_text("123")
    assert tally.progress() == TransferProgress(1, 2, 7, 10)


def test_digests_are_those_of_manifests(tmp_path: Path) -> None:
    """MD5 in base64, read in pieces."""
    (tmp_path / "a").write_bytes(b"weights-v0" * 300_000)
    made = hashlib.md5(b"weights-v0" * 300_000, usedforsecurity=False).digest()
    assert digest_of(tmp_path / "a", "MD5") == base64.b64encode(made).decode()


def test_bytes_are_rounded_for_people() -> None:
    """Three digits or so."""
    sizes = (0, 999, 1000, 999_949, 999_950, 10**12, 10**15)
    assert [in_bytes(size) for size in sizes] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "999.9 kB",
        "1.0 MB",
        "1.0 TB",
        "1.0 PB",
    ]
