"""World documents: what is accepted, and how a malformed one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from registry_doctor.sandbox import Sandbox, SandboxError, World, WorldError, load_world

KEY = "k" * 40
ADA = {"username": "ada", "api_keys": [KEY]}
ORG = {"name": "Org", "entity": "org-x", "members": {"ada": "admin"}}
TEAM = {"name": "team", "org": "Org", "members": {"ada": "admin"}}
ARTIFACT = {"path": "team/p/a", "type": "model", "versions": [{"files": {"f": "1"}}]}

MALFORMED: list[tuple[str, object, str]] = [
    ("not a mapping", ["users"], "world: expected a mapping, got a list"),
    ("unknown section", {"user": []}, "world: unknown field 'user' (did you mean 'users'?)"),
    ("section is no list", {"users": {"ada": {}}}, "users: expected a list, got a mapping"),
    ("entry is no mapping", {"users": ["ada"]}, "users[0]: expected a mapping, got text"),
    ("field missing", {"users": [{}]}, "users[0].username: is missing or empty"),
    (
        "field misspelt",
        {"orgs": [{**ORG, "entitty": "x"}]},
        "orgs[0]: unknown field 'entitty' (did you mean 'entity'?)",
    ),
    ("number for text", {"users": [{"username": 7}]}, "users[0].username: expected text, got 7 (quote it)"),
    (
        "text for flag",
        {"users": [{**ADA, "admin": "yes"}]},
        "users[0].admin: expected true or false, got text",
    ),
    (
        "short key",
        {"users": [{"username": "ada", "api_keys": ["abc"]}]},
        "users[0].api_keys[0]: a key has 40 characters or more, this one 3",
    ),
    (
        "unknown role",
        {"orgs": [{**ORG, "members": {"ada": "boss"}}]},
        "orgs[0].members.ada: 'boss' is not one of restricted_viewer, viewer, member, admin",
    ),
    ("bad version", {"server": {"version": "new"}}, "server.version: 'new' is not a version such as 0.85.0"),
    ("bad feature", {"server": {"features": {"X": 1}}}, "server.features.X: expected true or false, got 1"),
    (
        "bad path",
        {"artifacts": [{**ARTIFACT, "path": "team/a"}]},
        "artifacts[0].path: 'team/a' is not entity/project/collection",
    ),
    (
        "bad state",
        {"artifacts": [{**ARTIFACT, "versions": [{"state": "LOST"}]}]},
        "artifacts[0].versions[0].state: 'LOST' is not one of COMMITTED, PENDING, DELETED",
    ),
    (
        "bad visibility",
        {"registries": [{"org": "Org", "name": "r", "visibility": "all"}]},
        "registries[0].visibility: 'all' is not one of organization, restricted",
    ),
    (
        "bad source",
        {
            "registries": [
                {
                    "org": "Org",
                    "name": "r",
                    "collections": [{"name": "c", "type": "t", "versions": [{"source": "a:v0"}]}],
                }
            ]
        },
        "registries[0].collections[0].versions[0].source: 'a:v0' is not entity/project/collection:version",
    ),
]

DANGLING: list[tuple[str, Mapping[str, object], str]] = [
    (
        "team in no organization",
        {"teams": [TEAM]},
        "teams[0].org: organization 'Org' does not exist (give its display name)",
    ),
    (
        "artifact of nobody",
        {"artifacts": [ARTIFACT]},
        "artifacts[0].path: user or team 'team' does not exist",
    ),
    (
        "version by nobody",
        {"users": [ADA], "artifacts": [{**ARTIFACT, "path": "ada/p/a", "versions": [{"by": "bob"}]}]},
        "artifacts[0].versions[0].by: user 'bob' does not exist",
    ),
    (
        "key of two people",
        {"users": [ADA, {"username": "bob", "api_keys": [KEY]}]},
        "users[1].api_keys: a key of 'bob' is already one of 'ada'",
    ),
    (
        "entity taken",
        {"users": [ADA], "orgs": [{**ORG, "entity": "Ada"}]},
        "orgs[0].entity: entity 'Ada' already exists",
    ),
    (
        "link of nothing",
        {
            "orgs": [ORG],
            "registries": [
                {
                    "org": "Org",
                    "name": "r",
                    "collections": [{"name": "c", "type": "t", "versions": [{"source": "team/p/a:v0"}]}],
                }
            ],
        },
        "registries[0].collections[0].versions[0].source: artifact 'team/p/a:v0' does not exist",
    ),
    (
        "link of another type",
        {
            "orgs": [ORG],
            "teams": [TEAM],
            "artifacts": [ARTIFACT],
            "registries": [
                {
                    "org": "Org",
                    "name": "r",
                    "collections": [{"name": "c", "type": "t", "versions": [{"source": "team/p/a:v0"}]}],
                }
            ],
        },
        "registries[0].collections[0].versions[0].source: 'team/p/a:v0' is of type 'model', not 't'",
    ),
]


@pytest.mark.parametrize(
    ("document", "message"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED]
)
def test_a_malformed_world_is_refused_by_section_and_field(document: object, message: str) -> None:
    """The message says where in the document the trouble is."""
    with pytest.raises(WorldError) as refusal:
        World.from_document(document)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("document", "message"), [case[1:] for case in DANGLING], ids=[case[0] for case in DANGLING]
)
def test_a_reference_to_something_unknown_is_refused_by_section_and_field(
    document: Mapping[str, object], message: str
) -> None:
    """Sections refer to each other by name; a name that is not there is named with its place."""
    with pytest.raises(WorldError) as refusal:
        Sandbox.start(document)
    assert str(refusal.value) == message


def test_every_section_is_optional() -> None:
    """Nothing at all is a world."""
    with Sandbox.start({}) as sandbox:
        assert sandbox.base_url.startswith("http://127.0.0.1:")
    assert World.from_document(None) == World()


def test_yaml_and_json_files_are_read_alike(tmp_path: Path) -> None:
    """The format follows from the name of the file."""
    (tmp_path / "w.yaml").write_text("users: [{username: ada}]")
    (tmp_path / "w.json").write_text('{"users": [{"username": "ada"}]}')
    assert load_world(tmp_path / "w.yaml") == load_world(tmp_path / "w.json")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("w.yaml", "users: [", "is not valid YAML"),
        ("w.json", "{", "is not valid JSON"),
        ("w.yaml", "user: 1", "unknown field 'user'"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    """The message begins with the file."""
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(WorldError, match=said) as refusal:
        load_world(path)
    assert str(refusal.value).startswith(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """There is no traceback of the file system."""
    with pytest.raises(WorldError, match="cannot be read"):
        load_world(tmp_path / "none.yaml")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.1", "::", "example.com"])
def test_only_the_loopback_address_is_served(host: str) -> None:
    """Keys and files of a sandbox are nobody else's business."""
    with pytest.raises(SandboxError, match="loopback"):
        Sandbox.start({}, host=host)
