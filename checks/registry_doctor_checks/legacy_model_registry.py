from registry_doctor.plugin import (
    CALL,
    ENTITY,
    INTERPRETATION,
    LEGACY,
    REGISTRY_PREFIX,
    Applicability,
    Call,
    Changes,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    Successor,
    TargetPath,
    check,
    listed,
    literal,
)

_LOG_FIRST = 'Log the files first: artifact = run.log_artifact(path, name="…", type="model").'
_ONLY_A_NAME = (
    "run.link_model accepts only a name, and wandb refuses a path: Please provide only the name of the"
    " registered model. Do not append the entity or project name."
)


@check(
    "RD204",
    requires=["RD201", "RD207"],
    needs=[CALL, INTERPRETATION],
    wants=[ENTITY, LEGACY],
    judges=["registry"],
)
def legacy_model_registry(facts: DeclaredFacts) -> Outcome:
    """The path does not name the legacy Model Registry, and the method is not `run.link_model`.

    ## What to do

    Use the registry that contains the collection now. Instead of `run.link_model`, call `run.log_artifact`
    and then `run.link_artifact`.

    ## Before / After

    Before: `vision/model-registry/detector`. After: `wandb-registry-model/detector`.

    ## Why it matters

    `team/model-registry/name` belongs to the Model Registry, which the Registry has replaced. After the
    migration of a team, nothing new can be linked there. Old collections redirect to their new place; new
    names do not (R8.3). In a team that was not migrated, `model-registry` is an ordinary project, outside any
    registry.

    ## What it looks at

    Whether the project is exactly `model-registry`, or the method is `run.link_model`, which always builds
    such a path. Also where the server redirects the collection to, and which registry has a collection with
    this name. A fetch is an error only if the server was asked and does not redirect it.

    ## What wandb says

    - A link after the migration, the server: `The model registry has been migrated for teams in your
      organization. You may no longer make changes.`
    - A fetch, SDK 0.21.0 to 0.31.0: a warning that contains the new path, `This model registry has been
      migrated and will be discontinued. Your request was redirected to the corresponding artifact …`. Earlier
      versions: nothing.
    - In a team that was not migrated: nothing.
    - SDK 0.31.0, `run.link_model` with a path: `Please provide only the name of the registered model. Do not
      append the entity or project name.`

    ## How sure this is

    Proven: `run.link_model` builds such a path (R8.5). What the server does with it after a migration is
    likely, because W&B documents it (R8.3). Without a redirect of the server, the registry that is proposed
    is a guess (guesses G32).
    """
    interpretation, call, legacy = facts[INTERPRETATION], facts[CALL], facts.get(LEGACY)
    by_name = call.method == "run.link_model"
    if not interpretation.legacy:
        return _path_given(call) if by_name else Pass("the path does not name the legacy Model Registry")
    message = "'model-registry' is the project of the legacy Model Registry"
    if by_name:
        message = _of_link_model(facts)
    if legacy is not None and legacy.redirect is not None:
        found = legacy.redirect
        message += f". The server redirects the path to '{found.project}/{found.collection}'"
        severity = Severity.WARNING if call.for_ == "use" else Severity.ERROR
        changes, (steps, snippet) = _changes(facts, found), _instead(facts, found)
        fix = Fix("use the new path of the collection", changes, Applicability.SAFE, steps, snippet)
        return Fail(message, (fix,), severity, leaves_unknown=frozenset({"organization", "registry"}))
    there = legacy.namesakes if legacy is not None else ()
    if len(there) == 1:
        message += f". Of your registries, only {there[0].project!r} has a collection with this name"
        changes, (steps, snippet) = _changes(facts, there[0]), _instead(facts, there[0])
        fix = Fix(f"use {there[0].project!r}", changes, Applicability.UNSAFE, steps, snippet)
        return Fail(message, (fix,), leaves_unknown=frozenset({"organization", "registry"}))
    if there:
        message += (
            f". Several registries have a collection with this name: {listed(each.project for each in there)}"
        )
    steps = ("Write wandb-registry-{registry} instead of model-registry.",)
    severity = Severity.ERROR
    why = facts.why_missing(LEGACY)
    if call.for_ != "link" and why is not None and why.unknown:
        return Skip(why.reason, unknown=True, leaves_unknown=frozenset({"organization", "registry"}))
    if call.for_ != "link" and legacy is None:  # a fetch of a migrated collection is redirected
        severity = Severity.WARNING
        message += ". The server redirects a fetch only if the team was migrated; that was not asked"
    if by_name:
        steps = (_LOG_FIRST, "Link it with run.link_artifact to wandb-registry-{registry}/{collection}.")
    fix = Fix("name the registry", steps=steps, snippet="wandb-registry doctor")
    return Fail(message, (fix,), severity, leaves_unknown=frozenset({"organization", "registry"}))


def _of_link_model(facts: DeclaredFacts) -> str:
    """Where SDK 0.31.0 links to with this name, or why it refuses the name (R8.5, R3.9)."""
    call, interpretation, caller = facts[CALL], facts[INTERPRETATION], facts.get(ENTITY)
    if "/" in (call.target or ""):
        return f"{_ONLY_A_NAME} Also, 'model-registry' is the project of the legacy Model Registry"
    owner = (caller.name if caller else None) or "{entity}"
    target = f"{owner}/{interpretation.as_typed}"
    message = f"run.link_model always links to the legacy Model Registry, here to {target!r}"
    if call.type and "model" not in call.type.lower():
        message += f". It also refuses type {call.type!r}: You can only use this method for 'model' artifacts"
    return message


def _path_given(call: Call) -> Fail:
    steps = (_LOG_FIRST, "Link it with run.link_artifact, which takes a path.")
    fix = Fix("use run.link_artifact", steps=steps, snippet=_link_code(call.target or ""))
    return Fail(_ONLY_A_NAME, (fix,), leaves_unknown=frozenset())


def _instead(facts: DeclaredFacts, found: Successor) -> tuple[tuple[str, ...], str | None]:
    """For `run.link_model`: what to do, and the code to write."""
    if facts[CALL].method != "run.link_model":
        return (), None
    path = TargetPath.parse(facts[CALL].target or "").edit({**_changes(facts, found), "version": None})
    return (_LOG_FIRST,), _link_code(str(path))


def _link_code(path: str) -> str:
    return f"run.link_artifact(artifact, {literal(path)})"


def _changes(facts: DeclaredFacts, found: Successor) -> Changes:
    path = facts[INTERPRETATION].intended
    caller = facts.get(ENTITY)
    several = caller is not None and caller.entity is not None and len(caller.entity.reachable) > 1
    prefix = found.entity or None if several or (path and path.prefix) else None
    return {
        "organization": prefix,
        "registry": found.project.removeprefix(REGISTRY_PREFIX),
        "collection": found.collection,
    }
