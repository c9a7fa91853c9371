from registry_doctor.plugin import (
    CALL,
    DESTINATION,
    ORDINARY,
    VERSION,
    VERSIONS,
    Applicability,
    DeclaredFacts,
    Destination,
    Fail,
    Fix,
    Ordinary,
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
    needs=[CALL],
    wants=[DESTINATION, ORDINARY, VERSION, VERSIONS],
    about=["server", "entity", "organization", "registry", "collection", "version"],
    judges=["version"],
)
def version_exists(facts: DeclaredFacts) -> Outcome:
    """The version or alias exists.

    ## What to do

    Use a version or an alias that the message lists. If the path names no version, add one: `:latest` is the
    newest link, `:v3` always stays the same.

    ## Before / After

    Before: `wandb-registry-model/detector:prod`. After: `wandb-registry-model/detector:production`.

    ## Why it matters

    Each collection numbers its versions from `v0`, whatever number the version had where it was logged
    (R1.14). An alias belongs to one collection, and to one version in it.

    ## What it looks at

    For a fetch: the text after the colon, and the versions and aliases of the collection, or of the artifact in
    an ordinary project.

    ## What wandb says

    - SDK 0.26.1 to 0.31.0: `artifact membership 'detector:prod' not found in '…/wandb-registry-model'`. Older
      versions: `Project … does not contain artifact: "detector:prod"`
    - An alias with a slash, SDK 0.31.0: `Unable to find organization for entity '…'.`
    - No version in the path: nothing; the server chooses one.

    ## How sure this is

    Proven: wandb's own tests show how versions are numbered, and wandb was run with an alias that contains a
    slash (R1.14, R1.16). Which version was meant is a guess, and so is that a name without a version means
    `latest` (guesses G10, G31).
    """
    if facts[CALL].for_ != "use":
        return Skip("only a fetch names a version")
    if (ordinary := facts.get(ORDINARY)) is not None:
        return _of_ordinary(ordinary)
    destination, version, listing = facts.get(DESTINATION), facts.get(VERSION), facts.get(VERSIONS)
    missing = facts.why_missing(DESTINATION) or facts.why_missing(VERSION)
    if missing is not None or destination is None:
        return Skip(missing.reason if missing else "unknown", missing is not None and missing.unknown)
    rows = listing.rows if listing else ()
    aliases = [alias for row in rows for alias in row.aliases if alias != row.name]
    names = [row.name for row in rows if row.name]
    if not destination.version:
        latest = Fix("name a version", {"version": "latest"}, Applicability.SAFE)
        if version is None:
            message = "the path names no version, and the server finds none without a version"
            return Fail(message, (latest,), leaves_unknown=frozenset({"version"}))
        message = f"the path names no version. The server uses {version.name or 'the latest'}"
        return Fail(message, (latest,), Severity.WARNING, leaves_unknown=frozenset())
    if "/" in destination.version:
        return _slash(destination, version, [*aliases, *names])
    if version is not None:
        return Pass(
            f"{destination.version!r} is {version.name}"
            if version.name
            else f"{destination.version!r} exists"
        )
    there = f". Aliases: {listed(aliases) or 'none'}. Versions: {listed(names) or 'none'}"
    if listing is not None and not listing.complete:
        there += f" and more (only {len(rows)} were searched for similar names)"
    message = f"version {quoted_name(destination.version)} is not found in {destination.collection!r}{there}"
    if facts[CALL].method == "api.artifact_exists":  # the program asks whether it exists
        near = near_fixes(
            near_names(destination.version, [*aliases, *names]), "version", lambda name: {"version": name}
        )
        said = f"api.artifact_exists will return False: {message}"
        return Fail(said, near, Severity.WARNING, leaves_unknown=frozenset()) if near else Pass(said)
    return Fail(message, _near(destination, [*aliases, *names]), leaves_unknown=frozenset({"version"}))


def _of_ordinary(found: Ordinary) -> Outcome:
    """The version of an artifact in an ordinary project."""
    typed = found.typed or "latest"
    if found.version is not None:
        return Pass(f"{typed!r} is {found.version.name}" if found.version.name else f"{typed!r} exists")
    rows = found.versions.rows
    aliases = [alias for row in rows for alias in row.aliases if alias != row.name]
    names = [row.name for row in rows if row.name]
    there = f"Aliases: {listed(aliases) or 'none'}. Versions: {listed(names) or 'none'}"
    message = f"version {quoted_name(typed)} of the ordinary artifact {found.path!r} is not found. {there}"
    fixes = near_fixes(near_names(typed, [*aliases, *names]), "version", lambda name: {"version": name})
    if not fixes:
        fixes = (Fix("name a version that exists", steps=("Use a version or an alias that exists.",)),)
    return Fail(message, fixes, leaves_unknown=frozenset({"version"}))


def _slash(destination: Destination, version: Version | None, existing: list[str]) -> Fail:
    """An alias with a slash: wandb counts its slash as one of the path (R1.16)."""
    typed = destination.version or ""
    message = (
        f"alias {quoted_name(typed)} contains a slash, so wandb reads a wrong organization from the path"
    )
    if version is not None and version.name:
        fix = Fix(f"name the version {version.name}", {"version": version.name}, Applicability.SAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset({"version"}))
    head = typed.partition("/")[0]
    if head in existing:
        fix = Fix(f"the alias may be {head!r}", {"version": head}, Applicability.UNSAFE)
        return Fail(message, (fix,), leaves_unknown=frozenset({"version"}))
    return Fail(message, _near(destination, existing), leaves_unknown=frozenset({"version"}))


def _near(destination: Destination, existing: list[str]) -> tuple[Fix, ...]:
    near = near_names(destination.version or "", existing)
    if fixes := near_fixes(near, "version", lambda name: {"version": name}):
        return fixes
    path = f"{destination.entity}/{destination.registry}/{destination.collection}"
    steps = ("This command lists the versions and aliases.",)
    return (Fix("name a version that exists", steps=steps, snippet=f"wandb-registry ls {shell_word(path)}"),)
