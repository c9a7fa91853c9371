from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    ENTITY,
    INTERPRETATION,
    NAMESAKES,
    ORDINARY,
    ORDINARY_LINK,
    REGISTRIES,
    REGISTRY,
    REGISTRY_PREFIX,
    RESOLUTION,
    SETTINGS,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Listing,
    Outcome,
    Pass,
    PathField,
    Registry,
    Severity,
    Skip,
    Subject,
    Successor,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
)
from registry_doctor_checks.ordinary_links import is_own_project, landing

_FAULTS = {
    "missing": "does not begin with 'wandb-registry-'",
    "spelling": "does not spell 'wandb-registry-' exactly",
    "split": "has 'wandb-registry' in front as a separate part",
    "misplaced": "is not the registry: the registry is one part too early in the path",
    "doubled": "has the prefix 'wandb-registry-' twice",
}


_FIXES = {
    "missing": "add the registry prefix",
    "spelling": "write the prefix as 'wandb-registry-'",
    "split": "write the prefix and the name as one part",
    "misplaced": "write the registry before the collection",
    "doubled": "write the prefix once",
}


@check(
    "RD202",
    requires=["RD201", "RD204"],
    needs=[CALL, INTERPRETATION],
    wants=[
        ENTITY,
        DESTINATION,
        NAMESAKES,
        ORDINARY,
        ORDINARY_LINK,
        REGISTRY,
        REGISTRIES,
        RESOLUTION,
        SETTINGS,
    ],
    about=["registry"],
)
def registry_prefix(facts: DeclaredFacts) -> Outcome:
    """The project part of the path begins with exactly `wandb-registry-`.

    ## What to do

    Write `wandb-registry-` before the name of the registry. `wandb-registry doctor` lists the registries with
    their paths.

    ## Before / After

    Before: `model/detector`. After: `wandb-registry-model/detector`.

    ## Why it matters

    Only this prefix shows wandb that the path names a registry (R1.2). Without it, or with other capital
    letters, the path names an ordinary project. A link creates that project and succeeds, but nobody finds
    the model in the registry. No other failure is so hard to notice.

    ## What it looks at

    The part before the collection. Also whether the organization has a registry with this name or a similar
    name, and, after the name of a team, whether only one registry has a collection with this name. A fetch of an
    artifact that exists in an ordinary project passes.

    In code (`preflight`), a link to an ordinary project is legitimate. It is an error only if a registry is
    evidently meant: a registry of that or a similar name exists, the prefix is misspelt, or an organization stands
    before it. Otherwise it is a warning that says where the link lands. A link to the run's own project is fine.

    ## What wandb says

    - A link, in every version: nothing.
    - A fetch, SDK 0.31.0: `project 'model' not found under entity 'you'`.
    - SDK 0.18.4 to 0.19.10 even recommended the path without the prefix: `Try using shorthand path format:
      <my_registry_name>/<artifact_name> …`

    ## How sure this is

    Proven: the rule is in the source of wandb, and it was run (R1.2). Which registry was meant is a guess, so
    the corrected path may be marked to be checked first (guesses G30, G31).
    """
    interpretation, destination = facts[INTERPRETATION], facts.get(DESTINATION)
    if interpretation.legacy:
        return Skip("the path names the legacy Model Registry")
    if not interpretation.registries or (interpretation.pasted and interpretation.prefix_fault != "doubled"):
        return Skip(
            "the path names no registry" if not interpretation.registries else "a URL or URI was pasted"
        )
    fault = interpretation.prefix_fault
    if fault is not None and interpretation.as_typed is None:
        return Skip("wandb cannot read the path; see RD201")
    if fault is None:
        return Pass("the project part names a registry")
    ordinary = facts.get(ORDINARY)
    if ordinary is not None:
        return Pass(f"{ordinary.path!r} is an artifact of an ordinary project, outside any registry")
    if (why := facts.why_missing(ORDINARY)) and why.unknown:
        return Skip(why.reason, unknown=True, leaves_unknown=frozenset({"registry"}))
    if facts.get(ORDINARY_LINK):
        return _ordinary(facts)
    registry = facts.get(REGISTRY)
    typed = (
        interpretation.as_typed.project
        if interpretation.as_typed and interpretation.as_typed.project
        else interpretation.text
    )
    if fault == "doubled":
        if registry and destination and destination.registry == interpretation.registries[0]:
            return Pass(f"a registry with the name {registry.name!r} exists")
        if missing := [each for each in map(facts.why_missing, (RESOLUTION, DESTINATION, REGISTRY)) if each]:
            unanswered = any(each.unknown for each in missing)
            return Skip(
                "unknown: a registry may have this name, but the lookup failed",
                unknown=unanswered,
                leaves_unknown=frozenset({"registry"} if unanswered else ()),
            )
    message = f"the project part {quoted_name(typed)} {_FAULTS[fault]}. wandb {_lands(facts, typed)}"
    registries = facts.get(REGISTRIES)
    if registry is not None and destination is not None:
        fix = Fix(_FIXES[fault], _changes(facts, registry.name), Applicability.SAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset())
    missing = [each for each in map(facts.why_missing, (DESTINATION, REGISTRY, REGISTRIES)) if each]
    if missing or registries is None:
        meant = interpretation.registries[-1 if fault == "doubled" else 0]
        fix = Fix(_FIXES[fault], _changes(facts, meant), Applicability.UNSAFE)
        # If the server could not say which registries there are, nothing is known about this one.
        unanswered = any(each.unknown for each in missing)
        return Fail(message, (fix,), leaves_unknown=frozenset({"registry"} if unanswered else ()))
    return _elsewhere(facts, message, registries)


def _ordinary(facts: DeclaredFacts) -> Outcome:
    """A link in a program to an ordinary project: nothing to say of the run's own one, else a warning."""
    call, typed, settings = facts[CALL], facts[INTERPRETATION].as_typed, facts.get(SETTINGS)
    assert typed is not None and settings is not None
    unknown: frozenset[Subject] = frozenset({"organization", "registry"})
    if is_own_project(call, settings, typed):
        return Skip("the link goes to the run's own project", leaves_unknown=unknown)
    message = f"the path names no registry: wandb links to {landing(call, settings, typed)}"
    step = f"Write {REGISTRY_PREFIX} before the name of the registry."
    fix = Fix("name a registry, if one is meant", steps=(step,), snippet="wandb-registry doctor")
    return Fail(message, (fix,), Severity.WARNING, leaves_unknown=unknown)


def _elsewhere(facts: DeclaredFacts, message: str, registries: Listing[Registry]) -> Fail:
    """No registry has this name: fixes with similar names, if there are any."""
    interpretation = facts[INTERPRETATION]
    names = [each.name for each in registries.rows]
    near = [each for name in interpretation.registries for each in near_names(name, names)]
    fixes = near_fixes(near, "registry", lambda name: _changes(facts, name))
    if not fixes and (namesakes := facts.get(NAMESAKES)):
        return _namesake(message, namesakes)
    visible = f". You can see {listed(names)}" if names else ""
    message += f". No registry {listed(interpretation.registries, last='or')} is visible to you{visible}"
    if not fixes:
        steps = (f"Write {REGISTRY_PREFIX} and the name of a registry that exists.",)
        fixes = (Fix("name a registry", steps=steps, snippet="wandb-registry doctor"),)
    return Fail(message, fixes, leaves_unknown=frozenset({"registry"}))


def _namesake(message: str, found: tuple[Successor, ...]) -> Fail:
    """The registries that have a collection with this name; a fix only if there is one."""
    names = listed(each.project for each in found)
    if len(found) > 1:
        message += f". Several registries have a collection {found[0].collection!r}: {names}"
        steps = ("Write the registry that you mean in front of the collection.",)
        fix = Fix("name a registry", steps=steps, snippet="wandb-registry doctor")
        return Fail(message, (fix,), leaves_unknown=frozenset({"registry"}))
    message += f". Of your registries, only {names} has a collection {found[0].collection!r}"
    changes: dict[PathField, str | None] = {
        "organization": None,
        "registry": found[0].project.removeprefix(REGISTRY_PREFIX),
    }
    fix = Fix(f"use {names}", changes, Applicability.UNSAFE)
    return Fail(message, (fix,), leaves_unknown=frozenset({"organization", "registry"}))


def _changes(facts: DeclaredFacts, registry: str) -> dict[PathField, str | None]:
    interpretation = facts[INTERPRETATION]
    changes: dict[PathField, str | None] = {"registry": registry}
    if interpretation.prefix_fault in ("misplaced", "split") and interpretation.intended is not None:
        changes |= {
            "organization": None,
            "collection": interpretation.intended.collection,
            "version": interpretation.intended.version,
        }
    resolution, destination = facts.get(RESOLUTION), facts.get(DESTINATION)
    if resolution is not None and resolution.entity_prefix and destination is not None:
        changes["organization"] = destination.organization.path_prefix
    return changes


def _lands(facts: DeclaredFacts, project: str) -> str:
    if facts[INTERPRETATION].prefix_fault == "doubled":
        return "looks for a registry whose name also begins with this prefix"
    typed, entity = facts[INTERPRETATION].as_typed, facts.get(ENTITY)
    owner = (typed.prefix if typed else None) or (entity.name if entity else None)
    where = f"the ordinary project {quoted_name(project)}" + (f" of {quoted_name(owner)}" if owner else "")
    if facts[CALL].for_ != "link":
        return f"looks in {where}"
    return f"would link to {where}, outside any registry"
