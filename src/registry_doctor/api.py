"""The doctor as a library: diagnose a call before making it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, get_args

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import DEFAULT_TIMEOUT, Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts import METHODS, Call, Method, agreed_purpose, purpose_of
from registry_doctor.refusals import LinkRefused, UseRefused, causes
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, read_settings
from registry_doctor.support.arguments import having, one_of, optional_text, seconds, text, texts
from registry_doctor.support.redaction import redact
from registry_doctor.support.versions import read_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    import wandb


_log = logging.getLogger("registry_doctor")


def diagnose(
    target_path: str | None = None,
    *,
    artifact: wandb.Artifact | str | None = None,
    run: wandb.Run | None = None,
    api: wandb.Api | None = None,
    for_: Purpose | None = None,
    method: Method | None = None,
    type: str | None = None,
    aliases: str | Sequence[str] = (),
    entity: str | None = None,
    project: str | None = None,
    organization: str | None = None,
    base_url: str | None = None,
    sdk_version: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    confirm: bool = False,
) -> Report:
    """Say whether this link or fetch would work, and what to write instead. Writes nothing.

    Args:
        target_path: the path that would be given to wandb; without one, the environment is examined.
        artifact: what would be linked: a `wandb.Artifact`, draft or logged, or the path of a logged one,
            `entity/project/name:version`. Without it a draft of `type` that a new run would log.
        run: the run that would make the call; sets entity and project.
        api: the `wandb.Api` that would make the call; sets server, key, entity and organization.
        for_: `"link"`, or `"use"` for fetching and downloading; by default the purpose of `method`, else `"link"`.
        method: the method of wandb that is called, `"run.link_artifact"` for example; without it, the
            report covers what applies to every method.
        type: the draft's type, or the `type=` of the fetch.
        aliases: the aliases for the linked version.
        entity, project, organization, base_url: values given to the call; by default wandb's own
            settings.
        sdk_version: the version of wandb that would make the call; by default the installed one.
        timeout: seconds for the whole diagnosis.
        confirm: let the installed wandb make the very call in a process of its own, stop it before it
            writes, and compare. `report.confirmation` says what came of it, and the exit status is 3 if it
            contradicts. Confirmed means that wandb would send this, never that the server accepts it. It
            takes a second or two, and `timeout` once more at most.

    Returns the report. All findings are in it, also an unreachable server; none is raised.
    Raises TypeError for an argument of another type, and ValueError if `for_`, `method`, `sdk_version` or
    `timeout` has a value that it cannot have, or `method` contradicts `for_`.

    Example::

        report = diagnose("vision/wandb-registry-model/detector", artifact="vision/detectors/yolo:v0")
        print(report.suggestion.target_path)  # acme-robotics_X7Q2/wandb-registry-model/detector
    """
    _refuse_wrong_objects(artifact, run, api)
    target_path = optional_text("target_path", target_path)
    if for_ is not None:
        one_of("for_", for_, get_args(Purpose))
    if method is not None:
        one_of("method", method, METHODS)
    type = optional_text("type", type)
    aliases = texts("aliases", aliases)
    entity, project = optional_text("entity", entity), optional_text("project", project)
    organization, base_url = optional_text("organization", organization), optional_text("base_url", base_url)
    sdk_version = optional_text("sdk_version", sdk_version)
    timeout = seconds("timeout", timeout)
    given = Given(
        base_url=base_url, entity=entity, project=project, organization=organization, style="argument"
    )
    path, kind = (artifact, type) if isinstance(artifact, str) else (None, type)
    if run is not None or api is not None or not (artifact is None or isinstance(artifact, str)):
        from registry_doctor import sdk  # imported here: a diagnosis of plain paths does not load wandb

        given = sdk.given_by_run(run, given) if run is not None else given
        given = sdk.given_by_api(api, given) if api is not None else given
        if artifact is not None and not isinstance(artifact, str):
            seen = sdk.see_artifact(artifact)
            path, kind = seen.path, kind or seen.type
    purpose = for_ or (purpose_of(method) if method else "link")
    if method is not None:
        agreed = agreed_purpose(purpose, method)
        if agreed is None:
            raise ValueError(f"for_={purpose!r} and method={method!r} contradict each other")
        purpose = agreed
    if purpose != "link" or method == "run.link_model":
        path = None  # neither takes an artifact
    version = str(read_version(sdk_version)) if sdk_version is not None else None
    call = Call(target_path, purpose, path, kind, aliases, method, sdk_version=version)
    settings, options = read_settings(given), Options(timeout=timeout)
    report = examine(call, settings, load_checks(), options)
    if not confirm:
        return report
    from registry_doctor.confirmation.confirming import confirmed  # imported here: seldom wanted

    return confirmed(report, call, settings, options)


def _refuse_wrong_objects(artifact: object, run: object, api: object) -> None:
    """Raise TypeError for what cannot be wandb's. Objects that only look like wandb's are accepted."""
    if artifact is not None and not isinstance(artifact, str):
        having("artifact", artifact, ("type", "is_draft"), "a wandb.Artifact, its path, or None")
    if run is not None:
        having("run", run, ("entity", "project"), "a wandb run or None")
    if api is not None:
        having("api", api, ("settings", "api_key"), "a wandb.Api or None")


def ensure_linkable(
    target_path: str,
    *,
    artifact: wandb.Artifact | str | None = None,
    run: wandb.Run | None = None,
    api: wandb.Api | None = None,
    type: str | None = None,
    aliases: str | Sequence[str] = (),
    timeout: float = DEFAULT_TIMEOUT,
) -> str:
    """Return a path that can be linked to, before anything is uploaded.

    This is `target_path` itself if the link would work as typed, or the corrected path if the
    correction is safe and verified. The logger `registry_doctor` gets a warning for a corrected path, and for
    what works but looks unintended, such as a new collection whose name is nearly that of another.
    Arguments as for `diagnose`. Raises LinkRefused, which has the report, if the link would be refused, would
    land outside a registry, or if the result is not known.

    Example::

        path = ensure_linkable("wandb-registry-model/detector", artifact=artifact)
        run.link_artifact(artifact, path)
    """
    report = diagnose(
        text("target_path", target_path),
        artifact=artifact, run=run, api=api, type=type, aliases=aliases, timeout=timeout,
    )  # fmt: skip
    path = _path_to_take(report, target_path, "linking to")
    if path is None:
        raise LinkRefused(report)
    return path


def ensure_usable(
    path: str,
    *,
    run: wandb.Run | None = None,
    api: wandb.Api | None = None,
    type: str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> str:
    """Return a path of a version that can be fetched and downloaded, before anything waits for it.

    As `ensure_linkable`: `path` itself, or its correction if that is safe and verified; then a warning is logged.
    Raises UseRefused, which has the report, if the fetch or the download would be refused, or if the result is
    not known.

    Example::

        path = ensure_usable("wandb-registry-model/detector:production")
        artifact = run.use_artifact(path)
    """
    report = diagnose(text("path", path), for_="use", run=run, api=api, type=type, timeout=timeout)
    usable = _path_to_take(report, path, "using")
    if usable is None:
        raise UseRefused(report)
    return usable


def _path_to_take(report: Report, typed: str, action: str) -> str | None:
    """The path as typed, its safe correction, or `None`; what the caller may not expect is logged."""
    path, suggestion = typed, report.suggestion
    if report.exit_code != 0:
        safe = (
            suggestion is not None and suggestion.verified and suggestion.applicability is Applicability.SAFE
        )
        if suggestion is None or not safe:
            return None
        path = suggestion.target_path
        if path != typed:
            changed = redact(f"{path!r} instead of {typed!r}", report.secrets)
            _log.warning("%s %s (%s)", action, changed, causes(report))
    for each in report.results:
        if each.is_warning and not each.of_environment:
            unintended = redact(f"{path!r}, but {each.code}: {each.message}", report.secrets)
            _log.warning("%s %s", action, unintended)
    return path
