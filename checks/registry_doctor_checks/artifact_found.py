from registry_doctor.plugin import (
    CALL,
    SOURCE,
    SOURCE_COLLECTION,
    SOURCE_PATH,
    SOURCE_REFUSAL,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    before_after,
    check,
    listed,
    literal,
    quoted_name,
    shell_word,
)


@check(
    "RD601",
    requires=["RD102", "RD207", "RD301"],
    needs=[CALL, SOURCE_REFUSAL],
    wants=[SOURCE, SOURCE_COLLECTION, SOURCE_PATH],
    about=["entity"],
)
def artifact_found(facts: DeclaredFacts) -> Outcome:
    """The artifact to be linked is there and visible.

    ## What it looks at

    The artifact's path, completed as `Api.artifact` completes it, and the versions of its name.

    ## Why it matters

    What is linked is a version that was logged: entity, project, name and version have to be right, and the
    project has to be visible to you. A deleted version takes its links with it.

    ## What wandb says

    - SDK 0.26.1 to 0.31.0: `artifact membership 'yolo:v9' not found in 'vision/detectors'`. Older versions:
      `Project vision/detectors does not contain artifact: "yolo:v9"`
    - A wrong entity or project, SDK 0.31.0: `project 'detectors' not found under entity 'visoin'`.
    - A wrong `type=`, SDK 0.31.0: `type 'dataset' specified but this artifact is of type 'model'`.

    ## Fix

    Correct the artifact's path. The message lists the versions that are there; `wandb artifact ls
    vision/detectors` lists the artifacts of a project.

    ## Before / After

    Before: `vision/detectors/yolo:v9`. After: `vision/detectors/yolo:v1`.
    """
    call, refusal, source = facts[CALL], facts[SOURCE_REFUSAL], facts.get(SOURCE)
    if call.for_ != "link":
        return Skip("a fetch links nothing")
    if refusal is not None:
        steps = ("Write entity/project/name:version, as the artifact's page in the web app shows it.",)
        fix = Fix("name an artifact that is there", steps=steps)
        message = f"wandb cannot use the artifact's path {quoted_name(call.artifact or '')}: {refusal}"
        return Fail(message, (fix,), leaves_unknown=frozenset({"artifact", "entity"}))
    if source is not None and call.type and source.type and call.type != source.type:
        message = f"{call.artifact} is of type {source.type!r}, not {call.type!r}"
        snippet = before_after(f"type={literal(call.type)}", f"type={literal(source.type)}")
        fix = Fix(
            "leave the type out, or correct it", steps=(f"The type is {source.type!r}.",), snippet=snippet
        )
        return Fail(message, (fix,), leaves_unknown=frozenset())
    if source is not None:
        kind = f", of type {source.type!r}" if source.type else ""
        return Pass(f"{call.artifact} is there{kind}")
    if missing := facts.why_missing(SOURCE):
        return Skip(missing.reason, missing.unknown)
    collection, path = facts.get(SOURCE_COLLECTION), facts.get(SOURCE_PATH)
    asked = str(path) if path else call.artifact or ""
    message = f"the artifact {asked!r} is not found, or not visible to you"
    step = "Correct entity, project, name or version of the artifact; this lists what a project has."
    if collection is not None and collection.versions:
        message += f"; its versions are {listed(collection.versions)}"
        step = "Name a version that is there."
    where = f"{path.prefix or ''}/{path.project or ''}" if path else ""
    listing = f"wandb artifact ls {shell_word(where)}" if where.strip("/") else None
    fix = Fix("name an artifact that is there", steps=(step,), snippet=listing)
    return Fail(message, (fix,), leaves_unknown=frozenset({"artifact"}))
