"""From a run into a registry and out again, as different people."""

from __future__ import annotations

from pathlib import Path

import pytest
import wandb

from registry_doctor.pytest_sandbox import WandbSandbox

MODEL = "wandb-registry-model/classifier"


@pytest.fixture
def weights(tmp_path: Path) -> str:
    """A file to publish."""
    (tmp_path / "model.bin").write_bytes(b"new weights")
    return str(tmp_path / "model.bin")


def publish(
    weights: str, target: str = MODEL, type_: str = "model", **more: list[str]
) -> wandb.Artifact | None:
    """Log and link in one run."""
    with wandb.init(project="training") as run:
        artifact = wandb.Artifact("fresh", type_)
        artifact.add_file(weights)
        return run.link_artifact(artifact, target, **more)


@pytest.mark.parametrize("organization", ["", "Example Labs/", "example-labs_K3P8/"])
def test_a_version_is_published_and_read_by_another_team(
    wandb_sandbox: WandbSandbox, weights: str, organization: str, tmp_path: Path
) -> None:
    """By its alias, whole and by file, under every name of the organization."""
    linked = publish(weights, organization + MODEL, aliases=["staging"])
    assert linked is not None
    assert (linked.version, linked.is_link) == ("v1", True)
    with wandb_sandbox.as_user("eve"):
        found = wandb.Api().artifact(f"{organization}{MODEL}:staging")
        assert Path(found.download(root=str(tmp_path / "a")), "model.bin").read_bytes() == b"new weights"
        entry = found.get_entry("model.bin").download(root=str(tmp_path / "b"), skip_cache=True)
        assert Path(entry).read_bytes() == b"new weights"


@pytest.mark.parametrize(
    ("user", "target", "type_", "said"),
    [
        ("ada", MODEL, "dataset", "artifact type 'dataset' is not allowed in the 'model' registry"),
        ("ada", "wandb-registry-nothing/x", "model", "'wandb-registry-nothing' not found"),
        ("eve", MODEL, "model", "permission denied"),
    ],
)
def test_a_link_that_is_not_allowed_is_refused(
    wandb_sandbox: WandbSandbox, weights: str, user: str, target: str, type_: str, said: str
) -> None:
    """And links nothing."""
    with wandb_sandbox.as_user(user), pytest.raises(wandb.errors.CommError, match=said):
        publish(weights, target, type_)
    assert [found.version for found in wandb.Api().artifacts("model", MODEL)] == ["v0"]


def test_a_run_uses_a_version_of_a_registry(wandb_sandbox: WandbSandbox) -> None:
    """It is an input of the run, under its source's name."""
    with wandb.init(project="training", id="user") as run:
        used = run.use_artifact(f"{MODEL}:production")
        assert (used.source_qualified_name, used.version) == ("research/training/classifier:v0", "v0")
    assert [found.name for found in wandb.Api().run("training/user").used_artifacts()] == ["classifier:v0"]


def test_collections_and_versions_are_searched(wandb_sandbox: WandbSandbox, weights: str) -> None:
    """With filters, across registries."""
    publish(weights, aliases=["staging"])
    registries = wandb.Api().registries("Example Labs")
    assert sorted(found.name for found in registries) == ["dataset", "model"]
    collections = wandb.Api().registries("Example Labs").collections(filter={"name": {"$regex": "^class"}})
    assert [found.name for found in collections] == ["classifier"]
    versions = wandb.Api().registry("model", "Example Labs").versions(filter={"alias": "staging"})
    assert [found.version for found in versions] == ["v1"]


def test_a_link_is_taken_back(wandb_sandbox: WandbSandbox, weights: str) -> None:
    """The source stays."""
    linked = publish(weights)
    assert linked is not None
    linked.unlink()
    api = wandb.Api()
    assert (api.artifact_exists(f"{MODEL}:v1"), api.artifact_exists("training/fresh:v0")) == (False, True)


def test_a_model_is_logged_and_used_as_a_file(wandb_sandbox: WandbSandbox, weights: str) -> None:
    """With the shorter calls for models."""
    with wandb.init(project="training") as run:
        run.log_model(weights, name="short")
    with wandb.init(project="training") as run:
        assert Path(run.use_model("short:latest")).read_bytes() == b"new weights"
