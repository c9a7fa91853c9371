from registry_doctor.plugin import (
    CALL,
    ENTITY,
    ORDINARY_LINK,
    RESOLUTION,
    SETTINGS,
    SOURCE_PATH,
    VIEWER,
    DeclaredFacts,
    Fail,
    Fix,
    Organization,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
    listed,
    quoted_name,
    relog_command,
    start_under,
)


@check(
    "RD304",
    requires=["RD301"],
    needs=[CALL, ENTITY, SETTINGS],
    wants=[ORDINARY_LINK, RESOLUTION, SOURCE_PATH, VIEWER],
)
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
    if facts.get(ORDINARY_LINK):
        return Skip("the link goes to an ordinary project, which may be personal")
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
    whole = facts.get(SOURCE_PATH) or call.artifact or ""
    again = ""
    if call.artifact and call.target is not None:
        again = relog_command(str(whole), teams[0] if teams else "TEAM", call.target, call.aliases)
    if not teams:
        owners = listed(each.name for each in entity.reachable)
        ask = f"ask an administrator of {owners} to add you to a team as a member"
        fix = Fix(ask, steps=("Then log the artifact in that team.",), snippet=again or None)
        return Fail(message, (fix,), severity, leaves_unknown=frozenset({"person"}))
    pinned = facts[SETTINGS].pinned_run if call.logs_draft else None
    start = start_under(teams[0], pinned)
    names = listed(teams, last="or")
    if again:
        does = "This command does it, and links the new version."
        fix = Fix(f"log it again in one of your teams: {names}", steps=(does,), snippet=again)
    else:
        steps = (start.step,) if pinned else ()
        fix = Fix(f"start the run in one of your teams: {names}", steps=steps, snippet=start.snippet)
    return Fail(message, (fix,), severity, leaves_unknown=frozenset({"person"}))
