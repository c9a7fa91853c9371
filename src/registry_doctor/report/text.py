"""The report for people: what is wrong and what to do, first and nearly alone; the corrected path last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from registry_doctor.checking.results import Result, Status
from registry_doctor.report.confirmation_lines import confirmation_line, contradiction_rows, wandb_of
from registry_doctor.report.explanation_lines import Item, explanation_items, named_only, past_verdict
from registry_doctor.report.heading import heading
from registry_doctor.report.model import Report
from registry_doctor.report.places import place_lines
from registry_doctor.report.snippet import code_to_copy
from registry_doctor.report.style import DIM, HEADING, PATH, Paint, Style, kind_of, painter, with_link
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
from registry_doctor.support.records import record
from registry_doctor.support.redaction import redact
from registry_doctor.support.terminal_text import LIMIT, PATH_LIMIT, command_lines, visible, wrapped

NARROW = 50
"""Below this width, text stands under its label instead of beside it."""

_STEPS_SHOWN = 2
"""How many steps of a fix are shown; `verbose` shows all of them."""


def render(
    report: Report,
    *,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
    width: int | None = None,
) -> str:
    """The report as text without a trailing newline. The last line is the corrected path, if there is one.

    `verbose` shows every check in a table; `quiet` keeps a line for each finding, and the path. With a `width`,
    longer lines are wrapped, but never a path.
    """
    text = Text(report, painter(color), width)
    if verbose:
        from registry_doctor.report.full_text import full

        lines = full(text)
    else:
        lines = text.brief() if quiet else text.usual()
    return redact("\n".join(lines), report.secrets)


@record(frozen=True)
class Text:
    """Builds the text of one report."""

    report: Report
    paint: Paint
    width: int | None

    def brief(self) -> list[str]:
        """A line for each finding, what was not asked, and the corrected path."""
        report = self.report
        lines = self.contradiction()
        if report.explanations and not report.findings:
            lines.append(self.shown(report.explanations[0].cause, PATH_LIMIT))
        shown = report.findings or (shown_results(report) if report.exit_code == 3 else ())
        for each in shown:
            unknown = "" if each.status is Status.FAIL else "unknown: "
            words = f"{self.shown(each.code)} {unknown}{self.shown(each.message)}"
            lines.append(self.paint(words, kind_of(each).style))
        lines += filter(None, [self.not_asked()])
        return [*lines, *self.confirmation(), *self.path()]

    def usual(self) -> list[str]:
        """What is wrong and what to do; then one line on all the rest."""
        report = self.report
        sections: list[list[str]] = [self.contradiction()]
        if report.explanations is not None:
            sections += self.explained(verbose=False)
            if named_only(report):
                verdict = [f"{self.explained_verdict()}.", *filter(None, [self.not_asked()])]
                lines = [line for each in verdict for line in wrapped(each, self.width, 0)]
                return together([*sections, self.notes(), lines, self.suggestion()])
        body = [*self._findings(), *self._pass()]
        if report.places is not None and report.explanations is None:
            sections += [body, self._head(), place_lines(report, self.paint, self.width)]
            body = []
        body += [*self.notes(), *self._summary(), *self.confirmation()]
        return together([*sections, body, self.suggestion()])

    def _findings(self) -> Iterator[str]:
        """Each failure with its reason and its best fix; answers that did not come, together if they say the same."""
        same: dict[str, list[Result]] = {}
        for each in shown_results(self.report):
            same.setdefault(each.code if each.status is Status.FAIL else each.message, []).append(each)
        for results in same.values():
            kind = kind_of(results[0])
            codes = ", ".join(self.shown(each.code) for each in results)
            label = f"{kind.glyph} {codes}  "
            message = sentence(self.shown(results[0].message))
            lines = [self.paint(line, kind.style) for line in self._beside(label, message)]
            for each in results:
                lines = with_link(lines, each.code, self.paint)
            yield from lines
            yield from self._fix(results[0], self._indent(label))

    def _beside(self, label: str, text: str) -> list[str]:
        """The text beside a label; under it in a narrow terminal."""
        indent = self._indent(label)
        first, *rest = wrapped(text, self.width, indent)
        if indent == len(label):
            return [label + first, *(" " * indent + line for line in rest)]
        return [label.rstrip(), *(" " * indent + line for line in (first, *rest))]

    def _indent(self, label: str) -> int:
        narrow = self.width is not None and (self.width < NARROW or len(label) > self.width // 2)
        return 2 if narrow else len(label)

    def _fix(self, result: Result, indent: int) -> Iterator[str]:
        fix = best_fix(result)
        if fix is None:
            return
        words = [sentence(self.shown(fix.title)), *map(self.shown, fix.steps[:_STEPS_SHOWN])]
        suggestion = self.report.suggestion
        if fix.target_path is not None and (suggestion is None or suggestion.target_path != fix.target_path):
            words[0] = f"{words[0].removesuffix('.')}: '{self.shown(fix.target_path, PATH_LIMIT)}'."
        for line in wrapped(f"Fix: {' '.join(words)}", self.width, indent):
            yield " " * indent + line
        code = code_to_copy(fix.snippet).splitlines() if fix.snippet else []
        shown = [self.shown(line, PATH_LIMIT) for line in code]
        for line in command_lines(shown, self.width, indent):
            yield " " * indent + line

    def _pass(self) -> list[str]:
        """What will work, if nothing is wrong."""
        report = self.report
        if report.exit_code or report.explanations is not None or report.target.input is None:
            return []
        return [
            self.paint(line, PATH)
            for line in self._beside("✓ ", f"{self.shown(passes(report), PATH_LIMIT)}.")
        ]

    def _summary(self) -> list[str]:
        """The outcome for the path, what was not asked, what passed, and where to read on."""
        report = self.report
        past = report.explanations is not None and not report.findings
        failed = [each.code for each in report.results if each.status is Status.FAIL]
        sentences = [
            f"{self.explained_verdict()}." if past else None,
            None if past or report.exit_code != 3 else "Inconclusive: no error, but not all could be judged.",
            self.not_asked(),
            self.about_path(),
            self.shown(summary(report)),
            f"More: wandb-registry explain {self.shown(failed[0])}, or -v for every check."
            if failed
            else None,
        ]
        return [
            self.paint(line, DIM)
            for sentence in filter(None, sentences)
            for line in wrapped(sentence, self.width, 0)
        ]

    def not_asked(self) -> str | None:
        """Why the server was not asked."""
        words = not_asked(self.report)
        return f"{words}." if words else None

    def about_path(self) -> str | None:
        """Why no corrected path follows."""
        words = about_path(self.report)
        return f"{words}." if words else None

    def explained_verdict(self) -> str:
        """The verdict about a past error, if no check fails now."""
        return self.shown(past_verdict(self.report), PATH_LIMIT)

    def _head(self) -> list[str]:
        rows = heading(self.report)
        indent = max(len(label) for label, _ in rows) + 2
        return [line for label, text in rows for line in self._beside(label.ljust(indent), text)]

    def contradiction(self) -> list[str]:
        """What the doctor and wandb each found, where they contradict each other."""
        confirmation = self.report.confirmation
        if confirmation is None or confirmation.outcome != "contradicted":
            return []
        rows = contradiction_rows(self.report, confirmation)
        title = f"CONTRADICTED by {wandb_of(confirmation)}: do not rely on this report"
        indent = max(len(label) for label, _ in rows) + 2
        lines = [
            line
            for label, text in rows
            for line in self._beside(f"  {label.ljust(indent)}", self.shown(text, PATH_LIMIT))
        ]
        return [self.paint(line, Style("magenta", bold=True)) for line in (title, *lines)]

    def confirmation(self) -> list[str]:
        """What wandb says about this report, in one line; a contradiction stands above everything."""
        confirmation = self.report.confirmation
        if confirmation is None or confirmation.outcome == "contradicted":
            return []
        text = self.shown(confirmation_line(confirmation), PATH_LIMIT)
        style = PATH if confirmation.outcome == "confirmed" else DIM
        return [self.paint(line, style) for line in wrapped(text, self.width, 0)]

    def explained(self, *, verbose: bool) -> list[list[str]]:
        """Each message of wandb with its cause, and what to do."""
        return [self._explanation(each) for each in explanation_items(self.report, verbose=verbose)]

    def _explanation(self, parts: Sequence[Item]) -> list[str]:
        styles = {
            "error": Style("red"), "warning": Style("yellow"), "heading": HEADING, "plain": Style(),
        }  # fmt: skip
        indent = max(len(each.label) for each in parts) + 2
        return [
            self.paint(line, styles[each.weight])
            for each in parts
            for line in self._beside(each.label.ljust(indent), self.shown(each.text, PATH_LIMIT))
        ]

    def notes(self) -> list[str]:
        """What the reader should also know."""
        return [
            line
            for note in self.report.notes
            for line in wrapped(f"note: {self.shown(note)}", self.width, 0)
            if self.report.not_asked != "offline" or not note.startswith("offline: ")
        ]

    def suggestion(self) -> list[str]:
        """The corrected path on the last line, after a line on how far it goes."""
        path = self.path()
        return [*wrapped(introduction(self.report), self.width, 0), *path] if path else []

    def path(self) -> list[str]:
        """The corrected path on a line of its own, if there is one."""
        path = corrected_path(self.report)
        return [self.paint(self.shown(path, PATH_LIMIT), PATH)] if path is not None else []

    def shown(self, text: str, limit: int = LIMIT) -> str:
        """Text from outside, safe to print."""
        return visible(text, self.report.secrets, limit)


def together(sections: Iterable[Sequence[str]]) -> list[str]:
    """The lines of all sections, with an empty line between them."""
    return [line for section in sections if section for line in ("", *section)][1:]
