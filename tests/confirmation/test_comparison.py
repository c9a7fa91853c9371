"""Confirmed, not decided or contradicted: what wandb did against what the report says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.checking.results import Result, Status, Suggestion
from registry_doctor.confirmation.comparison import LinkedPlace, NoAnswer, Refusal, WhatWandbDid, compared
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.report.model import ConfirmationOutcome, EffectivePath, Ignored
from tests.confirmation.conftest import report_of, result

DETECTOR = LinkedPlace("acme", "wandb-registry-model", "detector")
SAME = EffectivePath("Acme", "acme", "wandb-registry-model", "detector")
ORDINARY = LinkedPlace("vision", "model", "detector")
SAME_ORDINARY = EffectivePath(None, "vision", "model", "detector")
V0 = replace(DETECTOR, version="v0")
SAME_V0 = replace(SAME, version="v0")

NO_ORGANIZATION = Refusal("CommError: Unable to find organization for entity 'vision'.")
NO_VERSION = Refusal("CommError: artifact membership 'detector:v9' not found in 'acme/wandb-registry-model'")
UNHEARD = Refusal("CommError: something that nobody has ever heard")

PASSING = tuple(
    result(code, Status.PASS)
    for code in ("RD102", "RD207", "RD601", "RD201", "RD202", "RD204", "RD301", "RD302", "RD306")
)
PASSING_USE = (*PASSING, result("RD502", Status.PASS), result("RD503", Status.PASS))


def failing(code: str, *blocked: str) -> tuple[Result, ...]:
    """One error, and what it keeps from being judged; the rest passes."""
    others = (each for each in PASSING_USE if each.code not in (code, *blocked))
    return (
        result(code, Status.FAIL),
        *(result(each, Status.BLOCKED, blocked_by=code) for each in blocked),
        *others,
    )


def warned(code: str) -> tuple[Result, ...]:
    """One warning; the rest passes."""
    return tuple(
        result(code, Status.FAIL, severity=Severity.WARNING) if each.code == code else each
        for each in PASSING
    )


@dataclass(frozen=True)
class Compared:
    """A comparison and its outcome."""

    results: tuple[Result, ...]
    did: WhatWandbDid
    outcome: ConfirmationOutcome
    resolved: EffectivePath = SAME
    for_: Purpose = "link"
    suggestion: str | None = None


TABLE = {
    # Nothing is wrong.
    "the same place": Compared(PASSING, DETECTOR, "confirmed"),
    "another entity": Compared(PASSING, replace(DETECTOR, entity="rival"), "contradicted"),
    "another project": Compared(PASSING, replace(DETECTOR, project="wandb-registry-other"), "contradicted"),
    "another collection": Compared(PASSING, replace(DETECTOR, collection="Detector"), "contradicted"),
    "a registry in another case": Compared(PASSING, replace(DETECTOR, project="wandb-registry-Model"), "confirmed"),
    "an entity in another case": Compared(PASSING, replace(DETECTOR, entity="ACME"), "contradicted"),
    "a place that the doctor does not know": Compared(PASSING, DETECTOR, "confirmed", EffectivePath()),
    "a link to an ordinary project": Compared(PASSING, ORDINARY, "contradicted", SAME_ORDINARY),
    "a refusal": Compared(PASSING, NO_ORGANIZATION, "contradicted"),
    "a refusal in unknown words": Compared(PASSING, UNHEARD, "contradicted"),
    "the same version": Compared(PASSING_USE, V0, "confirmed", SAME_V0, "use"),
    "another version": Compared(PASSING_USE, replace(V0, version="v1"), "contradicted", SAME_V0, "use"),
    "a version that is not there": Compared(PASSING_USE, NO_VERSION, "contradicted", SAME_V0, "use"),
    "an ordinary artifact": Compared(PASSING_USE, ORDINARY, "confirmed", SAME_ORDINARY, "use"),
    # Something is wrong, and wandb shows it.
    "the same refusal": Compared(failing("RD302"), NO_ORGANIZATION, "confirmed"),
    "a refusal of the same group": Compared(failing("RD305"), NO_ORGANIZATION, "confirmed"),
    "a refusal that the error keeps from being judged": Compared(
        failing("RD207", "RD301", "RD302", "RD306"), NO_ORGANIZATION, "confirmed"
    ),
    "a refusal of a misread path": Compared(failing("RD201"), NO_VERSION, "confirmed", for_="use"),
    "a source that is not there": Compared(failing("RD601"), replace(NO_ORGANIZATION, of_source=True), "confirmed"),
    "an error of the path that leads out of the registry": Compared(
        failing("RD202"), ORDINARY, "confirmed", SAME_ORDINARY
    ),
    "a warning that says where it leads": Compared(warned("RD202"), ORDINARY, "confirmed", SAME_ORDINARY),
    "an error of the path that leads to another registry": Compared(
        failing("RD202"), DETECTOR, "confirmed", suggestion="wandb-registry-other/detector"
    ),
    # Something is wrong, and wandb does otherwise.
    "no refusal": Compared(failing("RD302"), DETECTOR, "contradicted"),
    "no refusal, elsewhere": Compared(failing("RD202"), DETECTOR, "contradicted", SAME_ORDINARY),
    "a refusal for another reason": Compared(failing("RD404"), NO_ORGANIZATION, "contradicted"),
    "a source that is there": Compared(failing("RD601"), ORDINARY, "contradicted", SAME_ORDINARY),
    "a version that is there": Compared(failing("RD503"), V0, "contradicted", SAME, "use"),
    "an error of a path that leads where the corrected one does": Compared(
        failing("RD201"), DETECTOR, "contradicted", suggestion="acme/wandb-registry-model/detector"
    ),
    # What wandb cannot show.
    "accepted types": Compared(failing("RD404"), DETECTOR, "not_decided"),
    "rights": Compared(failing("RD402"), DETECTOR, "not_decided"),
    "a registry that is not there": Compared(failing("RD401"), DETECTOR, "not_decided"),
    "a personal source": Compared(failing("RD304"), DETECTOR, "not_decided"),
    "a version in a link": Compared(
        failing("RD203"), replace(DETECTOR, collection="detector:latest"), "not_decided",
        replace(SAME, collection="detector:latest"),
    ),
    "a download": Compared(failing("RD403"), V0, "not_decided", SAME_V0, "use"),
    "an error and a refusal in unknown words": Compared(failing("RD302"), UNHEARD, "not_decided"),
    "an open question": Compared((*PASSING, result("RD401", Status.ERROR)), DETECTOR, "not_decided"),
    "an open question and a refusal": Compared(
        (*PASSING, result("RD401", Status.ERROR)), NO_ORGANIZATION, "not_decided"
    ),
    "a refusal of what was left out": Compared(PASSING[:6], NO_ORGANIZATION, "not_decided"),
    "a refusal of what is blocked": Compared(
        tuple(replace(each, status=Status.BLOCKED, blocked_by="RD999") for each in PASSING),
        NO_ORGANIZATION, "not_decided",
    ),
    "no answer": Compared(failing("RD302"), NoAnswer("the reason"), "not_decided"),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
def test_the_outcome_of_a_comparison(case: Compared) -> None:
    """It depends on the errors, the place and the group of the refusal."""
    suggestion = (
        Suggestion(case.suggestion, True, Applicability.SAFE, ()) if case.suggestion is not None else None
    )
    report = report_of(case.results, case.resolved, for_=case.for_, suggestion=suggestion)
    confirmation = compared(report, case.did, "0.31.0")
    assert confirmation.outcome == case.outcome, confirmation.message


def test_an_ignored_check_contradicts_nothing() -> None:
    """Who ignores RD302 was told nothing of it."""
    report = replace(report_of(PASSING), ignored=(Ignored("RD30", "known", "pyproject.toml", None),))
    assert compared(report, NO_ORGANIZATION, None).outcome == "not_decided"


def test_an_error_that_the_configuration_makes_a_warning_is_still_confirmed() -> None:
    """wandb refuses it, whatever it is called."""
    lowered = replace(result("RD302", Status.FAIL, severity=Severity.WARNING), own_severity=Severity.ERROR)
    results = [lowered if each.code == "RD302" else each for each in PASSING]
    assert compared(report_of(results), NO_ORGANIZATION, None).outcome == "confirmed"
