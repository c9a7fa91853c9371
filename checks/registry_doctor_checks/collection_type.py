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
    """The collection accepts artifacts of this type.

    ## What to do

    Link to a collection of the artifact's type, or to a new collection. For a fetch, leave out `type=`.

    ## Before / After

    Before: a `dataset` to `wandb-registry-Golden Datasets/weights`, a collection of models.
    After: to `wandb-registry-Golden Datasets/frames`.

    ## Why it matters

    A collection accepts only one type: the type of the first artifact that was linked to it. This type cannot
    change (R3.3). wandb does not check the type before it links. A fetch with `type=` compares the types.

    ## What it looks at

    The type of the collection and the type of the artifact. For a fetch: the `type=` that is given.

    ## What wandb says

    - A link: the server refuses; its words are not known.
    - A fetch, SDK 0.31.0: `type 'dataset' specified but this artifact is of type 'model'`;
      `run.use_artifact`: `Supplied type dataset does not match type model of artifact …`

    ## How sure this is

    Proven: the type of a collection cannot change, and a fetch compares the types (R3.3, R3.5). That the
    server refuses a link of another type is likely, because W&B documents it; its words in our sandbox are a
    guess (R3.4; guesses G3).
    """
    call, wanted, collection = facts[CALL], facts[ARTIFACT_TYPE], facts[COLLECTION]
    version = facts.get(VERSION)
    if collection is None:
        return Skip("the collection does not exist yet")
    held = (version.type if version else None) or collection.type
    if held is None:
        return Skip("unknown: the server does not report the type of the collection")
    if held == wanted:
        return Pass(f"the collection accepts type {held!r}")
    if call.for_ != "link":
        message = f"collection {collection.name!r} has type {held!r}, not {wanted!r}"
        snippet = before_after(f"type={literal(wanted)}", f"type={literal(held)}")
        fix = Fix("leave out the type, or correct it", steps=(f"The type is {held!r}.",), snippet=snippet)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    listing = facts.get(COLLECTIONS)
    others = [each.name for each in (listing.rows if listing else ()) if each.type == wanted]
    message = (
        f"collection {collection.name!r} only accepts type {held!r}, and the artifact has type {wanted!r};"
        " the type of a collection cannot change"
    )
    title, step = "link to a collection with another name", "The link creates it if it does not exist."
    if others:
        title = f"link to a collection of type {wanted!r}: {listed(others, last='or')}"
        step = "Or to one with another name: the link creates it."
    return Fail(message, (Fix(title, steps=(step,)),), leaves_unknown=frozenset())
