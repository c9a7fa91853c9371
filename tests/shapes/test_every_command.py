"""Each shape of a real server's answers against the other commands: they claim nothing that the server did not say.

`test_commands.py` holds what `doctor` makes of each shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result

from tests.shapes.conftest import Backend, Exchange, Shape
from tests.shapes.reports import ACME, CODE, TARGET, USE, YOLO, failing

Run: TypeAlias = Callable[..., Result]

LINK = ("link", "--dry-run", YOLO, TARGET)
DOWNLOAD = ("download", "--dry-run", USE)
PREFLIGHT = ("preflight", "train.py")
LS = ("ls", f"{ACME}/model")
ALL = (PREFLIGHT, DOWNLOAD, LINK, LS)
OF_PATHS = (PREFLIGHT, DOWNLOAD, LINK)
WORDS = "driver: bad connection"
KEYS = "only API keys that were made for it"
NOTHING_CLAIMED = ("does not accept", "not found", "not visible", "in no organization", "✗ RD301", "✗ RD401")


@dataclass(frozen=True)
class Row:
    """What the server answers, and what each command then does."""

    commands: Sequence[Sequence[str]] = ALL
    shape: Shape | None = None
    quirks: tuple[str, ...] = ()
    faults: tuple[Mapping[str, object], ...] = ()
    who: str = "bob"
    code: str = CODE
    """The source that `preflight` reads."""
    exit_code: int = 0
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = field(default=NOTHING_CLAIMED)


def null_types(exchange: Exchange) -> None:
    """Each registry is lost for its accepted types."""
    exchange.fail("project", "artifactTypes", message="got nil for non-null", status=200)


def refused_registry(exchange: Exchange) -> None:
    """A registry that is not there, with 404 and the path of what was asked."""
    for alias, root in exchange.fields.items():
        if root == "project" and exchange.data[alias] is None:
            words = "project 'wandb-registry-internal-models' not found"
            exchange.errors.append({"message": words, "path": [alias]})
            exchange.status = 404


def no_organization_entity(exchange: Exchange) -> None:
    """The organization is there, and its own entity is not shown."""
    exchange.change("orgEntity", None)


ELSEWHERE = "wandb-registry-internal-models/x"
IN_ELSEWHERE = f"""import wandb
wandb.Api().artifact("{YOLO}").link("{ELSEWHERE}")
wandb.Api().artifact("{ELSEWHERE}:v0")
"""
MISSPELT = f"""import wandb
wandb.Api().artifact("{YOLO}").link("wandb-registry-modle/detector")
"""
NOBODY = "wandb.Api(overrides={'entity': 'nosuch'})"

ROWS: Mapping[str, Row] = {
    "the personal entity is among the teams": Row(),
    "the personal entity is not among the teams": Row(quirks=("teams_without_personal_entity",)),
    "a person with a personal entity in one organization fetches": Row((DOWNLOAD, LS), who="carol"),
    "the person fails": Row(shape=failing("viewer", message=WORDS), exit_code=3, says=(WORDS,)),
    "the registry fails": Row(shape=failing("project", message=WORDS), exit_code=3, says=(WORDS,)),
    "the person fails once": Row(shape=failing("viewer", once=True)),
    "the registry fails once": Row(shape=failing("project", once=True)),
    "the person is lost for the organizations": Row(
        shape=failing("viewer", "organizations", message=WORDS, status=200), exit_code=3, says=(WORDS,)
    ),
    "the registry is lost for its types, which a fetch does not need": Row((DOWNLOAD,), shape=null_types),
    "the registry is lost for its types, which a link needs": Row((LINK,), shape=null_types, exit_code=3),
    "the first page is empty": Row(quirks=("empty_first_page",)),
    "the first page is empty, and a registry is misspelt": Row(
        (PREFLIGHT, ("link", "--dry-run", YOLO, "wandb-registry-modle/detector")),
        quirks=("empty_first_page",), code=MISSPELT, exit_code=1, says=(TARGET,), never=("only the first 0",),
    ),
    "the first page is empty, and a collection is misspelt": Row(
        (("download", "--dry-run", "wandb-registry-model/detecter:production"),),
        quirks=("empty_first_page",), exit_code=1, says=(USE,), never=("only the first 0",),
    ),
    "the organization's own entity is null": Row(
        OF_PATHS, shape=no_organization_entity, exit_code=3, never=("in no organization", "✗ RD301"),
    ),
    "an older server without that field": Row(
        OF_PATHS, quirks=("no_org_entity_field",), exit_code=1, says=("RD003",), never=("✗ RD301",)
    ),
    "an entity that is not there is an empty object": Row(
        (PREFLIGHT, ("download", "--dry-run", "--entity", "nosuch", USE)),
        quirks=("entity_stub",), code=CODE.replace("wandb.Api()", NOBODY), exit_code=1,
        says=("RD301", "'nosuch'"), never=("personal entity",),
    ),
    "an entity that is not there cannot be listed": Row(
        (("ls", "nosuch"),), quirks=("entity_stub",), exit_code=1, says=("nosuch",), never=("personal entity",)
    ),
    "the connection is cut once": Row(faults=({"op": "*", "cut": 30, "times": 1},)),
    "a registry that is not there, with trouble's word in its name": Row(
        (PREFLIGHT, ("link", "--dry-run", YOLO, ELSEWHERE), ("download", "--dry-run", f"{ELSEWHERE}:v0")),
        shape=refused_registry, code=IN_ELSEWHERE, exit_code=1, says=("RD401",), never=("unknown",),
    ),
    "the organization accepts only keys of its own": Row(
        (LINK, DOWNLOAD), quirks=("organization_keys_only",), exit_code=1, says=("RD301", KEYS), never=("✗ RD102",)
    ),
    "the organization accepts only keys of its own, in code": Row(
        (PREFLIGHT,), quirks=("organization_keys_only",), exit_code=1, says=("RD301", "with your credentials"), never=("✗ RD102",)
    ),
}  # fmt: skip
CALLS = [
    pytest.param(row, command, id=f"{name}: {command[0]}")
    for name, row in ROWS.items()
    for command in row.commands
]


@pytest.mark.parametrize(("row", "command"), CALLS)
def test_a_command_claims_nothing_that_the_server_did_not_say(
    run: Run, backend: Backend, tmp_path: Path, row: Row, command: Sequence[str]
) -> None:
    """The exit status is 3 for what is not known, and the server's own words are told."""
    (tmp_path / "train.py").write_text(row.code, encoding="utf-8")
    backend.sandbox.set_quirks(list(row.quirks))
    backend.sandbox.set_faults(list(row.faults))
    backend.shape = row.shape
    result = run(*command, who=row.who)
    said = " ".join(result.output.split())
    assert result.exit_code == row.exit_code, said
    assert [words for words in row.says if words not in said] == [], said
    assert [words for words in row.never if words in said] == [], said


def test_an_account_without_a_personal_entity_is_listed_without_one(run: Run, backend: Backend) -> None:
    """`ls` shows the team only."""
    listed = run("ls", "--format", "paths", who="zoe")
    assert listed.exit_code == 0
    assert "newteam" in listed.output.split() and "zoe" not in listed.output.split()
