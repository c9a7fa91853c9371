"""`wandb-registry explain CODE`: a check's page, readable in a terminal."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import click

from registry_doctor.cli.command import FormatOption, PathCommand
from registry_doctor.cli.live_names import codes
from registry_doctor.cli.output import color_wanted, is_terminal, print_json, print_text, terminal_width

if TYPE_CHECKING:
    from registry_doctor.checking.check_pages import Described

LINE = 100
"""The longest line of running text in a wider terminal; a pipe gets each paragraph on one line."""

_ITEM = re.compile(r" (?=[-*] |After: )")
"""Where a new line begins within a paragraph."""


@click.command("explain", cls=PathCommand)
@click.argument("code", shell_complete=codes)
@click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the page.",
)
@click.option("--no-plugins", is_flag=True, help="Use only the built-in checks.")
def explain_command(*, code: str, format_: str, no_plugins: bool) -> None:
    """Explain one check: what it is about, and what to do.

    CODE is a code such as RD302, or a name such as organization-prefix.
    """
    from registry_doctor.checking.check_pages import described
    from registry_doctor.checking.plugins import load_checks

    found = described(load_checks(others=not no_plugins))
    wanted = next((each for each in found if code.upper() == each.code or code.lower() == each.name), None)
    if wanted is None:
        raise click.UsageError(_unknown(code, found))
    if format_ == "json":
        print_json(_json(wanted))
        return
    color = color_wanted("auto", terminal=is_terminal(sys.stdout))
    width = terminal_width()
    print_text(_text(wanted, min(width, LINE) if width else None), color=color)


def _unknown(code: str, found: tuple[Described, ...]) -> str:
    from difflib import get_close_matches

    from registry_doctor.cli.first_moves import other_command
    from registry_doctor.support.wording import quoted_name

    if (other := other_command(code)) is not None:
        return other
    near = [each.code for each in found if each.code[:3] == code[:3].upper()]
    near += get_close_matches(code.upper(), [each.code for each in found], n=4) if not near else []
    near += get_close_matches(code.lower(), [each.name for each in found], n=2)
    hint = f"similar: {', '.join(near)}" if near else "`wandb-registry checks` lists them"
    return f"there is no check {quoted_name(code)}; {hint}"


def _json(check: Described) -> str:
    return json.dumps(
        {
            "schema_version": 1,
            "code": check.code,
            "name": check.name,
            "group": check.group,
            "summary": check.summary,
            "requires": sorted(check.requires),
            "provider": check.provider,
            "docs": check.docs,
            "documentation": check.documentation,
        },
        indent=1,
    )


def _text(check: Described, width: int | None) -> str:
    """The docstring without its Markdown: headings stand out, paragraphs fit the width, code stays as it is."""
    from registry_doctor.support.distributions import DISTRIBUTION  # imported here: help needs none of it

    blocks = [click.style(f"{check.code} {check.name}", bold=True)]
    blocks += [_block(block, width) for block in check.documentation.split("\n\n") if block.strip()]
    after = f"Judged after {', '.join(sorted(check.requires))}. " if check.requires else ""
    where = f" Page: {check.docs}" if check.provider == DISTRIBUTION else ""
    blocks.append(click.style(f"{after}Provided by {check.provider}.{where}", dim=True))
    return "\n\n".join(blocks)


def _block(block: str, width: int | None) -> str:
    lines = block.strip("\n").splitlines()
    if lines[0].startswith("#"):
        return click.style(lines[0].lstrip("# "), bold=True)
    if lines[0].startswith(("    ", "```")):
        return "\n".join(
            f"    {line.strip()}" if line.startswith("```") else line for line in lines if line != "```"
        )
    items = _ITEM.split(" ".join(line.strip() for line in lines))
    return "\n".join(line for item in items for line in _wrapped(item, width))


def _wrapped(item: str, width: int | None) -> list[str]:
    """A paragraph, or an item of a list with its text indented; commands and names stay on one line."""
    from registry_doctor.support.terminal_text import wrapped

    indent = 2 if item.startswith(("- ", "* ")) else 0
    first, *rest = wrapped(item[indent:], width, indent)
    return [item[:indent] + first, *(" " * indent + line for line in rest)]
