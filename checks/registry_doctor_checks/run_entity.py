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
    """The run that makes the call can be started where it would be.

    ## What it looks at

    For a draft, and for a method of a run: whether the entity of the run is there, whether it is an
    organization's own one, and whether you may write to the project.

    ## Why it matters

    An organization's own entity owns registries, but no runs (R4.14). Some instructions set `WANDB_ENTITY` to
    it; reading works with it, starting a run does not. Nor does it where you may only look (R4.13). In a sweep
    and by Launch `wandb.init` ignores the entity and project that it is given (R2.11).

    ## What wandb says

    - An organization's entity: the server refuses the run; its words are not known.
    - An entity that is not there, the server: `entity … not found during upsertBucket`
    - A project that you may only read, the server: `permission denied`
    - wandb shows all of it behind `failed to upsert bucket: returned error …`.

    ## Fix

    Give the run a team: `wandb.init(entity="team")`, or `export WANDB_ENTITY=team`. If you are in none, ask
    an administrator of the organization to add you to one.

    ## Before / After

    Before: `export WANDB_ENTITY=acme-robotics_X7Q2`. After: `export WANDB_ENTITY=vision`.
    """
    call, run = facts[CALL], facts.get(RUN_ENTITY)
    if not call.by_run:
        return Skip("no run would be started")
    if run is None:
        missing = facts.why_missing(RUN_ENTITY)
        return Skip(missing.reason if missing else "unknown", unknown=missing is not None and missing.unknown)
    severity = Severity.ERROR if call.target is not None else Severity.WARNING
    there = f"the run would be started in {run.name!r} ({run.provenance})"
    if run.entity is None and run.name != facts[ENTITY].name:
        message = (
            f"{there}, which is not there, or not visible to you"
            if run.name
            else "no entity is set for the run"
        )
        return Fail(message, (_under_a_team(facts, run),), severity, leaves_unknown=frozenset())
    if run.entity is not None and run.entity.kind == "organization":
        message = f"{there}, an organization's own entity, where no run can be"
        return Fail(message, (_under_a_team(facts, run),), severity, leaves_unknown=frozenset())
    project = facts.get(RUN_PROJECT)
    if project is not None and project.read_only:
        message = f"{there}, in the project {project.name!r}, where you may only read"
        ask = f"Ask an administrator of {run.name!r} for the role Member; a viewer's seat has to be changed, too."
        return Fail(
            message, (Fix("get the right to log there", steps=(ask,)),), severity, leaves_unknown=frozenset()
        )
    return Pass(f"nothing speaks against a run in {run.name!r}")


def _under_a_team(facts: DeclaredFacts, run: CallingEntity) -> Fix:
    title, viewer, pinned = "start the run under a team", facts.get(VIEWER), facts[SETTINGS].pinned_run
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
    elsewhere = f"Or: {change.snippet}" if change.snippet else change.step
    step = start.step if pinned else elsewhere
    return Fix(
        title, steps=(f"Your teams in the organization: {listed(teams)}.", step), snippet=start.snippet
    )
