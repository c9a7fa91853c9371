"""Combine the edits of failing checks into one corrected path, and diagnose it before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from registry_doctor.checking.check import Applicability, Fail, Fix, Severity
from registry_doctor.checking.results import Suggestion
from registry_doctor.diagnosis.runner import CheckOutcome
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import MalformedPath, PathField, TargetPath
from registry_doctor.support.records import record

ROUNDS = 5
"""The maximum number of edited paths that are diagnosed."""

_PATH_NAMES: frozenset[Subject] = frozenset({"server", "organization", "registry", "collection", "version"})


@record(frozen=True)
class Round:
    """One path, and the outcomes of its checks."""

    path: str
    judged: tuple[CheckOutcome, ...]

    @property
    def failures(self) -> list[tuple[str, Fail]]:
        """Failing errors by code."""
        return [
            (each.result.code, each.outcome)
            for each in self.judged
            if _is_error(each) and isinstance(each.outcome, Fail)
        ]

    @property
    def certain(self) -> bool:
        """Whether no check crashed and no check is unknown."""
        return not any(each.result.unknown or each.result.status.value == "error" for each in self.judged)


class SuggestionSearch:
    """The search for the path to use: edit and diagnose until the path passes, no edit is left, or a path repeats.

    While `next_path` is a path, diagnose it and pass the outcomes to `take`; then read `suggestion`.
    """

    def __init__(
        self,
        first: Round,
        ancestors: Mapping[str, frozenset[str]],
        *,
        asked: bool = True,
        another_call: bool = False,
    ) -> None:
        """`first` is the path as typed, `ancestors` maps each code to the checks that it requires.

        If the server was not `asked`, nothing is verified. `another_call` means that the corrected paths are for
        another method than the first one, so even the same path is diagnosed again.
        """
        self._first = first
        self._now = first
        self._ancestors = ancestors
        self._asked = asked
        self._weakest = Applicability.SAFE
        self._seen: set[str] = set() if another_call else {first.path}
        self._rounds = 0
        self.next_path = self._edited_path()
        """The edited path to diagnose next; `None` once the search has ended."""

    def take(self, judged: Round) -> None:
        """Continue with the outcomes for `next_path`."""
        self._now = judged
        self._rounds += 1
        self.next_path = self._edited_path()

    @property
    def suggestion(self) -> Suggestion | None:
        """The path to use; `None` if nothing fails, or if a part of the path cannot be known."""
        now = self._now
        if not self._first.failures or any(_loses_the_path(fail) for _, fail in now.failures):
            return None
        remaining = tuple(sorted(code for code, _ in now.failures))
        verified = self._asked and not remaining and now.certain
        return Suggestion(now.path, verified, self._weakest, remaining)

    def _edited_path(self) -> str | None:
        now = self._now
        if self._rounds == ROUNDS or not now.failures:
            return None
        if any(_loses_the_path(fail) for _, fail in now.failures):
            return None
        fixes = _applied(now, self._ancestors)
        edited = _edit(now.path, fixes)
        if edited in self._seen:
            return None
        self._seen.add(edited)
        if any(fix.applicability is Applicability.UNSAFE for fix in fixes):
            self._weakest = Applicability.UNSAFE
        return edited


def base_path(text: str) -> TargetPath:
    """The path that edits start from: as wandb parses it, or an empty path if wandb refuses it."""
    try:
        return TargetPath.parse(text)
    except MalformedPath:
        return TargetPath("")


def _is_error(judged: CheckOutcome) -> bool:
    return judged.result.is_error


def _edit_of(fail: Fail) -> Fix | None:
    return next((fix for fix in fail.fixes if fix.changes), None)


def _loses_the_path(fail: Fail) -> bool:
    """Whether a part of the path is still unknown even after this failure's own edit."""
    fix = _edit_of(fail)
    unknown = (fail.leaves_unknown or frozenset()) & _PATH_NAMES
    return not unknown <= set(fix.changes if fix else ())


def _applied(now: Round, ancestors: Mapping[str, frozenset[str]]) -> list[Fix]:
    """The first edit of each failure and the safe edits of warnings, without edits that conflict."""
    edits = [
        (each.result.code, fix)
        for each in now.judged
        if isinstance(each.outcome, Fail) and (fix := _edit_of(each.outcome))
        if each.outcome.severity is Severity.ERROR
    ]
    settled = {part for _, fix in edits for part in fix.changes}
    edits += [
        (each.result.code, fix)
        for each in now.judged
        if isinstance(each.outcome, Fail) and (fix := _edit_of(each.outcome))
        if each.outcome.severity is Severity.WARNING and fix.applicability is Applicability.SAFE
        if settled.isdisjoint(fix.changes)
    ]
    return [fix for code, fix in edits if not _conflicts(code, fix, edits, ancestors)]


def _conflicts(
    code: str, fix: Fix, edits: Sequence[tuple[str, Fix]], ancestors: Mapping[str, frozenset[str]]
) -> bool:
    """Whether another edit sets a part differently. A check and one that it requires do not conflict."""
    for other, rival in edits:
        related = other in ancestors.get(code, ()) or code in ancestors.get(other, ())
        if other != code and not related and _differ(fix.changes, rival.changes):
            return True
    return False


def _differ(left: Mapping[PathField, str | None], right: Mapping[PathField, str | None]) -> bool:
    return any(left[part] != right[part] for part in left if part in right)


def _edit(text: str, fixes: Iterable[Fix]) -> str:
    changes: dict[PathField, str | None] = {}
    for fix in fixes:
        changes.update(fix.changes)
    return str(base_path(text).edit(changes)) if changes else text
