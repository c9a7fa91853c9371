from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    REGISTRIES,
    REGISTRY,
    REGISTRY_PREFIX,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Near,
    Outcome,
    Pass,
    Severity,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
)
from registry_doctor_checks.organization_keys import KEY_FIX


@check(
    "RD401",
    requires=["RD201", "RD202", "RD203", "RD204", "RD206", "RD301", "RD302", "RD303", "RD305", "RD306"],
    needs=[CALL, DESTINATION, REGISTRY],
    wants=[REGISTRIES],
)
def registry_exists(facts: DeclaredFacts) -> Outcome:
    """The registry exists and is visible to you.

    ## What to do

    Correct the name. If the registry exists, ask one of its administrators to add you: as Member for a link,
    as Viewer for a fetch. If it does not exist, ask an administrator of the organization to create it. If your
    organization accepts only API keys that were made for it, use such a key (server-shapes K1).

    ## Before / After

    Before: `wandb-registry-models/detector`. After: `wandb-registry-model/detector`.

    ## Why it matters

    A registry must exist before you can link to it: the first link creates only the collection (R3.1). A
    restricted registry is visible only to its members. To everybody else the server answers as if it did not
    exist (R4.15).

    ## What it looks at

    The project `wandb-registry-…` of the organization. To find similar names: the registries that you can
    see.

    ## What wandb says

    - A fetch, SDK 0.31.0: `project 'wandb-registry-models' not found under entity 'acme-robotics_X7Q2'`.
    - A link, the server: `project 'wandb-registry-models' not found`, or `cannot create registry. custom
      registries can only be created via the registries ui`. SDK up to 0.20.1 raises no exception for it.
    - `api.registry()`: `Failed to load registry 'models' in organization 'Acme Robotics'.`

    ## How sure this is

    Likely: W&B documents that the registry must exist (R3.1). That the server shows a hidden registry as
    missing is a guess (guesses G2, G13). Which name was meant is a guess, too (guesses G11, G31).
    """
    destination, registry = facts[DESTINATION], facts[REGISTRY]
    organization = destination.organization.name
    if registry is not None and registry.name == destination.registry:
        return Pass(f"{registry.name!r} is a registry of {organization!r}")
    if registry is not None:
        fix = Fix("write the name as the server does", {"registry": registry.name}, Applicability.SAFE)
        message = (
            f"the name of the registry is {registry.name!r}; the server also accepts {destination.registry!r}"
        )
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    listing = facts.get(REGISTRIES)
    names = [each.name for each in listing.rows] if listing else []
    message = (
        f"registry {quoted_name(destination.registry)} is not found in {organization!r}, or not visible to you"
        " with your credentials"
    )
    if names:
        message += f". You can see {listed(names)}"
    if listing is not None and not listing.complete:
        message += f" and more (only the first {len(names)} were searched for similar names)"
    near = near_names(destination.registry, names) or _doubled(destination.registry, names)
    fixes = near_fixes(near, "registry", lambda name: {"registry": name})
    role = "Member" if facts[CALL].for_ == "link" else "Viewer"
    steps = (
        f"If it exists, ask one of its administrators to add you with the role {role}.",
        f"If not, ask an administrator of {organization!r} to create it.",
    )
    access = Fix("get access to the registry, or have it created", steps=steps)
    return Fail(message, (*fixes, access, KEY_FIX), leaves_unknown=frozenset({"registry"}))


def _doubled(typed: str, names: list[str]) -> tuple[Near, ...]:
    """A registry whose own name begins with `wandb-registry-`."""
    return tuple(Near(name, True) for name in names if name == REGISTRY_PREFIX + typed)
