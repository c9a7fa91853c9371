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
    """The names of the registry and the collection are valid.

    ## What to do

    Write the name as the Registry shows it. `wandb-registry ls` lists the names. Spaces, Unicode characters
    and emoji are allowed; they stay as they are (R1.10).

    ## Before / After

    Before: `wandb-registry-model?/detector`. After: `wandb-registry-model/detector`.

    ## Why it matters

    The name of a registry has at most 113 characters and contains none of `/ \\ # ? % :`. The name of a
    collection has at most 128 characters, as other names in wandb. About a name that nothing can have, the
    server only says "not found".

    ## What it looks at

    The characters and the length of both names, after every other check of the path has passed.

    ## What wandb says

    - A link or a fetch, SDK 0.31.0: nothing; the server does not find such a project.
    - When a registry is created, SDK 0.31.0: `Invalid project/registry name '…', cannot contain characters:
      …`, or `Invalid registry name '…', must be 113 characters or less`.
    - Other versions: the words are not known.

    ## How sure this is

    Proven: wandb refuses such names when a registry is created (registry-rules 1.4). That names may contain
    spaces is likely: W&B's documentation has such names (R1.10). That a collection cannot have a longer name
    is a guess: wandb has this limit for other names, and the limit of the server is not known (guesses G6).
    """
    interpretation = facts[INTERPRETATION]
    if not interpretation.registries:
        return Skip("the path names no registry")
    registry, problems, leaves_unknown = interpretation.registries[-1], [], set[Subject]()
    if wrong := [sign for sign in _NEVER_IN_A_REGISTRY if sign in registry]:
        problems.append(
            f"{quoted_name(registry)} cannot be the name of a registry, because it contains {listed(wrong)}"
        )
        leaves_unknown.add("registry")
    if len(registry) > _LONGEST_REGISTRY:
        problems.append(
            f"the name of a registry has at most {_LONGEST_REGISTRY} characters, but this one has {len(registry)}"
        )
        leaves_unknown.add("registry")
    longest = max((len(each) for each in interpretation.collections), default=0)
    if longest > _LONGEST:
        problems.append(
            f"names in wandb have at most {_LONGEST} characters, but that of the collection has {longest}"
        )
        leaves_unknown.add("collection")
    if not problems:
        return Pass("the names are valid")
    by_hand = Fix(
        "correct the name", steps=("Write the name as the Registry shows it.",), snippet="wandb-registry ls"
    )
    listing = facts.get(REGISTRIES) if "registry" in leaves_unknown else None
    meant = _meant(registry, [each.name for each in listing.rows] if listing else [])
    fixes = near_fixes(meant, "registry", lambda name: {"registry": name})
    return Fail("; ".join(problems), (*fixes, by_hand), leaves_unknown=frozenset(leaves_unknown))


def _meant(registry: str, names: list[str]) -> tuple[Near, ...]:
    """Registries that have this name, or a similar one, without the characters that no name may contain."""
    cleaned = "".join(sign for sign in registry if sign not in _NEVER_IN_A_REGISTRY)
    return (Near(cleaned, True),) if cleaned in names else near_names(cleaned, names)
