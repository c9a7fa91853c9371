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
    """The server knows whose credentials these are.

    ## What it looks at

    The form of the key, and whether the server names a person for it.

    ## Why it matters

    A key belongs to one server. A key of another server, a key that was taken back, or one with a line break
    at its end lets nothing through.

    ## What wandb says

    - SDK 0.28.2 to 0.31.0: `AuthenticationError: Failed to verify credentials with …: …`, with the server's
      words.
    - SDK 0.21.1 to 0.27.2: `AuthenticationError: An error occurred while verifying the API key.`; from 0.24.2
      on, if the server knows nobody of that key: `API key verification failed for host …. Make sure your API
      key is valid.`
    - SDK up to 0.20.1, at the first use: `The API key you provided is either invalid or missing. …`
    - A malformed key, SDK 0.24.2 to 0.31.0: `API key must have 40+ characters, has 3.`; before: nothing, it
      is sent.

    ## Fix

    Copy a key from this server's `/authorize` page and put it where the old one came from: `wandb login
    --relogin --host ADDRESS` for netrc, which a key in `WANDB_API_KEY` hides.

    ## Before / After

    Before: `WANDB_API_KEY` holds the public cloud's key, and `WANDB_BASE_URL` names a dedicated server.
    After: `unset WANDB_API_KEY && wandb login --relogin --host https://acme.wandb.io`.
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
        return Skip("nothing was sent")
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
    """What to do about credentials from this place; `wandb login` writes to netrc, which comes after variables."""
    login = f"wandb login --relogin --host {shell_word(address)}"
    step = f"Copy a key from {authorize} and put it where this one comes from: {source}."
    if source.startswith("WANDB_"):
        return (step, "Or take the variable away, and log in."), f"unset WANDB_API_KEY && {login}"
    if source == "the identity token":
        issued = "Have the issuer make a new token, or use a key instead."
        return (issued, f"The key is at {authorize}."), f"unset WANDB_IDENTITY_TOKEN_FILE && {login}"
    return (step,), login if "netrc" in source else None
