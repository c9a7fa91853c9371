"""Replays a motion from the registry."""
import argparse
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--registry_name", type=str, required=True, help="acme-org/wandb-registry-motions/walk")
args = parser.parse_args()


def main():
    registry_name = args.registry_name
    if ":" not in registry_name:
        registry_name += ":latest"
    import wandb

    api = wandb.Api()
    artifact = api.artifact(registry_name)  #> api.artifact ?{registry_name}:latest #> api.artifact ?{registry_name}
    return str(pathlib.Path(artifact.download()) / "motion.npz")
