"""One call and one path is one finding, however many artifacts, runs or entities the call may get."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from registry_doctor.codebase.inputs.targets import OpenTarget
from registry_doctor.codebase.report.model import TargetResult


def merged_results(seen: Iterable[TargetResult]) -> list[TargetResult]:
    """The results without those of the same call and path that add nothing; no code is reported twice for one path."""
    groups: dict[object, list[TargetResult]] = {}
    for each in seen:
        target = each.target
        groups.setdefault((each.location, target.text, target.for_, target.key_variable), []).append(each)
    return [result for group in groups.values() for result in _merged(group)]


def merged_open(targets: Iterable[OpenTarget]) -> list[OpenTarget]:
    """The open targets, each call and template once, with all reasons and names."""
    found: dict[object, OpenTarget] = {}
    for each in targets:
        key = (each.location, each.for_, each.template)
        first = found.setdefault(key, each)
        if first is not each:
            reasons = dict.fromkeys((*first.reason.split("; "), *each.reason.split("; ")))
            names = tuple(dict.fromkeys((*first.names, *each.names)))
            found[key] = replace(first, reason="; ".join(reasons), names=names)
    return list(found.values())


def _merged(group: Sequence[TargetResult]) -> list[TargetResult]:
    if len(group) == 1:
        return list(group)
    agreed = len({each.suggestion for each in group}) == 1
    kept: list[TargetResult] = []
    said: set[str] = set()
    for each in sorted(group, key=lambda one: -len(_says(one))):
        news = _says(each) - said
        if kept and not news:
            continue
        findings = tuple(one for one in each.findings if not kept or one.code in news)
        said |= news
        # What corrects the path for one artifact may break it for another.
        kept.append(replace(each, findings=findings, suggestion=each.suggestion if agreed else None))
    return kept


def _says(result: TargetResult) -> set[str]:
    return {*(each.code for each in result.findings), *result.unknown, *result.notes}
