from registry_doctor.plugin import (
    CALL,
    VERSION,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    before_after,
    check,
    literal,
    quoted_name,
)


@check("RD603", needs=[CALL], wants=[VERSION], judges=["artifact"])
def artifact_type_valid(facts: DeclaredFacts) -> Outcome:
    """wandb accepts the type of the artifact for this call.

    ## What to do

    Use a type of your own: `model`, `dataset`, or any other word. Instead of `run.use_model`, call
    `run.use_artifact` and then `download`.

    ## Before / After

    Before: `wandb.Artifact("yolo", type="wandb-model")`. After: `wandb.Artifact("yolo", type="model")`.

    ## Why it matters

    Some types are reserved for wandb: `job`, and every type that begins with `wandb-` (R3.6).
    `wandb.Artifact(…)` refuses them before anything is logged. `run.use_model` accepts only a type that
    contains `model` (R3.9).

    ## What it looks at

    The text of a draft's type. For `run.use_model`: the type of the version.

    ## What wandb says

    - SDK 0.31.0: `Artifact type 'job' is reserved for internal use. Please use a different type.`
    - SDK 0.31.0, `run.use_model`: `You can only use this method for 'model' artifacts. …`
    - Other versions: the words are not known.

    ## How sure this is

    Proven: the rules are in the source of wandb, and it was run with such types (R3.6, R3.9).
    """
    call = facts[CALL]
    if call.method == "run.use_model":
        return _usable_as_model(facts)
    if call.for_ != "link" or call.artifact is not None or not call.type:
        return Skip("the call logs no draft with a type")
    if call.type == "job" or call.type.startswith("wandb-"):
        steps = ("Give the artifact a type such as model or dataset.",)
        snippet = before_after(
            f'wandb.Artifact("…", type={literal(call.type)})', 'wandb.Artifact("…", type="model")'
        )
        fix = Fix("use another type", steps=steps, snippet=snippet)
        return Fail(f"type {call.type!r} is reserved for wandb", (fix,), leaves_unknown=frozenset())
    return Pass(f"type {quoted_name(call.type)} is not reserved")


def _usable_as_model(facts: DeclaredFacts) -> Outcome:
    """`run.use_model` accepts a type that contains `model`, in upper or lower case (R3.9)."""
    version = facts.get(VERSION)
    if version is None or version.type is None:
        return Skip("the type of the version is not known")
    if "model" in version.type.lower():
        return Pass(f"run.use_model accepts type {version.type!r}")
    message = (
        f"run.use_model refuses type {version.type!r}: You can only use this method for 'model' artifacts."
        " For an artifact to be a 'model' artifact, its type property must contain the substring 'model'."
    )
    target = literal(facts[CALL].target or "")
    snippet = before_after(f"run.use_model({target})", f"run.use_artifact({target}).download()")
    fix = Fix("use run.use_artifact", steps=("Call run.use_artifact, and then download.",), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())
