from registry_doctor.plugin import (
    CALL,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    before_after,
    check,
    is_given_by_server,
    listed,
)


@check("RD205", needs=[CALL])
def aliases_valid(facts: DeclaredFacts) -> Outcome:
    """The aliases of the link are valid.

    ## What to do

    Use letters, digits, dashes and dots. Leave out version numbers such as `v3`. `latest` may stay: it is
    superfluous, because the newest link always gets it.

    ## Before / After

    Before: `aliases=["2026/11"]`. After: `aliases=["2026-11"]`.

    ## Why it matters

    An alias follows the colon of a path, so it cannot contain a colon or a slash (R1.7). The server assigns
    `v0`, `v1`, … itself. What it does with a link that asks for one of them is not known.

    ## What it looks at

    Only the text of the aliases.

    ## What wandb says

    - SDK 0.26.1 and 0.31.0: `Aliases must not contain any of the following characters: '/', ':'`
    - For `latest` and `v3`: nothing.
    - Other versions: the words are not known.

    ## How sure this is

    Proven: wandb refuses `/` and `:` (R1.7). What the server does with `latest` and `v3` in a link is not
    known. That it ignores them is a guess, so this is only a warning (guesses G5).
    """
    call = facts[CALL]
    if call.for_ != "link" or not call.aliases:
        return Skip("no aliases are set")
    wrong = [alias for alias in call.aliases if "/" in alias or ":" in alias]
    if wrong:
        steps = ("Replace each slash and each colon with a dash.",)
        message = f"{listed(wrong)} cannot be used: an alias must not contain '/' or ':'"
        renamed = [alias.replace("/", "-").replace(":", "-") for alias in call.aliases]
        snippet = before_after(f"aliases={list(call.aliases)!r}", f"aliases={renamed!r}")
        return Fail(
            message, (Fix("rename the alias", steps=steps, snippet=snippet),), leaves_unknown=frozenset()
        )
    given = [alias for alias in call.aliases if alias != "latest" and is_given_by_server(alias)]
    if given:
        message = f"a link should not set {listed(given)}: the server itself assigns such an alias"
        kept = [alias for alias in call.aliases if alias not in given]
        snippet = before_after(f"aliases={list(call.aliases)!r}", f"aliases={kept!r}")
        fix = Fix("leave it out", steps=("The newest link always gets the alias `latest`.",), snippet=snippet)
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    return Pass(f"the aliases are valid: {listed(call.aliases)}")
