"""The explanations of an error as lines of text: the message, its cause, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from registry_doctor.checking.check import Severity
from registry_doctor.report.explanation import Cause, Explanation
from registry_doctor.report.model import Report
from registry_doctor.support.records import record
from registry_doctor.support.wording import quantity, quoted_name

Weight: TypeAlias = Literal["error", "warning", "heading", "plain"]


@record(frozen=True)
class Item:
    """A line before it is wrapped: a label, its text, and how it looks."""

    label: str
    text: str
    weight: Weight = "plain"


def explanation_items(report: Report, *, verbose: bool) -> Iterator[tuple[Item, ...]]:
    """The items of each explanation."""
    for position, each in enumerate(report.explanations or ()):
        # A root cause has one red line; if a check fails, the red line is the check's.
        yield tuple(_items(each, _weight(each, leads=not position and not report.errors), verbose))


def _weight(explanation: Explanation, *, leads: bool) -> Weight:
    if explanation.severity is Severity.WARNING:
        return "warning"
    return "error" if leads else "heading"


def _items(explanation: Explanation, weight: Weight, verbose: bool) -> Iterator[Item]:
    yield Item("wandb said", f"{explanation.message}{_where(explanation)}", weight)
    if explanation.called is not None and explanation.called.path is not None:
        yield Item("in", f"{explanation.called.method or 'a call'} with '{explanation.called.path}'")
    if explanation.sdk is not None:
        yield Item("by", f"wandb {explanation.sdk}")
    first, *others = explanation.causes
    if explanation.confirmed_by is not None and not verbose:
        # The result of that check says the same, about this very path.
        yield Item("cause", f"confirmed by {explanation.confirmed_by}, see below")
        return
    confirmed = f"confirmed by {explanation.confirmed_by}: " if explanation.confirmed_by else ""
    yield Item("cause", f"{confirmed}{first.text}")
    yield Item("fix", first.fix)
    if verbose:
        for each in others:
            yield Item("ruled out" if each.ruled_out else "or", each.text)
            yield Item("fix", each.fix)
    elif explanation.confirmed_by is None:
        # One best fix; -v has the others.
        yield from (Item("or", each.text) for each in others if not each.ruled_out)
    if verbose:
        yield Item("docs", explanation.docs)
    if codes := _codes(explanation.causes):
        yield Item("more", f"wandb-registry explain {codes}")


def _where(explanation: Explanation) -> str:
    where = [f"line {explanation.line}"] if explanation.line > 1 else []
    where += [f"{explanation.count} times"] if explanation.count > 1 else []
    return f" ({', '.join(where)})" if where else ""


def _codes(causes: tuple[Cause, ...]) -> str | None:
    return next((each.check for each in causes if each.check is not None), None)


def without_path(report: Report) -> str | None:
    """The corrected path from an error message, if the diagnosis suggests no path."""
    if report.suggestion is not None:
        return None
    return next((each.corrected_path for each in report.explanations or () if each.corrected_path), None)


def named_only(report: Report) -> bool:
    """Whether an error was explained and there is nothing else to show: no path was diagnosed, and nothing fails."""
    asked_path = report.requests.count and report.target.input is not None
    return report.explanations is not None and not asked_path and not report.findings


def past_verdict(report: Report) -> str:
    """The verdict about a past error, if no check fails now."""
    explanations, path = report.explanations, report.target.input
    if explanations:
        verdict = f"{quantity(len(explanations), 'message')} of W&B explained"
    else:
        verdict = "No known message of W&B was found"
    if not report.requests.count:
        return verdict
    if path is not None:
        return f"{verdict}; {quoted_name(path)} passes every check that could judge it"
    return f"{verdict}; no check fails now"
