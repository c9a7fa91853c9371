"""Options of a diagnosis: which checks run, what counts as a failure, how long it may take."""

from __future__ import annotations

from dataclasses import field, replace

from registry_doctor.checking.plugins import CODE, Loaded
from registry_doctor.checking.results import FailOn
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.runner import Plan, plan
from registry_doctor.support.records import record

DEFAULT_TIMEOUT = 20.0
"""Seconds that a whole diagnosis may take."""


@record(frozen=True)
class Options:
    """Options of a diagnosis, independent of the call."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    timeout: float = DEFAULT_TIMEOUT
    offline: bool = False
    configuration: Configuration = field(default_factory=Configuration)
    """The project's configuration. Its `select` applies if `select` above is empty; its `ignore` and `severity`
    always apply. Its `fail_on` and `timeout` are already in the options above."""


def plan_of(loaded: Loaded, options: Options) -> Plan:
    """The checks that run, in order, and those that the configuration ignores with a reason.

    Raises UnknownCode if the options name a code that no check has. For such a code in the configuration the
    report has a note.
    """
    configuration = options.configuration
    planned = plan(loaded.checks, selected(loaded, options), options.ignore)
    reasons = {each.check.code: configuration.reason_to_ignore(each.check.code) for each in planned.checks}
    return replace(planned, ignored={code: reason for code, reason in reasons.items() if reason is not None})


def selected(loaded: Loaded, options: Options) -> tuple[str, ...]:
    """The codes to select: those of the options, else those of the configuration that some check has."""
    known = codes_of(loaded)
    configured = options.configuration.select
    return options.select or tuple(
        code for code in configured if any(each.startswith(code) for each in known)
    )


def codes_of(loaded: Loaded) -> list[str]:
    """Every code that a result can have."""
    return [*(each.check.code for each in loaded.checks), CODE]
