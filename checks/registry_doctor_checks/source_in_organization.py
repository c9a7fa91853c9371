from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CALL, ENTITY, RESOLUTION, VIEWER, DeclaredFacts
from registry_doctor.wording import listed


@check(
    "RD305",
    requires=["RD201", "RD202", "RD301", "RD302"],
    needs=[CALL, ENTITY, RESOLUTION],
    wants=[VIEWER],
)
def source_in_organization(facts: DeclaredFacts) -> Outcome:
    """The entity in play belongs to the organization that the path names.

    ## Why it matters

    A team reaches its own organization only, even if you are a member of the other one too (R2.4). An
    artifact of one organization cannot be linked to a registry of another.

    ## What wandb says

    `Unable to find organization for entity 'rivals'.`

    ## Fix

    For a link: log the artifact under a team of the organization that the path names. For a fetch: use a team
    of that organization, or your personal entity with the organization before the registry.

    ## Before / After

    Before: `WANDB_ENTITY=rivals`, `Acme Robotics/wandb-registry-model/detector:v0`.
    After: `WANDB_ENTITY=vision`.
    """
    call, in_play, resolution, viewer = facts[CALL], facts[ENTITY], facts[RESOLUTION], facts.known(VIEWER)
    other = resolution.elsewhere
    if resolution.named_by != "path":
        return Skip("the path names no organization")
    if other is None:
        return Pass("entity and path do not name two organizations of yours")
    own = listed(each.name for each in in_play.entity.reachable) if in_play.entity else ""
    message = f"the path names {other.name!r}, but {in_play.name!r} ({in_play.source}) belongs to {own}"
    teams = viewer.teams_of(other) if viewer else ()
    if call.for_ == "link":
        title = f"log the artifact under a team of {other.name!r}"
        snippet = f'wandb.init(entity="{teams[0]}", project="…")' if teams else None
        step = (
            f"Your teams there: {listed(teams)}."
            if teams
            else "You are in none of its teams: ask to be added to one."
        )
        steps: tuple[str, ...] = (step, f"Or link to a registry of {own} instead.")
    else:
        title = f"use an entity of {other.name!r}"
        entity = teams[0] if teams else (viewer.username if viewer else "…")
        snippet = f'wandb.Api(overrides={{"entity": "{entity}"}})'
        steps = (f"Your teams there: {listed(teams)}." if teams else "Use your personal entity.",)
    return Fail(message, (Fix(title, steps=steps, snippet=snippet),), leaves=frozenset({"entity"}))
