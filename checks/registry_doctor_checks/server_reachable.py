from registry_doctor.check import Fail, Fix, Outcome, Pass, Skip, check
from registry_doctor.facts import CONNECTION, SETTINGS, DeclaredFacts
from registry_doctor.transport import FailureKind

_ANSWERS = frozenset({FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN, FailureKind.REFUSED_QUERY})
_ANSWERS_NOT_NOW = frozenset({FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR})


@check("RD001", requires=["RD006", "RD101"], needs=[CONNECTION, SETTINGS], about=["server"])
def server_reachable(facts: DeclaredFacts) -> Outcome:
    """A W&B server answers at the address that wandb would use.

    ## Why it matters

    Every other answer comes from there. A wrong address, a proxy, a missing certificate or a login page in
    between makes all calls fail, and wandb names the cause badly.

    ## What wandb says

    From 0.27.1 on, whatever the cause, after 19 s: `Failed to execute API request: the service process is
    busy and did not respond in time.` From 0.24 to 0.27.0 `wandb.Api()` never returns.

    ## Fix

    What the message names: the address (`WANDB_BASE_URL`), the proxy (`HTTPS_PROXY`, `NO_PROXY`), the
    certificate (`SSL_CERT_FILE` for wandb, `REQUESTS_CA_BUNDLE` for downloads), or the network.

    ## Before / After

    Before: `WANDB_BASE_URL=http://localhost:9999`. After: `WANDB_BASE_URL=http://localhost:8080`.
    """
    failure = facts[CONNECTION].failure
    address = facts[SETTINGS].base_url
    if failure is None or failure.kind in _ANSWERS:
        return Pass("the server answers")
    if failure.kind in _ANSWERS_NOT_NOW:
        return Skip(failure.message, unknown=True)
    steps = (failure.advice or "Try the address in a browser on this machine.",)
    title = f"make the server reachable; its address comes from {address.source}"
    return Fail(failure.message, (Fix(title, steps=steps),), leaves=frozenset({"server"}))
