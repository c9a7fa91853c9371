"""Shapes in which some real servers answer: each is off unless a world or a control turns it on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import wandb

from registry_doctor.sandbox import Sandbox, World, WorldError

if TYPE_CHECKING:
    from registry_doctor.pytest_sandbox import WandbSandbox
    from tests.sandbox.conftest import Client, Speaker

ORGANIZATION = 'organization(name: "Acme Robotics")'
TEAMS = "{ viewer { entity teams { edges { node { name } } } organizations { name } } }"
NO_PERSONAL_ENTITY = {
    "users": [{"username": "zoe", "api_keys": ["z" * 40], "personal_entity": False}],
    "teams": [{"name": "zoes", "members": {"zoe": "member"}}],
}


def test_teams_hold_the_personal_entity_from_the_start(client: Client) -> None:
    """Beside the teams, as the real server was recorded."""
    assert client.ask("erin", TEAMS).nodes("viewer.teams", "name") == ["vision", "rivals", "erin"]


def test_an_account_without_a_personal_entity_has_only_teams(client: Client) -> None:
    """Accounts of 2024 and later have none."""
    client.sandbox.add_world(NO_PERSONAL_ENTITY)
    assert client.ask("z" * 40, TEAMS).nodes("viewer.teams", "name") == ["zoes"]


def test_an_error_below_a_non_null_field_nulls_its_parent(client: Client) -> None:
    """`Project.artifactTypes` is not nullable: the project is null, the rest is there."""
    reply = client.ask(
        "bob",
        '{ project(entityName: "vision", name: "detectors") { artifactTypes(first: -1) { totalCount } }'
        " viewer { username } }",
    )
    assert (reply["project"], reply["viewer.username"]) == (None, "bob")
    assert isinstance(reply.body, dict)
    assert reply.body["errors"][0]["path"] == ["project", "artifactTypes"]


def test_teams_without_personal_entity(client: Client) -> None:
    """`viewer.teams` then holds teams only."""
    client.sandbox.set_quirks(["teams_without_personal_entity"])
    assert client.ask("erin", TEAMS).nodes("viewer.teams", "name") == ["vision", "rivals"]


def test_no_default_entity(client: Client) -> None:
    """`viewer.entity` is null, whatever was chosen."""
    client.sandbox.set_quirks(["no_default_entity"])
    assert client.ask("bob", TEAMS)["viewer.entity"] is None


REGISTRY = 'project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model")'
REGISTRIES = f"{ORGANIZATION} {{ orgEntity {{ projects"
COLLECTIONS = f"{ORGANIZATION} {{ orgEntity {{ artifactCollections"
VERSIONS = f"{ORGANIZATION} {{ orgEntity {{ artifactMemberships"
OF_COLLECTION = f'{REGISTRY} {{ artifactCollection(name: "detector") {{ artifactMemberships'
LISTS = [
    (REGISTRIES, "organization.orgEntity.projects"),
    (COLLECTIONS, "organization.orgEntity.artifactCollections"),
    (VERSIONS, "organization.orgEntity.artifactMemberships"),
    (f"{REGISTRY} {{ artifactCollections", "project.artifactCollections"),
    (OF_COLLECTION, "project.artifactCollection.artifactMemberships"),
]


@pytest.mark.parametrize(("start", "place"), LISTS, ids=[place for _, place in LISTS])
def test_lists_begin_with_an_empty_page(client: Client, start: str, place: str) -> None:
    """It has a next page, and the cursor leads to all that was on the first page before."""

    def page(after: str | None) -> tuple[list[object], bool, object]:
        text = f"query L($after: String) {{ {start}(after: $after) "
        text += "{ edges { node { id } } pageInfo { hasNextPage endCursor } }"
        reply = client.ask("bob", text + " }" * start.count("{") + " }", after=after)
        more = reply[f"{place}.pageInfo.hasNextPage"]
        return reply.nodes(place, "id"), bool(more), reply[f"{place}.pageInfo.endCursor"]

    everything, _, _ = page(None)
    client.sandbox.set_quirks(["empty_first_page"])
    nothing, more, cursor = page(None)
    assert (nothing, more) == ([], True)
    assert page(str(cursor))[0] == everything != []


def test_an_older_server_does_not_know_the_organizations_entity(client: Client) -> None:
    """The words are the real ones, and other queries go on."""
    query = f"{{ {ORGANIZATION} {{ name orgEntity {{ name }} }} }}"
    client.sandbox.set_quirks(["no_org_entity_field"])
    reply = client.ask("bob", query)
    assert (reply.status, reply.messages) == (400, ['Cannot query field "orgEntity" on type "Organization".'])
    assert client.ask("bob", f"{{ {ORGANIZATION} {{ name }} }}")["organization.name"] == "Acme Robotics"
    client.sandbox.set_quirks([])
    assert client.ask("bob", query)["organization.orgEntity.name"] == "acme-robotics_X7Q2"


@pytest.mark.parametrize("name", ["nobody", "rivals"], ids=["missing", "not visible"])
def test_an_entity_that_is_not_there_comes_as_a_stub(client: Client, name: str) -> None:
    """Its organization and its user are null; without the quirk, it is null itself."""
    query = f'{{ entity(name: "{name}") {{ name organization {{ name }} user {{ username }} }} }}'
    assert client.ask("bob", query)["entity"] is None
    client.sandbox.set_quirks(["entity_stub"])
    assert client.ask("bob", query)["entity"] == {"name": name, "organization": None, "user": None}


def test_an_organization_that_takes_only_its_own_keys(client: Client) -> None:
    """A personal key signs in, and sees neither the organization nor its teams and registries."""
    query = f'{{ {ORGANIZATION} {{ name }} entity(name: "vision") {{ name }} {REGISTRY} {{ name }} }}'
    client.sandbox.set_quirks(["organization_keys_only"])
    seen = client.ask("alice", query)
    assert (seen["organization"], seen["entity"], seen["project"]) == (None, None, None)
    viewer = client.ask("alice", TEAMS)
    assert viewer.nodes("viewer.teams", "name") == ["alice"]
    assert viewer["viewer.organizations"] == []


def test_the_key_of_a_service_account_is_the_organizations_own(client: Client) -> None:
    """It sees what it saw before."""
    robot = {"username": "robot", "api_keys": ["r" * 40]}
    client.sandbox.add_world(
        {"teams": [{"name": "vision", "org": "Acme Robotics", "service_accounts": [robot]}]}
    )
    client.sandbox.set_quirks(["organization_keys_only"])
    assert client.ask("r" * 40, f"{{ {ORGANIZATION} {{ name }} }}")["organization.name"] == "Acme Robotics"


def test_an_unknown_quirk_is_refused_by_name() -> None:
    """When the world is loaded, with the near name."""
    said = r"server\.quirks\[0\]: 'empty_frist_page' is not a quirk \(did you mean 'empty_first_page'\?\)"
    with pytest.raises(WorldError, match=said):
        World.from_document({"server": {"quirks": ["empty_frist_page"]}})


def test_quirks_are_switched_by_a_control(client: Client) -> None:
    """The list is exactly what is on from then on; a mistake changes nothing."""
    assert client.control("quirks", ["no_default_entity"]).json() == {"ok": True}
    assert client.ask("bob", TEAMS)["viewer.entity"] is None
    assert client.control("quirks", ["nonsense"]).status_code == 400
    assert client.ask("bob", TEAMS)["viewer.entity"] is None
    client.control("quirks", [])
    assert client.ask("bob", TEAMS)["viewer.entity"] == "vision"


def test_a_world_turns_quirks_on(speak: Callable[[str], Speaker]) -> None:
    """With `server.quirks`."""
    ada = {"username": "ada", "api_keys": ["a" * 40]}
    with Sandbox.start({"server": {"quirks": ["no_default_entity"]}, "users": [ada]}) as sandbox:
        assert speak(sandbox.base_url).ask("a" * 40, TEAMS)["viewer.entity"] is None


def test_quirks_are_kept_with_the_state(tmp_path: Path, speak: Callable[[str], Speaker]) -> None:
    """What was answered in their shape is made again in the same way."""
    ada = {"username": "ada", "api_keys": ["a" * 40]}
    with Sandbox.start({"users": [ada]}, state=tmp_path) as first:
        first.set_quirks(["no_default_entity"])
    with Sandbox.start(state=tmp_path) as again:
        assert speak(again.base_url).ask("a" * 40, TEAMS)["viewer.entity"] is None


def test_the_fixture_switches_quirks(wandb_sandbox: WandbSandbox) -> None:
    """The SDK then meets the shape."""
    assert wandb_sandbox.user in wandb.Api().viewer.teams
    wandb_sandbox.set_quirks(["teams_without_personal_entity"])
    assert wandb_sandbox.user not in wandb.Api().viewer.teams


def test_the_sdk_reads_lists_that_begin_with_an_empty_page(wandb_sandbox: WandbSandbox) -> None:
    """wandb goes on to the next page."""
    names = [found.name for found in wandb.Api().registries()]
    wandb_sandbox.set_quirks(["empty_first_page"])
    assert [found.name for found in wandb.Api().registries()] == names != []
