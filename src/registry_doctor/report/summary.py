"""The sentences that every format for people says: what a pass means, the counts, and how far a path goes."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import ProposedFix, Result, Status
from registry_doctor.domain.target_path import REGISTRY_PREFIX, is_registry_project
from registry_doctor.report.explanation_lines import without_path
from registry_doctor.report.model import Report
from registry_doctor.support.wording import quantity, quoted_name


def not_asked(report: Report) -> str | None:
    """Why a report says nothing about the server, in one sentence; `None` if the server was asked."""
    if report.not_asked is None:
        return None
    checked = "only the form of the path was checked; " if report.target.input is not None else ""
    return f"{report.not_asked.upper()}: {checked}the server was not asked"


def shown_results(report: Report) -> tuple[Result, ...]:
    """What stands at the top of a report: errors, then warnings, then what could not be judged."""
    errors = [each for each in report.results if each.is_error]
    warnings = [each for each in report.results if each.is_warning]
    open_questions = [each for each in report.results if each.unknown or each.status is Status.ERROR]
    return (*errors, *warnings, *([] if report.findings else open_questions))


def corrected_path(report: Report) -> str | None:
    """The path to use, if it differs from the one that was typed."""
    suggestion = report.suggestion
    path = suggestion.target_path if suggestion is not None else without_path(report)
    return None if path == report.target.input else path


def introduction(report: Report) -> str:
    """The line before the corrected path: how far it goes, and how far it can be trusted."""
    suggestion = report.suggestion
    if suggestion is None:
        return "Corrected path, from the error message only; not verified:"
    safe = suggestion.applicability is Applicability.SAFE
    first = "Use this path" if safe else "This path is the most likely one; check it first"
    if suggestion.verified:
        return f"{first}. It passes every check:" if not safe else f"{first}; it passes every check:"
    if suggestion.remaining:
        return f"{first}. It does not settle {' and '.join(suggestion.remaining)}:"
    return f"{first}. Not every check could judge it:"


def about_path(report: Report) -> str | None:
    """That no corrected path is known; `None` if one is, or if the path was not judged."""
    judged = [each for each in report.errors if each.own_severity is None and not each.of_environment]
    lost = report.suggestion is None and report.target.input is not None and judged
    return "No corrected path is known" if lost and corrected_path(report) is None else None


def verdict(report: Report) -> str:
    """The outcome in a few words, with the codes that decide it."""
    errors, warnings = report.errors, [each for each in report.results if each.is_warning]
    faults = "; ".join(filter(None, [_named(errors, "error"), _named(warnings, "warning")]))
    if report.findings:
        return faults
    if report.exit_code == 3:
        open_questions = [each for each in report.results if each.unknown or each.status is Status.ERROR]
        codes = ", ".join(dict.fromkeys(each.code for each in open_questions))
        return "; ".join(filter(None, [f"inconclusive: {codes}" if codes else "inconclusive", faults]))
    return f"no error; {faults}" if faults else "no error"


def passes(report: Report) -> str:
    """What will work, in one sentence: what is linked to, or fetched from, where."""
    target, resolved = report.target, report.resolved
    if report.not_asked is not None:
        return f"Nothing is wrong with the form of {quoted_name(target.input or '')}"
    thing = "version"
    if target.for_ == "use":
        name = target.input or ""
        version = name.partition(":")[2] or resolved.version or ""
        thing = f"version {quoted_name(version)}" if version else "a version"
    elif target.artifact is not None:
        thing = quoted_name(target.artifact)
    else:
        thing = f"a new artifact of type {quoted_name(target.type)}" if target.type else "an artifact"
    verb = "be linked to" if target.for_ == "link" else "be fetched from"
    judged = target.for_ == "use" or target.type or target.artifact
    unjudged = "" if judged else "; its type was not checked (add --artifact or --type)"
    return _capital(f"{thing} can {verb} {_destination(report)}{unjudged}")


def _destination(report: Report) -> str:
    resolved = report.resolved
    if resolved.collection is None or resolved.project is None:
        return quoted_name(report.target.input or "")
    if not is_registry_project(resolved.project):
        place = "/".join(filter(None, (resolved.entity, resolved.project, resolved.collection)))
        return f"{quoted_name(place)}, which is outside any registry"
    registry = resolved.project[len(REGISTRY_PREFIX) :]
    new = "the new collection" if resolved.exists is False else "collection"
    place = f"{new} {quoted_name(resolved.collection)} in registry {quoted_name(registry)}"
    return f"{place} of {quoted_name(resolved.organization)}" if resolved.organization else place


def summary(report: Report) -> str:
    """How many checks passed, as whom, on which server, and at what cost; one line."""
    statuses = [each.status for each in report.results]
    passed, blocked = statuses.count(Status.PASS), statuses.count(Status.BLOCKED)
    unknown = sum(each.unknown or each.status is Status.ERROR for each in report.results)
    noun = "other check" if shown_results(report) else "check"
    counts = [f"{quantity(passed, noun)} passed"]
    counts += [f"{blocked} blocked"] if blocked else []
    counts += [f"{unknown} unknown"] if unknown else []
    context, requests = report.context, report.requests
    address = context.base_url.value or ""
    where = [f"as {context.viewer}"] if context.viewer else []
    where += [f"on {urlsplit(address).netloc or address}"] if requests.count and address else []
    cost = f"{requests.milliseconds:.0f} ms"
    asked = f"({quantity(requests.count, 'request')}, {cost})" if requests.count else "(no request)"
    comma = "," if where and len(counts) > 1 else ""
    return f"{' '.join([', '.join(counts) + comma, *where, asked])}."


def best_fix(result: Result) -> ProposedFix | None:
    """The first fix, which is the likeliest."""
    return result.fixes[0] if result.fixes else None


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends with a mark of its own."""
    return text if text.endswith((".", "…", "?", "!", ":")) else f"{text}."


def _named(results: Iterable[Result], noun: str) -> str:
    found = [f"{each.code} {each.name}" for each in results]
    return f"{quantity(len(found), noun)}: {', '.join(found)}" if found else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
