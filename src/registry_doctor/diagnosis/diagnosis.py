"""The diagnosis of one call, step by step: the facts it needs next, and finally the report."""

from __future__ import annotations

from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.assembly import make_report
from registry_doctor.diagnosis.options import Options
from registry_doctor.diagnosis.runner import CheckOutcome, Plan, run_checks
from registry_doctor.diagnosis.suggestion import Round, SuggestionSearch
from registry_doctor.domain.organizations import Organization
from registry_doctor.facts import (
    ALL_REGISTRIES,
    CALL,
    ENTITY,
    RESOLUTION,
    SERVER,
    SETTINGS,
    AnyFact,
    Call,
    Facts,
)
from registry_doctor.facts.likely_place import remember_organization
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings


class Diagnosis:
    """The diagnosis of one call.

    While `report` is `None`, collect the facts that it `needs` into `facts` and call `advance`. First the path
    as typed is judged, then each corrected path. The caller can run one diagnosis, or many together.
    """

    def __init__(
        self,
        answers: Answers,
        call: Call,
        settings: Settings,
        planned: Plan,
        loaded: Loaded,
        options: Options,
    ) -> None:
        """`answers` may be shared with other diagnoses of the same person and server."""
        self.answers = answers
        self.report: Report | None = None
        self._call = call
        self._settings = settings
        self._plan = planned
        self._loaded = loaded
        self._options = options
        self._outcomes: tuple[CheckOutcome, ...] = ()
        self._search: SuggestionSearch | None = None
        self.typed_facts = self._facts_of(call)
        """The facts about the call as it was typed."""
        self.facts = self.typed_facts
        """The facts about the path that is judged next."""
        environment = [ALL_REGISTRIES] if call.target is None else []
        self.needs: tuple[AnyFact, ...] = (*planned.facts, SERVER, *environment)
        """The facts to collect before `advance`."""

    def advance(self) -> None:
        """Run the checks on the collected facts; then set `needs` for a corrected path, or set `report`."""
        outcomes = tuple(run_checks(self._plan, self.facts, offline=self._options.offline))
        if self._search is not None and self._search.next_path is not None:
            self._search.take(Round(self._search.next_path, outcomes))
        else:
            self._outcomes = outcomes
            self._search = self._search_from(outcomes)
        if self._search is not None and self._search.next_path is not None:
            self.facts = self._facts_of(self._call.corrected(self._search.next_path))
            self.needs = self._plan.facts
            return
        self._remember_organization()
        suggestion = self._search.suggestion if self._search is not None else None
        self.report = make_report(self.typed_facts, self._outcomes, suggestion, self._loaded, self._options)

    def _remember_organization(self) -> None:
        entity, resolution = self.typed_facts.get(ENTITY), self.typed_facts.get(RESOLUTION)
        found = resolution.outcome if resolution else None
        if entity is not None and entity.name and isinstance(found, Organization):
            remember_organization(self._settings, entity.name, found)

    def _search_from(self, outcomes: tuple[CheckOutcome, ...]) -> SuggestionSearch | None:
        target = self._call.target
        if target is None:
            return None
        return SuggestionSearch(
            Round(target, outcomes),
            self._plan.ancestors,
            asked=not self._options.offline,
            another_call=self._call.corrected(target) != self._call,
        )

    def _facts_of(self, call: Call) -> Facts:
        facts = Facts(self.answers)
        facts.set(CALL, call)
        facts.set(SETTINGS, self._settings)
        return facts
