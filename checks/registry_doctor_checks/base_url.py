from registry_doctor.plugin import (
    SETTINGS,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    change_setting,
    check,
    normalise,
    without_userinfo,
)


@check("RD006", needs=[SETTINGS])
def base_url(facts: DeclaredFacts) -> Outcome:
    """The server's address is one that wandb accepts.

    ## What it looks at

    The address from `WANDB_BASE_URL`, a settings file or `--base-url`, by the rules of wandb itself.

    ## Why it matters

    The address of the web app is not the address of the server, and wandb refuses it before it sends
    anything. In a settings file it makes wandb drop all settings of both files and go to the public cloud
    (R7.5).

    ## What wandb says

    - SDK 0.31.0: `https://wandb.ai is not a valid server address, did you mean
      https://api.forge.coreweave.com?`, `Invalid Forge server address; use https://api.forge.coreweave.com.`,
      `http is not secure, please use …`
    - SDK 0.24 to 0.30.0: `… is not a valid server address, did you mean https://api.wandb.ai?`
    - SDK 0.19.11: nothing, it does not look.

    ## Fix

    Public cloud: `unset WANDB_BASE_URL`, or `export WANDB_BASE_URL=https://api.wandb.ai`. Dedicated and
    self-managed servers: the address without a path, `export WANDB_BASE_URL=https://acme.wandb.io`.

    ## Before / After

    Before: `export WANDB_BASE_URL=https://wandb.ai`. After: `export WANDB_BASE_URL=https://api.wandb.ai`.
    """
    settings = facts[SETTINGS]
    if settings.base_url_problem is None:
        return Pass("wandb accepts the address")
    source = settings.base_url.source or "the settings"
    typed = without_userinfo(settings.base_url.value)
    meant = f"https://{typed.partition('://')[2] or typed}"
    encrypted = None if meant == typed or normalise(meant)[1] else meant
    change = change_setting("base_url", encrypted, source)
    steps = (
        change.step,
        "The public cloud needs no address, or https://api.wandb.ai.",
        "Another server has an address without a path, such as https://acme.wandb.io.",
    )
    return Fail(
        f"wandb refuses the server address from {source}: {settings.base_url_problem}",
        (Fix(f"correct the address in {source}", steps=steps, snippet=change.snippet),),
        leaves_unknown=frozenset({"server"}),
    )
