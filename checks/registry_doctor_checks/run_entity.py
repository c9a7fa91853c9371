from registry_doctor.plugin import (
    CALL,
    ENTITY,
    RUN_ENTITY,
    RUN_PROJECT,
    SETTINGS,
    VIEWER,
    CallingEntity,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    change_setting,
    check,
    listed,
    start_under,
)


@check("RD307", requires=["RD301"], needs=[CALL, ENTITY, SETTINGS], wants=[RUN_ENTITY, RUN_PROJECT, VIEWER])
def run_entity(facts: DeclaredFacts) -> Outcome:
    """The run that makes the call can start in its entity and project.

    ## What to do

    Start the run in a team: `wandb.init(entity="team")`, or `export WANDB_ENTITY=team`. If you are in no
    team, ask an administrator of the organization to add you to one.

    ## Before / After

    Before: `export WANDB_ENTITY=acme-robotics_X7Q2`. After: `export WANDB_ENTITY=vision`.

    ## Why it matters

    The entity of an organization owns registries, but runs cannot start in it (R4.14). Some instructions set
    `WANDB_ENTITY` to this entity. Reading works with it; starting a run does not. A run also cannot start in
    a project that you may only read (R4.13). In a sweep and under Launch, `wandb.init` ignores the entity and
    the project that it is given (R2.11).

    ## What it looks at

    For a draft, and for a method of a run: whether the entity of the run exists, whether it is the entity of
    an organization, and whether you may write to the project.

    ## What wandb says

    - An organization's entity, the server: `you may not log runs directly to your organization, please try using
      your team entity`
    - An entity that does not exist, the server: `entity … not found during upsertBucket`
    - A project that you may only read, the server: `permission denied`
    - wandb shows all of these after `failed to upsert bucket: returned error …`.

    ## How sure this is

    Likely: a maintainer of wandb has said that runs cannot start in the entity of an organization (R4.14).
    With which words the server refuses it is a guess, and the check does not need them (guesses G22). That
    `readOnly` of a project shows the right to write is proven (R4.13).
    """
    call, run = facts[CALL], facts.get(RUN_ENTITY)
    if not call.by_run:
        return Skip("the call starts no run")
    if run is None:
        missing = facts.why_missing(RUN_ENTITY)
        return Skip(missing.reason if missing else "unknown", unknown=missing is not None and missing.unknown)
    severity = Severity.ERROR if call.target is not None else Severity.WARNING
    there = f"the run would start in {run.name!r} ({run.provenance})"
    if run.entity is None and run.name != facts[ENTITY].name:
        message = (
            f"{there}, which does not exist, or is not visible to you"
            if run.name
            else "no entity is set for the run"
        )
        return Fail(message, (_under_a_team(facts, run),), severity, leaves_unknown=frozenset())
    if run.entity is not None and run.entity.kind == "organization":
        message = f"{there}. This is the entity of an organization, and runs cannot start there"
        return Fail(message, (_under_a_team(facts, run),), severity, leaves_unknown=frozenset())
    project = facts.get(RUN_PROJECT)
    if project is not None and project.read_only:
        message = f"{there}, in project {project.name!r}, which you may only read"
        ask = (
            f"Ask an administrator of {run.name!r} for the role Member. If you have a viewer's seat, it"
            " must change too."
        )
        return Fail(
            message,
            (Fix("get the right to write to the project", steps=(ask,)),),
            severity,
            leaves_unknown=frozenset(),
        )
    return Pass(f"runs can start in {run.name!r}")


def _under_a_team(facts: DeclaredFacts, run: CallingEntity) -> Fix:
    title, viewer, pinned = "start the run in a team", facts.get(VIEWER), facts[SETTINGS].pinned_run
    organization = run.entity.organization if run.entity else None
    teams = tuple(
        team.name
        for team in (viewer.teams if viewer else ())
        if team.organization is not None and organization in (None, team.organization)
    )
    if not teams:
        owner = organization.name if organization else "the organization"
        return Fix(title, steps=(f"Ask an administrator of {owner!r} to add you to one of its teams.",))
    start = start_under(teams[0], pinned)
    change = change_setting("entity", teams[0], run.source)
    steps = [f"Your teams in the organization: {listed(teams)}."]
    if pinned or not change.snippet:
        steps.append(start.step if pinned else change.step)
    return Fix(title, steps=tuple(steps), snippet=start.snippet)
