"""How a confirmation is shown: one line, or both sides of a contradiction above everything else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from registry_doctor.checking.results import Status
from registry_doctor.report.json import document
from registry_doctor.report.model import Confirmation, EffectivePath, Report
from registry_doctor.report.text import render
from registry_doctor.support.redaction import Secret
from tests.confirmation.conftest import report_of, result
from tests.report.test_json import validator

KEY = "b0b0000000000000000000000000000000000002"

CONFIRMED = Confirmation(
    "confirmed", "0.31.0", None, "a/wandb-registry-b/c", "it would send this link to a/wandb-registry-b/c"
)
REFUSED = Confirmation("confirmed", "0.31.0", "CommError: no", None, "wandb refuses it, too")
UNDECIDED = Confirmation("not_decided", None, None, None, "wandb is not installed")
CONTRADICTED = Confirmation(
    "contradicted", "0.31.0", "CommError: no", None, "wandb refuses it", "wandb-registry bundle a/b"
)


def shown(confirmation: Confirmation | None, *, failing: bool = False) -> Report:
    """A report with this confirmation."""
    status = Status.FAIL if failing else Status.PASS
    place = EffectivePath("A", "a", "wandb-registry-b", "c")
    return replace(report_of([result("RD302", status)], place), confirmation=confirmation)


@pytest.mark.parametrize(
    ("confirmation", "line"),
    [
        (
            CONFIRMED,
            "confirmed by wandb 0.31.0: it would send this link to a/wandb-registry-b/c"
            " (whether the server accepts it was not tried)",
        ),
        (REFUSED, "confirmed by wandb 0.31.0: wandb refuses it, too: CommError: no"),
        (UNDECIDED, "not decided by wandb: wandb is not installed"),
    ],
)
@pytest.mark.parametrize("quiet", [False, True])
def test_an_outcome_is_one_line_after_the_verdict(confirmation: Confirmation, line: str, quiet: bool) -> None:
    """Also with `--quiet`: who asked for it waits for it."""
    lines = render(shown(confirmation), quiet=quiet).splitlines()
    assert lines[-1] == line
    assert quiet == (len(lines) == 1)


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize(("failing", "found"), [(False, "no error"), (True, "RD302 rd302: as it is")])
def test_a_contradiction_is_above_everything(quiet: bool, failing: bool, found: str) -> None:
    """What each of them found, and the command that writes it down."""
    lines = render(shown(CONTRADICTED, failing=failing), quiet=quiet).splitlines()
    assert lines[:4] == [
        "CONTRADICTED by wandb 0.31.0: do not rely on this report",
        f"  doctor:          {found}; it leads to a/wandb-registry-b/c",
        "  wandb:           wandb refuses it: CommError: no",
        "  report it with:  wandb-registry bundle a/b",
    ]


@pytest.mark.parametrize(
    ("confirmation", "failing", "status"),
    [(None, False, 0), (CONFIRMED, False, 0), (UNDECIDED, False, 0), (CONTRADICTED, False, 3), (CONTRADICTED, True, 3),
     (REFUSED, True, 1)],
)  # fmt: skip
def test_only_a_contradiction_changes_the_exit_status(
    confirmation: Confirmation | None, failing: bool, status: int
) -> None:
    """A report that is contradicted is worth nothing, whatever it found."""
    report = shown(confirmation, failing=failing)
    assert (report.exit_code, report.ok) == (status, status == 0)


@pytest.mark.parametrize("confirmation", [None, CONFIRMED, REFUSED, UNDECIDED, CONTRADICTED])
def test_the_schema_knows_the_confirmation(confirmation: Confirmation | None) -> None:
    """The key is there if wandb was to be asked."""
    found = document(shown(confirmation))
    validator().validate(found)
    assert ("confirmation" in found) is (confirmation is not None)


def test_no_rendering_shows_a_secret_in_the_words_of_wandb() -> None:
    """A name may hold a key that was typed in the wrong place."""
    told = replace(CONTRADICTED, said=f"CommError: {KEY}", command=f"wandb-registry bundle {KEY}")
    report = replace(shown(told), secrets=(Secret(KEY),))
    for text in (
        render(report),
        report.to_json(),
        report._repr_html_(),
        repr(report),
        json.dumps(report.to_json()),
    ):
        assert KEY not in text
