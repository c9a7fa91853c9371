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

    ## What to do

    Ask an administrator of the registry for the role Member.

    ## Before / After

    Before: role Viewer. After: role Member.

    ## Why it matters

    To link, you need the role Member or a higher role in the registry. With the roles Viewer and Restricted
    Viewer you can see the registry, but nothing warns you before the upload that you may not link.

    ## What it looks at

    Two facts: whether the server calls the registry read-only for you (R4.13), and the role that the member list
    of the registry shows for you or for one of your teams. No real server is known to set the first one for
    registries. If the two differ, the result is unknown.

    ## What wandb says

    - SDK 0.27.2 to 0.31.0: the server's words, `permission denied` or `view-only member cannot write to
      project`.
    - SDK 0.21.1 to 0.27.0: `It appears that you do not have permission to access the requested resource. …`
    - SDK 0.18.7 and 0.20.1: a line on the terminal, and `None`. SDK 0.19.11 even returns an artifact, as if
      the link had worked. SDK 0.17.9: `None`.
    """
    destination, registry = facts[DESTINATION], facts[REGISTRY]
    if facts[CALL].for_ != "link":
        return Skip("a fetch writes nothing to the registry")
    if registry is None:
        return Skip("the registry is not found")
    if registry.read_only is None:
        return Skip(
            "unknown: the server does not report whether you may write to the registry",
            unknown=registry.withheld,
            hidden=True,
        )
    may_link = None if registry.role is None else registry.role in ("member", "admin")
    if may_link is not None and may_link == registry.read_only:
        says = "read-only" if registry.read_only else "writable"
        reason = f"unknown: the server calls the registry {says} for you, but its member list shows the role {registry.role!r}"
        return Skip(reason, unknown=True)
    if not registry.read_only:
        return Pass("you may link to the registry")
    ask = (
        f"ask an administrator of {registry.name!r} in {destination.organization.name!r} for the role Member"
    )
    message = (
        f"you can see registry {registry.name!r}, but you may not link to it: your role there is lower than"
        " Member"
    )
    names = "This code prints the administrators, if you may see them."
    snippet = show_administrators(registry.name, destination.organization.name)
    fix = Fix(ask, steps=(names,), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())
