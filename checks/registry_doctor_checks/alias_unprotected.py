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
    """You may set the aliases of the link, as far as the doctor can know.

    ## What to do

    Link without the alias. Then ask an administrator of the registry to set it.

    ## Before / After

    Before: `artifact.link("wandb-registry-model/detector", aliases=["production"])`.
    After: `artifact.link("wandb-registry-model/detector")`.

    ## Why it matters

    Administrators of a registry can protect aliases such as `production`. Other members can link, but not
    with a protected alias: the whole link fails, although path, type and role are right (R4.12).

    ## What it looks at

    The members of the registry, if the link sets aliases: whether you, or one of your teams, is an
    administrator. No field that wandb requests from a server says which aliases are protected. So this check
    passes or is skipped. It never fails.

    ## What wandb says

    The text of the server, which is not published. For a change of aliases, SDK up to 0.31.0: `You do not
    have permission to add the following alias to this artifact: …`

    ## How sure this is

    Likely: W&B documents protected aliases and who may set them (R4.12). How the server refuses such a link,
    and that it shows the members to you, are guesses (guesses G4, G17, G39). So the check never fails.
    """
    call = facts[CALL]
    if call.for_ != "link":
        return Skip("a fetch sets no aliases")
    custom = [alias for alias in call.aliases if not is_given_by_server(alias)]
    if not custom:
        return Skip("the link sets no alias that could be protected")
    if facts.get(ADMINISTRATOR):
        return Pass("you are an administrator of the registry, so you may also set protected aliases")
    noun = "alias" if len(custom) == 1 else "aliases"
    return Skip(
        f"unknown: the {noun} {listed(custom)} may be protected, but the server does not report which aliases are."
        " Only an administrator of the registry may set a protected alias",
        hidden=True,
    )
