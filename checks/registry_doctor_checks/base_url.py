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
    """wandb accepts the address of the server.

    ## What to do

    - For the public cloud: `unset WANDB_BASE_URL`, or `export WANDB_BASE_URL=https://api.wandb.ai`.
    - For a dedicated or self-managed server, use its address without a path: `export
      WANDB_BASE_URL=https://acme.wandb.io`.

    ## Before / After

    Before: `export WANDB_BASE_URL=https://wandb.ai`. After: `export WANDB_BASE_URL=https://api.wandb.ai`.

    ## Why it matters

    The address of the web app is not the address of the server. wandb refuses it before it sends anything. If
    the address is in a settings file, wandb ignores all settings of both files and uses the public cloud
    (R7.5).

    ## What it looks at

    The address from `WANDB_BASE_URL`, from a settings file or from `--base-url`. The check applies wandb's
    own rules.

    ## What wandb says

    - SDK 0.31.0: `https://wandb.ai is not a valid server address, did you mean
      https://api.forge.coreweave.com?`, `Invalid Forge server address; use https://api.forge.coreweave.com.`,
      `http is not secure, please use …`
    - SDK 0.24 to 0.30.0: `… is not a valid server address, did you mean https://api.wandb.ai?`
    - SDK 0.19.11: nothing; it does not check the address.

    ## How sure this is

    Proven: wandb was run with such addresses (sdk-versions 1.3).
    """
    settings = facts[SETTINGS]
    if settings.base_url_problem is None:
        return Pass("wandb accepts the server address")
    source = settings.base_url.source or "the settings"
    typed = without_userinfo(settings.base_url.value)
    meant = f"https://{typed.partition('://')[2] or typed}"
    encrypted = None if meant == typed or normalise(meant)[1] else meant
    change = change_setting("base_url", encrypted, source)
    steps = (
        change.step,
        "For the public cloud, set no address, or https://api.wandb.ai.",
        "For another server, use its address without a path, such as https://acme.wandb.io.",
    )
    return Fail(
        f"wandb refuses the server address from {source}: {settings.base_url_problem}",
        (Fix(f"correct the address in {source}", steps=steps, snippet=change.snippet),),
        leaves_unknown=frozenset({"server"}),
    )
