from registry_doctor.plugin import (
    CALL,
    SETTINGS,
    DeclaredFacts,
    Fail,
    Fix,
    Method,
    Outcome,
    Pass,
    Severity,
    change_setting,
    check,
    literal,
)

_OFFLINE = ("offline", "dryrun")


@check("RD004", needs=[CALL, SETTINGS])
def mode_online(facts: DeclaredFacts) -> Outcome:
    """wandb is online.

    ## What to do

    Set the mode: `export WANDB_MODE=online`, or write `mode = online` in the settings file. Or upload the run
    with `wandb sync`, and then link the logged artifact with `wandb.Api()`.

    ## Before / After

    Before: `export WANDB_MODE=offline`. After: `export WANDB_MODE=online`.

    ## Why it matters

    A run that is offline or disabled sends nothing to the server, so there is nothing to link. `wandb.Api()`
    uses the server in every mode: it can link and fetch artifacts that are already logged.

    ## What it looks at

    The mode: `WANDB_MODE`, or `mode` in a settings file. Also whether a run makes the call.

    ## What wandb says

    - SDK 0.31.0, offline: `run.link_artifact` raises `NotImplementedError` without a text (0.24 to 0.28 too);
      `run.use_artifact`: `Cannot use artifact when in offline mode.`; `run.use_model`: `` `use_model` not
      supported in offline mode. ``; `Artifact.link` on a draft: `… used prior to logging artifact or while in
      offline mode. …`
    - SDK 0.31.0, disabled: nothing, and the methods of the run return `None`.
    - Other versions: the words are not known.

    ## How sure this is

    Proven: wandb was run offline and disabled (sdk-versions 5.3). What a run then says is proven, too: it
    stands in the source of wandb (failures 3.2).
    """
    call, mode = facts[CALL], facts[SETTINGS].mode
    if mode.value not in (*_OFFLINE, "disabled"):
        return Pass("wandb is online")
    if call.method is not None and not call.by_run:
        return Pass(f"{call.method} also works in mode {mode.value!r}, because no run makes the call")
    source = mode.source or "the settings"
    change = change_setting("mode", "online", source)
    fix = Fix(
        "set the mode to online", steps=() if change.snippet else (change.step,), snippet=change.snippet
    )
    if call.target is not None and call.method is not None:
        words = _words(call.method, offline=mode.value != "disabled")
        message = f"wandb is in mode {mode.value!r} ({source}). In this mode, {call.method} {words}"
        return Fail(message, (fix,), leaves_unknown=frozenset())
    does = "links nothing and shows no error" if mode.value == "disabled" else "cannot link"
    if call.target is not None and call.for_ == "link" and call.artifact is None:
        return Fail(
            f"wandb is in mode {mode.value!r} ({source}). In this mode, a run {does}",
            (fix,),
            leaves_unknown=frozenset(),
        )
    call_name = "run.use_artifact" if call.for_ == "use" else "run.link_artifact"
    message = (
        f"wandb is in mode {mode.value!r} ({source}). This call works with wandb.Api(), but not with"
        f" {call_name}"
    )
    fixes: tuple[Fix, ...] = (fix,)
    if call.target is not None and call.for_ == "use":
        fetch = f"wandb.Api().artifact({literal(call.target)}).download()"
        fixes = (Fix("fetch without a run", steps=("Call wandb.Api().",), snippet=fetch), fix)
    elif call.target is not None and call.artifact is not None:
        link = f"wandb.Api().artifact({literal(call.artifact)}).link({literal(call.target)})"
        fixes = (Fix("link without a run", steps=("Call wandb.Api().",), snippet=link), fix)
    return Fail(message, fixes, Severity.WARNING, leaves_unknown=frozenset())


def _words(method: Method, *, offline: bool) -> str:
    """What SDK 0.31.0 does if an offline or disabled run makes the call (R7.3)."""
    if method == "artifact.link":
        return "raises ArtifactNotLoggedError for a draft"
    if not offline:
        return "does nothing, shows no error and returns None"
    if method == "run.use_artifact":
        return "raises TypeError: Cannot use artifact when in offline mode."
    if method == "run.use_model":
        return "raises RuntimeError: `use_model` not supported in offline mode."
    return "raises NotImplementedError without a text"
