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
    """The aliases that the link asks for can be aliases.

    ## What it looks at

    The text of the aliases alone.

    ## Why it matters

    An alias stands behind the colon of a path, so it can hold neither a colon nor a slash (R1.7). `latest`
    and `v0`, `v1`, … are given by the server: asking for them promises what the link does not do.

    ## What wandb says

    - SDK 0.26.1 and 0.31.0: `Aliases must not contain any of the following characters: '/', ':'`
    - For `latest` and `v3`: nothing.
    - Other versions: the words are not known.

    ## Fix

    Use letters, digits, dashes and dots. Leave `latest` and version numbers out.

    ## Before / After

    Before: `aliases=["2026/11"]`. After: `aliases=["2026-11"]`.
    """
    call = facts[CALL]
    if call.for_ != "link" or not call.aliases:
        return Skip("the link asks for no aliases")
    wrong = [alias for alias in call.aliases if "/" in alias or ":" in alias]
    if wrong:
        steps = ("Write a dash in place of each slash and colon.",)
        message = f"an alias can hold neither '/' nor ':': {listed(wrong)}"
        renamed = [alias.replace("/", "-").replace(":", "-") for alias in call.aliases]
        snippet = before_after(f"aliases={list(call.aliases)!r}", f"aliases={renamed!r}")
        return Fail(
            message, (Fix("rename the alias", steps=steps, snippet=snippet),), leaves_unknown=frozenset()
        )
    given = [alias for alias in call.aliases if is_given_by_server(alias)]
    if given:
        message = f"{listed(given)} cannot be asked for: the server gives it by itself"
        kept = [alias for alias in call.aliases if alias not in given]
        snippet = before_after(f"aliases={list(call.aliases)!r}", f"aliases={kept!r}")
        fix = Fix("leave it out", steps=("The newest link is `latest` by itself.",), snippet=snippet)
        return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
    return Pass(f"they can be aliases: {listed(call.aliases)}")
