from collections.abc import Mapping

from registry_doctor.plugin import (
    CALL,
    COLLECTION,
    ENTITY,
    INTERPRETATION,
    ORDINARY,
    REGISTRY,
    RESOLUTION,
    SETTINGS,
    SOURCE,
    VERSION,
    AnyFact,
    DeclaredFacts,
    Fail,
    Fix,
    Organization,
    Outcome,
    Pass,
    Skip,
    Subject,
    Unavailable,
    check,
    find_placeholder,
    find_placeholder_in,
    listed,
    may_be_a_name,
)

_SHOWS: Mapping[Subject, AnyFact] = {
    "entity": ENTITY,
    "artifact": SOURCE,
    "organization": RESOLUTION,
    "registry": REGISTRY,
    "collection": COLLECTION,
    "version": VERSION,
}
"""What shows whether something has the name that stands in this part."""


@check(
    "RD207",
    needs=[CALL, SETTINGS],
    wants=[COLLECTION, ENTITY, INTERPRETATION, ORDINARY, REGISTRY, RESOLUTION, SOURCE, VERSION],
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

    Examples in documentation contain parts to fill in: `<org>`, `{REGISTRY}`, `your_entity`, `ORG_ENTITY_NAME`,
    `team-name`. wandb takes them for names. Then it finds nothing with this name, or it creates a collection with this name.

    ## What it looks at

    The parts of the target path, the parts of the artifact's path, and the entity that is set. A word that is
    the name of something on the server is not a placeholder.

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
    set_entity = facts[SETTINGS].run_entity if call.by_run else facts[SETTINGS].entity
    entity, source = set_entity.value, set_entity.source
    if entity and (call.for_ != "link" or call.artifact is None) and (found := find_placeholder(entity)):
        left["entity"] = found
    for name, text in list(left.items()):
        if (name == "collection" or may_be_a_name(text)) and _exists(facts, name, text):
            del left[name]  # something with this odd name exists
    unknown = frozenset(name for name, text in left.items() if text in call.unknown_parts)
    left = {name: text for name, text in left.items() if name not in unknown}
    for name, text in left.items():
        if (name == "collection" or may_be_a_name(text)) and (why := _unanswered(facts, name)):
            return Skip(why.reason, unknown=True, leaves_unknown=frozenset(left) | unknown)
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


def _unanswered(facts: DeclaredFacts, name: Subject) -> Unavailable | None:
    """Why the server could not say whether something has the name; `None` if it could, or was not asked."""
    wanted: tuple[AnyFact, ...] = (_SHOWS[name], *(() if name in ("entity", "artifact") else (ORDINARY,)))
    reasons = (facts.why_missing(fact) for fact in wanted)
    return next((why for why in reasons if why is not None and why.unknown), None)


def _exists(facts: DeclaredFacts, name: Subject, text: str) -> bool:
    """Whether this part of the path is the name of something on the server."""
    collection, registry, version = facts.get(COLLECTION), facts.get(REGISTRY), facts.get(VERSION)
    resolution, caller, ordinary = facts.get(RESOLUTION), facts.get(ENTITY), facts.get(ORDINARY)
    if name == "entity":
        return caller is not None and caller.entity is not None and caller.name == text
    if name == "artifact":
        return facts.get(SOURCE) is not None
    if ordinary is not None:
        return True
    if name == "organization":
        found = resolution is not None and isinstance(resolution.outcome, Organization)
        return resolution is not None and (resolution.entity_prefix or (found and resolution.named == text))
    if name == "registry":
        return registry is not None and registry.name == text
    if name == "collection":
        reading = facts.get(INTERPRETATION)
        return reading is not None and collection is not None and collection.name == reading.collections[0]
    return version is not None
