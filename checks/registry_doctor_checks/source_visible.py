from registry_doctor.plugin import CALL, SOURCE, DeclaredFacts, Fail, Fix, Outcome, Pass, Skip, check, literal


@check("RD604", requires=["RD102", "RD207"], needs=[CALL], wants=[SOURCE], about=["server", "artifact"])
def source_visible(facts: DeclaredFacts) -> Outcome:
    """The project that the artifact was logged in is visible to you.

    ## What it looks at

    Whether the server tells you the entity in which the artifact was logged.

    ## Why it matters

    A version in a registry may come from a project that you cannot see. It can be fetched, but not linked
    again: a link goes to the source, and wandb does not know whose that is (R4.4).

    ## What wandb says

    - SDK 0.31.0: `Entity name is required to resolve org entity name.`
    - Other versions: the words are not known.

    ## Fix

    Ask a member of the team that logged it to link it, or an administrator of that team to add you.

    ## Before / After

    Before: linking `wandb-registry-model/detector:v0`, logged by a team that you are not in.
    After: a member of that team links the version that was logged.
    """
    call, missing, source = facts[CALL], facts.why_missing(SOURCE), facts.get(SOURCE)
    if call.for_ != "link":
        return Skip("a fetch needs no access to the source")
    if missing is not None:
        return Skip(missing.reason, missing.unknown)
    if source is None:
        return Skip("there is no artifact to look at")
    if source.entity is not None:
        return Pass(f"it was logged in {source.entity.name!r}")
    if not source.entity_told:
        return Skip("unknown: the server does not say where it was logged")
    message = f"the project that {call.artifact} was logged in is not visible to you, so wandb cannot link it"
    steps = (
        "Ask a member of the team that logged it to link it with this code.",
        "Or ask an administrator of that team to add you as a member.",
    )
    link = f"wandb.Api().artifact({literal(call.artifact or '')}).link({literal(call.target or '')})"
    fix = Fix("have it linked, or get access to the source", steps=steps, snippet=link)
    return Fail(message, (fix,), leaves_unknown=frozenset({"entity"}))
