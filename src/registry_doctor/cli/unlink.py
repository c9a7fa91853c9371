"""`wandb-registry unlink`: take a link back; the source artifact stays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.options import api_entity_option, base_url_option, organization_option
from registry_doctor.cli.output import color_wanted, is_terminal
from registry_doctor.cli.page import Page, ask, exit_of_refusal, keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.linking import FoundVersion
    from registry_doctor.workflows.unlink import NotALink, UnlinkRequest


@click.command(
    epilog="""\b
Examples:
  wandb-registry unlink team/model/detector:v0
      a link that landed in an ordinary project, since the prefix wandb-registry- was forgotten
  wandb-registry unlink wandb-registry-model/detector:v3
  wandb-registry unlink --yes 'Acme Robotics/wandb-registry-model/detector:staging'

\b
Exit status: 0 unlinked, 1 refused, 2 wrong usage, 3 inconclusive, 130 interrupted.
"""
)
@click.argument("path", metavar="PATH")
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
    """Take a link back; the source artifact stays.

    PATH names a version or an alias, in a registry or in the ordinary project where a link without the registry
    prefix landed. What a run logged is never touched. The path of the source stands alone on the last line.
    """
    # Imported here: help and completion need none of it.
    from registry_doctor.settings import Given
    from registry_doctor.workflows.unlink import UnlinkRequest

    given = Given(base_url=base_url, entity=entity, organization=organization)
    request = UnlinkRequest(path, given)
    if not request.names_version:
        raise click.UsageError(
            f"{path!r} names no version: say which link is to go, as in {path.rstrip(':') + ':v0'!r}"
        )
    if not (yes or dry_run or is_terminal(sys.stdin)):
        raise click.UsageError(
            "there is no terminal to ask on: --yes unlinks without asking, --dry-run shows"
        )
    keep_secrets(ctx, given)
    page = Page()
    with spinner("asking the doctor", wanted=color_wanted("auto", terminal=True)):
        report = request.preflight()
    if report.exit_code != 0:
        page.findings(report)
        page.suggestion(report, "Nothing was unlinked")
        ctx.exit(report.exit_code)
    found = _find(request, report, page)
    if found is None:
        ctx.exit(1)
    _tell(found, page, dry_run=dry_run)
    if dry_run:
        page.say("Dry run: nothing was unlinked. This is the link:", bold=True)
        page.path(found.full_name)
        ctx.exit(0)
    if not yes:
        ask(ctx, page, "Unlink it?", "nothing was unlinked")
    ctx.exit(_unlink(request, found, page))


def _find(request: UnlinkRequest, report: Report, page: Page) -> FoundVersion | None:
    """The link, as the SDK finds it; `None`, once it is said why, if there is no such link."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import NotALink

    try:
        with spinner("looking for the link", wanted=color_wanted("auto", terminal=True)):
            return request.find()
    except NotALink as source:
        _tell_source(source, page)
    except RefusedBySdk as refusal:
        page.say(f"✗ wandb finds no such version: {visible(str(refusal), report.secrets)}", colour="red")
        # A prefix may have been forgotten here, too.
        meant = request.as_registry_path()
        if not request.in_registry and meant.suggestion is not None and meant.suggestion.verified:
            page.suggestion(meant, "Nothing was unlinked")
        else:
            page.say("Nothing was unlinked.", bold=True)
    return None


def _unlink(request: UnlinkRequest, found: FoundVersion, page: Page) -> int:
    """Unlink, tell what came of it, and return the exit status."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import StillThere

    try:
        with spinner("unlinking", wanted=color_wanted("auto", terminal=True)):
            request.take_back(found)
    except RefusedBySdk as refusal:
        again = request.preflight()
        said = "no answer came" if refusal.unanswered else "refused"
        page.say(f"✗ {said}. In wandb's words:", colour="red")
        page.say(f"  {visible(str(refusal), again.secrets)}", indent="  ")
        if not refusal.unanswered:
            _tell_rights(found, page)
        page.findings(again)
        unknown = f"It is not known whether {found.full_name} was unlinked."
        page.say(unknown if refusal.unanswered else "Nothing was unlinked.", bold=True)
        return exit_of_refusal(refusal)
    except StillThere as problem:
        page.say(f"! wandb says that it unlinked {found.full_name}, but {problem}", colour="yellow")
        return 1 if problem.known else INCONCLUSIVE
    except KeyboardInterrupt:
        click.echo(f"It is not known whether {found.full_name} was unlinked.", err=True)
        raise
    page.say(f"Unlinked {found.full_name}; it is gone.", bold=True)
    _tell_what_stays(found, page)
    return 0


def _tell(found: FoundVersion, page: Page, *, dry_run: bool) -> None:
    """What is to be unlinked, and what stays."""
    from registry_doctor.support.terminal_text import visible
    from registry_doctor.workflows.unlink import place_of

    rows = [
        ("would unlink" if dry_run else "unlink", found.full_name),
        ("from", place_of(found)),
        ("aliases that go", ", ".join(found.aliases) or "none"),
        ("stays", f"{found.source or 'the source, hidden from you,'} of type {found.type}, with its files"),
    ]
    page.table([(label, visible(text)) for label, text in rows])


def _tell_rights(found: FoundVersion, page: Page) -> None:
    """What the person may lack: no field tells who may unlink."""
    page.say("- unlinking takes the right to write there; in a registry that is the role member", indent="  ")
    if found.aliases:
        page.say("- a version with a protected alias is unlinked by an admin of the registry", indent="  ")


def _tell_what_stays(found: FoundVersion, page: Page) -> None:
    if found.source is None:
        page.say("The source artifact remains, in a project that is hidden from you.")
        return
    page.say("The source artifact remains:")
    page.path(found.source)


def _tell_source(source: NotALink, page: Page) -> None:
    """It is no link: say what its links are, the last of them alone on the last line."""
    page.say(
        f"✗ {source.found.full_name} is no link: it is what a run logged. It could only be deleted, and this "
        "command never deletes.",
        colour="red",
        indent="  ",
    )
    if not source.links:
        page.say("It is linked nowhere that you can see. Nothing was unlinked.", bold=True)
        return
    page.say("Nothing was unlinked. Its links are:", bold=True)
    page.line()
    for full_name in source.links:
        page.line(full_name, colour="green", bold=True)
