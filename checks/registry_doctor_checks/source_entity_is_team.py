from registry_doctor.check import Fail, Fix, Outcome, Pass, Severity, Skip, check
from registry_doctor.facts import CALL, ENTITY, RESOLUTION, VIEWER, DeclaredFacts
from registry_doctor.organizations import Organization
from registry_doctor.wording import listed


@check("RD304", requires=["RD301"], needs=[CALL, ENTITY], wants=[RESOLUTION, VIEWER])
def source_entity_is_team(facts: DeclaredFacts) -> Outcome:
    """The artifact to be linked is, or will be, logged under a team.

    ## Why it matters

    Only artifacts of a team of the organization can be linked to its registries (R4.1). `wandb.init` without
    `entity` takes the default entity, which for many people is their personal one. No prefix in the path
    cures it, and an artifact cannot be moved.

    ## What wandb says

    `linking is only allowed within the same team or to a collection in your organization's registry`

    ## Fix

    Log the artifact again with `wandb.init(entity="team")`, then link that one.

    ## Before / After

    Before: `wandb.init(project="detectors")`. After: `wandb.init(entity="vision", project="detectors")`.
    """
    call, in_play = facts[CALL], facts[ENTITY]
    if call.for_ != "link":
        return Skip("a fetch may go through a personal entity")
    entity, viewer, resolution = in_play.entity, facts.known(VIEWER), facts.known(RESOLUTION)
    if entity is None or entity.kind != "personal":
        return Pass(
            f"{in_play.name!r} is a team"
            if entity and entity.kind == "team"
            else f"{in_play.name!r} is not personal"
        )
    meant = resolution.outcome if resolution and isinstance(resolution.outcome, Organization) else None
    # Without a path no link was asked about, so that a personal default entity is only worth knowing.
    severity = Severity.ERROR if call.target is not None else Severity.WARNING
    teams: list[str] = []
    if viewer is not None:
        organizations = [meant] if meant else entity.reachable
        teams = [team.name for team in viewer.teams if team.organization in organizations]
    if call.artifact:
        what = f"{call.artifact} was logged in the personal entity {entity.name!r}"
    else:
        what = f"the run would log in the personal entity {entity.name!r} ({in_play.source})"
    message = f"{what}, and only artifacts of a team can be linked to a registry"
    if not teams:
        ask = (
            f"Ask an administrator of {listed(each.name for each in entity.reachable)} to add you to a team."
        )
        fix = Fix(
            "get into a team of the organization", steps=(ask, "Then log the artifact under that team.")
        )
        return Fail(message, (fix,), severity, leaves=frozenset({"person"}))
    again = (
        "Log it again under a team, then link that one." if call.artifact else "Start the run under a team."
    )
    fix = Fix(
        f"log it under a team of yours: {listed(teams, last='or')}",
        steps=(again,),
        snippet=f'wandb.init(entity="{teams[0]}", project="…")',
    )
    return Fail(message, (fix,), severity, leaves=frozenset({"person"}))
