from registry_doctor.check import Applicability, Fail, Fix, Outcome, Pass, Severity, check
from registry_doctor.facts import CALL, ENTITY, LEGACY, READING, DeclaredFacts, Successor
from registry_doctor.path import REGISTRY_PREFIX, Changes
from registry_doctor.wording import listed


@check("RD204", requires=["RD201", "RD207"], needs=[CALL, READING], wants=[ENTITY, LEGACY])
def legacy_model_registry(facts: DeclaredFacts) -> Outcome:
    """The path is not one of the legacy Model Registry.

    ## Why it matters

    `team/model-registry/name` belongs to the Model Registry that the Registry has replaced. After its migration
    nothing can be linked there; old collections redirect a fetch, new names do not (R8.3). In a team that
    was not migrated it is an ordinary project, outside any registry.

    ## What wandb says

    For a link: `The model registry has been migrated for teams in your organization. You may no longer make
    changes.` For a fetch a warning that holds the new path: `This model registry has been migrated and will be
    discontinued. …`

    ## Fix

    Use the registry that holds the collection now. `link_model` and `use_model` always build the legacy path:
    use `link_artifact` and `use_artifact`.

    ## Before / After

    Before: `vision/model-registry/detector`. After: `wandb-registry-model/detector`.
    """
    reading, call, legacy = facts[READING], facts[CALL], facts.known(LEGACY)
    if not reading.legacy:
        return Pass("it is no path of the legacy Model Registry")
    message = "'model-registry' is the project of the legacy Model Registry"
    if legacy is not None and legacy.redirect is not None:
        found = legacy.redirect
        message += f"; the server redirects it to {found.project}/{found.collection}"
        severity = Severity.WARNING if call.for_ == "use" else Severity.ERROR
        fix = Fix("use the path it was migrated to", _changes(facts, found), Applicability.SAFE)
        return Fail(message, (fix,), severity, leaves=frozenset({"organization", "registry"}))
    there = legacy.namesakes if legacy is not None else ()
    if len(there) == 1:
        message += f"; the only registry of yours with such a collection is {there[0].project!r}"
        fix = Fix(f"use {there[0].project!r}", _changes(facts, there[0]), Applicability.UNSAFE)
        return Fail(message, (fix,), leaves=frozenset({"organization", "registry"}))
    if there:
        message += f"; several registries have such a collection: {listed(each.project for each in there)}"
    steps = ("Write wandb-registry-{registry} in place of model-registry.",)
    fix = Fix("name the registry", steps=steps, snippet="wandb-registry doctor")
    return Fail(message, (fix,), leaves=frozenset({"organization", "registry"}))


def _changes(facts: DeclaredFacts, found: Successor) -> Changes:
    path = facts[READING].path
    in_play = facts.known(ENTITY)
    several = in_play is not None and in_play.entity is not None and len(in_play.entity.reachable) > 1
    prefix = found.entity or None if several or (path and path.prefix) else None
    return {
        "organization": prefix,
        "registry": found.project.removeprefix(REGISTRY_PREFIX),
        "collection": found.collection,
    }
