"""Files named relative to the root of their repository, as services look for them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from registry_doctor.codebase.inputs.standard_input import FILE as STANDARD_INPUT
from registry_doctor.codebase.report.model import PreflightReport, TargetResult
from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.found import LiteralPart, Location
from registry_doctor.codebase.source.gitignore import has_git

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""The checkout of a project on GitHub and GitLab; it does not always contain a `.git`."""


def repository_root(folders: Iterable[Path]) -> Path | None:
    """The root of the repository of the first of these absolute paths that is in one; `None` if none is.

    It is the nearest folder above with a `.git`, or the checkout that the CI service names.
    """
    named = [Path(value) for name in _CHECKOUTS if (value := os.environ.get(name))]
    checkouts = {path for each in named if each.is_absolute() for path in (each, _real(each))}
    return next(
        (
            above
            for folder in folders
            for above in (folder, *folder.parents)
            if above in checkouts or has_git(above)
        ),
        None,
    )


def named_from_repository(report: PreflightReport, root: Path, repository: Path) -> PreflightReport:
    """The report with the files in the repository named relative to its root, not to `root`."""

    @lru_cache
    def name(file: str) -> str:
        return file if file == STANDARD_INPUT else shown(root / file, repository)

    def moved(location: Location) -> Location:
        return replace(location, file=name(location.file))

    def moved_part(part: LiteralPart) -> LiteralPart:
        span = part.span
        return part if span is None else replace(part, span=replace(span, file=name(span.file)))

    def judged(each: TargetResult) -> TargetResult:
        each = replace(
            each,
            target=replace(
                each.target,
                location=moved(each.location),
                parts=tuple(map(moved_part, each.target.parts)),
            ),
            edits=tuple(replace(edit, file=name(edit.file)) for edit in each.edits),
        )
        if each.reported_at is None:
            return each
        before, after = str(each.reported_at), moved(each.reported_at)
        unknown = tuple(
            f"{said.removesuffix(before)}{after}" if said.endswith(before) else said for said in each.unknown
        )
        return replace(each, unknown=unknown, reported_at=after)

    return replace(
        report,
        judged=tuple(map(judged, report.judged)),
        open=tuple(replace(each, location=moved(each.location)) for each in report.open),
        unreadable=tuple(replace(each, file=name(each.file)) for each in report.unreadable),
        unused_ignores=tuple(replace(each, location=moved(each.location)) for each in report.unused_ignores),
    )


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a loop of links
        return path
