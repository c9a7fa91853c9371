"""What a preflight says, in the formats of people and of those who show it to them: a module for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from registry_doctor.checking.plugins import Loaded
    from registry_doctor.codebase.report.model import PreflightReport

FORMATS = ("text", "json", "github", "markdown", "gitlab", "junit", "sarif")
"""The formats that can be asked for."""

SHOWN_WITH_REPOSITORY = frozenset({"github", "markdown", "gitlab", "junit", "sarif"})
"""Those that a service shows beside the repository's files, which it knows by their paths from its root."""


class Look(Protocol):
    """How much the text format says, and with which colours."""

    @property
    def color(self) -> bool:
        """Whether to colour."""

    @property
    def verbose(self) -> bool:
        """Whether to show what is well and what is silenced, too."""

    @property
    def quiet(self) -> bool:
        """Whether to show findings and the summary alone."""

    @property
    def width(self) -> int | None:
        """The longest line; `None` for no limit."""


def render(report: PreflightReport, format_: str, look: Look, loaded: Loaded | None = None) -> str:
    """The report in one of the formats, without a trailing newline.

    `loaded` are the checks whose pages SARIF quotes; without it those of the built-in ones. Raises ValueError
    for an unknown format, and for `json`, which is written of the full reports by `json.LocatedReports`.
    """
    match format_:
        case "text":
            from registry_doctor.codebase.report import text

            return text.render(
                report, color=look.color, verbose=look.verbose, quiet=look.quiet, width=look.width
            )
        case "github":
            from registry_doctor.codebase.report import github

            return github.render(report)
        case "markdown":
            from registry_doctor.codebase.report import markdown

            return markdown.render(report)
        case "gitlab":
            from registry_doctor.codebase.report import gitlab

            return gitlab.render(report)
        case "junit":
            from registry_doctor.codebase.report import junit

            return junit.render(report)
        case "sarif":
            from registry_doctor.codebase.report import sarif

            return sarif.render(report, loaded)
    raise ValueError(f"{format_!r} is not rendered of a preflight's report")
