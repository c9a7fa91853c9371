from __future__ import annotations

from typing import TYPE_CHECKING

from registry_doctor.plugin import (
    CALL,
    CONNECTION,
    ENTITY,
    INTERPRETATION,
    RESOLUTION,
    SDK_PROBLEM,
    SDK_VERSION,
    SETTINGS,
    VERSION,
    DeclaredFacts,
    Fail,
    FailureKind,
    Fix,
    Organization,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
    read_version,
)

if TYPE_CHECKING:
    from registry_doctor.plugin import SdkVersion
from registry_doctor_checks.sdk_flaws import FLAWS, NEWEST_KNOWN, Consequence, Flaw, Situation

_TELLS_NO_CAUSE = "0.27.1"
"""From this version on, every network problem ends in the same words (sdk-versions 0., item 3)."""
_CHECKS_FILE_NAMES = "0.29.0"
"""From this version on, a file that would land outside the folder of the download is refused (sdk-versions 5.8)."""
_ANSWERS = frozenset({FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN, FailureKind.REFUSED_QUERY})


@check(
    "RD002",
    needs=[CALL, SETTINGS],
    wants=[SDK_PROBLEM, SDK_VERSION, CONNECTION, ENTITY, INTERPRETATION, RESOLUTION, VERSION],
)
def sdk_version(facts: DeclaredFacts) -> Outcome:
    """The version of wandb is not known to fail, or to hide failures, for this call.

    ## What to do

    Upgrade wandb with the command that the report shows: `pip install --upgrade 'wandb>=0.31.0'`. If another
    path or another variable also works with the old version, the report shows it.

    ## Before / After

    Before: `wandb==0.18.3` and `Acme Robotics/wandb-registry-model/detector`.
    After: `wandb>=0.18.4`, or `acme-robotics_X7Q2/wandb-registry-model/detector`.

    ## Why it matters

    Older versions read paths in other ways, and they hide failures: a script ends without an error, but
    nothing was linked. The same line can do something else on a machine with an older version.

    ## What it looks at

    Whether the installed wandb can be imported: its files and what it needs are there, and no other file takes
    its place. Then its version, or the version of `--sdk-version`, and its known problems with this call. They
    depend on whether it links or fetches, how the path names the organization, whether the artifact is a
    draft, which method is called, and where server, key and organization come from.

    ## What wandb says

    - SDK up to 0.18.3, display name before the registry: `project 'wandb-registry-model' not found under
      entity 'Acme Robotics'`. No organization in the path, a fetch: the same message about your team; a link:
      nothing, and the artifact goes to a project of the team.
    - SDK 0.18.4 and 0.18.5, fetch through a personal entity: `Unable to resolve an organization associated
      with the entity: 'alice' that is initialized in the API or Run settings.`
    - SDK up to 0.20.1, a link that the server refuses: at most a line on stderr, and `None`. 0.19.11 returns
      an artifact. From 0.21.2 on, all of these raise an exception.
    - SDK 0.21.0 to 0.22.3, `artifact.link()` of a draft: `Client not initialized for artifact mutations`
    - SDK 0.24.0 to 0.27.0, no answer from the server: nothing; `wandb.Api()` never returns.
    - SDK 0.24.2 to 0.29.0, key in a settings file: `No API key configured.`
    - SDK up to 0.30.0, key in netrc only for `api.forge.coreweave.com`: that no key is configured, in words that
      differ by version. These versions use `https://api.wandb.ai` by default, which is the same service (R6.1, R6.3).
    - SDK 0.22.3 and 0.23.1, a fetch of a link whose number differs from that of its source: no message. On a
      server that does not list a link's own number among its aliases, they fetched another version. This is
      likely, but not proven for W&B's own server (sdk-versions 5.7).
    - SDK up to 0.28.2, a download of an artifact with a file called `../x`: no message, and the file is written
      outside the folder (sdk-versions 5.8). `wandb-registry download` and `relog` refuse such an artifact with
      every version.

    ## How sure this is

    Proven for the versions of wandb that were run (sdk-versions 1.1). For versions between two of them it is
    a guess where a problem begins and ends (guesses G36). What depends on the number of a link is likely
    (sdk-versions 5.7).
    """
    version, problem = facts.get(SDK_VERSION), facts.get(SDK_PROBLEM)
    if problem is not None:
        return _not_importable(version, problem)
    if version is None:
        missing = facts.why_missing(SDK_VERSION)
        return Skip(missing.reason if missing else "the version of wandb is not known")
    given = _situation(facts)
    found = [
        (flaw, consequence) for flaw in FLAWS if flaw.has(version) and (consequence := flaw.concerns(given))
    ]
    if found:
        return _failure(version, sorted(found, key=lambda each: each[1].severity is Severity.WARNING))
    newest = read_version(NEWEST_KNOWN)
    if version.release > newest.release:
        return Pass(
            f"wandb {version} is newer than {newest}, the newest version that the doctor knows."
            " No problem with it is known"
        )
    connection = facts.get(CONNECTION)
    failure = connection.failure if connection else None
    if version >= read_version(_TELLS_NO_CAUSE) and failure is not None and failure.kind not in _ANSWERS:
        return Pass(
            f"wandb {version} has no other known problem, but it would not report why the server does not answer"
        )
    known = f"wandb {version} is not known to fail, or to hide failures, for this call"
    if facts[CALL].for_ == "use" and version < read_version(_CHECKS_FILE_NAMES):
        return Pass(f"{known}. It writes a file that an artifact names `../…` outside the folder")
    return Pass(known)


def _not_importable(version: SdkVersion | None, problem: str) -> Fail:
    wandb = "wandb" if version is None else f"wandb {version}"
    install = "pip install wandb" if version is None else f"pip install --force-reinstall 'wandb=={version}'"
    steps = ("Remove what stands in its place, if the message names a file or a folder.",)
    return Fail(
        f"{wandb} cannot be imported: {problem}",
        (Fix("install wandb for this Python", steps=steps if "finds" in problem else (), snippet=install),),
        leaves_unknown=frozenset(),
    )


def _situation(facts: DeclaredFacts) -> Situation:
    interpretation, caller, resolution = facts.get(INTERPRETATION), facts.get(ENTITY), facts.get(RESOLUTION)
    resolved = resolution.outcome if resolution else None
    return Situation(
        call=facts[CALL],
        settings=facts[SETTINGS],
        path=interpretation.with_default_project if interpretation else None,
        entity=caller.entity if caller else None,
        organization=resolved if isinstance(resolved, Organization) else None,
        unresolved=resolution is not None and not isinstance(resolved, Organization),
        named_by_setting=resolution is not None and resolution.named_by == "setting",
        version=facts.get(VERSION),
    )


def _failure(version: SdkVersion, found: list[tuple[Flaw, Consequence]]) -> Fail:
    """One failure for all that was found, errors first; the fix of an error comes before the upgrade."""
    clauses = [f"{consequence.does} (fixed in {flaw.right_from})" for flaw, consequence in found]
    own = [(each.severity, each.fix) for _, each in found if each.fix is not None]
    fixes = [fix for severity, fix in own if severity is Severity.ERROR]
    fixes.append(_upgrade(found))
    fixes += [fix for severity, fix in own if severity is Severity.WARNING]
    if all(each.fix is not None and each.severity is Severity.WARNING for _, each in found):
        fixes = [*fixes[1:], fixes[0]]
    message = f"wandb {version} {'. It '.join(clauses)}"
    return Fail(message, tuple(fixes), found[0][1].severity, leaves_unknown=frozenset())


def _upgrade(found: list[tuple[Flaw, Consequence]]) -> Fix:
    right = max((flaw.right_from for flaw, _ in found), key=read_version)
    command = f"pip install --upgrade 'wandb>={right}'"
    return Fix(f"upgrade wandb to {right} or newer", snippet=command)
