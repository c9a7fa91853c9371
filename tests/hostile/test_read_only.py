"""What only looks leaves nothing behind: not on the server, and not in files that nobody asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from registry_doctor.cli import COMMANDS
from registry_doctor.cli.sandbox import sandbox as sandbox_command
from registry_doctor.sandbox import Sandbox, SandboxError, load_world
from tests.hostile.commands import READING, WRITING, Shell, Words, unchanged
from tests.places import ACME_WORLD

KEY = "b0b0000000000000000000000000000000000002"
LOG = "wandb: ERROR Unable to find organization for entity 'vision'.\nlinking to wandb-registry-model/detector\n"
OF_WANDB = (".cache/", ".config/wandb/", ".local/share/wandb/", "wandb/", "artifacts/")
"""Where the SDK downloads to, and what it keeps besides."""

WRITTEN = {
    "doctor": ("report.",),
    "bundle": ("report.",),
    "preflight": ("report.", "registry-preflight.yaml"),
    "download": (*OF_WANDB, "here/"),
    "link": OF_WANDB,
    "unlink": OF_WANDB,
    "relog": OF_WANDB,
}
"""By command, the beginnings of the names of files that may be new."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A folder with something to read, and Bob's key."""
    folder = tmp_path / "home"
    folder.mkdir()
    return Shell.made(folder, LOG, WANDB_API_KEY=KEY, NO_PROXY="127.0.0.1")


def _on(shell: Shell, sandbox: Sandbox) -> Shell:
    return Shell(shell.folder, {**shell.environment, "WANDB_BASE_URL": sandbox.base_url})


def _kinds(sandbox: Sandbox) -> set[str]:
    return {each.kind for each in sandbox.log if each.path == "/graphql"}


@pytest.mark.slow
def test_only_link_unlink_and_relog_and_download_with_a_run_write(shell: Shell) -> None:
    """The server's log has queries alone, and the folder has no file that was not asked for."""
    with Sandbox.start(load_world(ACME_WORLD)) as sandbox:
        reading = _on(shell, sandbox)
        for words in READING:
            with unchanged(shell, WRITTEN.get(words[0], ())):
                ended = reading.run(*words)
            assert "Traceback" not in ended.stderr, ended
            assert _kinds(sandbox) <= {"query"}, words
        assert _kinds(sandbox) == {"query"}
        others = [each.operation for each in sandbox.log if each.path != "/graphql"]
        assert all(each.startswith("GET ") for each in others)


@pytest.mark.slow
@pytest.mark.parametrize("words", [each for each in WRITING if each[0] != "preflight"], ids=" ".join)
def test_what_writes_is_seen_by_the_log(shell: Shell, words: Words) -> None:
    """The test above would notice a mutation: these commands make some."""
    with Sandbox.start(load_world(ACME_WORLD)) as sandbox:
        if words[0] == "unlink":
            _on(shell, sandbox).run(*WRITING[1])
        assert _on(shell, sandbox).run(*words).status == 0
        assert "mutation" in _kinds(sandbox)


def test_every_command_is_tried() -> None:
    """A new command has to be put into one of the lists; the demo and the sandbox bring a server of their own."""
    tried = {words[0] for words in (*READING, *WRITING)}
    assert set(COMMANDS) - tried == {"demo", "sandbox"}


def test_the_sandbox_serves_this_machine_alone(shell: Shell) -> None:
    """It binds to the loopback address, has no option for another, and says so if a program asks for one."""
    assert shell.serve().status == 0
    refused = CliRunner().invoke(sandbox_command, ["--host", "0.0.0.0"])
    assert refused.exit_code == 2
    with pytest.raises(SandboxError, match="loopback"):
        Sandbox.start({}, host="0.0.0.0")
