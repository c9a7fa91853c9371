from registry_doctor.plugin import (
    CALL,
    CANDIDATES,
    ENTITY,
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
    wants=[CANDIDATES],
)
def organization_prefix(facts: DeclaredFacts) -> Outcome:
    """The organization in the path is the one that the entity reaches, spelt exactly.

    ## What it looks at

    The part before the registry, and the organizations of the entity in play with their two names.

    ## Why it matters

    wandb compares the prefix, letter by letter, with two names of the organization: the one it displays, and
    the name of its own entity, which may end in a random hash (`acme-robotics_X7Q2`). A team's name, other
    capitals or a guessed `-org` fit neither (R2.3).

    ## What wandb says

    - With a team, link from SDK 0.22.3 on, fetch from 0.23.1 on, to 0.31.0: `Unable to find organization for
      entity 'vision'.` It blames the team although only the prefix is wrong.
    - With a team, link in SDK 0.21.0 to 0.22.2, fetch in 0.18.6 to 0.22.3: `Expecting the organization name
      or entity name to match 'Acme Robotics' and cannot be linked/fetched with 'vision'. …`
    - With a team, link in SDK 0.18.4 to 0.20.1: `artifact belongs to the organization "Acme Robotics" and
      cannot be linked/fetched with "vision". …`
    - With a personal entity, fetch from SDK 0.18.6 on, link from 0.21.0 on, to 0.31.0: `Expecting the
      organization name or entity name to match …`; in several organizations: `Personal entity belongs to
      multiple organizations and cannot be linked/fetched with …`
    - SDK up to 0.18.3 knows the entity name alone: `project 'wandb-registry-model' not found under entity
      'Acme Robotics'`.

    ## Fix

    Leave the prefix out, or write one of the two names. Never guess the entity name: `wandb-registry doctor`
    shows it.

    ## Before / After

    Before: `vision/wandb-registry-model/detector`.
    After: `acme-robotics_X7Q2/wandb-registry-model/detector`.
    """
    resolution, in_play = facts[RESOLUTION], facts[ENTITY]
    named = resolution.named
    if resolution.named_by != "path" or named is None:
        return Skip("the path names no organization")
    if isinstance(resolution.outcome, Organization):
        return Pass(f"{named!r} is {resolution.outcome.name!r}")
    if resolution.elsewhere is not None:
        return Skip(f"{named!r} is an organization of yours; see RD305")
    reachable = in_play.entity.reachable if in_play.entity else ()
    names = "; ".join(f"{each.name!r} (its entity is {each.entity!r})" for each in reachable)
    message = f"{quoted_name(named)} names no organization that {in_play.name!r} reaches; it reaches {names}"
    if correction := resolution.correction:
        message += f". {correction.why}" if correction.certain else ""
        changes: Changes = {"organization": correction.organization.path_prefix}
        trust = Applicability.SAFE if correction.certain else Applicability.UNSAFE
        title = f"name the organization {correction.organization.name!r}"
        whole = 3 if facts[CALL].for_ == "use" else 1
        homes = facts.get(CANDIDATES)
        enough = correction.certain or homes is None or any(home.has >= whole for home in homes)
        leaves: frozenset[Subject] = frozenset() if enough else frozenset({"organization"})
        return Fail(message, (Fix(title, changes, trust),), leaves_unknown=leaves)
    best = max(facts.get(CANDIDATES) or (), key=lambda home: home.has, default=None)
    if resolution.outcome is Unresolved.WRONG_NAME_OF_MANY and best is not None and best.has:
        changes = {"organization": best.organization.path_prefix}
        fix = Fix(f"it may be {best.organization.name!r}", changes, Applicability.UNSAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    fix = Fix(
        "name an organization of yours",
        steps=(f"Write one of these before the registry: {listed(each.path_prefix for each in reachable)}.",),
    )
    return Fail(message, (fix,), leaves_unknown=frozenset({"organization"}))
