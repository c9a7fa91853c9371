from registry_doctor.plugin import (
    ARTIFACT_TYPE,
    CALL,
    DESTINATION,
    REGISTRIES,
    REGISTRY,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    listed,
    literal,
)


@check(
    "RD404",
    requires=["RD401", "RD601"],
    needs=[CALL, ARTIFACT_TYPE, REGISTRY],
    wants=[DESTINATION, REGISTRIES],
)
def registry_accepts_type(facts: DeclaredFacts) -> Outcome:
    """The registry takes artifacts of this type.

    ## What it looks at

    The types that the registry accepts, and the type of the artifact; for other registries to link to, what
    they accept.

    ## Why it matters

    A registry takes every type, or those that its administrators have listed (R3.2). The registries `model`
    and `dataset` take one each by default. wandb does not look before it links.

    ## What wandb says

    - The server: `artifact type 'dataset' is not allowed in the 'Model' registry`. SDK 0.21.0 to 0.31.0
      raises it.
    - SDK up to 0.20.1: a line on the terminal at most, and no exception.

    ## Fix

    Link to a registry that takes the type, or ask an administrator of the registry to accept the type (it can
    never be taken away again).

    ## Before / After

    Before: a `dataset` to `wandb-registry-model/frames`. After: to `wandb-registry-dataset/frames`.
    """
    artifact_type, registry = facts[ARTIFACT_TYPE], facts[REGISTRY]
    if facts[CALL].for_ != "link":
        return Skip("a fetch adds nothing")
    if registry is None:
        return Skip("there is no registry to ask")
    if not registry.types_told:
        return Skip("unknown: the server does not tell which types it takes", unknown=registry.withheld)
    accepted = registry.accepted_types
    if accepted is None:
        return Pass("it takes every type")
    if artifact_type in accepted:
        return Pass(f"it takes the type {artifact_type!r}")
    listing = facts.get(REGISTRIES)
    others = [
        each.name
        for each in (listing.rows if listing else ())
        if each.name != registry.name and not each.read_only and each.types_told
        if each.accepted_types is None or artifact_type in each.accepted_types
    ]
    message = (
        f"the registry {registry.name!r} takes {listed(accepted) or 'no type yet'}, not {artifact_type!r}"
    )
    steps = [f"Ask an administrator of {registry.name!r} to accept the type {artifact_type!r}."]
    if others:
        steps.insert(0, f"Link to a registry that takes {artifact_type!r}: {listed(others, last='or')}.")
    snippet = None
    if place := facts.get(DESTINATION):
        owner = literal(place.organization.name)
        steps.append("An administrator can do it with this code.")
        snippet = (
            f"registry = wandb.Api().registry({literal(registry.name)}, organization={owner})\n"
            f"registry.artifact_types.append({literal(artifact_type)})\n"
            "registry.save()"
        )
    fix = Fix(f"use a registry for the type {artifact_type!r}", steps=tuple(steps), snippet=snippet)
    return Fail(message, (fix,))
