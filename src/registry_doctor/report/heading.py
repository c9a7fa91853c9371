"""The head of a report: the call, the server and the user, each with a label."""

from __future__ import annotations

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.report.model import Provenance, Report
from registry_doctor.support.terminal_text import PATH_LIMIT, visible


def heading(report: Report) -> list[tuple[str, str]]:
    """The labels of the head with their texts, safe to print."""
    head = _Heading(report)
    return head.about_call() if report.places is None else head.about_person()


_PURPOSES: dict[Purpose, str] = {"link": "link to", "use": "use", "collection": "look at"}


class _Heading:
    """Builds the head of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._context = report.context

    def about_call(self) -> list[tuple[str, str]]:
        """The rows about a call: its path, purpose and context."""
        target = self._report.target
        rows = [(_PURPOSES[target.for_], self._path())]
        kind = f"type {self._shown(target.type)}" if target.type is not None else ""
        if target.artifact is not None:
            rows.append(("artifact", ", ".join(filter(None, [self._shown(target.artifact), kind]))))
        elif target.for_ == "link":
            rows.append(("artifact", f"a draft of {kind}" if kind else "not given, nor its type"))
        elif kind:
            rows.append(("artifact", kind))
        if target.aliases:
            rows.append(("aliases", ", ".join(self._shown(alias) for alias in target.aliases)))
        rows += [
            ("server", self._server()),
            ("user", self._user()),
            ("entity", self._from(self._context.entity)),
        ]
        if self._context.organization.source is not None:
            rows.append(("organization", self._from(self._context.organization)))
        if landing := self._wrong_landing():
            rows.append(("lands in", landing))
        return rows

    def about_person(self) -> list[tuple[str, str]]:
        """The rows about a person: the account, and each setting with its source."""
        context = self._context
        rows = [
            ("user", self._shown(context.viewer or "unknown")),
            ("credentials", self._from(context.credentials, "none")),
            ("server", self._server()),
            ("entity", self._from(context.entity)),
            ("organization", self._from(context.organization)),
            ("project", self._from(context.project)),
            ("mode", self._from(context.mode)),
            ("SDK", f"wandb {self._shown(context.sdk_version)}" if context.sdk_version else "not installed"),
        ]
        if context.viewer is not None:
            rows += [("teams", self._teams()), ("organizations", self._organizations())]
        return rows

    def _path(self) -> str:
        path = self._report.target.input or ""
        shown = self._shown(path)
        # Quotes make visible where a path begins and ends.
        return shown if path and path == path.strip() else f"'{shown}'"

    def _server(self) -> str:
        version = self._context.server_version
        address = self._from(self._context.base_url)
        return f"{address}, version {self._shown(version)}" if version else address

    def _user(self) -> str:
        who = self._shown(self._context.viewer or "unknown")
        if self._context.credentials.value is None and self._context.credentials.source is None:
            return f"{who}, no credentials"
        return f"{who}, with {self._from(self._context.credentials, 'credentials')}"

    def _teams(self) -> str:
        teams = self._report.teams.items()
        return (
            ", ".join(
                f"{self._shown(team)} ({self._shown(owner or 'no organization')})" for team, owner in teams
            )
            or "none"
        )

    def _organizations(self) -> str:
        entities = {place.organization: place.entity for place in self._report.places or ()}
        known = [f"{self._shown(name)} (entity {self._shown(entity)})" for name, entity in entities.items()]
        others = dict.fromkeys(
            owner for owner in self._report.teams.values() if owner and owner not in entities
        )
        return ", ".join([*known, *map(self._shown, others)]) or "none"

    def _wrong_landing(self) -> str | None:
        """The destination of the link as typed, if it is outside any registry and wandb would not complain."""
        resolved, target = self._report.resolved, self._report.target
        project = resolved.project
        if not self._report.errors or not project or is_registry_project(project) or target.for_ != "link":
            return None
        parts = (resolved.entity, project, resolved.collection)
        return f"{self._shown('/'.join(part for part in parts if part))} as typed, outside any registry"

    def _from(self, found: Provenance, otherwise: str = "not set") -> str:
        value = otherwise if found.value is None else self._shown(found.value)
        return f"{value} ({self._shown(found.source)})" if found.source else value

    def _shown(self, text: str) -> str:
        return visible(text, self._report.secrets, PATH_LIMIT)
