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
    """The collection exists; a link does not create a misspelled copy of an existing one.

    ## What to do

    Correct the name. Upper and lower case are different. `wandb-registry ls 'Acme Robotics/model'` lists the
    collections.

    ## Before / After

    Before: `wandb-registry-model/detecter:production`. After: `wandb-registry-model/detector:production`.

    ## Why it matters

    A fetch needs the collection. A link creates the collection if it does not exist, so a typing error
    silently starts a second collection next to the right one (R3.1).

    ## What it looks at

    The collection. To find similar names: the other collections of the registry.

    ## What wandb says

    - A link, in every version: nothing.
    - A fetch, SDK 0.26.1 to 0.31.0: `artifact membership 'detecter:production' not found in
      '…/wandb-registry-model'`. Older versions: `Project … does not contain artifact: "detecter:production"`
    - `api.artifact_collection`, in every version: `Could not find artifact type 'model'`, whatever is
      missing.

    ## How sure this is

    Proven for a fetch, which finds nothing (failures 3.2). That a link creates the collection is likely,
    because W&B documents it (R3.1). Which name was meant is a guess, and so is that upper and lower case are
    different (guesses G11, G31).
    """
    destination, collection, listing = facts[DESTINATION], facts[COLLECTION], facts.get(COLLECTIONS)
    asked = destination.collection or ""
    names = [each.name for each in listing.rows] if listing else []
    if collection is not None:
        kind = f" and has type {collection.type!r}" if collection.type else ""
        return Pass(f"collection {collection.name!r} exists{kind}", notable=True)
    unsearched = ""
    if listing is not None and not listing.complete:
        unsearched = f" (only the first {len(names)} were searched for similar names)"
    if facts[CALL].for_ == "link":
        near = namesakes(asked, names)
        if not near:
            return Pass(f"the link will create collection {quoted_name(asked)}{unsearched}", notable=True)
        fixes = tuple(
            Fix(f"link to {each.name!r}", {"collection": each.name}, Applicability.UNSAFE) for each in near
        )
        message = (
            f"the link would create a new collection {quoted_name(asked)} next to"
            f" {listed(each.name for each in near)}"
        )
        return Fail(message, fixes, Severity.WARNING, leaves_unknown=frozenset())
    message = (
        f"collection {quoted_name(asked)} is not found in {destination.registry!r}, or not visible to you"
    )
    if names:
        message += f". The registry has {listed(names)}"
    found = near_fixes(near_names(asked, names), "collection", lambda name: {"collection": name})
    if facts[CALL].method == "api.artifact_collection_exists":
        return _asked_for(facts[CALL].method or "", message, found)
    if not found:
        snippet = f"wandb-registry ls {shell_word(f'{destination.entity}/{destination.registry}')}"
        steps = ("Correct the name of the collection. This command lists the collections.",)
        found = (Fix("name a collection that exists", steps=steps, snippet=snippet),)
    return Fail(message + unsearched, found, leaves_unknown=frozenset({"collection"}))


def _asked_for(method: str, message: str, near: tuple[Fix, ...]) -> Outcome:
    """The program asks whether the collection exists, so a missing one is an answer; a near name may be a mistake."""
    if not near:
        return Pass(f"{method} will return False: {message}")
    return Fail(f"{method} will return False: {message}", near, Severity.WARNING, leaves_unknown=frozenset())
