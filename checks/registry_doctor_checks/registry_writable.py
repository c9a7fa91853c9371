from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CALL, PLACE, REGISTRY, DeclaredFacts


@check("RD402", requires=["RD401"], needs=[CALL, PLACE, REGISTRY])
def registry_writable(facts: DeclaredFacts) -> Outcome:
    """You may link to the registry.

    ## Why it matters

    Linking takes the role Member or above in the registry. The roles Viewer and Restricted Viewer see it, and
    nothing tells them before the upload that they may not link.

    ## What wandb says

    `permission denied`, or `view-only member cannot write to project`

    ## Fix

    Ask an administrator of the registry for the role Member.

    ## Before / After

    Before: role Viewer. After: role Member.
    """
    place, registry = facts[PLACE], facts[REGISTRY]
    if facts[CALL].for_ != "link":
        return Skip("a fetch writes nothing")
    if registry is None or registry.read_only is None:
        return Skip("unknown: the server does not tell whether you may write")
    if not registry.read_only:
        return Pass("you may link to it")
    ask = f"Ask an administrator of {registry.name!r} in {place.organization.name!r} for the role Member."
    message = (
        f"you may see the registry {registry.name!r}, but not link to it: your role there is below Member"
    )
    return Fail(message, (Fix("get the role Member", steps=(ask,)),), leaves=frozenset())
