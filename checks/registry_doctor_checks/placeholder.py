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
    """No placeholder was left in the path, the artifact or the entity.

    ## What it looks at

    The parts of the target path, of the artifact's path, and the entity that is set.

    ## Why it matters

    Examples in documentation hold places to fill in: `<org>`, `{REGISTRY}`, `your_entity`. wandb takes them
    for names, and says that it finds none, or makes a collection of that name.

    ## What wandb says

    - SDK 0.31.0: `project 'project' not found under entity 'entity'`, `Unable to find organization for entity
      '<team>'.`
    - The server, when a run starts: `entity … not found during upsertBucket`
    - A placeholder for the collection of a link: nothing.

    ## Fix

    Write the real name in its place. `wandb-registry doctor` without a path lists the registries that you can
    link to, each with its path.

    ## Before / After

    Before: `wandb-registry-<registry>/detector`. After: `wandb-registry-model/detector`.
    """
    call, reading = facts[CALL], facts.get(INTERPRETATION)
    left: dict[Subject, str] = {}
    if reading is not None:
        left.update(dict(reading.placeholders.items()))
    if call.artifact and call.for_ == "link" and (found := find_placeholder_in(call.artifact)):
        left["artifact"] = found
    collection = facts.get(COLLECTION)
    if collection is not None and reading is not None and collection.name == reading.collections[0]:
        left.pop("collection", None)  # odd as it is, it is the name of what is there
    set_entity = facts[SETTINGS].run_entity if call.by_run else facts[SETTINGS].entity
    entity, source = set_entity.value, set_entity.source
    if entity and (call.for_ == "use" or call.artifact is None) and (found := find_placeholder(entity)):
        left["entity"] = found
    if not left:
        return Pass("no placeholder was left in")
    steps = tuple(
        f"Write the real {name} in place of {text}" + (f", in {source}." if name == "entity" else ".")
        for name, text in left.items()
    )
    leaves = frozenset(left) | frozenset[Subject](["entity"] if "artifact" in left else [])
    where = " and ".join(
        dict.fromkeys("target" if name not in ("artifact", "entity") else name for name in left)
    )
    return Fail(
        f"a placeholder was left in the {where}: {listed(left.values())}",
        (Fix("fill in the real names", steps=steps, snippet="wandb-registry doctor"),),
        leaves_unknown=leaves,
    )
