"""The preflight as a library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry_doctor.checking.results import FailOn
    from registry_doctor.codebase.report.model import PreflightReport

PREFLIGHT_SECONDS = 300.0
"""Seconds that all diagnoses together may take."""


def preflight(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]] = ".",
    *,
    supplied: Mapping[str, str] | None = None,
    entity: str | None = None,
    project: str | None = None,
    organization: str | None = None,
    base_url: str | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: FailOn = "error",
    timeout: float = PREFLIGHT_SECONDS,
    offline: bool = False,
    require_credentials: bool = False,
    trust_checkout: bool = False,
    confirm: bool = False,
) -> PreflightReport:
    """Find every registry link and use in these files and folders, and report whether each will work.

    Args:
        paths: a file or folder, or several; relative paths start at the working directory.
        supplied: values that the source takes from outside, by the name of a variable, option or environment
            variable.
        entity, project, organization, base_url: for calls that name none; by default, the values that wandb
            itself would use.
        select, ignore: codes of checks, or prefixes of codes.
        fail_on: what makes `exit_code` 1.
        timeout: seconds for all diagnoses together.
        offline: check only the grammar of the paths. The same happens without credentials, unless
            `require_credentials` is set.
        trust_checkout: in a job for a pull request, send the key also to a server, and take it also from a
            variable, that only a file of the checkout names.
        confirm: let the installed wandb make each call that it can make without writing, in a process of its
            own, and compare. `report.notes` and `report.contradicted` say what came of it.

    Returns the report. No code is run, and nothing is written. Raises `sources.NoSuchPath` for a path that does
    not exist and `runner.UnknownCode` for a code that no check has.

    Example::

        report = registry_doctor.preflight("src", supplied={"REGISTRY": "model"})
        assert report.exit_code == 0, report
    """
    # Imported here, so that a search for calls does not load the transport.
    from registry_doctor.codebase.job import Job
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.settings import Given

    several = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    job = Job(
        paths=tuple(Path(path) for path in several),
        supplied=dict(supplied or {}),
        given=Given(
            base_url=base_url, entity=entity, project=project, organization=organization, style="argument"
        ),
        require_credentials=require_credentials,
        trust_checkout=trust_checkout,
    )
    options = Options(tuple(select), tuple(ignore), fail_on, timeout, offline)
    if not confirm:
        return job.judge(job.search(), options)
    from registry_doctor.codebase.confirmed_targets import ConfirmedTargets  # imported here: seldom wanted

    with ConfirmedTargets(job, options) as confirmed:
        report = job.judge(job.search(), options, on_report=confirmed.confirm)
    return confirmed.with_outcomes(report)
