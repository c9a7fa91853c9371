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
from registry_doctor_checks.organization_keys import KEY_STEP


@check(
    "RD401",
    requires=["RD201", "RD202", "RD203", "RD204", "RD206", "RD301", "RD302", "RD303", "RD305", "RD306"],
    needs=[CALL, DESTINATION, REGISTRY],
    wants=[REGISTRIES],
)
def registry_exists(facts: DeclaredFacts) -> Outcome:
    """The registry is there and visible.

    ## What it looks at

    The organization's project `wandb-registry-…`, and for near names the registries that you can see.

    ## Why it matters

    A registry has to exist before anything is linked to it; only collections are made by the first link
    (R3.1). A restricted registry is visible to its members alone, and the server answers as if it were not
    there (R4.15).

    ## What wandb says

    - A fetch, SDK 0.31.0: `project 'wandb-registry-models' not found under entity 'acme-robotics_X7Q2'`.
    - A link, the server: `project 'wandb-registry-models' not found`, or `cannot create registry. custom
      registries can only be created via the registries ui`. SDK up to 0.20.1 raises no exception for it.
    - `api.registry()`: `Failed to load registry 'models' in organization 'Acme Robotics'.`

    ## Fix

    Correct the name. If the registry is there, ask one of its administrators to add you, as Member for a
    link, as Viewer for a fetch; else ask an administrator of the organization to create it. If your organization
    accepts only API keys that were made for it, use such a key (server-shapes K1).

    ## Before / After

    Before: `wandb-registry-models/detector`. After: `wandb-registry-model/detector`.
    """
    place, registry = facts[DESTINATION], facts[REGISTRY]
    organization = place.organization.name
    if registry is not None and registry.name == place.registry:
        return Pass(f"{registry.name!r} is a registry of {organization!r}")
    if registry is not None:
        fix = Fix("write it as the server does", {"registry": registry.name}, Applicability.SAFE)
        message = f"the registry is spelt {registry.name!r}; the server takes {place.registry!r} for it"
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    listing = facts.get(REGISTRIES)
    names = [each.name for each in listing.rows] if listing else []
    message = (
        f"the registry {quoted_name(place.registry)} is not found in {organization!r}, or not visible to you"
    )
    if names:
        message += f"; you can see {listed(names)}"
    if listing is not None and not listing.complete:
        message += f" and more, of which only the first {len(names)} were searched for near names"
    near = near_names(place.registry, names) or _doubled(place.registry, names)
    fixes = near_fixes(near, "registry", lambda name: {"registry": name})
    role = "Member" if facts[CALL].for_ == "link" else "Viewer"
    steps = (
        f"If it exists, ask one of its administrators to add you with the role {role}.",
        f"Else ask an administrator of {organization!r} to create it.",
        KEY_STEP,
    )
    access = Fix("get access to the registry, or have it created", steps=steps)
    return Fail(message, (*fixes, access), leaves_unknown=frozenset({"registry"}))


def _doubled(typed: str, names: list[str]) -> tuple[Near, ...]:
    """A registry that is itself called `wandb-registry-…`."""
    return tuple(Near(name, True) for name in names if name == REGISTRY_PREFIX + typed)
