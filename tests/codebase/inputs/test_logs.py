"""Target paths in logs: those of failed calls and those that are printed, with the run's entity and project."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_doctor.cli.error_option import explained_error
from registry_doctor.codebase.inputs.logs import read_log
from registry_doctor.codebase.inputs.targets import OrdinaryUse, Target
from registry_doctor.codebase.source.found import Unreadable
from registry_doctor.facts import Call
from registry_doctor.known_errors import logged_calls
from registry_doctor.settings import Given

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


TEXTS = {
    "call over several lines": (
        """Traceback (most recent call last):
  File "train.py", line 9, in <module>
    model = run.use_artifact(
        "acme/wandb-registry-model/detector",
        type="model",
    )
ValueError: something else
""",
        [(4, "use acme/wandb-registry-model/detector")],
    ),
    "message without a traceback": (
        "wandb: ERROR artifact membership 'detector:v9' not found in 'acme/wandb-registry-model'\n",
        [(1, "use acme/wandb-registry-model/detector:v9")],
    ),
    "path that wandb refuses": ("CommError: Invalid artifact path: 'a/b/c/d'\n", [(1, "link a/b/c/d")]),
    "printed path before an error": (
        "INFO linking to acme/wandb-registry-model/x\n"
        "wandb: ERROR Unable to find organization for entity 'vision'.\n"
        "INFO linking to acme/wandb-registry-model/y\n",
        [(1, "link acme/wandb-registry-model/x"), (3, "link acme/wandb-registry-model/y")],
    ),
    "path without any error": ("loaded wandb-registry-model/x:v3\n", [(1, "use wandb-registry-model/x:v3")]),
    "call of another method": (
        """  File "list.py", line 7, in <module>
    for each in api.artifacts("model", "acme/wandb-registry-model/detectr"):
ValueError: no such thing
""",
        [(2, "collection acme/wandb-registry-model/detectr")],
    ),
    "two calls in one line of code": (
        """Traceback (most recent call last):
  File "promote.py", line 3, in <module>
    api.artifact("acme/wandb-registry-a/x:v0").link("acme/wandb-registry-b/x")
CommError: nobody knows this
""",
        [(3, "use acme/wandb-registry-a/x:v0"), (3, "link acme/wandb-registry-b/x")],
    ),
    "log that ends inside a traceback": (
        """Traceback (most recent call last):
  File "train.py", line 3, in <module>
    run.link_artifact(a, "acme/wandb-registry-model/x")
""",
        [(3, "link acme/wandb-registry-model/x")],
    ),
    "call that looks at a collection": (
        'api.artifact_collection("model", "acme/wandb-registry-model/detectr")\n',
        [(1, "collection acme/wandb-registry-model/detectr")],
    ),
    "lines of JSON": (
        '{"message": "it failed", "exception": "Traceback (most recent call last):\\n  File \\"a.py\\", line 1, in f\\n'
        "    run.use_artifact('wandb-registry-model/x:best')\\nCommError: permission denied\"}\n",
        [(1, "use wandb-registry-model/x:best")],
    ),
    "no path": ("wandb: ERROR Unable to find organization for entity 'vision'.\n", []),
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_paths_of_a_text_are_found(tmp_path: Path, text: str) -> None:
    """In code, in messages and in print, each at its line and with its purpose."""
    content, expected = TEXTS[text]
    assert sorted(short(read(tmp_path, content))) == sorted(expected)


@pytest.mark.parametrize("log", [*sorted(each.name for each in LOGS.iterdir()), *TEXTS])
def test_preflight_and_doctor_find_the_same_paths_in_a_log(tmp_path: Path, log: str) -> None:
    """`doctor --error @FILE` diagnoses one of the targets that `preflight --from-log FILE` diagnoses."""
    file = tmp_path / "a.log"
    file.write_bytes(TEXTS[log][0].encode() if log in TEXTS else (LOGS / log).read_bytes())
    preflight = [each for each in read_log(file, tmp_path) if not isinstance(each, OrdinaryUse)]
    doctor = explained_error(click.Context(click.Command("doctor")), f"@{file}", Call(None), Given())

    targets = {(each.text, each.for_, each.call.method) for each in preflight if isinstance(each, Target)}
    logged = {
        (each.path, each.for_, each.method)
        for each in doctor.reading.calls
        if "registry" in each.path or each.for_ == "link"
    }
    call = doctor.diagnosed.call
    assert targets == logged
    assert (call.target is None) == (doctor.reading.calls == ())
    assert call.target is None or (call.target, call.for_) in {
        (each.path, each.for_) for each in doctor.reading.calls
    }
    assert {each.path for each in doctor.diagnosed.others} == {path for path, *_ in targets} - {call.target}


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
    """A log of any size takes no more memory than that, and the report says that paths were left out."""
    monkeypatch.setattr(logged_calls, "MOST_CALLS", 3)
    found = read(tmp_path, "".join(f"link wandb-registry-m/x{number}\n" for number in range(10)))
    assert len(short(found)) == 3
    assert isinstance(found[-1], Unreadable)
    assert found[-1].reason == "only the first 3 different paths were read; the log has more"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "it is empty"), (b"\0\1\2\3" * 100, "it is a binary file, not text")]
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
