"""Finding things by name, filter and page (registry-rules 1.4, 1.5; protocol 3 and 5)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from registry_doctor.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client

MEMBERSHIP = """query M($entity: String, $project: String, $name: String!) {
  project(entityName: $entity, name: $project) { name entityName artifactCollectionMembership(name: $name) { versionIndex } } }"""
COLLECTIONS = """query C($registries: JSONString, $collections: JSONString, $first: Int, $after: String, $order: String) {
  organization(name: "Acme Robotics") { orgEntity { artifactCollections(
    projectFilters: $registries, filters: $collections, collectionTypes: [PORTFOLIO], first: $first, after: $after, order: $order
  ) { totalCount pageInfo { endCursor hasNextPage } edges { node { name } } } } } }"""
VERSIONS = """query V($filters: JSONString) { organization(name: "Acme Robotics") { orgEntity {
  artifactMemberships(filters: $filters) { edges { node { artifactCollection { name } } } } } } }"""
PLACE = "organization.orgEntity.artifactCollections"


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("yolo", 1),
        ("yolo:latest", 1),
        ("yolo:v0", 0),
        ("yolo:best", 1),
        ("yolo:v9", None),
        ("yolo:Best", None),
        ("Yolo", None),
    ],
)
def test_a_version_is_found_by_alias_or_number_and_without_either_it_is_the_latest(
    client: Client, name: str, version: int | None
) -> None:
    """Collections and aliases are told apart by case (registry-rules R1.12, R1.15)."""
    reply = client.ask("bob", MEMBERSHIP, entity="vision", project="detectors", name=name)
    assert reply["project.artifactCollectionMembership"] == (
        None if version is None else {"versionIndex": version}
    )


def test_entities_and_projects_are_found_in_any_case_and_answered_in_the_servers(client: Client) -> None:
    """Also registries."""
    reply = client.ask(
        "bob",
        MEMBERSHIP,
        entity="ACME-robotics_x7q2",
        project="Wandb-Registry-golden datasets",
        name="raw_images",
    )
    assert reply["project"] == {
        "name": "wandb-registry-Golden Datasets",
        "entityName": "acme-robotics_X7Q2",
        "artifactCollectionMembership": {"versionIndex": 0},
    }


@pytest.mark.parametrize(
    ("registries", "collections", "names"),
    [
        ({"name": "wandb-registry-model"}, {}, ["detector"]),
        ({}, {"name": "weights"}, ["weights"]),
        ({}, {"name": {"$regex": "^w"}}, ["weights"]),
        ({}, {"name": {"$in": ["detector", "weights", "none"]}}, ["detector", "weights"]),
        ({"name": {"$contains": "Golden"}}, {"name": {"$contains": "raw"}}, ["raw_images"]),
        ({"name": "wandb-registry-secret"}, {}, []),
    ],
)
def test_collections_are_filtered_by_registry_and_name(
    client: Client, registries: object, collections: object, names: list[str]
) -> None:
    """Filters are JSON text, as the SDK sends them."""
    reply = client.ask(
        "bob",
        COLLECTIONS,
        registries=json.dumps(registries),
        collections=json.dumps(collections),
        order="name",
    )
    assert reply.nodes(PLACE, "name") == names


def test_a_registry_is_filtered_by_the_number_of_its_internal_id(client: Client) -> None:
    """The SDK decodes the id and asks with the number (protocol 5)."""
    reply = client.ask(
        "bob",
        '{ project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-Golden Datasets") { internalId } }',
    )
    kind, _, number = base64.b64decode(str(reply["project.internalId"])).decode().partition(":")
    assert kind == "ProjectInternalId"
    reply = client.ask("bob", COLLECTIONS, registries=json.dumps({"id": int(number)}))
    assert reply.nodes(PLACE, "name") == ["raw_images", "weights"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"alias": "production"}, ["phi3-finetuned", "detector"]),
        ({"metadata.map": {"$gt": 0.5}}, ["phi3-finetuned"]),
        ({"tag": "x"}, []),
        ({"version": 0, "alias": {"$nin": ["production"]}}, ["raw_images", "weights"]),
    ],
)
def test_versions_are_filtered_by_what_is_said_about_them(
    client: Client, filters: object, names: list[str]
) -> None:
    """Aliases, metadata, tags, numbers."""
    reply = client.ask("bob", VERSIONS, filters=json.dumps(filters))
    assert reply.nodes("organization.orgEntity.artifactMemberships", "artifactCollection.name") == names


def test_a_field_that_cannot_be_filtered_by_is_refused(client: Client) -> None:
    """Not passed over."""
    reply = client.ask("bob", COLLECTIONS, collections='{"colour": "red"}')
    assert (reply.status, reply.messages) == (400, ["filters: unknown field 'colour'"])


def test_collections_are_had_page_by_page(client: Client) -> None:
    """In the order asked for, each once."""
    seen: list[object] = []
    cursor = None
    while True:
        reply = client.ask("bob", COLLECTIONS, first=2, after=cursor, order="-name")
        seen += reply.nodes(PLACE, "name")
        cursor = reply[f"{PLACE}.pageInfo.endCursor"]
        if not reply[f"{PLACE}.pageInfo.hasNextPage"]:
            break
    assert seen == ["weights", "raw_images", "phi3-finetuned", "detector"]
    assert reply[f"{PLACE}.totalCount"] == 4


def test_a_registry_tells_the_types_that_it_accepts(client: Client) -> None:
    """Those present, with includeAll also those accepted; all types unless some are listed (registry-rules R3.2)."""
    query = """query T($name: String, $all: Boolean) { project(entityName: "acme-robotics_X7Q2", name: $name) {
      allowAllArtifactTypesInRegistry artifactTypes(includeAll: $all) { edges { node { name } } } } }"""
    listed = client.ask("bob", query, name="wandb-registry-dataset", all=True)
    assert listed["project.allowAllArtifactTypesInRegistry"] is False
    assert listed.nodes("project.artifactTypes", "name") == ["dataset"]
    assert (
        client.ask("bob", query, name="wandb-registry-dataset", all=False).nodes(
            "project.artifactTypes", "name"
        )
        == []
    )
    every = client.ask("bob", query, name="wandb-registry-Golden Datasets", all=True)
    assert every["project.allowAllArtifactTypesInRegistry"] is True
    assert every.nodes("project.artifactTypes", "name") == ["dataset", "model"]


def test_a_deleted_version_is_found_by_name_with_its_state_and_is_in_no_list(
    client: Client, sandbox: Sandbox
) -> None:
    """It has left the collections that it was linked into (registry-rules R5.5)."""
    sandbox.add_world(
        {
            "artifacts": [
                {"path": "vision/detectors/gone", "type": "model", "versions": [{}, {"state": "DELETED"}]}
            ],
            "registries": [
                {
                    "org": "Acme Robotics",
                    "name": "model",
                    "collections": [
                        {
                            "name": "gone",
                            "type": "model",
                            "versions": [
                                {"source": "vision/detectors/gone:v1"},
                                {"source": "vision/detectors/gone:v0"},
                            ],
                        }
                    ],
                }
            ],
        }
    )
    query = """{ project(entityName: "vision", name: "detectors") {
      artifactCollectionMembership(name: "gone:v1") { artifact { state } }
      artifactCollection(name: "gone") { artifactMemberships { edges { node { versionIndex } } } } }
      registry: project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model") {
      artifactCollection(name: "gone") { artifactMemberships { edges { node { versionIndex } } } } } }"""
    reply = client.ask("bob", query)
    assert reply["project.artifactCollectionMembership.artifact.state"] == "DELETED"
    assert reply.nodes("project.artifactCollection.artifactMemberships", "versionIndex") == [0]
    assert reply.nodes("registry.artifactCollection.artifactMemberships", "versionIndex") == [1]


@pytest.mark.parametrize(
    ("features", "on"),
    [(["A", "ARTIFACT_TAGS"], {"A", "ARTIFACT_TAGS"}), ({"ARTIFACT_TAGS": False}, None)],
    ids=["exactly", "changes"],
)
def test_features_are_listed_exactly_or_changed(
    client: Client, sandbox: Sandbox, features: object, on: set[str] | None
) -> None:
    """A list is all that is on, a mapping changes the default set; the version is told."""
    query = "{ serverInfo { features { name isEnabled } latestLocalVersionInfo { versionOnThisInstanceString } } }"
    sandbox.add_world({"server": {"version": "0.80.1", "features": features}})
    reply = client.ask("bob", query)
    listed = reply["serverInfo.features"]
    assert isinstance(listed, list)
    enabled = {feature["name"] for feature in listed if feature["isEnabled"]}
    assert enabled == on if on else ("ARTIFACT_TAGS" not in enabled and "ARTIFACT_REGISTRY_SEARCH" in enabled)
    assert reply["serverInfo.latestLocalVersionInfo.versionOnThisInstanceString"] == "0.80.1"


def test_people_are_known_within_their_organizations(client: Client) -> None:
    """The SDK looks people up before it adds them to a registry."""
    query = "query U($q: String) { users(query: $q) { edges { node { username } } } }"
    assert client.ask("bob", query, q="gina").nodes("users", "username") == ["gina"]
    assert client.ask("bob", query, q="dave").nodes("users", "username") == []
