from registry_doctor.check import Fail, Fix, Outcome, Pass, check
from registry_doctor.facts import CALL, ENTITY, VIEWER, DeclaredFacts
from registry_doctor.wording import listed


@check("RD301", requires=["RD102", "RD207", "RD604"], needs=[CALL, ENTITY], wants=[VIEWER])
def organization_resolves(facts: DeclaredFacts) -> Outcome:
    """The entity in play is there and has an organization.

    ## Why it matters

    Registries belong to organizations. wandb finds the organization through one entity: for a logged artifact
    the one it was logged in, for a draft the run's, for a fetch the one that is set, or else the default
    entity (R2.2). An entity without an organization leads nowhere, whatever the path says.

    ## What wandb says

    `Unable to find organization for entity 'X'.`, and for an artifact whose source is hidden
    `Entity name is required to resolve org entity name.`

    ## Fix

    Use a team of the organization: `wandb.init(entity="team")`, `wandb.Api(overrides={"entity": "team"})` or
    `WANDB_ENTITY`. A team outside any organization has to be put into one by its administrator.

    ## Before / After

    Before: `WANDB_ENTITY=visoin`. After: `WANDB_ENTITY=vision`.
    """
    call, in_play, viewer = facts[CALL], facts[ENTITY], facts.known(VIEWER)
    teams = [team.name for team in viewer.teams if team.organization] if viewer else []
    entity = in_play.entity
    if entity is not None and entity.reachable:
        reached = listed(each.name for each in entity.reachable)
        return Pass(f"{entity.name!r} ({in_play.source}) reaches {reached}")
    if in_play.name is None and call.artifact is not None and call.for_ == "link":
        message = f"the project that {call.artifact} was logged in is not visible to you, so wandb finds no organization"
    elif in_play.name is None:
        message = "no entity is set, and there is no default entity"
    elif entity is None:
        message = f"the entity {in_play.name!r} ({in_play.source}) is not there, or not visible to you"
    elif entity.kind == "team":
        message = (
            f"the team {entity.name!r} ({in_play.source}) is in no organization, so it reaches no registry"
        )
    else:
        message = f"the personal entity {entity.name!r} ({in_play.source}) is in no organization, so it reaches no registry"
    return Fail(message, (_remedy(facts, teams),), leaves=frozenset({"entity"}))


def _remedy(facts: DeclaredFacts, teams: list[str]) -> Fix:
    call = facts[CALL]
    if call.for_ == "link" and call.artifact is not None:
        steps = ("Log the artifact again under a team that is in the organization, then link that one.",)
        snippet = f'run = wandb.init(entity="{teams[0]}", project="…")' if teams else None
    else:
        steps = ("Name a team that is in the organization.",)
        snippet = f"export WANDB_ENTITY={teams[0]}" if teams else None
    if teams:
        return Fix(f"use a team of yours: {listed(teams, last='or')}", steps=steps, snippet=snippet)
    ask = "Ask an administrator of the organization to add you to one of its teams."
    return Fix("get into a team of the organization", steps=(ask, *steps))
