"""The formats of a preflight's report, for people and for the services that show it: a module for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from registry_doctor.checking.plugins import Loaded
    from registry_doctor.codebase.report.model import PreflightReport
    from registry_doctor.codebase.report.source_lines import SourceLines

FORMATS = ("text", "json", "compact", "github", "markdown", "gitlab", "junit", "sarif")
"""The formats that can be chosen."""

SHOWN_WITH_REPOSITORY = frozenset({"github", "markdown", "gitlab", "junit", "sarif"})
"""Those that a service shows with the files of a repository, which it finds by their paths from the root."""


class TextOptions(Protocol):
    """The options of the text format."""

    @property
    def color(self) -> bool:
        """Whether to colour."""

    @property
    def verbose(self) -> bool:
        """Whether to show targets without problems and silenced findings, too."""

    @property
    def quiet(self) -> bool:
        """Whether to show only the findings and the summary."""

    @property
    def width(self) -> int | None:
        """The longest line; `None` for no limit."""


def render(
    report: PreflightReport,
    format_: str,
    options: TextOptions,
    loaded: Loaded | None = None,
    source: SourceLines | None = None,
) -> str:
    """The report in one of the formats, without a trailing newline.

    `loaded` are the checks whose pages SARIF quotes; by default, the built-in ones. `source` gives the lines that the
    text shows. Raises ValueError for an unknown
    format, and for `json`, which `json.LocatedReports` writes from the full reports.
    """
    match format_:
        case "text":
            from registry_doctor.codebase.report import text

            return text.render(
                report,
                color=options.color,
                verbose=options.verbose,
                quiet=options.quiet,
                width=options.width,
                source=source,
            )
        case "compact":
            from registry_doctor.codebase.report import compact

            return compact.render(report)
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
    raise ValueError(f"a preflight report cannot be rendered as {format_!r}")
