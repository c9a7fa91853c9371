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
    """A link names a collection, not a version of it; so does a call that looks at a collection.

    ## What to do

    Remove the version from the path. For a link, pass aliases with `aliases=[…]`. The server assigns `latest` and `v0`,
    `v1`, … itself.

    ## Before / After

    Before: `run.link_artifact(artifact, "wandb-registry-model/detector:best")`.
    After: `run.link_artifact(artifact, "wandb-registry-model/detector", aliases=["best"])`.

    ## Why it matters

    The server numbers the versions of a collection itself. wandb sends `detector:latest` as the name of a
    collection (R1.6). By W&B's naming rule no collection can have this name (registry-rules 1.4).

    ## What it looks at

    The text after the first colon of the path, for a link and for `Api.artifact_collection`,
    `artifact_collection_exists`, `artifacts` and `artifact_versions`. These four look at a collection.

    ## What wandb says

    - A link, SDK 0.26.1 and 0.31.0: nothing; it sends the name as it is.
    - `api.artifact_collection` with a version, SDK 0.31.0: `Could not find artifact type …`;
      `artifact_collection_exists` returns False.
    - The server very likely refuses the name; its words are not known.

    ## How sure this is

    Proven: wandb sends the text after the colon as a part of the collection's name (R1.6). That the server
    refuses such a name is likely: a maintainer has named the colon as forbidden (registry-rules 1.4). Nobody
    has tried it, so the answer of our sandbox is a guess (guesses G6).
    """
    interpretation = facts[INTERPRETATION]
    call = facts[CALL]
    if call.for_ == "use":
        return Skip("a fetch may name a version")
    _, colon, version = interpretation.text.partition(":")
    if interpretation.as_typed is None:
        return Skip("wandb cannot read the path; see RD201")
    if not colon or interpretation.pasted:
        return Pass("the path names no version")
    if call.for_ == "collection":
        fix = Fix("remove the version from the path", {"version": None}, Applicability.SAFE)
        message = (
            f"{call.method or 'this call'} looks at a collection: wandb takes ':{version}' as part of the"
            " collection's name and finds nothing"
        )
        return Fail(message, (fix,), leaves_unknown=frozenset())
    given_by_server = is_given_by_server(version)
    snippet = (
        None if given_by_server else f"run.link_artifact(artifact, target_path, aliases=[{literal(version)}])"
    )
    steps = () if given_by_server else ("Pass the alias with `aliases=`.",)
    fix = Fix("remove the version from the path", {"version": None}, Applicability.SAFE, steps, snippet)
    message = (
        f"a link cannot name a version: wandb would send ':{version}' as part of the collection's name, which"
        " the server very likely refuses"
    )
    return Fail(message, (fix,), leaves_unknown=frozenset())
