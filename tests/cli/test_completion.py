"""`wandb-registry completion`: the real shells complete commands, options, codes, formats and the names of a server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry_doctor.cli import COMPLETE, main
from registry_doctor.cli.live_names import SECONDS
from registry_doctor.cli.shells import LINE, SHELLS
from registry_doctor.sandbox import Sandbox
from tests.cli.shell_session import READY, ShellSession
from tests.places import ACME_WORLD

BOB = "b0b0000000000000000000000000000000000002"
ACME = "acme-robotics_X7Q2"

COMPLETED = {
    "docto": "doctor",
    "explain RD90": "explain|RD901",
    "doctor --format js": "doctor|--format|json",
    "doctor --select RD101,RD90": "doctor|--select|RD101,RD901",
    f"doctor {ACME}/wandb-registry-mo": f"doctor|{ACME}/wandb-registry-model/",
    f"doctor {ACME}/wandb-registry-model/": f"doctor|{ACME}/wandb-registry-model/detector",
    f"doctor {ACME}/wandb-registry-Go": f"doctor|{ACME}/wandb-registry-Golden Datasets/",
    "doctor wandb-registry-mo": "doctor|wandb-registry-model/",
    "doctor 'Acme Robotics/wandb-registry-mo": "doctor|Acme Robotics/wandb-registry-model/",
    f"download {ACME}/wandb-registry-model/detector:prod": f"download|{ACME}/wandb-registry-model/detector:production",
    "doctor --artifact vision/detectors/yo": "doctor|--artifact|vision/detectors/yolo",
    "doctor --organization Acm": "doctor|--organization|Acme Robotics",
    "doctor --entity visi": "doctor|--entity|vision",
}
"""What is typed, and the words that stand there after a press of the tab key."""

SETUP = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), 'eval "$(wandb-registry completion bash)"'),
    "zsh": (
        ("zsh", "-f", "-i"),
        'autoload -Uz compinit; compinit -D; eval "$(wandb-registry completion zsh)"',
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(ACME_WORLD) as started:
        yield started


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Bob's account on the sandbox, as much time as it takes, and this Python's program on the path."""
    folder = str(Path(sys.executable).parent)
    for name, value in {
        "WANDB_BASE_URL": sandbox.base_url,
        "WANDB_API_KEY": BOB,
        "NO_PROXY": "127.0.0.1",
        SECONDS: "30",
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PS1": READY,
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }.items():
        monkeypatch.setenv(name, value)
    return dict(os.environ)


def offered(line: str) -> list[str]:
    """The texts that a shell gets for this line up to the cursor."""
    runner = CliRunner(env={COMPLETE: "bash_complete", LINE: f"wandb-registry {line}"})
    lines = runner.invoke(main, (), prog_name="wandb-registry").stdout.splitlines()
    return [fields[1] for each in lines if (fields := each.split("\t"))[0] == "plain"]


@pytest.mark.slow
@pytest.mark.parametrize("shell", SETUP)
def test_a_shell_completes_what_was_typed(environment: dict[str, str], shell: str) -> None:
    """Through the shell itself: with spaces, quotes and colons, and without a space after a part of a path."""
    command, setup = SETUP[shell]
    if shutil.which(shell) is None or sys.platform == "win32":
        pytest.skip(f"{shell} is not installed")
    with ShellSession(command, environment) as session:
        session.press(f"PS1={READY.replace('>', chr(92) + '>')}; {setup}; echo SET''UP\n")
        session.wait_for("SETUP\r\n")
        for typed, words in COMPLETED.items():
            session.press(f"wandb-registry {typed}\t")
            time.sleep(0.2)
            open_quote = "'" if "'" in typed and shell == "zsh" else ""
            session.press(f"{open_quote}\x01printf '%s|' GO''T \x05; echo D''ONE\n")
            assert f"GOT|wandb-registry|{words}|" in session.wait_for("DONE\r\n"), typed


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_what_was_typed(environment: dict[str, str]) -> None:
    """By its own command that shows completions."""
    for typed, words in COMPLETED.items():
        code = f'wandb-registry completion fish | source; complete -C "wandb-registry {typed}"'
        done = subprocess.run(
            ["fish", "-N", "-c", code],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        )
        assert words.rpartition("|")[2] in [each.partition("\t")[0] for each in done.stdout.splitlines()]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_accepted_by_its_shell(shell: str) -> None:
    """No shell finds a mistake in it."""
    script = CliRunner().invoke(main, ["completion", shell]).stdout
    assert "wandb-registry" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shell, "-n", "/dev/stdin"], input=script, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_all_codes_formats_and_commands_are_offered() -> None:
    """Without a server and without an account."""
    assert "RD302" in offered("explain RD3")
    assert offered("doctor --output ") == ["text:", "json:", "compact:"]
    assert {"gitlab", "github"} <= set(offered("preflight --format gi"))
    assert offered("completion ") == ["bash", "zsh", "fish"]
    assert offered("help prefl") == ["preflight"]
    assert "--json" in offered("doctor --js")


def test_a_path_is_completed_part_by_part(environment: dict[str, str]) -> None:
    """Organizations and registries for a target, teams for an artifact, both for a listing."""
    assert offered("doctor ") == [f"{ACME}/"]
    assert offered("doctor --artifact ") == ["bob/", "vision/"]
    assert offered("ls ") == [f"{ACME}/", "bob/", "vision/"]
    assert f"{ACME}/wandb-registry-model/" in offered(f"doctor {ACME}/mo")
    assert offered(f"ls {ACME}/wandb-registry-model/detector:") == [
        f"{ACME}/wandb-registry-model/detector:{name}" for name in ("latest", "production", "v0")
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"WANDB_API_KEY": ""},
        {"WANDB_API_KEY": "0" * 40},
        {"WANDB_BASE_URL": "http://127.0.0.1:9"},
        {"WANDB_BASE_URL": "no address"},
        {SECONDS: "0"},
    ],
    ids=str,
)
def test_without_an_answer_nothing_is_offered(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """And nothing is said: a key press must not disturb the line."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    runner = CliRunner(env={COMPLETE: "bash_complete", LINE: "wandb-registry doctor "})
    done = runner.invoke(main, (), prog_name="wandb-registry")
    assert (done.exit_code, done.stderr, done.stdout) == (0, "", "typed\t\t\n")


def test_a_server_that_is_silent_does_not_hold_the_shell(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This one accepts a connection and never answers: the test would not end."""
    monkeypatch.delenv(SECONDS)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("WANDB_BASE_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert offered("doctor ") == []
