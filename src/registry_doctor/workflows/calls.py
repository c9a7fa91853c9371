"""The two calls of a run, `link_artifact` and `use_artifact`, each with its preflight."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from registry_doctor.api import LinkRefused, causes, diagnose, ensure_linkable
from registry_doctor.checking.check import Applicability
from registry_doctor.report.model import Report
from registry_doctor.support.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    import wandb

_log = logging.getLogger("registry_doctor")

_DISABLED = "wandb did nothing, because the run is disabled"


class UseRefused(ValueError):
    """The path cannot be used as it is; `report` says why and what to use instead."""

    def __init__(self, report: Report) -> None:
        suggestion = report.suggestion
        use = f" Use {suggestion.target_path!r}." if suggestion and suggestion.verified else ""
        super().__init__(f"{report.target.input!r} cannot be used: {causes(report)}.{use}")
        self.report = report


class LinkFailed(LinkRefused):
    """wandb or the server refused the call, although the preflight found nothing wrong.

    `__cause__` is wandb's own error, if it raised one; `report` is a diagnosis made after it.
    """

    def __init__(self, report: Report, words: str) -> None:
        ValueError.__init__(self, _failed(report, "linked to", words))
        self.report = report


class UseFailed(UseRefused):
    """wandb or the server refused the call, although the preflight found nothing wrong.

    `__cause__` is wandb's own error, if it raised one; `report` is a diagnosis made after it.
    """

    def __init__(self, report: Report, words: str) -> None:
        ValueError.__init__(self, _failed(report, "used", words))
        self.report = report


def link(
    run: wandb.Run, artifact: wandb.Artifact, target_path: str, aliases: Sequence[str] = ()
) -> wandb.Artifact:
    """Call `run.link_artifact` after the doctor has confirmed that it will work; return the linked artifact.

    If the path is wrong and its correction is safe and verified, the corrected path is used and a warning is
    logged, as in `ensure_linkable`. Raises LinkRefused, before anything is uploaded, if the link would be refused
    or would land outside a registry. Raises LinkFailed, a subclass of LinkRefused, if wandb refuses although the
    preflight found nothing wrong. Both have a `report`.

    Example:
        >>> linked = registry_doctor.link(run, artifact, "wandb-registry-model/detector")  # doctest: +SKIP
        >>> linked.qualified_name  # doctest: +SKIP
        'acme-robotics_X7Q2/wandb-registry-model/detector:v1'
    """
    from registry_doctor.sdk import linking  # imported here: a refused preflight does not need it

    aliases = (aliases,) if isinstance(aliases, str) else tuple(aliases)
    path = ensure_linkable(target_path, artifact=artifact, run=run, aliases=aliases)

    def diagnose_again() -> Report:
        return diagnose(path, artifact=artifact, run=run, aliases=aliases)

    try:
        linked = linking.link_in_run(run, artifact, path, aliases)
    except Exception as problem:  # every error of wandb counts as a refusal, and is kept as the cause
        raise LinkFailed(diagnose_again(), _words(problem)) from problem
    if linked is None:
        raise LinkFailed(diagnose_again(), _DISABLED)
    return linked


def use(run: wandb.Run, path: str, type: str | None = None) -> wandb.Artifact:
    """Call `run.use_artifact` with a registry path after the doctor has confirmed that it will work; return the artifact.

    The preflight also covers the download. If the path is wrong and its correction is safe and verified, the
    corrected path is used and a warning is logged. Raises UseRefused if the fetch would be refused. Raises
    UseFailed, a subclass of UseRefused, if wandb refuses although the preflight found nothing wrong. Both have a
    `report`.

    Example:
        >>> artifact = registry_doctor.use(run, "wandb-registry-model/detector:v0")  # doctest: +SKIP
        >>> folder = artifact.download()  # doctest: +SKIP
    """
    from registry_doctor.sdk import linking  # imported here: a refused preflight does not need it

    path = _usable(run, path, type)
    try:
        used = linking.use_in_run(run, path, type)
    except Exception as problem:  # every error of wandb counts as a refusal, and is kept as the cause
        raise UseFailed(diagnose(path, for_="use", run=run, type=type), _words(problem)) from problem
    if used is None:
        raise UseFailed(diagnose(path, for_="use", run=run, type=type), _DISABLED)
    return used


def _usable(run: wandb.Run, path: str, type: str | None) -> str:
    report = diagnose(path, for_="use", run=run, type=type)
    if report.exit_code == 0:
        return path
    suggestion = report.suggestion
    if suggestion is not None and suggestion.verified and suggestion.applicability is Applicability.SAFE:
        _log.warning("%s: using %r instead of %r", causes(report), suggestion.target_path, path)
        return suggestion.target_path
    raise UseRefused(report)


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__


def _failed(report: Report, verb: str, words: str) -> str:
    """The message of wandb, and what a new diagnosis finds."""
    known = "" if report.ok else f" The doctor now finds: {causes(report)}."
    reason = redact(words.strip(), report.secrets).rstrip(".")
    return f"{report.target.input!r} was not {verb}, although the preflight found nothing wrong: {reason}.{known}"
