#!/usr/bin/env python
"""A script with options."""

import argparse
import os

import wandb


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--registry", default="model", help="name of the registry")
    parser.add_argument("-c", "--collection-name", default="detector")
    parser.add_argument("--organization", required=True)
    parser.add_argument("--alias", dest="chosen_alias")
    group = parser.add_argument_group("entity")
    group.add_argument("--entity", default=os.environ.get("WANDB_ENTITY", "vision-team"))
    parser.add_argument("artifact", help="entity/project/name:version")
    return parser.parse_args()


def publish(args, run):
    path = f"wandb-registry-{args.registry}/{args.collection_name}"
    artifact = run.use_artifact(args.artifact)  #> run.use_artifact ?{artifact}; entity=vision-team; project=publishing
    run.link_artifact(artifact, path)  #> run.link_artifact wandb-registry-model/detector; entity=vision-team; project=publishing; artifact=?{artifact}
    run.link_artifact(artifact, args.organization + "/" + path)  #> run.link_artifact ?{organization}/wandb-registry-model/detector; entity=vision-team; project=publishing; artifact=?{artifact}
    options = vars(args)
    run.link_artifact(artifact, "wandb-registry-{registry}/copy".format(**options))  #> run.link_artifact wandb-registry-model/copy; entity=vision-team; project=publishing; artifact=?{artifact}
    run.link_artifact(  #> run.link_artifact wandb-registry-model/with-alias; entity=vision-team; project=publishing; artifact=?{artifact}; aliases=?{chosen_alias}
        artifact, "wandb-registry-model/with-alias", aliases=[args.chosen_alias]
    )


def main():
    args = parse_args()
    with wandb.init(entity=args.entity, project="publishing") as run:
        publish(args, run)


if __name__ == "__main__":
    main()
