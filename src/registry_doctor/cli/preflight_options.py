"""The options of a preflight: from the command line, else from the configuration."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from registry_doctor.cli.configuration_option import Chosen
from registry_doctor.cli.output import OutputFile, output_files
from registry_doctor.codebase.report.formats import FORMATS
from registry_doctor.support.records import record

if TYPE_CHECKING:
    from registry_doctor.codebase.job import Job
    from registry_doctor.diagnosis.configuration import Configuration


@record(frozen=True)
class PreflightOptions:
    """What to search, for whom, and how to report."""

    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    supplied: dict[str, str]
    logs: tuple[str, ...]
    manifests: tuple[str, ...]
    for_: Literal["link", "use"]
    entity: str | None
    project: str | None
    organization: str | None
    base_url: str | None
    sdk_version: str | None
    format_: str | None
    outputs: tuple[OutputFile, ...]
    baseline: str | None
    confirm: bool
    offline: bool
    require_credentials: bool
    trust_checkout: bool
    no_plugins: bool
    color: str
    verbose: bool
    quiet: bool

    def settled(self, ctx: click.Context, configuration: Configuration) -> tuple[PreflightOptions, Job]:
        """The options with those of the configuration, and the job without its standard input.

        Raises UsageError if they contradict each other.
        """
        from registry_doctor.codebase.job import Job
        from registry_doctor.codebase.source.gitignore import excluding
        from registry_doctor.settings import Given

        chosen = Chosen(ctx, configuration)
        baseline = chosen.text("baseline", self.baseline)
        if baseline is not None and chosen.file_of("baseline"):
            baseline = str(chosen.folder / baseline)
        settled = replace(
            self,
            for_="use" if chosen.text("for", self.for_, "for_") == "use" else "link",
            format_=chosen.text("format", self.format_, "format_"),
            outputs=self._outputs(ctx, chosen),
            baseline=baseline,
            confirm=chosen.flag("confirm", self.confirm),
            offline=chosen.flag("offline", self.offline),
            no_plugins=not chosen.flag("plugins", not self.no_plugins, "no_plugins"),
            color=chosen.text("color", self.color) or "auto",
            verbose=chosen.flag("verbose", self.verbose),
            quiet=chosen.flag("quiet", self.quiet),
        )
        if settled.verbose and settled.quiet:
            raise click.UsageError("--verbose and --quiet cannot be used together")
        given = Given(
            base_url=chosen.text("base-url", self.base_url),
            entity=chosen.text("entity", self.entity),
            project=chosen.text("project", self.project),
            organization=chosen.text("organization", self.organization),
            base_url_file=chosen.file_of("base-url"),
        )
        version = chosen.text("sdk-version", self.sdk_version)
        exclude = chosen.texts("exclude", self.exclude)
        excluded_from = chosen.folder if chosen.file_of("exclude") else _working_directory()
        job = Job(
            paths=tuple(path for path in chosen.files("paths", self.paths) if str(path) != "-"),
            root=_working_directory(),
            excluded=excluding(excluded_from, exclude) if exclude else None,
            supplied=chosen.supplied(self.supplied),
            manifests=chosen.files("manifest", self.manifests, "manifests"),
            logs=chosen.files("from-log", self.logs, "logs"),
            for_=settled.for_,
            given=replace(given, sources=chosen.sources()),
            sdk_version=(version, chosen.source_of("sdk-version")) if version is not None else None,
            require_credentials=chosen.flag("require-credentials", self.require_credentials),
            trust_checkout=self.trust_checkout,
            strangers=not settled.no_plugins,
        )
        return settled, job

    def _outputs(self, ctx: click.Context, chosen: Chosen) -> tuple[OutputFile, ...]:
        configured = chosen.texts("output", (), "outputs")
        if self.outputs or not configured:
            return self.outputs
        pairs = (value.partition(":") for value in configured)
        inside = tuple(f"{format_}{colon}{chosen.folder / file}" for format_, colon, file in pairs)
        return output_files(FORMATS)(ctx, click.Option(["--output"]), inside)


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError as gone:
        raise click.UsageError("the working directory no longer exists; change to another one") from gone
