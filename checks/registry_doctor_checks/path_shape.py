from registry_doctor.check import Applicability, Fail, Fix, Name, Outcome, Pass, Severity, check
from registry_doctor.facts import CALL, COLLECTION, PLACE, READING, RESOLUTION, DeclaredFacts, Place
from registry_doctor.path import PathField
from registry_doctor.readings import Reading
from registry_doctor.wording import listed, quoted_name


@check("RD201", requires=["RD207"], needs=[CALL, READING], wants=[COLLECTION, PLACE, RESOLUTION])
def path_shape(facts: DeclaredFacts) -> Outcome:
    """The path has the parts that wandb reads: a registry and a collection, perhaps after an organization.

    ## Why it matters

    wandb cuts the text at the first colon and at the slashes, and takes every character as it is. Spaces,
    `%20`, a pasted address or an empty part become part of a name, and the call goes to another place, often
    without an error.

    ## What wandb says

    Four parts: `Invalid artifact path: 'a/b/c/d'`. Everything else: nothing, or that it finds no such project.

    ## Fix

    `wandb-registry-{registry}/{collection}`, for a fetch with `:{version or alias}`; in front of it, only if
    needed, the organization. Spaces inside a name stay as they are.

    ## Before / After

    Before: `acme/vision/wandb-registry-model/detector`. After: `acme/wandb-registry-model/detector`.
    """
    reading, place = facts[READING], facts.known(PLACE)
    if reading.problems:
        message = f"wandb would misread the path: {'; '.join(reading.problems)}"
        if reading.path is None or reading.legacy:
            missing: frozenset[Name] = frozenset(reading.missing)
            steps = ("Write wandb-registry-{registry}/{collection}.",)
            title = (
                f"give the {' and the '.join(reading.missing)}" if reading.missing else "write a plain path"
            )
            if reading.pasted and reading.organizations:
                missing |= frozenset[Name]({"organization"})
            return Fail(message, (Fix(title, steps=steps),), leaves=missing)
        resolution = facts.known(RESOLUTION)
        changes: dict[PathField, str | None] = {
            "organization": reading.path.prefix,
            "registry": place.registry if place else reading.registries[0],
            "collection": _collection_meant(facts, reading, place),
            "version": reading.path.version,
        }
        if len(reading.organizations) > 1:
            by_path = resolution is not None and resolution.named_by == "path"
            changes["organization"] = resolution.named if resolution and by_path else None
        return Fail(message, (Fix("write the plain path", changes, Applicability.SAFE),), leaves=frozenset())
    if reading.completed_by:
        changes = {"registry": reading.registries[0]}
        message = f"it is in a registry only because the project setting says {reading.completed_by!r}"
        return _warning(message, Fix("name the registry in the path", changes, Applicability.SAFE))
    if cleaned := _cleaned_collection(reading):
        exists = facts.known(COLLECTION) is not None
        fix = Fix(f"write {cleaned!r}", {"collection": cleaned}, Applicability.SAFE)
        typed = quoted_name(reading.collections[0])
        if facts[CALL].for_ == "use" and exists and place is not None and place.collection == cleaned:
            message = f"there is no collection {typed}, but there is {cleaned!r}: space and `%xx` are not cleaned by wandb"
            return Fail(message, (fix,), leaves=frozenset())
        if facts[CALL].for_ == "link" and not (
            exists and place and place.collection == reading.collections[0]
        ):
            return _warning(f"a new collection would be called {typed}, space and `%xx` included", fix)
    if reading.leading_slash:
        fix = Fix("leave the first slash out", {"organization": None}, Applicability.SAFE)
        return _warning("the path begins with a slash, which means nothing to wandb", fix)
    parts = [*reading.organizations, *reading.registries[:1], *reading.collections[:1]]
    return Pass(f"it has {len(parts)} parts: {listed(parts)}")


def _collection_meant(facts: DeclaredFacts, reading: Reading, place: Place | None) -> str:
    """The collection of a path that is rewritten anyway: as typed only if there is one of that name."""
    if place is not None and place.collection is not None and facts.known(COLLECTION) is not None:
        return place.collection
    return reading.collections[-1]


def _cleaned_collection(reading: Reading) -> str | None:
    return reading.collections[1] if len(reading.collections) > 1 else None


def _warning(message: str, fix: Fix) -> Fail:
    return Fail(message, (fix,), Severity.WARNING, leaves=frozenset())
