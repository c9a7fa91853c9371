from registry_doctor.plugin import (
    INTERPRETATION,
    REGISTRIES,
    REGISTRY_PREFIX,
    DeclaredFacts,
    Fail,
    Fix,
    Near,
    Outcome,
    Pass,
    Skip,
    Subject,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
)

_LONGEST = 128
_LONGEST_REGISTRY = _LONGEST - len(REGISTRY_PREFIX)
_NEVER_IN_A_REGISTRY = "\\#?%\r\n"


@check(
    "RD206",
    requires=["RD201", "RD202", "RD203", "RD204", "RD207"],
    needs=[INTERPRETATION],
    wants=[REGISTRIES],
    about=["registry", "collection"],
)
def names_valid(facts: DeclaredFacts) -> Outcome:
    """Registry and collection can have these names.

    ## What it looks at

    Characters and lengths of both names, after everything else about the path is right.

    ## Why it matters

    A registry's name has at most 113 characters and none of `/ \\ # ? % :`; a collection's at most 128.
    Nothing else can be there, so that looking further would only say "not found".

    ## What wandb says

    - A link or a fetch, SDK 0.31.0: nothing by itself; the server finds no such project.
    - When a registry is made, SDK 0.31.0: `Invalid project/registry name '…', cannot contain characters: …`,
      or `Invalid registry name '…', must be 113 characters or less`.
    - Other versions: the words are not known.

    ## Fix

    Write the name as the Registry shows it; `wandb-registry ls` lists them. Spaces, unicode and emoji are
    fine and stay as they are (R1.10).

    ## Before / After

    Before: `wandb-registry-model?/detector`. After: `wandb-registry-model/detector`.
    """
    reading = facts[INTERPRETATION]
    if not reading.registries:
        return Skip("the path names no registry")
    registry, problems, leaves = reading.registries[-1], [], set[Subject]()
    if wrong := [sign for sign in _NEVER_IN_A_REGISTRY if sign in registry]:
        problems.append(
            f"no registry can have {listed(wrong, last='or')} in its name, as {quoted_name(registry)} has"
        )
        leaves.add("registry")
    if len(registry) > _LONGEST_REGISTRY:
        problems.append(
            f"a registry's name has at most {_LONGEST_REGISTRY} characters, and this one {len(registry)}"
        )
        leaves.add("registry")
    longest = max((len(each) for each in reading.collections), default=0)
    if longest > _LONGEST:
        problems.append(f"a collection's name has at most {_LONGEST} characters, and this one {longest}")
        leaves.add("collection")
    if not problems:
        return Pass("both can be names")
    by_hand = Fix(
        "correct the name", steps=("Write the name as the Registry shows it.",), snippet="wandb-registry ls"
    )
    listing = facts.get(REGISTRIES) if "registry" in leaves else None
    meant = _meant(registry, [each.name for each in listing.rows] if listing else [])
    fixes = near_fixes(meant, "registry", lambda name: {"registry": name})
    return Fail("; ".join(problems), (*fixes, by_hand), leaves_unknown=frozenset(leaves))


def _meant(registry: str, names: list[str]) -> tuple[Near, ...]:
    """Registries that are called so without the signs that no registry can have, or nearly so."""
    cleaned = "".join(sign for sign in registry if sign not in _NEVER_IN_A_REGISTRY)
    return (Near(cleaned, True),) if cleaned in names else near_names(cleaned, names)
