from registry_doctor.plugin import (
    CALL,
    INTERPRETATION,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    is_given_by_server,
    literal,
)


@check("RD203", requires=["RD201"], needs=[CALL, INTERPRETATION], about=["version"])
def no_version_in_link(facts: DeclaredFacts) -> Outcome:
    """A link names a collection, not a version in it.

    ## What it looks at

    What stands behind the first colon of a link's target path.

    ## Why it matters

    The server counts the versions of a collection itself. wandb sends `detector:latest` as the name of a
    collection, and no collection can be called that (R1.6).

    ## What wandb says

    - SDK 0.26.1 and 0.31.0: nothing by itself, it sends the name as it is.
    - The server refuses the name; its words are not known.

    ## Fix

    Leave the version out. Aliases go into `aliases=[…]`; `latest` and `v0`, `v1`, … are given by the server.

    ## Before / After

    Before: `run.link_artifact(artifact, "wandb-registry-model/detector:best")`.
    After: `run.link_artifact(artifact, "wandb-registry-model/detector", aliases=["best"])`.
    """
    reading = facts[INTERPRETATION]
    if facts[CALL].for_ != "link":
        return Skip("a fetch takes a version")
    _, colon, version = reading.text.partition(":")
    if reading.as_typed is None:
        return Skip("wandb does not read the path at all; see RD201")
    if not colon or reading.pasted:
        return Pass("the path names no version")
    given_by_server = is_given_by_server(version)
    snippet = (
        None if given_by_server else f"run.link_artifact(artifact, target_path, aliases=[{literal(version)}])"
    )
    steps = () if given_by_server else ("Pass the alias with `aliases=`.",)
    fix = Fix("leave the version out", {"version": None}, Applicability.SAFE, steps, snippet)
    message = f"wandb would send ':{version}' as part of the collection's name, which the server refuses"
    return Fail(message, (fix,), leaves_unknown=frozenset())
