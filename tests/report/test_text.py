"""The report for people: what is wrong and what to do, first and nearly alone."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Status, Suggestion
from registry_doctor.report.model import EffectivePath, Provenance, Report, RequestedTarget
from registry_doctor.report.text import render

if TYPE_CHECKING:
    from tests.report.conftest import Reports

RED = "\x1b[31m"

ONE_ERROR = """\
✗ RD302  'vision' is a team, not the organization.
         Fix: name the organization 'Acme Robotics'.
1 other check passed, 2 blocked, as bob on wandb.example (2 requests, 10 ms).
More: wandb-registry explain RD302, or -v for every check.

Use this path; it passes every check:
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

Where you can link in Acme Robotics
  acme-robotics_X7Q2/wandb-registry-model/<collection>  model, onnx
  acme/wandb-registry-any/<collection>                  read-only; any type
Where you can link in Rival Corp
  rival/wandb-registry-model/<collection>  rights unknown; no type

1 check passed as bob on wandb.example (2 requests, 10 ms)."""

PASSES = EffectivePath("Acme Robotics", "acme-robotics_X7Q2", "wandb-registry-model", "detector")


def test_a_failure_is_its_cause_its_fix_one_line_on_the_rest_and_the_path(reports: Reports) -> None:
    """The whole report of the commonest case; `print(report)` shows the same."""
    assert render(reports.example()) == ONE_ERROR
    assert str(reports.example()) == ONE_ERROR


def test_without_a_path_it_shows_who_the_person_is_and_where_they_can_link(reports: Reports) -> None:
    """Every setting with its source, teams, organizations, and the registries of each organization."""
    assert render(reports.environment()) == ENVIRONMENT


def test_the_places_fit_a_narrow_terminal_with_every_path_whole(reports: Reports) -> None:
    """Beside a path that leaves no room, the types stand below it, and no path is alone on a line."""
    lines = render(reports.environment(), width=60).splitlines()
    stacked = lines.index("  - acme-robotics_X7Q2/wandb-registry-model/<collection>:")
    assert lines[stacked + 1] == "    model, onnx"
    assert [line for line in lines if len(line) > 60] == []


def test_long_lists_of_types_are_cut_in_the_middle(reports: Reports) -> None:
    """The first and the last type can be seen."""
    place = (reports.environment().places or ())[0]
    types = ("model", *(f"type-{number}" for number in range(20)), "dataset")
    report = replace(reports.environment(), places=(replace(place, accepted_types=types),))
    line = next(line for line in render(report, width=80).splitlines() if "<collection>" in line)
    assert re.search(r"  model, .*….*dataset$", line)
    assert len(line) <= 80


@pytest.mark.parametrize(
    ("target", "resolved", "words"),
    [
        (
            RequestedTarget("p/c", "link", "a/b/c:v0", "model"),
            PASSES,
            "'a/b/c:v0' can be linked to collection 'detector' in registry 'model' of 'Acme Robotics'.",
        ),
        (
            RequestedTarget("p/c", "link", None, "model"),
            replace(PASSES, exists=False),
            "A new artifact of type 'model' can be linked to the new collection 'detector' in registry 'model' of"
            " 'Acme Robotics'.",
        ),
        (
            RequestedTarget("p/c", "link", None, None),
            EffectivePath(),
            "An artifact can be linked to 'p/c'; its type was not checked (add --artifact or --type).",
        ),
        (
            RequestedTarget("p/c:best", "use", None, None),
            PASSES,
            "Version 'best' can be fetched from collection 'detector' in registry 'model' of 'Acme Robotics'.",
        ),
        (
            RequestedTarget("a/b/c:v0", "use", None, None),
            EffectivePath(None, "a", "b", "c"),
            "Version 'v0' can be fetched from 'a/b/c', which is outside any registry.",
        ),
    ],
)
def test_a_pass_says_in_two_lines_what_will_work(
    reports: Reports, target: RequestedTarget, resolved: EffectivePath, words: str
) -> None:
    """What will be linked to or fetched from where, and the summary."""
    report = reports.report(reports.passing(), reports.skipped(), target=target, resolved=resolved)
    assert render(report).splitlines() == [
        f"✓ {words}",
        "1 check passed as bob on wandb.example (2 requests, 10 ms).",
    ]


def test_one_root_cause_makes_one_red_line(reports: Reports) -> None:
    """Blocked checks, the fix and the summary are not red."""
    lines = render(reports.example(), color=True).splitlines()
    assert [line for line in lines if RED in line] == [
        f"{RED}✗ RD302  'vision' is a team, not the organization.\x1b[0m"
    ]


def test_colours_change_nothing_but_colours(reports: Reports) -> None:
    """Without its escape sequences the coloured text is the plain one."""
    report = reports.report(reports.failing(), reports.warning(), reports.unknown(), reports.crashed())
    assert re.sub(r"\x1b\[\d+m", "", render(report, color=True)) == render(report)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("warning", "! RD205  wandb sets 'latest' itself."),
        ("unknown", "? RD402  the server refused to say."),
        ("crashed", "‽ RD404  the check crashed: KeyError: 'type'."),
    ],
)
def test_what_is_no_pass_stands_first_with_its_sign(reports: Reports, kind: str, line: str) -> None:
    """A warning, an answer that did not come and a crash can be told apart without colours."""
    assert render(reports.report(reports.passing(), getattr(reports, kind)())).splitlines()[0] == line


def test_answers_that_did_not_come_for_one_reason_are_one_sentence(reports: Reports) -> None:
    """Their codes stand together."""
    other = replace(reports.unknown(), code="RD403")
    text = render(reports.report(reports.unknown(), other))
    assert text.splitlines()[0] == "? RD402, RD403  the server refused to say."
    assert "Inconclusive: no error, but not all could be judged." in text.splitlines()


def test_only_the_best_fix_is_shown_with_its_first_steps_and_its_code(reports: Reports) -> None:
    """Two steps; of code before and after the change only that after it. `verbose` shows all."""
    fixes = (
        ProposedFix(
            "log it under a team",
            None,
            Applicability.DISPLAY,
            ("One.", "Two.", "Three."),
            "# before\nwandb.init()\n# after\nwandb.init(\n  entity='vision')",
        ),
        ProposedFix("ask for a team", None, Applicability.DISPLAY, ("Write to an administrator.",)),
    )
    assert render(reports.report(replace(reports.failing(), fixes=fixes))).splitlines()[1:5] == [
        "         Fix: log it under a team. One. Two.",
        "         wandb.init(",
        "           entity='vision')",
        "No corrected path is known.",
    ]


def test_a_path_that_is_no_correction_never_has_a_line_of_its_own(reports: Reports) -> None:
    """Neither that of a fix, nor the one that was typed; in no width, and in `verbose` neither."""
    fix = ProposedFix("try another", "a-longer-name/wandb-registry-b/c", Applicability.UNSAFE)
    suggestion = Suggestion(reports.typed, False, Applicability.SAFE, ("RD302",))
    report = reports.report(replace(reports.failing(), fixes=(fix,)), suggestion=suggestion)
    for width in (None, 40, 60, 70, 80):
        for verbose in (False, True):
            text = render(report, verbose=verbose, width=width)
            assert "a-longer-name/wandb-registry-b/c" in text
            bare = (
                " " if width == 40 else " '.-:"
            )  # where nothing fits beside it, quotes tell it from a correction
            alone = {line.strip(bare) for line in text.splitlines()}
            assert not alone & {fix.target_path, reports.typed}


@pytest.mark.parametrize(
    ("suggestion", "words"),
    [
        (Suggestion("x/y", True, Applicability.SAFE, ()), "Use this path; it passes every check:"),
        (
            Suggestion("x/y", True, Applicability.UNSAFE, ()),
            "This path is the most likely one; check it first. It passes every check:",
        ),
        (
            Suggestion("x/y", False, Applicability.SAFE, ("RD304", "RD402")),
            "Use this path. It does not settle RD304 and RD402:",
        ),
        (
            Suggestion("x/y", False, Applicability.UNSAFE, ()),
            "This path is the most likely one; check it first. Not every check could judge it:",
        ),
    ],
)
def test_the_path_stands_alone_on_the_last_line_after_words_on_how_far_it_goes(
    reports: Reports, suggestion: Suggestion, words: str
) -> None:
    """Verified or what remains, and how far it may be trusted."""
    lines = render(reports.report(reports.failing(), suggestion=suggestion)).splitlines()
    assert lines[-3:] == ["", words, suggestion.target_path]


@pytest.mark.parametrize("verbose", [False, True])
def test_without_a_corrected_path_it_says_so(reports: Reports, verbose: bool) -> None:
    """Unless the path is not at fault: then its own correction is the one that was typed, and is not repeated."""
    same = Suggestion(reports.typed, False, Applicability.SAFE, ("RD302",))
    assert "No corrected path is known." in render(reports.report(reports.failing()), verbose=verbose)
    text = render(reports.report(reports.failing(), suggestion=same), verbose=verbose)
    assert "corrected path" not in text
    assert text.splitlines()[-1] != reports.typed


def test_nothing_is_said_about_a_path_that_was_not_judged(reports: Reports) -> None:
    """The key was refused, so nobody knows whether the path is right."""
    refused = reports.result("RD102", "credentials-accepted", Status.FAIL, "the key is refused")
    assert "corrected path" not in render(reports.report(refused))


@pytest.mark.parametrize(("not_asked", "said"), [("offline", "OFFLINE"), ("no key", "NO KEY")])
@pytest.mark.parametrize("look", [{}, {"quiet": True}, {"verbose": True}])
def test_what_was_not_asked_is_said_however_little_is_shown(
    reports: Reports, not_asked: str, said: str, look: dict[str, bool]
) -> None:
    """Nobody takes a check of the form for a check of rights."""
    report = reports.report(reports.passing(), not_asked=not_asked)
    words = f"{said}: only the form of the path was checked; the server was not asked."
    assert words in render(report, **look).splitlines()


def _quiet(reports: Reports) -> dict[str, tuple[Report, list[str]]]:
    passing, failing, warning = reports.passing(), reports.failing(), reports.warning()
    error = "RD302 'vision' is a team, not the organization"
    same = Suggestion(reports.typed, False, Applicability.SAFE, ("RD302",))
    return {
        "good": (reports.report(passing), []),
        "warned": (reports.report(passing, warning), []),
        "warning": (
            reports.report(passing, warning, fail_on="warning"), ["RD205 wandb sets 'latest' itself"],
        ),
        "error": (reports.report(failing), [error]),
        "corrected": (reports.report(failing, suggestion=reports.suggestion()), [error, reports.corrected]),
        "unchanged": (reports.report(failing, suggestion=same), [error]),
        "unknown": (
            reports.report(passing, reports.unknown()), ["RD402 unknown: the server refused to say"],
        ),
        "error and unknown": (reports.report(failing, reports.unknown()), [error]),
    }  # fmt: skip


@pytest.mark.parametrize(
    "case",
    ["good", "warned", "warning", "error", "corrected", "unchanged", "unknown", "error and unknown"],
)
def test_quiet_is_a_line_for_each_finding_and_a_path_that_differs(reports: Reports, case: str) -> None:
    """The exit status is in it: nothing at all for 0, and the typed path never in the place of a correction."""
    report, lines = _quiet(reports)[case]
    assert render(report, quiet=True, width=40).splitlines() == lines
    assert bool(lines) is (report.exit_code != 0)


def test_nothing_is_claimed_about_registries_to_a_person_who_is_unknown(reports: Reports) -> None:
    """Where they can link is not known; somebody who is known sees none."""
    report = reports.environment()
    context = replace(report.context, viewer=None, credentials=Provenance(None, None))
    text = render(replace(report, context=context, places=(), teams={}))
    assert "Where you can link is not known yet." in text
    assert "teams" not in text
    assert "No registry is visible to you." in render(replace(report, places=()))


def test_notes_stand_before_the_summary(reports: Reports) -> None:
    """A page left unsearched, an old server."""
    assert "\nnote: an older server\n1 check passed" in render(
        reports.report(reports.passing(), notes=("an older server",))
    )


@pytest.mark.parametrize("width", [80, 60, 45, 30])
def test_every_line_fits_the_width_but_a_path(reports: Reports, width: int) -> None:
    """A path that is cut in two cannot be copied; a narrow terminal gets the text below the code."""
    failing = replace(reports.failing(), message="word " * 30 + "end")
    *lines, path = render(reports.report(failing, suggestion=reports.suggestion()), width=width).splitlines()
    assert path == reports.corrected
    assert [line for line in lines if len(line) > width] == []
    assert (lines[0] == "✗ RD302") is (width < 50)


def test_a_report_is_one_line_where_python_shows_it(reports: Reports) -> None:
    """The verdict and the path, without the key."""
    assert repr(reports.example()) == (
        f"<Report on link {reports.typed!r}: 1 error: RD302 organization-prefix; use {reports.corrected!r}>"
    )
    assert repr(reports.environment()) == "<Report on environment: no error>"
    assert reports.key not in repr(reports.report(target=RequestedTarget(reports.key, "link", None, None)))


def test_plain_text_needs_no_click() -> None:
    """Those who use the library pay only for what they use."""
    program = "import sys, registry_doctor.report.text; sys.exit('click' in sys.modules or 'tabulate' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
