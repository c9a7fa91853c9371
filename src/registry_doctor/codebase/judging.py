"""From targets to findings: equal calls are diagnosed once, and all calls together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from registry_doctor.checking.check import Severity
from registry_doctor.checking.plugins import Loaded
from registry_doctor.checking.results import Result, Status
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.report.model import Finding, TargetResult
from registry_doctor.codebase.source.found import Ignore
from registry_doctor.diagnosis.batch import Request, examine_many
from registry_doctor.diagnosis.options import Options
from registry_doctor.diagnosis.runner import NOT_ASKED
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, Settings


@dataclass(frozen=True)
class _Key:
    """What a diagnosis depends on: calls with equal keys have the same result."""

    call: Call
    given: Given
    key_variable: str | None
    lowest_sdk: str | None

    @property
    def calls(self) -> tuple[Call, ...]:
        """The call with the highest version of wandb, and with the lowest if that is another one."""
        if self.lowest_sdk is None:
            return (self.call,)
        return self.call, replace(self.call, sdk_version=self.lowest_sdk)


class Circumstances:
    """The settings of each call: those in the source come before those given to the whole preflight."""

    def __init__(self, given: Given, read: Callable[[Given, str | None], Settings]) -> None:
        """`read` returns the settings for given values and the variable that holds the key."""
        self._given = given
        self._read = read
        self._settings: dict[tuple[Given, str | None], Settings] = {}

    def of(self, given: Given, key_variable: str | None) -> Settings:
        """The settings of a call; read once for equal calls."""
        key = (given, key_variable)
        if key not in self._settings:
            self._settings[key] = self._read(self._merged(given), key_variable)
        return self._settings[key]

    def _merged(self, given: Given) -> Given:
        ours = self._given
        return replace(
            given,
            base_url=ours.base_url,
            base_url_file=ours.base_url_file,
            sources=tuple(
                (name, ours.source(name))
                for name in ("base_url", "entity", "project", "organization")
                if getattr(ours, name) is not None and (name == "base_url" or getattr(given, name) is None)
            ),
            api_key=ours.api_key,
            entity=given.entity if given.entity is not None else ours.entity,
            project=given.project if given.project is not None else ours.project,
            organization=given.organization if given.organization is not None else ours.organization,
        )


def diagnose_targets(
    targets: Iterable[Target], circumstances: Circumstances, loaded: Loaded, options: Options
) -> Iterator[tuple[Target, Report]]:
    """Each target with its report; targets with equal calls follow each other.

    Where the project allows several versions of wandb, the report is that of the highest, with the errors that only
    the lowest has as warnings. Raises UnknownCode if `options` names a code that no check has.
    """
    same: dict[_Key, list[Target]] = {}
    for target in targets:
        key = _Key(target.call, target.given, target.key_variable, target.lowest_sdk)
        same.setdefault(key, []).append(target)
    asked = (
        Request(call, circumstances.of(key.given, key.key_variable)) for key in same for call in key.calls
    )
    reports = examine_many(asked, loaded, options)
    for key, equal in same.items():
        report, *others = [next(reports) for _ in key.calls]
        for target in equal:
            yield target, _with_lowest(report, others[0], target) if others else report


def _with_lowest(highest: Report, lowest: Report, target: Target) -> Report:
    """The report on the highest version, with the errors that only the lowest has as warnings."""
    failures = {each.code: each for each in lowest.results if each.is_error}
    results = []
    for result in highest.results:
        failure = failures.get(result.code)
        if failure is None or result.status is not Status.PASS:
            results.append(result)
        else:
            allowed = f"the project allows wandb {target.lowest_sdk} ({target.sdk_source})"
            message = f"{failure.message}; {allowed}"
            results.append(replace(failure, severity=Severity.WARNING, message=message))
    return replace(highest, results=tuple(results))


def judged(target: Target, report: Report) -> TargetResult:
    """The findings of a report that apply to this target."""
    findings: list[Finding] = []
    notes = [] if target.open is None else [f"only a part of the path is known: {target.open.reason}"]
    for result in report.results:
        if result.status is not Status.FAIL or result.severity is None:
            continue
        if target.unknown_entity is not None and result.subjects == {"entity"}:
            notes.append(f"{result.code} cannot be judged: {target.unknown_entity}")
            continue
        findings.append(finding_of(result, target.ignores))
    unknown = tuple(
        f"{each.code} {each.message}"
        for each in report.results
        if each.unknown or each.status is Status.ERROR
    )
    entity_judged = len(notes) == 0
    return TargetResult(
        target,
        tuple(findings),
        unknown,
        report.suggestion if entity_judged and findings else None,
        tuple(notes),
    )


def needed_ignores(target: Target, report: Report, outcome: TargetResult) -> Iterator[Ignore]:
    """The ignore comments at this call that silence a finding, or may do so once more can be judged."""
    codes = {each.code for each in outcome.findings}
    undecided = {each.code for each in report.results if _is_undecided(each)}
    for ignore in target.ignores:
        if any(_covers(ignore, code) for code in codes) or (
            ignore.codes and any(_covers(ignore, code) for code in undecided)
        ):
            yield ignore


def _is_undecided(result: Result) -> bool:
    return result.status is Status.ERROR or result.unknown or result.message == NOT_ASKED


def finding_of(result: Result, ignores: Iterable[Ignore] = ()) -> Finding:
    """A failure as a finding, silenced if one of the comments covers it."""
    assert result.severity is not None  # a failing result has one
    silencing = next((each for each in ignores if _covers(each, result.code)), None)
    silenced = None if silencing is None else (silencing.reason or "ignored in the source")
    fix = result.fixes[0].title if result.fixes else None
    return Finding(
        result.code,
        result.name,
        result.severity,
        result.message,
        result.docs,
        fix,
        silenced,
        result.of_environment,
        result.subjects,
    )


def _covers(ignore: Ignore, code: str) -> bool:
    return not ignore.codes or any(code.startswith(each) for each in ignore.codes)
