from registry_doctor.check import Fail, Fix, Outcome, Pass, check
from registry_doctor.facts import SETTINGS, DeclaredFacts


@check("RD006", needs=[SETTINGS])
def base_url(facts: DeclaredFacts) -> Outcome:
    """The server's address is one that wandb accepts.

    ## Why it matters

    The address of the web app is not the address of the server, and wandb refuses it before it sends
    anything. In a settings file it makes wandb drop all settings of both files and go to the public cloud.

    ## What wandb says

    `https://wandb.ai is not a valid server address, did you mean https://api.forge.coreweave.com?`,
    `Invalid Forge server address; use https://api.forge.coreweave.com.`, `http is not secure, please use …`

    ## Fix

    Public cloud: take the variable away, or use `https://api.wandb.ai`. Dedicated and self-managed servers:
    the address without a path, `https://acme.wandb.io`.

    ## Before / After

    Before: `WANDB_BASE_URL=https://wandb.ai`. After: `WANDB_BASE_URL=https://api.wandb.ai`.
    """
    settings = facts[SETTINGS]
    if settings.base_url_problem is None:
        return Pass("wandb accepts the address")
    source = settings.base_url.source or "the settings"
    steps = (
        "For the public cloud take the value away, or set it to https://api.wandb.ai.",
        "For another server give its address without a path, such as https://acme.wandb.io.",
    )
    snippet = "unset WANDB_BASE_URL" if source == "WANDB_BASE_URL" else None
    return Fail(
        f"wandb refuses the server address from {source}: {settings.base_url_problem}",
        (Fix(f"correct the address in {source}", steps=steps, snippet=snippet),),
        leaves=frozenset({"server"}),
    )
