from registry_doctor.plugin import (
    CALL,
    CANDIDATES,
    ENTITY,
    ORDINARY,
    RESOLUTION,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    Subject,
    Unresolved,
    check,
    listed,
)


@check(
    "RD303",
    requires=["RD301", "RD304"],
    needs=[CALL, ENTITY, RESOLUTION],
    wants=[CANDIDATES, ORDINARY],
    about=["person"],
    judges=["entity"],
)
def organization_unambiguous(facts: DeclaredFacts) -> Outcome:
    """It is clear which organization the call means.

    ## What to do

    Write the organization before the registry, or use a team: `wandb.Api(overrides={"entity": "team"})`.
    `WANDB_ORGANIZATION` works for `Api.artifact` and `use_artifact`, but not for every other call (R2.6).

    ## Before / After

    Before: `wandb-registry-model/detector:production`.
    After: `acme-robotics_X7Q2/wandb-registry-model/detector:production`.

    ## Why it matters

    A personal entity may be in several organizations. Each of them has its own registries, often with the
    same names. If neither the path nor a setting names an organization, wandb does not choose one.

    ## What it looks at

    For a fetch through a personal entity: its organizations, whether the path or the setting names one of
    them, and which of them have the registry, the collection and the version.

    ## What wandb says

    - SDK 0.18.6 to 0.31.0: `Personal entity 'erin' belongs to multiple organizations and cannot be used
      without specifying the organization name. …`
    - SDK 0.18.4 and 0.18.5: `Unable to resolve an organization associated with the entity: 'erin' that is
      initialized in the API or Run settings. …`
    - SDK up to 0.18.3: `project 'wandb-registry-model' not found under entity 'erin'`, because it looks in
      the default entity.

    ## How sure this is

    Proven: wandb was run with such an entity (R2.1). If several organizations have the registry, which of
    them was meant is a guess (guesses G30).
    """
    if facts.get(ORDINARY) is not None:
        return Skip("the path names an ordinary artifact, which needs no organization")
    resolution, caller = facts[RESOLUTION], facts[ENTITY]
    if facts[CALL].for_ == "link":
        return Skip("a link uses the entity of the artifact; see RD304")
    if resolution.outcome is not Unresolved.AMBIGUOUS:
        return Pass("the organization is clear")
    organizations = caller.entity.reachable if caller.entity else ()
    names = listed(each.name for each in organizations)
    message = (
        f"personal entity {caller.name!r} ({caller.source}) is in several organizations: {names}. The path"
        " names none of them"
    )
    candidates = facts.get(CANDIDATES) or ()
    most = max((candidate.has for candidate in candidates), default=0)
    if not most:
        steps = ("Write one of them before the registry.",)
        fix = Fix(
            f"name the organization: {listed((each.path_prefix for each in organizations), last='or')}",
            steps=steps,
        )
        return Fail(message, (fix,), leaves_unknown=frozenset({"organization"}))
    likely = [candidate for candidate in candidates if candidate.has == most]
    whole = 3 if facts[CALL].for_ == "use" else 2
    trust = Applicability.SAFE if len(likely) == 1 and most == whole else Applicability.UNSAFE
    only = (
        "the only organization where the path exists"
        if len(likely) == 1
        else "an organization where the path exists"
    )
    fixes = tuple(
        Fix(
            f"begin the path with {candidate.organization.path_prefix!r}, {only}",
            {"organization": candidate.organization.path_prefix},
            trust,
        )
        for candidate in likely
    )
    # If several have everything, none is chosen yet: one may refuse what another allows.
    undecided = len(likely) > 1 and most == whole
    leaves_unknown: frozenset[Subject] = frozenset({"organization"}) if undecided else frozenset()
    return Fail(message, fixes, leaves_unknown=leaves_unknown)
