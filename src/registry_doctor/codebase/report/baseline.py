"""Findings that were there before: a file that lists them, so that new ones alone count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry_doctor.codebase.report.model import Finding, TargetResult

SCHEMA_VERSION = 1

SILENCED = "it is in the baseline"

_KEYS = ("file", "code", "target")


class MalformedBaseline(ValueError):
    """The text is no baseline; the message says where and why."""


@dataclass(frozen=True)
class BaselineEntry:
    """A finding by what does not change when lines move: file, code and target path."""

    file: str
    code: str
    target: str


@dataclass(frozen=True)
class Baseline:
    """How often each finding was there."""

    counts: Counter[BaselineEntry]

    @classmethod
    def of(cls, judged: Iterable[TargetResult]) -> Baseline:
        """All that was found and not silenced in the source."""
        return cls(
            Counter(
                _known(each, finding)
                for each in judged
                for finding in each.findings
                if finding.silenced in (None, SILENCED)
            )
        )

    @classmethod
    def parse(cls, text: str) -> Baseline:
        """Read what `dump` wrote. Raises MalformedBaseline."""
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise MalformedBaseline(f"it is no JSON: {problem}") from problem
        if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
            raise MalformedBaseline(f"it has no schema_version {SCHEMA_VERSION}")
        rows = document.get("findings")
        if not isinstance(rows, list):
            raise MalformedBaseline("it has no list of findings")
        counts: Counter[BaselineEntry] = Counter()
        for number, row in enumerate(rows, 1):
            values = [row.get(key) for key in _KEYS] if isinstance(row, dict) else []
            texts = [value for value in values if isinstance(value, str)]
            count = row.get("count", 1) if isinstance(row, dict) else None
            if len(texts) != len(_KEYS):
                raise MalformedBaseline(f"finding {number} needs the texts {', '.join(_KEYS)}")
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise MalformedBaseline(f"finding {number}: its count is no number above 0")
            counts[BaselineEntry(*texts)] += count
        return cls(counts)

    def dump(self) -> str:
        """The file's text, in an order that makes small differences of small changes."""
        rows = [
            {"file": known.file, "code": known.code, "target": known.target, "count": count}
            for known, count in sorted(
                self.counts.items(), key=lambda each: (each[0].file, each[0].code, each[0].target)
            )
        ]
        return json.dumps({"schema_version": SCHEMA_VERSION, "findings": rows}, ensure_ascii=False, indent=1)

    def silence(self, judged: Iterable[TargetResult]) -> tuple[tuple[TargetResult, ...], int]:
        """The same with known findings silenced, as often as they were known; and how many have gone since."""
        left = Counter(self.counts)
        seen = []
        for each in judged:
            findings = []
            for finding in each.findings:
                known = _known(each, finding)
                if finding.silenced is None and left[known] > 0:
                    left[known] -= 1
                    findings.append(replace(finding, silenced=SILENCED))
                else:
                    findings.append(finding)
            seen.append(replace(each, findings=tuple(findings)))
        return tuple(seen), sum(left.values())


def _known(judged: TargetResult, finding: Finding) -> BaselineEntry:
    return BaselineEntry(judged.location.file, finding.code, judged.target.text)
