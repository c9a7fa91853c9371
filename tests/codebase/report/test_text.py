"""The report for people, line by line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.codebase.report.text import render

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights

RED = "\x1b[31m"

FULL = """\
nb/link it.ipynb:cell 3:2:1: ✗ RD302 link to vision/wandb-registry-model/detector
    'vision' is a team, not the organization
    Fix: name the organization 'Acme Robotics'
    Corrected path (verified; safe):
      acme-robotics_X7Q2/wandb-registry-model/detector

src/train.py:12:5: ✗ RD302 link to vision/wandb-registry-model/detector
    'vision' is a team, not the organization
    Fix: name the organization 'Acme Robotics'
    Corrected path (verified; safe):
      acme-robotics_X7Q2/wandb-registry-model/detector
src/train.py:20:5: ! RD205 link to wandb-registry-model/other
    wandb sets 'latest' itself
    Fix: leave 'latest' out
src/train.py:22:5: ? inconclusive link to wandb-registry-model/who
    RD402 the server refused to say
    Not judged: RD301 cannot be judged: the entity comes from outside

Not read (1)
src/broken.py:3:7: not Python 3: invalid syntax

Not known from the source (1)
src/use.py:7:9: use wandb-registry-{REGISTRY}/detector:v0: REGISTRY is an environment variable
    Values can be supplied: --set REGISTRY=VALUE

Comments that silence nothing (1)
src/use.py:1:1: it silences nothing: RD203
    Remove it

note: the server is older than the questions

7 targets in 3 files: 2 findings, 1 warning, 2 silenced, 1 inconclusive, 1 not known from the source, 1 not read; 40 uses of ordinary artifacts left out"""


def test_a_report_says_what_is_wrong_where_and_what_to_do(preflights: Preflights) -> None:
    """Place and path first, the cause below, then what is unknown, and a summary last."""
    assert render(preflights.full()) == FULL


def test_each_root_cause_is_one_red_line_and_its_path_is_not(preflights: Preflights) -> None:
    """Which is the line with the place, the code and the message."""
    lines = render(replace(preflights.full(), unreadable=()), color=True).splitlines()
    red = [line for line in lines[:-1] if RED in line]
    assert [re.sub(r"\x1b\[\d+m", "", line).split(" ✗")[0] for line in red] == [
        "nb/link it.ipynb:cell 3:2:1:",
        "src/train.py:12:5:",
    ]


def test_verbose_adds_silenced_findings_and_correct_targets(preflights: Preflights) -> None:
    """Each with the reason that was given."""
    text = render(preflights.full(), verbose=True)
    added = {line for line in text.splitlines() if line not in FULL.splitlines()}
    assert {line for line in added if line.startswith("src/")} == {
        "src/train.py:20:5: - RD502 link to wandb-registry-model/other",
        "src/train.py:21:5: - RD302 link to wandb-registry-model/old",
        "src/use.py:1:5: ✓ link to wandb-registry-model/good",
    }


def test_quiet_leaves_findings_unread_files_and_the_summary(preflights: Preflights) -> None:
    """Nothing that changes no exit status."""
    text = render(preflights.full(), quiet=True)
    assert "✗ RD302" in text
    assert "not Python 3" in text
    assert text.splitlines()[-1] == FULL.splitlines()[-1]
    assert not [word for word in ("not judged", "--set", "silences nothing", "note:") if word in text]


@pytest.mark.parametrize(
    "note", ["OFFLINE: only the grammar was checked", "NO CREDENTIALS: no server was asked"]
)
def test_a_limit_of_the_whole_report_is_shown_first_and_last(preflights: Preflights, note: str) -> None:
    """Even where quiet was asked for."""
    lines = render(replace(preflights.full(), notes=(note,)), quiet=True).splitlines()
    assert lines[0] == note
    assert lines[-1].endswith(f"({note.partition(':')[0]})")


def test_nothing_wrong_is_one_line() -> None:
    """The summary."""
    assert render(PreflightReport()) == "0 targets in 0 files: no findings"


def test_long_lines_are_wrapped_where_a_width_is_known(preflights: Preflights) -> None:
    """Names that are longer stay whole, so that they can be copied."""
    lines = render(preflights.full(), width=60).splitlines()
    assert all(len(line) <= 60 for line in lines[:-1])
    assert f"      {preflights.corrected}" in lines


def test_the_report_as_a_string_is_the_text(preflights: Preflights) -> None:
    """Which a failing assertion shows."""
    assert str(preflights.full()) == FULL
