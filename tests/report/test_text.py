"""The report for people, line by line."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Suggestion
from registry_doctor.report.model import EffectivePath, Provenance, Report, RequestedTarget
from registry_doctor.report.text import render

if TYPE_CHECKING:
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

5 checks: 1 failed, 1 passed, 2 blocked, 1 skipped · 2 requests, 10 ms
1 error: RD302 organization-prefix

Corrected path (verified: it passes every check; safe: provably what was meant):
acme-robotics_X7Q2/wandb-registry-model/detector"""

ENVIRONMENT = """\
user           bob
credentials    ****0002 (WANDB_API_KEY)
server         https://wandb.example (WANDB_BASE_URL), version 0.85.0
entity         vision (default entity of bob)
organization   not set
project        not set
mode           online (wandb's default)
SDK            wandb 0.31.0
teams          vision (Acme Robotics), orphans (no organization)
organizations  Acme Robotics (entity acme-robotics_X7Q2), Rival Corp (entity rival-corp)

Environment and server
  ✓  RD001  server-reachable  the server answers

Where you can link
  organization   registry  accepted types  may link  target path
  Acme Robotics  model     model, onnx     yes       acme-robotics_X7Q2/wandb-registry-model/<collection>
  Acme Robotics  any       any             no        acme/wandb-registry-any/<collection>
  Rival Corp     model     none            unknown   rival/wandb-registry-model/<collection>

1 check: 1 passed · 2 requests, 10 ms
all good: 1 check passed"""


def test_one_error_is_shown_with_what_it_blocks_its_remedy_and_the_path(reports: Reports) -> None:
    """The whole report of the commonest case."""
    assert render(reports.example()) == ONE_ERROR


def test_without_a_path_it_shows_who_the_person_is_and_where_they_can_link(reports: Reports) -> None:
    """Every setting with its source, teams, organizations, and a table of registries."""
    assert render(reports.environment()) == ENVIRONMENT


def test_the_string_of_a_report_is_its_plain_text(reports: Reports) -> None:
    """`print(report)` shows what the command line shows, without colours."""
    assert str(reports.example()) == ONE_ERROR


def test_one_root_cause_makes_one_red_line(reports: Reports) -> None:
    """Blocked checks and remedies are not red; the verdict that counts the errors is, once."""
    lines = render(reports.example(), color=True).splitlines()
    assert [line for line in lines if RED in line and "  ✗" in line] == [
        f"{RED}  ✗  RD302  organization-prefix  'vision' is a team, not the organization\x1b[0m"
    ]
    assert len([line for line in lines if RED in line]) == 2


def test_colours_change_nothing_but_colours(reports: Reports) -> None:
    """Without its escape sequences the coloured text is the plain one."""
    report = reports.report(reports.failing(), reports.warning(), reports.unknown(), reports.crashed())
    assert re.sub(r"\x1b\[\d+m", "", render(report, color=True)) == render(report)


@pytest.mark.parametrize(
    ("kind", "colour"), [("warning", 33), ("unknown", 35), ("crashed", 35), ("passing", 2)]
)
def test_each_kind_of_result_has_its_colour(reports: Reports, kind: str, colour: int) -> None:
    """Warnings are yellow, what could not be judged is magenta, passes are dim."""
    result = getattr(reports, kind)()
    line = next(
        line for line in render(reports.report(result), color=True).splitlines() if result.code in line
    )
    assert line.startswith(f"\x1b[{colour}m")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("warning", "  !  RD205  aliases-valid  wandb sets 'latest' itself"),
        ("unknown", "  ?  RD402  registry-writable  the server refused to say"),
        ("crashed", "  ‽  RD404  registry-accepts-type  the check crashed: KeyError: 'type'"),
    ],
)
def test_each_kind_of_result_has_its_sign(reports: Reports, kind: str, line: str) -> None:
    """A warning, an answer that did not come and a crash can be told apart without colours."""
    assert line in render(reports.report(getattr(reports, kind)())).splitlines()


def test_skipped_checks_are_counted_and_listed_only_on_demand(reports: Reports) -> None:
    """`verbose` lists them with their reason."""
    report = reports.report(reports.passing(), reports.skipped())
    assert "RD503" not in render(report)
    assert "2 checks: 1 passed, 1 skipped" in render(report)
    assert (
        "  -  RD503  version-exists    a link names no version" in render(report, verbose=True).splitlines()
    )


def test_a_blocked_check_whose_cause_is_not_in_the_report_has_a_line(reports: Reports) -> None:
    """No planned check is lost."""
    assert "RD401" in render(reports.report(reports.blocked("RD401", "registry-exists")))


def test_every_planned_check_is_in_the_verbose_text(reports: Reports) -> None:
    """Whatever became of it."""
    results = [*reports.example().results, reports.warning(), reports.crashed()]
    text = render(reports.report(*results), verbose=True)
    assert [each.code for each in results if each.code not in text] == []


def test_the_steps_and_the_snippet_of_a_remedy_follow_its_title(reports: Reports) -> None:
    """Two steps and the snippet of the first remedy, the title of others; all of them when `verbose`."""
    fixes = (
        ProposedFix(
            "log it under a team",
            None,
            Applicability.DISPLAY,
            ("One.", "Two.", "Three."),
            "wandb.init(\n  entity='vision')",
        ),
        ProposedFix("ask for a team", None, Applicability.DISPLAY, ("Write to an administrator.",)),
    )
    report = reports.report(replace(reports.failing(), fixes=fixes))
    assert (
        "     fix: log it under a team. One. Two.\n"
        "          wandb.init(\n"
        "            entity='vision')\n"
        "     or: ask for a team.\n"
    ) in render(report)
    assert "Two. Three." in render(report, verbose=True)
    assert "     or: ask for a team. Write to an administrator.\n" in render(report, verbose=True)


@pytest.mark.parametrize(
    ("suggestion", "shown"),
    [
        (None, True),
        (Suggestion("a/wandb-registry-b/c", False, Applicability.SAFE, ("RD304",)), True),
        (Suggestion("a/wandb-registry-b/c", True, Applicability.SAFE, ()), False),
    ],
)
def test_the_path_of_a_single_remedy_is_shown_where_the_suggestion_does_not_settle_it(
    reports: Reports, suggestion: Suggestion | None, shown: bool
) -> None:
    """A reader with a verified path needs no other."""
    text = render(reports.report(reports.failing(), suggestion=suggestion))
    assert (reports.corrected in text) is shown


@pytest.mark.parametrize(
    ("suggestion", "words"),
    [
        (
            Suggestion("x/y", True, Applicability.SAFE, ()),
            "Corrected path (verified: it passes every check; safe: provably what was meant):",
        ),
        (
            Suggestion("x/y", True, Applicability.UNSAFE, ()),
            "Corrected path (verified: it passes every check; unsafe: the most likely of several, so check it first):",
        ),
        (
            Suggestion("x/y", False, Applicability.SAFE, ("RD304",)),
            "Corrected path (not enough yet: RD304 remains; safe: provably what was meant):",
        ),
        (
            Suggestion("vision/wandb-registry-model/detector", False, Applicability.SAFE, ("RD304", "RD402")),
            "The path as typed; changing it does not solve this (not enough yet: RD304, RD402 remain):",
        ),
        (
            Suggestion("x/y", False, Applicability.SAFE, ()),
            "Corrected path (not verified: not every check could judge it; safe: provably what was meant):",
        ),
    ],
)
def test_the_path_stands_alone_on_the_last_line_after_words_on_how_far_it_goes(
    reports: Reports, suggestion: Suggestion, words: str
) -> None:
    """Verified or what remains, and how far it may be trusted."""
    lines = render(reports.report(reports.failing(), suggestion=suggestion)).splitlines()
    assert lines[-2:] == [words, suggestion.target_path]


def _verdicts(reports: Reports) -> dict[str, tuple[Report, str]]:
    passing, failing, warning = reports.passing(), reports.failing(), reports.warning()
    unknown, crashed = reports.unknown(), reports.crashed()
    environment = replace(reports.environment(), results=(failing,))
    return {
        "good": (reports.report(passing), "all good: 1 check passed"),
        "warned": (
            reports.report(passing, warning),
            "all good: 1 check passed, with 1 warning: RD205 aliases-valid",
        ),
        "warning": (reports.report(passing, warning, fail_on="warning"), "1 warning: RD205 aliases-valid"),
        "error": (
            reports.report(failing),
            "1 error: RD302 organization-prefix; no corrected path is known",
        ),
        "environment": (environment, "1 error: RD302 organization-prefix"),
        "both": (
            reports.report(failing, warning, suggestion=reports.suggestion()),
            "1 error: RD302 organization-prefix; 1 warning: RD205 aliases-valid",
        ),
        "unknown": (reports.report(passing, unknown), "inconclusive because of RD402 registry-writable"),
        "crashed": (
            reports.report(crashed, warning),
            "inconclusive because of RD404 registry-accepts-type; 1 warning: RD205 aliases-valid",
        ),
        "error and unknown": (
            reports.report(failing, unknown, suggestion=reports.suggestion()),
            "1 error: RD302 organization-prefix",
        ),
    }


@pytest.mark.parametrize(
    "case",
    ["good", "warned", "warning", "error", "environment", "both", "unknown", "crashed", "error and unknown"],
)
def test_the_verdict_says_what_the_exit_status_says(reports: Reports, case: str) -> None:
    """One line; the last one where there is no path to use, and alone with that path when `quiet`."""
    report, verdict = _verdicts(reports)[case]
    path = [report.suggestion.target_path] if report.suggestion else []
    assert render(report, quiet=True).splitlines() == [verdict, *path]
    assert verdict in render(report).splitlines()
    assert path or render(report).splitlines()[-1] == verdict


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
    shown = render(reports.report(target=target)).splitlines()
    assert [line[: len(wanted)] for line, wanted in zip(shown, lines, strict=False)] == lines


def test_the_head_says_where_a_link_would_quietly_land(reports: Reports) -> None:
    """Only where that is no registry, and only if something is wrong."""
    report = reports.report(reports.failing(), resolved=EffectivePath(None, "vision", "model", "detector"))
    assert "lands in  vision/model/detector as typed, outside any registry" in render(report).splitlines()
    registry = EffectivePath("Acme", "acme", "wandb-registry-model", "detector")
    assert "lands in" not in render(replace(report, resolved=registry))
    assert "lands in" not in render(replace(report, results=()))
    assert "lands in" not in render(
        replace(report, target=RequestedTarget("model/detector", "use", None, None))
    )


def test_the_organization_is_in_the_head_only_if_it_is_set(reports: Reports) -> None:
    """With the place that it comes from; the empty string counts as set."""
    report = reports.report()
    assert "organization" not in render(report)
    setting = Provenance("Rival Corp", "WANDB_ORGANIZATION")
    assert "organization  Rival Corp (WANDB_ORGANIZATION)" in render(
        replace(report, context=replace(report.context, organization=setting))
    )


def test_missing_credentials_and_an_unknown_person_are_named(reports: Reports) -> None:
    """Nobody is signed in: the head says so, and claims nothing about registries."""
    report = reports.environment()
    context = replace(report.context, viewer=None, credentials=Provenance(None, None))
    assert "user      unknown, no credentials" in render(reports.report(context=context)).splitlines()
    text = render(replace(report, context=context, places=(), teams={}))
    assert "Where you can link is not known yet." in text
    assert "teams" not in text
    assert "No registry is visible to you." in render(replace(report, places=()))


def test_notes_stand_before_the_verdict(reports: Reports) -> None:
    """A page left unsearched, an old server, offline."""
    assert "\nnote: offline\n\n1 check" in render(reports.report(reports.passing(), notes=("offline",)))


def test_longer_messages_are_wrapped_to_the_width_and_paths_never(reports: Reports) -> None:
    """Continuation lines stand under the message; a path that is cut in two cannot be copied."""
    failing = replace(reports.failing(), message="word " * 30 + "end")
    lines = render(reports.report(failing, suggestion=reports.suggestion()), width=60).splitlines()
    assert lines[-1] == reports.corrected
    first = next(index for index, line in enumerate(lines) if "RD302" in line)
    assert lines[first + 1].startswith(" " * 33 + "word")
    assert all(len(line) <= 60 for line in lines[first : first + 6])


def test_a_pass_never_takes_more_than_its_line(reports: Reports) -> None:
    """What is fine is cut rather than wrapped, unless all is wanted."""
    passing = replace(reports.passing(), message="word " * 30 + "end")
    line = next(line for line in render(reports.report(passing), width=60).splitlines() if "RD001" in line)
    assert line.endswith("word …")
    assert "end" in render(reports.report(passing), width=60, verbose=True)


def test_plain_text_needs_no_click() -> None:
    """Those who use the library pay only for what they use."""
    program = "import sys, registry_doctor.report.text; sys.exit('click' in sys.modules or 'tabulate' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
