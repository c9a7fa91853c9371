from registry_doctor.check import Fail, Fix, Outcome, Pass, Severity, Skip, check
from registry_doctor.facts import SETTINGS, DeclaredFacts
from registry_doctor.settings import ApiKey, InvalidCredentials, NoCredentials


@check("RD103", requires=["RD101"], needs=[SETTINGS], about=["server"])
def credentials_unambiguous(facts: DeclaredFacts) -> Outcome:
    """There is one set of credentials for this server, and no other in its way.

    ## Why it matters

    wandb refuses to choose between a key and an identity token. A `default` entry in netrc gives its key to every
    host, and hides the entry of `api.wandb.ai` from the public cloud's new address (R6.2).

    ## What wandb says

    `Both WANDB_API_KEY and WANDB_IDENTITY_TOKEN_FILE are set, which is not allowed.` For netrc: nothing.

    ## Fix

    Take one of the two variables away; give the `default` entry of netrc a host.

    ## Before / After

    Before: both variables are set. After: `unset WANDB_IDENTITY_TOKEN_FILE`.
    """
    credentials = facts[SETTINGS].credentials
    match credentials:
        case InvalidCredentials(problem, source) if problem.startswith("Both "):
            steps = ("Take one of the two variables away.",)
            fix = Fix("keep one of the two", steps=steps, snippet="unset WANDB_IDENTITY_TOKEN_FILE")
            return Fail(f"wandb refuses to choose: {problem}", (fix,), leaves=frozenset({"server"}))
        case ApiKey(_, source, machine, str() as hidden):
            fix = Fix(f"give the entry {machine!r} of {source} a host", steps=("Or remove it.",))
            message = f"the key is from the entry {machine!r} of {source}, which hides the one for {hidden!r}"
            return Fail(message, (fix,), Severity.WARNING, leaves=frozenset())
        case NoCredentials():
            return Skip("there are none")
        case _:
            return Pass("there is one set of credentials")
