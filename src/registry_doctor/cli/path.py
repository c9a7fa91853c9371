"""`wandb-registry path`: split a path, build one, or read one from a URL. Sends no request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NoReturn

import click

from registry_doctor.cli import FINDING
from registry_doctor.cli.command import FormatOption, PathCommand
from registry_doctor.cli.output import print_json, print_text

if TYPE_CHECKING:
    from registry_doctor.domain.path_tools import Notation
    from registry_doctor.domain.target_path import TargetPath

_format = click.option(
    "--format",
    "format_",
    cls=FormatOption,
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the result.",
)
_for = click.option(
    "--for",
    "for_",
    type=click.Choice(["link", "use"]),
    default="use",
    show_default=True,
    help="What the path is for; a link names no version.",
)


@click.group(
    epilog="""\b
Examples:
  wandb-registry path parse vision/wandb-registry-model/detector:v0
  wandb-registry path build --registry model --collection detector
  wandb-registry path from-url 'https://wandb.ai/orgs/…/registry/model?selectionPath=…'
"""
)
def path() -> None:
    """Split a path, build one, or read one from a URL.

    This sends no request and reads no settings. The last line is the path.
    """


@path.command(cls=PathCommand)
@click.argument("text", metavar="PATH")
@_for
@_format
@click.pass_context
def parse(ctx: click.Context, *, text: str, for_: Literal["link", "use"], format_: str) -> None:
    """Say how wandb reads PATH, and what was probably meant.

    The exit status is 1 if that is not the same: if wandb would refuse PATH, or would not act in a registry.
    """
    from registry_doctor.domain.path_tools import notation

    found = notation(text, for_)
    if format_ == "json":
        print_json(json.dumps(_notation_data(found), indent=1, ensure_ascii=False))
    else:
        print_text(_notation_text(found))
    ctx.exit(0 if found.is_registry_path else FINDING)


@path.command()
@click.option(
    "--registry", required=True, metavar="NAME", help="The registry, with or without wandb-registry-."
)
@click.option("--collection", required=True, metavar="NAME", help="The collection.")
@click.option("--org", "organization", metavar="NAME", help="The organization's display or entity name.")
@click.option("--version", metavar="VERSION", help="A version or alias; without one it is a path to link to.")
@_format
@click.pass_context
def build(
    ctx: click.Context,
    *,
    registry: str,
    collection: str,
    organization: str | None,
    version: str | None,
    format_: str,
) -> None:
    """Build a path from names, as they are shown in the app.

    The exit status is 1 if one of the names is not valid.
    """
    from registry_doctor.domain.interpretation import find_placeholder
    from registry_doctor.domain.path_tools import ImpossibleName, build_path
    from registry_doctor.support.wording import listed

    try:
        built = build_path(registry, collection, organization=organization, version=version)
    except ImpossibleName as problem:
        _refuse(ctx, str(problem))
    given = [each for each in (registry, collection, organization, version) if each is not None]
    if spaced := [each for each in given if each != each.strip()]:
        _note(f"the spaces around {listed(spaced)} become part of the name")
    if left := [each for each in given if find_placeholder(each)]:
        _note(f"{listed(left)} looks like a placeholder")
    _print_path(built, format_)


@path.command("from-url", cls=PathCommand)
@click.argument("url", metavar="URL")
@_for
@_format
@click.pass_context
def from_url(ctx: click.Context, *, url: str, for_: Literal["link", "use"], format_: str) -> None:
    """Read the path from a URL of the W&B app, or a URI.

    The exit status is 1 if it names no collection. Quote URL, because it contains `&` and `?`.
    """
    from registry_doctor.domain.path_tools import NoPathInside, path_from_url
    from registry_doctor.domain.target_path import TargetPath

    try:
        found = path_from_url(url, for_)
    except NoPathInside as problem:
        _refuse(ctx, str(problem))
    if TargetPath.parse(found).registry is None:
        _note("this path is in an ordinary project, outside any registry")
    _print_path(found, format_)


def _refuse(ctx: click.Context, sentence: str) -> NoReturn:
    from registry_doctor.support.terminal_text import visible

    click.echo(f"Error: {visible(sentence)}.", err=True)
    ctx.exit(FINDING)


def _note(sentence: str) -> None:
    from registry_doctor.support.terminal_text import visible

    click.echo(f"note: {visible(sentence)}", err=True)


def _print_path(text: str, format_: str) -> None:
    from registry_doctor.domain.target_path import TargetPath
    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    if format_ == "json":
        document = {"schema_version": 1, "path": text, **_parts(TargetPath.parse(text))}
        print_json(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        print_text(visible(text, limit=PATH_LIMIT))


def _parts(found: TargetPath) -> dict[str, str | None]:
    """The parts, named as in W&B: before a registry stands an organization, before a project an entity."""
    from registry_doctor.domain.path_tools import version_kind

    in_registry = found.registry is not None
    return {
        "organization": (found.prefix or None) if in_registry else None,
        "entity": None if in_registry else found.prefix or None,
        "project": found.project,
        "registry": found.registry,
        "collection": found.collection,
        "version": found.version,
        "version_kind": version_kind(found.version),
    }


def _notation_data(found: Notation) -> dict[str, object]:
    typed, meant = found.typed, found.meant
    return {
        "schema_version": 1,
        "input": found.text,
        "for": found.for_,
        "read_as": found.kind,
        "refusal": found.refusal,
        "parts": None if typed is None else _parts(typed),
        "ok": found.is_registry_path,
        "path": None if meant is None else str(meant),
        "meant": None if meant is None else _parts(meant),
        "reasons": list(found.reasons),
    }


_READ_AS = {
    "registry": "as a path in a registry",
    "project": "as a path in an ordinary project, outside any registry",
    "name": "as only a name, in the configured project, outside any registry",
    None: "not at all",
}
_SHOWN = ("organization", "entity", "project", "registry", "collection", "version", "alias")


def _notation_text(found: Notation) -> str:
    from tabulate import tabulate

    from registry_doctor.support.terminal_text import PATH_LIMIT, visible

    read_as = _READ_AS[found.kind] + (f": {found.refusal}" if found.refusal else "")
    lines = [
        f"wandb reads {visible(found.text, limit=PATH_LIMIT) or 'an empty path'}",
        f"  {visible(read_as)}",
    ]
    columns = {"as wandb reads it": found.typed}
    if found.meant is not None and not found.is_meant_as_read:
        columns["as it was probably meant"] = found.meant
    shown = {head: _shown_parts(each) for head, each in columns.items() if each is not None}
    names = [name for name in _SHOWN if any(name in each for each in shown.values())]
    rows = [[name, *(visible(each.get(name, "")) for each in shown.values())] for name in names]
    table = tabulate(rows, headers=["", *shown], tablefmt="plain", disable_numparse=True)
    lines += ["", *(line.rstrip() for line in table.splitlines()), ""]
    lines += [f"note: {visible(reason)}" for reason in found.reasons]
    if found.meant is None:
        lines.append("The intended path is unknown; compare the input with the examples of --help.")
    else:
        lines.append(visible(str(found.meant), limit=PATH_LIMIT))
    return "\n".join(lines)


def _shown_parts(found: TargetPath) -> dict[str, str]:
    parts = _parts(found)
    shown = {name: value for name in _SHOWN[:5] if (value := parts[name]) is not None}
    kind = parts["version_kind"]
    return shown if kind is None else {**shown, kind: found.version or ""}
