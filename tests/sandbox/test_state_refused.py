"""States that are refused, and changes that are: what is wrong is said, and nothing is half done."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from registry_doctor.sandbox import Sandbox, SandboxError, World, WorldError
from tests.places import ACME_WORLD

if TYPE_CHECKING:
    from tests.sandbox.conftest import Process, Speaker


Speak = Callable[[str], "Speaker"]
Serve = Callable[..., "Process"]


def test_only_one_sandbox_uses_a_state_at_a_time(tmp_path: Path, acme: World, serve: Serve) -> None:
    """Neither a second process nor a second one in this process gets in, and the first one goes on."""
    with (
        Sandbox.start(acme, state=tmp_path / "own"),
        pytest.raises(SandboxError, match="another sandbox keeps its state in"),
    ):
        Sandbox.start(acme, state=tmp_path / "own")
    process = serve(tmp_path / "state")
    with pytest.raises(SandboxError, match="another sandbox keeps its state in"):
        Sandbox.start(acme, state=tmp_path / "state")
    assert requests.get(f"{process.base_url}/sandbox/log", timeout=20).status_code == 200
    process.kill()
    Sandbox.start(acme, state=tmp_path / "state").stop()


def test_a_state_is_not_mixed_with_another_world(tmp_path: Path, acme: World) -> None:
    """The message says what to do; the state stays as it was."""
    Sandbox.start(acme, state=tmp_path).stop()
    with pytest.raises(
        SandboxError, match="was begun with another world: go on with it without naming a world"
    ):
        Sandbox.start(replace(acme, users=acme.users[:-1]), state=tmp_path)
    Sandbox.start(ACME_WORLD, state=tmp_path).stop()


def test_a_world_with_mistakes_begins_no_state(tmp_path: Path, acme: World) -> None:
    """The right one may be tried in the same folder."""
    with pytest.raises(WorldError):
        Sandbox.start({"teams": [{"name": "t", "org": "nowhere"}]}, state=tmp_path)
    Sandbox.start(acme, state=tmp_path).stop()


def _not_a_database(state: Path) -> None:
    (state / "state.sqlite").write_bytes(b"something else entirely, and long enough to be read" * 50)


def _a_foreign_database(state: Path) -> None:
    (state / "state.sqlite").unlink()
    with sqlite3.connect(state / "state.sqlite") as database:
        database.execute("CREATE TABLE photos (name TEXT)")
    database.close()


def _changed(statement: str) -> Callable[[Path], None]:
    def change(state: Path) -> None:
        with sqlite3.connect(state / "state.sqlite") as database:
            database.execute(statement)
        database.close()

    return change


def _half(state: Path) -> None:
    whole = (state / "state.sqlite").read_bytes()
    (state / "state.sqlite").write_bytes(whole[: len(whole) // 2])


def _without_files(state: Path) -> None:
    for file in (state / "files").iterdir():
        file.unlink()


def _with_shorter_files(state: Path) -> None:
    for file in (state / "files").iterdir():
        file.write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_not_a_database, "is damaged: file is not a database"),
        (_a_foreign_database, "state.sqlite is not the state of a sandbox"),
        (_changed("PRAGMA user_version = 99"), "has format 99, and this version reads format 2"),
        (_half, "is damaged"),
        (_changed("DELETE FROM changes WHERE number = 2"), "is damaged at change 3: change 2 is missing"),
        (_changed("UPDATE changes SET change = '{' WHERE number = 2"), "is damaged at change 2"),
        (_changed("UPDATE changes SET change = '{}' WHERE number = 2"), "no change that this version knows"),
        (
            _changed("UPDATE changes SET nodes = 7 WHERE number = 3"),
            "made by a sandbox with other rules, as change 3 shows",
        ),
        (_without_files, "No such file"),
        (_with_shorter_files, "has 0 bytes, not 5"),
    ],
    ids=[
        "no database",
        "foreign",
        "format",
        "half",
        "a change missing",
        "no JSON",
        "no change",
        "other rules",
        "no files",
        "short files",
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, acme: World, speak: Speak, damage: Callable[[Path], None], message: str
) -> None:
    """With what is wrong; and nothing is served half."""
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        client = speak(sandbox.base_url)
        assert client.start_run("r1").status == 200
        assert client.session.put(client.upload_address("r1", "f"), data=b"noted", timeout=20).ok
    damage(tmp_path)
    with pytest.raises(SandboxError, match=message):
        Sandbox.start(acme, state=tmp_path)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, acme: World) -> None:
    """Before anything is served."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="the state cannot be kept in"):
        Sandbox.start(acme, state=tmp_path / "file" / "state")
    (tmp_path / "state" / "state.sqlite").mkdir(parents=True)
    with pytest.raises(SandboxError, match="the state cannot be kept in"):
        Sandbox.start(acme, state=tmp_path / "state")


@pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="the limit of a running process is set on Linux only"
)
def test_on_a_full_disk_changes_are_refused_and_not_made(tmp_path: Path, serve: Serve, speak: Speak) -> None:
    """Reads go on, and so do changes once there is room; after a restart nothing that was refused is there."""
    process = serve(tmp_path / "state")
    client = speak(process.base_url)
    assert client.start_run("r1").status == 200
    address = client.upload_address("r1", "f")
    unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
    refused = client.start_run("r2")
    assert refused.status == 422
    assert str(refused.messages[0]).startswith(f"the sandbox cannot keep its state in {tmp_path / 'state'}: ")
    upload = client.session.put(address, data=b"x" * 10_000, timeout=20)
    assert (upload.status_code, upload.json()["errors"][0]["extensions"]["code"]) == (422, "STATE_NOT_KEPT")
    assert client.runs() == ["r1"]
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
    assert client.start_run("r3").status == 200
    assert client.session.put(address, data=b"x" * 10_000, timeout=20).status_code == 200
    process.kill()
    client = speak(serve(tmp_path / "state").base_url)
    assert sorted(map(str, client.runs())) == ["r1", "r3"]
    assert [file.stat().st_size for file in (tmp_path / "state" / "files").iterdir()] == [10_000]
