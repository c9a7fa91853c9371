"""The baseline: a file that lists known findings, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry_doctor.codebase.report.model import Finding, TargetResult

BASELINE_VERSION = 1
LARGEST_BASELINE = 20_000_000
"""In bytes: more than 100,000 findings."""

SILENCED = "it is in the baseline"

_KEYS = ("file", "code", "target")


class MalformedBaseline(ValueError):
    """The text is not a valid baseline; the message says where and why."""


@dataclass(frozen=True)
class BaselineEntry:
    """A finding by what stays the same when lines move: file, code and target path."""

    file: str
    code: str
    target: str


@dataclass(frozen=True)
class Baseline:
    """How often each finding is known."""

    counts: Counter[BaselineEntry]

    @classmethod
    def of(cls, judged: Iterable[TargetResult]) -> Baseline:
        """All findings that are not silenced in the source."""
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
            raise MalformedBaseline(f"it is not valid JSON: {problem}") from problem
        if not isinstance(document, dict) or document.get("schema_version") != BASELINE_VERSION:
            raise MalformedBaseline(f"its schema_version must be {BASELINE_VERSION}")
        rows = document.get("findings")
        if not isinstance(rows, list):
            raise MalformedBaseline("its findings must be a list")
        counts: Counter[BaselineEntry] = Counter()
        for number, row in enumerate(rows, 1):
            values = [row.get(key) for key in _KEYS] if isinstance(row, dict) else []
            texts = [value for value in values if isinstance(value, str)]
            count = row.get("count", 1) if isinstance(row, dict) else None
            if len(texts) != len(_KEYS):
                raise MalformedBaseline(f"finding {number} must have the strings {', '.join(_KEYS)}")
            if not isinstance(count, int) or isinstance(count, bool) or count < 1:
                raise MalformedBaseline(f"finding {number}: its count must be a whole number above 0")
            counts[BaselineEntry(*texts)] += count
        return cls(counts)

    def dump(self) -> str:
        """The text of the file, in an order in which small changes make small differences."""
        rows = [
            {"file": known.file, "code": known.code, "target": known.target, "count": count}
            for known, count in sorted(
                self.counts.items(), key=lambda each: (each[0].file, each[0].code, each[0].target)
            )
        ]
        return json.dumps(
            {"schema_version": BASELINE_VERSION, "findings": rows}, ensure_ascii=False, indent=1
        )

    def silence(self, judged: Iterable[TargetResult]) -> tuple[tuple[TargetResult, ...], int]:
        """The results with known findings silenced, as often as they are known; and how many entries are left over."""
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
