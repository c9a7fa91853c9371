from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CALL, DeclaredFacts
from registry_doctor.wording import quoted_name


@check("RD603", needs=[CALL])
def artifact_type_valid(facts: DeclaredFacts) -> Outcome:
    """The draft's type is one that wandb lets people use.

    ## Why it matters

    Some types belong to wandb itself: `job`, and all that begin with `wandb-` (R3.6). `wandb.Artifact(…)` refuses
    them before anything is logged.

    ## What wandb says

    `Artifact type 'job' is reserved for internal use. Please use a different type.`

    ## Fix

    Use a type of your own: `model`, `dataset`, or any other word.

    ## Before / After

    Before: `wandb.Artifact("yolo", type="wandb-model")`. After: `wandb.Artifact("yolo", type="model")`.
    """
    call = facts[CALL]
    if call.for_ != "link" or call.artifact is not None or not call.type:
        return Skip("no draft with a type is logged")
    fix = Fix("use another type", steps=("Give the artifact a type such as model or dataset.",))
    if call.type == "job" or call.type.startswith("wandb-"):
        return Fail(f"the type {call.type!r} is reserved for wandb itself", (fix,), leaves=frozenset())
    return Pass(f"{quoted_name(call.type)} is a type of your own")
