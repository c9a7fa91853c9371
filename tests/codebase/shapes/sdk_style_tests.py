import pytest
import wandb
from wandb import Api


@pytest.fixture(params=["wandb-registry-{registry}/{collection}", "{org}/wandb-registry-{registry}/{collection}"])
def target_path(request, org, registry, collection):
    return request.param.format(org=org, registry=registry, collection=collection)


def test_link(api: wandb.Api, target_path, source_artifact, aliases):
    linked = source_artifact.link(target_path, aliases=aliases)  #> artifact.link ?{target_path}; aliases=?{aliases}
    assert linked is not None


def test_aliases(user):
    project = "test"
    run = wandb.init(entity=user, project=project)
    artifact = wandb.Artifact("test-artifact", "test-type")
    art = run.log_artifact(artifact, aliases=["sequence"])
    run.link_artifact(art, f"{user}/{project}/my-sample-portfolio")  #> run.link_artifact ?{user}/test/my-sample-portfolio; entity=?{user}; project=test; type=test-type
    artifact = Api().artifact(name=f"{user}/{project}/test-artifact:v0", type="test-type")  #> api.artifact ?{user}/test/test-artifact:v0; type=test-type; ordinary
    assert "sequence" in artifact.aliases
