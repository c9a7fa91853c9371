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
    """The artifact to link exists and is visible to you.

    ## What to do

    Correct the artifact's path. The message lists the versions that exist. `wandb artifact ls
    vision/detectors` lists the artifacts of a project.

    ## Before / After

    Before: `vision/detectors/yolo:v9`. After: `vision/detectors/yolo:v1`.

    ## Why it matters

    A link needs a version that was logged. Entity, project, name and version must be right, and the project
    must be visible to you. Deleting a version also deletes its links.

    ## What it looks at

    The artifact's path, completed as `Api.artifact` completes it, and the versions of this artifact.

    ## What wandb says

    - SDK 0.26.1 to 0.31.0: `artifact membership 'yolo:v9' not found in 'vision/detectors'`. Older versions:
      `Project vision/detectors does not contain artifact: "yolo:v9"`
    - A wrong entity or project, SDK 0.31.0: `project 'detectors' not found under entity 'visoin'`.
    - A wrong `type=`, SDK 0.31.0: `type 'dataset' specified but this artifact is of type 'model'`.

    ## How sure this is

    Proven: the doctor asks with the path as wandb completes it, and the server does not show such an artifact
    (R1.8).
    """
    call, refusal, source = facts[CALL], facts[SOURCE_REFUSAL], facts.get(SOURCE)
    if call.for_ != "link":
        return Skip("a fetch does not link an artifact")
    if refusal is not None:
        steps = ("Write entity/project/name:version, as the artifact's page in the web app shows it.",)
        fix = Fix("name an artifact that exists", steps=steps)
        message = f"wandb cannot use {quoted_name(call.artifact or '')} as the path of an artifact: {refusal}"
        return Fail(message, (fix,), leaves_unknown=frozenset({"artifact", "entity"}))
    if source is not None and call.type and source.type and call.type != source.type:
        message = f"artifact {quoted_name(call.artifact or '')} has type {source.type!r}, not {call.type!r}"
        snippet = before_after(f"type={literal(call.type)}", f"type={literal(source.type)}")
        fix = Fix(
            "leave out the type, or correct it", steps=(f"The type is {source.type!r}.",), snippet=snippet
        )
        return Fail(message, (fix,), leaves_unknown=frozenset())
    if source is not None:
        kind = f" and has type {source.type!r}" if source.type else ""
        return Pass(f"{quoted_name(call.artifact or '')} exists{kind}")
    if missing := facts.why_missing(SOURCE):
        return Skip(missing.reason, missing.unknown)
    collection, path = facts.get(SOURCE_COLLECTION), facts.get(SOURCE_PATH)
    asked = str(path) if path else call.artifact or ""
    message = f"artifact {quoted_name(asked)} is not found, or not visible to you"
    title, step = "name an artifact that exists", "This command lists what the project has."
    if collection is not None and collection.versions:
        message += f". Its versions are {listed(collection.versions)}"
        title = "name a version that exists"
    where = f"{path.prefix or ''}/{path.project or ''}" if path else ""
    listing = f"wandb artifact ls {shell_word(where)}" if where.strip("/") else None
    steps = (step if listing else "Write entity/project/name:version.",)
    return Fail(message, (Fix(title, steps=steps, snippet=listing),), leaves_unknown=frozenset({"artifact"}))
