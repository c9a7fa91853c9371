"""How a process ends: what is wrong with its streams, its folder or its Python changes no verdict and gives no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry_doctor import diagnose
from registry_doctor.support.installation import import_problem
from registry_doctor.transport import JsonValue
from tests.faults.commands import COMMAND, TARGET, expect_clean, run
from tests.faults.loopback import response, send, serving, until_stopped

if sys.platform == "win32":
    pytest.skip("shells and signals are others there", allow_module_level=True)

FINDING = ("doctor", "--offline", "model/detector")
FINE = ("doctor", "--offline", TARGET)
USAGE = ("doctor", "train.py")


def ended(redirections: str, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
    """The status and standard error of a command that a shell starts with these redirections."""
    command = " ".join(f"'{each}'" for each in (*COMMAND, *arguments))
    done = subprocess.run(
        ["sh", "-c", f"{command} {redirections}"],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    expect_clean(done.stdout + done.stderr)
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "status"), [(FINE, 0), (FINDING, 1), (USAGE, 2), (("help",), 0)], ids=str
)
@pytest.mark.parametrize("redirections", [">&-", "2>&-", "<&-", ">&- 2>&- <&-", "2>/dev/full", "| true"])
def test_a_stream_that_is_closed_or_full_changes_no_status(
    empty_home: Path, redirections: str, arguments: tuple[str, ...], status: int
) -> None:
    """Only standard output without room does, because then the report is lost."""
    if redirections == "| true":
        status = 0  # of `true`
    assert ended(redirections, *arguments)[0] == status


@pytest.mark.parametrize("arguments", [("--help",), ("help",), ("version",), ("completion", "bash")], ids=str)
def test_help_without_room_is_no_success(empty_home: Path, arguments: tuple[str, ...]) -> None:
    """As a report without room: exit status 2, and the reason."""
    status, said = ended(">/dev/full", *arguments)
    assert (status, said) == (2, "Error: standard output cannot be written: No space left on device\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_process_leaves_no_temporary_folder(
    empty_home: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """The status is the one that shells give."""
    if signal.getsignal(number) == signal.SIG_IGN:
        pytest.skip(
            "whoever started this, with nohup for example, ignores the signal, and so does what it starts"
        )
    folder = tmp_path / "temporary"
    folder.mkdir()
    code = (
        "import sys, tempfile, time, registry_doctor.__main__ as entry, registry_doctor.cli as cli\n"
        "def command(**_):\n"
        "    with tempfile.TemporaryDirectory():\n        print('ready', flush=True)\n        time.sleep(60)\n"
        "cli.main.callback = command\ncli.main.params = []\n"
        "sys.argv = ['wandb-registry', 'version']\nentry.run()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert list(folder.iterdir())
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + number, "interrupted\n")
    assert list(folder.iterdir()) == []


def test_a_diagnosis_that_waits_ends_at_once(empty_home: Path) -> None:
    """Whoever stops a job need not wait for a server."""
    with serving(until_stopped) as server:
        process = subprocess.Popen(
            [*COMMAND, "doctor", TARGET, "--timeout", "300", "--base-url", server.url],
            stdout=subprocess.DEVNULL,
        )
        while server.first_accepted is None and process.poll() is None:
            time.sleep(0.05)
        process.terminate()
        assert process.wait(60) == 128 + signal.SIGTERM


@pytest.mark.slow
def test_an_optimized_python_keeps_the_checks(empty_home: Path) -> None:
    """`-OO` removes docstrings, which are the pages of the checks; they are read from the source."""
    for arguments in (FINDING, ("checks",), ("explain", "RD302")):
        outputs = {
            subprocess.run(
                [sys.executable, *option, "-m", "registry_doctor", *arguments],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            ).stdout
            for option in ([], ["-OO"])
        }
        assert len(outputs) == 1


BROKEN = {
    "raises": "raise ImportError('cannot import name X')",
    "ends the process": "import sys; sys.exit(7)",
}


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN)
def test_another_wandb_in_the_way_is_a_finding(empty_home: Path, tmp_path: Path, code: str) -> None:
    """It is not run to find out."""
    package = tmp_path / "path" / "wandb"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code, encoding="utf-8")
    done = run("doctor", "--offline", TARGET, "--json", environment={"PYTHONPATH": str(package.parent)})
    found = {each["code"]: each for each in json.loads(done.stdout)["results"]}
    assert (done.status, found["RD002"]["status"]) == (1, "fail")
    assert str(package) in found["RD002"]["message"]
    assert "pip install" in found["RD002"]["fixes"][0]["snippet"]


def test_what_is_missing_of_an_installation_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files, what it needs, or all of it."""
    for name, requires in (
        ("hollow", ""),
        ("needy", "Requires-Dist: no-such-thing>=1\nRequires-Dist: pytest; extra == 'x'\n"),
    ):
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{requires}\n")
    (tmp_path / "needy").mkdir()
    (tmp_path / "needy" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert "its files are not there" in (import_problem("hollow") or "")
    assert import_problem("needy") == "it needs no-such-thing, not installed"
    assert "is not installed for" in (import_problem("never_heard_of") or "")
    assert import_problem("click") is None


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        ('ImportError("no protobuf")', 1, "RD002: wandb cannot be imported: no protobuf"),
        ("SystemExit(7)", 3, "wandb ended the program with status 7"),
    ],
)
def test_a_wandb_that_fails_while_it_is_used_is_told(
    empty_home: Path, raised: str, status: int, words: str
) -> None:
    """Neither its status nor its silence is taken over."""
    code = (
        "import sys, types, registry_doctor.__main__ as entry, registry_doctor.cli as cli\n"
        f"wandb = types.ModuleType('wandb')\nexec('def start():\\n    raise {raised}', vars(wandb))\n"
        "cli.main.callback = lambda **_: wandb.start()\ncli.main.params = []\n"
        "sys.argv = ['wandb-registry', 'version']\nentry.run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    expect_clean(done.stderr)
    assert done.returncode == status
    assert words in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(FINE, 0), (("checks",), 0), (("preflight", "--offline"), 2), (("bundle", TARGET, "-o", "x"), 2)],
    ids=str,
)
def test_a_working_directory_that_was_deleted_is_told(
    empty_home: Path, tmp_path: Path, arguments: tuple[str, ...], status: int
) -> None:
    """By the commands that need one; the others work."""
    gone = tmp_path / "gone"
    gone.mkdir()
    command = " ".join(f"'{each}'" for each in (*COMMAND, *arguments))
    done = subprocess.run(
        ["sh", "-c", f"rmdir '{gone}'; {command}"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    expect_clean(done.stderr)
    assert done.returncode == status
    assert ("the working directory no longer exists" in done.stderr) == (status == 2)


USER: dict[str, JsonValue] = {
    "id": "1",
    "username": "u",
    "entity": "u",
    "teams": {"edges": []},
    "organizations": [],
}
STRANGE: dict[str, JsonValue] = {
    "a list": [], "a text": "bob", "a number": 5, "a truth": True, "nothing in it": {},
    "name": {**USER, "username": 7}, "entity": {**USER, "entity": {}}, "teams": {**USER, "teams": "x"},
    "team": {**USER, "teams": {"edges": [5]}}, "organizations": {**USER, "organizations": "x"},
    "organization": {**USER, "organizations": [{"name": 5}]},
}  # fmt: skip


@pytest.mark.parametrize("user", STRANGE.values(), ids=STRANGE)
def test_a_user_of_another_form_is_unknown(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, user: JsonValue
) -> None:
    """Nothing is concluded about credentials, teams or organizations."""
    answer = json.dumps({"data": {"q0": user}})
    with serving(send(response("200 OK", answer))) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        report = diagnose(TARGET, type="model", timeout=10)
    assert (report.exit_code, report.errors) == (3, ())
