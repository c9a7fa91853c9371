from registry_doctor.plugin import (
    CANDIDATES,
    ENTITY,
    ORDINARY,
    ORDINARY_LINK,
    RESOLUTION,
    SETTINGS,
    VIEWER,
    Applicability,
    DeclaredFacts,
    Fail,
    Fix,
    Organization,
    Outcome,
    Pass,
    Severity,
    Skip,
    change_setting,
    check,
    listed,
    named_exactly,
    quoted_name,
)


@check(
    "RD306",
    requires=["RD301"],
    needs=[ENTITY, RESOLUTION, SETTINGS],
    wants=[CANDIDATES, ORDINARY, ORDINARY_LINK, VIEWER],
)
def organization_setting(facts: DeclaredFacts) -> Outcome:
    """The organization setting names an organization of the calling entity.

    ## What to do

    Remove the setting: `unset WANDB_ORGANIZATION`. Or set it to the display name of the organization, the
    only value that works everywhere (R2.9). In a settings file, remove the line `organization = …`.

    ## Before / After

    Before: `export WANDB_ORGANIZATION=https://acme.wandb.io`.
    After: `export WANDB_ORGANIZATION='Acme Robotics'`.

    ## Why it matters

    wandb uses the setting for every path that names no organization. A wrong value, such as an address,
    breaks paths that are right. The message never mentions the variable (R2.7).

    ## What it looks at

    `WANDB_ORGANIZATION`, or `organization` in a settings file, and the organizations of the calling entity.
    The calling entity is the entity through which wandb finds the organization; see RD301.

    ## What wandb says

    - With a team, link from SDK 0.22.3 on, fetch from 0.23.1 on, to 0.31.0: `Unable to find organization for
      entity 'vision'.`
    - With a team in older versions, and with a personal entity to 0.31.0: `Expecting the organization name or
      entity name to match 'Acme Robotics' and cannot be linked/fetched with …`
    - `api.registry()` and `api.registries()`: `Organization '…' not found.`
    - SDK up to 0.19.6: nothing; it does not know the setting. 0.19.7 uses it only for `api.registries()`.

    ## How sure this is

    Proven: wandb was run with such settings (R2.7). Which organization was meant by another spelling is a
    guess (guesses G29).
    """
    if facts.get(ORDINARY) is not None:
        return Skip("the path names an ordinary artifact, which needs no organization")
    resolution, caller, setting = facts[RESOLUTION], facts[ENTITY], facts[SETTINGS].organization
    value, source = setting.value, setting.source or "the setting"
    if not value:
        return Skip("no organization is set")
    if facts.get(ORDINARY_LINK):
        return Skip("the link goes to an ordinary project, which needs no organization")
    reachable = caller.entity.reachable if caller.entity else ()
    viewer = facts.get(VIEWER)
    if resolution.named_by != "setting":
        known = (*reachable, *(viewer.all_organizations if viewer else ()))
        if named_exactly(value, known):
            return Pass(
                f"{value!r} is one of your organizations, but the organization in the path takes precedence"
            )
        message = (
            f"{source} is {quoted_name(value)}, which is not one of your organizations. This call works"
            " only because the path names one"
        )
        return Fail(message, (_setting_fix(source, reachable),), Severity.WARNING, leaves_unknown=frozenset())
    if isinstance(resolution.outcome, Organization):
        return Pass(f"{value!r} names the organization {resolution.outcome.name!r}")
    names = listed(each.name for each in reachable)
    message = f"{source} is {quoted_name(value)}, but {caller.name!r} ({caller.source}) belongs to {names}"
    correction = resolution.correction
    if correction is not None and correction.certain and correction.organization in reachable:
        return _failure(message, source, correction.organization, Applicability.SAFE)
    best = max(facts.get(CANDIDATES) or (), key=lambda candidate: candidate.has, default=None)
    if best is not None and (best.has or len(reachable) == 1):
        return _failure(message, source, best.organization, Applicability.UNSAFE)
    if len(reachable) == 1:
        return _failure(message, source, reachable[0], Applicability.UNSAFE)
    return Fail(message, (_setting_fix(source, reachable),), leaves_unknown=frozenset({"organization"}))


def _failure(message: str, source: str, organization: Organization, trust: Applicability) -> Fail:
    title = f"begin the path with {organization.path_prefix!r}, the entity of {organization.name!r}"
    edit = Fix(title, {"organization": organization.path_prefix}, trust)
    return Fail(message, (edit, _setting_fix(source, [organization])), leaves_unknown=frozenset())


def _setting_fix(source: str, organizations: tuple[Organization, ...] | list[Organization]) -> Fix:
    name = organizations[0].name if len(organizations) == 1 else None
    change = change_setting("organization", name, source)
    either = "Or set it to the display name of one of your organizations."
    steps = (change.step,) if name else (change.step, either)
    return Fix(f"correct {source}", steps=steps, snippet=change.snippet)
