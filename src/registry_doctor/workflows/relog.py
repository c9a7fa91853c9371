"""Log an artifact again under a team, so an artifact from a personal entity can be linked to a registry."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import MalformedPath, TargetPath
from registry_doctor.facts import Call
from registry_doctor.refusals import causes
from registry_doctor.settings import Given, read_settings
from registry_doctor.workflows.download import (
    NotDone,
    Tally,
    TransferProgress,
    check_names,
    check_room,
    compare,
    watched,
)

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.transfer import Contents
    from registry_doctor.workflows.link import LinkRequest

_ANY_TARGET = "wandb-registry-model/any"
"""Placeholder when no link is requested: only the entity is checked, not the path."""

_ARTIFACT_REFERENCE = re.compile(r"wandb-(client-)?artifact://")


class LinkNotAllowed(Exception):
    """The link after the logging would be refused; `report` says why. Nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__(causes(report))
        self.report = report


@dataclass(frozen=True)
class RelogRequest:
    """What to log again, where, and where to link it afterwards."""

    source: str
    entity: str
    project: str
    link: str | None = None
    aliases: tuple[str, ...] = ()
    """Aliases for the linked version."""

    @property
    def destination(self) -> str:
        """`entity/project`."""
        return f"{self.entity}/{self.project}"

    @property
    def names_registry(self) -> bool:
        """Whether the source is a registry path; artifacts in a registry are links, never logged there."""
        try:
            return TargetPath.parse(self.source).registry is not None
        except MalformedPath:
            return False

    def link_of(self, path: str) -> LinkRequest | None:
        """The request to link the logged artifact, if a link is wanted."""
        from registry_doctor.workflows.link import LinkRequest

        return None if self.link is None else LinkRequest(path, self.link, self.aliases)


@dataclass(frozen=True)
class RelogPlan:
    """What would be written."""

    request: RelogRequest
    source: Contents
    existing: Contents | None
    """The version with the same contents, if an earlier attempt has already logged it."""
    link_report: Report | None
    """The preflight of the link, which found nothing wrong."""

    @property
    def path(self) -> str:
        """The path of the artifact; without a version if it is not logged yet, because the server sets the version."""
        return self.existing.path if self.existing else f"{self.request.destination}/{self.source.name}"

    @property
    def new_aliases(self) -> tuple[str, ...]:
        """The aliases of the source that are not set yet."""
        there = self.existing.aliases if self.existing else ()
        return tuple(alias for alias in self.source.aliases if alias not in there)

    @property
    def writes(self) -> bool:
        """Whether anything will be written; a wanted link always counts, even if it may exist."""
        return self.existing is None or bool(self.new_aliases) or self.request.link is not None

    @property
    def artifact_references(self) -> int:
        """How many references point to other artifacts, which members of the team may not see."""
        return sum(bool(_ARTIFACT_REFERENCE.match(entry.ref or "")) for entry in self.source.references)

    @property
    def differs(self) -> tuple[str, ...]:
        """The fields that differ in the existing version; they are not changed."""
        there = self.existing
        if there is None:
            return ()
        pairs = {
            "description": (there.description or None, self.source.description or None),
            "metadata": (there.metadata, self.source.metadata),
        }
        return tuple(name for name, (theirs, ours) in pairs.items() if theirs != ours)


@dataclass(frozen=True)
class Relogged:
    """The artifact under the team, with the manifest of its source."""

    contents: Contents
    reused: bool
    """Whether it existed already and was not logged again."""


def make_plan(request: RelogRequest) -> RelogPlan:
    """Check everything and return the plan. Writes nothing.

    Raises NotDone if the source or the team cannot be used, LinkNotAllowed if the link would be refused, and
    RefusedBySdk.
    """
    _require(
        Call(None, "link", request.source), Given(), "artifact", f"{request.source} cannot be logged again"
    )
    team = Given(entity=request.entity, project=request.project, place_option="--to")
    draft = Call(_ANY_TARGET, "link", None, "model")
    _require(draft, team, "entity", f"nothing can be logged in {request.destination} for a registry")
    from registry_doctor.sdk import transfer  # imported here: it loads wandb, which a refusal does not need
    from registry_doctor.sdk.linking import as_given

    with as_given(Given()):
        source = transfer.read_artifact_version(request.source)
        _check_source(request, source)
        report = _preflight_of_link(request, source, team)
        existing = None
        kind = transfer.type_in_project(request.destination, source.name)
        if kind is not None and kind != source.type:
            raise NotDone(
                f"{request.destination} already has an artifact {source.name!r} of type {kind!r}; one of type "
                f"{source.type!r} cannot be logged under that name"
            )
        if kind is not None:
            existing = transfer.equal_version(request.destination, source)
        refusal = None if existing else transfer.can_be_drafted(source)
    if refusal is not None:
        raise NotDone(f"wandb would not accept {source.path} as a new artifact: {refusal}")
    return RelogPlan(request, source, existing, report)


def _require(call: Call, given: Given, subject: Subject, otherwise: str) -> None:
    """Raise NotDone if a check of the environment or of this subject fails."""
    loaded = load_checks()
    select = loaded.codes_about(subject, environment=True)
    report = examine(call, read_settings(given), loaded, Options(select=select))
    if report.exit_code != 0:
        raise NotDone(f"{otherwise}: {causes(report)}. Nothing was written", report.exit_code)


def _check_source(request: RelogRequest, source: Contents) -> None:
    if source.source != source.path:
        where = f"{source.source}; log that one again" if source.source else "hidden from you"
        raise NotDone(
            f"{source.path} is a link, and only its source can be logged again; the source is {where}"
        )
    if source.path.rpartition("/")[0] == request.destination:
        raise NotDone(f"{source.path} is already in {request.destination}; link it directly")
    check_names(source, "Nothing was logged")


def _preflight_of_link(request: RelogRequest, source: Contents, team: Given) -> Report | None:
    if request.link is None:
        return None
    draft = Call(request.link, "link", None, source.type, request.aliases)
    report = examine(draft, read_settings(team), load_checks())
    if report.exit_code != 0:
        raise LinkNotAllowed(report)
    return report


def make_relog(
    plan: RelogPlan, look: Callable[[TransferProgress], None], stage: Callable[[str], None]
) -> Relogged:
    """Log the artifact again, unless it exists already; then compare both manifests.

    `look` is called with the progress of the download, `stage` with the name of each stage. Raises NotDone, RefusedBySdk and KeyboardInterrupt;
    the temporary folder is always removed.
    """
    from registry_doctor.sdk import transfer
    from registry_doctor.sdk.linking import as_given

    with as_given(Given()):
        if plan.existing is not None:
            if plan.new_aliases:
                transfer.add_aliases(plan.existing, plan.new_aliases)
            return Relogged(plan.existing, reused=True)
        with _temporary_folder() as folder:
            stage("downloading")
            _fetch(plan.source, folder, look)
            stage("logging")
            logged = _log(plan, folder)
        stage("comparing")
        written = transfer.read_artifact_version(logged.path)
    if not written.equals(plan.source):
        raise NotDone(f"{written.path} was logged, but its manifest differs from that of {plan.source.path}")
    return Relogged(written, reused=False)


def _fetch(source: Contents, folder: Path, look: Callable[[TransferProgress], None]) -> None:
    from registry_doctor.sdk import transfer

    check_room(folder, source.files)
    tally = Tally(folder, source.files)
    try:
        watched(lambda: transfer.download_files(source, folder), lambda: look(tally.progress()))
    except OSError as problem:
        raise NotDone(
            f"the files of {source.path} cannot be stored in {str(folder.parent)!r}: {problem.strerror}. "
            "Nothing was logged; set TMPDIR to another folder"
        ) from problem
    damaged = compare(source, folder)
    if damaged:
        raise NotDone(f"{source.path} was not downloaded correctly: {'; '.join(damaged)}. Nothing was logged")


def _log(plan: RelogPlan, folder: Path) -> Contents:
    from registry_doctor.sdk import transfer

    request = plan.request
    draft = transfer.draft_of(plan.source, folder)
    note = {"relogged_from": plan.source.path}
    with transfer.started_run(request.entity, request.project, "relog", note) as run:
        return transfer.log_draft(run, draft, plan.source.aliases)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Create a temporary folder and remove it afterwards, even if an interrupted download still writes into it."""
    folder = Path(tempfile.mkdtemp(prefix="wandb-registry-relog-"))
    try:
        yield folder
    finally:
        for _ in range(3):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
