"""Remove a link from a registry, or from the ordinary project where a link without the prefix landed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import interpret
from registry_doctor.domain.target_path import MalformedPath, TargetPath, is_registry_project
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, read_settings
from registry_doctor.workflows.link import ask_version

if TYPE_CHECKING:
    from registry_doctor.sdk.linking import FoundVersion


class NotALink(Exception):
    """The version is not a link; a run logged it. It could only be deleted, which this command never does."""

    def __init__(self, found: FoundVersion, links: tuple[str, ...]) -> None:
        super().__init__(f"{found.full_name} is not a link but a source version")
        self.found = found
        self.links = links
        """The full names of the links to this version."""


class StillThere(Exception):
    """wandb reports that it unlinked, but the server still shows the link or gives no answer."""

    def __init__(self, reason: str, *, known: bool) -> None:
        super().__init__(reason)
        self.known = known
        """Whether the server still shows it; otherwise it gave no answer."""


@dataclass(frozen=True)
class UnlinkRequest:
    """The path of a link with its version or alias; `given` are the settings of the diagnosis."""

    path: str
    given: Given = Given()  # noqa: RUF009 - frozen

    @property
    def names_version(self) -> bool:
        """Whether the path names a version; a pasted URL counts, because the doctor explains it."""
        interpretation = interpret(self.path, "use")
        if interpretation.pasted is not None or interpretation.as_typed is None:
            return True
        return bool((interpretation.as_typed.version or "").strip())

    @property
    def in_registry(self) -> bool:
        """Whether wandb reads the path as a registry path, or cannot read it."""
        try:
            path = TargetPath.parse(self.path)
        except MalformedPath:
            return True
        project = read_settings(self.given).project.value
        pasted = interpret(self.path, "use").pasted is not None
        return pasted or path.with_default_project(project).registry is not None

    def preflight(self) -> Report:
        """Diagnose a registry path with all checks; for other paths, check only server and credentials."""
        loaded = load_checks()
        return self._examine(loaded, () if self.in_registry else loaded.codes_about(environment=True))

    def as_registry_path(self) -> Report:
        """Diagnose an ordinary path as if it were meant as a registry path."""
        return self._examine(load_checks(), ())

    def find(self) -> FoundVersion:
        """Find the link. Raises RefusedBySdk if the version does not exist, NotALink for a source version."""
        from registry_doctor.sdk import linking  # imported here: it loads wandb

        with linking.as_given(self.given):
            found = linking.find_version(self.path)
            if not found.is_link:
                raise NotALink(found, linking.links_of(found))
        return found

    def take_back(self, found: FoundVersion) -> None:
        """Unlink this version, and confirm that it is gone. Raises RefusedBySdk and StillThere."""
        from registry_doctor.sdk import linking  # imported here: it loads wandb

        with linking.as_given(self.given):
            linking.unlink_version(found)
        settings = read_settings(self.given)
        seen = ask_version(settings, found.entity, found.project, f"{found.collection}:{found.version}")
        if isinstance(seen, str):
            raise StillThere(f"it is not known whether the link is gone: {seen}", known=False)
        if seen is not None:
            raise StillThere("the server still shows it", known=True)

    def _examine(self, loaded: Loaded, select: tuple[str, ...]) -> Report:
        call = Call(self.path, "use", method="api.artifact", downloads=False)
        return examine(call, read_settings(self.given), loaded, Options(select=select))


def describe_location(found: FoundVersion) -> str:
    """Describe in words where a link is."""
    if is_registry_project(found.project):
        registry = TargetPath(found.collection, found.project).registry
        return f"the registry {registry!r} of {found.entity}"
    return f"the ordinary project '{found.entity}/{found.project}', which is not a registry"
