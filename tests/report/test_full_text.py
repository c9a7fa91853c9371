"""The full text report of `--verbose`, line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Suggestion
from registry_doctor.report.model import EffectivePath, Provenance, RequestedTarget
from registry_doctor.report.text import render

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from tests.report.conftest import Reports

RED = "\x1b[31m"

ONE_ERROR = """\
link to   vision/wandb-registry-model/detector
artifact  vision/detectors/yolo:v0, type model
server    https://wandb.example (WANDB_BASE_URL), version 0.85.0
user      bob, with ****0002 (WANDB_API_KEY)
entity    vision (default entity of bob)

Environment and server
  ✓  RD001  server-reachable     the server answers

Organization and entity
  ✗  RD302  organization-prefix  'vision' is a team, not the organization
     blocked: RD401, RD402
     fix: name the organization 'Acme Robotics'.

Collection and version
  -  RD503  version-exists       a link names no version

5 checks: 1 failed, 1 passed, 2 blocked, 1 skipped · 2 requests, 10 ms
1 error: RD302 organization-prefix.

Use this path; it passes every check:
acme-robotics_X7Q2/wandb-registry-model/detector"""


def full(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """The full text."""
    return render(report, color=color, verbose=True, width=width)


def test_every_check_has_a_line_under_what_it_is_about(reports: Reports) -> None:
    """The whole report of the commonest case."""
    assert full(reports.example()) == ONE_ERROR


def test_one_root_cause_makes_one_red_line(reports: Reports) -> None:
    """Blocked checks and remedies are not red; the verdict that counts the errors is, once."""
    lines = full(reports.example(), color=True).splitlines()
    assert [line for line in lines if RED in line and "  ✗" in line] == [
        f"{RED}  ✗  RD302  organization-prefix  'vision' is a team, not the organization\x1b[0m"
    ]
    assert len([line for line in lines if RED in line]) == 2


@pytest.mark.parametrize(
    ("kind", "colour"), [("warning", 33), ("unknown", 35), ("crashed", 35), ("passing", 2)]
)
def test_each_kind_of_result_has_its_colour(reports: Reports, kind: str, colour: int) -> None:
    """Warnings are yellow, what could not be judged is magenta, passes are dim."""
    result = getattr(reports, kind)()
    line = next(line for line in full(reports.report(result), color=True).splitlines() if result.code in line)
    assert line.startswith(f"\x1b[{colour}m")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("warning", "  !  RD205  aliases-valid  wandb sets 'latest' itself"),
        ("unknown", "  ?  RD402  registry-writable  the server refused to say"),
        ("crashed", "  ‽  RD404  registry-accepts-type  the check crashed: KeyError: 'type'"),
        ("skipped", "  -  RD503  version-exists  a link names no version"),
    ],
)
def test_each_kind_of_result_has_its_sign(reports: Reports, kind: str, line: str) -> None:
    """A warning, an answer that did not come and a crash can be told apart without colours."""
    assert line in full(reports.report(getattr(reports, kind)())).splitlines()


def test_a_blocked_check_whose_cause_is_not_in_the_report_has_a_line(reports: Reports) -> None:
    """No planned check is lost."""
    assert "RD401" in full(reports.report(reports.blocked("RD401", "registry-exists")))


def test_every_planned_check_is_in_it(reports: Reports) -> None:
    """Whatever became of it."""
    results = [*reports.example().results, reports.warning(), reports.crashed()]
    text = full(reports.report(*results))
    assert [each.code for each in results if each.code not in text] == []


def test_every_fix_is_shown_with_all_its_steps(reports: Reports) -> None:
    """The path of a fix stands in its sentence, where nobody takes it for the corrected path."""
    fixes = (
        ProposedFix(
            "log it under a team", None, Applicability.DISPLAY, ("One.", "Two.", "Three."), "wandb.init(\n)"
        ),
        ProposedFix("try another", "a/wandb-registry-b/c", Applicability.UNSAFE),
    )
    assert (
        "     fix: log it under a team. One. Two. Three.\n"
        "          wandb.init(\n"
        "          )\n"
        "     or: try another: 'a/wandb-registry-b/c'.\n"
    ) in full(reports.report(replace(reports.failing(), fixes=fixes)))


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        (RequestedTarget("p/c", "link", None, "model"), ["link to   p/c", "artifact  a draft of type model"]),
        (RequestedTarget("p/c", "link", None, None), ["link to   p/c", "artifact  not given, nor its type"]),
        (
            RequestedTarget("p/c", "link", "a/b/c:v0", None, ("best", "prod")),
            ["link to   p/c", "artifact  a/b/c:v0", "aliases   best, prod"],
        ),
        (RequestedTarget("p/c:v0", "use", None, None), ["use     p/c:v0", "server  https://wandb.example"]),
        (RequestedTarget("p/c:v0", "use", None, "model"), ["use       p/c:v0", "artifact  type model"]),
        (RequestedTarget(" p/c", "link", None, "model"), ["link to   ' p/c'"]),
        (RequestedTarget("", "link", None, "model"), ["link to   ''"]),
        (RequestedTarget("a\x1b[2Jb", "link", None, "model"), [r"link to   a\x1b[2Jb"]),
    ],
)
def test_the_head_says_what_was_asked(reports: Reports, target: RequestedTarget, lines: list[str]) -> None:
    """The path, what it is for, the artifact and its type; quotes where the path would else be unclear."""
    shown = full(reports.report(target=target)).splitlines()
    assert [line[: len(wanted)] for line, wanted in zip(shown, lines, strict=False)] == lines


def test_the_head_says_where_a_link_would_quietly_land(reports: Reports) -> None:
    """Only where that is no registry, and only if something is wrong."""
    report = reports.report(reports.failing(), resolved=EffectivePath(None, "vision", "model", "detector"))
    assert "lands in  vision/model/detector as typed, outside any registry" in full(report).splitlines()
    registry = EffectivePath("Acme", "acme", "wandb-registry-model", "detector")
    assert "lands in" not in full(replace(report, resolved=registry))
    assert "lands in" not in full(replace(report, results=()))
    assert "lands in" not in full(
        replace(report, target=RequestedTarget("model/detector", "use", None, None))
    )


def test_the_organization_is_in_the_head_only_if_it_is_set(reports: Reports) -> None:
    """With the place that it comes from; the empty string counts as set."""
    report = reports.report()
    assert "organization" not in full(report)
    setting = Provenance("Rival Corp", "WANDB_ORGANIZATION")
    assert "organization  Rival Corp (WANDB_ORGANIZATION)" in full(
        replace(report, context=replace(report.context, organization=setting))
    )


def test_missing_credentials_and_an_unknown_person_are_named(reports: Reports) -> None:
    """Nobody is signed in, and the head says so."""
    context = replace(reports.report().context, viewer=None, credentials=Provenance(None, None))
    assert "user      unknown, no credentials" in full(reports.report(context=context)).splitlines()


def test_longer_messages_continue_under_the_message(reports: Reports) -> None:
    """Every line fits the width."""
    failing = replace(reports.failing(), message="word " * 30 + "end")
    lines = full(reports.report(failing, suggestion=reports.suggestion()), width=60).splitlines()
    first = next(index for index, line in enumerate(lines) if "RD302" in line)
    assert lines[first + 1].startswith(" " * 33 + "word")
    assert all(len(line) <= 60 for line in lines)


def test_the_suggested_path_is_not_repeated_at_its_fix(reports: Reports) -> None:
    """It stands once, on the last line."""
    suggestion = Suggestion(reports.corrected, True, Applicability.SAFE, ())
    text = full(reports.report(reports.failing(), suggestion=suggestion))
    assert text.count(reports.corrected) == 1
