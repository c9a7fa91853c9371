"""Target paths in logs: those of failed calls and those that are printed, with the run's entity and project."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.codebase.inputs import logs
from registry_doctor.codebase.inputs.logs import read_log
from registry_doctor.codebase.inputs.targets import OrdinaryUse, Target
from registry_doctor.codebase.source.found import Unreadable

LOGS = Path(__file__).parents[2] / "known_errors" / "logs"


def read(folder: Path, text: str | bytes) -> list[Target | OrdinaryUse | Unreadable]:
    """What is found in a log with this text."""
    file = folder / "train.log"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_log(file, folder))


def short(found: list[Target | OrdinaryUse | Unreadable]) -> list[tuple[int, str]]:
    """Lines with purposes and paths."""
    return [(each.location.line, f"{each.for_} {each.text}") for each in found if isinstance(each, Target)]


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("sdk-0.31.0.log", [(27, "link vision/wandb-registry-model/detector")]),
        ("rich.log", [(7, "link Acme/wandb-registry-model/detector")]),
        ("trainer.log", [(14, "link Acme Robotics/wandb-registry-model/llm")]),
        ("json-lines.log", [(2, "link Acme/wandb-registry-model/detector")]),
        (
            "ranks.log",
            [(5, "use wandb-registry-model/detector:prod"), (6, "link wandb-registry-models/detector")],
        ),
        ("notebook.log", []),
        ("offline.log", []),
    ],
)
def test_the_paths_of_failed_calls_are_found_in_real_logs(log: str, expected: list[tuple[int, str]]) -> None:
    """At the line of code in the traceback, out of plain, boxed and interleaved ones."""
    assert short(list(read_log(LOGS / log, LOGS))) == expected


def test_the_run_is_the_one_that_wandb_printed() -> None:
    """Entity, project and SDK version; its method out of the line of code."""
    (found,) = read_log(LOGS / "sdk-0.31.0.log", LOGS)
    assert isinstance(found, Target)
    assert (found.given.entity, found.given.project, found.given.started) == ("vision", "detectors", True)
    assert found.given.source("entity") == "the log"
    assert (found.call.method, found.call.sdk_version) == ("run.link_artifact", "0.31.0")
    assert found.parts == ()


LINES = [
    ("INFO linking to acme/wandb-registry-model/x", "link acme/wandb-registry-model/x"),
    ("loaded 'acme/wandb-registry-model/x:v3'.", "use acme/wandb-registry-model/x:v3"),
    ("loading from acme/wandb-registry-model/x.", "use acme/wandb-registry-model/x"),
    ("published: acme/wandb-registry-model/x!", "link acme/wandb-registry-model/x"),
    ("path=wandb-registry-model/x:best", "use wandb-registry-model/x:best"),
    ("Don't link 'wandb-registry-model/x'", "link wandb-registry-model/x"),
    ('run.use_artifact("wandb-registry-model/x", type="model")', "use wandb-registry-model/x"),
    ("\x1b[31mERROR\x1b[0m wandb-registry-model/x", "link wandb-registry-model/x"),
    ('{"message": "linked wandb-registry-model/x"}', "link wandb-registry-model/x"),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_path_that_is_printed_is_found(tmp_path: Path, line: str, expected: str) -> None:
    """What it is for is told by the words before it, or by its version."""
    assert short(read(tmp_path, f"start\n{line}\n{line}\nend\n")) == [(2, expected)]


@pytest.mark.parametrize(
    "line",
    [
        "Successfully installed wandb-registry-doctor-1.0",
        "  File '/home/bob/wandb-registry-model/train.py', line 3",
        "cloning https://github.com/acme/wandb-registry-tools/tree/main",
        "see https://wandb.ai/orgs/acme/registry/model?selectionPath=a%2Fwandb-registry-model%2Fx",
        "key https://user:0123456789abcdef0123456789abcdef01234567@host/wandb-registry-model/x",
        "pulling ghcr.io/acme/wandb-registry-proxy:latest",
    ],
)
def test_other_words_are_no_paths(tmp_path: Path, line: str) -> None:
    """Packages, files, addresses and images."""
    assert read(tmp_path, line + "\n") == []


def test_different_paths_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of any size takes no more memory than that, and what was left out is said."""
    monkeypatch.setattr(logs, "MOST_PATHS", 3)
    found = read(tmp_path, "".join(f"link wandb-registry-m/x{number}\n" for number in range(10)))
    assert len(short(found)) == 3
    assert isinstance(found[-1], Unreadable)
    assert found[-1].reason == "it has more than 3 different paths; the others were not read"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "it is empty"), (b"\0\1\2\3" * 100, "it is no text but a binary file")]
)
def test_what_is_no_log_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    """With the reason; nothing is raised."""
    (found,) = read(tmp_path, content)
    assert isinstance(found, Unreadable)
    assert found.reason == reason


@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, text: str) -> None:
    """Alone, and around a path."""
    folder = tmp_path_factory.mktemp("fuzz")
    around = text.encode("utf-8", "surrogatepass") + b" wandb-registry-m/x " + data
    for content in (data, around):
        assert all(isinstance(each, (Target, OrdinaryUse, Unreadable)) for each in read(folder, content))
