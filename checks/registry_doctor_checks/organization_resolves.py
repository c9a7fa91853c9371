from registry_doctor.plugin import (
    CALL,
    ENTITY,
    VIEWER,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    change_setting,
    check,
    listed,
    literal,
)
from registry_doctor_checks.organization_keys import KEY_STEP


@check("RD301", requires=["RD102", "RD207", "RD604"], needs=[CALL, ENTITY], wants=[VIEWER])
def organization_resolves(facts: DeclaredFacts) -> Outcome:
    """The entity in play is there and has an organization.

    ## What it looks at

    The entity through which wandb finds the organization: for a logged artifact the one it was logged in, for
    a draft the run's, for a fetch the one that is set, or else the default entity (R2.2).

    ## Why it matters

    Registries belong to organizations. An entity without an organization leads nowhere, whatever the path
    says.

    ## What wandb says

    - SDK 0.22.3 to 0.31.0: `Unable to find organization for entity 'X'.` This is also what it says of a wrong
      prefix.
    - SDK 0.18.6 to 0.22.2, a personal entity without organization: `Unable to resolve an organization
      associated with personal entity: 'X'. This could be because …`
    - SDK 0.18.4 to 0.20.1, a link in a run: `unable to resolve an organization associated with the entity: X
      that is initialized in the API or Run settings. …`
    - An artifact whose project is hidden: `Entity name is required to resolve org entity name.`

    ## Fix

    Use a team of the organization: `wandb.init(entity="team")`, `wandb.Api(overrides={"entity": "team"})` or
    `export WANDB_ENTITY=team`. If you are in none, ask an administrator of the organization to add you to
    one. If your organization accepts only API keys that were made for it, use such a key (server-shapes K1).

    ## Before / After

    Before: `export WANDB_ENTITY=visoin`. After: `export WANDB_ENTITY=vision`.
    """
    call, in_play, viewer = facts[CALL], facts[ENTITY], facts.get(VIEWER)
    teams = [team.name for team in viewer.teams if team.organization] if viewer else []
    entity = in_play.entity
    if entity is not None and entity.reachable:
        reached = listed(each.name for each in entity.reachable)
        return Pass(f"{entity.name!r} ({in_play.source}) reaches {reached}")
    if entity is not None and entity.all_organizations:
        hidden = listed(each.name for each in entity.all_organizations)
        return Skip(f"unknown: the server does not show the own entity of {hidden}", unknown=True)
    if in_play.name is None and call.artifact is not None and call.for_ == "link":
        message = f"the project that {call.artifact} was logged in is not visible to you, so wandb finds no organization"
    elif in_play.name is None:
        message = "no entity is set, and there is no default entity"
    elif entity is None:
        message = f"the entity {in_play.name!r} ({in_play.provenance}) is not there, or not visible to you"
    elif entity.kind == "team":
        message = (
            f"the team {entity.name!r} ({in_play.source}) is in no organization, so it reaches no registry"
        )
    else:
        message = f"the personal entity {entity.name!r} ({in_play.provenance}) is in no organization, so it reaches no registry"
    return Fail(message, (_remedy(facts, teams),), leaves_unknown=frozenset({"entity"}))


def _remedy(facts: DeclaredFacts, teams: list[str]) -> Fix:
    call = facts[CALL]
    steps: tuple[str, ...]
    snippet: str | None
    if call.for_ == "link" and call.artifact is not None:
        steps = ("Log the artifact again under a team that is in the organization, then link that one.",)
        snippet = f'run = wandb.init(entity={literal(teams[0])}, project="…")' if teams else None
    elif teams:
        change = change_setting("entity", teams[0], facts[ENTITY].source)
        steps, snippet = (change.step,), change.snippet
    else:
        steps, snippet = ("Then name that team as the entity.",), None
    if facts[ENTITY].name is not None:
        steps = (*steps, KEY_STEP)
    if teams:
        return Fix(f"use a team of yours: {listed(teams, last='or')}", steps=steps, snippet=snippet)
    ask = "Ask an administrator of the organization to add you to one of its teams as a member."
    return Fix("get into a team of the organization", steps=(ask, *steps))
