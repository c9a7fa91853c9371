"""The edits that correct wrong paths, and the paths that are left unchanged; showing and applying the edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from registry_doctor.checking.check import Applicability, Severity
from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.fixes.agreement import Agreement, LiteralKey
from registry_doctor.codebase.fixes.diff import unified
from registry_doctor.codebase.fixes.editable_files import EditableFile, read_file, refuse_changed
from registry_doctor.codebase.fixes.edits import PartChange, changed_parts
from registry_doctor.codebase.fixes.literals import LiteralEdit, replacements
from registry_doctor.codebase.fixes.other_uses import OtherUses
from registry_doctor.codebase.fixes.spelling import CannotEdit, Replacement, apply_replacements
from registry_doctor.codebase.fixes.verification import check_file
from registry_doctor.codebase.report.model import TargetResult
from registry_doctor.codebase.source.found import FoundCall, FoundComment, Location, Span, Unreadable
from registry_doctor.support.atomic_files import rewrite
from registry_doctor.support.terminal_text import visible
from registry_doctor.support.wording import quoted_name


@dataclass(frozen=True)
class Left:
    """A wrong path that is left unchanged."""

    location: Location
    reason: str

    def __str__(self) -> str:
        return f"{_at(self.location)}: {visible(self.reason)}"


@dataclass(frozen=True)
class Fixed:
    """A path that is corrected."""

    location: Location
    old: str
    new: str

    def __str__(self) -> str:
        return f"{_at(self.location)}: {quoted_name(self.old)} is now {quoted_name(self.new)}"


@dataclass(frozen=True)
class FileEdit:
    """A file with all its edits, and the paths that are corrected only if it is written."""

    file: EditableFile
    text: str
    data: bytes
    made: Mapping[Fixed, tuple[Replacement, ...]]
    """The replacements in the text of the file for each path; paths can share a replacement."""

    @property
    def fixes(self) -> tuple[Fixed, ...]:
        """The paths that are corrected."""
        return tuple(self.made)


@dataclass(frozen=True)
class Applied:
    """The corrected paths, and the paths that are left unchanged."""

    done: tuple[Fixed, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True)
class EditPlan:
    """Edits that are verified but not applied yet."""

    files: tuple[FileEdit, ...]
    left: tuple[Left, ...]

    @property
    def fixes(self) -> tuple[Fixed, ...]:
        """The corrected paths, in the order of their locations."""
        found = {fix for each in self.files for fix in each.fixes}
        return tuple(sorted(found, key=lambda fix: (fix.location, fix.old)))

    def diff(self) -> str:
        """All edits as one exact unified diff; `diff.for_terminal` makes it safe to print."""
        return "".join(unified(each.file.shown, each.file.text, each.text) for each in self.files)

    def apply(self) -> Applied:
        """Write each file in one step; a file that has changed since it was read is left unchanged.

        So is a file that shares a corrected path with such a file.
        """
        failed: dict[Fixed, str] = {}
        for each in self.files:
            try:
                refuse_changed(each.file)
            except CannotEdit as problem:
                failed |= dict.fromkeys(each.fixes, f"{each.file.shown}: {problem}")
        waiting = list(self.files)
        while blocked := next((each for each in waiting if not failed.keys().isdisjoint(each.fixes)), None):
            waiting.remove(blocked)
            reason = next(failed[fix] for fix in blocked.fixes if fix in failed)
            failed |= {fix: reason for fix in blocked.fixes if fix not in failed}
        for each in waiting:
            try:
                rewrite(each.file.path, each.data)
            except OSError as problem:
                said = f"{each.file.shown}: it cannot be written: {problem.strerror or problem}"
                failed |= dict.fromkeys(each.fixes, said)
        left = [*self.left, *(Left(fix.location, reason) for fix, reason in failed.items())]
        return Applied(
            tuple(fix for fix in self.fixes if fix not in failed),
            tuple(sorted(left, key=lambda x: x.location)),
        )


@dataclass(frozen=True)
class _Wanted:
    """A path that these changes correct."""

    fix: Fixed
    changes: tuple[tuple[PartChange, Span, LiteralKey], ...]


def plan_edits(
    judged: Iterable[TargetResult],
    *,
    root: Path,
    unsafe: bool = False,
    calls: Iterable[FoundCall | FoundComment | Unreadable] | None = None,
    searched: Iterable[Path] = (),
) -> EditPlan:
    """The edits that correct the wrong paths in their source files. Nothing is written.

    `judged` are all results, also those of correct paths: the texts that these need are not changed. The files of
    the locations are relative to `root`; nothing outside the
    `searched` files and folders, by default the root, is edited. `unsafe` also takes likely corrections; only
    verified ones are ever made. `calls` are the calls that may share literals, by default those in the same files.
    """
    root = root.absolute()
    agreement = Agreement(root)
    left: list[Left] = []
    wrong: list[tuple[TargetResult, str, list[PartChange]]] = []
    seen = tuple(judged)
    for each in seen:
        if all(finding.silenced is not None for finding in each.findings):
            agreement.need(each.location, each.target.parts)
            continue
        try:
            new = _correction(each, unsafe)
            if new is not None:
                changes = changed_parts(each.target.parts, new)
                agreement.need(each.location, each.target.parts, changes)
                wrong.append((each, new, changes))
        except CannotEdit as problem:
            left.append(Left(each.location, str(problem)))
    if wrong:
        examined = {each.location for each in seen}
        for call in _calls_beside(seen, root) if calls is None else calls:
            if isinstance(call, FoundCall):
                agreement.need_of(call, judged=call.location in examined)
    wanted: list[_Wanted] = []
    others = OtherUses(root)
    for each, new, changes in wrong:
        placed = [(change, change.part.span) for change in changes if change.part.span is not None]
        conflicts = (agreement.conflict(*both) or others.problem(*both) for both in placed)
        conflict = next((found for found in conflicts if found), None)
        if conflict is not None:
            left.append(Left(each.location, conflict))
            continue
        keyed = tuple((change, span, agreement.key(change.part, span)) for change, span in placed)
        wanted.append(_Wanted(Fixed(each.location, each.target.text, new), keyed))
    files, refused = _Editor(root, tuple(searched)).edit(wanted)
    return EditPlan(files, tuple(sorted((*left, *refused), key=lambda each: each.location)))


def _correction(judged: TargetResult, unsafe: bool) -> str | None:
    """The corrected path; `None` if there are only warnings. Raises CannotEdit if no path can be written."""
    suggestion = judged.suggestion
    if suggestion is None:
        counted = [each for each in judged.findings if each.silenced is None]
        if all(each.severity is not Severity.ERROR for each in counted):
            return None
        raise CannotEdit("no corrected path is known")
    if suggestion.target_path == judged.target.text:
        raise CannotEdit("the path is not the cause")
    if not suggestion.verified:
        raise CannotEdit("the corrected path is not verified")
    if suggestion.applicability is not Applicability.SAFE and not unsafe:
        raise CannotEdit("the correction is likely but not certain; --unsafe-fixes applies it")
    if judged.target.call.method == "run.link_model":
        raise CannotEdit("`link_model` takes a name, not a path; call `link_artifact` instead")
    if not judged.target.parts:
        raise CannotEdit("it is not in a source file that can be edited")
    return suggestion.target_path


def _calls_beside(
    judged: Iterable[TargetResult], root: Path
) -> Iterable[FoundCall | FoundComment | Unreadable]:
    files = dict.fromkeys(each.location.file for each in judged if each.target.call.method is not None)
    return find_calls([Path(file) for file in files if (root / file).is_file()], root=root)


class _Editor:
    """Makes the edits file by file; a literal that cannot be edited excludes the paths that need it."""

    def __init__(self, root: Path, searched: tuple[Path, ...]) -> None:
        self._root = root
        self._searched = searched
        self._files: dict[Path, EditableFile | CannotEdit] = {}

    def edit(self, wanted: Sequence[_Wanted]) -> tuple[tuple[FileEdit, ...], list[Left]]:
        """The edits of each file, and the paths that are left unchanged."""
        left: list[Left] = []
        refused: dict[LiteralKey, str] = {}
        while True:
            editable: list[_Wanted] = []
            for each in wanted:
                reason = next((refused[key] for _, _, key in each.changes if key in refused), None)
                if reason is None:
                    editable.append(each)
                else:
                    left.append(Left(each.fix.location, reason))
            wanted = editable
            before = len(refused)
            edits = self._edits(wanted, refused)
            if len(refused) == before:
                return edits, left

    def _edits(self, wanted: Sequence[_Wanted], refused: dict[LiteralKey, str]) -> tuple[FileEdit, ...]:
        """The edits of each file; literals that cannot be edited are added to `refused`."""
        edits: list[FileEdit] = []
        fixes: dict[Path, dict[Fixed, dict[LiteralKey, None]]] = {}
        for each in wanted:
            for _, _, key in each.changes:
                fixes.setdefault(key.path, {}).setdefault(each.fix, {})[key] = None
        for path, literals in _by_file(wanted).items():
            span = next(iter(literals.values())).span
            file = self._read(path, span.file)
            if isinstance(file, CannotEdit):
                refused.update(dict.fromkeys(literals, f"{span.file}: {file}"))
                continue
            made: dict[LiteralKey, list[Replacement]] = {}
            problems: dict[LiteralKey, str] = {}
            for key, literal in literals.items():
                try:
                    made[key] = replacements(file, literal)
                except CannotEdit as problem:
                    problems[key] = f"{literal.span.file}:{literal.span.line}: {problem}"
            text = apply_replacements(file.text, chain.from_iterable(made.values()))
            if not problems:
                try:
                    data = file.encoded(text)
                    check_file(file, data, [each.new_text for each in literals.values()], self._root)
                except CannotEdit as problem:
                    problems = dict.fromkeys(literals, f"{span.file}: {problem}")
            refused.update(problems)
            if not problems:
                of_fixes = {
                    fix: tuple(chain.from_iterable(made[key] for key in keys))
                    for fix, keys in fixes[path].items()
                }
                edits.append(FileEdit(file, text, data, of_fixes))
        return tuple(sorted(edits, key=lambda each: each.file.shown))

    def _read(self, path: Path, name: str) -> EditableFile | CannotEdit:
        if path not in self._files:
            try:
                self._files[path] = read_file(name, self._root, self._searched)
            except CannotEdit as problem:
                self._files[path] = problem
        return self._files[path]


def _by_file(wanted: Iterable[_Wanted]) -> dict[Path, dict[LiteralKey, LiteralEdit]]:
    found: dict[Path, dict[LiteralKey, LiteralEdit]] = {}
    for each in wanted:
        for change, span, key in each.changes:
            part = change.part
            range_ = (part.offset, part.offset + len(part.text))
            of_file = found.setdefault(key.path, {})
            texts = {**(of_file[key].texts if key in of_file else {}), range_: change.new}
            of_file[key] = LiteralEdit(span, part.part, part.literal, texts)
    return found


def _at(location: Location) -> str:
    cell = "" if location.cell is None else f"cell {location.cell}:"
    return f"{visible(location.file)}:{cell}{location.line}:{location.column}"
