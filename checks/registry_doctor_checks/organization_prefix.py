from registry_doctor.plugin import (
    CALL,
    CANDIDATES,
    ENTITY,
    ORDINARY,
    RESOLUTION,
    Applicability,
    Changes,
    DeclaredFacts,
    Fail,
    Fix,
    Organization,
    Outcome,
    Pass,
    Skip,
    Subject,
    Unresolved,
    check,
    listed,
    quoted_name,
)


@check(
    "RD302",
    requires=["RD201", "RD202", "RD204", "RD301"],
    needs=[CALL, ENTITY, RESOLUTION],
    wants=[CANDIDATES, ORDINARY],
)
def organization_prefix(facts: DeclaredFacts) -> Outcome:
    """The path names an organization of the calling entity, spelled exactly.

    ## What to do

    Remove the part before the registry, or write one of the two names of the organization. Do not guess the
    entity name: `wandb-registry doctor` shows it.

    ## Before / After

    Before: `vision/wandb-registry-model/detector`.
    After: `acme-robotics_X7Q2/wandb-registry-model/detector`.

    ## Why it matters

    wandb compares the part before the registry, letter by letter, with two names of the organization: its
    display name, and the name of its own entity, which may end in a random hash (`acme-robotics_X7Q2`). The
    name of a team, other capital letters or a guessed `-org` do not match (R2.3).

    ## What it looks at

    The part before the registry, and the two names of each organization of the calling entity. The calling
    entity is the entity through which wandb finds the organization; see RD301.

    ## What wandb says

    - With a team, link from SDK 0.22.3 on, fetch from 0.23.1 on, to 0.31.0: `Unable to find organization for
      entity 'vision'.` This blames the team, although only the part before the registry is wrong.
    - With a team, link in SDK 0.21.0 to 0.22.2, fetch in 0.18.6 to 0.22.3: `Expecting the organization name
      or entity name to match 'Acme Robotics' and cannot be linked/fetched with 'vision'. …`
    - With a team, link in SDK 0.18.4 to 0.20.1: `artifact belongs to the organization "Acme Robotics" and
      cannot be linked/fetched with "vision". …`
    - With a personal entity, fetch from SDK 0.18.6 on, link from 0.21.0 on, to 0.31.0: `Expecting the
      organization name or entity name to match …`; in several organizations: `Personal entity belongs to
      multiple organizations and cannot be linked/fetched with …`
    - SDK up to 0.18.3 knows only the entity name: `project 'wandb-registry-model' not found under entity
      'Acme Robotics'`.

    ## How sure this is

    Proven: wandb compares the names letter by letter (R2.1, R2.3). Which organization was meant by another
    spelling is a guess (guesses G29, G30).
    """
    if facts.get(ORDINARY) is not None:
        return Skip("the path names an ordinary artifact, which needs no organization")
    resolution, caller = facts[RESOLUTION], facts[ENTITY]
    named = resolution.named
    if resolution.named_by != "path" or named is None:
        return Skip("the path names no organization")
    if isinstance(resolution.outcome, Organization):
        return Pass(f"{named!r} names the organization {resolution.outcome.name!r}")
    if resolution.elsewhere is not None:
        return Skip(f"{named!r} is another organization of yours; see RD305")
    reachable = caller.entity.reachable if caller.entity else ()
    belongs = " and ".join(f"{each.name!r} (entity {each.entity!r})" for each in reachable)
    message = (
        f"the path names {quoted_name(named)} as the organization, but {caller.name!r} belongs to {belongs}"
    )
    if correction := resolution.correction:
        if correction.certain:
            message = (
                f"{correction.why}. The path must name the organization exactly:"
                f" {_exactly(correction.organization)}"
            )
            message += (
                "" if correction.organization in reachable else f". {caller.name!r} belongs to {belongs}"
            )
        changes: Changes = {"organization": correction.organization.path_prefix}
        trust = Applicability.SAFE if correction.certain else Applicability.UNSAFE
        title = f"begin the path with {correction.organization.path_prefix!r}"
        whole = 3 if facts[CALL].for_ == "use" else 1
        candidates = facts.get(CANDIDATES)
        enough = (
            correction.certain
            or candidates is None
            or any(candidate.has >= whole for candidate in candidates)
        )
        leaves_unknown: frozenset[Subject] = frozenset() if enough else frozenset({"organization"})
        return Fail(message, (Fix(title, changes, trust),), leaves_unknown=leaves_unknown)
    best = max(facts.get(CANDIDATES) or (), key=lambda candidate: candidate.has, default=None)
    if resolution.outcome is Unresolved.WRONG_NAME_OF_MANY and best is not None and best.has:
        changes = {"organization": best.organization.path_prefix}
        fix = Fix(f"the organization may be {best.organization.path_prefix!r}", changes, Applicability.UNSAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    fix = Fix(
        "name one of your organizations",
        steps=(f"Write one of these before the registry: {listed(each.path_prefix for each in reachable)}.",),
    )
    return Fail(message, (fix,), leaves_unknown=frozenset({"organization"}))


def _exactly(organization: Organization) -> str:
    """The two names that wandb accepts."""
    entity = f", or its entity {organization.entity!r}" if organization.entity else ""
    return f"{organization.name!r}{entity}"
