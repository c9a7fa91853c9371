from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CALL, SOURCE, VERSION, DeclaredFacts

_WORDS = {
    "PENDING": "its upload is not finished",
    "DELETED": "it was deleted",
}


@check(
    "RD602",
    requires=["RD503", "RD601"],
    needs=[CALL],
    wants=[SOURCE, VERSION],
    about=["server", "artifact", "version"],
)
def artifact_committed(facts: DeclaredFacts) -> Outcome:
    """The version is complete: logged, uploaded, and not deleted.

    ## Why it matters

    A version exists once its upload is committed. One that is still pending, or was deleted, is listed for a
    while and can neither be linked nor fetched; deleting a version takes its links with it.

    ## What wandb says

    `cannot use artifact … as it has not committed`, or `its state is DELETED`

    ## Fix

    Wait for the upload: `run.log_artifact(artifact).wait()`. A deleted version has to be logged again.

    ## Before / After

    Before: `artifact = run.log_artifact(artifact)`. After: `artifact = run.log_artifact(artifact).wait()`.
    """
    fact = SOURCE if facts[CALL].for_ == "link" else VERSION
    if missing := facts.missing(fact):
        return Skip(missing.reason, missing.unknown)
    found = facts.known(fact)
    if found is None:
        return Skip("there is no version to look at")
    if found.state is None:
        return Skip("unknown: the server does not tell the state of the version")
    if found.state not in _WORDS:
        return Pass("it is committed")
    steps = (
        "Wait for the upload to end."
        if found.state == "PENDING"
        else "Log it again, or use another version.",
    )
    fix = Fix("use a version that is complete", steps=steps)
    return Fail(f"the version is {found.state.lower()}: {_WORDS[found.state]}", (fix,), leaves=frozenset())
