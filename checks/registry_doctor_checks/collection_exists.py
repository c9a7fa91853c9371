from registry_doctor.plugin import (
    CALL,
    COLLECTION,
    COLLECTIONS,
    DESTINATION,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    check,
    listed,
    namesakes,
    near_fixes,
    near_names,
    quoted_name,
    shell_word,
)


@check(
    "RD502",
    requires=["RD201", "RD401"],
    needs=[CALL, DESTINATION, COLLECTION],
    wants=[COLLECTIONS],
)
def collection_exists(facts: DeclaredFacts) -> Outcome:
    """The collection is there; for a link, a new one does not look like a misspelt old one.

    ## What it looks at

    The collection, and for near names the other collections of the registry.

    ## Why it matters

    A fetch needs the collection. A link makes it if it is missing, so that a typing error silently starts a
    second collection beside the right one (R3.1).

    ## What wandb says

    - A link, in every version: nothing.
    - A fetch, SDK 0.26.1 to 0.31.0: `artifact membership 'detecter:production' not found in
      '…/wandb-registry-model'`. Older versions: `Project … does not contain artifact: "detecter:production"`
    - `api.artifact_collection`, in every version: `Could not find artifact type 'model'`, whatever is
      missing.

    ## Fix

    Correct the name. Capitals count. `wandb-registry ls 'Acme Robotics/model'` lists the collections.

    ## Before / After

    Before: `wandb-registry-model/detecter:production`. After: `wandb-registry-model/detector:production`.
    """
    place, collection, listing = facts[DESTINATION], facts[COLLECTION], facts.get(COLLECTIONS)
    asked = place.collection or ""
    names = [each.name for each in listing.rows] if listing else []
    if collection is not None:
        kind = f", of type {collection.type!r}" if collection.type else ""
        return Pass(f"{collection.name!r} is there{kind}")
    unsearched = ""
    if listing is not None and not listing.complete:
        unsearched = f" (only the first {len(names)} collections were searched for near names)"
    if facts[CALL].for_ == "link":
        near = namesakes(asked, names)
        if not near:
            return Pass(f"{quoted_name(asked)} will be made by the link{unsearched}")
        fixes = tuple(
            Fix(f"link to {each.name!r}", {"collection": each.name}, Applicability.UNSAFE) for each in near
        )
        message = (
            f"a new collection {quoted_name(asked)} would be made beside {listed(each.name for each in near)}"
        )
        return Fail(message, fixes, Severity.WARNING, leaves_unknown=frozenset())
    message = f"the collection {quoted_name(asked)} is not found in {place.registry!r}, or not visible to you"
    if names:
        message += f"; there are {listed(names)}"
    found = near_fixes(near_names(asked, names), "collection", lambda name: {"collection": name})
    if not found:
        snippet = f"wandb-registry ls {shell_word(f'{place.entity}/{place.registry}')}"
        steps = ("Correct the name of the collection; this lists those that are there.",)
        found = (Fix("name a collection that is there", steps=steps, snippet=snippet),)
    return Fail(message + unsearched, found, leaves_unknown=frozenset({"collection"}))
