"""The command line. Each command is a module of its own, loaded when it is called.

`--help` and shell completion must answer at once, so this module imports click and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from registry_doctor.support.interrupts import is_interrupt

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from registry_doctor.support.redaction import Secret

DEBUG = "WANDB_REGISTRY_DEBUG"
"""The environment variable that asks for tracebacks."""

WANDB_DEBUG = ("WANDB_DEBUG", "WANDB_CORE_DEBUG")
"""With these variables wandb writes the API key to its log files, so every command removes them."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers that mean nothing more can be written: disk full, quota used up, file too large."""

COMPLETE = "_WANDB_REGISTRY_COMPLETE"
"""The environment variable with which a shell asks for completions."""

_OF_COMMANDS = (
    "--format",
    "--json",
    "--offline",
    "--verbose",
    "-v",
    "--quiet",
    "-q",
    "--base-url",
    "--error",
    "--for",
)
"""Options that people put before the command."""

FINDING = 1
INCONCLUSIVE = 3
INTERRUPTED = 130

COMMAND_GROUPS = {
    "Diagnose": {
        "doctor": "Find out why linking to a target path, or fetching from it, fails.",
        "explain": "Explain one check: what it is about, and what to do.",
        "checks": "List all checks.",
        "bundle": "Write a diagnosis and everything it is based on to a file, for a colleague or for support.",
    },
    "Look around": {
        "ls": "List organizations, registries, collections or versions, with their paths.",
        "path": "Split a path, build one, or read one from a URL.",
        "snippet": "Print code that links, uses or downloads, and runs as it is.",
    },
    "Act": {
        "link": "Link a logged artifact to a collection, after the doctor has confirmed that it will work.",
        "unlink": "Remove a link; the source artifact stays.",
        "download": "Download a version from a registry, and verify the digest of every file.",
        "relog": "Log an artifact again under a team, so that it can be linked to a registry.",
    },
    "In CI and tests": {
        "preflight": "Find every registry link and use in PATHS, and say whether each will work.",
        "sandbox": "Run a local W&B backend for experiments and tests.",
    },
    "More": {
        "demo": "Show a diagnosis against a local backend, without an account.",
        "completion": "Print the script that lets a shell complete commands, options and names.",
        "help": "Show the help of a command, or this one.",
        "version": "Show the version.",
    },
}
"""The commands by heading, with the line that the help shows; the module and its command have the same name."""

COMMANDS = {name: line for group in COMMAND_GROUPS.values() for name, line in group.items()}


class Session:
    """What the crash handler needs to know about the running command."""

    def __init__(self, *, traceback: bool = False) -> None:
        self.secrets: tuple[Secret, ...] = ()
        self.traceback = traceback


class LazyGroup(click.Group):
    """A command group that imports a command when it is called, and reports a crash without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name}")
        commands = (each for each in vars(module).values() if isinstance(each, click.Command))
        return next((each for each in commands if each.name == cmd_name), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by group without importing them."""
        for title, commands in COMMAND_GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises UsageError, with what may be meant, if there is none of this name."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from registry_doctor.cli.first_moves import unknown_command

            raise click.UsageError(unknown_command(args, list(COMMANDS)), ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line, or complete words for a shell."""
        if COMPLETE in os.environ:
            from registry_doctor.cli import shells  # its scripts know more than those of click

            shells.register()
        return super().main(*args, **{"complete_var": COMPLETE, **extra})

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands without importing them, and the options."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the options before the command. An interrupt here ends with the same status as inside a command."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.ClickException as problem:
            if isinstance(problem, click.NoSuchOption) and problem.option_name in _OF_COMMANDS:
                words = " ".join([info_name or "wandb-registry", "doctor", problem.option_name])
                raise click.UsageError(f"options come after the command, as in `{words}`") from None
            _hide_secrets(problem, Session())
            raise
        except (Exception, KeyboardInterrupt) as problem:
            if is_interrupt(problem):
                raise click.exceptions.Exit(INTERRUPTED) from None
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Every error ends in an exit status and at most one line."""
        session = ctx.obj = Session(traceback=bool(os.environ.get(DEBUG)))
        for name in WANDB_DEBUG:
            os.environ.pop(name, None)
        try:
            return super().invoke(ctx)
        except click.ClickException as problem:
            _hide_secrets(problem, session)
            raise
        except (click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as problem:
            if is_interrupt(problem):
                with contextlib.suppress(KeyboardInterrupt):  # pressed twice
                    click.echo("interrupted", err=True)
                ctx.exit(INTERRUPTED)
            if isinstance(problem, OSError) and problem.errno == errno.EPIPE:
                forget_stdout()
                ctx.exit(0)
            if isinstance(problem, OSError) and problem.errno in NO_ROOM:
                click.echo(
                    f"Error: cannot write: {problem.strerror}; free some disk space and try again", err=True
                )
                ctx.exit(INCONCLUSIVE)
            if isinstance(problem, FileNotFoundError) and not _is_folder_there():
                click.echo("Error: the working directory no longer exists; change to another one", err=True)
                ctx.exit(2)
            if isinstance(problem, ImportError) and _is_by_wandb(problem):
                click.echo(f"Error: RD002: {_in_words(problem, session)}", err=True)
                ctx.exit(FINDING)
            click.echo(_crash(problem, session), err=True)
            ctx.exit(INCONCLUSIVE)
        except SystemExit as end:
            if not _is_by_wandb(end):
                raise
            click.echo(f"Error: wandb ended the program with status {end.code!r}", err=True)
            ctx.exit(INCONCLUSIVE)


def forget_stdout() -> None:
    """Stop writing to a closed pipe, also when Python flushes standard output at exit."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a file descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _secrets(session: Session) -> tuple[Secret, ...]:
    from registry_doctor.support.redaction import Secret

    key = os.environ.get("WANDB_API_KEY")
    return (*session.secrets, *([Secret(key)] if key else []))


def _hide_secrets(problem: click.ClickException, session: Session) -> None:
    """Hide a key that was typed in the wrong argument from the usage error."""
    from registry_doctor.support.redaction import redact

    # click's subclasses make their sentence of other parts than `message`, each release of others.
    sentence = problem.format_message()
    shown = redact(sentence, _secrets(session))
    if shown != sentence:
        vars(problem).update(message=shown, format_message=lambda: shown)


def _is_folder_there() -> bool:
    """Whether the working directory still exists."""
    try:
        return bool(os.getcwd())  # noqa: PTH109 - `pathlib` is not loaded here
    except OSError:
        return False


def _is_by_wandb(problem: BaseException) -> bool:
    """Whether the innermost code that an exception came from is wandb's, or what wandb imports."""
    trace, names = problem.__traceback__, []
    while trace is not None:
        names.append(str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0])
        trace = trace.tb_next
    return "wandb" in names


def _in_words(problem: ImportError, session: Session) -> str:
    from registry_doctor.support.terminal_text import visible

    return visible(
        f"wandb cannot be imported: {problem}; reinstall it: pip install --force-reinstall wandb",
        _secrets(session),
    )


def _crash(problem: BaseException, session: Session) -> str:
    from registry_doctor.support.redaction import redact
    from registry_doctor.support.terminal_text import visible

    secrets = _secrets(session)
    line = visible(f"Error: unexpected {type(problem).__name__}: {problem}", secrets)
    if not session.traceback:
        return f"{line} (set {DEBUG}=1 for the traceback)"
    import traceback

    return redact("".join(traceback.format_exception(problem)), secrets) + line


def print_version() -> None:
    """Print the name and the version of the distribution."""
    from registry_doctor.cli.output import print_text
    from registry_doctor.support.versions import installed_version

    print_text(f"wandb-registry-doctor {installed_version('wandb-registry-doctor') or 'unknown'}")


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        print_version()
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  wandb-registry doctor
  wandb-registry doctor wandb-registry-model/detector --artifact team/project/yolo:v0
  wandb-registry doctor --for use wandb-registry-model/detector:production
  wandb-registry explain RD302

\b
Exit status: 0 nothing wrong, 1 findings, 2 wrong usage, 3 inconclusive, 130 interrupted.

\b
Shell completion, in ~/.bashrc (zsh and fish: `wandb-registry completion --help`):
  eval "$(wandb-registry completion bash)"
""",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version and exit.",
)
def main() -> None:
    """Find out why linking to, or fetching from, the W&B Registry fails."""
