from registry_doctor.plugin import (
    SETTINGS,
    ApiKey,
    DeclaredFacts,
    Fail,
    Fix,
    InvalidCredentials,
    NoCredentials,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
    shell_word,
    without_userinfo,
)
from registry_doctor_checks.organization_keys import KEY_STEP


@check("RD103", requires=["RD101"], needs=[SETTINGS], about=["server"])
def credentials_unambiguous(facts: DeclaredFacts) -> Outcome:
    """Only one set of credentials applies to this server.

    ## What to do

    If both variables are set, remove one: `unset WANDB_IDENTITY_TOKEN_FILE`, or `unset WANDB_API_KEY`. In
    netrc, store the key under the server's own name, which comes before `default`: `wandb login --relogin
    --host ADDRESS`.

    A key can also be the wrong one for an organization: some organizations accept only keys that were made for
    them. Another key signs in, but the organization, its teams and registries stay hidden (see
    RD301, RD401). Make a key for that organization in the web app, and use it.

    ## Before / After

    Before: both variables are set. After: `unset WANDB_IDENTITY_TOKEN_FILE`.

    ## Why it matters

    wandb refuses to choose between a key and an identity token. A `default` entry in netrc gives its key to
    every host. For the new address of the public cloud, it hides the entry of `api.wandb.ai` (R6.2).

    ## What it looks at

    `WANDB_API_KEY`, `WANDB_IDENTITY_TOKEN_FILE`, and the netrc entry that the key comes from.

    ## What wandb says

    - SDK 0.28.2 to 0.31.0: `Both WANDB_API_KEY and WANDB_IDENTITY_TOKEN_FILE are set, which is not allowed.`
    - SDK up to 0.27.2: nothing; it uses the token.
    - A `default` entry in netrc: nothing.

    ## How sure this is

    Proven: wandb was run with both variables, and with such netrc files (registry-rules 7.1, R6.2).
    """
    settings = facts[SETTINGS]
    match settings.credentials:
        case InvalidCredentials(problem, source) if problem.startswith("Both "):
            one = "Remove one of the two variables."
            fix = Fix("keep one of the two", steps=(one, KEY_STEP), snippet="unset WANDB_IDENTITY_TOKEN_FILE")
            return Fail(
                f"wandb refuses to choose between two credentials: {problem}",
                (fix,),
                leaves_unknown=frozenset({"server"}),
            )
        case ApiKey(_, source, machine, str() as hidden):
            steps = (
                f"Store the key under the server's own name, which comes before {machine!r}. Or remove the"
                f" entry {machine!r} from {source}.",
                KEY_STEP,
            )
            snippet = f"wandb login --relogin --host {shell_word(without_userinfo(settings.base_url.value))}"
            fix = Fix(f"give this server its own entry in {source}", steps=steps, snippet=snippet)
            message = (
                f"the key comes from the entry {machine!r} of {source}, which hides the entry for {hidden!r}"
            )
            return Fail(message, (fix,), Severity.WARNING, leaves_unknown=frozenset())
        case NoCredentials():
            return Skip("there are no credentials")
        case _:
            return Pass("there is one set of credentials")
