"""JUnit XML, as Jenkins, GitLab and others read it: a test case for each target."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as Xml

from registry_doctor.codebase.report.diagnostics import Diagnostic, FilePosition, Formatter, position_of
from registry_doctor.codebase.report.model import PreflightReport, TargetResult

_SUITE = "wandb-registry preflight"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(report: PreflightReport) -> str:
    """The report as an XML document without a trailing newline.

    Findings that count are failures. Inconclusive targets and files that were not read are errors. Targets that are
    unknown from the source are skipped.
    """
    return _HEAD + _Suite(report).text()


class _Suite:
    """One report as XML."""

    def __init__(self, report: PreflightReport) -> None:
        self._report = report
        self._formatter = Formatter(report.secrets)
        self._suite = Xml.Element("testsuite", name=_SUITE)
        self._counts: Counter[str] = Counter()
        self._names: Counter[tuple[str, str]] = Counter()

    def text(self) -> str:
        """The whole document; the diagnostics no longer contain characters that XML does not allow."""
        for each in map(self._formatter.of_general, self._report.general):
            self._general(each)
        for judged in self._report.judged:
            self._judged(judged)
        opened = [*map(self._formatter.of_open, self._report.listed_open)]
        for each in (*opened, *self._formatter.of_other_open(self._report)):
            self._outcome(self._case(each.position, each.subject or each.text), "skipped", each.title, [each])
        for each in map(self._formatter.of_unreadable, self._report.unreadable):
            self._outcome(self._case(each.position, "can be read"), "error", each.title, [each])
        unused = [
            f"{each.title}: {self._formatter.file(each.position)}:{each.position.line}: {each.whole}"
            for each in map(self._formatter.of_unused_ignore, self._report.unused_ignores)
            if each.position is not None
        ]
        notes = [f"note: {self._formatter.shown(note)}" for note in self._report.notes]
        if notes or unused:
            Xml.SubElement(self._suite, "system-out").text = "\n".join([*notes, *unused])
        counts = {
            "tests": str(self._counts["tests"]),
            "failures": str(self._counts["failure"]),
            "errors": str(self._counts["error"]),
        }
        for name, count in counts.items():
            self._suite.set(name, count)
        self._suite.set("skipped", str(self._counts["skipped"]))
        root = Xml.Element("testsuites", counts)
        root.append(self._suite)
        Xml.indent(root, " ")
        return Xml.tostring(root, encoding="unicode")

    def _general(self, diagnostic: Diagnostic) -> None:
        case = self._case(None, diagnostic.title)
        if self._fails(diagnostic):
            self._outcome(case, "failure", diagnostic.code or "", [diagnostic])
        else:
            Xml.SubElement(case, "system-out").text = _line(diagnostic)

    def _judged(self, judged: TargetResult) -> None:
        target = judged.target
        case = self._case(position_of(judged.location), self._formatter.path(target.text))
        said = list(self._formatter.of_judged(judged, reported_elsewhere=True))
        counting = len(judged.counted(self._report.fail_on))
        failing = [each for each in said if self._fails(each)]
        assert len(failing) == counting  # both apply the same threshold
        unknown = [each for each in said if each.kind == "inconclusive"]
        others = [each for each in said if each not in failing and (failing or each.kind != "inconclusive")]
        if failing:
            self._outcome(case, "failure", ", ".join(each.code or "" for each in failing), failing)
        elif unknown:
            self._outcome(case, "error", "inconclusive", unknown)
        if others:
            Xml.SubElement(case, "system-out").text = "\n".join(map(_line, others))

    def _fails(self, diagnostic: Diagnostic) -> bool:
        counts = diagnostic.level == "error" or self._report.fail_on == "warning"
        return diagnostic.kind == "finding" and diagnostic.silenced is None and counts

    def _case(self, position: FilePosition | None, name: str) -> Xml.Element:
        """A test case with a unique name in its class, which is the file if there is one."""
        where = [f"cell {position.cell}"] if position is not None and position.cell is not None else []
        where += [f"line {position.line}"] if position is not None and position.line is not None else []
        name = f"{name} ({', '.join(where)})" if where else name
        file = self._formatter.file(position) if position is not None else _SUITE
        self._names[file, name] += 1
        if (count := self._names[file, name]) > 1:
            name += f" #{count}"
        self._counts["tests"] += 1
        return Xml.SubElement(self._suite, "testcase", classname=file, name=name)

    def _outcome(self, case: Xml.Element, tag: str, type_: str, said: list[Diagnostic]) -> None:
        self._counts[tag] += 1
        outcome = Xml.SubElement(case, tag, type=type_, message=f"{said[0].title}: {said[0].text}")
        outcome.text = "\n".join(map(_line, said))


def _line(diagnostic: Diagnostic) -> str:
    silenced = f" (silenced: {diagnostic.silenced})" if diagnostic.silenced is not None else ""
    return f"{diagnostic.title}: {diagnostic.whole}{silenced}"
