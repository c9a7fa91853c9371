"""The two calls of a run, `link_artifact` and `use_artifact`, each with its preflight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_doctor.api import diagnose, ensure_linkable, ensure_usable
from registry_doctor.refusals import LinkFailed, UseFailed
from registry_doctor.support.arguments import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import wandb

    from registry_doctor.report.model import Report

_DISABLED = "wandb did nothing, because the run is disabled"


def link(
    run: wandb.Run, artifact: wandb.Artifact, target_path: str, aliases: str | Sequence[str] = ()
) -> wandb.Artifact:
    """Call `run.link_artifact` after the doctor has confirmed that it will work; return the linked artifact.

    If the path is wrong and its correction is safe and verified, the corrected path is used and a warning is
    logged, as in `ensure_linkable`. Raises LinkRefused, before anything is uploaded, if the link would be refused
    or would land outside a registry. Raises LinkFailed, a subclass of LinkRefused, if wandb refuses although the
    preflight found nothing wrong. Both have a `report`.

    Example::

        linked = registry_doctor.link(run, artifact, "wandb-registry-model/detector")
        print(linked.qualified_name)  # acme-robotics_X7Q2/wandb-registry-model/detector:v1
    """
    from registry_doctor.sdk import linking  # imported here: a refused preflight does not need it

    aliases = texts("aliases", aliases)
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

    Example::

        artifact = registry_doctor.use(run, "wandb-registry-model/detector:v0")
        folder = artifact.download()
    """
    from registry_doctor.sdk import linking  # imported here: a refused preflight does not need it

    path = ensure_usable(path, run=run, type=type)
    try:
        used = linking.use_in_run(run, path, type)
    except Exception as problem:  # every error of wandb counts as a refusal, and is kept as the cause
        raise UseFailed(diagnose(path, for_="use", run=run, type=type), _words(problem)) from problem
    if used is None:
        raise UseFailed(diagnose(path, for_="use", run=run, type=type), _DISABLED)
    return used


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
