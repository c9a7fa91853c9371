from registry_doctor.check import Fail, Fix, Outcome, Pass, check
from registry_doctor.facts import SETTINGS, DeclaredFacts
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials
from registry_doctor.settings.address import without_userinfo


@check("RD101", requires=["RD006"], needs=[SETTINGS], about=["server"])
def credentials_found(facts: DeclaredFacts) -> Outcome:
    """There is an API key or an identity token for this server.

    ## Why it matters

    Without credentials wandb asks for a key, and where nobody can type it stops. A key that `wandb login`
    stored for one host is not found for another one: the netrc entry of `api.forge.coreweave.com` is not
    used for `api.wandb.ai`.

    ## What wandb says

    ``UsageError: No API key configured. Use `wandb login` to log in.``

    ## Fix

    `wandb login --host ADDRESS`, or set `WANDB_API_KEY`.

    ## Before / After

    Before: a job without `WANDB_API_KEY`. After: the key comes from the job's secret store.
    """
    settings = facts[SETTINGS]
    address = without_userinfo(settings.base_url.value)
    match settings.credentials:
        case ApiKey() | InvalidCredentials() as found:
            return Pass(f"there is a key, from {found.source}")
        case IdentityToken(_, source):
            return Pass(f"there is an identity token, from {source}")
        case NoCredentials(looked_in, other_machines):
            places = ", ".join(looked_in)
            message = f"there is no API key for {address}; looked in {places}"
            if other_machines:
                message += f". netrc has entries for {', '.join(other_machines)}, which wandb does not use for this server"
    steps = ("Log in once on this machine, or set WANDB_API_KEY, in CI from the secret store.",)
    snippet = f"wandb login --host {address}"
    fix = Fix("log in to this server", steps=steps, snippet=snippet)
    return Fail(message, (fix,), leaves=frozenset({"server"}))
