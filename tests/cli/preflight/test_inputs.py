"""What `wandb-registry preflight` searches beside code, and what its baseline silences."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox
from tests.cli.preflight.conftest import (
    FROM_OUTSIDE,
    RIGHT,
    WRONG,
    Preflight,
    link,
    write,
)


@pytest.mark.parametrize(
    ("arguments", "text", "status", "said"),
    [
        (["-"], f"{RIGHT}\n\n# a comment\n", 0, "1 target"),
        (["-"], f"{RIGHT}\n{WRONG}\n", 1, "<stdin>:2:1: ✗ RD401"),
        (["-", "--for", "use"], f"{RIGHT}:production\n", 0, "1 target"),
        (["-", "--for", "use"], f"{RIGHT}:v7\n", 1, "RD503"),
        (["-"], "", 0, "0 targets"),
        (["-", "train.py"], f"{RIGHT}\n", 1, "train.py:5:9"),
        (["-"], b"\xff\xfe\x00", 3, "<stdin>"),
        (["-"], "a\x1b[2Jb/c\n", 1, "a\\x1b[2Jb/c"),
        (["-", "--offline"], "wandb-registry-model/a::b\n::error::x\n", 1, "link to"),
    ],
)
def test_paths_on_standard_input(
    preflight: Preflight, arguments: list[str], text: str | bytes, status: int, said: str
) -> None:
    """One a line. What is not named besides is not searched."""
    write(link(WRONG))
    done = preflight(*arguments, input=text)
    assert (done.exit_code, said in done.stdout) == (status, True), done.output
    assert "\x1b" not in done.stdout


def test_a_closed_standard_input_is_empty(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a service that gives its jobs none."""
    from registry_doctor.cli.preflight import _standard_input

    monkeypatch.setattr(sys, "stdin", None)
    assert _standard_input() == b""


def test_a_log_is_searched(preflight: Preflight) -> None:
    """For the paths that the run linked to or used, at their lines."""
    message = f"ValueError: Unable to link to {WRONG}: registry not found\n"
    write(f"epoch 1\nwandb: linking to {WRONG}\n{message}", "train.log")
    done = preflight("--from-log", "train.log")
    assert (done.exit_code, "train.log:2" in done.stdout) == (1, True), done.output


MANIFEST = """
version: 1
targets:
  - {path: wandb-registry-model/classifier, for: link, type: model, entity: research}
  - {path: "wandb-registry-model/classifier:production", for: use, as: EVES_KEY}
  - {path: wandb-registry-modle/classifier, for: link, type: model, entity: research}
"""


def test_a_manifest_lists_targets(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the key it names."""
    monkeypatch.setenv("EVES_KEY", "e5e0000000000000000000000000000000000003")
    write(MANIFEST, "targets.yaml")
    done = preflight("--manifest", "targets.yaml", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.exit_code, [each["exit_code"] for each in document["reports"]]) == (1, [0, 0, 1])
    assert "e5e0000" not in done.output


def test_a_manifest_is_written_from_the_code_and_read_again(preflight: Preflight) -> None:
    """What is not known is counted; a manifest that is there is not overwritten."""
    write(link(RIGHT))
    write(FROM_OUTSIDE, "fetch.py")
    done = preflight("--write-manifest")
    assert (done.exit_code, done.stdout) == (0, "1 target written to registry-preflight.yaml\n")
    assert "1 target left out, because the source does not contain the path" in done.stderr
    assert preflight("--manifest", "registry-preflight.yaml").exit_code == 0
    again = preflight("--write-manifest")
    assert (again.exit_code, "already exists" in again.stderr) == (2, True)


def test_a_baseline_makes_old_findings_pass(preflight: Preflight) -> None:
    """They are shown with --verbose alone; a second one like it is new; fewer are noted."""
    write(link(WRONG))
    done = preflight("--write-baseline")
    assert (done.exit_code, done.stdout) == (0, "1 finding written to registry-preflight-baseline.json\n")
    known = preflight()
    assert (known.exit_code, "RD401" in known.stdout) == (0, False), known.output
    assert "it is in the baseline" in preflight("--verbose").stdout
    write("\n\n" + link(WRONG))
    assert preflight().exit_code == 0, "it has moved"
    write(link(WRONG) + link(WRONG))
    assert preflight().exit_code == 1
    write(link(RIGHT))
    gone = preflight()
    assert (gone.exit_code, "1 baseline entry no longer matches; run --write-baseline" in gone.stdout) == (
        0,
        True,
    )


def test_a_baseline_may_have_another_name(preflight: Preflight) -> None:
    """Then it is read where it is named, and nowhere else."""
    write(link(WRONG))
    assert preflight("--write-baseline", "--baseline", "old.json").exit_code == 0
    assert preflight().exit_code == 1
    assert preflight("--baseline", "old.json").exit_code == 0


def test_no_baseline_is_written_of_what_nobody_knows(
    preflight: Preflight, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is down, a key that is refused, or an answer that does not come are no old findings."""
    write(link(WRONG))
    sandbox.set_faults([{"op": "*", "status": 500, "times": None}])
    silent = preflight("--write-baseline", "--timeout", "5")
    sandbox.set_faults([])
    down = preflight("--write-baseline", "--base-url", "http://127.0.0.1:1")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    refused = preflight("--write-baseline")
    for done in (silent, down, refused):
        assert (done.exit_code, "no baseline was written" in done.stderr) == (3, True), done.output
    assert list(Path().glob("*.json")) == []
