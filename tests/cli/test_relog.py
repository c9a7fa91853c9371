"""`wandb-registry relog`: what it says before it writes, what it asks, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.relog import relog
from registry_doctor.sandbox import Sandbox
from registry_doctor.sdk.linking import RefusedBySdk
from registry_doctor.sdk.transfer import Contents, Entry
from registry_doctor.workflows.download import NotDone
from registry_doctor.workflows.relog import Relogged, RelogPlan, RelogRequest
from tests.places import ACME_WORLD

ALICE = "a11ce00000000000000000000000000000000001"
MINE = "alice/scratch/mine:v0"
TO = ("--to", "vision/kept")

SOURCE = Contents(
    path=MINE,
    name="mine",
    version="v0",
    type="model",
    aliases=("best",),
    description=None,
    metadata={},
    digest="d1",
    entries=(Entry("a", "x", 1500), Entry("b", "y", 0, "wandb-artifact://1/b")),
    source=MINE,
    source_name="mine:v0",
    artifact=None,  # type: ignore[arg-type]  # nothing here asks the SDK
)
THERE = replace(SOURCE, path="vision/kept/mine:v3", source="vision/kept/mine:v3")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests, none of which writes."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def alice(sandbox: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs as alice, who logged under her own name."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", ALICE)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> dict[str, Contents | None]:
    """No server is asked: what is there already is chosen, and what was made is noted."""
    chosen: dict[str, Contents | None] = {"existing": None, "made": None}

    def make_plan(request: RelogRequest) -> RelogPlan:
        return RelogPlan(request, SOURCE, chosen["existing"], None)

    def make_relog(plan: RelogPlan, look: object, stage: object) -> Relogged:
        chosen["made"] = THERE
        return Relogged(THERE, reused=plan.existing is not None)

    monkeypatch.setattr("registry_doctor.workflows.relog.make_plan", make_plan)
    monkeypatch.setattr("registry_doctor.workflows.relog.make_relog", make_relog)
    return chosen


def invoke(*arguments: str, answer: str | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(relog, arguments, input=answer, prog_name="wandb-registry relog")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person sits in front of it."""
    monkeypatch.setattr("registry_doctor.cli.relog.is_terminal", lambda _stream: True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((MINE, *TO), "cannot ask for confirmation without a terminal"),
        ((MINE, "--to", "vision", "--yes"), "'vision' must be TEAM/PROJECT"),
        ((MINE, *TO, "--yes", "--alias", "demo"), "--alias needs --link"),
        (("wandb-registry-model/detector:v0", *TO, "--yes"), "is a registry path"),
        ((MINE, "--yes"), "Missing option '--to'"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], words: str) -> None:
    """Nothing is asked of a server."""
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("alice/scratch/mine:v7", *TO), "RD601 artifact 'alice/scratch/mine:v7' is not found"),
        (("rivals/spy/spy:v0", *TO), "does not exist, or is not visible to you"),
        (("a/b/c/d:v0", *TO), "RD601"),
        ((MINE, "--to", "alice/kept"), "RD304 the run would log in the personal entity 'alice' (--to)"),
        ((MINE, "--to", "acme-robotics_X7Q2/kept"), "RD307"),
        ((MINE, "--to", "nobody/kept"), "RD301 entity 'nobody' (--to) does not exist"),
    ],
)
def test_what_cannot_be_logged_again_is_told_in_a_sentence(
    arguments: tuple[str, ...], words: str, sandbox: Sandbox
) -> None:
    """The doctor's cause, before the SDK is loaded; nothing was written."""
    before = len(sandbox.log)
    done = invoke(*arguments, "--yes")
    assert (done.exit_code, done.stdout) == (1, ""), done.stderr
    assert words in done.stderr
    assert done.stderr.endswith("Nothing was written.\n")
    assert {each.operation for each in sandbox.log[before:]} == {"RegistryDoctor"}


def test_it_says_what_it_will_write_and_asks(planned: Mapping[str, Contents | None], terminal: None) -> None:
    """Files, bytes, name, type, aliases and place; a no writes nothing."""
    done = invoke(MINE, *TO, answer="n\n")
    assert (done.exit_code, planned["made"]) == (1, None)
    assert done.stdout == "Nothing was written.\n"
    for words in (MINE, "vision/kept/mine", "model", "1 file, 1.5 kB, and 1 reference", "best", "Do this?"):
        assert words in done.stderr
    assert "1 of the references point to other artifacts" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "answer"), [((), "y\n"), (("--yes",), None)], ids=["after a yes", "with --yes"]
)
def test_the_new_path_stands_alone_on_the_last_line(
    arguments: tuple[str, ...], answer: str | None, planned: Mapping[str, Contents | None], terminal: None
) -> None:
    """The manifest was compared, and it says so."""
    done = invoke(MINE, *TO, *arguments, answer=answer)
    assert (done.exit_code, planned["made"]) == (0, THERE)
    assert done.stdout.splitlines()[-1] == THERE.path
    assert f"the same manifest as {MINE} (digest d1)" in done.stdout


def test_ctrl_c_at_the_question_writes_nothing(
    planned: Mapping[str, Contents | None], terminal: None
) -> None:
    """It ends as an interruption does everywhere."""
    done = invoke(MINE, *TO, answer="")
    assert (done.exit_code, planned["made"]) == (130, None)
    assert "nothing was written" in done.stderr


def test_what_is_there_already_needs_no_question(planned: dict[str, Contents | None], terminal: None) -> None:
    """A second relog writes nothing, and gives the same path."""
    planned["existing"] = THERE
    done = invoke(MINE, *TO)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, THERE.path)
    assert "not needed" in done.stderr
    assert "there already" in done.stdout


def test_other_metadata_of_what_is_there_is_pointed_out(planned: dict[str, Contents | None]) -> None:
    """It belongs to somebody, and is left as it is."""
    planned["existing"] = replace(THERE, metadata={"map": 1}, aliases=())
    done = invoke(MINE, *TO, "--dry-run")
    assert "the metadata of vision/kept/mine:v3 is different" in done.stderr
    assert "aliases to add  best" in done.stderr
    assert "It is logged already as:" in done.stdout + done.stderr
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, THERE.path)


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (NotDone("it is a link"), 1, "Error: it is a link.\n"),
        (RefusedBySdk("permission denied"), 1, "wandb refused: permission denied"),
        (RefusedBySdk("busy", unanswered=True), 3, "the server gave no answer: busy"),
    ],
    ids=["not fit", "refused", "no answer"],
)
@pytest.mark.parametrize("when", ["make_plan", "make_relog"])
def test_trouble_is_one_sentence(
    problem: Exception,
    status: int,
    words: str,
    when: str,
    planned: Mapping[str, Contents | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before and after anything was written."""

    def fail(*_arguments: object) -> None:
        raise problem

    monkeypatch.setattr(f"registry_doctor.workflows.relog.{when}", fail)
    done = invoke(MINE, *TO, "--yes")
    assert (done.exit_code, done.stdout) == (status, "")
    assert words in done.stderr
