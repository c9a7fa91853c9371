"""`wandb-registry snippet`: code that links, uses or downloads, with names that the doctor has checked."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from registry_doctor.cli import Session
from registry_doctor.cli.command import PathCommand
from registry_doctor.cli.live_names import artifacts, targets
from registry_doctor.cli.options import timeout_option
from registry_doctor.cli.output import print_code
from registry_doctor.cli.page import keep_secrets
from registry_doctor.cli.progress import spinner

if TYPE_CHECKING:
    from registry_doctor.report.model import Report
    from registry_doctor.support.redaction import Secret
    from registry_doctor.workflows.snippet import NoSnippet, Prepared, Snippet

SNIPPET_TIMEOUT = 20.0


@click.command(
    cls=PathCommand,
    epilog="""\b
Examples:
  wandb-registry snippet download wandb-registry-model/detector:production | python
  wandb-registry snippet link wandb-registry-model/detector --artifact team/project/yolo:v0 > link.py
  wandb-registry snippet use wandb-registry-model/detector --format notebook > use.ipynb
  wandb-registry snippet link wandb-registry-model/detector --format shell | sh
""",
)
@click.argument("action", type=click.Choice(["link", "use", "download"]))
@click.argument("target_path", metavar="PATH", shell_complete=targets)
@click.option(
    "--artifact",
    metavar="ENTITY/PROJECT/NAME:VERSION",
    shell_complete=artifacts,
    help="The logged artifact to link; without it, the code logs a small new one.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["python", "notebook", "shell"]),
    default="python",
    show_default=True,
    help="A script, a Jupyter notebook, or commands that ask the doctor first.",
)
@click.option(
    "--type",
    "type_",
    metavar="TYPE",
    help="Type of the new artifact.  [default: a type that the collection accepts]",
)
@click.option(
    "--entity",
    metavar="NAME",
    help="Entity of the run or wandb.Api.  [default: wandb's own setting, else a team]",
)
@click.option("--project", metavar="NAME", help="Project of the run.  [default: wandb's own setting]")
@timeout_option(SNIPPET_TIMEOUT, "the examination")
@click.pass_context
def snippet(
    ctx: click.Context,
    *,
    action: Literal["link", "use", "download"],
    target_path: str,
    artifact: str | None,
    format_: str,
    type_: str | None,
    entity: str | None,
    project: str | None,
    timeout: float,
) -> None:
    """Print code that links, uses or downloads, and runs as it is.

    The doctor examines PATH first. If it is wrong, standard error says why and the code holds the corrected path;
    without a verified one there is no code, and the exit status is 1 (3 if it is not known). Nothing is written.
    """
    if action != "link" and (artifact is not None or type_ is not None):
        raise click.UsageError(
            "--artifact and --type are for a link; they cannot be used with use or download"
        )
    if artifact is not None and (type_ is not None or entity is not None or project is not None):
        raise click.UsageError(
            "--type, --entity and --project apply to a new artifact and cannot be used with --artifact"
        )

    # Imported here: help and completion need none of it.
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.settings import Given
    from registry_doctor.support.redaction import redact
    from registry_doctor.workflows.snippet import NoSnippet, prepare

    given = Given(entity=entity, project=project)
    keep_secrets(ctx, given)
    session = ctx.find_object(Session) or Session()
    try:
        with spinner("asking the server"):
            prepared = prepare(
                action,
                target_path,
                artifact=artifact,
                type_=type_,
                given=given,
                options=Options(timeout=timeout),
            )
    except NoSnippet as problem:
        _say_why_not(problem, target_path, session.secrets)
        ctx.exit(problem.report.exit_code or 1)
    _say_what_was_found(prepared, target_path, session.secrets)
    code = _written(prepared.snippet, format_)
    if not all(line.isprintable() for line in code.split("\n")):
        raise click.UsageError("a name contains control characters; use --format python, which escapes them")
    print_code(redact(code, session.secrets))


def _written(code: Snippet, format_: str) -> str:
    from registry_doctor.workflows.snippet import notebook, python_code, shell_script

    if format_ == "python":
        return python_code(code)
    if format_ == "notebook":
        return notebook(code)
    python = _interpreter()
    beside = _is_beside(shutil.which("wandb-registry"))
    return shell_script(
        code, python=python, doctor="wandb-registry" if beside else f"{python} -m registry_doctor"
    )


def _interpreter() -> str:
    """The command for this interpreter, which has wandb: its name if the shell finds it, else its path."""
    for name in ("python3", "python"):
        if _is_beside(shutil.which(name)):
            return name
    return shlex.quote(sys.executable)


def _is_beside(command: str | None) -> bool:
    return command is not None and Path(command).parent == Path(sys.executable).parent


def _say_what_was_found(prepared: Prepared, typed: str, secrets: tuple[Secret, ...]) -> None:
    report, suggestion, path = prepared.report, prepared.suggestion, prepared.snippet.target_path
    if suggestion is not None:
        from registry_doctor.refusals import causes

        _say(f"{typed!r} does not work: {causes(report)}.", secrets)
        trust = (
            "" if suggestion.applicability.value == "safe" else ", the most likely of several: check it first"
        )
        _say(f"The code holds the corrected path (verified{trust}): {path}", secrets)
    elif path != typed:
        _say(f"PATH has no version; the code uses: {path}", secrets)
    if prepared.entity_instead_of is not None:
        _say(
            f"The code uses entity {prepared.snippet.entity!r}, because it does not work with {prepared.entity_instead_of!r}.",
            secrets,
        )
    for each in report.results:
        if each.is_warning:
            _say(f"warning: {each.code} {each.message}", secrets)


def _say_why_not(problem: NoSnippet, typed: str, secrets: tuple[Secret, ...]) -> None:
    from registry_doctor.refusals import causes

    report: Report = problem.report
    _say(f"Error: {typed!r} does not work: {causes(report)}.", secrets)
    if report.suggestion is not None and report.suggestion.target_path != typed:
        _say(f"This corrected path is not enough to make it work: {report.suggestion.target_path}", secrets)
    _say("No code was written; run `wandb-registry doctor` for details.", secrets)


def _say(sentence: str, secrets: tuple[Secret, ...] = ()) -> None:
    from registry_doctor.support.terminal_text import visible

    click.echo(visible(sentence, secrets, limit=2000), err=True)
