"""Who sees what, and what role they have (registry-rules 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from registry_doctor.sandbox import World
from registry_doctor.sandbox.access import Access
from registry_doctor.sandbox.populate import populate
from registry_doctor.sandbox.state import Database

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

ORG = "acme-robotics_X7Q2"
REGISTRY = """query Registry($name: String!) {
  entity(name: "acme-robotics_X7Q2") { project(name: $name) {
    name readOnly artifactCollection(name: "detector") { artifactMembership(aliasName: "v0") {
      files(first: 1) { edges { node { name directUrl } } } artifact { artifactSequence { name project { name } } }
    } }
  } }
}"""
SEES = [
    ("bob", "vision", True),
    ("bob", "speech", False),
    ("alice", "speech", True),
    ("bob", ORG, True),
    ("bob", "bob", True),
    ("bob", "alice", False),
    ("alice", "alice", True),
    ("bob", "rivals", False),
    ("bob", "rival-corp", False),
    ("erin", "rival-corp", True),
    ("frank", "orphans", True),
    ("frank", ORG, False),
    ("bob", "nobody", False),
]


@pytest.mark.parametrize(("who", "entity", "sees"), SEES)
def test_an_entity_shows_to_its_members_only(client: Client, who: str, entity: str, sees: bool) -> None:
    """An invisible entity is null, like a missing one."""
    reply = client.ask(who, "query E($name: String) { entity(name: $name) { name } }", name=entity)
    assert reply.status == 200
    assert reply["entity"] == ({"name": entity} if sees else None)


@pytest.mark.parametrize(
    ("name", "found"),
    [("Acme Robotics", True), ("acme robotics", False), (ORG, False), ("Rival Corp", False)],
)
def test_an_organization_is_found_by_its_display_name_exactly(client: Client, name: str, found: bool) -> None:
    """Neither by its entity's name nor in another case, and only by members (registry-rules R2.9)."""
    reply = client.ask(
        "bob",
        "query O($name: String) { organization(name: $name) { orgEntity { name entityType } } }",
        name=name,
    )
    assert reply["organization"] == (
        {"orgEntity": {"name": ORG, "entityType": "organization"}} if found else None
    )


def test_a_person_has_organizations_and_a_team_has_one(client: Client) -> None:
    """That is what the SDK resolves organizations from (registry-rules R2.1)."""
    query = """query F($name: String!) { entity(name: $name) {
      isTeam organization { name orgEntity { name } } user { organizations { name } } } }"""
    acme = {"name": "Acme Robotics", "orgEntity": {"name": ORG}}
    assert client.ask("erin", query, name="erin")["entity"] == {
        "isTeam": False,
        "organization": None,
        "user": {"organizations": [{"name": "Acme Robotics"}, {"name": "Rival Corp"}]},
    }
    assert client.ask("erin", query, name="VISION")["entity"] == {
        "isTeam": True,
        "organization": acme,
        "user": None,
    }
    assert client.ask("frank", query, name="orphans")["entity"] == {
        "isTeam": True,
        "organization": None,
        "user": None,
    }
    assert client.ask("bob", query, name=ORG)["entity.organization"] == acme


@pytest.mark.parametrize(
    ("who", "registry", "sees", "read_only"),
    [
        ("bob", "wandb-registry-model", True, False),
        ("erin", "wandb-registry-model", True, True),
        ("gina", "wandb-registry-model", True, True),
        ("carol", "wandb-registry-dataset", True, True),
        ("alice", "wandb-registry-secret", True, False),
        ("bob", "wandb-registry-secret", False, None),
        ("dave", "wandb-registry-model", False, None),
    ],
)
def test_a_registry_shows_to_the_organization_or_to_those_added(
    client: Client, who: str, registry: str, sees: bool, read_only: bool | None
) -> None:
    """Whoever does not see it gets null, whoever may not link gets readOnly (registry-rules R4.13, R4.15)."""
    reply = client.ask(who, REGISTRY, name=registry)
    assert (reply["entity.project"] is not None) is sees
    if sees:
        assert reply["entity.project.readOnly"] is read_only


def test_a_restricted_viewer_is_refused_the_files_and_nothing_else(client: Client) -> None:
    """403 with the rest of the data complete (registry-rules R4.6, protocol 6)."""
    reply = client.ask("gina", REGISTRY, name="wandb-registry-model")
    assert (reply.status, reply.messages) == (403, ["permission denied"])
    found = "entity.project.artifactCollection.artifactMembership"
    assert reply[f"{found}.files"] is None
    assert reply[f"{found}.artifact"] == {"artifactSequence": {"name": "yolo", "project": None}}


def test_a_viewer_downloads_without_seeing_the_source(client: Client) -> None:
    """The source's project is null for those who cannot read it (registry-rules R4.4)."""
    reply = client.ask("carol", REGISTRY, name="wandb-registry-model")
    found = "entity.project.artifactCollection.artifactMembership"
    assert reply.status == 200
    assert reply.nodes(f"{found}.files", "name") == ["model.bin"]
    assert reply[f"{found}.artifact.artifactSequence"] == {"name": "yolo", "project": None}


def test_lists_hold_only_what_is_visible(client: Client) -> None:
    """Registries and their collections, of one's own organizations."""
    query = """{ organization(name: "Acme Robotics") { orgEntity {
      projects { edges { node { name } } } artifactCollections { totalCount } } } }"""
    names = client.ask("bob", query).nodes("organization.orgEntity.projects", "name")
    assert "wandb-registry-secret" not in names
    assert len(names) == 4
    assert "wandb-registry-secret" in client.ask("alice", query).nodes(
        "organization.orgEntity.projects", "name"
    )
    assert client.ask("dave", query)["organization"] is None


def test_the_viewer_has_teams_organizations_and_a_default_entity(client: Client) -> None:
    """What a diagnosis asks first."""
    query = "{ viewer { username entity teams { edges { node { name } } } organizations { name } } }"
    reply = client.ask("erin", query)
    assert (reply["viewer.username"], reply["viewer.entity"]) == ("erin", "erin")
    assert reply.nodes("viewer.teams", "name") == ["vision", "rivals", "erin"]
    assert reply["viewer.organizations"] == [{"name": "Acme Robotics"}, {"name": "Rival Corp"}]


def _world(server: Mapping[str, object], registry: Mapping[str, object], seat: str = "member") -> World:
    return World.from_document(
        {
            "server": dict(server),
            "users": [
                {"username": "ada", "api_keys": ["a" * 40]},
                {"username": "bo", "api_keys": ["b" * 40]},
            ],
            "orgs": [{"name": "Org", "entity": "org", "members": {"ada": seat, "bo": "admin"}}],
            "teams": [
                {
                    "name": "team",
                    "org": "Org",
                    "members": {"ada": "member"},
                    "service_accounts": [{"username": "robot", "api_keys": ["c" * 40]}],
                },
                {"name": "other", "org": "Org", "members": {"bo": "admin"}},
            ],
            "registries": [{"org": "Org", "name": "r", **registry}],
        }
    )


OLD, NEW = {"version": "0.74.0"}, {"version": "0.75.0"}
ROLES = [
    ("default on an old server lets download", "a", OLD, {}, "member", "viewer"),
    ("default on a new server does not", "a", NEW, {}, "member", "restricted_viewer"),
    ("the server's own default counts", "a", {"default_registry_role": "member"}, {}, "member", "member"),
    ("an added person has the role given", "a", NEW, {"members": {"ada": "viewer"}}, "member", "viewer"),
    (
        "a low role given beats a higher default",
        "a",
        {"default_registry_role": "member"},
        {"members": {"ada": "viewer"}},
        "member",
        "viewer",
    ),
    ("a team's role counts", "a", NEW, {"teams": {"team": "member"}}, "member", "member"),
    (
        "the highest wins",
        "a",
        NEW,
        {"teams": {"team": "member"}, "members": {"ada": "viewer"}},
        "member",
        "member",
    ),
    (
        "another team's role does not count",
        "a",
        NEW,
        {"teams": {"other": "member"}},
        "member",
        "restricted_viewer",
    ),
    ("restricted hides from those not added", "a", NEW, {"visibility": "restricted"}, "member", None),
    (
        "restricted shows to an added team",
        "a",
        NEW,
        {"visibility": "restricted", "teams": {"team": "viewer"}},
        "member",
        "viewer",
    ),
    ("an organization's admin is admin", "b", NEW, {"visibility": "restricted"}, "member", "admin"),
    ("a viewer's seat caps on an old server", "a", OLD, {"members": {"ada": "member"}}, "viewer", "viewer"),
    (
        "a viewer's seat does not cap on a new one",
        "a",
        NEW,
        {"members": {"ada": "member"}},
        "viewer",
        "member",
    ),
    ("a service account is a member", "c", NEW, {}, "member", "member"),
    ("a service account does not see restricted", "c", NEW, {"visibility": "restricted"}, "member", None),
    (
        "unless its team was added as a member",
        "c",
        NEW,
        {"visibility": "restricted", "teams": {"team": "member"}},
        "member",
        "member",
    ),
    (
        "a team of viewers does not bring it in",
        "c",
        NEW,
        {"visibility": "restricted", "teams": {"team": "viewer"}},
        "member",
        None,
    ),
    (
        "it is admin if added as such",
        "c",
        NEW,
        {"visibility": "restricted", "members": {"robot": "admin"}},
        "member",
        "admin",
    ),
]
ABILITIES = {
    None: None,
    "restricted_viewer": (False, False),
    "viewer": (True, False),
    "member": (True, True),
    "admin": (True, True),
}


@pytest.mark.parametrize(
    ("key", "server", "registry", "seat", "role"),
    [case[1:] for case in ROLES],
    ids=[case[0] for case in ROLES],
)
def test_the_effective_role_decides(
    key: str, server: Mapping[str, object], registry: Mapping[str, object], seat: str, role: str | None
) -> None:
    """Told from what the person can do: see, download, write (registry-rules R4.7 to R4.11)."""

    database = Database()
    populate(database, _world(server, registry, seat))
    project = database.project(database.entities["org"], "wandb-registry-r")
    assert project
    access = Access(database, database.users_by_key[key * 40])
    found = access.role(project)
    assert (found.label if found else None) == role
    abilities = (access.downloads(project), access.writes(project)) if access.sees(project) else None
    assert abilities == ABILITIES[role]
