from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    ENTITY,
    INTERPRETATION,
    REGISTRIES,
    REGISTRY,
    REGISTRY_PREFIX,
    RESOLUTION,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Listing,
    Outcome,
    Pass,
    PathField,
    Registry,
    Skip,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
)

_FAULTS = {
    "missing": "does not begin with 'wandb-registry-'",
    "spelling": "spells 'wandb-registry-' differently",
    "split": "has 'wandb-registry' in front as a part of its own",
    "misplaced": "is not the registry, which stands one part too early",
    "doubled": "has the prefix 'wandb-registry-' twice",
}


@check(
    "RD202",
    requires=["RD201", "RD204"],
    needs=[CALL, INTERPRETATION],
    wants=[ENTITY, DESTINATION, REGISTRY, REGISTRIES, RESOLUTION],
    about=["registry"],
)
def registry_prefix(facts: DeclaredFacts) -> Outcome:
    """The project part begins with `wandb-registry-`, exactly.

    ## What it looks at

    The part before the collection, and whether the organization has a registry of that name, or of one near
    it.

    ## Why it matters

    The prefix alone tells wandb that a registry is meant (R1.2). Without it, or with other capitals, the path
    names an ordinary project: a link makes that project and succeeds, and nobody finds the model in the
    registry. It is the quietest failure of all.

    ## What wandb says

    - A link, in every version: nothing.
    - A fetch, SDK 0.31.0: `project 'model' not found under entity 'you'`.
    - SDK 0.18.4 to 0.19.10 even advised it: `Try using shorthand path format:
      <my_registry_name>/<artifact_name> …`, without the prefix.

    ## Fix

    Write `wandb-registry-` before the registry's name. `wandb-registry doctor` lists the registries with
    their paths.

    ## Before / After

    Before: `model/detector`. After: `wandb-registry-model/detector`.
    """
    reading, place = facts[INTERPRETATION], facts.get(DESTINATION)
    if reading.legacy:
        return Skip("it is a path of the legacy Model Registry")
    if not reading.registries or (reading.pasted and reading.prefix_fault != "doubled"):
        return Skip("the path names no registry" if not reading.registries else "a URL or URI was pasted")
    fault = reading.prefix_fault
    if fault is not None and reading.as_typed is None:
        return Skip("wandb does not read the path at all; see RD201")
    if fault is None:
        return Pass("the project part is a registry")
    registry = facts.get(REGISTRY)
    typed = reading.as_typed.project if reading.as_typed and reading.as_typed.project else reading.text
    if fault == "doubled" and registry is not None and place and place.registry == reading.registries[0]:
        return Pass(f"there is a registry of that odd name, {registry.name!r}")
    if fault == "doubled" and (place is None or facts.why_missing(REGISTRY)):
        return Skip("unknown: a registry may be called so, and it could not be looked up")
    message = f"the project part {quoted_name(typed)} {_FAULTS[fault]}, so wandb {_lands(facts, typed)}"
    registries = facts.get(REGISTRIES)
    if registry is not None and place is not None:
        fix = Fix("add the registry prefix", _changes(facts, registry.name), Applicability.SAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    if registries is None or place is None or facts.why_missing(REGISTRY):
        meant = reading.registries[-1 if fault == "doubled" else 0]
        fix = Fix("add the registry prefix", _changes(facts, meant), Applicability.UNSAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    return _elsewhere(facts, message, registries)


def _elsewhere(facts: DeclaredFacts, message: str, registries: Listing[Registry]) -> Fail:
    """No registry has the name after the prefix: near ones, if there are any."""
    reading = facts[INTERPRETATION]
    names = [each.name for each in registries.rows]
    near = [each for name in reading.registries for each in near_names(name, names)]
    fixes = near_fixes(near, "registry", lambda name: _changes(facts, name))
    visible = f"; you can see {listed(names)}" if names else ""
    message += (
        f". There is no registry {listed(reading.registries, last='or')} that is visible to you{visible}"
    )
    if not fixes:
        steps = (f"Write {REGISTRY_PREFIX} and the name of a registry that is there.",)
        fixes = (Fix("name a registry", steps=steps, snippet="wandb-registry doctor"),)
    return Fail(message, fixes, leaves_unknown=frozenset({"registry"}))


def _changes(facts: DeclaredFacts, registry: str) -> dict[PathField, str | None]:
    reading = facts[INTERPRETATION]
    changes: dict[PathField, str | None] = {"registry": registry}
    if reading.prefix_fault in ("misplaced", "split") and reading.intended is not None:
        changes |= {
            "organization": None,
            "collection": reading.intended.collection,
            "version": reading.intended.version,
        }
    resolution, place = facts.get(RESOLUTION), facts.get(DESTINATION)
    if resolution is not None and resolution.entity_prefix and place is not None:
        changes["organization"] = place.organization.path_prefix
    return changes


def _lands(facts: DeclaredFacts, project: str) -> str:
    if facts[INTERPRETATION].prefix_fault == "doubled":
        return "looks for a registry whose name has it too"
    typed, entity = facts[INTERPRETATION].as_typed, facts.get(ENTITY)
    owner = (typed.prefix if typed else None) or (entity.name if entity else None)
    where = f"the ordinary project {quoted_name(project)}" + (f" of {quoted_name(owner)}" if owner else "")
    if facts[CALL].for_ == "use":
        return f"looks in {where}"
    return f"takes it for {where}, and the link would land there, outside any registry"
