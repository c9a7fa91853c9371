from collections.abc import Mapping
from dataclasses import replace

from registry_doctor.plugin import (
    CALL,
    COLLECTION,
    DESTINATION,
    ENTITY,
    INTERPRETATION,
    REGISTRIES,
    REGISTRY,
    RESOLUTION,
    VIEWER,
    Applicability,
    DeclaredFacts,
    Destination,
    Fail,
    Fix,
    Interpretation,
    Outcome,
    Pass,
    PathField,
    Severity,
    Subject,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
)


@check(
    "RD201",
    requires=["RD207"],
    needs=[CALL, INTERPRETATION],
    wants=[COLLECTION, ENTITY, DESTINATION, REGISTRIES, REGISTRY, RESOLUTION, VIEWER],
)
def path_shape(facts: DeclaredFacts) -> Outcome:
    """The path has the parts that wandb reads: a registry and a collection, perhaps after an organization.

    ## What it looks at

    The text of the path alone: slashes, colons, empty parts, spaces around a part, `%xx`, URLs and URIs. The
    server is asked only whether the collection with the space or the `%xx` is there.

    ## Why it matters

    wandb cuts the text at the first colon and at the slashes, and takes every character as it is (R1.1).
    Spaces, `%20`, a pasted address or an empty part become part of a name, and the call goes to another
    place, often without an error.

    ## What wandb says

    - SDK 0.26.1 and 0.31.0, four parts or more: `Invalid artifact path: 'a/b/c/d'`
    - SDK 0.26.1 and 0.31.0, a link with anything else: nothing, it goes to an ordinary project. A fetch:
      `project '…' not found under entity '…'`.
    - Other versions: the words are not known.

    ## Fix

    `wandb-registry-{registry}/{collection}`, for a fetch with `:{version or alias}`; in front of it, only if
    needed, the organization. Spaces inside a name stay as they are (R1.10). `wandb-registry doctor` lists
    ready-made paths.

    ## Before / After

    Before: `acme/vision/wandb-registry-model/detector`. After: `acme/wandb-registry-model/detector`.
    """
    reading, place = facts[INTERPRETATION], facts.get(DESTINATION)
    if reading.problems:
        message = f"wandb would misread the path: {'; '.join(reading.problems)}"
        if reading.intended is None or reading.legacy:
            missing: frozenset[Subject] = frozenset(reading.missing)
            steps = (
                "Write wandb-registry-{registry}/{collection}; this lists the paths of your registries.",
            )
            title = (
                f"give the {' and the '.join(reading.missing)}" if reading.missing else "write a plain path"
            )
            if reading.pasted and reading.organizations:
                missing |= frozenset[Subject]({"organization"})
            fix = Fix(title, steps=steps, snippet="wandb-registry doctor")
            return Fail(message, (fix,), leaves_unknown=missing)
        resolution = facts.get(RESOLUTION)
        changes: dict[PathField, str | None] = {
            "organization": reading.intended.prefix,
            "registry": place.registry if place else reading.registries[0],
            "collection": _collection_meant(facts, reading, place),
            "version": reading.intended.version,
        }
        trust = Applicability.SAFE
        if len(reading.organizations) > 1:
            by_path = resolution is not None and resolution.named_by == "path"
            changes["organization"] = resolution.named if resolution and by_path else None
            if not by_path and not _is_entity(facts, reading.organizations[0]):
                trust = Applicability.UNSAFE  # it may be the name of an organization that is not visible
        if reading.as_typed is None and reading.prefix_fault is not None:
            return _without_prefix(facts, message, changes, trust)
        return Fail(message, (Fix("write the plain path", changes, trust),), leaves_unknown=frozenset())
    if reading.completed_by:
        changes = {"registry": reading.registries[0]}
        message = f"it is in a registry only because the project setting says {reading.completed_by!r}"
        return _warning(message, Fix("name the registry in the path", changes, Applicability.SAFE))
    if cleaned := _cleaned_collection(reading):
        exists = facts.get(COLLECTION) is not None
        fix = Fix(f"write {cleaned!r}", {"collection": cleaned}, Applicability.SAFE)
        typed = quoted_name(reading.collections[0])
        if facts[CALL].for_ == "use" and exists and place is not None and place.collection == cleaned:
            message = f"there is no collection {typed}, but there is {cleaned!r}: space and `%xx` are not cleaned by wandb"
            return Fail(message, (fix,), leaves_unknown=frozenset())
        if facts[CALL].for_ == "link" and not (
            exists and place and place.collection == reading.collections[0]
        ):
            return _warning(f"a new collection would be called {typed}, space and `%xx` included", fix)
    if reading.leading_slash:
        fix = Fix("leave the first slash out", {"organization": None}, Applicability.SAFE)
        return _warning("the path begins with a slash, which means nothing to wandb", fix)
    if reading.as_typed is not None and reading.text == reading.as_typed.name and reading.legacy:
        return Pass("it is a name alone, as run.link_model takes it")
    parts = [*reading.organizations, *reading.registries[:1], *reading.collections[:1]]
    return Pass(f"it has {len(parts)} parts: {listed(parts)}")


def _without_prefix(
    facts: DeclaredFacts, message: str, changes: Mapping[PathField, str | None], trust: Applicability
) -> Fail:
    """For a path that wandb does not even read the missing prefix is a part of the same edit."""
    reading, registry, registries = facts[INTERPRETATION], facts.get(REGISTRY), facts.get(REGISTRIES)
    title = "write the plain path, with the registry prefix"
    if registry is not None:
        return Fail(message, (Fix(title, changes, trust),), leaves_unknown=frozenset())
    if registries is None or facts.why_missing(REGISTRY):
        return Fail(message, (Fix(title, changes, Applicability.UNSAFE),), leaves_unknown=frozenset())
    names = [each.name for each in registries.rows]
    near = [each for name in reading.registries for each in near_names(name, names)]
    if trust is Applicability.UNSAFE:
        near = [replace(each, certain=False) for each in near]
    fixes = near_fixes(near, "registry", lambda name: {**changes, "registry": name})
    message += f"; and no registry {listed(reading.registries, last='or')} is visible to you"
    if not fixes:
        steps = ("Write wandb-registry-{registry}/{collection}; this lists the paths of your registries.",)
        fixes = (Fix("write a plain path", steps=steps, snippet="wandb-registry doctor"),)
    return Fail(message, fixes, leaves_unknown=frozenset({"registry"}))


def _is_entity(facts: DeclaredFacts, name: str) -> bool:
    """Whether this is the entity in play, or a team of the person's in its organization."""
    in_play, viewer = facts.get(ENTITY), facts.get(VIEWER)
    if in_play is None or in_play.entity is None:
        return False
    organization = in_play.entity.organization
    return name == in_play.name or bool(viewer and organization and name in viewer.teams_of(organization))


def _collection_meant(facts: DeclaredFacts, reading: Interpretation, place: Destination | None) -> str:
    """The collection of a path that is rewritten anyway: as typed only if there is one of that name."""
    if place is not None and place.collection is not None and facts.get(COLLECTION) is not None:
        return place.collection
    return reading.collections[-1]


def _cleaned_collection(reading: Interpretation) -> str | None:
    return reading.collections[1] if len(reading.collections) > 1 else None


def _warning(message: str, fix: Fix) -> Fail:
    return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
