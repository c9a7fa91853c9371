from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CONNECTION, SETTINGS, VIEWER, DeclaredFacts
from registry_doctor.settings import ApiKey, InvalidCredentials
from registry_doctor.settings.address import without_userinfo
from registry_doctor.transport import FailureKind

_REFUSED = frozenset({FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN})


@check(
    "RD102",
    requires=["RD001", "RD101", "RD103"],
    needs=[SETTINGS],
    wants=[CONNECTION, VIEWER],
    about=["server"],
)
def credentials_accepted(facts: DeclaredFacts) -> Outcome:
    """The server knows whose credentials these are.

    ## Why it matters

    A key belongs to one server. A key of another server, a key that was taken back, or one with a line break
    at its end lets nothing through.

    ## What wandb says

    `AuthenticationError: API key must have 40+ characters, has N.`, `Failed to verify credentials with …`,
    up to 0.27 `An error occurred while verifying the API key.`

    ## Fix

    Get a key from this server (`ADDRESS/authorize`) and put it where the old one came from.

    ## Before / After

    Before: `WANDB_API_KEY` holds the public cloud's key and `WANDB_BASE_URL` names a dedicated server.
    After: the key comes from the dedicated server.
    """
    settings = facts[SETTINGS]
    credentials, address = settings.credentials, without_userinfo(settings.base_url.value)
    authorize = f"{without_userinfo(settings.app_url)}/authorize"
    if isinstance(credentials, InvalidCredentials):
        message = f"wandb refuses the credentials from {credentials.source}: {credentials.problem}"
        fix = Fix(f"correct {credentials.source}", steps=(f"Copy the key anew from {authorize}.",))
        return Fail(message, (fix,), leaves=frozenset({"server"}))
    viewer, connection = facts.known(VIEWER), facts.known(CONNECTION)
    if viewer is not None:
        return Pass(f"signed in as {viewer.username}")
    if connection is None:
        return Skip("nothing was sent")
    failure, missing = connection.failure, facts.missing(VIEWER)
    if failure is not None and failure.kind not in _REFUSED:
        return Skip(failure.message, unknown=True)
    if failure is None and missing is not None and missing.unknown:
        return Skip(missing.reason, unknown=True)
    source = credentials.source if isinstance(credentials, ApiKey) else "the identity token"
    words = f": {failure.message}" if failure is not None else ""
    steps = (f"Copy a key from {authorize} and put it where this one comes from: {source}.",)
    snippet = f"wandb login --relogin --host {address}"
    return Fail(
        f"{address} does not accept the credentials from {source}{words}",
        (Fix("use a key of this server", steps=steps, snippet=snippet),),
        leaves=frozenset({"server"}),
    )
