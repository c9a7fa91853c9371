"""RD306: the organization setting names an organization of the calling entity."""

from __future__ import annotations

from registry_doctor_checks.organization_setting import organization_setting

from registry_doctor.facts import CANDIDATES, SETTINGS, AnyFact, Candidate, Unavailable
from registry_doctor.settings import Sourced
from tests.checks.conftest import (
    ACME,
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
    warns,
)

PATH = "wandb-registry-model/detector"
CORRECTED = "export WANDB_ORGANIZATION='Acme Robotics'"


def setting(value: str | None, source: str | None = "WANDB_ORGANIZATION") -> dict[AnyFact, object]:
    """The organization that is set."""
    return {SETTINGS: settings(organization=Sourced(value, source))}


def candidates(acme: int, rival: int) -> dict[AnyFact, object]:
    """How much of the path each organization has."""
    return {CANDIDATES: (Candidate(ACME, acme), Candidate(RIVAL, rival))}


RIGHT: Table = {
    "nothing is set": (link(PATH, setting(None, None)), skips("no organization")),
    "an empty value counts as nothing": (link(PATH, setting(None, "WANDB_ORGANIZATION (empty)")), skips()),
    "the display name passes": (link(PATH, setting("Acme Robotics")), passes("Acme Robotics")),
    "the entity name passes": (link(PATH, setting("acme-robotics_X7Q2")), passes("Acme Robotics")),
    "another organization of the person passes where the path decides": (
        link(f"Acme Robotics/{PATH}", setting("Rival Corp"), viewer=ERIN), passes("Rival Corp"),
    ),
    "a setting settles which of several organizations is meant": (
        use(f"{PATH}:v0", setting("Rival Corp"), through=ERIN_HERSELF, viewer=ERIN), passes("Rival Corp"),
    ),
}  # fmt: skip

WRONG: Table = {
    "a team's name certainly means its organization": (
        link(PATH, setting("vision")),
        fails("WANDB_ORGANIZATION is 'vision'", "'Acme Robotics'", edits=[safe(organization="acme-robotics_X7Q2")], remedy=[CORRECTED]),
    ),
    "another spelling is certain": (
        link(PATH, setting("acme robotics")), fails(edits=[safe(organization="acme-robotics_X7Q2")], remedy=[CORRECTED]),
    ),
    "a server's address is no organization": (
        link(PATH, setting("https://wandb.example.com")),
        fails("WANDB_ORGANIZATION", edits=[unsafe(organization="acme-robotics_X7Q2")], remedy=[CORRECTED]),
    ),
    "where nobody knows what the organizations have, the only one within reach is likely": (
        link(PATH, {**setting("globex"), CANDIDATES: Unavailable("not asked")}),
        fails("globex", edits=[unsafe(organization="acme-robotics_X7Q2")], remedy=[CORRECTED]),
    ),
    "somebody else's organization leaves the only one within reach": (
        link(PATH, setting("Rival Corp")),
        fails("'Rival Corp'", "'Acme Robotics'", edits=[unsafe(organization="acme-robotics_X7Q2")]),
    ),
    "another organization of the person is the setting's matter, not RD305's": (
        link(PATH, setting("Rival Corp"), viewer=ERIN),
        fails("'vision'", edits=[unsafe(organization="acme-robotics_X7Q2")]),
    ),
    "of several organizations the one that has most of the path is likely": (
        use(f"{PATH}:v0", {**setting("globex"), **candidates(0, 3)}, through=ERIN_HERSELF, viewer=ERIN),
        fails("globex", edits=[unsafe(organization="rival-corp")]),
    ),
    "of several organizations that have nothing of it none is chosen": (
        use(f"{PATH}:v0", {**setting("globex"), **candidates(0, 0)}, through=ERIN_HERSELF, viewer=ERIN),
        fails("globex", leaves=["organization"], remedy=["unset WANDB_ORGANIZATION"]),
    ),
    "a value from a file is corrected there": (
        link(PATH, setting("vision", "wandb/settings")),
        fails("wandb/settings is 'vision'", edits=[safe(organization="acme-robotics_X7Q2")], remedy=["correct wandb/settings"]),
    ),
}  # fmt: skip

SAVED: Table = {
    "by the display name": (link(f"Acme Robotics/{PATH}", setting("Rival Corp")), warns("'Rival Corp'", remedy=[CORRECTED])),
    "by the entity name": (
        use(f"acme-robotics_X7Q2/{PATH}:v0", setting("https://acme.wandb.io")), warns("https://acme.wandb.io"),
    ),
}  # fmt: skip


@each_of(RIGHT)
def test_a_setting_that_wandb_accepts_is_no_failure(values: Values, verdict: Verdict) -> None:
    """Display and entity name are accepted."""
    confirm(organization_setting, values, verdict)


@each_of(WRONG)
def test_a_setting_that_breaks_the_path_is_an_error(values: Values, verdict: Verdict) -> None:
    """The message names the variable, which wandb never does, and the path can name the organization instead."""
    confirm(organization_setting, values, verdict)


@each_of(SAVED)
def test_a_wrong_setting_is_a_warning_where_the_path_names_the_organization(
    values: Values, verdict: Verdict
) -> None:
    """The call works, since the path decides."""
    confirm(organization_setting, values, verdict)
