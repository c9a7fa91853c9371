"""No command but those that are for writing sends anything to the server that is not a question."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from registry_doctor.cli import COMMANDS
from registry_doctor.sandbox import Sandbox
from tests.faults.commands import COMMAND, TARGET, YOLO, run

WRITING = ("link", "unlink", "relog")

TELEMETRY = "POST /sdk/otel/v1/metrics"
"""What the SDK tells the server of itself."""

CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "doctor": (
        (),
        (TARGET, "--artifact", YOLO, "--alias", "best"),
        (f"vision/{TARGET}", "--artifact", YOLO),
        (TARGET, "--type", "model"),
        (f"{TARGET}:production", "--for", "use"),
        ("wandb-registry-modle/detecter:production", "--for", "use"),
        ("vision/model-registry/detector",),
    ),
    "preflight": ((), ("--diff",), ("--fix",), ("--write-baseline",)),
    "path": (("parse", TARGET), ("build", "--registry", "model", "--collection", "detector")),
    "ls": (
        (),
        ("Acme Robotics",),
        ("Acme Robotics/model",),
        ("Acme Robotics/model/detector",),
        ("vision/detectors",),
        ("--recursive", "--alias", "production"),
    ),
    "snippet": (("link", TARGET), ("use", f"{TARGET}:production"), ("download", f"{TARGET}:production")),
    "download": ((f"{TARGET}:production",), (f"{TARGET}:production", "--dry-run")),
    "bundle": ((TARGET, "--artifact", YOLO),),
    "checks": ((),),
    "explain": (("RD302",),),
    "demo": ((),),
    "completion": (("bash",),),
    "help": (("doctor",),),
    "version": ((),),
}
"""Each command in its ways."""


@pytest.mark.slow
@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in (*WRITING, "sandbox")])
def test_a_command_that_is_not_for_writing_writes_nothing(
    sandbox: Sandbox, tmp_path: Path, command: str
) -> None:
    """The server's log has questions alone; for a download fetches of files, too, and wandb's telemetry."""
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "train.py").write_text(
        "import wandb\nwith wandb.init() as run:\n"
        '    run.link_artifact(wandb.Artifact("a", type="model"), "model/detector")\n'
    )
    for arguments in CALLS[command]:
        ended = run(command, *arguments, cwd=tree)
        assert ended.status in (0, 1), ended.said
    kinds = {entry.kind for entry in sandbox.log if entry.operation != TELEMETRY or command != "download"}
    assert kinds <= ({"query", "GET"} if command == "download" else {"query"})
    assert bool(kinds) == (
        command not in ("path", "checks", "explain", "demo", "completion", "help", "version")
    )


def test_a_sandbox_speaks_to_no_other_server(sandbox: Sandbox, empty_home: Path) -> None:
    """Whatever server the environment names."""
    process = subprocess.Popen([*COMMAND, "sandbox"], stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout is not None
    with process.stdout as stdout:
        assert b'"base_url": "http://127.0.0.1:' in stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert sandbox.log == []


def test_a_sandbox_cannot_be_opened_to_the_network(empty_home: Path) -> None:
    """There is no option for it; only the port can be chosen."""
    ended = run("sandbox", "--host", "0.0.0.0")
    assert (ended.status, ended.stdout) == (2, "")
    assert "No such option" in ended.stderr
