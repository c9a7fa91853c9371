from __future__ import annotations

from typing import TYPE_CHECKING

from registry_doctor.plugin import (
    CALL,
    INTERPRETATION,
    REFUSED_FIELDS,
    SDK_VERSION,
    SERVER,
    Call,
    DeclaredFacts,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
    listed,
    read_version,
)

if TYPE_CHECKING:
    from registry_doctor.plugin import SdkVersion

_NO_FALLBACK = "0.28.1"
"""From this wandb on, there is only one way to fetch a version, whatever the server supports (R6.3)."""
_IN_LINK_ANSWER = "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE"
_BY_NAME = "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP"
_FILES = "ARTIFACT_COLLECTION_MEMBERSHIP_FILES"
_FIELDS = {
    _BY_NAME: ("Project.artifactCollectionMembership",),
    _FILES: ("ArtifactCollection.artifactMembership", "ArtifactCollectionMembership.files"),
}
"""The fields of the server's schema that belong to a feature."""
_ORG_ENTITY = "Organization.orgEntity"
"""How wandb from 0.18.4 on finds the entity of an organization; newer ones have no other way (R2.13)."""
_ORG_ENTITY_ALWAYS = "0.24.2"
_FLOORS = (("0.28.1", "0.70"), ("0.28.0", "0.65"), ("0.26.0", "0.63"), ("0.24.0", "0.50"))
"""The oldest server for wandb from a version on, newest first (failures 3.4)."""
_SHORT_PATH = ("0.18.4", "0.50")
"""The same for a path that names no organization (R2.13)."""


@check(
    "RD003",
    requires=["RD102"],
    needs=[CALL],
    wants=[INTERPRETATION, REFUSED_FIELDS, SDK_VERSION, SERVER],
    about=["server"],
)
def server_version(facts: DeclaredFacts) -> Outcome:
    """The server supports what this call of wandb needs.

    ## What to do

    Ask the administrator of the server to upgrade it: to 0.70 or newer for the current wandb. Until then, use
    a version of wandb that still works with the server: `pip install 'wandb<0.28.1'`.

    ## Before / After

    Before: server 0.65 and `wandb==0.31.0`. After: server 0.70, or `wandb==0.28.0`.

    ## Why it matters

    wandb from 0.28.1 on has only one way to fetch a version, and servers before 0.70 do not support it. A
    link also fetches: first the artifact, and with a server before 0.74 also the result of the link (registry-rules 6.3).
    If the server does not know a field, it refuses the whole request.

    ## What it looks at

    The features that the server reports as on, the fields that the server did not know when the doctor asked
    for them, and the version of the server, if it reports one. The check compares them with what this version
    of wandb sends for a link or a fetch.

    ## What wandb says

    - SDK 0.28.1 to 0.31.0, older server: the server's text, such as `Cannot query field
      "artifactCollectionMembership" on type "Project".`
    - SDK 0.18.4 to 0.24.0, server before 0.50, path without organization: `Fetching Registry artifacts
      without inputting an organization is unavailable for your server version. Please upgrade your server to
      0.50.0 or later.`

    ## How sure this is

    Proven: what each version of wandb sends was recorded (sdk-versions 2.7). For versions that were not run,
    which features a call needs is a guess (guesses G35). Which server has them is likely, because W&B
    documents it (registry-rules 6.3).
    """
    call, sdk, server = facts[CALL], facts.get(SDK_VERSION), facts.get(SERVER)
    who = f"wandb {sdk}" if sdk is not None else "wandb"
    version, features = (server.version, server.features) if server else (None, None)
    adapts = sdk is not None and sdk < read_version(_NO_FALLBACK)
    needed = () if adapts else _needed(call, features)
    fixes = (_other_server(sdk, version), _other_sdk(version))
    refused = (facts.get(REFUSED_FIELDS) or frozenset()).intersection(
        field for feature in needed for field in _FIELDS[feature]
    )
    if refused:
        message = (
            f"{who} requests {listed(sorted(refused))}, which this server does not know. This wandb has no"
            " other way"
        )
        return Fail(message, fixes, leaves_unknown=frozenset())
    interpretation = facts.get(INTERPRETATION)
    path = interpretation.with_default_project if interpretation else None
    if _ORG_ENTITY in (facts.get(REFUSED_FIELDS) or ()) and path and path.registry:
        always = sdk is None or sdk >= read_version(_ORG_ENTITY_ALWAYS)
        if always or (sdk is not None and sdk >= read_version(_SHORT_PATH[0]) and not path.prefix):
            message = f"{who} requests {_ORG_ENTITY} to find the registry, which this server does not know"
            return Fail(message, fixes, leaves_unknown=frozenset({"organization"}))
    lacking = [feature for feature in needed if features is not None and feature not in features]
    if lacking:
        message = (
            f"the server does not report {listed(lacking)} as on, but {who} requests it anyway."
            " The call works only if the server knows it"
        )
        return Fail(message, fixes, Severity.WARNING, leaves_unknown=frozenset())
    if floor := _floor_above(sdk, version):
        message = f"the server has version {version}, but {who} is made for {floor} and newer"
        return Fail(message, fixes, Severity.WARNING, leaves_unknown=frozenset())
    if path and path.registry and not path.prefix and _floor_above(sdk, version, (_SHORT_PATH,)):
        message = (
            f"the server has version {version}, but a path without an organization needs {_SHORT_PATH[1]}"
            " or newer"
        )
        fix = Fix("name the organization's entity in the path", steps=("Write it before the registry.",))
        return Fail(message, (fix, fixes[0]), Severity.WARNING, leaves_unknown=frozenset())
    if features is None:
        missing = facts.why_missing(SERVER)
        return Skip(missing.reason if missing else "unknown: the server does not report its features")
    if call.for_ == "link" and _IN_LINK_ANSWER not in features:
        return Pass(
            "the server supports what a link needs; wandb sends one more request for the linked version"
        )
    return Pass("the server supports what this call needs")


def _needed(call: Call, features: frozenset[str] | None) -> tuple[str, ...]:
    """The features that this call uses without checking whether they are on."""
    if call.for_ == "use":
        return (_BY_NAME, _FILES)
    read_back = features is not None and _IN_LINK_ANSWER not in features
    return (_BY_NAME,) if call.artifact is not None or read_back else ()


def _floor_above(
    sdk: SdkVersion | None, version: str | None, floors: tuple[tuple[str, str], ...] = _FLOORS
) -> str | None:
    """The oldest server that this wandb is made for, if this one is known to be older."""
    server = _readable(version)
    floor = next((oldest for since, oldest in floors if sdk is None or sdk >= read_version(since)), None)
    return floor if server is not None and floor is not None and server < read_version(floor) else None


def _readable(version: str | None) -> SdkVersion | None:
    try:
        return read_version(version) if version is not None else None
    except ValueError:
        return None


def _other_server(sdk: SdkVersion | None, version: str | None) -> Fix:
    floor = _floor_above(sdk, version) or "0.70"
    step = f"Ask the administrator of the server to upgrade it to {floor} or newer."
    return Fix(f"upgrade the server to {floor} or newer", steps=(step,))


def _other_sdk(version: str | None) -> Fix:
    """An older wandb: the newest for this server, or, if its version is unknown, the newest that still adapts."""
    server = _readable(version)
    too_new = _NO_FALLBACK
    for since, oldest in _FLOORS:
        if server is not None and server < read_version(oldest):
            too_new = since
    return Fix("until then, use an older wandb", snippet=f"pip install 'wandb<{too_new}'")
