"""Machines that lack something: room on the disk, the right to write, a home, a locale; and files from Windows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import ApiKey, Given, read_settings
from tests.faults.commands import COMMAND, KEY, TARGET, YOLO, expect_clean, run, run_code

CONTENT = "weights-v0"
LINK = 'import wandb\nwith wandb.init() as run:\n    run.link_artifact(wandb.Artifact("a", type="model"), "model/detector")\n'

WITHOUT_ROOM = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["wandb-registry", *sys.argv[2:]]
from registry_doctor.__main__ import run
run()
"""
"""Runs the command where no file can be longer than so many bytes, which fails as a full disk does."""


def without_room(room: int, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """How the command ends where no file can have more bytes."""
    if sys.platform == "win32":
        pytest.skip("this system cannot limit the size of files")
    return run_code(WITHOUT_ROOM, str(room), *arguments, cwd=cwd)


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_report_that_has_no_room_leaves_the_old_one(
    sandbox: Sandbox, empty_home: Path, format_: str
) -> None:
    """It is on standard output all the same; the reason is told, and no half of a file is left."""
    old = empty_home / "report"
    old.write_text("old")
    done = without_room(100, "doctor", TARGET, "--artifact", YOLO, "-o", f"{format_}:report", cwd=empty_home)
    assert done.returncode == 2
    assert "can be linked to" in done.stdout
    assert "'report' cannot be written: File too large" in done.stderr
    assert (old.read_text(), [each.name for each in empty_home.iterdir()]) == ("old", ["report"])


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (("--fix",), {"train.py": LINK}),
        (("-o", "sarif:out.sarif"), {"train.py": LINK}),
        (("-o", "json:out.json"), {"train.py": LINK}),
        (("--write-baseline",), {"train.py": LINK}),
        (("--write-manifest",), {"train.py": LINK}),
    ],
    ids=["fix", "sarif", "json", "baseline", "manifest"],
)
def test_a_preflight_without_room_leaves_every_file_as_before(
    sandbox: Sandbox, tmp_path: Path, arguments: tuple[str, ...], left: dict[str, str]
) -> None:
    """And says what could not be written."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "train.py").write_text(LINK)
    done = without_room(20, "preflight", *arguments, cwd=tree)
    assert done.returncode in (1, 2, 3)
    said = " ".join(done.stderr.split())
    assert "cannot be written: File too large" in said or "cannot write: File too large" in said
    assert {each.name: each.read_text() for each in tree.iterdir()} == left


@pytest.mark.slow
def test_a_download_without_room_is_called_incomplete(sandbox: Sandbox, empty_home: Path) -> None:
    """Not a file of wandb's, and not a finding: exit status 3 or 1, with what is wrong."""
    done = without_room(5, "download", f"{TARGET}:production", cwd=empty_home)
    assert done.returncode in (1, 3)
    assert "Error: " in done.stderr
    model = empty_home / "artifacts" / "yolo:v0" / "model.bin"
    assert not model.exists() or model.read_text() == CONTENT


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("doctor", TARGET, "--offline"),
        ("doctor", TARGET, "--offline", "--format", "json"),
        ("preflight", "--offline"),
        ("preflight", "--offline", "--format", "json"),
        ("checks",),
        ("explain", "RD302"),
        ("path", "parse", TARGET),
    ],
    ids=" ".join,
)
def test_output_that_cannot_be_written_is_no_success(empty_home: Path, arguments: tuple[str, ...]) -> None:
    """Exit status 2 and the reason, whatever was found."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    expect_clean(done.stderr)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr


@pytest.mark.skipif(
    not Path("/sys/kernel").is_dir(), reason="this system has no folder that nobody can write to"
)
@pytest.mark.parametrize("command", [("doctor", TARGET), ("preflight",)], ids=" ".join)
def test_a_place_where_nobody_can_write_is_named(
    sandbox: Sandbox, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Not even root; the report is on standard output."""
    ended = run(*command, "-o", "json:/sys/kernel/report.json", cwd=tmp_path)
    assert ended.status == 2
    assert "'/sys/kernel/report.json' cannot be written: " in ended.said
    assert ended.stdout


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    """A folder in which nothing can be made."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    (folder / "train.py").write_text(LINK)
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("whoever runs this test may write everywhere")
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ("preflight", "--fix"),
        ("preflight", "--write-baseline"),
        ("preflight", "-o", "json:report.json"),
        ("doctor", TARGET, "-o", "json:report.json"),
    ],
    ids=" ".join,
)
def test_a_folder_that_cannot_be_written_is_named(
    sandbox: Sandbox, read_only: Path, arguments: tuple[str, ...]
) -> None:
    """The files in it are as before."""
    ended = run(*arguments, cwd=read_only)
    assert ended.status in (1, 2)
    assert "cannot be written: Permission denied" in ended.said
    assert [each.name for each in read_only.iterdir()] == ["train.py"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("doctor", TARGET, "--artifact", YOLO), ("ls",), ("checks",), ("preflight",)]
)
@pytest.mark.parametrize("home", [None, "/nonexistent/home", "relative", ""])
def test_without_a_home_everything_works(
    sandbox: Sandbox,
    empty_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    home: str | None,
    arguments: tuple[str, ...],
) -> None:
    """Containers often have none."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    ended = run(*arguments)
    assert (ended.status, ended.stderr) == (0, "")


NO_LOCALE = (
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX"},
    {"LC_ALL": "xx_XX.nothing"},
    {"LC_ALL": "", "LANG": ""},
    {"PYTHONIOENCODING": "ascii"},
)
ASCII_ONLY = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""Python is told to take the C locale at its word: then no argument and no file name is more than bytes."""


@pytest.mark.parametrize("locale", NO_LOCALE, ids=str)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_without_a_locale_names_of_any_script_are_reported(
    sandbox: Sandbox, empty_home: Path, locale: dict[str, str], format_: str
) -> None:
    """In text with escapes where the encoding has no such character, in JSON always as they are."""
    target = "wandb-registry-模型/детектор"
    ended = run("doctor", target, "--artifact", YOLO, "--format", format_, environment=locale)
    assert ended.status == 1
    if format_ == "json":
        assert json.loads(ended.stdout)["target"]["input"] == target


@pytest.mark.parametrize("locale", NO_LOCALE, ids=str)
def test_without_a_locale_files_with_names_of_any_script_are_searched(
    sandbox: Sandbox, tmp_path: Path, locale: dict[str, str]
) -> None:
    """Names and contents alike."""
    (tmp_path / "обучение.py").write_text(LINK.replace("detector", "детектор"), encoding="utf-8")
    ended = run("preflight", "--format", "json", environment=locale, cwd=tmp_path)
    assert ended.status == 1
    (report,) = json.loads(ended.stdout)["reports"]
    assert report["location"]["file"] == "обучение.py"
    assert report["suggestion"]["target_path"] == "wandb-registry-model/детектор"


@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown", "sarif", "junit"])
def test_where_only_ascii_can_be_written_nothing_crashes(
    sandbox: Sandbox, tmp_path: Path, format_: str
) -> None:
    """What has no character becomes an escape; exit status and corrected path are those that they are elsewhere."""
    (tmp_path / "обучение.py").write_text(LINK, encoding="utf-8")
    ended = run("preflight", "--format", format_, environment=ASCII_ONLY, cwd=tmp_path)
    assert ended.status == 1
    assert "wandb-registry-model/detector" in ended.said


def test_settings_and_netrc_with_windows_lines_are_read_as_others(tmp_path: Path) -> None:
    """Also those that begin with a byte order mark, as wandb reads them."""
    netrc, folder = tmp_path / ".netrc", tmp_path / "wandb"
    netrc.write_bytes(f"machine wandb.example\r\n  login user\r\n  password {KEY}\r\n".encode())
    folder.mkdir()
    (folder / "settings").write_bytes(b"[default]\r\nentity = vision\r\nbase_url = https://wandb.example\r\n")
    settings = read_settings(Given(), environ={"HOME": str(tmp_path)}, cwd=tmp_path, home=tmp_path)
    assert (settings.base_url.value, settings.entity.value) == ("https://wandb.example", "vision")
    assert isinstance(settings.credentials, ApiKey)
    assert settings.credentials.secret.reveal() == KEY


WINDOWS = {
    "train.py": LINK,
    "config.yaml": "registry:\n  target_path: wandb-registry-modle/detector\n",
    "registry-preflight.yaml": "version: 1\ntargets:\n  - path: wandb-registry-modle/detector\n    for: link\n    type: model\n",
    "train.log": "wandb: linking\nwandb: ERROR Artifact link failed for wandb-registry-modle/detector\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("name", WINDOWS)
def test_files_with_windows_lines_say_what_others_say(
    sandbox: Sandbox, tmp_path: Path, name: str, mark: bytes
) -> None:
    """Where a target is, and what is wrong with it; standard output has the lines of the system."""
    option = {"train.log": ("--from-log",), "registry-preflight.yaml": ("--manifest",)}.get(name, ())
    said = []
    for newline in ("\n", "\r\n"):
        (tmp_path / name).write_bytes(mark + WINDOWS[name].replace("\n", newline).encode())
        ended = run("preflight", *option, name, "--format", "json", cwd=tmp_path)
        reports = json.loads(ended.stdout)["reports"]
        said.append(
            [(each["location"], each["target"], each["suggestion"], ended.status) for each in reports]
        )
    assert said[0] == said[1]
    assert said[0]
