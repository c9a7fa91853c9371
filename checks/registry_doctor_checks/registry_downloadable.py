from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    DOWNLOAD,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    show_administrators,
)


@check("RD403", requires=["RD401", "RD502", "RD503"], needs=[CALL, DESTINATION, DOWNLOAD])
def registry_downloadable(facts: DeclaredFacts) -> Outcome:
    """You may use and download what is in the registry.

    ## What to do

    Ask an administrator of the registry for the role Viewer or a higher role.

    ## Before / After

    Before: role Restricted Viewer. After: role Viewer.

    ## Why it matters

    A Restricted Viewer sees collections and versions, but can neither use nor download them. This is the
    default role of people who are added to a registry (R4.6, R4.7). Every step before the download works, so
    the download is the first step that fails.

    ## What it looks at

    Whether the server offers you one file of the version. The doctor does not download the file.

    ## What wandb says

    - SDK 0.31.0: the server's words, `permission denied`, or `Unable to fetch files for artifact …`
    - Other versions: the words are not known. The role needs SDK 0.19.9 or later.

    ## How sure this is

    Likely: W&B documents what a Restricted Viewer may do (R4.6). At which place of the answer the server
    refuses the file is a guess (guesses G15).
    """
    destination, download = facts[DESTINATION], facts[DOWNLOAD]
    if facts[CALL].for_ != "use":
        return Skip("a link downloads nothing")
    if download is None:
        return Skip("unknown: there is no version to try the download with")
    if download.refusal is None:
        return Pass("you may download from the registry")
    ask = (
        f"ask an administrator of {destination.registry!r} in {destination.organization.name!r} for the role"
        " Viewer"
    )
    message = (
        f"the server does not let you download: {download.refusal}. Your role in registry"
        f" {destination.registry!r} is probably lower than Viewer"
    )
    names = "This code prints the administrators, if you may see them."
    snippet = show_administrators(destination.registry, destination.organization.name)
    fix = Fix(ask, steps=(names,), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())
