"""Linking: what the server refuses, in its words, and what a link leaves behind (registry-rules 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from registry_doctor.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

ORG = "acme-robotics_X7Q2"
MODEL = f"{ORG}/wandb-registry-model"
YOLO = "vision/detectors/yolo"
FOREIGN = "linking is only allowed within the same team or to a collection in your organization's registry"
ADD_ALIASES = "mutation Add($input: AddAliasesInput!) { addAliases(input: $input) { success } }"
UNLINK = "mutation Unlink($input: UnlinkArtifactInput!) { unlinkArtifact(input: $input) { success } }"
COLLECTION = """query Collection($entity: String, $project: String, $name: String!) {
  project(entityName: $entity, name: $project) { artifactCollection(name: $name) {
    __typename id defaultArtifactType { name } aliases { edges { node { alias } } }
    artifactMemberships { edges { node { versionIndex aliases { alias } artifact { id } } } }
  } }
}"""


@dataclass(frozen=True)
class Refused:
    """A link that must not happen."""

    why: str
    who: str
    source: str
    target: str
    status: int
    message: str
    aliases: tuple[str, ...] = ()


REFUSED = [
    Refused("source in a personal entity", "alice", "alice/scratch/mine:v0", f"{MODEL}/mine", 400, FOREIGN),
    Refused("source in another organization", "erin", "rivals/spy/spy:v0", f"{MODEL}/spy", 400, FOREIGN),
    Refused("ordinary project of another entity", "bob", f"{YOLO}:v0", "speech/asr/whisper2", 400, FOREIGN),
    Refused("ordinary project of the organization", "bob", f"{YOLO}:v0", f"{ORG}/model/x", 400, FOREIGN),
    Refused("entity that does not exist", "bob", f"{YOLO}:v0", "nobody/model/x", 400, FOREIGN),
    Refused(
        "missing registry",
        "bob",
        f"{YOLO}:v0",
        f"{ORG}/wandb-registry-none/x",
        404,
        "project 'wandb-registry-none' not found",
    ),
    Refused(
        "invisible registry",
        "bob",
        f"{YOLO}:v0",
        f"{ORG}/wandb-registry-secret/x",
        404,
        "project 'wandb-registry-secret' not found",
    ),
    Refused(
        "registry of a foreign organization",
        "bob",
        f"{YOLO}:v0",
        "rival-corp/wandb-registry-model/x",
        404,
        "project 'wandb-registry-model' not found",
    ),
    Refused(
        "type the registry does not accept",
        "bob",
        "vision/datasets/frames:v0",
        f"{MODEL}/frames",
        400,
        "artifact type 'dataset' is not allowed in the 'model' registry",
    ),
    Refused(
        "collection of another type",
        "bob",
        "vision/datasets/frames:v0",
        f"{ORG}/wandb-registry-Golden Datasets/weights",
        400,
        "artifact type 'dataset' does not match collection 'weights', which holds type 'model'",
    ),
    Refused("viewer", "erin", f"{YOLO}:v0", f"{MODEL}/detector", 403, "permission denied"),
    Refused(
        "restricted viewer", "gina", "speech/asr/whisper:v0", f"{MODEL}/detector", 403, "permission denied"
    ),
    Refused(
        "protected alias",
        "bob",
        f"{YOLO}:v1",
        f"{MODEL}/detector",
        403,
        "permission denied: 'golden' is a protected alias of the 'model' registry",
        ("golden",),
    ),
    Refused(
        "alias with a slash",
        "bob",
        f"{YOLO}:v1",
        f"{MODEL}/detector",
        400,
        "alias 'a/b' must not be empty or contain '/' or ':'",
        ("a/b",),
    ),
    Refused("empty collection", "bob", f"{YOLO}:v0", f"{MODEL}/", 400, "collection name must not be empty"),
    Refused(
        "collection with a colon",
        "bob",
        f"{YOLO}:v0",
        f"{MODEL}/detector:latest",
        400,
        "collection name 'detector:latest' must not contain '/' or ':'",
    ),
    Refused(
        "collection with a slash",
        "bob",
        f"{YOLO}:v0",
        f"{MODEL}/a/b",
        400,
        "collection name 'a/b' must not contain '/' or ':'",
    ),
    Refused(
        "long collection",
        "bob",
        f"{YOLO}:v0",
        f"{MODEL}/{'n' * 129}",
        400,
        f"collection name '{'n' * 129}' must have 128 characters or less",
    ),
    Refused(
        "into a source collection",
        "bob",
        f"{YOLO}:v0",
        "vision/datasets/frames",
        400,
        "'frames' holds what runs logged: nothing can be linked into it",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=[case.why for case in REFUSED])
def test_a_link_that_breaks_a_rule_is_refused_and_changes_nothing(client: Client, case: Refused) -> None:
    """Status and text are the server's; no collection appears."""
    finder = "dave" if case.source.startswith("rivals/") else "alice"
    before = client.ask(
        "alice",
        '{ organization(name: "Acme Robotics") { orgEntity { artifactCollections { totalCount } } } }',
    ).body
    reply = client.link(case.who, case.source, case.target, *case.aliases, finder=finder)
    assert (reply.status, reply.messages) == (case.status, [case.message])
    assert reply["linkArtifact"] is None
    assert (
        client.ask(
            "alice",
            '{ organization(name: "Acme Robotics") { orgEntity { artifactCollections { totalCount } } } }',
        ).body
        == before
    )


def _aliases(*names: str) -> list[object]:
    return [{"alias": name} for name in names]


def test_a_new_collection_takes_the_type_of_its_first_link(client: Client) -> None:
    """It appears with version v0 and the alias latest."""
    reply = client.link("bob", f"{YOLO}:v0", f"{ORG}/wandb-registry-Golden Datasets/new", "prod")
    assert (reply.status, reply["linkArtifact.versionIndex"]) == (200, 0)
    found = client.ask("bob", COLLECTION, entity=ORG, project="wandb-registry-Golden Datasets", name="new")
    assert found["project.artifactCollection.__typename"] == "ArtifactPortfolio"
    assert found["project.artifactCollection.defaultArtifactType.name"] == "model"
    assert found.nodes("project.artifactCollection.aliases", "alias") == ["latest", "prod"]


def test_versions_count_per_collection_and_latest_follows_the_newest_link(client: Client) -> None:
    """The number of the source does not matter (registry-rules R1.14)."""
    assert client.link("bob", f"{YOLO}:v1", f"{MODEL}/fresh")["linkArtifact.versionIndex"] == 0
    assert client.link("bob", f"{YOLO}:v0", f"{MODEL}/fresh")["linkArtifact.versionIndex"] == 1
    found = client.ask("bob", COLLECTION, entity=ORG, project="wandb-registry-model", name="fresh")
    assert found.nodes("project.artifactCollection.artifactMemberships", "versionIndex") == [1, 0]
    assert found.nodes("project.artifactCollection.artifactMemberships", "aliases") == [
        _aliases("latest", "v1"),
        _aliases("v0"),
    ]


def test_an_alias_moves_to_the_version_that_is_linked_with_it(client: Client) -> None:
    """It lives on one version of a collection."""
    client.link("bob", f"{YOLO}:v1", f"{MODEL}/detector", "production")
    found = client.ask("bob", COLLECTION, entity=ORG, project="wandb-registry-model", name="detector")
    assert found.nodes("project.artifactCollection.artifactMemberships", "aliases") == [
        _aliases("latest", "production", "v1"),
        _aliases("v0"),
    ]


def test_linking_a_version_again_returns_the_version_that_is_there(client: Client) -> None:
    """No number is spent, and its aliases are added."""
    reply = client.link("bob", f"{YOLO}:v0", f"{MODEL}/detector", "stable")
    assert reply["linkArtifact.versionIndex"] == 0
    assert reply["linkArtifact.artifactMembership.aliases"] == _aliases(
        "latest", "production", "stable", "v0"
    )


def test_latest_and_version_numbers_among_the_aliases_are_the_servers_own(client: Client) -> None:
    """They are passed over, not refused."""
    reply = client.link("bob", f"{YOLO}:v1", f"{MODEL}/detector", "latest", "v7")
    assert reply["linkArtifact.artifactMembership.aliases"] == _aliases("latest", "v1")


def test_an_admin_sets_a_protected_alias(client: Client) -> None:
    """What is refused to a member is done for an admin."""
    reply = client.link("alice", f"{YOLO}:v1", f"{MODEL}/detector", "golden")
    assert (reply.status, reply["linkArtifact.versionIndex"]) == (200, 1)


def test_a_missing_ordinary_project_is_made_by_linking(client: Client) -> None:
    """That is how a forgotten prefix lands in the wrong place (registry-rules R1.3)."""
    reply = client.link("bob", f"{YOLO}:v0", "vision/model/detector")
    assert reply["linkArtifact.artifactMembership.artifactCollection.project"] == {
        "name": "model",
        "entity": {"name": "vision"},
    }


def test_the_answer_has_the_servers_own_spelling(client: Client) -> None:
    """Entity and registry are found whatever their case, collections are not (registry-rules R1.12)."""
    reply = client.link("bob", f"{YOLO}:v1", f"{ORG.upper()}/wandb-registry-MODEL/Detector")
    assert reply["linkArtifact.artifactMembership.artifactCollection"] == {
        "name": "Detector",
        "project": {"name": "wandb-registry-model", "entity": {"name": ORG}},
    }
    assert reply["linkArtifact.versionIndex"] == 0


def test_only_a_committed_artifact_can_be_linked(client: Client, sandbox: Sandbox) -> None:
    """Pending and deleted versions are shown with their state and refused."""
    sandbox.add_world(
        {
            "artifacts": [
                {
                    "path": "vision/detectors/odd",
                    "type": "model",
                    "versions": [{"state": "PENDING"}, {"state": "DELETED"}],
                }
            ]
        }
    )
    for version, state in (("v0", "PENDING"), ("v1", "DELETED")):
        reply = client.link("bob", f"vision/detectors/odd:{version}", f"{MODEL}/odd")
        assert (reply.status, reply.messages) == (
            400,
            [f"artifact 'odd' cannot be linked: its state is {state}"],
        )


def test_unlinking_lets_latest_fall_back(client: Client) -> None:
    """The version that leaves takes its aliases with it, and its number is not given again."""
    client.link("bob", f"{YOLO}:v1", f"{MODEL}/detector", "staging")
    found = client.ask("bob", COLLECTION, entity=ORG, project="wandb-registry-model", name="detector")
    values = {
        "artifactID": client.artifact_id("bob", f"{YOLO}:v1"),
        "artifactPortfolioID": found["project.artifactCollection.id"],
    }
    assert client.ask("erin", UNLINK, input=values).messages == ["permission denied"]
    assert client.ask("bob", UNLINK, input=values).status == 200
    found = client.ask("bob", COLLECTION, entity=ORG, project="wandb-registry-model", name="detector")
    assert set(found.nodes("project.artifactCollection.aliases", "alias")) == {"latest", "production"}
    assert client.link("bob", f"{YOLO}:v1", f"{MODEL}/detector")["linkArtifact.versionIndex"] == 2


@pytest.mark.parametrize(
    ("who", "alias", "status"),
    [
        ("bob", "fine", 200),
        ("erin", "fine", 403),
        ("bob", "golden", 403),
        ("alice", "golden", 200),
        ("bob", "v3", 400),
        ("bob", "a:b", 400),
    ],
)
def test_aliases_are_set_by_those_who_may(client: Client, who: str, alias: str, status: int) -> None:
    """Members set aliases, admins also the protected ones (registry-rules R4.12)."""
    place = {
        "entityName": ORG,
        "projectName": "wandb-registry-model",
        "artifactCollectionName": "detector",
        "alias": alias,
    }
    values = {"artifactID": client.artifact_id("alice", f"{YOLO}:v0"), "aliases": [place]}
    assert client.ask(who, ADD_ALIASES, input=values).status == status
