"""A preflight with a second opinion: the installed wandb makes each call that it can make without writing."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

from registry_doctor.codebase.run import with_notes
from registry_doctor.confirmation.confirming import Confirmer, undecided
from registry_doctor.report.confirmation_lines import contradiction_rows, wandb_of
from registry_doctor.report.model import ConfirmationOutcome, Report

if TYPE_CHECKING:
    from typing_extensions import Self

    from registry_doctor.codebase.inputs.targets import Target
    from registry_doctor.codebase.job import Job
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.codebase.source.found import Location
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.report.model import Confirmation


@dataclass
class _Tally:
    outcomes: Counter[ConfirmationOutcome] = field(default_factory=Counter)
    undecided: Counter[str] = field(default_factory=Counter)
    """Why calls were not decided."""
    contradictions: dict[Location, str] = field(default_factory=dict)
    wandb: str = "wandb"


class ConfirmedTargets:
    """Confirms the report on each target as it comes; a context manager."""

    def __init__(self, job: Job, options: Options) -> None:
        self._circumstances = job.circumstances()
        self._confirmer = Confirmer(options)
        self._stack = ExitStack()
        self._tally = _Tally()

    def __enter__(self) -> Self:
        self._stack.enter_context(self._confirmer)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def confirmed(self, target: Target, report: Report) -> Report:
        """The report with what wandb says about it."""
        if target.unknown_entity is not None:
            confirmed = undecided(report, target.unknown_entity)
        else:
            settings = self._circumstances.of(target.given, target.key_variable)
            confirmed = self._confirmer.confirmed(report, target.call, settings)
        if confirmed.confirmation is not None:
            self._count(target, confirmed, confirmed.confirmation)
        return confirmed

    def confirm(self, target: Target, report: Report) -> None:
        """Count what wandb says about the report."""
        self.confirmed(target, report)

    def _count(self, target: Target, report: Report, confirmation: Confirmation) -> None:
        tally = self._tally
        tally.outcomes[confirmation.outcome] += 1
        tally.wandb = wandb_of(confirmation)
        if confirmation.outcome == "not_decided":
            tally.undecided[confirmation.message] += 1
        if confirmation.outcome == "contradicted":
            rows = contradiction_rows(report, confirmation)
            tally.contradictions[target.location] = "; ".join(f"{label} {text}" for label, text in rows)

    def with_outcomes(self, report: PreflightReport) -> PreflightReport:
        """The report with the contradictions above everything, and the number of each outcome."""
        tally = self._tally
        if not tally.outcomes:
            return report
        counts = ", ".join(
            f"{tally.outcomes[each]} {each.replace('_', ' ')}" for each in get_args(ConfirmationOutcome)
        )
        notes = [
            f"CONTRADICTED: by {tally.wandb} at {location}: {words}"
            for location, words in tally.contradictions.items()
        ]
        reasons = (f"not decided ({times}): {why}" for why, times in tally.undecided.most_common())
        noted = with_notes(report, *notes, f"{tally.wandb} about these calls: {counts}", *reasons)
        return replace(noted, contradicted=frozenset(tally.contradictions))
