"""A click command."""

import click
import wandb


@click.group()
def cli():
    """Group."""


@cli.command()
@click.argument("artifact_path")
@click.option("--registry", "-r", default="model", show_default=True)
@click.option("--collection", envvar="COLLECTION", required=True)
@click.option("--entity", default=None)
def promote(artifact_path, registry, collection, entity):
    artifact = wandb.Api(overrides={"entity": entity or "vision-team"}).artifact(artifact_path, type="model")  #> api.artifact ?{artifact_path}; entity=vision-team; type=model
    artifact.link(f"wandb-registry-{registry}/{collection}")  #> artifact.link ?wandb-registry-model/{collection}; type=model; artifact=?{artifact_path}
    artifact.link(target_path="wandb-registry-%s/promoted" % registry, aliases=["prod"])  #> artifact.link wandb-registry-model/promoted; type=model; artifact=?{artifact_path}; aliases=prod


if __name__ == "__main__":
    cli()
