from registry_doctor.plugin import (
    CALL,
    ENTITY,
    RESOLUTION,
    SETTINGS,
    VIEWER,
    DeclaredFacts,
    Fail,
    Fix,
    Organization,
    Outcome,
    Pass,
    Severity,
    Skip,
    before_after,
    check,
    listed,
    quoted_name,
    start_under,
)


@check("RD304", requires=["RD301"], needs=[CALL, ENTITY, SETTINGS], wants=[RESOLUTION, VIEWER])
def source_entity_is_team(facts: DeclaredFacts) -> Outcome:
    """The artifact to link was logged, or will be logged, in a team.

    ## What to do

    Log the artifact again in a team, `wandb.init(entity="team")`, and then link the new version. If you are
    in no team, ask an administrator of the organization to add you to one.

    ## Before / After

    Before: `wandb.init(project="detectors")`. After: `wandb.init(entity="vision", project="detectors")`.

    ## Why it matters

    Only artifacts of a team of the organization can be linked to its registries (R4.1). `wandb.init` without
    `entity` uses the default entity, which is the personal entity of many people. Another path does not help,
    and an artifact cannot be moved.

    ## What it looks at

    For a logged artifact: the entity in which it was logged. For a draft: the entity of the run.

    ## What wandb says

    - The server: `linking is only allowed within the same team or to a collection in your organization's
      registry`. SDK 0.27.1 to 0.31.0 shows it as it is, SDK 0.21.0 to 0.27.0 with `HTTP 400: ` in front.
    - In several organizations, SDK 0.21.0 to 0.31.0: `Personal entity 'erin' belongs to multiple
      organizations and cannot be used without specifying the organization name. …` For a link, this advice
      does not help.
    - SDK 0.18.4 to 0.20.1: `unable to resolve an organization associated with the entity …` on the terminal,
      and no exception.

    ## How sure this is

    Proven: wandb's own tests rely on it, and people have reported the refusal (R4.1, R4.2).
    """
    call, caller = facts[CALL], facts[ENTITY]
    if call.for_ != "link":
        return Skip("a fetch may use a personal entity")
    entity, viewer, resolution = caller.entity, facts.get(VIEWER), facts.get(RESOLUTION)
    if entity is None or entity.kind != "personal":
        return Pass(
            f"{caller.name!r} is a team"
            if entity and entity.kind == "team"
            else f"{caller.name!r} is not a personal entity"
        )
    meant = resolution.outcome if resolution and isinstance(resolution.outcome, Organization) else None
    # Without a path there is no link to judge, so a personal default entity is only a warning.
    severity = Severity.ERROR if call.target is not None else Severity.WARNING
    teams: list[str] = []
    if viewer is not None:
        organizations = [meant] if meant else entity.reachable
        teams = [team.name for team in viewer.teams if team.organization in organizations]
    if call.artifact:
        what = f"artifact {quoted_name(call.artifact)} was logged in the personal entity {entity.name!r}"
    else:
        what = f"the run would log in the personal entity {entity.name!r} ({caller.provenance})"
    message = f"{what}. Only artifacts of a team can be linked to a registry"
    if not teams:
        ask = (
            f"Ask an administrator of {listed(each.name for each in entity.reachable)} to add you to a team"
            " as a member."
        )
        fix = Fix("join a team of the organization", steps=(ask, "Then log the artifact in that team."))
        return Fail(message, (fix,), severity, leaves_unknown=frozenset({"person"}))
    pinned = facts[SETTINGS].pinned_run if call.logs_draft else None
    start = start_under(teams[0], pinned)
    again = "Log it again in a team, and then link the new version." if call.artifact else start.step
    fix = Fix(
        f"log it in one of your teams: {listed(teams, last='or')}",
        steps=(again,),
        snippet=start.snippet if pinned else before_after('wandb.init(project="…")', start.snippet),
    )
    return Fail(message, (fix,), severity, leaves_unknown=frozenset({"person"}))
