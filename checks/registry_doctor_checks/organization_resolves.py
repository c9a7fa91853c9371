from registry_doctor.plugin import (
    CALL,
    ENTITY,
    ORDINARY,
    ORDINARY_LINK,
    SETTINGS,
    SOURCE_PATH,
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
    or_entity_variable,
    quoted_name,
    relog_command,
    start_under,
)
from registry_doctor_checks.organization_keys import KEY_FIX, KEY_HINT


@check(
    "RD301",
    requires=["RD102", "RD207", "RD604"],
    needs=[CALL, ENTITY, SETTINGS],
    wants=[ORDINARY, ORDINARY_LINK, SOURCE_PATH, VIEWER],
)
def organization_resolves(facts: DeclaredFacts) -> Outcome:
    """The calling entity exists and belongs to an organization.

    ## What to do

    Use a team of the organization: `wandb.init(entity="team")`, `wandb.Api(overrides={"entity": "team"})` or
    `export WANDB_ENTITY=team`. If you are in no team, ask an administrator of the organization to add you to
    one. If your organization accepts only API keys that were made for it, use such a key (server-shapes K1).

    ## Before / After

    Before: `export WANDB_ENTITY=visoin`. After: `export WANDB_ENTITY=vision`.

    ## Why it matters

    Registries belong to organizations. Through an entity without an organization, wandb finds no registry,
    whatever the path says.

    ## What it looks at

    The calling entity, which is the entity through which wandb finds the organization. For a logged artifact,
    this is the entity in which it was logged. For a draft, it is the entity of the run. For a fetch, it is
    the entity that is set, or else the default entity (R2.2).

    ## What wandb says

    - SDK 0.22.3 to 0.31.0: `Unable to find organization for entity 'X'.` wandb says the same if the
      organization in the path is wrong.
    - SDK 0.18.6 to 0.22.2, a personal entity without organization: `Unable to resolve an organization
      associated with personal entity: 'X'. This could be because …`
    - SDK 0.18.4 to 0.20.1, a link in a run: `unable to resolve an organization associated with the entity: X
      that is initialized in the API or Run settings. …`
    - An artifact whose project is hidden: `Entity name is required to resolve org entity name.`

    ## How sure this is

    Proven: this is how wandb finds the organization (R2.1). That the server hides an entity from you in this
    way is a guess (guesses G16).
    """
    if facts.get(ORDINARY) is not None:
        return Skip("the path names an ordinary artifact, which needs no organization")
    call, caller, viewer = facts[CALL], facts[ENTITY], facts.get(VIEWER)
    teams = [team.name for team in viewer.teams if team.organization] if viewer else []
    entity = caller.entity
    if facts.get(ORDINARY_LINK):
        return Skip("the link goes to an ordinary project, which needs no organization")
    if entity is not None and entity.reachable:
        reached = listed(each.name for each in entity.reachable)
        return Pass(f"{entity.name!r} ({caller.source}) belongs to {reached}")
    if entity is not None and entity.all_organizations:
        hidden = listed(each.name for each in entity.all_organizations)
        return Skip(f"unknown: the server does not show the entity of {hidden}", unknown=True)
    if caller.name is None and call.artifact is not None and call.for_ == "link":
        message = (
            f"the project of artifact {quoted_name(call.artifact)} is not visible to you, so wandb finds no"
            " organization"
        )
    elif caller.name is None:
        message = "no entity is set, and you have no default entity"
    elif entity is None:
        message = (
            f"entity {caller.name!r} ({caller.provenance}) does not exist, or is not visible to you with your"
            " credentials"
        )
    elif entity.kind == "team":
        message = f"team {entity.name!r} ({caller.source}) is in no organization, so it has no registry"
    else:
        message = (
            f"personal entity {entity.name!r} ({caller.provenance}) is in no organization that your credentials"
            " show, so it has no registry"
        )
    fixes = (_remedy(facts, teams), *([KEY_FIX] if caller.name is not None else []))
    return Fail(message, fixes, leaves_unknown=frozenset({"entity"}))


def _remedy(facts: DeclaredFacts, teams: list[str]) -> Fix:
    call = facts[CALL]
    steps: tuple[str, ...]
    snippet: str | None
    if call.for_ == "link" and call.artifact is not None:
        steps = ("Log the artifact again in a team of the organization, and then link the new version.",)
        snippet = start_under(teams[0], None).snippet if teams else None
        if facts[ENTITY].entity is not None and call.target is not None:
            whole = str(facts.get(SOURCE_PATH) or call.artifact)
            snippet = relog_command(whole, teams[0] if teams else "TEAM", call.target, call.aliases)
    elif teams:
        change = change_setting("entity", teams[0], facts[ENTITY].source)
        steps = () if change.snippet else (change.step,)
        code = f'wandb.Api(overrides={{"entity": {literal(teams[0])}}})\n{or_entity_variable(teams[0])}'
        snippet = start_under(teams[0], facts[SETTINGS].pinned_run).snippet if call.by_run else code
    else:
        steps, snippet = ("Then set that team as the entity.",), None
    if facts[ENTITY].name is not None:
        steps = (*steps, KEY_HINT)
    if teams:
        return Fix(f"use one of your teams: {listed(teams, last='or')}", steps=steps, snippet=snippet)
    ask = "ask an administrator of the organization to add you to one of its teams as a member"
    return Fix(ask, steps=steps, snippet=snippet)
