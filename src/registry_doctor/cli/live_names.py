"""What a shell completes: codes of checks, formats, and names that the server is asked for.

A key press must not wait: whatever the server has not said in `LIVE_SECONDS` is not completed, and no problem is shown.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from registry_doctor.browse.model import Inventory, Row

LIVE_SECONDS = 0.3
"""How long the names of a server may take."""

SECONDS = "WANDB_REGISTRY_COMPLETION_SECONDS"
"""The environment variable that gives a slow server another time."""

_PREFIX = "wandb-registry-"

Completer = Callable[["click.Context", "click.Parameter", str], "list[CompletionItem]"]


def codes(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete codes and names of the built-in checks; of several separated by commas the last one."""
    from click.shell_completion import CompletionItem

    from registry_doctor.checking.check_pages import described
    from registry_doctor.checking.plugins import load_checks

    before, comma, last = incomplete.rpartition(",")
    found = described(load_checks(others=False))
    matches = [each for each in found if each.code.startswith(last.upper())]
    return [CompletionItem(f"{before}{comma}{each.code}", help=each.name) for each in matches]


def output_formats(formats: Sequence[str]) -> Completer:
    """Complete the format of FORMAT:FILE."""

    def complete(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(f"{each}:") for each in formats if each.startswith(incomplete)]

    return complete


def command_names(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of commands."""
    from click.shell_completion import CompletionItem

    from registry_doctor.cli import COMMANDS

    return [CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)]


def files(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete names of files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def targets(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a path in a registry, part by part."""
    return _live(lambda: _paths(ctx, incomplete, ("organizations",)))


def artifacts(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the path of a logged artifact, part by part."""
    return _live(lambda: _paths(ctx, incomplete, ("teams",)))


def anything(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete whatever can be listed, part by part."""
    return _live(lambda: _paths(ctx, incomplete, ("organizations", "teams")))


def organizations(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the display name of an organization."""
    return _live(lambda: _owners(ctx, incomplete, "organizations"))


def entities(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a team, or the person's own entity."""
    return _live(lambda: _owners(ctx, incomplete, "teams"))


def _live(names: Callable[[], Iterator[str]]) -> list[CompletionItem]:
    """The names that come in time, each once."""
    from click.shell_completion import CompletionItem

    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(list(names()))
        except Exception:  # no key, no server, no such name: then there is nothing to complete
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_seconds())
    return [CompletionItem(each) for each in dict.fromkeys(list(found))]


def _seconds() -> float:
    try:
        return min(max(float(os.environ[SECONDS]), 0.0), 60.0)
    except (KeyError, ValueError):
        return LIVE_SECONDS


def _lists(ctx: click.Context, text: str | None) -> list[Inventory]:
    """The lists that a text names, on the server that wandb would ask."""
    from registry_doctor.browse.browser import browse
    from registry_doctor.diagnosis.options import Options
    from registry_doctor.diagnosis.server_transport import transport_for
    from registry_doctor.settings import ApiKey, Given, read_settings

    settings = read_settings(Given(base_url=ctx.params.get("base_url")))
    if not isinstance(
        settings.credentials, ApiKey
    ):  # the exchange of a token takes longer than a key press may
        return []
    return list(browse(text, transport_for(settings, Options(timeout=_seconds()))))


def _rows(inventory: Inventory) -> tuple[Row, ...]:
    """The first page of a list."""
    return next(inventory.pages, ())


def _owners(ctx: click.Context, incomplete: str, kind: str) -> Iterator[str]:
    for inventory in _lists(ctx, None):
        if inventory.kind == kind:
            names = (getattr(row, "name", row.path) for row in _rows(inventory))
            yield from (name for name in names if name.startswith(incomplete))


def _paths(ctx: click.Context, incomplete: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """Paths that begin as what was typed, one part further."""
    if ":" in incomplete.rpartition("/")[2]:
        yield from _versions(ctx, incomplete)
        return
    head, slash, tail = incomplete.rpartition("/")
    if not head:
        yield from _first_parts(ctx, tail, kinds)
        return
    for inventory in _lists(ctx, head):
        end = "" if inventory.kind == "collections" else "/"
        for row in _rows(inventory):
            name = row.path.rpartition("/")[2]
            if name.startswith(tail) or (tail and name.removeprefix(_PREFIX).startswith(tail)):
                yield f"{head}{slash}{name}{end}"


def _first_parts(ctx: click.Context, typed: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """Organizations or teams, and registries where a path begins with one."""
    owners = [row for each in _lists(ctx, None) if each.kind in kinds for row in _rows(each)]
    yield from (f"{row.path}/" for row in owners if row.path.startswith(typed))
    if typed and "organizations" in kinds and (_PREFIX.startswith(typed) or typed.startswith(_PREFIX)):
        first = next((row.path for row in owners), None)
        registries = [row for each in _lists(ctx, first) for row in _rows(each)] if first else []
        names = (row.path.rpartition("/")[2] for row in registries)
        yield from (f"{name}/" for name in names if name.startswith(typed))


def _versions(ctx: click.Context, incomplete: str) -> Iterator[str]:
    from registry_doctor.browse.model import VersionRow

    collection, _, typed = incomplete.rpartition(":")
    for inventory in _lists(ctx, collection):
        for row in _rows(inventory):
            if isinstance(row, VersionRow):
                names = (*row.aliases, row.version or "")
                yield from (f"{collection}:{name}" for name in names if name and name.startswith(typed))
