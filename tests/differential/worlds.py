"""Worlds as documents (contract: world.md), drawn by hypothesis: who is there, what is theirs, who may do what.

The caller is always `cal`; beside it stand a colleague and service accounts, whose calls are drawn as well. Names
come from small pools in which many are near each other, so that one is often another's misspelling.

Left out, because nobody can know what W&B does there:

* protected aliases: no field tells of them, and the server's refusal is not known (registry-rules R4.12);
* aliases such as `v01`: wandb takes them for versions, and whether a server gives them is not known (R1.7);
* slashes and colons in names of organizations, teams and people: a path could not name them;
* instance administrators and servers before 0.85: what they may do is not in the rules;
* a collection whose type its registry does not accept: accepted types can only grow (R3.2);
* names that look like placeholders, `<b>`: the doctor refuses a link that would make them (contract: RD207);
* links to versions that are not committed: a link needs a committed one (protocol 7).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from hypothesis import strategies as st

Document: TypeAlias = "dict[str, list[dict[str, object]]]"
Draw: TypeAlias = st.DrawFn

ROLES = ("member", "member", "member", "member", "admin", "viewer")
REGISTRY_ROLES = ("member", "member", "member", "admin", "viewer", "restricted_viewer")
ORGANIZATIONS = (
    "Acme Robotics", "acme robotics", "Acme-Robotics", "Acme", "Rival Corp", "Tides", "tides", "Nørd & Søn", "日本ロボ",
    "Café Noir", "Cafe\u0301 Noir", "שלום מעבדה", "North  Wind", "Vision", "research", "model", "50% Club", "O'Neill.io",
)  # fmt: skip
TEAMS = (
    "vision",
    "speech",
    "acme",
    "tides",
    "research",
    "Vision-2",
    "acme-robotics",
    "model",
    "north-wind",
    "rival-corp",
)
REGISTRIES = (
    "model", "models", "Model-2", "dataset", "Fine-tuned Models", "Golden Datasets", "golden datasets v2", "rc.1", "rc.2",
    "wandb-registry-twice", "twice", "registry-of-things", "モデル", "café", "cafe\u0301", "🚀 rockets", "my_reg", "my-reg", "מודל", "a b+c",
)  # fmt: skip
COLLECTIONS = (
    "detector", "detectors", "Detector", "detecter", "road signs", "road%20signs", "road_signs", "phi3", "phi4", "検出器", "é", "e\u0301", "😀",
    "model", "wandb-registry-model", "v0", "latest", " padded", "padded", "שם", "100%", "a&b=c", "x.y", "Weights (old)",
)  # fmt: skip
ALIASES = ("production", "prod", "staging", "Staging", "best", "rc 1", "v1beta", "продакшн", "😀", "1")
TYPES = ("model", "dataset", "config")
PROJECTS = ("detectors", "model", "uncategorized", "Road Works", "models")
SEQUENCES = ("yolo", "frames", "net.v2", "detector")


def slug(name: str) -> str:
    """A name as an entity may have it: small letters, digits and dashes; empty for other scripts."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def key_of(username: str) -> str:
    """The key of an account: as long as keys are, and its own."""
    return f"{username.encode().hex()}{'0' * 40}"[:60]


def one_of(draw: Draw, *values: str) -> str:
    """Any of these."""
    return draw(st.sampled_from(values))


@st.composite
def worlds(draw: Draw) -> Document:
    """A world in which calls can be made: one to three organizations and a caller in none to all of them."""
    taken = {"cal", "dee"}
    homes = _some(draw, ORGANIZATIONS, 1, 3)
    teams = _teams(draw, homes, taken)
    orgs = [_organization(draw, name, taken, often=name == homes[0]) for name in homes]
    users = _users(draw, teams)
    artifacts = _artifacts(draw, users, teams)
    return {
        "users": users,
        "orgs": orgs,
        "teams": teams,
        "artifacts": artifacts,
        "registries": [each for org in orgs for each in _registries(draw, org, teams, artifacts)],
    }


def _free(taken: set[str], name: str) -> str:
    """The name, or with a hash where an entity already has it (registry-rules R2.13)."""
    found, number = name, 0
    while found.casefold() in taken:
        found, number = f"{name}_X{number}Q7", number + 1
    taken.add(found.casefold())
    return found


def _some(draw: Draw, values: tuple[str, ...], least: int, most: int) -> list[str]:
    return draw(st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True))


def _members(draw: Draw, roles: tuple[str, ...], *, often: bool) -> dict[str, object]:
    odds = {"cal": 9 if often else 2, "dee": 2}
    return {
        name: draw(st.sampled_from(roles))
        for name, one_in in odds.items()
        if draw(st.integers(1, one_in)) < one_in
    }


def _organization(draw: Draw, name: str, taken: set[str], *, often: bool) -> dict[str, object]:
    entity = slug(name) or "org"
    entity = draw(st.sampled_from([entity, entity, f"{entity}_X7Q2", f"{entity}-org", "lab-4711"]))
    members = _members(draw, ROLES, often=often)
    organization: dict[str, object] = {"name": name, "entity": _free(taken, entity), "members": members}
    if default := draw(
        st.sampled_from(["member", "member", "member", "member", "viewer", "restricted_viewer", None])
    ):
        organization["default_registry_role"] = default
    return organization


def _teams(draw: Draw, homes: list[str], taken: set[str]) -> list[dict[str, object]]:
    """Teams, of which the first is in the first organization; some are called like an organization."""
    found: list[dict[str, object]] = []
    likenesses = tuple(name for home in homes if (name := slug(home)))
    for number, name in enumerate(_some(draw, tuple(dict.fromkeys((*TEAMS, *likenesses))), 1, 4)):
        if name.casefold() in taken:
            continue
        taken.add(name.casefold())
        team: dict[str, object] = {"name": name, "members": _members(draw, ROLES, often=True)}
        home = draw(st.sampled_from([homes[0], *homes, None])) if number else homes[0]
        if home is not None:
            team["org"] = home
        if draw(st.integers(0, 3)) == 3:
            bot = f"bot-{number}"
            taken.add(bot)
            team["service_accounts"] = [{"username": bot, "api_keys": [key_of(bot)]}]
        found.append(team)
    return found


def _users(draw: Draw, teams: list[dict[str, object]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for name in ("cal", "dee"):
        personal = draw(st.sampled_from([True, True, False]))
        own = [str(team["name"]) for team in teams if name in members_of(team)]
        others = [str(team["name"]) for team in teams if name not in members_of(team)]
        choices = [*own, None, *own, *([name] if personal else []), *others]
        user: dict[str, object] = {"username": name, "api_keys": [key_of(name)]}
        if not personal:
            user["personal_entity"] = False
        if (default := draw(st.sampled_from(choices))) is not None:
            user["default_entity"] = default
        found.append(user)
    return found


def members_of(group: Mapping[str, object]) -> Mapping[str, object]:
    """The people of a team or an organization, with their roles."""
    members = group.get("members", {})
    assert isinstance(members, Mapping)
    return members


def _artifacts(
    draw: Draw, users: list[dict[str, object]], teams: list[dict[str, object]]
) -> list[dict[str, object]]:
    owners = [str(team["name"]) for team in teams]
    owners += [str(user["username"]) for user in users if user.get("personal_entity", True)]
    found: dict[str, dict[str, object]] = {}
    for owner in owners:
        for _ in range(draw(st.integers(1 if owner == owners[0] else 0, 2))):
            project, name = draw(st.sampled_from(PROJECTS)), draw(st.sampled_from(SEQUENCES))
            path = f"{owner}/{project}/{name}"
            versions = [_version(draw, path, number) for number in range(draw(st.integers(1, 3)))]
            found.setdefault(path, {"path": path, "type": draw(st.sampled_from(TYPES)), "versions": versions})
    return list(found.values())


def _version(draw: Draw, path: str, number: int) -> dict[str, object]:
    version: dict[str, object] = {"files": {"weights.bin": f"{path} {number}"}}
    if aliases := _some(draw, ALIASES, 0, 1):
        version["aliases"] = aliases
    state = draw(st.sampled_from(["COMMITTED"] * 20 + ["PENDING", "DELETED"]))
    if state != "COMMITTED":
        version["state"] = state
    return version


def _registries(
    draw: Draw,
    org: dict[str, object],
    teams: list[dict[str, object]],
    artifacts: list[dict[str, object]],
) -> list[dict[str, object]]:
    own_teams = [str(team["name"]) for team in teams if team.get("org") == org["name"]]
    sources = [each for each in artifacts if str(each["path"]).split("/")[0] in own_teams]
    found: dict[str, dict[str, object]] = {}
    for name in _some(draw, REGISTRIES, 1, 3):
        registry: dict[str, object] = {"org": org["name"], "name": name}
        types = _some(draw, TYPES, 0, 2)
        if types:
            registry["accepted_types"] = types
        if draw(st.integers(0, 3)) == 3:
            registry["visibility"] = "restricted"
        if members := _members(draw, REGISTRY_ROLES, often=False):
            registry["members"] = members
        invited = [team for team in own_teams if draw(st.integers(0, 3)) == 3]
        if invited:
            registry["teams"] = {team: draw(st.sampled_from(REGISTRY_ROLES)) for team in invited}
        collections = [_collection(draw, each, types, sources) for each in _some(draw, COLLECTIONS, 0, 4)]
        if collections:
            registry["collections"] = collections
        found.setdefault(name.casefold(), registry)
    return list(found.values())


def _collection(
    draw: Draw, name: str, accepted: list[str], sources: list[dict[str, object]]
) -> dict[str, object]:
    kinds = accepted or TYPES
    held = [kind for kind in kinds if any(artifact["type"] == kind for artifact in sources)]
    kind = draw(st.sampled_from([*held, *held, *held, *kinds]))
    linkable = [
        f"{artifact['path']}:v{number}"
        for artifact in sources
        if artifact["type"] == kind
        for number, version in enumerate(_list(artifact["versions"]))
        if version.get("state") != "PENDING"
    ]
    chosen = (
        draw(st.lists(st.sampled_from(linkable), min_size=1, max_size=2, unique=True)) if linkable else []
    )
    versions = [{"source": source, "aliases": _some(draw, ALIASES, 0, 2)} for source in chosen]
    return {"name": name, "type": kind, **({"versions": versions} if versions else {})}


def _list(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value
