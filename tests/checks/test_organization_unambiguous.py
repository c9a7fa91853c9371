"""RD303: it is clear which organization the call means."""

from __future__ import annotations

from registry_doctor_checks.organization_unambiguous import organization_unambiguous

from registry_doctor.facts import CANDIDATES, SETTINGS, AnyFact, Candidate
from registry_doctor.settings import Sourced
from tests.checks.conftest import (
    ACME,
    ALICE,
    ALICE_HERSELF,
    ERIN,
    ERIN_HERSELF,
    RIVAL,
    Table,
    Values,
    Verdict,
    confirm,
    each_of,
    fails,
    link,
    passes,
    safe,
    settings,
    skips,
    unsafe,
    use,
)

PATH = "wandb-registry-model/detector:production"
SETTING: dict[AnyFact, object] = {
    SETTINGS: settings(organization=Sourced("Acme Robotics", "WANDB_ORGANIZATION"))
}


def erin(target: str = PATH, more: dict[AnyFact, object] | None = None) -> Values:
    """A fetch through the personal entity of someone in two organizations."""
    return use(target, more, through=ERIN_HERSELF, viewer=ERIN)


def candidates(acme: int, rival: int) -> dict[AnyFact, object]:
    """How much of the path each organization has: registry, collection, version."""
    return {CANDIDATES: (Candidate(ACME, acme), Candidate(RIVAL, rival))}


CASES: Table = {
    "a prefix settles it": (erin(f"Acme Robotics/{PATH}"), passes()),
    "a setting settles it": (erin(PATH, SETTING), passes()),
    "a team settles it": (use(PATH, viewer=ERIN), passes()),
    "a person in one organization means that": (use(PATH, through=ALICE_HERSELF, viewer=ALICE), passes()),
    "a link goes by the artifact": (
        link("wandb-registry-model/detector", through=ERIN_HERSELF, viewer=ERIN), skips("link"),
    ),
    "the only organization that has it all is meant": (
        erin(PATH, candidates(3, 1)),
        fails("'erin'", "'Acme Robotics' and 'Rival Corp'", edits=[safe(organization="acme-robotics_X7Q2")], remedy=["acme-robotics_X7Q2", "the only organization"]),
    ),
    "of several that have it all each is likely, and nothing in one of them is judged yet": (
        erin(PATH, candidates(3, 3)),
        fails(
            "several", edits=[unsafe(organization="acme-robotics_X7Q2"), unsafe(organization="rival-corp")],
            leaves=["organization"],
        ),
    ),
    "what several of them lack is judged": (
        erin(PATH, candidates(1, 1)),
        fails("several", edits=[unsafe(organization="acme-robotics_X7Q2"), unsafe(organization="rival-corp")]),
    ),
    "where none has anything none is suggested": (
        erin(PATH, candidates(0, 0)),
        fails("several", leaves=["organization"], remedy=["acme-robotics_X7Q2", "rival-corp"]),
    ),
    "an empty prefix settles nothing": (erin(f"/{PATH}", candidates(3, 0)), fails(edits=[safe(organization="acme-robotics_X7Q2")])),
}  # fmt: skip


@each_of(CASES)
def test_organization_unambiguous(values: Values, verdict: Verdict) -> None:
    """It fails for a fetch through a personal entity in several organizations that names none."""
    confirm(organization_unambiguous, values, verdict)
