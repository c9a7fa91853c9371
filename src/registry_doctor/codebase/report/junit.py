"""JUnit's XML, as Jenkins, GitLab and others read it: a test case for each target."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as Xml

from registry_doctor.codebase.report.diagnostics import Diagnostic, Formatter, Place, place_of
from registry_doctor.codebase.report.model import PreflightReport, TargetResult

_SUITE = "wandb-registry preflight"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(report: PreflightReport) -> str:
    """The report as an XML document without a trailing newline.

    Findings that count are failures, what nobody could tell and files that were not read are errors, and
    targets that the source does not tell are skipped.
    """
    return _HEAD + _Suite(report).text()


class _Suite:
    """One report on its way to XML."""

    def __init__(self, report: PreflightReport) -> None:
        self._report = report
        self._sayer = Formatter(report.secrets)
        self._suite = Xml.Element("testsuite", name=_SUITE)
        self._counts: Counter[str] = Counter()
        self._names: Counter[tuple[str, str]] = Counter()

    def text(self) -> str:
        """All of it; each name and message has lost what XML cannot hold when it was made fit to be shown."""
        for each in map(self._sayer.of_general, self._report.general):
            self._general(each)
        for judged in self._report.judged:
            self._judged(judged)
        for each in map(self._sayer.of_open, self._report.open):
            self._outcome(self._case(each.place, each.subject), "skipped", each.title, [each])
        for each in map(self._sayer.of_unreadable, self._report.unreadable):
            self._outcome(self._case(each.place, "can be read"), "error", each.title, [each])
        unused = [
            f"{each.title}: {self._sayer.file(each.place)}:{each.place.line}: {each.whole}"
            for each in map(self._sayer.of_unused_ignore, self._report.unused_ignores)
            if each.place is not None
        ]
        notes = [f"note: {self._sayer.shown(note)}" for note in self._report.notes]
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

    def _general(self, remark: Diagnostic) -> None:
        case = self._case(None, remark.title)
        if self._fails(remark):
            self._outcome(case, "failure", remark.code or "", [remark])
        else:
            Xml.SubElement(case, "system-out").text = _line(remark)

    def _judged(self, judged: TargetResult) -> None:
        target = judged.target
        case = self._case(place_of(judged.location), self._sayer.path(target.text))
        said = list(self._sayer.of_judged(judged, told_elsewhere=True))
        counting = len(judged.counted(self._report.fail_on))
        failing = [each for each in said if self._fails(each)]
        assert len(failing) == counting  # the two say the same of what counts
        unknown = [each for each in said if each.kind == "inconclusive"]
        others = [each for each in said if each not in failing and (failing or each.kind != "inconclusive")]
        if failing:
            self._outcome(case, "failure", ", ".join(each.code or "" for each in failing), failing)
        elif unknown:
            self._outcome(case, "error", "inconclusive", unknown)
        if others:
            Xml.SubElement(case, "system-out").text = "\n".join(map(_line, others))

    def _fails(self, remark: Diagnostic) -> bool:
        counts = remark.weight == "error" or self._report.fail_on == "warning"
        return remark.kind == "finding" and remark.silenced is None and counts

    def _case(self, place: Place | None, name: str) -> Xml.Element:
        """A test case with a name that no other one in its class has, which is the file if there is one."""
        where = [f"cell {place.cell}"] if place is not None and place.cell is not None else []
        where += [f"line {place.line}"] if place is not None and place.line is not None else []
        name = f"{name} ({', '.join(where)})" if where else name
        file = self._sayer.file(place) if place is not None else _SUITE
        self._names[file, name] += 1
        if (count := self._names[file, name]) > 1:
            name += f" #{count}"
        self._counts["tests"] += 1
        return Xml.SubElement(self._suite, "testcase", classname=file, name=name)

    def _outcome(self, case: Xml.Element, tag: str, type_: str, said: list[Diagnostic]) -> None:
        self._counts[tag] += 1
        outcome = Xml.SubElement(case, tag, type=type_, message=f"{said[0].title}: {said[0].text}")
        outcome.text = "\n".join(map(_line, said))


def _line(remark: Diagnostic) -> str:
    silenced = f" (silenced: {remark.silenced})" if remark.silenced is not None else ""
    return f"{remark.title}: {remark.whole}{silenced}"
