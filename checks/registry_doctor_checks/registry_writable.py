from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    REGISTRY,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    show_administrators,
)


@check("RD402", requires=["RD401"], needs=[CALL, DESTINATION, REGISTRY])
def registry_writable(facts: DeclaredFacts) -> Outcome:
    """You may link to the registry.

    ## What it looks at

    Whether the server calls the registry read-only for you (R4.13).

    ## Why it matters

    Linking takes the role Member or above in the registry. The roles Viewer and Restricted Viewer see it, and
    nothing tells them before the upload that they may not link.

    ## What wandb says

    - SDK 0.27.2 to 0.31.0: the server's words, `permission denied` or `view-only member cannot write to
      project`.
    - SDK 0.21.1 to 0.27.0: `It appears that you do not have permission to access the requested resource. …`
    - SDK 0.18.7 and 0.20.1: a line on the terminal, and `None`. SDK 0.19.11 even returns an artifact, as if
      it had worked. SDK 0.17.9: `None`.

    ## Fix

    Ask an administrator of the registry for the role Member.

    ## Before / After

    Before: role Viewer. After: role Member.
    """
    place, registry = facts[DESTINATION], facts[REGISTRY]
    if facts[CALL].for_ != "link":
        return Skip("a fetch writes nothing")
    if registry is None:
        return Skip("there is no registry to ask")
    if registry.read_only is None:
        return Skip(
            "unknown: the server does not tell whether you may write", unknown=registry.withheld, hidden=True
        )
    if not registry.read_only:
        return Pass("you may link to it")
    ask = f"Ask an administrator of {registry.name!r} in {place.organization.name!r} for the role Member."
    message = (
        f"you may see the registry {registry.name!r}, but not link to it: your role there is below Member"
    )
    names = "This prints the administrators, if you may see them."
    snippet = show_administrators(registry.name, place.organization.name)
    fix = Fix("get the role Member", steps=(ask, names), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())
