"""Ctrl-C at any moment: exit status 130, a terminal as it was, no traceback, and no file half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from tests.faults.commands import COMMAND, TARGET, YOLO, expect_clean, run_code
from tests.faults.loopback import serving, until_stopped

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals, and no signal to one process", allow_module_level=True)

import pty
import termios


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl-C does what it does on a terminal, also where these tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


INTERRUPTED = (130, -signal.SIGINT)
"""A process that is ended by the signal itself has 130 in every shell."""

AT_EVENT = """
import os, signal, sys
kind, part, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
left = [number]
def hook(event, arguments):
    if event == kind and part in str(arguments[0]) and left[0] >= 0:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hook)
sys.argv = ["wandb-registry", *sys.argv[4:]]
from registry_doctor.__main__ import run
run()
"""
"""Runs the command, and interrupts it at the so-many-th event of this kind of which the first argument has this part."""


def interrupted_at(
    event: str, part: str, number: int, *arguments: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """How the command ends that is interrupted at that event."""
    return run_code(AT_EVENT, event, part, str(number), *arguments, cwd=cwd)


@pytest.mark.parametrize(
    "module",
    [
        "registry_doctor.cli",
        "click",
        "registry_doctor.diagnosis.configuration",
        "registry_doctor.diagnosis.engine",
        "registry_doctor.domain.near_names",
        "requests",
        "urllib3.util",
        "registry_doctor.report.text",
    ],
)
def test_a_diagnosis_can_be_interrupted_while_it_loads(sandbox: Sandbox, module: str) -> None:
    """Nothing is printed but, at most, that it was interrupted."""
    done = interrupted_at("import", module, 0, "doctor", TARGET, "--artifact", YOLO)
    assert done.returncode in INTERRUPTED
    assert done.stdout == ""
    assert done.stderr in ("", "interrupted\n")


@pytest.mark.parametrize("event", ["socket.getaddrinfo", "socket.connect", "socket.__new__"])
def test_a_diagnosis_can_be_interrupted_while_it_connects(sandbox: Sandbox, event: str) -> None:
    """In the thread that exchanges, too."""
    done = interrupted_at(event, "", 0, "doctor", TARGET, "--artifact", YOLO)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_an_interruption_that_python_drops_comes_again() -> None:
    """What is raised in a callback of Python's own is only reported to a hook."""
    code = (
        "import os, signal, sys, time, weakref, registry_doctor.__main__ as entry, registry_doctor.cli as cli\n"
        "class Thing: pass\n"
        "def dropped(_):\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(0.1)\n"
        "def command(**_):\n    thing = Thing()\n    ref = weakref.ref(thing, dropped)\n    del thing\n    time.sleep(20)\n"
        "cli.main.callback = command\ncli.main.invoke_without_command = True\n"
        "cli.main.params = []\nsys.argv = ['wandb-registry', 'checks']\nentry.run()"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert time.monotonic() - started < 15


def test_an_interruption_that_python_wraps_is_one() -> None:
    """What is raised while a class is made is a RuntimeError before Python 3.12."""
    code = (
        "import os, signal, sys, time, registry_doctor.__main__ as entry, registry_doctor.cli as cli\n"
        "class Part:\n    def __set_name__(self, owner, name):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n        time.sleep(20)\n"
        "def command(**_):\n    class Thing:\n        part = Part()\n"
        "cli.main.callback = command\ncli.main.invoke_without_command = True\n"
        "cli.main.params = []\nsys.argv = ['wandb-registry', 'checks']\nentry.run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


class OnTerminal:
    """A command on a terminal of its own."""

    def __init__(self, *arguments: str, cwd: Path | None = None) -> None:
        self._ours, self._theirs = pty.openpty()
        self.before = termios.tcgetattr(self._theirs)
        self.output = b""
        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            cwd=cwd,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.set_blocking(self._ours, False)

    def wait_for(self, found: Callable[[bytes], bool]) -> None:
        """Read until what was written so far is as wanted."""
        end = time.monotonic() + 30
        while not found(self.output):
            assert time.monotonic() < end, self.output
            assert self._process.poll() is None, self.output
            self._read()
            time.sleep(0.01)

    def interrupt(self, times: int = 1) -> int:
        """Press Ctrl-C so often; the exit status, after all output was read and the terminal was looked at."""
        for _ in range(times):
            self._process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        end = time.monotonic() + 20
        while self._process.poll() is None:
            assert time.monotonic() < end, "it goes on"
            self._read()
            time.sleep(0.01)
        self._read()
        assert termios.tcgetattr(self._theirs) == self.before
        os.close(self._theirs)
        os.close(self._ours)
        expect_clean(self.output.decode("utf-8", "replace"))
        assert self.output.count(b"\x1b[?25l") <= self.output.count(b"\x1b[?25h"), "the cursor is hidden"
        return self._process.returncode

    def _read(self) -> None:
        with suppress(BlockingIOError):
            self.output += os.read(self._ours, 65536)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_terminal_is_as_before_after_waiting_for_a_server(empty_home: Path, times: int) -> None:
    """The line of the sign of life is cleared, whether Ctrl-C is pressed once or in anger."""
    with serving(until_stopped) as server:
        command = OnTerminal("doctor", TARGET, "--artifact", YOLO, "--base-url", server.url)
        command.wait_for(lambda output: b"asking the server" in output)
        assert command.interrupt(times) in INTERRUPTED
    last = command.output.replace(b"\r\n", b"\n").rsplit(b"\x1b[K", 1)[-1]
    assert b"asking" not in last or times > 1


def bare_link(number: int) -> str:
    """Code with a path that lacks its prefix, which is a safe correction."""
    return (
        f"import wandb\n\nwith wandb.init(entity='vision', project='p{number}') as run:\n"
        '    artifact = wandb.Artifact("yolo", type="model")\n'
        '    run.link_artifact(artifact, "model/detector")\n' + f"# {'x' * 1000}\n" * 20
    )


def right_link(number: int) -> str:
    """The same, corrected."""
    return bare_link(number).replace('"model/detector"', '"wandb-registry-model/detector"')


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with 60 files to be corrected."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(60):
        (folder / f"train_{number:02}.py").write_text(bare_link(number))
    return folder


def expect_whole(tree: Path) -> int:
    """Every file is as before or corrected, and there is no other; how many are corrected."""
    corrected = 0
    for number in range(60):
        text = (tree / f"train_{number:02}.py").read_text()
        assert text in (bare_link(number), right_link(number))
        corrected += text == right_link(number)
    assert len(list(tree.iterdir())) == 60
    return corrected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("event", "part", "number"),
    [
        *(("open", ".part", number) for number in (0, 1, 30, 59)),
        *(("os.rename", ".part", number) for number in (0, 1, 30, 59)),
        *(("os.chmod", ".part", number) for number in (0, 30)),
        *(("os.remove", ".part", number) for number in (0, 30)),
        *(("open", "train_", number) for number in (0, 30, 59, 70, 150)),
        ("import", "libcst", 0),
        ("socket.connect", "", 0),
    ],
)
def test_a_preflight_that_is_interrupted_leaves_every_file_whole(
    sandbox: Sandbox, tree: Path, event: str, part: str, number: int
) -> None:
    """With `--fix` each file is as before or corrected, and no draft of one is left."""
    pytest.importorskip("libcst")
    done = interrupted_at(event, part, number, "preflight", "--fix", cwd=tree)
    assert done.returncode in (*INTERRUPTED, 0, 1) if event == "os.remove" else done.returncode in INTERRUPTED
    expect_whole(tree)


def test_a_preflight_on_a_terminal_is_interrupted_under_its_bar(sandbox: Sandbox, tree: Path) -> None:
    """The cursor is there again."""
    with serving(until_stopped) as server:
        command = OnTerminal("preflight", "--base-url", server.url, cwd=tree)
        command.wait_for(lambda output: b"asking the server" in output)
        assert command.interrupt() in INTERRUPTED
    assert expect_whole(tree) == 0


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.3, 1.0, 2.0, 3.0])
@pytest.mark.parametrize(
    "arguments", [("download", f"{TARGET}:production"), ("link", YOLO, TARGET)], ids=["download", "link"]
)
def test_what_waits_in_the_sdk_is_interrupted(
    sandbox: Sandbox, empty_home: Path, arguments: tuple[str, ...], delay: float
) -> None:
    """Whether the doctor or wandb is waiting; the terminal is as before, and no file looks whole that is not."""
    sandbox.set_faults(
        [{"op": "*", "delay": 0.9, "times": None}, {"op": "/storage", "delay": 20, "times": None}]
    )
    command = OnTerminal(*arguments, cwd=empty_home)
    time.sleep(delay)
    assert command.interrupt() in INTERRUPTED
    model = empty_home / "artifacts" / "yolo:v0" / "model.bin"
    assert not model.exists() or model.read_text() == "weights-v0"
