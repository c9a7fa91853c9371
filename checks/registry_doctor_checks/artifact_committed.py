from registry_doctor.plugin import (
    CALL,
    SOURCE,
    VERSION,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    before_after,
    check,
)

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
    judges=["artifact"],
)
def artifact_committed(facts: DeclaredFacts) -> Outcome:
    """The version is complete: logged, uploaded, and not deleted.

    ## What it looks at

    The state that the server gives of the version to be linked or fetched.

    ## Why it matters

    A version exists once its upload is committed. One that is still pending, or was deleted, is listed for a
    while and can neither be linked nor fetched; deleting a version takes its links with it.

    ## What wandb says

    - A pending version, the server: `cannot use artifact … as it has not committed`
    - A deleted version: the words are not known.
    - A draft in the same script, SDK 0.31.0: `… used prior to logging artifact or while in offline mode. Call
      wait() …`; `Artifact.link`, SDK 0.21.0 to 0.22.3: `Client not initialized for artifact mutations`

    ## Fix

    Wait for the upload: `run.log_artifact(artifact).wait()`. A deleted version has to be logged again.

    ## Before / After

    Before: `artifact = run.log_artifact(artifact)`. After: `artifact = run.log_artifact(artifact).wait()`.
    """
    if not facts[CALL].downloads:
        return Skip("no file is fetched")
    fact = SOURCE if facts[CALL].for_ == "link" else VERSION
    if missing := facts.why_missing(fact):
        return Skip(missing.reason, missing.unknown)
    found = facts.get(fact)
    if found is None:
        return Skip("there is no version to look at")
    if found.state is None:
        return Skip("unknown: the server does not tell the state of the version", hidden=True)
    if found.state not in _WORDS:
        return Pass("it is committed")
    pending = found.state == "PENDING"
    step = "Wait for the upload to end." if pending else "Log it again, or use another version."
    snippet = (
        before_after("run.log_artifact(artifact)", "run.log_artifact(artifact).wait()") if pending else None
    )
    fix = Fix("use a version that is complete", steps=(step,), snippet=snippet)
    return Fail(
        f"the version is {found.state.lower()}: {_WORDS[found.state]}", (fix,), leaves_unknown=frozenset()
    )
