"""The exceptions of the library that carry a report. Each is shown by its public name, and can be pickled and copied."""

from __future__ import annotations

from typing import TypeVar

from registry_doctor.report.model import Report
from registry_doctor.support.redaction import redact

_Error = TypeVar("_Error", bound="_WithReport")


def causes(report: Report) -> str:
    """Describe what is wrong, one clause for each root cause, or what could not be checked."""
    wrong = [f"{each.code} {each.message}" for each in report.errors]
    unknown = [f"{each.code} is unknown: {each.message}" for each in report.results if each.unknown]
    return redact("; ".join(wrong or unknown) or "the diagnosis is inconclusive", report.secrets).rstrip(".")


def _remedy(report: Report) -> str:
    """What to do, as a sentence after a space: the corrected path, else the best fix; empty if nothing is known."""
    if report.suggestion is not None and report.suggestion.verified and not _as_typed(report):
        return f" Use {report.suggestion.target_path!r}."
    fix = next((fix for each in report.errors for fix in each.fixes), None)
    if fix is None:
        return ""
    title = fix.title.rstrip(".…")
    command = f": {fix.snippet}" if fix.snippet and "\n" not in fix.snippet else ""
    return f" To fix it, {title[:1].lower()}{title[1:]}{command}."


def _as_typed(report: Report) -> bool:
    return report.suggestion is not None and report.suggestion.target_path == report.target.input


def _restored(kind: type[_Error], words: tuple[object, ...], state: dict[str, object]) -> _Error:
    """An exception as it was, without its `__init__`, which would write its text again."""
    error = kind.__new__(kind, *words)
    error.__dict__.update(state)
    return error


class _WithReport(ValueError):
    report: Report

    def __init__(self, report: Report, words: str) -> None:
        super().__init__(redact(words, report.secrets))
        self.report = report

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, dict(vars(self)))


class LinkRefused(_WithReport):
    """The path cannot be linked to as it is; `report` says why and what to use instead."""

    __module__ = "registry_doctor"

    def __init__(self, report: Report, words: str | None = None) -> None:
        refused = f"{report.target.input!r} cannot be linked to: {causes(report)}.{_remedy(report)}"
        super().__init__(report, words or refused)


class UseRefused(_WithReport):
    """The path cannot be used as it is; `report` says why and what to use instead."""

    __module__ = "registry_doctor"

    def __init__(self, report: Report, words: str | None = None) -> None:
        refused = f"{report.target.input!r} cannot be used: {causes(report)}.{_remedy(report)}"
        super().__init__(report, words or refused)


class LinkFailed(LinkRefused):
    """wandb or the server refused the call, although the preflight found nothing wrong.

    `__cause__` is wandb's own error, if it raised one; `report` is a diagnosis made after it.
    """

    __module__ = "registry_doctor"

    def __init__(self, report: Report, words: str) -> None:
        super().__init__(report, _failed(report, "linked to", words))


class UseFailed(UseRefused):
    """wandb or the server refused the call, although the preflight found nothing wrong.

    `__cause__` is wandb's own error, if it raised one; `report` is a diagnosis made after it.
    """

    __module__ = "registry_doctor"

    def __init__(self, report: Report, words: str) -> None:
        super().__init__(report, _failed(report, "used", words))


def _failed(report: Report, verb: str, words: str) -> str:
    """The message of wandb, and what a new diagnosis finds."""
    known = "" if report.ok else f" The doctor now finds: {causes(report)}.{_remedy(report)}"
    reason = redact(words.strip(), report.secrets).rstrip(".")
    return f"{report.target.input!r} was not {verb}, although the preflight found nothing wrong: {reason}.{known}"
