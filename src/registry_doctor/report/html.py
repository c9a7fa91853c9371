"""The report for notebooks, as HTML: the verdict, the path to use, then the reason."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from registry_doctor.checking.results import Result, Status
from registry_doctor.report.confirmation_lines import confirmation_line, contradiction_rows, wandb_of
from registry_doctor.report.explanation_lines import explanation_items
from registry_doctor.report.heading import heading
from registry_doctor.report.html_parts import (
    block,
    code,
    details,
    line,
    link,
    muted,
    path_to_copy,
    strong,
    table,
)
from registry_doctor.report.model import Report
from registry_doctor.report.snippet import code_to_copy
from registry_doctor.report.style import kind_of
from registry_doctor.report.summary import (
    about_path,
    best_fix,
    corrected_path,
    introduction,
    not_asked,
    passes,
    sentence,
    shown_results,
    summary,
)
from registry_doctor.support.distributions import check_url
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import LIMIT, PATH_LIMIT, visible


def render(report: Report) -> str:
    """The report as an HTML fragment; all text in it is escaped. It fits light and dark pages."""
    return redact(_Html(report).text(), report.secrets)


class _Html:
    """Builds the HTML of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def text(self) -> str:
        """The whole fragment."""
        parts = [
            *self._contradiction(),
            self._verdict(),
            *self._path(),
            *self._explained(),
            *map(self._finding, shown_results(self._report)),
            *self._places(),
            *self._rest(),
            self._circumstances(),
        ]
        return block("".join(parts))

    def _verdict(self) -> str:
        """Whether the call will work; the same as the exit status."""
        report = self._report
        word, colour = {0: ("✓", "pass"), 1: ("✗", "error"), 3: ("?", "unknown")}[report.exit_code]
        if report.exit_code == 1:
            codes = ", ".join(
                f"{self._shown(each.code)} {self._shown(each.name)}" for each in report.findings
            )
            does = "Link" if report.target.for_ == "link" else "Fetch"
            about = "The settings do" if report.target.input is None else f"{does} will"
            said = f"{about} not work: {codes}" if codes else "A known error of wandb"
            if not report.errors and codes:
                said = f"Works, with warnings: {codes}"
        elif report.exit_code == 3:
            said = "Inconclusive: not all could be judged"
        elif report.target.input is None:
            said = "Nothing is wrong with the settings"
        else:
            said = self._shown(passes(report), PATH_LIMIT)
        return line(strong(f"{word} {said}", colour))

    def _path(self) -> Iterator[str]:
        path = corrected_path(self._report)
        if path is not None:
            yield line(escape(introduction(self._report)))
            yield path_to_copy(self._shown(path, PATH_LIMIT))

    def _finding(self, result: Result) -> str:
        kind = "unknown" if result.status is not Status.FAIL else "error" if result.is_error else "warning"
        label = f"{kind_of(result).glyph} {self._shown(result.code)}"
        said = f"{link(strong(label, kind), check_url(result.code))} {sentence(self._shown(result.message))}"
        fix = best_fix(result)
        if fix is None:
            return line(said)
        words = " ".join([sentence(fix.title), *fix.steps[:2]])
        said += f"<br>Fix: {self._shown(words)}"
        return line(said) + (code(self._lines(code_to_copy(fix.snippet))) if fix.snippet else "")

    def _explained(self) -> Iterator[str]:
        """The messages of wandb with their causes and fixes."""
        for parts in explanation_items(self._report, verbose=False):
            yield table([[escape(each.label), self._shown(each.text, PATH_LIMIT)] for each in parts])

    def _places(self) -> Iterator[str]:
        places = self._report.places
        if places:
            yield table(
                [
                    [
                        f"<code>{self._shown(place.target_path, PATH_LIMIT)}</code>",
                        self._types(place.accepted_types),
                        {True: "yes", False: "no", None: "unknown"}[place.can_link],
                    ]
                    for place in places
                ],
                ["where you can link", "accepted types", "may link"],
            )

    def _types(self, types: tuple[str, ...] | None) -> str:
        return "any" if types is None else self._shown(", ".join(types) or "none")

    def _rest(self) -> Iterator[str]:
        """What was not asked, notes, and what passed."""
        report = self._report
        sentences = [not_asked(report), about_path(report)]
        yield from (line(f"{escape(each)}.") for each in sentences if each)
        yield from (line(f"note: {self._shown(note)}") for note in report.notes)
        confirmation = report.confirmation
        if confirmation is not None and confirmation.outcome != "contradicted":
            yield line(self._shown(confirmation_line(confirmation), PATH_LIMIT))
        yield muted(self._shown(summary(report)))

    def _circumstances(self) -> str:
        rows = [[escape(label), escape(text)] for label, text in heading(self._report)]
        return details("Settings and sources", table(rows))

    def _contradiction(self) -> Iterator[str]:
        """Both sides of a contradiction between the doctor and wandb."""
        confirmation = self._report.confirmation
        if confirmation is not None and confirmation.outcome == "contradicted":
            yield line(strong(f"Contradicted by {self._shown(wandb_of(confirmation))}", "unknown"))
            rows = contradiction_rows(self._report, confirmation)
            yield table([[escape(label), self._shown(text, PATH_LIMIT)] for label, text in rows])

    def _lines(self, text: str) -> str:
        return "\n".join(self._shown(each, PATH_LIMIT) for each in text.splitlines())

    def _shown(self, text: str, limit: int = LIMIT) -> str:
        return escape(visible(text, self._report.secrets, limit))
