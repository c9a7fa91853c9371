"""What a preflight does where there is no key, as in the pull request of a fork."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from registry_doctor.checking.plugins import Loaded
from registry_doctor.checking.results import Status
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.judging import Circumstances, finding_of
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.settings import Given, InvalidCredentials, NoCredentials

NOTICE = (
    "NO CREDENTIALS: the grammar of the paths alone was examined, and no server was asked. Whether registries,"
    " collections and rights are there is not known"
)


def nobody_can_ask(targets: Iterable[Target], circumstances: Circumstances) -> bool:
    """Whether neither the usual key nor one that a target names is there."""
    variables = {None, *(target.key_variable for target in targets)}
    return all(
        isinstance(circumstances.of(Given(style="argument"), variable).credentials, NoCredentials)
        for variable in variables
    )


def key_required(
    report: PreflightReport, circumstances: Circumstances, loaded: Loaded, options: Options
) -> PreflightReport:
    """The report on no target at all, with the finding that a missing or unusable key is at any target."""
    settings = circumstances.of(Given(style="argument"), None)
    if not isinstance(settings.credentials, (NoCredentials, InvalidCredentials)):
        return report
    diagnosed = examine(Call(None), settings, loaded, options)
    failed = (each for each in diagnosed.results if each.status is Status.FAIL and each.severity is not None)
    return replace(
        report,
        general=tuple(map(finding_of, failed)),
        secrets=(*report.secrets, *diagnosed.secrets),
    )
