"""Accounts, teams and who belongs to them: made and read with the SDK only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from registry_doctor.sandbox import Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Speaker, Tell

ROOT = {"username": "root", "api_keys": ["0" * 39 + "1"], "admin": True, "default_entity": "root"}

READ = """
say("viewer", [api.viewer.username, api.viewer.admin, api.viewer.teams, api.viewer.api_keys])
say("personal", [repr(member) for member in api.team("bob").members])
say("team", [[member.username, member.admin, member.account_type] for member in api.team("vision").members])
"""

BUILD = """
api.create_user("ann@example.com")
team = api.create_team("blue", admin_username="root")
say("admin", [repr(member) for member in team.members])
say("invited", [team.invite("ann"), team.invite("ann@example.com"), team.invite("nobody")])
robot = team.create_service_account("CI")
say("robot", [robot.account_type, len(robot.api_key)])
registry = api.create_registry("fresh", visibility="restricted", organization="Acme", artifact_types=["model"])
registry.add_members(api.user("ann"), api.team("blue")).update_member(api.user("ann"), "member")
say("people", sorted([each.user.username, each.role] for each in registry.user_members()))
say("teams", [[each.team.name, each.role] for each in registry.team_members()])
with wandb.init(entity="blue", project="training") as run:
    run.link_artifact(wandb.Artifact("net", type="model"), "wandb-registry-fresh/net")
new = api.viewer.generate_api_key("second")
say("signed in", wandb.Api(api_key=new).viewer.username)
say("keys", [len(api.viewer.api_keys), api.viewer.delete_api_key(api.viewer.api_keys[-1]), len(wandb.Api().viewer.api_keys)])
team.load(force=True)
say("removed", [member.delete() for member in team.members if member.username == "ann"])
team.load(force=True)
say("left", [member.name for member in team.members])
"""


OUTSIDE = """
registry = api.create_registry("fresh", visibility="organization", organization="One")
registry.add_members(api.user("eve"), api.create_team("afar", admin_username="root"))
say("people", sorted([each.user.username, each.role] for each in registry.user_members()))
say("teams", [[each.team.name, each.role] for each in registry.team_members()])
"""


def test_the_viewer_and_teams_read_as_wandbs_own_tests_expect(tell: Tell) -> None:
    """The personal entity is among the teams and has its owner as member; a key's name is its beginning."""
    assert tell("bob", READ) == {
        "viewer": ["bob", False, ["vision", "bob"], ["b0b00000"]],
        "personal": ["<Member bob (USER)>"],
        "team": [["alice", True, "USER"], ["bob", False, "USER"], ["erin", False, "USER"]],
    }


def test_an_admin_of_the_instance_adds_people_and_teams_of_no_organization(
    tell: Tell, client: Client
) -> None:
    """To a registry of one of several organizations, as wandb's own tests do."""
    orgs = [
        {"name": name, "entity": f"{name}-x", "members": {"root": "admin"}, "default_registry_role": "member"}
        for name in ("One", "Two")
    ]
    client.sandbox.renew({"users": [ROOT, {"username": "eve", "api_keys": ["e" * 40]}], "orgs": orgs})
    client.keys["root"] = "0" * 39 + "1"
    assert tell("root", OUTSIDE) == {
        "people": [["eve", "member"], ["root", "admin"]],
        "teams": [["afar", "member"]],
    }


def test_a_world_is_built_with_the_sdk_only(tell: Tell, client: Client) -> None:
    """By an admin of the instance: accounts, a team with people, a registry, a link."""
    client.sandbox.renew(
        {"users": [ROOT], "orgs": [{"name": "Acme", "entity": "acme_X1", "members": {"root": "admin"}}]}
    )
    client.keys["root"] = "0" * 39 + "1"
    assert tell("root", BUILD) == {
        "admin": ["<Member root (USER)>"],
        "invited": [True, False, False],
        "robot": ["SERVICE", 40],
        "people": [["ann", "member"], ["root", "admin"]],
        "teams": [["blue", "restricted_viewer"]],
        "signed in": "root",
        "keys": [2, True, 1],
        "removed": [True],
        "left": ["root", "CI"],
    }
    ann = client.sandbox.api_key("ann")
    assert client.ask(ann, "{ viewer { username } }")["viewer.username"] == "ann"


REFUSED = [
    ("bob", 'createUser(input: {email: "x@example.com"}) { user { id } }', 403),
    ("alice", 'createUser(input: {email: "x@example.com"}) { user { id } }', 403),
    ("bob", 'createTeam(input: {teamName: "new"}) { entity { id } }', 403),
    ("alice", 'createTeam(input: {teamName: "vision"}) { entity { id } }', 409),
    ("bob", 'createInvite(input: {entityName: "vision", username: "gina"}) { invite { id } }', 403),
    ("bob", 'createInvite(input: {entityName: "rivals", username: "gina"}) { invite { id } }', 404),
    ("alice", 'createInvite(input: {entityName: "vision", username: "bob"}) { invite { id } }', 409),
    ("bob", 'updateUser(input: {defaultEntity: "rivals"}) { user { id } }', 404),
    ("bob", 'upsertBucket(input: {entityName: "rivals", modelName: "p"}) { bucket { id } }', 403),
    ("bob", 'upsertBucket(input: {entityName: "nobody", modelName: "p"}) { bucket { id } }', 404),
]


@pytest.mark.parametrize(("who", "mutation", "status"), REFUSED)
def test_who_may_not_is_refused(client: Client, who: str, mutation: str, status: int) -> None:
    """Admins of the instance make accounts, admins of an organization teams, admins of a team members."""
    assert client.ask(who, f"mutation {{ {mutation} }}").status == status


def test_the_texts_of_a_run_in_the_wrong_entity_are_the_public_ones(client: Client) -> None:
    """The error for a missing entity has no code, the one for somebody else's team has."""

    def error(entity: str) -> object:
        reply = client.ask(
            "bob",
            f'mutation {{ upsertBucket(input: {{entityName: "{entity}", modelName: "p"}}) {{ bucket {{ id }} }} }}',
        )
        assert isinstance(reply.body, dict)
        return reply.body["errors"]

    missing = {"message": "entity nobody not found during upsertBucket", "path": ["upsertBucket"]}
    denied = {
        "message": "permission denied",
        "path": ["upsertBucket"],
        "extensions": {"code": "PERMISSION_ERROR"},
    }
    assert (error("nobody"), error("rivals")) == ([missing], [denied])


def test_who_is_not_logged_in_reads_as_on_the_real_server(client: Client) -> None:
    """Null with the path of the field, and the code of a missing right."""
    reply = client.ask(None, "{ me: viewer { username } }")
    error = {
        "message": "user is not logged in",
        "path": ["me"],
        "extensions": {"code": "PERMISSION_ERROR"},
    }
    assert (reply.status, reply.body) == (401, {"data": {"me": None}, "errors": [error]})


def test_one_changes_ones_own_account(client: Client) -> None:
    """Name and default entity."""
    change = 'updateUser(input: {defaultEntity: "bob", name: "Bob B."}) { user { entity name } }'
    reply = client.ask("bob", f"mutation {{ {change} }}")
    assert reply["updateUser.user"] == {"entity": "bob", "name": "Bob B."}


def test_what_the_sdk_made_is_there_after_a_restart(
    tmp_path: object, speak: Callable[[str], Speaker]
) -> None:
    """With the same keys."""
    create = 'mutation { createUser(input: {email: "ann@example.com"}) { user { username } } }'
    with Sandbox.start({"users": [ROOT]}, state=str(tmp_path)) as first:
        speak(first.base_url).ask("0" * 39 + "1", create)
        key = first.api_key("ann")
    with Sandbox.start(state=str(tmp_path)) as again:
        assert key is not None
        assert speak(again.base_url).ask(key, "{ viewer { username } }")["viewer.username"] == "ann"
