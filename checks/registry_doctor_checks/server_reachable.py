from registry_doctor.plugin import (
    CONNECTION,
    DEFAULT,
    SETTINGS,
    DeclaredFacts,
    Fail,
    FailureKind,
    Fix,
    Outcome,
    Pass,
    Skip,
    change_setting,
    check,
    netloc,
    shell_word,
    without_userinfo,
)

_ANSWERS = frozenset({FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN, FailureKind.REFUSED_QUERY})
_ANSWERS_NOT_NOW = frozenset({FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR})


@check("RD001", requires=["RD006", "RD101"], needs=[CONNECTION, SETTINGS], about=["server"])
def server_reachable(facts: DeclaredFacts) -> Outcome:
    """A W&B server answers at the address that wandb uses.

    ## What to do

    Change what the message names:

    - the address: `export WANDB_BASE_URL=https://acme.wandb.io`, or `unset WANDB_BASE_URL` for the public
      cloud;
    - the proxy: `export HTTPS_PROXY=http://proxy:3128`, or `export NO_PROXY=acme.wandb.io` to go around it;
    - the certificate: `export SSL_CERT_FILE=authority.pem` for wandb from 0.27.1 on, `export
      REQUESTS_CA_BUNDLE=authority.pem` for downloads and for older versions.

    ## Before / After

    Before: `export WANDB_BASE_URL=http://localhost:9999`.
    After: `export WANDB_BASE_URL=http://localhost:8080`.

    ## Why it matters

    Every other check depends on the server. The messages of wandb do not show the cause: a refused
    connection, an unknown host and a server that hangs all end in the same words.

    ## What it looks at

    The first request to the server: name lookup, connection, proxy, certificate and time. Also whether the
    answer comes from W&B and not, for example, from a login page.

    ## What wandb says

    - SDK 0.28.2 to 0.31.0, after 19 s: `Failed to verify credentials with …: Failed to execute API request:
      the service process is busy and did not respond in time.`
    - SDK 0.27.2, after 20 s: `An error occurred while verifying the API key.`
    - SDK 0.24.2 to 0.27.0: nothing; `wandb.Api()` never returns.
    - SDK 0.23.1: `Unable to connect to … to verify API token.` 0.21.1 to 0.22.3: `Unable to connect to server
      to verify API token.`
    - SDK up to 0.20.1: a `requests.exceptions.ConnectionError` at the first use, after 35 s.
    - A certificate that is not trusted, SDK 0.31.0: `… tls: failed to verify certificate: x509: …`

    ## How sure this is

    Proven: each of these failures was caused on purpose, with each version of wandb that is named
    (sdk-versions 5.4, 6).
    """
    failure = facts[CONNECTION].failure
    address = facts[SETTINGS].base_url
    if failure is None or failure.kind in _ANSWERS:
        return Pass("the server answers")
    if failure.kind in _ANSWERS_NOT_NOW:
        return Skip(failure.message, unknown=True)
    steps: tuple[str, ...] = (failure.advice or "Open the address in a browser on this machine.",)
    title = f"make the server reachable; its address comes from {address.source}"
    url = without_userinfo(address.value)
    match failure.kind:
        case FailureKind.PROXY:
            snippet = f"export NO_PROXY={shell_word(netloc(url))}"
        case FailureKind.TLS:
            snippet = "export SSL_CERT_FILE=authority.pem REQUESTS_CA_BUNDLE=authority.pem"
        case _:
            if address.source != DEFAULT:
                away = change_setting("base_url", None, address.source)
                steps += (f"If you meant the public cloud: {away.snippet or away.step}",)
            snippet = f"curl --head {shell_word(url)}"
    return Fail(
        failure.message, (Fix(title, steps=steps, snippet=snippet),), leaves_unknown=frozenset({"server"})
    )
