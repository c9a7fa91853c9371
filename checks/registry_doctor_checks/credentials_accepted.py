from registry_doctor.plugin import (
    CONNECTION,
    SETTINGS,
    VIEWER,
    ApiKey,
    DeclaredFacts,
    Fail,
    FailureKind,
    Fix,
    InvalidCredentials,
    Outcome,
    Pass,
    Skip,
    check,
    shell_word,
    without_userinfo,
)

_REFUSED = frozenset({FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN})


@check(
    "RD102",
    requires=["RD001", "RD101", "RD103"],
    needs=[SETTINGS],
    wants=[CONNECTION, VIEWER],
    about=["server"],
)
def credentials_accepted(facts: DeclaredFacts) -> Outcome:
    """The server accepts the credentials and knows whose they are.

    ## What to do

    Copy a key from the `/authorize` page of this server. Put it where the old key is. If the old key is in
    netrc, run `wandb login --relogin --host ADDRESS`. A key in `WANDB_API_KEY` hides the key in netrc.

    ## Before / After

    Before: `WANDB_API_KEY` contains the key of the public cloud, and `WANDB_BASE_URL` names a dedicated
    server.
    After: `unset WANDB_API_KEY && wandb login --relogin --host https://acme.wandb.io`.

    ## Why it matters

    A key belongs to one server. A key of another server, a revoked key, or a key with a line break at its end
    gives no access.

    ## What it looks at

    The format of the key, and whether the server names a user for it.

    ## What wandb says

    - SDK 0.28.2 to 0.31.0: `AuthenticationError: Failed to verify credentials with …: …`, with the server's
      words.
    - SDK 0.21.1 to 0.27.2: `AuthenticationError: An error occurred while verifying the API key.` From 0.24.2
      on, if the server knows no user with this key: `API key verification failed for host …. Make sure your
      API key is valid.`
    - SDK up to 0.20.1, at the first use: `The API key you provided is either invalid or missing. …`
    - A malformed key, SDK 0.24.2 to 0.31.0: `API key must have 40+ characters, has 3.` Earlier versions:
      nothing; they send the key.

    ## How sure this is

    Proven: the server says so itself (server-shapes E5). That wandb refuses malformed keys is proven, too
    (R7.2).
    """
    settings = facts[SETTINGS]
    credentials, address = settings.credentials, without_userinfo(settings.base_url.value)
    authorize = f"{without_userinfo(settings.app_url)}/authorize"
    if isinstance(credentials, InvalidCredentials):
        message = f"wandb refuses the credentials from {credentials.source}: {credentials.problem}"
        steps, snippet = _renew(credentials.source, authorize, address)
        fix = Fix(f"correct {credentials.source}", steps=steps, snippet=snippet)
        return Fail(message, (fix,), leaves_unknown=frozenset({"server"}))
    viewer, connection = facts.get(VIEWER), facts.get(CONNECTION)
    if viewer is not None:
        return Pass(f"signed in as {viewer.username}" if viewer.username else "signed in")
    if connection is None:
        return Skip("no request was sent")
    failure, missing = connection.failure, facts.why_missing(VIEWER)
    if failure is not None and failure.kind not in _REFUSED:
        return Skip(failure.message, unknown=True)
    if failure is None and missing is not None and missing.unknown:
        return Skip(missing.reason, unknown=True)
    source = credentials.source if isinstance(credentials, ApiKey) else "the identity token"
    words = f": {failure.message}" if failure is not None else ""
    steps, snippet = _renew(source, authorize, address)
    return Fail(
        f"{address} does not accept the credentials from {source}{words}",
        (Fix("use a key of this server", steps=steps, snippet=snippet),),
        leaves_unknown=frozenset({"server"}),
    )


def _renew(source: str, authorize: str, address: str) -> tuple[tuple[str, ...], str | None]:
    """How to replace credentials from this source; a variable comes before netrc, to which `wandb login` writes."""
    login = f"wandb login --relogin --host {shell_word(address)}"
    step = f"Copy a key from {authorize} and put it where the current key is set: {source}."
    if source.startswith("WANDB_"):
        return (step, "Or remove the variable, and log in."), f"unset WANDB_API_KEY && {login}"
    if source == "the identity token":
        issued = "Ask the issuer of the token for a new one, or use a key instead."
        return (issued, f"The key is at {authorize}."), f"unset WANDB_IDENTITY_TOKEN_FILE && {login}"
    return (step,), login if "netrc" in source else None
