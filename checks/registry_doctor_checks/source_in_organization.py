from registry_doctor.plugin import (
    CALL,
    ENTITY,
    ORDINARY,
    RESOLUTION,
    SETTINGS,
    VIEWER,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    listed,
    literal,
    start_under,
)


@check(
    "RD305",
    requires=["RD201", "RD202", "RD301", "RD302"],
    needs=[CALL, ENTITY, RESOLUTION, SETTINGS],
    wants=[VIEWER, ORDINARY],
    judges=["entity"],
)
def source_in_organization(facts: DeclaredFacts) -> Outcome:
    """The calling entity belongs to the organization that the path names.

    ## What to do

    For a link: log the artifact in a team of the organization that the path names. For a fetch: use a team of
    that organization, or use your personal entity and write the organization before the registry.

    ## Before / After

    Before: `export WANDB_ENTITY=rivals`, and `Acme Robotics/wandb-registry-model/detector:v0`.
    After: `export WANDB_ENTITY=vision`.

    ## Why it matters

    A team can use only its own organization, even if you are also a member of the other one (R2.4). An
    artifact of one organization cannot be linked to a registry of another organization.

    ## What it looks at

    The organization in the path, if you belong to it, and the organization of the calling entity. The calling
    entity is the entity through which wandb finds the organization; see RD301.

    ## What wandb says

    - With a team, link from SDK 0.22.3 on, fetch from 0.23.1 on, to 0.31.0: `Unable to find organization for
      entity 'rivals'.`
    - With a team, link in SDK 0.21.0 to 0.22.2, fetch in 0.18.6 to 0.22.3: `Expecting the organization name
      or entity name to match 'Rival Corp' and cannot be linked/fetched with 'Acme Robotics'. …`
    - With a team, link in SDK 0.18.4 to 0.20.1: `artifact belongs to the organization "Rival Corp" and cannot
      be linked/fetched with "Acme Robotics". …`

    ## How sure this is

    Proven: wandb was run with such a path (R2.4).
    """
    if facts.get(ORDINARY) is not None:
        return Skip("the path names an ordinary artifact, which needs no organization")
    call, caller, resolution, viewer = facts[CALL], facts[ENTITY], facts[RESOLUTION], facts.get(VIEWER)
    other = resolution.elsewhere
    if resolution.named_by != "path":
        return Skip("the path names no organization")
    if other is None:
        return Pass("the path does not name another of your organizations")
    own = listed(each.name for each in caller.entity.reachable) if caller.entity else ""
    message = f"the path names {other.name!r}, but {caller.name!r} ({caller.provenance}) belongs to {own}"
    teams = viewer.teams_of(other) if viewer else ()
    if call.for_ == "link":
        title = f"log the artifact in a team of {other.name!r}"
        pinned = facts[SETTINGS].pinned_run if call.logs_draft else None
        snippet = start_under(teams[0], pinned).snippet if teams else None
        step = (
            f"Your teams there: {listed(teams)}."
            if teams
            else f"Ask an administrator of {other.name!r} to add you to one of its teams."
        )
        steps: tuple[str, ...] = (step, f"Or link to a registry of {own} instead.")
    else:
        title = f"use an entity of {other.name!r}"
        entity = teams[0] if teams else (viewer.username if viewer else "…")
        snippet = f'wandb.Api(overrides={{"entity": {literal(entity)}}})'
        if call.by_run:
            snippet = start_under(entity, facts[SETTINGS].pinned_run).snippet
        steps = (f"Your teams there: {listed(teams)}." if teams else "Use your personal entity.",)
    return Fail(message, (Fix(title, steps=steps, snippet=snippet),), leaves_unknown=frozenset({"entity"}))
