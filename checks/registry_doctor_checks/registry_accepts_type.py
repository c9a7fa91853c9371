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
    """The registry accepts artifacts of this type.

    ## What to do

    Link to a registry that accepts the type, or ask an administrator of the registry to add the type. A type
    that was added cannot be removed again.

    ## Before / After

    Before: a `dataset` to `wandb-registry-model/frames`. After: to `wandb-registry-dataset/frames`.

    ## Why it matters

    A registry accepts every type, or only the types that its administrators have listed (R3.2). By default,
    the registries `model` and `dataset` accept one type each. wandb does not check the type before it links.

    ## What it looks at

    The types that the registry accepts, and the type of the artifact. Also the types that other registries
    accept, if you can link to them.

    ## What wandb says

    - The server: `artifact type 'dataset' is not allowed in the 'Model' registry`. SDK 0.21.0 to 0.31.0
      raises it.
    - SDK up to 0.20.1: at most a line on the terminal, and no exception.

    ## How sure this is

    Likely: the server lists the accepted types itself, W&B documents that it refuses others, and people have
    reported the refusal (R3.2, R3.4; failures R10).
    """
    artifact_type, registry = facts[ARTIFACT_TYPE], facts[REGISTRY]
    if facts[CALL].for_ != "link":
        return Skip("a fetch adds nothing to the registry")
    if registry is None:
        return Skip("the registry is not found")
    if not registry.types_told:
        return Skip(
            "unknown: the server does not report which types the registry accepts", unknown=registry.withheld
        )
    accepted = registry.accepted_types
    if accepted is None:
        return Pass("the registry accepts every type")
    if artifact_type in accepted:
        return Pass(f"the registry accepts type {artifact_type!r}")
    listing = facts.get(REGISTRIES)
    others = [
        each.name
        for each in (listing.rows if listing else ())
        if each.name != registry.name and not each.read_only and each.types_told
        if each.accepted_types is None or artifact_type in each.accepted_types
    ]
    message = (
        f"registry {registry.name!r} does not accept type {artifact_type!r}; it accepts"
        f" {listed(accepted) or 'no type yet'}"
    )
    title = ask = f"ask an administrator of {registry.name!r} to accept type {artifact_type!r}"
    steps = []
    if others:
        title = f"link to a registry that accepts {artifact_type!r}: {listed(others, last='or')}"
        steps = [f"Or {ask}."]
    snippet = None
    if destination := facts.get(DESTINATION):
        owner = literal(destination.organization.name)
        steps.append("The administrator can run this code.")
        snippet = (
            f"registry = wandb.Api().registry({literal(registry.name)}, organization={owner})\n"
            f"registry.artifact_types.append({literal(artifact_type)})\n"
            "registry.save()"
        )
    fix = Fix(title, steps=tuple(steps), snippet=snippet)
    return Fail(message, (fix,))
