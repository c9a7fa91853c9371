from registry_doctor.plugin import (
    CALL,
    COLLECTION,
    INTERPRETATION,
    SETTINGS,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    Subject,
    check,
    find_placeholder,
    find_placeholder_in,
    listed,
)


@check(
    "RD207",
    needs=[CALL, SETTINGS],
    wants=[COLLECTION, INTERPRETATION],
    judges=["entity", "artifact", "organization", "registry", "collection"],
)
def placeholder(facts: DeclaredFacts) -> Outcome:
    """The path, the artifact and the entity contain no placeholder.

    ## What to do

    Replace the placeholder with the real name. `wandb-registry doctor` without a path lists the registries
    that you can link to, each with its path.

    ## Before / After

    Before: `wandb-registry-<registry>/detector`. After: `wandb-registry-model/detector`.

    ## Why it matters

    Examples in documentation contain parts to fill in: `<org>`, `{REGISTRY}`, `your_entity`. wandb takes them
    for names. Then it finds nothing with this name, or it creates a collection with this name.

    ## What it looks at

    The parts of the target path, the parts of the artifact's path, and the entity that is set.

    ## What wandb says

    - SDK 0.31.0: `project 'project' not found under entity 'entity'`, `Unable to find organization for entity
      '<team>'.`
    - The server, when a run starts: `entity … not found during upsertBucket`
    - A placeholder for the collection of a link: nothing.

    ## How sure this is

    A guess: a name that looks like a placeholder may be a real name. An entity, a registry or a collection
    with such a name is rare (guesses G34).
    """
    call, interpretation = facts[CALL], facts.get(INTERPRETATION)
    left: dict[Subject, str] = {}
    if interpretation is not None:
        left.update(dict(interpretation.placeholders.items()))
    if call.artifact and call.for_ == "link" and (found := find_placeholder_in(call.artifact)):
        left["artifact"] = found
    collection = facts.get(COLLECTION)
    if (
        collection is not None
        and interpretation is not None
        and collection.name == interpretation.collections[0]
    ):
        left.pop("collection", None)  # a collection with this odd name exists
    set_entity = facts[SETTINGS].run_entity if call.by_run else facts[SETTINGS].entity
    entity, source = set_entity.value, set_entity.source
    if entity and (call.for_ != "link" or call.artifact is None) and (found := find_placeholder(entity)):
        left["entity"] = found
    unknown = frozenset(name for name, text in left.items() if text in call.unknown_parts)
    left = {name: text for name, text in left.items() if name not in unknown}
    if not left and unknown:
        return Skip("only the running program knows the rest of the path", leaves_unknown=unknown)
    if not left:
        return Pass("there is no placeholder")
    real = " and ".join(name for name in left)
    where_set = f" The entity comes from {source}." if "entity" in left else ""
    steps = (f"Write the real {real}.{where_set}", "This command lists the names that you can use.")
    leaves_unknown = frozenset(left) | unknown | frozenset[Subject](["entity"] if "artifact" in left else [])
    where = " and ".join(
        dict.fromkeys("target" if name not in ("artifact", "entity") else name for name in left)
    )
    return Fail(
        f"the {where} still contains a placeholder: {listed(left.values())}",
        (Fix("replace the placeholder", steps=steps, snippet="wandb-registry doctor"),),
        leaves_unknown=leaves_unknown,
    )
