"""Files of a download land only in its folder, whatever the server and the version of wandb say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.download import download_command
from registry_doctor.cli.relog import relog
from registry_doctor.sandbox import Sandbox
from registry_doctor.sdk.transfer import Contents, Entry
from tests.places import ACME_WORLD

ALICE = "a11ce00000000000000000000000000000000001"
DETECTOR = "wandb-registry-model/detector:v0"
MINE = "alice/scratch/mine:v0"


def contents(*files: str, source_name: str = "yolo:v0", path: str = MINE) -> Contents:
    """What an SDK that checks no names reads."""
    return Contents(
        path=path,
        name="mine",
        version="v0",
        type="model",
        aliases=(),
        description=None,
        metadata={},
        digest="d1",
        entries=tuple(Entry(each, "x", 1) for each in files),
        source=path,
        source_name=source_name,
        artifact=None,  # type: ignore[arg-type]  # nothing here asks the SDK
    )


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[Contents], None]:
    """Choose what the SDK reads; downloading fails the test."""

    def choose(found: Contents) -> None:
        monkeypatch.setattr("registry_doctor.sdk.transfer.read_artifact_version", lambda *_: found)
        monkeypatch.setattr("registry_doctor.sdk.transfer.download", _never)
        monkeypatch.setattr("registry_doctor.sdk.transfer.download_files", _never)

    return choose


def _never(*_: object) -> None:
    raise AssertionError("something was downloaded")


@pytest.fixture
def invoke(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command as alice, in an empty folder."""
    monkeypatch.setenv("WANDB_API_KEY", ALICE)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def run(*arguments: str) -> Result:
        command = relog if arguments[0] == "relog" else download_command
        with Sandbox.start(ACME_WORLD) as sandbox:
            monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
            done = CliRunner().invoke(command, arguments[1:])
            assert [each.operation for each in sandbox.log if each.kind not in ("query", "GET")] == []
        return done

    return run


@pytest.mark.parametrize("file", ["../../x", "/abs/x", "a/../../x"])
@pytest.mark.parametrize("more", [(), ("--root", "here"), ("--dry-run",)], ids=" ".join)
def test_a_file_outside_the_folder_is_refused_before_anything_is_written(
    file: str,
    more: tuple[str, ...],
    given: Callable[[Contents], None],
    invoke: Callable[..., Result],
    empty_home: Path,
) -> None:
    """The file is named, and that somebody made it by hand."""
    before = sorted(empty_home.rglob("*"))
    given(contents("ok", file))
    done = invoke("download", *more, DETECTOR)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{file!r} among its files" in done.stderr
    assert "Nothing was downloaded" in done.stderr
    assert sorted(empty_home.rglob("*")) == before


@pytest.mark.parametrize("name", ["../../x:v0", "/abs/x:v0", "a/b:v0", "..:v0", "a\\b:v0", ""])
def test_without_a_root_a_name_that_is_no_folder_is_refused(
    name: str, given: Callable[[Contents], None], invoke: Callable[..., Result]
) -> None:
    """The folder is called as the server calls the artifact; --root is the way out."""
    given(contents("ok", source_name=name))
    done = invoke("download", DETECTOR)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cannot be the name of a folder" in done.stderr
    assert "--root" in done.stderr


@pytest.mark.parametrize("more", [(), ("--root", "here")], ids=" ".join)
@pytest.mark.parametrize("name", ["a:v0", "C:v1", "yolo:v0"])
def test_an_ordinary_name_is_a_folder(
    name: str, more: tuple[str, ...], given: Callable[[Contents], None], invoke: Callable[..., Result]
) -> None:
    """Also one letter, which looks like a drive of Windows."""
    given(contents("ok", source_name=name))
    done = invoke("download", "--dry-run", *more, DETECTOR)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[-1] == ("here" if more else f"artifacts/{name}")


def test_relog_refuses_a_file_outside_its_folder(
    given: Callable[[Contents], None], invoke: Callable[..., Result]
) -> None:
    """It would otherwise overwrite a file of the person, and log it."""
    given(contents("ok", "../../x"))
    done = invoke("relog", MINE, "--to", "vision/kept", "--yes")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "'../../x' among its files" in done.stderr
    assert "Nothing was logged" in done.stderr
