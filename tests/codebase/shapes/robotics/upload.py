from __future__ import annotations

import argparse
from pathlib import Path

import wandb


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Uploads a motion.")
    parser.add_argument("motion", type=Path)
    parser.add_argument("--name", required=True, help="Registry collection name.")
    parser.add_argument("--project", default="motion-upload")
    parser.add_argument("--registry", default="motions")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    run = wandb.init(project=args.project, name=f"upload-{args.name}")
    assert run is not None
    artifact = wandb.Artifact(name=args.name, type=args.registry)
    artifact.add_file(str(args.motion), name="motion.npz")
    logged = run.log_artifact(artifact)
    run.link_artifact(  #> run.link_artifact ?wandb-registry-motions/{name}; project=motion-upload; type=motions
        artifact=logged,
        target_path=f"wandb-registry-{args.registry}/{args.name}",
    )
    entity = run.entity
    print(f"--registry-name {entity}/wandb-registry-{args.registry}/{args.name}:latest")


if __name__ == "__main__":
    main()
