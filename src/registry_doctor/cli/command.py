"""What the commands have in common beyond click: options in groups, `--json`, and arguments with unquoted spaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

OTHERS = "Other options"
"""The heading of the options that no group names."""


class PathCommand(click.Command):
    """A command that takes paths. It says what to do about a space without quotes, and can group its options."""

    allow_extra_args = True  # they are refused below, with a better sentence

    def __init__(
        self, *args: Any, option_groups: Mapping[str, Sequence[str]] | None = None, **others: Any
    ) -> None:
        super().__init__(*args, **others)
        self._groups = option_groups

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises UsageError, with the line to paste, if there are too many."""
        extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            raise click.UsageError(self._too_many(ctx, extra), ctx)
        return extra

    def _too_many(self, ctx: click.Context, extra: Sequence[str]) -> str:
        from registry_doctor.support.terminal_text import visible
        from registry_doctor.support.wording import quantity, shell_word

        values = [ctx.params.get(each.name or "") for each in self.params if isinstance(each, click.Argument)]
        taken = [value for value in values if isinstance(value, str)]
        if not taken:
            return f"unexpected argument {extra[0]!r}; this command takes no path"
        joined = " ".join([taken[-1], *extra])
        line = " ".join([ctx.command_path, *(shell_word(each) for each in [*taken[:-1], joined])])
        return (
            f"expected {quantity(len(taken), 'argument')}, got {len(taken) + len(extra)}."
            f" If a path has a space in it, quote it:\n\n  {visible(line)}"
        )

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the options under the headings of their groups."""
        if self._groups is None:
            super().format_options(ctx, formatter)
            return
        records = {
            each.opts[-1]: record
            for each in self.get_params(ctx)
            if isinstance(each, click.Option) and (record := each.get_help_record(ctx)) is not None
        }
        for title, names in self._groups.items():
            with formatter.section(title):
                formatter.write_dl([records.pop(name) for name in names if name in records])
        if records:
            with formatter.section(OTHERS):
                formatter.write_dl(list(records.values()))


class FormatOption(click.Option):
    """`--format`, where `--json` is short for `--format json`."""

    def __init__(self, *args: Any, **others: Any) -> None:
        super().__init__(*args, **others)
        self.secondary_opts = ["--json"]

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser know both spellings. The one that comes last wins."""
        super().add_to_parser(parser, ctx)
        parser.add_option(
            obj=self, opts=self.secondary_opts, dest=self.name, action="store_const", const="json", nargs=0
        )

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """One row for both."""
        spellings, self.secondary_opts = self.secondary_opts, []
        try:
            record = super().get_help_record(ctx)
        finally:
            self.secondary_opts = spellings
        return None if record is None else (f"{record[0]}, --json", record[1])
