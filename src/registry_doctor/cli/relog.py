"""`wandb-registry relog`: log an artifact again under a team, so that it can be linked to a registry."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE, INTERRUPTED, Session
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.download import amount, entity_and_project, progress_bar, said_by_wandb
from registry_doctor.cli.live_names import artifacts
from registry_doctor.cli.output import color_wanted, is_terminal
from registry_doctor.cli.page import Printer, ask, exit_of_refusal, keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.support.redaction import Secret
    from registry_doctor.workflows.link import LinkRequest
    from registry_doctor.workflows.relog import Relogged, RelogPlan, RelogRequest


@click.command(
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry relog alice/scratch/yolo:v0 --to team/detectors
  wandb-registry relog alice/scratch/yolo:v0 --to team/detectors --link wandb-registry-model/detector --alias staging
  wandb-registry relog --dry-run alice/scratch/yolo:best --to team/detectors

Name, type, files, references, metadata, description and aliases are kept; `latest` and the version number are
given by the server, and SOURCE stays as it is. After an interruption, run the command again: nothing is
logged twice.

\b
Exit status: 0 done, 1 refused, 2 wrong usage, 3 inconclusive, 130 interrupted.
""",
)
@click.argument("source", metavar="SOURCE", shell_complete=artifacts)
@click.option(
    "--to",
    "destination",
    required=True,
    callback=entity_and_project,
    metavar="TEAM/PROJECT",
    help="Where to log it; a missing project is created.",
)
@click.option("--link", "link", metavar="TARGET_PATH", help="Link it to this collection afterwards.")
@click.option(
    "--alias", "aliases", multiple=True, metavar="ALIAS", help="An alias for the linked version; repeatable."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Check, say what would be written, and write nothing.")
@click.pass_context
def relog(
    ctx: click.Context,
    *,
    source: str,
    destination: tuple[str, str],
    link: str | None,
    aliases: tuple[str, ...],
    yes: bool,
    dry_run: bool,
) -> None:
    """Log an artifact again under a team, so that it can be linked to a registry.

    What a person logged under their own name cannot be linked, and cannot be moved. SOURCE is
    ENTITY/PROJECT/NAME:VERSION. The last line is the path of the new version, or with --link
    the path of the linked version.
    """
    if aliases and link is None:
        raise click.UsageError(
            "--alias needs --link, because it sets aliases of the linked version; the aliases of SOURCE are always kept"
        )
    if not (yes or dry_run or is_terminal(sys.stdin)):
        raise click.UsageError(
            "cannot ask for confirmation without a terminal; use --yes to log it, or --dry-run to see what would be done"
        )
    # Imported here: help and completion need none of it.
    from registry_doctor.settings import Given
    from registry_doctor.workflows.relog import RelogRequest

    request = RelogRequest(source, *destination, link, aliases)
    if request.names_registry:
        raise click.UsageError(
            f"{source!r} is a registry path, so its source is already in a team; use "
            "`wandb-registry link` to link that source elsewhere"
        )
    keep_secrets(ctx, Given())
    session = ctx.find_object(Session)
    printer = _RelogPrinter(session.secrets if session else ())
    plan = _look(ctx, request, printer)
    printer.plan(plan)
    if dry_run:
        would_be = "It is logged already as:" if plan.existing else "It would be logged as:"
        printer.say(f"Dry run: nothing was written. {would_be}", bold=True)
        printer.path(plan.path)
        ctx.exit(0)
    if plan.writes and not yes:
        ask(ctx, printer, "Do this?", "nothing was written")
    ctx.exit(_relog(plan, printer))


def _look(ctx: click.Context, request: RelogRequest, printer: _RelogPrinter) -> RelogPlan:
    """Return the plan; if there is none, print why and end the command."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.workflows.download import NotDone
    from registry_doctor.workflows.relog import LinkNotAllowed, make_plan

    try:
        with spinner("looking at the artifact, the team and the link", wanted=_spinner_wanted()):
            return make_plan(request)
    except LinkNotAllowed as refused:
        printer.findings(refused.report)
        printer.suggestion(refused.report, "Nothing was written")
        ctx.exit(refused.report.exit_code)
    except NotDone as problem:
        printer.error(str(problem))
        ctx.exit(problem.exit_code)
    except RefusedBySdk as refusal:
        printer.error(f"{said_by_wandb(refusal)}. Nothing was written")
        ctx.exit(exit_of_refusal(refusal))


def _relog(plan: RelogPlan, printer: _RelogPrinter) -> int:
    """Log it, link it, print the result, and return the exit status."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.sdk.transfer import leave_at_once
    from registry_doctor.workflows.download import NotDone
    from registry_doctor.workflows.relog import make_relog

    try:
        with progress_bar("downloading") as look:
            relogged = make_relog(plan, look, printer.stage)
    except RefusedBySdk as refusal:
        printer.error(f"{said_by_wandb(refusal)}. Run the command again: nothing is logged twice")
        return exit_of_refusal(refusal)
    except NotDone as problem:
        printer.error(str(problem))
        return problem.exit_code
    except KeyboardInterrupt:
        click.echo("interrupted; run the command again: nothing is logged twice", err=True)
        leave_at_once(INTERRUPTED)
    printer.relogged(relogged, plan)
    link = plan.request.link_of(relogged.contents.path)
    if link is None:
        printer.path(relogged.contents.path)
        return 0
    return _link(link, printer)


def _link(request: LinkRequest, printer: _RelogPrinter) -> int:
    """Diagnose the logged artifact, and link it."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.workflows.link import NotReadBack, make_link

    with spinner("asking the doctor", wanted=_spinner_wanted()):
        report = request.preflight()
    if report.exit_code != 0:
        printer.findings(report)
        printer.not_linked(request)
        return report.exit_code
    try:
        with spinner("linking", wanted=_spinner_wanted()):
            linked = make_link(request, report)
    except RefusedBySdk as refusal:
        printer.refused_link(request, refusal)
        return exit_of_refusal(refusal)
    except NotReadBack as problem:
        printer.error(
            f"wandb says that it linked {problem.full_name}, but the link cannot be confirmed: {problem}"
        )
        return 1 if problem.absent else INCONCLUSIVE
    except KeyboardInterrupt:
        click.echo(f"{request.artifact} was logged; it is not known whether it was linked", err=True)
        raise
    printer.table([("linked", linked.full_name), ("aliases", ", ".join(linked.aliases) or "none")])
    for alias in linked.missing_aliases:
        printer.say(f"! alias {alias!r} was requested, but the server did not set it", colour="yellow")
    printer.path(linked.full_name)
    return 0


def _spinner_wanted() -> bool:
    return color_wanted("auto", terminal=True)


class _RelogPrinter(Printer):
    """Prints the steps and results of relogging."""

    def __init__(self, secrets: tuple[Secret, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def plan(self, plan: RelogPlan) -> None:
        """Print what would be written, and where."""
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible

        request, source = plan.request, plan.source
        if plan.existing is None:
            rows = [
                ("log again", source.path),
                ("as", f"{plan.path}; the server sets the version and `latest`"),
                ("type", source.type),
                ("contents", f"{amount(source)}; downloaded to a temporary folder, then uploaded"),
                ("aliases", ", ".join(source.aliases) or "none of its own"),
                ("by", f"a new run in {request.destination}, of job type relog"),
            ]
        else:
            rows = [("log again", f"not needed: {plan.existing.path} has the same contents as {source.path}")]
            if plan.new_aliases:
                rows.append(("aliases to add", ", ".join(plan.new_aliases)))
        if request.link is not None:
            aliases = f", with {', '.join(request.aliases)}" if request.aliases else ""
            rows.append(("then link to", f"{request.link}{aliases}"))
        for label, text in _aligned(rows):
            click.echo(f"{label}{visible(text, limit=PATH_LIMIT)}", err=True)
        if plan.link_report is not None:
            for each in plan.link_report.results:
                if each.is_warning:
                    self._note(f"! {each.code} {each.name}: {each.message}")
        if plan.artifact_references:
            self._note(
                f"! {plan.artifact_references} of the references point to other artifacts; people without access to "
                "those cannot download them"
            )
        for what in plan.differs:
            self._note(f"! the {what} of {plan.path} is different, and stays unchanged")

    def stage(self, name: str) -> None:
        """Print which stage starts."""
        if name != "downloading" or not is_terminal(sys.stderr):
            click.echo(f"{name} …", err=True)

    def relogged(self, relogged: Relogged, plan: RelogPlan) -> None:
        """Print the logged artifact."""
        from registry_doctor.support.terminal_text import visible

        contents, source = relogged.contents, plan.source
        rows = [
            ("there already" if relogged.reused else "logged", contents.path),
            (
                "contents",
                f"{amount(contents)}, the same manifest as {source.path} (digest {contents.digest})",
            ),
        ]
        if source.aliases:
            rows.append(("aliases", ", ".join(source.aliases)))
        self.table([(label, visible(text)) for label, text in rows])

    def not_linked(self, request: LinkRequest) -> None:
        """Print that it was logged but not linked; the last line is the path for another attempt."""
        self.say("It was logged but not linked. Path to link:", bold=True)
        self.path(request.artifact)

    def refused_link(self, request: LinkRequest, refusal: RefusedBySdk) -> None:
        """Print the refusal of wandb or the server, although the doctor found nothing wrong."""
        from registry_doctor.support.terminal_text import visible
        from registry_doctor.workflows.link import behind_refusal

        again = request.preflight()
        self.say(f"✗ {visible(said_by_wandb(refusal), again.secrets)}", colour="red", indent="  ")
        for sentence in behind_refusal(refusal, again):
            self.say(f"- {visible(sentence, again.secrets)}", indent="  ")
        self.findings(again)
        if refusal.unanswered:
            self.say("It was logged; it is not known whether it was linked. Path to link:", bold=True)
            self.path(request.artifact)
        else:
            self.not_linked(request)

    def error(self, words: str) -> None:
        """Print why it was not done."""
        from registry_doctor.support.terminal_text import visible

        click.echo(f"Error: {visible(words, self._secrets)}.", err=True)

    def _note(self, words: str) -> None:
        from registry_doctor.support.terminal_text import visible

        click.echo(visible(words), err=True)


def _aligned(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    width = max(len(label) for label, _ in rows) + 2
    return [(label.ljust(width), text) for label, text in rows]
