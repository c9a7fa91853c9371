"""When a suggestion is another place than the one that was typed.

A suggestion that is not marked `unsafe` leads to a place that the call as typed could mean:

* Its **organization** is one that a part of the text before the registry names in some spelling: the display name, the
  entity's name, either without case, separators, accents' encoding, `-org` or hash, or the name of one of its teams.
  Where the text names nothing, the same counts for the organization setting; and where nothing at all names one, wandb
  gets to that place in no other organization, whichever is written before the registry.
* Its **registry** is one that a part of the text (or the project setting that completes it) names, up to the prefix,
  case, encoding, separators and a plural's s.

What is compared is where wandb landed with the suggested path, not what the doctor says of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from registry_doctor.domain.target_path import REGISTRY_PREFIX
from tests.differential.worlds import Document
from tests.sdk.conftest import Case

_PREFIX = re.compile(r"(?:wandb[\W_]*registry[\W_]+|registry[\W_]+)+", re.IGNORECASE)


def crossed(world: Document, case: Case, outcome: Mapping[str, object]) -> str | None:
    """How the place where a suggestion landed is another than the call could mean; `None` if it is not."""
    organization = next((org for org in world["orgs"] if org["entity"] == outcome["entity"]), None)
    if organization is None:
        return f"it is in {outcome['entity']!r}, which is no organization"
    registry = str(outcome["project"]).removeprefix(REGISTRY_PREFIX)
    completing = [case.options.get("--project", ""), case.environ.get("WANDB_PROJECT", "")]
    if not any(_same_registry(part, registry) for part in (*_parts(case.target), *completing)):
        return f"the registry {registry!r} is named nowhere"
    named = organizations_named(world, case, registry)
    if named and organization["name"] not in named:
        return f"it is in {organization['name']!r}, and {named} was named"
    return None


def organizations_named(world: Document, case: Case, registry: str) -> list[str]:
    """The organizations that the text names in some spelling; if it names none, those that the setting names."""
    parts = list(_parts(case.target))
    at = max((i for i, part in enumerate(parts) if _same_registry(part, registry)), default=len(parts) - 1)
    before = [part for part in parts[:at] if not _same_registry(part, registry)]
    setting = case.options.get("--organization") or case.environ.get("WANDB_ORGANIZATION") or ""
    for texts in (before, [setting]):
        spelt = {spelling for text in texts for spelling in _bares(text)}
        if named := [str(org["name"]) for org in world["orgs"] if spelt & _spellings(world, org)]:
            return named
    return []


def _parts(text: str) -> Iterator[str]:
    for piece in re.split(r"[/\\?&=:#]", unquote(unquote(text))):
        if piece.strip():
            yield piece.strip(" '\"")


def _same_registry(part: str, registry: str) -> bool:
    def plain(name: str) -> str:
        return _bare(_PREFIX.sub("", name)).removesuffix("s")

    rest = part.removeprefix(REGISTRY_PREFIX)
    return plain(part) == plain(registry) or _bare(registry) in (_bare(part), _bare(rest))


def _spellings(world: Document, organization: Mapping[str, object]) -> set[str]:
    name, entity = str(organization["name"]), str(organization["entity"])
    teams = [str(team["name"]) for team in world["teams"] if team.get("org") == name]
    own = {_bare(name), _bare(entity), _bare(entity.rpartition("_")[0]), *map(_bare, teams)}
    return own - {""}


def _bares(part: str) -> set[str]:
    shorter = re.sub(r"[-_ ]org(anization)?$", "", part, flags=re.IGNORECASE)
    host = re.sub(r"^[a-z]+://", "", part.strip().lower()).partition("/")[0].partition(".")[0]
    return {_bare(part), _bare(shorter), _bare(host)} - {""}


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", unquote(name)).casefold())
