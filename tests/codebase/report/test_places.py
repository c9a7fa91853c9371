"""Where a finding is shown: at the wrong text, with the call beside it, and the line of the source below."""

from __future__ import annotations

from dataclasses import replace
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.codebase.inputs.targets import OpenTarget
from registry_doctor.codebase.report import github, json, sarif, text
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from registry_doctor.codebase.report.source_lines import SourceLines
from registry_doctor.codebase.source.found import LiteralPart, Location, Span
from registry_doctor.domain.subjects import Subject
from tests.codebase.report.conftest import PREFIX

if TYPE_CHECKING:
    from tests.codebase.report.conftest import Preflights

NAMES = 'TEAM = "vision"\nPATH = "wandb-registry-model/detector"\n'
TRAIN = f"import names\n{'#' * 10}\n" + "    run.link_artifact(artifact, f'{names.TEAM}/{names.PATH}')\n"


def found(preflights: Preflights, *subjects: Subject) -> PreflightReport:
    """A path of two constants of another module, with a finding about these parts of it."""
    team = LiteralPart("vision", Span("names.py", None, 1, 8, 1, 16), "vision")
    path = LiteralPart("wandb-registry-model/detector", Span("names.py", None, 2, 8, 2, 39), "…")
    target = preflights.target(line=3, parts=(team, LiteralPart("/"), path))
    finding = replace(PREFIX, subjects=frozenset(subjects))
    return PreflightReport(judged=(TargetResult(target, (finding,)),))


@pytest.mark.parametrize(
    ("subject", "position"),
    [
        ("organization", "names.py:1:8"),
        ("registry", "names.py:2:8"),
        ("collection", "names.py:2:8"),
        ("entity", "src/train.py:3:5"),
    ],
)
def test_a_finding_stands_at_the_text_that_is_wrong(
    preflights: Preflights, subject: Subject, position: str
) -> None:
    """What is not about the text of the path stands at the call."""
    lines = text.render(found(preflights, subject)).splitlines()
    assert lines[0].startswith(f"{position}: ✗ RD302 link to ")
    at_call = position.startswith("src")
    assert ("    The call is at src/train.py:3:5" in lines) is not at_call


def test_services_get_the_call_as_a_related_place(preflights: Preflights) -> None:
    """In GitHub as words, in SARIF as a related location."""
    report = found(preflights, "organization")
    assert "file=names.py,line=1,col=8" in github.render(report)
    assert "The call is at src/train.py:3:5" in github.render(report)
    (result,) = loads(sarif.render(report))["runs"][0]["results"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "src/train.py"


def test_the_line_is_shown_with_the_literal_marked(preflights: Preflights, tmp_path: Path) -> None:
    """Below the cause, within the width."""
    (tmp_path / "names.py").write_text(NAMES, encoding="utf-8")
    lines = text.render(found(preflights, "registry"), source=SourceLines(tmp_path)).splitlines()
    assert lines[2:4] == [
        '    2 | PATH = "wandb-registry-model/detector"',
        "      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ]


def test_a_long_line_is_cut_around_the_literal(preflights: Preflights, tmp_path: Path) -> None:
    """No line is longer than the width, and the mark stands under the literal."""
    (tmp_path / "names.py").write_text(f"{'x' * 300}\n", encoding="utf-8")
    report = found(preflights, "organization")
    (judged,) = report.judged
    part = LiteralPart("vision", Span("names.py", None, 1, 150, 1, 158), "vision")
    target = replace(judged.target, parts=(part, *judged.target.parts[1:]))
    lines = text.render(
        PreflightReport(judged=(replace(judged, target=target),)), source=SourceLines(tmp_path), width=80
    ).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[3].endswith("^" * 8)


def test_a_file_that_is_gone_or_holds_control_characters_shows_no_line(
    preflights: Preflights, tmp_path: Path
) -> None:
    """The finding is shown all the same."""
    report = found(preflights, "organization")
    plain = text.render(report)
    assert text.render(report, source=SourceLines(tmp_path)) == plain
    (tmp_path / "names.py").write_text('TEAM = "\x1b[31mvision"\n', encoding="utf-8")
    assert text.render(report, source=SourceLines(tmp_path)) == plain


def test_uses_of_which_nothing_says_registry_are_one_line(preflights: Preflights) -> None:
    """In GitHub one notice; --verbose lists them."""
    uses = tuple(
        OpenTarget(Location("split.py", None, line, 5), "use", "{input}", "it has no default", ("input",))
        for line in (9, 10, 11)
    )
    link = replace(uses[0], for_="link", location=Location("push.py", None, 1, 1))
    named = replace(uses[0], template="{registry_path}", location=Location("get.py", None, 1, 1))
    report = PreflightReport(open=(link, named, *uses))
    lines = text.render(report).splitlines()
    one = "3 uses of artifacts whose names the source does not tell"
    assert f"{one} (--verbose lists them)" in lines
    assert [line.partition(":")[0] for line in lines if line[:1] != " " and ".py:" in line] == [
        "push.py",
        "get.py",
    ]
    assert text.render(report, verbose=True).count("split.py:") == 3
    notices = [line for line in github.render(report).splitlines() if "does not tell" in line]
    assert len(notices) == 1


def test_the_summary_counts_what_fix_would_correct(preflights: Preflights) -> None:
    """Only what has edits."""
    from registry_doctor.codebase.report.model import Edit

    judged = replace(preflights.failing(), edits=(Edit("src/train.py", 1, 1, 1, 2, "x"),))
    report = PreflightReport(judged=(judged, preflights.failing()))
    assert text.render(report).splitlines()[-1] == "2 targets in 1 file: 2 findings, 1 fixable with --fix"


def test_what_fix_leaves_is_said_at_the_finding(preflights: Preflights) -> None:
    """With the reason."""
    judged = replace(preflights.failing(), not_fixed="the file has changed since it was read")
    lines = text.render(PreflightReport(judged=(judged,))).splitlines()
    assert "    Not fixed: the file has changed since it was read" in lines


def test_json_names_the_place_of_the_text(preflights: Preflights) -> None:
    """It is null where no finding is about the text of the path."""
    (at_text,) = found(preflights, "organization").judged
    (at_call,) = found(preflights, "entity").judged
    assert json._text_location(at_text) == {"file": "names.py", "line": 1, "column": 8, "cell": None}
    assert json._text_location(at_call) is None
