from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    VERSION,
    VERSIONS,
    Applicability,
    DeclaredFacts,
    Destination,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    Version,
    check,
    listed,
    near_fixes,
    near_names,
    quoted_name,
    shell_word,
)


@check(
    "RD503",
    requires=["RD201", "RD502"],
    needs=[CALL, DESTINATION, VERSION],
    wants=[VERSIONS],
)
def version_exists(facts: DeclaredFacts) -> Outcome:
    """The version or alias is there.

    ## What it looks at

    For a fetch: what stands behind the colon, and the versions and aliases of the collection.

    ## Why it matters

    Versions count from `v0` in each collection, whatever the version was called where it was logged (R1.14).
    An alias belongs to one collection and to one version in it.

    ## What wandb says

    - SDK 0.26.1 to 0.31.0: `artifact membership 'detector:prod' not found in '…/wandb-registry-model'`. Older
      versions: `Project … does not contain artifact: "detector:prod"`
    - An alias with a slash, SDK 0.31.0: `Unable to find organization for entity '…'.`
    - No version at all: nothing; the server takes one.

    ## Fix

    Use a version or alias that the message lists. Without any, say which: `:latest` is the newest link, `:v3`
    stays the same for ever.

    ## Before / After

    Before: `wandb-registry-model/detector:prod`. After: `wandb-registry-model/detector:production`.
    """
    place, version, listing = facts[DESTINATION], facts[VERSION], facts.get(VERSIONS)
    if facts[CALL].for_ != "use":
        return Skip("a link takes no version")
    rows = listing.rows if listing else ()
    aliases = [alias for row in rows for alias in row.aliases if alias != row.name]
    names = [row.name for row in rows if row.name]
    if not place.version:
        latest = Fix("say which version", {"version": "latest"}, Applicability.SAFE)
        if version is None:
            message = "the path names no version, and the server finds none by the name alone"
            return Fail(message, (latest,), leaves_unknown=frozenset({"version"}))
        message = f"the path names no version; the server takes {version.name or 'the latest'}"
        return Fail(message, (latest,), Severity.WARNING, leaves_unknown=frozenset())
    if "/" in place.version:
        return _slash(place, version, [*aliases, *names])
    if version is not None:
        return Pass(f"{place.version!r} is {version.name}" if version.name else f"{place.version!r} is there")
    there = f"; aliases: {listed(aliases) or 'none'}; versions: {listed(names) or 'none'}"
    if listing is not None and not listing.complete:
        there += f" and more, of which only {len(rows)} were searched for near names"
    message = f"the version {quoted_name(place.version)} is not found in {place.collection!r}{there}"
    return Fail(message, _near(place, [*aliases, *names]), leaves_unknown=frozenset({"version"}))


def _slash(place: Destination, version: Version | None, existing: list[str]) -> Fail:
    """An alias with a slash: wandb counts it among the slashes of the path (R1.16)."""
    typed = place.version or ""
    message = f"the alias {quoted_name(typed)} has a slash, by which wandb reads the organization wrongly"
    if version is not None and version.name:
        fix = Fix(f"name the version {version.name}", {"version": version.name}, Applicability.SAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset({"version"}))
    head = typed.partition("/")[0]
    if head in existing:
        fix = Fix(f"it may be {head!r}", {"version": head}, Applicability.UNSAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset({"version"}))
    return Fail(message, _near(place, existing), leaves_unknown=frozenset({"version"}))


def _near(place: Destination, existing: list[str]) -> tuple[Fix, ...]:
    near = near_names(place.version or "", existing)
    if fixes := near_fixes(near, "version", lambda name: {"version": name}):
        return fixes
    path = f"{place.entity}/{place.registry}/{place.collection}"
    steps = ("Use a version or an alias of this collection; this lists them.",)
    return (
        Fix("name a version that is there", steps=steps, snippet=f"wandb-registry ls {shell_word(path)}"),
    )
