"""What is logged again is the same artifact, and a relog that was interrupted ends the same when it is run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

ALICE = "a11ce00000000000000000000000000000000001"
MODELS = "acme-robotics_X7Q2/wandb-registry-model"
MINE = ("alice/scratch/mine:v0", "--to", "vision/kept", "--yes")
LINKED = (*MINE, "--link", "wandb-registry-model/mine", "--alias", "demo")

COMMAND = """
from registry_doctor.cli import COMMANDS, main
COMMANDS.update(relog="")
main(prog_name="wandb-registry")
"""

LOG_MIXED = """
import wandb
from wandb.sdk.artifacts.artifact_manifest_entry import ArtifactManifestEntry
with wandb.init(entity="alice", project="scratch") as run:
    mixed = wandb.Artifact("mixed", "model", description="A *mixed* one", metadata={"map": 0.4, "nested": {"a": [1]}})
    for name, text in (("a/b.txt", "hello"), ("c.bin", "x" * 100_000), ("empty", "")):
        with mixed.new_file(name) as file:
            file.write(text)
    mixed.add_reference("http://127.0.0.1:9/none.csv", name="refs/none.csv", checksum=False)
    extra = {"etag": "e1", "versionID": "7"}
    mixed.manifest.add_entry(
        ArtifactManifestEntry(path="refs/s3", digest="e1", ref="s3://bucket/key", size=77, extra=extra)
    )
    run.log_artifact(mixed, aliases=["best", "prod"]).wait()
"""

SHOW = """
import json, sys, wandb
shown = {}
for path in sys.argv[1:]:
    found = wandb.Api().artifact(path)
    files = {each.name: open(each.download("shown", replace=True).name).read() for each in found.files()
             if found.manifest.entries[each.name].ref is None}
    entries = {path: [each.digest, each.size, each.ref, each.extra] for path, each in found.manifest.entries.items()}
    shown[path] = [found.type, found.description, found.metadata, sorted(found.aliases), found.digest, entries, files]
json.dump(shown, sys.stdout)
"""


@dataclass(frozen=True)
class Done:
    """What came of one command."""

    status: int
    out: str
    err: str
    mutations: tuple[str, ...]
    """What was written to the server, in order."""
    left_behind: tuple[str, ...]
    """What is in the folder for temporary files."""

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]


class Desk:
    """A sandbox, and a person's home with a folder for temporary files."""

    def __init__(self, sandbox: Sandbox, home: Path) -> None:
        self.sandbox = sandbox
        self._home = home
        (home / "tmp").mkdir(parents=True)
        self._environ = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": sandbox.base_url,
            "WANDB_API_KEY": ALICE,
            "WANDB_DIR": str(home),
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }

    def python(self, code: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environ,
            cwd=self._home,
        )

    def relog(self, *arguments: str, interrupt_at: str | None = None) -> Done:
        """Run it; press Ctrl-C once the server has answered the operation `interrupt_at`."""
        before = len(self.sandbox.log)
        process = self.python(COMMAND, "relog", *arguments)
        if interrupt_at is not None:
            self._wait_for(interrupt_at, before)
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        log = self.sandbox.log[before:]
        written = tuple(each.operation for each in log if each.kind == "mutation" and each.status == 200)
        left = tuple(each.name for each in (self._home / "tmp").glob("wandb-registry-relog-*"))
        return Done(process.returncode, out, err, written, left)

    def _wait_for(self, operation: str, seen: int) -> None:
        """What comes after this operation is held up by a fault; it is given the time to begin."""
        for _ in range(300):
            if any(each.operation == operation for each in self.sandbox.log[seen:]):
                break
            time.sleep(0.05)
        time.sleep(0.3)

    def show(self, *paths: str) -> Mapping[str, Sequence[object]]:
        out, err = self.python(SHOW, *paths).communicate(timeout=60)
        shown: Mapping[str, Sequence[object]] = json.loads(out or json.dumps({"error": err}))
        return shown


Story = Callable[[Desk], "tuple[Done, Done]"]
"""A relog that may come to grief, and the same once more."""


def a_mixed_artifact(desk: Desk) -> tuple[Done, Done]:
    """Files and references; before the relog it is only shown, after it both are looked at."""
    desk.python(LOG_MIXED).communicate(timeout=60)
    place = ("alice/scratch/mixed:best", "--to", "vision/mixed")
    return (
        desk.relog(*place, "--dry-run"),
        desk.relog(*place, "--yes", "--link", "wandb-registry-model/mixed"),
    )


def a_linked_relog(desk: Desk) -> tuple[Done, Done]:
    """All goes well, twice."""
    return desk.relog(*LINKED), desk.relog(*LINKED)


def refused_at(operation: str) -> Story:
    """The server refuses one step once; then it is run again."""

    def play(desk: Desk) -> tuple[Done, Done]:
        desk.sandbox.set_faults([{"op": operation, "status": 403, "times": 1}])
        return desk.relog(*LINKED), desk.relog(*LINKED)

    return play


def interrupted_after(operation: str, path: str) -> Story:
    """Ctrl-C while the transfer that follows the operation hangs; then it is run again."""

    def play(desk: Desk) -> tuple[Done, Done]:
        desk.sandbox.set_faults([{"op": path, "delay": 5, "times": 1}])
        first = desk.relog(*LINKED, interrupt_at=operation)
        desk.sandbox.set_faults([])
        return first, desk.relog(*LINKED)

    return play


CONTENT = "6f8f57715090da2632453988d9a1501b"
"""MD5 of what is in the artifact `mine`, under which the sandbox keeps it."""

STORIES: dict[str, Story] = {
    "well": a_linked_relog,
    "after download": refused_at("CreateArtifact"),
    "before commit": refused_at("CommitArtifact"),
    "before link": refused_at("LinkArtifact"),
    "in download": interrupted_after("ArtifactMembershipFiles", f"/storage/get/wandb_artifacts/{CONTENT}"),
    "in upload": interrupted_after("CreateArtifactFiles", "/storage/put/"),
}


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[tuple[Done, Done]]]]:
    """All of them, several at a time, each with a sandbox of its own."""

    def play(story: Story, home: Path) -> tuple[Done, Done]:
        with Sandbox.start(ACME_WORLD) as sandbox:
            return story(Desk(sandbox, home / "home"))

    with ThreadPoolExecutor(3) as pool:
        yield {
            name: pool.submit(play, story, tmp_path_factory.mktemp("story"))
            for name, story in STORIES.items()
        }


@pytest.mark.slow
def test_bytes_references_metadata_description_and_aliases_are_kept(stories: object, tmp_path: Path) -> None:
    """The new version differs from its source in where it is, and in nothing else."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        desk = Desk(sandbox, tmp_path / "home")
        dry, done = a_mixed_artifact(desk)
        shown = desk.show("alice/scratch/mixed:best", "vision/mixed/mixed:v0")
    assert done.status == 0, done.err
    source, copy = shown["alice/scratch/mixed:best"], shown["vision/mixed/mixed:v0"]
    assert copy == source
    assert "the same manifest as alice/scratch/mixed:v0" in done.out
    assert done.last_line == f"{MODELS}/mixed:v0"
    assert (dry.status, dry.mutations, dry.last_line) == (0, (), "vision/mixed/mixed")


def test_a_personal_artifact_ends_linked_in_the_registry(
    stories: Mapping[str, Future[tuple[Done, Done]]],
) -> None:
    """It is logged once and linked; a second relog writes nothing but the link, which is the same."""
    first, again = stories["well"].result()
    assert (first.status, first.last_line) == (0, f"{MODELS}/mine:v0"), first.err
    assert "CommitArtifact" in first.mutations
    assert "LinkArtifact" in first.mutations
    assert (again.status, again.last_line, again.mutations) == (0, f"{MODELS}/mine:v0", ("LinkArtifact",))


@pytest.mark.parametrize(
    ("story", "status", "logged"),
    [
        ("after download", 1, False),
        ("before commit", 1, False),
        ("before link", 1, True),
        ("in download", 130, False),
        ("in upload", 130, False),
    ],
)
def test_an_interrupted_relog_ends_the_same_when_it_is_run_again(
    story: str, status: int, logged: bool, stories: Mapping[str, Future[tuple[Done, Done]]]
) -> None:
    """Wherever it stopped: no version is logged twice, it ends linked, and no temporary folder is left."""
    first, again = stories[story].result()
    assert first.status == status, first
    assert "Traceback" not in first.err
    assert ("CommitArtifact" in first.mutations, "LinkArtifact" in first.mutations) == (logged, False)
    assert ("CommitArtifact" in again.mutations) == (not logged)
    assert (again.status, again.last_line) == (0, f"{MODELS}/mine:v0"), again
    assert (first.left_behind, again.left_behind) == ((), ())


def test_what_is_logged_and_not_linked_is_named_on_the_last_line(
    stories: Mapping[str, Future[tuple[Done, Done]]],
) -> None:
    """A link that the server refuses leaves a version, whose path can be pasted."""
    first, _ = stories["before link"].result()
    assert first.last_line == "vision/kept/mine:v0"
    assert "not linked" in first.out
