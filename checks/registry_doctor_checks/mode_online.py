from registry_doctor.check import Fail, Fix, Outcome, Pass, Severity, check
from registry_doctor.facts import CALL, SETTINGS, DeclaredFacts

_OFFLINE = ("offline", "dryrun")


@check("RD004", needs=[CALL, SETTINGS])
def mode_online(facts: DeclaredFacts) -> Outcome:
    """wandb is online.

    ## Why it matters

    A run that is offline or disabled logs nothing to the server, so there is nothing to link. `wandb.Api()`
    goes to the server in every mode: artifacts that are logged already can be linked and fetched with it.

    ## What wandb says

    Offline, `run.link_artifact`: `NotImplementedError` without a text; `run.use_artifact`: `Cannot use artifact
    when in offline mode.` Disabled: nothing, and both return `None`.

    ## Fix

    Go online, or link after `wandb sync`.

    ## Before / After

    Before: `WANDB_MODE=offline`. After: `WANDB_MODE=online`.
    """
    call, mode = facts[CALL], facts[SETTINGS].mode
    if mode.value not in (*_OFFLINE, "disabled"):
        return Pass("wandb is online")
    source = mode.source or "the settings"
    snippet = "export WANDB_MODE=online" if source == "WANDB_MODE" else None
    fix = Fix("go online", steps=(f"Set the mode to online; it comes from {source}.",), snippet=snippet)
    does = "would link nothing and say nothing" if mode.value == "disabled" else "cannot link"
    if call.target is not None and call.for_ == "link" and call.artifact is None:
        return Fail(
            f"wandb is in the mode {mode.value!r} ({source}), in which a run {does}",
            (fix,),
            leaves=frozenset(),
        )
    call_name = "run.use_artifact" if call.for_ == "use" else "run.link_artifact"
    message = (
        f"wandb is in the mode {mode.value!r} ({source}): this works with wandb.Api(), not with {call_name}"
    )
    return Fail(message, (fix,), Severity.WARNING, leaves=frozenset())
