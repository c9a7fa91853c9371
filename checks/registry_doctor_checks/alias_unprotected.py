from registry_doctor.plugin import (
    ADMINISTRATOR,
    CALL,
    DeclaredFacts,
    Outcome,
    Pass,
    Skip,
    check,
    is_given_by_server,
    listed,
)


@check(
    "RD405",
    requires=["RD401"],
    needs=[CALL],
    wants=[ADMINISTRATOR],
    about=["server", "entity", "organization", "registry"],
)
def alias_unprotected(facts: DeclaredFacts) -> Outcome:
    """You may set the aliases that the link asks for, as far as it can be known.

    ## What it looks at

    The members of the registry, if aliases are asked for: whether you, or a team of yours, are listed as an
    administrator. Which aliases are protected stands in no field that wandb asks a server for, so that this
    check passes or is skipped, and never fails.

    ## Why it matters

    Administrators of a registry protect aliases such as `production`. Everybody else may link, but not with
    such an alias: the whole link fails, although nothing is wrong with path, type or role (R4.12).

    ## What wandb says

    The server's text, which nobody has published. For a change of aliases, SDK to 0.31.0: `You do not have
    permission to add the following alias to this artifact: …`

    ## Fix

    Link without the alias, and ask an administrator of the registry to set it.

    ## Before / After

    Before: `artifact.link("wandb-registry-model/detector", aliases=["production"])`.
    After: `artifact.link("wandb-registry-model/detector")`.
    """
    call = facts[CALL]
    if call.for_ != "link":
        return Skip("a fetch sets no alias")
    custom = [alias for alias in call.aliases if not is_given_by_server(alias)]
    if not custom:
        return Skip("no alias is asked for that could be protected")
    if facts.get(ADMINISTRATOR):
        return Pass("you are an administrator of the registry, and may set protected aliases, too")
    noun = "alias" if len(custom) == 1 else "aliases"
    return Skip(
        f"unknown: the {noun} {listed(custom)} may be protected, and no server shows which aliases are;"
        " only an administrator of the registry may set a protected alias",
        hidden=True,
    )
