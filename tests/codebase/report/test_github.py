"""Annotations of GitHub Actions, and the summary of the job."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from registry_doctor.codebase.report import github, markdown
from registry_doctor.codebase.report.model import PreflightReport, TargetResult

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights

MEBIBYTE = 1024 * 1024
"""What GitHub takes of the summary of a step."""

HTML = MarkdownIt("commonmark", {"html": True}).enable("table")


def unescaped(text: str) -> str:
    """What GitHub's runner makes of an escaped property or message."""
    pairs = (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
    for escape, char in pairs:
        text = text.replace(escape, char)
    return text


def test_each_finding_is_a_command_with_its_place_and_code(preflights: Preflights) -> None:
    """Errors first, then warnings, the summary, and notices; what is silenced is not said."""
    assert github.render(preflights.full()).splitlines() == [
        (
            "::error file=nb/link it.ipynb,title=RD302 organization-prefix::cell 3, line 2: link to"
            " vision/wandb-registry-model/detector: 'vision' is a team, not the organization. Fix: name the"
            " organization 'Acme Robotics'. Corrected path (verified; safe):"
            " acme-robotics_X7Q2/wandb-registry-model/detector"
        ),
        (
            "::error file=src/train.py,line=12,col=5,title=RD302 organization-prefix::link to"
            " vision/wandb-registry-model/detector: 'vision' is a team, not the organization. Fix: name the"
            " organization 'Acme Robotics'. Corrected path (verified; safe):"
            " acme-robotics_X7Q2/wandb-registry-model/detector"
        ),
        (
            "::warning file=src/train.py,line=20,col=5,title=RD205 aliases-valid::link to"
            " wandb-registry-model/other: wandb sets 'latest' itself. Fix: leave 'latest' out"
        ),
        (
            "::warning file=src/train.py,line=22,col=5,title=inconclusive::link to wandb-registry-model/who:"
            " RD402 the server refused to say"
        ),
        "::warning file=src/broken.py,line=3,col=7,title=not read::not Python 3: invalid syntax",
        (
            "::notice title=wandb-registry preflight::7 targets in 3 files: 2 findings, 1 warning, 2 silenced,"
            " 1 inconclusive, 1 not known from the source, 1 not read; 40 uses of ordinary artifacts left out"
        ),
        (
            "::notice file=src/train.py,line=22,col=5,title=not judged::link to wandb-registry-model/who:"
            " RD301 cannot be judged: the entity comes from outside"
        ),
        (
            "::notice file=src/use.py,line=7,col=9,title=not known from the source::use"
            " wandb-registry-{REGISTRY}/detector:v0: REGISTRY is an environment variable. Values can be"
            " supplied: --set REGISTRY=VALUE"
        ),
        (
            "::notice file=src/use.py,line=1,col=1,title=unused ignore comment::it silences nothing: RD203."
            " Remove it"
        ),
        "::notice title=wandb-registry preflight::the server is older than the questions",
    ]


def test_being_offline_is_a_warning(preflights: Preflights) -> None:
    """Not one notice among others."""
    commands = github.render(replace(preflights.full(), notes=("OFFLINE: no server was asked",))).splitlines()
    assert "::warning title=wandb-registry preflight::OFFLINE: no server was asked" in commands


@pytest.mark.parametrize("file", ["a,b:c.py", "100%.py", "%0A.py", "a::b.py", "plain.py"])
def test_the_file_of_an_annotation_is_the_file(preflights: Preflights, file: str) -> None:
    """GitHub's own unescaping gives it back."""
    command = github.render(PreflightReport(judged=(preflights.failing(preflights.target(file)),)))
    found = re.match(r"::error file=([^,:]*),line=12,col=5,", command)
    assert found
    assert unescaped(found[1]) == file


def test_more_annotations_than_github_shows_are_counted(preflights: Preflights) -> None:
    """In a notice that it does show: the first of its kind."""
    many = tuple(preflights.failing(preflights.target(line=line)) for line in range(1, 12))
    commands = github.render(PreflightReport(judged=many)).splitlines()
    notices = [each for each in commands if each.startswith("::notice")]
    assert "there are 11 errors, 0 warnings, 1 notices" in notices[0]
    assert "there are" not in github.render(PreflightReport(judged=many[:10]))


def test_the_summary_is_a_table_of_findings_with_all_else_folded(preflights: Preflights) -> None:
    """As a reader of Markdown sees it."""
    html = HTML.render(markdown.render(preflights.full()))
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    rows = [
        re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>\n<td>.*?</tr>", tables[0], re.DOTALL)
    ]
    assert [row[1] for row in rows] == [
        "<code>nb/link it.ipynb:cell 3:2:1</code>",
        "<code>src/train.py:12:5</code>",
        "<code>src/train.py:20:5</code>",
    ]
    assert rows[1][2] == (
        "<b>RD302 organization-prefix</b> <code>link to vision/wandb-registry-model/detector</code>:"
        " 'vision' is a team, not the organization<br>Fix: name the organization 'Acme Robotics'"
    )
    assert rows[1][3] == "<code>acme-robotics_X7Q2/wandb-registry-model/detector</code> (verified; safe)"
    assert re.findall(r"<summary>(.*?)</summary>", html) == [
        "1 inconclusive",
        "1 not read",
        "1 not known from the source",
        "1 not judged",
        "1 comments that silence nothing",
        "2 silenced",
    ]
    assert html.count("<details>") == html.count("</details>") == 6


def test_a_summary_stays_below_what_github_takes_and_says_what_is_left_out(preflights: Preflights) -> None:
    """Whole rows go; no tag and no table stays open."""
    many = tuple(
        TargetResult(preflights.target(line=line), preflights.failing().findings, ("RD402 no answer",))
        for line in range(1, 10_001)
    )
    written = markdown.render(PreflightReport(judged=many))
    assert MEBIBYTE * 0.9 < len(written.encode("utf-8")) < MEBIBYTE
    left_out = re.search(r"<b>(\d+) lines left out", written)
    assert left_out
    assert int(left_out[1]) == 20_000 - written.count("\n| ❌") - written.count("\n| <code>")
    assert written.count("<details>") == written.count("</details>")
