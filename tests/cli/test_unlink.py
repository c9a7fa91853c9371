"""`wandb-registry unlink` against the sandbox: it says what goes and what stays, asks, and makes sure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.unlink import unlink
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

BOB, CAROL = "b0b0000000000000000000000000000000000002", "ca201000000000000000000000000000000000c3"
ACME = "acme-robotics_X7Q2"
LANDED = "vision/model/detector:v0"
"""Where `run.link_artifact(artifact, "model/detector")` landed, since the prefix was forgotten."""

MISLINK = """
import wandb
wandb.Api().artifact("vision/detectors/yolo:v1").link("model/detector", aliases=["oops"])
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests; none depends on what another has unlinked."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def bob(sandbox: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands run as bob, a member of the organization and of the team vision."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.setenv("WANDB_DIR", str(empty_home))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    monkeypatch.setenv("WANDB_SILENT", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def invoke(*arguments: str) -> Result:
    """Run the command in this process: for what ends before the SDK is loaded."""
    return CliRunner().invoke(unlink, arguments, prog_name="wandb-registry unlink")


def with_sdk(
    *arguments: str, before: str = "", stdin: int = subprocess.DEVNULL, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where it loads wandb, after some code of a person's."""
    code = (
        f"{before}\nfrom registry_doctor.cli.unlink import unlink; unlink(prog_name='wandb-registry unlink')"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environ,
    )


def unlinks(sandbox: Sandbox) -> int:
    """How often an unlink was asked of the server."""
    return sum(entry.operation == "UnlinkArtifact" for entry in sandbox.log)


def test_a_link_that_landed_in_an_ordinary_project_is_taken_back() -> None:
    """What goes is named in full, though an alias was given; the source stays and comes last."""
    done = with_sdk("--yes", "vision/model/detector:oops", before=MISLINK)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"unlink           {LANDED}",
        "from             the ordinary project 'vision/model', which is not a registry",
        "aliases that go  latest, oops",
        "stays            vision/detectors/yolo:v1 of type model, with its files",
        f"Unlinked {LANDED}; it is gone.",
        "The source artifact remains:",
        "",
        "vision/detectors/yolo:v1",
    ]


def test_a_link_in_a_registry_is_taken_back() -> None:
    """A display name with a space as prefix, and an alias for the version."""
    done = with_sdk("--yes", "Acme Robotics/wandb-registry-Fine-tuned Models/phi3-finetuned:production")
    assert done.returncode == 0, done
    assert f"Unlinked {ACME}/wandb-registry-Fine-tuned Models/phi3-finetuned:v0; it is gone." in done.stdout
    assert done.stdout.splitlines()[-1] == "vision/detectors/yolo:v1"


@pytest.mark.parametrize(("answer", "status"), [("n\n", 1), ("y\n", 0)])
def test_a_person_is_asked(answer: str, status: int, sandbox: Sandbox) -> None:
    """On a terminal the question goes to standard error, and only a yes unlinks."""
    pty = pytest.importorskip("pty")
    person, terminal = pty.openpty()
    before = unlinks(sandbox)
    try:
        os.write(person, answer.encode())
        link = MISLINK.replace("model/detector", "model/asked")
        done = with_sdk("vision/model/asked:v0", before=link, stdin=terminal)
    finally:
        os.close(person)
        os.close(terminal)
    assert (done.returncode, unlinks(sandbox) - before) == (status, 1 - status), done
    assert done.stderr == "Unlink it? [y/N]: "
    assert ("Nothing was unlinked." in done.stdout) == (status == 1)


def test_what_a_run_logged_is_refused_and_its_links_are_named(sandbox: Sandbox) -> None:
    """A source version could only be deleted, which never happens; the lines after it can be pasted."""
    before = unlinks(sandbox)
    done = with_sdk("--yes", "vision/detectors/yolo:v0")
    assert done.returncode == 1
    refusal, heading, empty, *links = done.stdout.splitlines()
    assert refusal.startswith("✗ vision/detectors/yolo:v0 is not a link: a run logged it.")
    assert (heading, empty) == ("Nothing was unlinked. Its links are:", "")
    assert links == [
        f"{ACME}/wandb-registry-model/detector:v0",
        f"{ACME}/wandb-registry-Golden Datasets/weights:v0",
    ]
    assert unlinks(sandbox) == before


def test_a_role_that_may_not_unlink_reads_why() -> None:
    """A viewer: wandb's words and what the right takes, no traceback, no key."""
    done = with_sdk("--yes", "wandb-registry-model/detector:v0", WANDB_API_KEY=CAROL)
    assert (done.returncode, done.stderr) == (1, "")
    assert "stays            the source, hidden from you, of type model, with its files" in done.stdout
    assert "✗ refused. Message of wandb:\n  permission denied\n" in done.stdout
    assert "in a registry that is the role member" in done.stdout
    assert done.stdout.endswith("Nothing was unlinked.\n")


def test_a_dry_run_unlinks_nothing(sandbox: Sandbox) -> None:
    """It needs no terminal, and ends with the link in full."""
    before = unlinks(sandbox)
    done = with_sdk("--dry-run", "wandb-registry-model/detector:production")
    assert done.returncode == 0, done
    assert done.stdout.startswith(f"would unlink     {ACME}/wandb-registry-model/detector:v0\n")
    assert done.stdout.splitlines()[-1] == f"{ACME}/wandb-registry-model/detector:v0"
    assert unlinks(sandbox) == before


def test_a_prefix_that_is_forgotten_here_too_is_pointed_out() -> None:
    """There is no such link in an ordinary project, and one in the registry. The world is one where nothing landed."""
    with Sandbox.start(ACME_WORLD) as untouched:
        done = with_sdk("--yes", "model/detector:production", WANDB_BASE_URL=untouched.base_url)
    assert done.returncode == 1
    assert done.stdout.startswith("✗ wandb finds no such version: ")
    assert done.stdout.splitlines()[-1] == "wandb-registry-model/detector:production"


@pytest.mark.parametrize(
    ("path", "code", "last"),
    [
        (
            "wandb-registry-model/detector:v7",
            "RD503",
            "Nothing was unlinked; no corrected path is known.",
        ),
        ("vision/wandb-registry-model/detector:v0", "RD302", f"{ACME}/wandb-registry-model/detector:v0"),
        ("wandb-registry-models/detector:v0", "RD401", "wandb-registry-model/detector:v0"),
    ],
)
def test_a_registry_path_is_diagnosed_first(path: str, code: str, last: str, sandbox: Sandbox) -> None:
    """The cause, and the corrected path where it can be known; nothing is asked of wandb."""
    before = unlinks(sandbox)
    done = invoke("--yes", path)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"✗ {code} ")
    assert done.stdout.splitlines()[-1] == last
    assert unlinks(sandbox) == before


def test_the_server_and_the_credentials_are_diagnosed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a path of an ordinary project, which is not judged itself."""
    monkeypatch.setenv("WANDB_API_KEY", "short")
    done = invoke("--yes", LANDED)
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ RD102 ")
    assert "RD2" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            (LANDED,),
            "cannot ask for confirmation without a terminal; use --yes to unlink, or --dry-run to see what would be done",
        ),
        (
            ("--yes", "vision/model/detector"),
            "has no version; add the version of the link to remove, as in 'vision/model/detector:v0'",
        ),
        (
            ("--yes", "vision/model/detector:"),
            "has no version; add the version of the link to remove, as in 'vision/model/detector:v0'",
        ),
    ],
)
def test_what_is_not_said_clearly_is_an_error_of_usage(arguments: tuple[str, ...], words: str) -> None:
    """Nobody is asked anything, and no server either."""
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
