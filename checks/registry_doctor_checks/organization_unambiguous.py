from registry_doctor.plugin import (
    CALL,
    CANDIDATES,
    ENTITY,
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
    wants=[CANDIDATES],
    about=["person"],
    judges=["entity"],
)
def organization_unambiguous(facts: DeclaredFacts) -> Outcome:
    """It is clear which organization is meant.

    ## What it looks at

    For a fetch through a personal entity: the organizations that it is in, whether path or setting names one,
    and which of them have the registry, the collection and the version.

    ## Why it matters

    A personal entity may be in several organizations, and each has registries of its own, often with the same
    names. Without a prefix or a setting wandb does not choose.

    ## What wandb says

    - SDK 0.18.6 to 0.31.0: `Personal entity 'erin' belongs to multiple organizations and cannot be used
      without specifying the organization name. …`
    - SDK 0.18.4 and 0.18.5: `Unable to resolve an organization associated with the entity: 'erin' that is
      initialized in the API or Run settings. …`
    - SDK up to 0.18.3: `project 'wandb-registry-model' not found under entity 'erin'`, since it looks in the
      default entity.

    ## Fix

    Write the organization before the registry, or use a team: `wandb.Api(overrides={"entity": "team"})`.
    `WANDB_ORGANIZATION` helps with `Api.artifact` and `use_artifact`, but not with every other call (R2.6).

    ## Before / After

    Before: `wandb-registry-model/detector:production`.
    After: `acme-robotics_X7Q2/wandb-registry-model/detector:production`.
    """
    resolution, in_play = facts[RESOLUTION], facts[ENTITY]
    if facts[CALL].for_ != "use":
        return Skip("a link goes by the entity of the artifact; see RD304")
    if resolution.outcome is not Unresolved.AMBIGUOUS:
        return Pass("one organization is meant")
    organizations = in_play.entity.reachable if in_play.entity else ()
    names = listed(each.name for each in organizations)
    message = f"the personal entity {in_play.name!r} ({in_play.source}) is in several organizations, {names}, and the path names none"
    homes = facts.get(CANDIDATES) or ()
    most = max((home.has for home in homes), default=0)
    if not most:
        steps = ("Write one of them before the registry.",)
        fix = Fix(
            f"name the organization: {listed((each.path_prefix for each in organizations), last='or')}",
            steps=steps,
        )
        return Fail(message, (fix,), leaves_unknown=frozenset({"organization"}))
    likely = [home for home in homes if home.has == most]
    trust = Applicability.SAFE if len(likely) == 1 and most == 3 else Applicability.UNSAFE
    only = "the only one of them that has this" if len(likely) == 1 else "which has this"
    fixes = tuple(
        Fix(
            f"name {home.organization.name!r}, {only}", {"organization": home.organization.path_prefix}, trust
        )
        for home in likely
    )
    # Of several that have it all none is chosen yet: what one of them refuses, another may allow.
    undecided = len(likely) > 1 and most == 3
    leaves: frozenset[Subject] = frozenset({"organization"}) if undecided else frozenset()
    return Fail(message, fixes, leaves_unknown=leaves)
