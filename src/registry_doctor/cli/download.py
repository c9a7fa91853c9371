"""`wandb-registry download`: download a version, after the doctor has confirmed that it will work, and verify every file."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE, INTERRUPTED
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.live_names import targets
from registry_doctor.cli.options import (
    api_entity_option,
    base_url_option,
    organization_option,
    result_format_option,
)
from registry_doctor.cli.output import color_wanted, is_terminal, print_json
from registry_doctor.cli.page import Printer, exit_of_refusal, keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.sdk.transfer import Contents
    from registry_doctor.workflows.download import Downloaded, DownloadRequest, TransferProgress

_SCHEMA_VERSION = 1

_BAR = 24
_CLEAR_LINE = "\r\x1b[K"


def entity_and_project(
    _ctx: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, str] | None:
    """Split an option of the form `ENTITY/PROJECT`."""
    if value is None:
        return None
    entity, slash, project = value.partition("/")
    if not slash or not entity.strip() or not project.strip() or "/" in project or ":" in project:
        raise click.BadParameter(f"{value!r} must be {parameter.metavar}")
    return entity, project


@click.command(
    "download",
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry download wandb-registry-model/detector:production
  wandb-registry download --root model 'Acme Robotics/wandb-registry-model/detector:v0'
  wandb-registry download --run team/project wandb-registry-model/detector:v0
      in a run of its own, so that W&B shows who used the version
  cd "$(wandb-registry download wandb-registry-model/detector:v0 | tail -n 1)"

\b
Exit status: 0 downloaded, 1 refused or not complete, 2 wrong usage, 3 inconclusive, 130 interrupted.
""",
)
@click.argument("path", metavar="PATH", shell_complete=targets)
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to download to.  [default: as in wandb, ./artifacts/NAME:VERSION]",
)
@click.option(
    "--run",
    callback=entity_and_project,
    metavar="ENTITY/PROJECT",
    help="Create a run there that uses the version, so that lineage is recorded.",
)
@click.option("--type", "type_", metavar="TYPE", help="The type that the artifact must have.")
@api_entity_option
@organization_option
@base_url_option
@click.option("--dry-run", is_flag=True, help="Check, say what would be downloaded, and write nothing.")
@result_format_option
@click.pass_context
def download_command(
    ctx: click.Context,
    *,
    path: str,
    root: Path | None,
    run: tuple[str, str] | None,
    type_: str | None,
    entity: str | None,
    organization: str | None,
    base_url: str | None,
    dry_run: bool,
    format_: str,
) -> None:
    """Download a version from a registry, and verify the digest of every file.

    If the doctor finds an error, nothing is downloaded. The last line is the folder, or the corrected path if
    nothing was downloaded. Without --run nothing is written to the server.
    """
    if run is not None and entity is not None:
        raise click.UsageError("--entity cannot be used with --run, which already names the entity")
    # Imported here: help and completion need none of it.
    from registry_doctor.settings import Given, read_settings
    from registry_doctor.workflows.download import DownloadRequest

    of_run, project = run or (entity, None)
    given = Given(base_url=base_url, entity=of_run, project=project, organization=organization)
    mode = read_settings(given).mode.value
    if run is not None and mode in ("offline", "dryrun", "disabled"):
        raise click.UsageError(
            f"a run cannot use an artifact in wandb mode {mode!r}; leave out --run, or set WANDB_MODE=online"
        )
    keep_secrets(ctx, given)
    request = DownloadRequest(path, root, type_, run, given)
    printer = _AsJson() if format_ == "json" else _AsText()
    with spinner("asking the doctor", wanted=color_wanted("auto", terminal=True)):
        report = request.preflight()
    # A download may show what the doctor could not check, and it changes nothing. A dry run shows only what was checked.
    # wandb would wait half a minute for a server that did not even say who is asking.
    unanswered = report.exit_code == INCONCLUSIVE and report.context.viewer is None
    if report.errors or unanswered or (dry_run and report.exit_code != 0):
        printer.stopped(report)
        ctx.exit(report.exit_code)
    ctx.exit(_download(request, report, printer, dry_run=dry_run))


def _download(request: DownloadRequest, report: Report, printer: _AsText | _AsJson, *, dry_run: bool) -> int:
    """Download, print the result, and return the exit status."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.sdk.transfer import leave_at_once
    from registry_doctor.workflows.download import NotDone, look_up, make_download

    try:
        with spinner("asking for the list of files", wanted=color_wanted("auto", terminal=True)):
            contents = look_up(request)
        if dry_run:
            printer.would_download(request, contents, report)
            return 0
        printer.begins(request, contents, report)
    except RefusedBySdk as refusal:
        printer.failed(report, said_by_wandb(refusal), exit_of_refusal(refusal))
        return exit_of_refusal(refusal)
    except NotDone as problem:
        printer.failed(report, str(problem), problem.exit_code)
        return problem.exit_code
    try:
        with progress_bar("downloading") as look:
            downloaded = make_download(request, contents, look)
    except RefusedBySdk as refusal:
        words = f"{said_by_wandb(refusal)}. The download is not complete"
        printer.failed(report, words, exit_of_refusal(refusal))
        return exit_of_refusal(refusal)
    except NotDone as problem:
        printer.failed(report, str(problem), problem.exit_code)
        return problem.exit_code
    except KeyboardInterrupt:
        folder = str(request.folder(contents))
        click.echo(f"interrupted; the download to {folder!r} is not complete", err=True)
        leave_at_once(INTERRUPTED)
    printer.downloaded(downloaded, report)
    return 0


def said_by_wandb(refusal: RefusedBySdk) -> str:
    """A refusal by wandb or the server, as a clause."""
    who = "the server gave no answer" if refusal.unanswered else "wandb refused"
    return f"{who}: {str(refusal).rstrip('.')}"


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[TransferProgress], None]]:
    """Provide a function that shows the progress on standard error, if it is a terminal; clear the line at the end."""
    stream = sys.stderr
    if not is_terminal(stream) or os.environ.get("TERM") == "dumb":
        yield lambda _progress: None
        return
    from registry_doctor.workflows.download import in_bytes

    def show(progress: TransferProgress) -> None:
        if progress.files == progress.of_files:
            # The next output starts on an empty line.
            stream.write(_CLEAR_LINE)
            stream.flush()
            return
        share = progress.size / progress.of_size if progress.of_size else 0.0
        bar = ("#" * int(_BAR * share)).ljust(_BAR, "-")
        files = f"{progress.files} of {progress.of_files} files"
        line = f"{words} [{bar}] {files}, {in_bytes(progress.size)} of {in_bytes(progress.of_size)}"
        stream.write(_CLEAR_LINE + line[: shutil.get_terminal_size().columns - 1])
        stream.flush()

    try:
        yield show
    finally:
        stream.write(_CLEAR_LINE)
        stream.flush()


def amount(contents: Contents) -> str:
    """Files, bytes and references in words."""
    from registry_doctor.workflows.download import in_bytes

    files, references = len(contents.files), len(contents.references)
    text = f"{files} {'file' if files == 1 else 'files'}, {in_bytes(contents.size)}"
    if not references:
        return text
    return f"{text}, and {references} {'reference' if references == 1 else 'references'}"


class _AsText(Printer):
    """The download for people."""

    def stopped(self, report: Report) -> None:
        """The preflight found an error, or could not check everything."""
        self.findings(report)
        self.suggestion(report, "Nothing was downloaded")

    def would_download(self, request: DownloadRequest, contents: Contents, report: Report) -> None:
        """What a dry run found."""
        self.warnings(report)
        rows = [("would download", contents.path), *_rows(contents)]
        if request.run is not None:
            rows.append(("would create", f"a run in {'/'.join(request.run)}, which uses it"))
        self._table(rows, report)
        self._note_others(request, contents)
        self.say("Dry run: nothing was written. The download would go to:", bold=True)
        self.path(str(request.folder(contents)))

    def begins(self, request: DownloadRequest, contents: Contents, report: Report) -> None:
        """Announce the download on standard error; standard output is for the result."""
        from registry_doctor.support.terminal_text import visible

        click.echo(visible(f"Downloading {contents.path}: {amount(contents)}.", report.secrets), err=True)
        if request.run is not None:
            destination = "/".join(request.run)
            click.echo(visible(f"This creates a run in {destination}, which records the use."), err=True)
        if report.exit_code == INCONCLUSIVE:
            click.echo("Some checks could not be made before the download.", err=True)
        for each in report.results:
            if each.is_warning:
                click.echo(visible(f"! {each.code} {each.name}: {each.message}", report.secrets), err=True)
        self._note_others(request, contents)

    def downloaded(self, downloaded: Downloaded, report: Report) -> None:
        """Print what was downloaded, and the folder."""
        contents = downloaded.contents
        rows = [("downloaded", contents.path), *_rows(contents)]
        files = "every file matches its digest" if contents.files else "there are no files to compare"
        rows.append(
            ("compared", f"{files}; references have no digest to verify" if contents.references else files)
        )
        if downloaded.run is not None:
            rows.append(("run", f"{downloaded.run}, which records the use"))
        self._table(rows, report)
        self.path(str(downloaded.folder))

    def failed(self, report: Report, words: str, exit_code: int) -> None:
        """It was not downloaded, or not completely."""
        from registry_doctor.support.terminal_text import visible

        click.echo(f"Error: {visible(words, report.secrets)}.", err=True)

    def _table(self, rows: list[tuple[str, str]], report: Report) -> None:
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible

        self.table([(label, visible(text, report.secrets, PATH_LIMIT)) for label, text in rows])

    def _note_others(self, request: DownloadRequest, contents: Contents) -> None:
        from registry_doctor.support.terminal_text import visible
        from registry_doctor.workflows.download import others_in

        folder = request.folder(contents)
        others = others_in(folder, contents)
        if others:
            noun = "file that is" if others == 1 else "files that are"
            words = f"{str(folder)!r} has {others} other {noun} not of this version, kept as before."
            click.echo(visible(words), err=True)


def _rows(contents: Contents) -> list[tuple[str, str]]:
    rows = [("version", contents.version), ("type", contents.type), ("contents", amount(contents))]
    if contents.source not in (None, contents.path):
        rows.insert(1, ("source", str(contents.source)))
    return rows


class _AsJson:
    """The download for programs."""

    def stopped(self, report: Report) -> None:
        """The preflight found an error."""
        self._print(report, report.exit_code)

    def would_download(self, request: DownloadRequest, contents: Contents, report: Report) -> None:
        """What a dry run found."""
        self._print(report, 0, _document(contents, request.folder(contents), None), dry_run=True)

    def begins(self, request: DownloadRequest, contents: Contents, report: Report) -> None:
        """Print nothing before the result."""

    def downloaded(self, downloaded: Downloaded, report: Report) -> None:
        """Print what was downloaded, and the folder."""
        self._print(report, 0, _document(downloaded.contents, downloaded.folder, downloaded.run))

    def failed(self, report: Report, words: str, exit_code: int) -> None:
        """It was not downloaded, or not completely."""
        self._print(report, exit_code, refusal=words)

    def _print(
        self,
        report: Report,
        exit_code: int,
        downloaded: dict[str, str | int | None] | None = None,
        *,
        refusal: str | None = None,
        dry_run: bool = False,
    ) -> None:
        from registry_doctor.support.redaction import redact

        document = {
            "schema_version": _SCHEMA_VERSION,
            "exit_code": exit_code,
            "dry_run": dry_run,
            "downloaded": downloaded,
            "refusal": refusal,
            "diagnosis": json.loads(report.to_json()),
        }
        print_json(redact(json.dumps(document, ensure_ascii=False, indent=1), report.secrets))


def _document(contents: Contents, folder: Path, run: str | None) -> dict[str, str | int | None]:
    return {
        "path": contents.path,
        "version": contents.version,
        "type": contents.type,
        "source": contents.source,
        "files": len(contents.files),
        "references": len(contents.references),
        "bytes": contents.size,
        "folder": str(folder),
        "run": run,
    }
