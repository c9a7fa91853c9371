from registry_doctor.plugin import (
    ARTIFACT_TYPE,
    CALL,
    COLLECTION,
    COLLECTIONS,
    VERSION,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    before_after,
    check,
    listed,
    literal,
)


@check(
    "RD501",
    requires=["RD401", "RD404", "RD502", "RD601"],
    needs=[CALL, ARTIFACT_TYPE, COLLECTION],
    wants=[COLLECTIONS, VERSION],
)
def collection_type(facts: DeclaredFacts) -> Outcome:
    """The collection holds artifacts of this type.

    ## What it looks at

    The type of the collection, and the type of the artifact; for a fetch the `type=` that is given.

    ## Why it matters

    A collection holds one type, that of the first artifact that was linked to it, for ever (R3.3). wandb does
    not look before it links; a fetch with `type=` compares.

    ## What wandb says

    - A link: the server refuses; its words are not known.
    - A fetch, SDK 0.31.0: `type 'dataset' specified but this artifact is of type 'model'`;
      `run.use_artifact`: `Supplied type dataset does not match type model of artifact …`

    ## Fix

    Link to a collection of that type, or to a new one. For a fetch leave `type=` out.

    ## Before / After

    Before: a `dataset` to `wandb-registry-Golden Datasets/weights`, a collection of models.
    After: to `wandb-registry-Golden Datasets/frames`.
    """
    call, wanted, collection = facts[CALL], facts[ARTIFACT_TYPE], facts[COLLECTION]
    version = facts.get(VERSION)
    if collection is None:
        return Skip("there is no collection yet")
    held = (version.type if version else None) or collection.type
    if held is None:
        return Skip("unknown: the server does not tell the collection's type")
    if held == wanted:
        return Pass(f"it holds the type {held!r}")
    if call.for_ == "use":
        message = f"{collection.name!r} holds the type {held!r}, not {wanted!r}"
        snippet = before_after(f"type={literal(wanted)}", f"type={literal(held)}")
        fix = Fix("leave the type out, or correct it", steps=(f"The type is {held!r}.",), snippet=snippet)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    listing = facts.get(COLLECTIONS)
    others = [each.name for each in (listing.rows if listing else ()) if each.type == wanted]
    message = f"the collection {collection.name!r} holds the type {held!r} for ever, and the artifact is of type {wanted!r}"
    steps = ["Link to a collection with another name; a new one is made by the link."]
    if others:
        steps.insert(0, f"Collections of the type {wanted!r} here: {listed(others)}.")
    return Fail(
        message,
        (Fix(f"use a collection for the type {wanted!r}", steps=tuple(steps)),),
        leaves_unknown=frozenset(),
    )
