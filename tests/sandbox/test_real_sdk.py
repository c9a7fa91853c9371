"""The unmodified SDK against the sandbox: what people do with it works, what is refused reads as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Tell

READ = """
registry = api.registry("model", "Acme Robotics")
say("viewer", [api.viewer.username, api.default_entity])
say("registry", [registry.name, registry.visibility, list(registry.artifact_types), registry.allow_all_artifact_types])
say("registries", sorted(found.name for found in api.registries("Acme Robotics")))
say("collections", [[found.name, found.type, found.description, found.aliases] for found in registry.collections()])
say("versions", [found.qualified_name for found in registry.versions()])
say("filtered", [found.name for found in api.registries("Acme Robotics").collections(filter={"name": {"$regex": "^w"}})])
found = api.artifact("wandb-registry-model/detector:production")
say("artifact", [found.qualified_name, found.version, found.source_qualified_name, found.is_link])
say("bare", api.artifact("wandb-registry-model/detector").version)
say("collection", api.artifact_collection("model", "wandb-registry-model/detector").type)
say("types", [found.name for found in api.artifact_types("wandb-registry-model")])
say("exists", [api.artifact_exists(f"wandb-registry-model/detector:{v}") for v in ("v0", "v9")])
"""

LINK = """
linked = api.artifact("vision/detectors/yolo:v1").link("wandb-registry-model/detector", aliases=["staging"])
say("linked", [linked.qualified_name, linked.version, linked.aliases])
folder = api.artifact("wandb-registry-model/detector:staging").download(root="down")
say("bytes", pathlib.Path(folder, "model.bin").read_text())
say("misplaced", api.artifact("vision/detectors/yolo:v1").link("model/detector").qualified_name)
for name, call in {
    "invisible": lambda: api.artifact("vision/detectors/yolo:v1").link("wandb-registry-secret/x"),
    "type": lambda: api.artifact("vision/datasets/frames:v0").link("wandb-registry-model/x"),
    "alias in path": lambda: api.artifact("vision/detectors/yolo:v1").link("wandb-registry-model/detector:latest"),
    "protected": lambda: api.artifact("vision/detectors/yolo:v1").link("wandb-registry-model/detector", aliases=["golden"]),
    "missing version": lambda: api.artifact("wandb-registry-model/detector:prod"),
    "missing registry": lambda: api.artifact("wandb-registry-models/detector:v0"),
    "team as prefix": lambda: api.artifact("vision/wandb-registry-model/detector:v0"),
}.items():
    say(name, refused(call))
"""

LOG = """
files = pathlib.Path("files"); (files / "sub").mkdir(parents=True)
(files / "weights.bin").write_bytes(bytes(range(256)) * 20); (files / "sub" / "empty.txt").write_text("")
with wandb.init(entity="vision", project="training", config={"lr": 0.5}) as run:
    run.log({"loss": 2}); run.log({"loss": 1})
    artifact = wandb.Artifact("net", type="model", metadata={"depth": 3})
    artifact.add_dir(str(files)); artifact.add_reference("https://example.com/x.bin", name="ref.bin", checksum=False)
    logged = run.log_artifact(artifact, aliases=["best"]).wait()
    say("logged", [logged.qualified_name, sorted(logged.aliases)])
    draft = wandb.Artifact("draft", type="model"); draft.add_file(str(files / "weights.bin"))
    say("linked draft", run.link_artifact(draft, "wandb-registry-model/net", aliases=["prod"]).qualified_name)
    say("used", run.use_artifact("wandb-registry-model/net:prod").qualified_name)
    again = wandb.Artifact("draft", type="model"); again.add_file(str(files / "weights.bin"))
    say("same content", run.log_artifact(again).wait().version)
    path = f"vision/training/{run.id}"
done = api.run(path)
say("run", [done.state, done.summary["loss"], dict(done.config), [row["loss"] for row in done.scan_history()]])
say("artifacts", [[a.name for a in done.logged_artifacts()], [a.name for a in done.used_artifacts()]])
down = pathlib.Path(api.artifact("wandb-registry-model/net:prod").download(root="down"))
say("equal", (down / "weights.bin").read_bytes() == (files / "weights.bin").read_bytes())
say("entries", sorted(api.artifact("vision/training/net:best").manifest.entries))
say("organization", refused(lambda: wandb.init(entity="acme-robotics_X7Q2", project="x")))
"""

MANAGE = """
registry = api.create_registry("fresh", visibility="restricted", organization="Acme Robotics", artifact_types=["model"])
registry.artifact_types.append("dataset"); registry.description = "new"; registry.save()
registry.name = "fresher"; registry.save()
registry.add_members(api.user("gina"), api.team("vision")); registry.update_member(api.user("gina"), "member")
registry = api.registry("fresher", "Acme Robotics")
say("registry", [registry.visibility, sorted(registry.artifact_types), registry.description])
say("members", sorted([m.user.username, m.role] for m in registry.user_members()))
say("teams", [[m.team.name, m.role] for m in registry.team_members()])
registry.delete()
say("deleted", "fresher" in [found.name for found in api.registries("Acme Robotics")])
version = api.artifact("wandb-registry-model/detector:v0")
version.aliases.append("edited"); version.aliases.remove("production"); version.save()
say("aliases", sorted(api.artifact("wandb-registry-model/detector:edited").aliases))
version.unlink()
say("unlinked", api.artifact_exists("wandb-registry-model/detector:v0"))
collection = api.artifact_collection("model", "wandb-registry-Golden Datasets/weights")
collection.tags = ["a"]; collection.description = "d"; collection.name = "renamed"; collection.save()
collection = api.artifact_collection("model", "wandb-registry-Golden Datasets/renamed")
say("collection", [collection.tags, collection.description])
collection.delete()
say("gone", api.artifact_collection_exists("wandb-registry-Golden Datasets/renamed", "model"))
"""

DENIED = """
say("found", api.artifact("wandb-registry-model/detector:v0").version)
say("download", refused(lambda: api.artifact("wandb-registry-model/detector:v0").download(root="down")))
say("entities", refused(lambda: api.artifact("vision/detectors/yolo:v0")))
say("source", api.artifact("wandb-registry-model/detector:v0").source_entity)
"""


def test_registries_collections_and_versions_are_read(tell: Tell) -> None:
    """The reading half of the public API."""
    assert tell("bob", READ) == {
        "viewer": ["bob", "vision"],
        "registry": ["model", "organization", ["model"], False],
        "registries": ["Fine-tuned Models", "Golden Datasets", "dataset", "model"],
        "collections": [["detector", "model", "Road detector", ["latest", "production"]]],
        "versions": ["acme-robotics_X7Q2/wandb-registry-model/detector:v0"],
        "filtered": ["weights"],
        "artifact": [
            "acme-robotics_X7Q2/wandb-registry-model/detector:production",
            "v0",
            "vision/detectors/yolo:v0",
            True,
        ],
        "bare": "v0",
        "collection": "model",
        "types": ["model"],
        "exists": [True, False],
    }


def test_a_version_is_linked_and_downloaded_and_refusals_read_as_the_servers(tell: Tell) -> None:
    """Each refusal has the text that people report."""
    assert tell("bob", LINK) == {
        "linked": ["acme-robotics_X7Q2/wandb-registry-model/detector:v1", "v1", ["latest", "staging"]],
        "bytes": "weights-v1",
        "misplaced": "vision/model/detector:v0",
        "invisible": ["CommError", "project 'wandb-registry-secret' not found"],
        "type": ["CommError", "artifact type 'dataset' is not allowed in the 'model' registry"],
        "alias in path": ["CommError", "collection name 'detector:latest' must not contain '/' or ':'"],
        "protected": [
            "CommError",
            "permission denied: 'golden' is a protected alias of the 'model' registry",
        ],
        "missing version": [
            "CommError",
            "artifact membership 'detector:prod' not found in 'acme-robotics_X7Q2/wandb-registry-model'",
        ],
        "missing registry": [
            "CommError",
            "project 'wandb-registry-models' not found under entity 'acme-robotics_X7Q2'",
        ],
        "team as prefix": ["CommError", "Unable to find organization for entity 'vision'."],
    }


def test_a_run_logs_links_and_uses_artifacts_and_ends_as_finished(tell: Tell) -> None:
    """From real files to equal bytes out of the registry."""
    assert tell("bob", LOG) == {
        "logged": ["vision/training/net:v0", ["best", "latest"]],
        "linked draft": "acme-robotics_X7Q2/wandb-registry-model/net:v0",
        "used": "acme-robotics_X7Q2/wandb-registry-model/net:prod",
        "same content": "v0",
        "run": ["finished", 1, {"lr": 0.5}, [2, 1]],
        "artifacts": [["net:v0", "draft:v0"], ["draft:v0"]],
        "equal": True,
        "entries": ["ref.bin", "sub/empty.txt", "weights.bin"],
        "organization": [
            "CommError",
            "permission denied: runs cannot be created in the entity of an organization",
        ],
    }


def test_registries_aliases_and_collections_are_managed(tell: Tell) -> None:
    """The writing half of the public API."""
    assert tell("alice", MANAGE) == {
        "registry": ["restricted", ["dataset", "model"], "new"],
        "members": [["alice", "admin"], ["gina", "member"]],
        "teams": [["vision", "restricted_viewer"]],
        "deleted": False,
        "aliases": ["edited", "latest"],
        "unlinked": False,
        "collection": [["a"], "d"],
        "gone": False,
    }


def test_a_restricted_viewer_finds_a_version_and_cannot_download_it(tell: Tell) -> None:
    """Nor does the source show (registry-rules R4.4, R4.6)."""
    assert tell("gina", DENIED) == {
        "found": "v0",
        "download": ["WandbApiFailedError", "permission denied"],
        "entities": ["CommError", "project 'detectors' not found under entity 'vision'"],
        "source": "",
    }


def test_a_failed_link_is_tried_again(tell: Tell, client: Client) -> None:
    """The SDK repeats the mutation after a 500 (protocol 6)."""
    client.sandbox.set_faults([{"op": "LinkArtifact", "status": 500}])
    told = tell(
        "bob",
        'say("linked", api.artifact("vision/detectors/yolo:v1").link("wandb-registry-model/x").version)',
    )
    assert told == {"linked": "v0"}
    assert [entry.status for entry in client.sandbox.log if entry.operation == "LinkArtifact"] == [500, 200]
