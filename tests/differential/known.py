"""The names of a world, as a call draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from tests.differential.worlds import Document


@dataclass(frozen=True)
class Registry:
    """A collection of a registry, or a registry in which there is none."""

    organization: str
    entity: str
    name: str
    collection: str
    type: str | None
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """What was logged: its owner's organization, its path, and what its versions are called."""

    organization: str | None
    path: str
    type: str
    versions: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """The names of a world, as a call draws them."""

    organizations: tuple[tuple[str, str], ...]
    """Display and entity names."""
    teams: Mapping[str, str | None]
    """With the organization of each."""
    members: Mapping[str, frozenset[str]]
    """Who is in each of the teams, service accounts included."""
    accounts: tuple[str, ...]
    sources: tuple[Source, ...]
    places: tuple[Registry, ...]

    @classmethod
    def of(cls, world: Document) -> Known:
        entities = {str(org["name"]): str(org["entity"]) for org in world["orgs"]}
        teams = {str(team["name"]): _text(team.get("org")) for team in world["teams"]}
        bots = {
            str(team["name"]): [str(bot["username"]) for bot in _dicts(team.get("service_accounts"))]
            for team in world["teams"]
        }
        sources = (
            Source(teams.get(path.split("/")[0]), path, str(each["type"]), _versions(each))
            for each in world["artifacts"]
            for path in [str(each["path"])]
        )
        places = (
            Registry(
                str(registry["org"]),
                entities[str(registry["org"])],
                str(registry["name"]),
                str(each["name"]),
                _text(each.get("type")),
                _versions(each),
            )
            for registry in world["registries"]
            for each in (_dicts(registry.get("collections")) or [{"name": "fresh"}])
        )
        accounts = ("cal", "cal", "cal", "cal", "cal", "dee", *chain(*bots.values()))
        members = {
            str(team["name"]): frozenset([*_texts(team.get("members")), *bots[str(team["name"])]])
            for team in world["teams"]
        }
        return cls(tuple(entities.items()), teams, members, accounts, tuple(sources), tuple(places))

    def own_teams(self, account: str, organization: str) -> list[str]:
        """The teams of this account in this organization."""
        return [
            team
            for team, home in self.teams.items()
            if home == organization and account in self.members[team]
        ]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _dicts(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _versions(holder: dict[str, object]) -> tuple[str, ...]:
    rows = _dicts(holder.get("versions"))
    aliases = [alias for row in rows for alias in _texts(row.get("aliases"))]
    return (*(f"v{number}" for number in range(len(rows))), *aliases, "latest")


def _texts(value: object) -> list[str]:
    return list(value) if isinstance(value, (list, dict)) else []
