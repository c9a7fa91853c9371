"""`wandb-registry unlink`: remove a link; the source artifact stays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.live_names import targets
from registry_doctor.cli.options import api_entity_option, base_url_option, organization_option
from registry_doctor.cli.output import color_wanted, is_terminal
from registry_doctor.cli.page import Printer, ask, exit_of_refusal, keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.linking import FoundVersion
    from registry_doctor.workflows.unlink import NotALink, UnlinkRequest


@click.command(
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry unlink team/model/detector:v0
      a link that landed in an ordinary project, because the prefix wandb-registry- was missing
  wandb-registry unlink wandb-registry-model/detector:v3
  wandb-registry unlink --yes 'Acme Robotics/wandb-registry-model/detector:staging'

\b
Exit status: 0 unlinked, 1 refused, 2 wrong usage, 3 inconclusive, 130 interrupted.
""",
)
@click.argument("path", metavar="PATH", shell_complete=targets)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Check, say what would be done, and write nothing.")
@api_entity_option
@organization_option
@base_url_option
@click.pass_context
def unlink(
    ctx: click.Context,
    *,
    path: str,
    yes: bool,
    dry_run: bool,
    entity: str | None,
    organization: str | None,
    base_url: str | None,
) -> None:
    """Remove a link; the source artifact stays.

    PATH names a version or an alias, in a registry or in the ordinary project where a link without the registry
    prefix landed. An artifact that a run logged is never changed. The last line is the path of the source.
    """
    # Imported here: help and completion need none of it.
    from registry_doctor.settings import Given
    from registry_doctor.workflows.unlink import UnlinkRequest

    given = Given(base_url=base_url, entity=entity, organization=organization)
    request = UnlinkRequest(path, given)
    if not request.names_version:
        raise click.UsageError(
            f"{path!r} has no version; add the version of the link to remove, as in {path.rstrip(':') + ':v0'!r}"
        )
    if not (yes or dry_run or is_terminal(sys.stdin)):
        raise click.UsageError(
            "cannot ask for confirmation without a terminal; use --yes to unlink, or --dry-run to see what would be done"
        )
    keep_secrets(ctx, given)
    printer = Printer()
    with spinner("asking the doctor", wanted=color_wanted("auto", terminal=True)):
        report = request.preflight()
    if report.exit_code != 0:
        printer.findings(report)
        printer.suggestion(report, "Nothing was unlinked")
        ctx.exit(report.exit_code)
    found = _find(request, report, printer)
    if found is None:
        ctx.exit(1)
    _print_plan(found, printer, dry_run=dry_run)
    if dry_run:
        printer.say("Dry run: nothing was unlinked. This is the link:", bold=True)
        printer.path(found.full_name)
        ctx.exit(0)
    if not yes:
        ask(ctx, printer, "Unlink it?", "nothing was unlinked")
    ctx.exit(_unlink(request, found, printer))


def _find(request: UnlinkRequest, report: Report, printer: Printer) -> FoundVersion | None:
    """Return the link that the SDK finds; if there is none, print why and return `None`."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import NotALink

    try:
        with spinner("looking for the link", wanted=color_wanted("auto", terminal=True)):
            return request.find()
    except NotALink as source:
        _print_source(source, printer)
    except RefusedBySdk as refusal:
        printer.say(f"✗ wandb finds no such version: {visible(str(refusal), report.secrets)}", colour="red")
        # The prefix may also be missing in this path.
        meant = request.as_registry_path()
        if not request.in_registry and meant.suggestion is not None and meant.suggestion.verified:
            printer.suggestion(meant, "Nothing was unlinked")
        else:
            printer.say("Nothing was unlinked.", bold=True)
    return None


def _unlink(request: UnlinkRequest, found: FoundVersion, printer: Printer) -> int:
    """Unlink, print the result, and return the exit status."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import StillThere

    try:
        with spinner("unlinking", wanted=color_wanted("auto", terminal=True)):
            request.take_back(found)
    except RefusedBySdk as refusal:
        again = request.preflight()
        outcome = "no answer came" if refusal.unanswered else "refused"
        printer.say(f"✗ {outcome}. Message of wandb:", colour="red")
        printer.say(f"  {visible(str(refusal), again.secrets)}", indent="  ")
        if not refusal.unanswered:
            _print_rights(found, printer)
        printer.findings(again)
        unknown = f"It is not known whether {found.full_name} was unlinked."
        printer.say(unknown if refusal.unanswered else "Nothing was unlinked.", bold=True)
        return exit_of_refusal(refusal)
    except StillThere as problem:
        printer.say(f"! wandb says that it unlinked {found.full_name}, but {problem}", colour="yellow")
        return 1 if problem.known else INCONCLUSIVE
    except KeyboardInterrupt:
        click.echo(f"It is not known whether {found.full_name} was unlinked.", err=True)
        raise
    printer.say(f"Unlinked {found.full_name}; it is gone.", bold=True)
    _print_what_stays(found, printer)
    return 0


def _print_plan(found: FoundVersion, printer: Printer, *, dry_run: bool) -> None:
    """Print what is unlinked, and what stays."""
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import describe_location

    rows = [
        ("would unlink" if dry_run else "unlink", found.full_name),
        ("from", describe_location(found)),
        ("aliases that go", ", ".join(found.aliases) or "none"),
        ("stays", f"{found.source or 'the source, hidden from you,'} of type {found.type}, with its files"),
    ]
    printer.table([(label, visible(text)) for label, text in rows])


def _print_rights(found: FoundVersion, printer: Printer) -> None:
    """Print which rights may be missing; the API does not say who may unlink."""
    printer.say("- unlinking needs write access; in a registry that is the role member", indent="  ")
    if found.aliases:
        printer.say("- only a registry admin can unlink a version with a protected alias", indent="  ")


def _print_what_stays(found: FoundVersion, printer: Printer) -> None:
    if found.source is None:
        printer.say("The source artifact remains, in a project that is hidden from you.")
        return
    printer.say("The source artifact remains:")
    printer.path(found.source)


def _print_source(source: NotALink, printer: Printer) -> None:
    """Report that the version is not a link, and print its links."""
    printer.say(
        f"✗ {source.found.full_name} is not a link: a run logged it. It could only be deleted, and this "
        "command never deletes anything.",
        colour="red",
        indent="  ",
    )
    if not source.links:
        printer.say("You can see no link to it. Nothing was unlinked.", bold=True)
        return
    printer.say("Nothing was unlinked. Its links are:", bold=True)
    printer.line()
    for full_name in source.links:
        printer.line(full_name, colour="green", bold=True)
