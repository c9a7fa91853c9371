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

    ## What it looks at

    Whether the server hands out one file of the version to you. The file itself is not downloaded.

    ## Why it matters

    The role Restricted Viewer, the default for people who are added to a registry, sees collections and
    versions, but neither uses nor downloads them (R4.6, R4.7). The first thing to fail is the download, after
    everything before it has worked.

    ## What wandb says

    - SDK 0.31.0: the server's words, `permission denied`, or `Unable to fetch files for artifact …`
    - Other versions: the words are not known. The role needs SDK 0.19.9 or later.

    ## Fix

    Ask an administrator of the registry for the role Viewer or above.

    ## Before / After

    Before: role Restricted Viewer. After: role Viewer.
    """
    place, download = facts[DESTINATION], facts[DOWNLOAD]
    if facts[CALL].for_ != "use":
        return Skip("a link downloads nothing")
    if download is None:
        return Skip("unknown: there is no version to try it on")
    if download.refusal is None:
        return Pass("you may download from it")
    ask = f"Ask an administrator of {place.registry!r} in {place.organization.name!r} for the role Viewer."
    message = f"the server refuses its files to you: {download.refusal}. Your role in {place.registry!r} is below Viewer"
    names = "This prints the administrators, if you may see them."
    snippet = show_administrators(place.registry, place.organization.name)
    fix = Fix("get the role Viewer", steps=(ask, names), snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset())
