"""`wandb-registry link`: link a logged artifact, after the doctor has confirmed that it will work."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from registry_doctor.cli import INCONCLUSIVE
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.live_names import artifacts, targets
from registry_doctor.cli.options import base_url_option, organization_option, result_format_option
from registry_doctor.cli.output import (
    color_wanted,
    print_json,
)
from registry_doctor.cli.page import Printer, exit_of_refusal, keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.workflows.link import Linked, LinkRequest, NotReadBack

_SCHEMA_VERSION = 1


@click.command(
    "link",
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry link team/project/yolo:v0 wandb-registry-model/detector
  wandb-registry link team/project/yolo:best wandb-registry-model/detector --alias staging --alias demo
  wandb-registry link --dry-run team/project/yolo:v0 'wandb-registry-Fine-tuned Models/phi3-finetuned'

\b
Exit status: 0 linked, 1 refused, 2 wrong usage, 3 inconclusive, 130 interrupted.
""",
)
@click.argument("artifact", metavar="ARTIFACT", shell_complete=artifacts)
@click.argument("target_path", metavar="TARGET_PATH", shell_complete=targets)
@click.option(
    "--alias", "aliases", multiple=True, metavar="ALIAS", help="An alias for the linked version; repeatable."
)
@click.option("--entity", metavar="NAME", help="As WANDB_ENTITY, for an ARTIFACT that names no entity.")
@organization_option
@base_url_option
@click.option("--dry-run", is_flag=True, help="Check, say what would be done, and write nothing.")
@result_format_option
@click.pass_context
def link_command(
    ctx: click.Context,
    *,
    artifact: str,
    target_path: str,
    aliases: tuple[str, ...],
    entity: str | None,
    organization: str | None,
    base_url: str | None,
    dry_run: bool,
    format_: str,
) -> None:
    """Link a logged artifact to a collection, after the doctor has confirmed that it will work.

    ARTIFACT is ENTITY/PROJECT/NAME:VERSION. If the doctor finds an error, nothing is written.
    The last line is the path of the linked version, or the corrected path if nothing was linked.
    """
    # Imported here: help and completion need none of it.
    from registry_doctor.settings import Given
    from registry_doctor.workflows.link import LinkRequest

    given = Given(base_url=base_url, entity=entity, organization=organization)
    keep_secrets(ctx, given)
    request = LinkRequest(artifact, target_path, aliases, given)
    printer = _AsJson(request) if format_ == "json" else _AsText(request)
    with spinner("asking the doctor", wanted=color_wanted("auto", terminal=True)):
        report = request.preflight()
    if report.exit_code != 0:
        printer.stopped(report)
        ctx.exit(report.exit_code)
    if dry_run:
        printer.would_link(report)
        ctx.exit(0)
    printer.begins(report)
    ctx.exit(_make(request, report, printer))


def _make(request: LinkRequest, report: Report, printer: _AsText | _AsJson) -> int:
    """Link, print the result, and return the exit status."""
    from registry_doctor.sdk.linking import RefusedBySdk
    from registry_doctor.workflows.link import NotReadBack, make_link

    try:
        with spinner("linking", wanted=color_wanted("auto", terminal=True)):
            linked = make_link(request, report)
    except RefusedBySdk as refusal:
        new_report = request.preflight()
        printer.refused(refusal, new_report)
        return exit_of_refusal(refusal)
    except NotReadBack as problem:
        printer.not_read_back(problem, report)
        return _exit_of(problem)
    except KeyboardInterrupt:
        click.echo("It is not known whether the link was made; run this to see:", err=True)
        click.echo(f"wandb-registry doctor --for use {request.target_path!r}", err=True)
        raise
    printer.linked(linked, report)
    return 0


def _exit_of(problem: NotReadBack) -> int:
    """1 if the server says that the link is not there; 3 if it gave no answer."""
    return 1 if problem.absent else INCONCLUSIVE


def _said(problem: NotReadBack) -> str:
    return f"wandb says that it linked {problem.full_name}, but the link cannot be confirmed: {problem}"


class _AsText(Printer):
    """The link for people."""

    def __init__(self, request: LinkRequest) -> None:
        super().__init__()
        self._request = request

    def stopped(self, report: Report) -> None:
        """The preflight found something."""
        self.findings(report)
        self.suggestion(report, "Nothing was linked")

    def would_link(self, report: Report) -> None:
        """The preflight of a dry run found nothing."""
        self.say(self._plan("Would link", report))
        self.warnings(report)
        self.say("Dry run: nothing was linked. The path is correct as typed:", bold=True)
        self.path(self._request.target_path)

    def begins(self, report: Report) -> None:
        """Announce the link on standard error; standard output is for the result."""
        click.echo(self._plan("Linking", report), err=True)
        self.warnings(report)

    def linked(self, linked: Linked, report: Report) -> None:
        """Print the link as the server shows it."""
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible

        rows = [
            ("linked", f"version {linked.version} of '{report.resolved.collection}'"),
            ("aliases", ", ".join(linked.aliases) or "none"),
            ("source", linked.source or "hidden from you"),
            ("url", linked.url),
        ]
        self.table([(label, visible(text, report.secrets, PATH_LIMIT)) for label, text in rows])
        for alias in linked.missing_aliases:
            self.say(f"! alias {alias!r} was requested, but the server did not set it", colour="yellow")
        self.path(linked.full_name)

    def refused(self, refusal: RefusedBySdk, new_report: Report) -> None:
        """wandb or the server refused, although the preflight found nothing wrong."""
        from registry_doctor.support.terminal_text import visible
        from registry_doctor.workflows.link import behind_refusal

        who = "the server" if refusal.by_server else "wandb itself"
        outcome = "no answer came" if refusal.unanswered else f"{who} refused"
        said = f"✗ {outcome}, although the preflight found nothing wrong. Message of wandb:"
        self.say(said, colour="red", indent="  ")
        self.say(f"  {visible(str(refusal), new_report.secrets)}", indent="  ")
        for sentence in behind_refusal(refusal, new_report):
            self.say(f"- {visible(sentence, new_report.secrets)}", indent="  ")
        self.findings(new_report)
        done = "It is not known whether the link was made" if refusal.unanswered else "Nothing was linked"
        self.suggestion(new_report, done)

    def not_read_back(self, problem: NotReadBack, report: Report) -> None:
        """wandb reports a link that the server does not show."""
        from registry_doctor.support.terminal_text import visible

        self.say(f"! {visible(_said(problem), report.secrets)}", colour="yellow", indent="  ")
        self.path(problem.full_name)

    def _plan(self, verb: str, report: Report) -> str:
        from registry_doctor.domain.target_path import TargetPath
        from registry_doctor.support.terminal_text import PATH_LIMIT, visible
        from registry_doctor.support.wording import listed

        destination, request = report.resolved, self._request
        kind = f", of type {report.target.type}," if report.target.type else ""
        registry = TargetPath(destination.collection or "", destination.project).registry
        noun = "alias" if len(request.aliases) == 1 else "aliases"
        aliases = f", with the {noun} {listed(request.aliases)}" if request.aliases else ""
        note = "; ".join(each.message for each in report.results if each.notable)
        words = (
            f"{verb} {request.artifact}{kind} to {destination.collection!r} in the registry {registry!r} "
            f"of {destination.organization}{aliases}{f' ({note})' if note else ''}."
        )
        return visible(words, report.secrets, PATH_LIMIT)


class _AsJson:
    """The link for programs."""

    def __init__(self, request: LinkRequest) -> None:
        self._request = request

    def stopped(self, report: Report) -> None:
        """The preflight found something."""
        self._print(report, report.exit_code)

    def would_link(self, report: Report) -> None:
        """The preflight of a dry run found nothing."""
        self._print(report, 0, dry_run=True)

    def begins(self, report: Report) -> None:
        """Print nothing before the result."""

    def linked(self, linked: Linked, report: Report) -> None:
        """Print the link as the server shows it."""
        self._print(
            report,
            0,
            linked={
                "full_name": linked.full_name,
                "version": linked.version,
                "aliases": list(linked.aliases),
                "missing_aliases": list(linked.missing_aliases),
                "source": linked.source,
                "url": linked.url,
            },
        )

    def refused(self, refusal: RefusedBySdk, new_report: Report) -> None:
        """wandb or the server refused, although the preflight found nothing wrong."""
        from registry_doctor.workflows.link import behind_refusal

        self._print(
            new_report,
            exit_of_refusal(refusal),
            refusal=str(refusal),
            notes=behind_refusal(refusal, new_report),
        )

    def not_read_back(self, problem: NotReadBack, report: Report) -> None:
        """wandb reports a link that the server does not show."""
        self._print(report, _exit_of(problem), refusal=_said(problem))

    def _print(
        self,
        report: Report,
        exit_code: int,
        *,
        linked: dict[str, str | list[str] | None] | None = None,
        refusal: str | None = None,
        notes: Iterable[str] = (),
        dry_run: bool = False,
    ) -> None:
        from registry_doctor.support.redaction import redact

        document = {
            "schema_version": _SCHEMA_VERSION,
            "exit_code": exit_code,
            "dry_run": dry_run,
            "linked": linked,
            "refusal": refusal,
            "notes": list(notes),
            "diagnosis": json.loads(report.to_json()),
        }
        print_json(redact(json.dumps(document, ensure_ascii=False, indent=1), report.secrets))
