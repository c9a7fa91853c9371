from collections.abc import Mapping
from dataclasses import replace

from registry_doctor.plugin import (
    CALL,
    COLLECTION,
    DESTINATION,
    ENTITY,
    INTERPRETATION,
    ORDINARY_LINK,
    REGISTRIES,
    REGISTRY,
    RESOLUTION,
    SETTINGS,
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
    TargetPath,
    check,
    listed,
    literal,
    near_fixes,
    near_names,
    quoted_name,
)
from registry_doctor_checks.ordinary_links import landing


@check(
    "RD201",
    requires=["RD207"],
    judges=["organization", "registry", "collection"],
    needs=[CALL, INTERPRETATION],
    wants=[
        COLLECTION,
        ENTITY,
        DESTINATION,
        ORDINARY_LINK,
        REGISTRIES,
        REGISTRY,
        RESOLUTION,
        SETTINGS,
        VIEWER,
    ],
)
def path_shape(facts: DeclaredFacts) -> Outcome:
    """The path has the form that wandb reads: a registry and a collection, perhaps after an organization.

    ## What to do

    Write `wandb-registry-{registry}/{collection}`. For a fetch, add `:{version or alias}`. Write the
    organization in front only if it is needed. Spaces inside a name stay as they are (R1.10). `wandb-registry
    doctor` lists paths that you can copy.

    ## Before / After

    Before: `acme/vision/wandb-registry-model/detector`. After: `acme/wandb-registry-model/detector`.

    ## Why it matters

    wandb splits the text at the first colon and at the slashes. It takes every character as it is (R1.1). A
    space, `%20`, a pasted address or an empty part becomes part of a name. The call then goes to another
    place, often without an error.

    ## What it looks at

    Only the text of the path: slashes, colons, empty parts, spaces around a part, `%xx`, URLs and URIs. The
    doctor asks the server only whether the collection with the space or the `%xx` exists.

    In code (`preflight`), a link that names only a collection is a warning that says where it lands: a link to an
    ordinary project is legitimate.

    ## What wandb says

    - SDK 0.26.1 and 0.31.0, four parts or more: `Invalid artifact path: 'a/b/c/d'`
    - SDK 0.26.1 and 0.31.0, any other wrong form. A link: nothing; it goes to an ordinary project. A fetch:
      `project '…' not found under entity '…'`.
    - Other versions: the words are not known.

    ## How sure this is

    Proven: wandb was run with such paths (R1.1, R1.20, R1.21, registry-rules 1.3). That names may contain spaces is likely:
    W&B's documentation has such names (R1.10). If a path can mean several things, the corrected path is a
    guess: the place where most of it exists (guesses G30).
    """
    interpretation, destination = facts[INTERPRETATION], facts.get(DESTINATION)
    if interpretation.is_bare_name and facts.get(ORDINARY_LINK):
        return _only_a_name(facts)
    if facts[CALL].is_reference and interpretation.intended is not None:
        return _reference(interpretation.text, interpretation.intended)
    if interpretation.pasted and interpretation.prefix_fault == "missing":
        return _of_ordinary_artifact(facts)
    if interpretation.problems:
        message = f"wandb would misread the path: {'; '.join(interpretation.problems)}"
        if interpretation.intended is None or interpretation.legacy:
            missing: frozenset[Subject] = frozenset(interpretation.missing)
            steps = (
                "Write wandb-registry-REGISTRY/COLLECTION. This command lists the paths of your registries.",
            )
            title = (
                f"add the {' and the '.join(interpretation.missing)}"
                if interpretation.missing
                else "write a plain path"
            )
            if interpretation.pasted and interpretation.organizations:
                missing |= frozenset[Subject]({"organization"})
            fix = Fix(title, steps=steps, snippet="wandb-registry doctor")
            return Fail(message, (fix,), leaves_unknown=missing)
        resolution = facts.get(RESOLUTION)
        changes: dict[PathField, str | None] = {
            "organization": interpretation.intended.prefix,
            "registry": destination.registry if destination else interpretation.registries[0],
            "collection": _collection_meant(facts, interpretation, destination),
            "version": interpretation.intended.version,
        }
        trust = Applicability.SAFE
        if len(interpretation.organizations) > 1:
            by_path = resolution is not None and resolution.named_by == "path"
            changes["organization"] = resolution.named if resolution and by_path else None
            if not by_path and not _is_entity(facts, interpretation.organizations[0]):
                trust = Applicability.UNSAFE  # it may be an organization that is not visible
        if interpretation.as_typed is None and interpretation.prefix_fault is not None:
            return _without_prefix(facts, message, changes, trust)
        return Fail(message, (Fix("write the plain path", changes, trust),), leaves_unknown=frozenset())
    if interpretation.completed_by:
        changes = {"registry": interpretation.registries[0]}
        message = (
            f"the path names a registry only because the project setting is {interpretation.completed_by!r}"
        )
        return _warning(message, Fix("name the registry in the path", changes, Applicability.SAFE))
    if cleaned := _cleaned_collection(interpretation):
        exists = facts.get(COLLECTION) is not None
        fix = Fix(f"write {cleaned!r}", {"collection": cleaned}, Applicability.SAFE)
        typed = quoted_name(interpretation.collections[0])
        if (
            facts[CALL].for_ != "link"
            and exists
            and destination is not None
            and destination.collection == cleaned
        ):
            message = (
                f"collection {typed} does not exist, but {cleaned!r} does. wandb does not remove spaces or"
                " decode `%xx`"
            )
            return Fail(message, (fix,), leaves_unknown=frozenset())
        if facts[CALL].for_ == "link" and not (
            exists and destination and destination.collection == interpretation.collections[0]
        ):
            return _warning(
                f"the link would create a collection with the name {typed}, including the space or `%xx`", fix
            )
    if interpretation.trailing_slash:
        fix = Fix("remove the last slash", {"collection": interpretation.collections[0]}, Applicability.SAFE)
        return _warning("the path ends with a slash. A run ignores it, Artifact.link() does not", fix)
    if interpretation.leading_slash:
        fix = Fix("remove the first slash", {"organization": None}, Applicability.SAFE)
        return _warning("the path begins with a slash, which wandb ignores", fix)
    if (
        interpretation.as_typed is not None
        and interpretation.text == interpretation.as_typed.name
        and interpretation.legacy
    ):
        return Pass("the path is only a name, as run.link_model expects it")
    parts = interpretation.text.partition(":")[0].split("/")
    return Pass(f"the path has {len(parts)} parts: {listed(parts)}")


def _only_a_name(facts: DeclaredFacts) -> Fail:
    """A link that names only a collection: in a program it goes to an ordinary project, and is legitimate."""
    typed, settings = facts[INTERPRETATION].as_typed, facts.get(SETTINGS)
    assert typed is not None and settings is not None
    message = f"the path names no registry: wandb links to {landing(facts[CALL], settings, typed)}"
    step = "Write wandb-registry-{registry}/{collection}. `wandb-registry doctor` lists the paths."
    fix = Fix("name a registry, if one is meant", steps=(step,), snippet="wandb-registry doctor")
    unknown: frozenset[Subject] = frozenset({"organization", "registry"})
    return Fail(message, (fix,), Severity.WARNING, leaves_unknown=unknown)


def _reference(text: str, meant: TargetPath) -> Fail:
    """`add_reference("wandb-artifact://…")` with a path (R1.21)."""
    file = text.partition("://")[2].partition(":")[2].partition("/")[2] or "FILE"
    fix = Fix(
        "refer to a file of the artifact",
        steps=("Fetch the artifact, and add one of its files.",),
        snippet=f"artifact.add_reference(wandb.Api().artifact({literal(str(meant))}).get_entry({literal(file)}))",
    )
    message = "add_reference() takes no path after wandb-artifact://, only the ID of an artifact"
    return Fail(message, (fix,), leaves_unknown=frozenset())


def _of_ordinary_artifact(facts: DeclaredFacts) -> Fail:
    """A pasted URL or URI of an artifact in an ordinary project: it says nothing of a registry."""
    interpretation, for_ = facts[INTERPRETATION], facts[CALL].for_
    version = f":{interpretation.intended.version}" if interpretation.intended and for_ == "use" else ""
    parts = [*interpretation.organizations, interpretation.registries[0], *interpretation.collections]
    path = "/".join(parts) + version
    what = "URL" if interpretation.pasted == "url" else "URI"
    message = (
        f"wandb would read all of the {what} as a name. It is the {what} of {quoted_name(path)}, an artifact of an"
        " ordinary project, outside any registry"
    )
    if for_ == "use":
        step = f"To fetch this artifact, write {quoted_name(path)}."
    else:
        step = "Give the artifact that you link as --artifact, and the place in the registry as the target."
    steps = (step, "This command lists the paths of your registries.")
    unknown: frozenset[Subject] = frozenset({"organization", "registry", "collection", "version"})
    title = "write a plain path"
    return Fail(message, (Fix(title, steps=steps, snippet="wandb-registry doctor"),), leaves_unknown=unknown)


def _without_prefix(
    facts: DeclaredFacts, message: str, changes: Mapping[PathField, str | None], trust: Applicability
) -> Fail:
    """The failure of a path that wandb cannot read: the same edit also adds the missing prefix."""
    interpretation, registry, registries = facts[INTERPRETATION], facts.get(REGISTRY), facts.get(REGISTRIES)
    title = "write the plain path, with the registry prefix"
    if registry is not None:
        return Fail(message, (Fix(title, changes, trust),), leaves_unknown=frozenset())
    if registries is None or facts.why_missing(REGISTRY):
        return Fail(message, (Fix(title, changes, Applicability.UNSAFE),), leaves_unknown=frozenset())
    names = [each.name for each in registries.rows]
    near = [each for name in interpretation.registries for each in near_names(name, names)]
    if trust is Applicability.UNSAFE:
        near = [replace(each, certain=False) for each in near]
    fixes = near_fixes(near, "registry", lambda name: {**changes, "registry": name})
    message += f". No registry {listed(interpretation.registries, last='or')} is visible to you"
    if not fixes:
        steps = (
            "Write wandb-registry-REGISTRY/COLLECTION. This command lists the paths of your registries.",
        )
        fixes = (Fix("write a plain path", steps=steps, snippet="wandb-registry doctor"),)
    return Fail(message, fixes, leaves_unknown=frozenset({"registry"}))


def _is_entity(facts: DeclaredFacts, name: str) -> bool:
    """Whether this is the calling entity, or a team of the person in its organization."""
    caller, viewer = facts.get(ENTITY), facts.get(VIEWER)
    if caller is None or caller.entity is None:
        return False
    organization = caller.entity.organization
    return name == caller.name or bool(viewer and organization and name in viewer.teams_of(organization))


def _collection_meant(
    facts: DeclaredFacts, interpretation: Interpretation, destination: Destination | None
) -> str:
    """The collection of a path that is rewritten anyway: as typed only if a collection has that name."""
    if destination is not None and destination.collection is not None and facts.get(COLLECTION) is not None:
        return destination.collection
    return interpretation.collections[-1]


def _cleaned_collection(interpretation: Interpretation) -> str | None:
    return interpretation.collections[1] if len(interpretation.collections) > 1 else None


def _warning(message: str, fix: Fix) -> Fail:
    return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
