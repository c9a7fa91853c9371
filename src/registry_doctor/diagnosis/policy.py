"""Apply a project's configuration to results: change severities, and report which ignores matched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from registry_doctor.checking.results import Result, Status
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.runner import CheckOutcome
from registry_doctor.report.model import Ignored


def with_severity(result: Result, configuration: Configuration) -> Result:
    """The result with the configured severity, if it is a failure; its original severity is kept in `own_severity`."""
    if result.status is not Status.FAIL:
        return result
    severity = configuration.severity_of(result.code)
    if severity is None or severity is result.severity:
        return result
    return replace(result, severity=severity, own_severity=result.severity)


def ignored(
    judged: Sequence[CheckOutcome], configuration: Configuration, *, offline: bool
) -> tuple[Ignored, ...]:
    """Each of the configuration's ignores, and whether it matched."""
    return tuple(
        Ignored(
            code,
            reason,
            configuration.source,
            _matched([each for each in judged if each.result.code.startswith(code)], offline),
        )
        for code, reason in configuration.ignore.items()
    )


def _matched(covered: Sequence[CheckOutcome], offline: bool) -> bool | None:
    if any(each.ignored for each in covered):
        return True
    unjudged = offline or any(each.result.status is Status.BLOCKED for each in covered)
    return None if unjudged or not covered else False


def unknown_codes(configuration: Configuration, known: Collection[str]) -> tuple[str, ...]:
    """A sentence for each code in the configuration that no check has."""
    codes_by_verb: dict[str, Iterable[str]] = {
        "selects": configuration.select,
        "ignores": configuration.ignore,
        "sets the severity of": configuration.severity,
    }
    return tuple(
        f"{configuration.source} {verb} {code}, but no check has that code"
        for verb, codes in codes_by_verb.items()
        for code in codes
        if not any(each.startswith(code) for each in known)
    )
