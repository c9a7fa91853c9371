"""Disagreements that were found, kept as cases: a world file and a case file for each (contract: cases.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.differential.comparison import Disagreement
from tests.differential.worlds import key_of
from tests.sdk.conftest import Case, read_suite

FOUND = Path(__file__).with_name("found")
"""Where a run leaves what it finds, to be committed, and where `test_found.py` looks."""


def save(disagreement: Disagreement, folder: Path = FOUND) -> Path:
    """Write world and case; what is expected is what the SDK did."""
    case, world = disagreement.case, disagreement.world
    entry: dict[str, object] = {"id": disagreement.kind.replace(" ", "-"), "as": _owner(disagreement)}
    words = [word for pair in case.options.items() for word in pair]
    words += [word for alias in case.aliases for word in ("--alias", alias)]
    entry |= {"for": case.for_} if case.for_ != "link" else {}
    entry |= {"args": words} if words else {}
    entry |= {"env": dict(case.environ)} if case.environ else {}
    entry |= {"target": case.target, "expect": {"exit": 0 if disagreement.works else 1}}
    text = yaml.safe_dump(entry, allow_unicode=True)
    name = hashlib.sha256((text + yaml.safe_dump(world)).encode()).hexdigest()[:8]
    _write(folder / "worlds" / f"{name}.yaml", world)
    _write(folder / "cases" / f"{name}.yaml", {"world": f"{name}.yaml", "cases": [entry]})
    return folder / "cases" / f"{name}.yaml"


def saved(folder: Path = FOUND) -> Iterator[Case]:
    """All cases that were kept."""
    for path in sorted(folder.glob("cases/*.yaml")):
        yield from read_suite(path, folder / "worlds")


def _owner(disagreement: Disagreement) -> str:
    world = disagreement.world
    bots = [bot for team in world["teams"] for bot in team.get("service_accounts", [])]  # type: ignore[attr-defined]
    accounts = [str(each["username"]) for each in (*world["users"], *bots)]
    return next(name for name in accounts if key_of(name) == disagreement.case.key)


def _write(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
