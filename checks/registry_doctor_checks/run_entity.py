from registry_doctor.check import Fail, Fix, Outcome, Pass, Severity, Skip, check
from registry_doctor.facts import CALL, ENTITY, VIEWER, DeclaredFacts
from registry_doctor.wording import listed


@check("RD307", requires=["RD301"], needs=[CALL, ENTITY], wants=[VIEWER])
def run_entity(facts: DeclaredFacts) -> Outcome:
    """The run that logs the draft can be started where it would be.

    ## Why it matters

    An organization's own entity owns registries, but no runs (R4.14). Some instructions set `WANDB_ENTITY` to
    it; reading works with it, starting a run does not.

    ## What wandb says

    The server refuses the run: `permission denied`, or `entity … not found during upsertBucket`

    ## Fix

    Give the run a team: `wandb.init(entity="team")`.

    ## Before / After

    Before: `WANDB_ENTITY=acme-robotics_X7Q2`. After: `WANDB_ENTITY=vision`.
    """
    call, in_play = facts[CALL], facts[ENTITY]
    if call.for_ != "link" or call.artifact is not None:
        return Skip("no run would be started")
    entity, viewer = in_play.entity, facts.known(VIEWER)
    if entity is None or entity.kind != "organization":
        return Pass(f"a run can be started in {in_play.name!r}")
    teams = viewer.teams_of(entity.organization) if viewer and entity.organization else ()
    message = f"the run would be started in {entity.name!r} ({in_play.source}), an organization's own entity, where no run can be"
    snippet = f'wandb.init(entity="{teams[0]}", project="…")' if teams else None
    steps = (
        f"Your teams in the organization: {listed(teams)}."
        if teams
        else "Ask to be added to a team of the organization.",
    )
    severity = Severity.ERROR if call.target is not None else Severity.WARNING
    fix = Fix("start the run under a team", steps=steps, snippet=snippet)
    return Fail(message, (fix,), severity, leaves=frozenset())
