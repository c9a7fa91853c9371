from registry_doctor.plugin import (
    SETTINGS,
    ApiKey,
    DeclaredFacts,
    Fail,
    Fix,
    IdentityToken,
    InvalidCredentials,
    NoCredentials,
    Outcome,
    Pass,
    check,
    shell_word,
    without_userinfo,
)


@check("RD101", requires=["RD006"], needs=[SETTINGS], about=["server"])
def credentials_found(facts: DeclaredFacts) -> Outcome:
    """An API key or an identity token exists for this server.

    ## What to do

    On your own machine, run `wandb login --host ADDRESS`. In a job, set `WANDB_API_KEY` from the secret store
    of the job. A variable that is set, but empty, counts as not set. In a CI job, an empty one often means that the
    job does not get the secret: jobs for pull requests from forks do not get it, for example.

    ## Before / After

    Before: a job without credentials. After: `export WANDB_API_KEY="$THE_SECRET"` in the job.

    ## Why it matters

    Without credentials, wandb asks for a key. Where nobody can type a key, wandb stops. A key that `wandb
    login` stored for one host is not found for another host: for `api.wandb.ai`, wandb does not use the netrc
    entry of `api.forge.coreweave.com` (R6.1).

    ## What it looks at

    The places where wandb looks, in the same order: `WANDB_API_KEY`, `WANDB_IDENTITY_TOKEN_FILE`, the netrc
    entry of the host, `api_key` in a settings file.

    ## What wandb says

    - SDK 0.23.1 to 0.31.0: ``UsageError: No API key configured. Use `wandb login` to log in.``
    - SDK up to 0.22.3: `UsageError: api_key not configured (no-tty). call wandb.login(key=[your_api_key])`

    ## How sure this is

    Proven: wandb was run with credentials in each of these places (registry-rules 7.1).
    """
    settings = facts[SETTINGS]
    address = without_userinfo(settings.base_url.value)
    match settings.credentials:
        case ApiKey() | InvalidCredentials() as found:
            return Pass(f"an API key is set: {found.source}")
        case IdentityToken(_, source):
            return Pass(f"an identity token is set: {source}")
        case NoCredentials(looked_in, other_machines):
            places = ", ".join(looked_in)
            message = f"there is no API key for {address}. wandb looks in {places}"
            if other_machines:
                message += (
                    f". netrc has entries for {', '.join(other_machines)}, but wandb does not use them for"
                    " this server"
                )
    steps = (
        "Log in once on this machine, or set WANDB_API_KEY. In CI, set it from the secret store.",
        f"Find your key at {without_userinfo(settings.app_url)}/authorize.",
    )
    snippet = f"wandb login --host {shell_word(address)}"
    fix = Fix("log in to this server", steps=steps, snippet=snippet)
    return Fail(message, (fix,), leaves_unknown=frozenset({"server"}))
