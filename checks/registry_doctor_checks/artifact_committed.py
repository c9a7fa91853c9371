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
    quoted_name,
)

_WORDS = {
    "PENDING": "is pending: its upload is not finished",
    "DELETED": "was deleted",
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

    ## What to do

    Wait for the upload: `run.log_artifact(artifact).wait()`. If the version was deleted, log it again.

    ## Before / After

    Before: `artifact = run.log_artifact(artifact)`. After: `artifact = run.log_artifact(artifact).wait()`.

    ## Why it matters

    A version exists when its upload is committed. A version that is still pending, or that was deleted, stays
    in lists for a while, but you can neither link nor fetch it. Deleting a version also deletes its links.

    ## What it looks at

    The state that the server reports for the version to be linked or fetched.

    ## What wandb says

    - A pending version, the server: `cannot use artifact … as it has not committed`
    - A deleted version: the words are not known.
    - A draft in the same script, SDK 0.31.0: `… used prior to logging artifact or while in offline mode. Call
      wait() …`; `Artifact.link`, SDK 0.21.0 to 0.22.3: `Client not initialized for artifact mutations`

    ## How sure this is

    Likely: people have reported the refusal of a pending version (failures 3.3). That a link of such a
    version is refused, too, is a guess (guesses G9).
    """
    call = facts[CALL]
    if not call.downloads:
        return Skip("no file is fetched")
    fact, typed = (SOURCE, call.artifact) if call.for_ == "link" else (VERSION, call.target)
    if missing := facts.why_missing(fact):
        return Skip(missing.reason, missing.unknown)
    found = facts.get(fact)
    if found is None:
        return Skip("there is no version to check")
    if found.state is None:
        return Skip("unknown: the server does not report the state of the version", hidden=True)
    if found.state not in _WORDS:
        return Pass("the version is complete")
    pending = found.state == "PENDING"
    step = "Wait until the upload ends." if pending else "Log it again, or use another version."
    snippet = (
        before_after("run.log_artifact(artifact)", "run.log_artifact(artifact).wait()") if pending else None
    )
    fix = Fix("use a complete version", steps=(step,), snippet=snippet)
    return Fail(
        f"version {quoted_name(typed or '')} {_WORDS[found.state]}",
        (fix,),
        leaves_unknown=frozenset(),
    )
