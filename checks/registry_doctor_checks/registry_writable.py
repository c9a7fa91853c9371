from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    REGISTRY,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Registry,
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

    Two facts: whether the server calls the registry read-only for you (R4.13), and your role. The role is the one
    that the member list of the registry shows for you or for one of your teams. An administrator of the
    organization is an administrator of each registry (R4.7), whatever that list shows. No real server is known to
    set the first fact for registries. If the two differ, the result is unknown.

    ## What wandb says

    - SDK 0.27.2 to 0.31.0: the server's words, `permission denied` or `view-only member cannot write to
      project`.
    - SDK 0.21.1 to 0.27.0: `It appears that you do not have permission to access the requested resource. …`
    - SDK 0.18.7 and 0.20.1: a line on the terminal, and `None`. SDK 0.19.11 even returns an artifact, as if
      the link had worked. SDK 0.17.9: `None`.

    ## How sure this is

    A guess: nobody has shown that `readOnly` of a registry stands for the right to link; it was only seen for
    other projects (guesses G14). Which right each role has is likely, because W&B documents it
    (registry-rules 4.1, R4.7). That the members of the organization's entity are those of the organization is
    a guess (guesses G39).
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
    role = "admin" if registry.administers_organization else registry.role
    if role is not None and (role in ("member", "admin")) == registry.read_only:
        return Skip(_contradiction(registry, destination.organization.name), unknown=True)
    if not registry.read_only:
        return Pass("you may link to the registry")
    ask = (
        f"ask an administrator of {registry.name!r} in {destination.organization.name!r} for the role Member"
    )
    shown = f"is {registry.role!r}, which is" if registry.role else "is probably"
    message = (
        f"you can see registry {registry.name!r}, but you may not link to it: your role there {shown} lower than"
        " Member"
    )
    names = "This code prints the administrators, if you may see them."
    snippet = show_administrators(registry.name, destination.organization.name)
    fix = Fix(ask, steps=(names,), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())


def _contradiction(registry: Registry, organization: str) -> str:
    """Both things that the server says of the right to link, where they differ."""
    says = "read-only" if registry.read_only else "writable"
    shown = f"its member list shows the role {registry.role!r}"
    if registry.administers_organization:
        shown = f"you are an administrator of {organization!r}, and so of its registries"
    elif not registry.read_only and registry.administers_organization is None:
        shown += f", and {organization!r} does not show whether you are an administrator"
    elif not registry.read_only:
        shown += f", and {organization!r} does not list you as an administrator"
    return f"unknown: the server calls the registry {says} for you, but {shown}"
