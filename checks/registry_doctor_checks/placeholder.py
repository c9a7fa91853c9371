from registry_doctor.check import Fail, Fix, Name, Outcome, Pass, check
from registry_doctor.facts import CALL, READING, SETTINGS, DeclaredFacts
from registry_doctor.readings import find_placeholder
from registry_doctor.wording import listed


@check("RD207", needs=[CALL, SETTINGS], wants=[READING])
def placeholder(facts: DeclaredFacts) -> Outcome:
    """No placeholder was left in the path, the artifact or the entity.

    ## Why it matters

    Examples in documentation hold places to fill in: `<org>`, `{REGISTRY}`, `your_entity`. wandb takes them
    for names, and says that it finds none, or makes a collection of that name.

    ## What wandb says

    `project 'project' not found under entity 'entity'`, `Unable to find organization for entity '<team>'.`

    ## Fix

    Write the real name in its place. `wandb-registry doctor` without a path lists the registries that you can
    link to, each with its path.

    ## Before / After

    Before: `wandb-registry-<registry>/detector`. After: `wandb-registry-model/detector`.
    """
    call, reading = facts[CALL], facts.known(READING)
    left: dict[Name, str] = {}
    if reading is not None:
        left.update(dict(reading.placeholders.items()))
    if call.artifact and call.for_ == "link" and (found := _find_part(call.artifact)):
        left["artifact"] = found
    entity = facts[SETTINGS].entity.value
    if entity and (call.for_ == "use" or call.artifact is None) and (found := find_placeholder(entity)):
        left["entity"] = found
    if not left:
        return Pass("no placeholder was left in")
    steps = tuple(f"Write the real {name} in place of {text}." for name, text in left.items())
    leaves = frozenset(left) | frozenset[Name](["entity"] if "artifact" in left else [])
    where = " and ".join(
        dict.fromkeys("target" if name not in ("artifact", "entity") else name for name in left)
    )
    return Fail(
        f"a placeholder was left in the {where}: {listed(left.values())}",
        (Fix("fill in the real names", steps=steps, snippet="wandb-registry doctor"),),
        leaves=leaves,
    )


def _find_part(path: str) -> str | None:
    """The placeholder in one of a path's parts, if there is one."""
    parts = (part for half in path.split("/") for part in half.split(":"))
    return next((found for part in parts if (found := find_placeholder(part))), None)
