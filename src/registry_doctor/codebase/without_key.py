"""A preflight without a key, as in the pull request of a fork."""

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
    "NO CREDENTIALS: only the grammar of the paths was checked; no server was asked. Whether the"
    " registries and collections exist, and whether the rights suffice, is unknown"
)


def nobody_can_ask(targets: Iterable[Target], circumstances: Circumstances) -> bool:
    """Whether both the usual key and the keys that targets name are missing."""
    variables = {None, *(target.key_variable for target in targets)}
    return all(
        isinstance(circumstances.of(Given(style="argument"), variable).credentials, NoCredentials)
        for variable in variables
    )


def key_required(
    report: PreflightReport, circumstances: Circumstances, loaded: Loaded, options: Options
) -> PreflightReport:
    """The report without targets, with the finding about a missing or unusable key that every target would have."""
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
