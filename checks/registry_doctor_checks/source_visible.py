from registry_doctor.plugin import (
    CALL,
    SOURCE,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Skip,
    check,
    literal,
    quoted_name,
)


@check("RD604", requires=["RD102", "RD207"], needs=[CALL], wants=[SOURCE], about=["server", "artifact"])
def source_visible(facts: DeclaredFacts) -> Outcome:
    """The project of the artifact is visible to you.

    ## What to do

    Ask a member of the team that logged the artifact to link it. Or ask an administrator of that team to add
    you.

    ## Before / After

    Before: linking `wandb-registry-model/detector:v0`, logged by a team that you are not in.
    After: a member of that team links the version that was logged.

    ## Why it matters

    A version in a registry may come from a project that you cannot see. You can fetch it, but you cannot link
    it again: a link needs the source, and wandb cannot find out whose it is (R4.4).

    ## What it looks at

    Whether the server shows you the entity in which the artifact was logged.

    ## What wandb says

    - SDK 0.31.0: `Entity name is required to resolve org entity name.`
    - Other versions: the words are not known.

    ## How sure this is

    Proven: it is in the source of wandb and in its tests (R4.4).
    """
    call, missing, source = facts[CALL], facts.why_missing(SOURCE), facts.get(SOURCE)
    if call.for_ != "link":
        return Skip("a fetch needs no access to the source")
    if missing is not None:
        return Skip(missing.reason, missing.unknown)
    if source is None:
        return Skip("there is no artifact to check")
    if source.entity is not None:
        return Pass(f"the artifact was logged in {source.entity.name!r}")
    if not source.entity_told:
        return Skip("unknown: the server does not say where the artifact was logged")
    message = (
        f"the project of artifact {quoted_name(call.artifact or '')} is not visible to you, so wandb cannot"
        " link the artifact"
    )
    steps = (
        "Ask a member of the team that logged the artifact to link it with this code.",
        "Or ask an administrator of that team to add you as a member.",
    )
    link = f"wandb.Api().artifact({literal(call.artifact or '')}).link({literal(call.target or '')})"
    fix = Fix(
        "ask the team of the artifact to link it, or get access to its project", steps=steps, snippet=link
    )
    return Fail(message, (fix,), leaves_unknown=frozenset({"entity"}))
