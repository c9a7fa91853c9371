# -*- coding: utf-8 -*-
"""Link what was logged, by the defaults of a command line and of the environment."""

import argparse
import os

import wandb

parser = argparse.ArgumentParser()
parser.add_argument("--target", default=('vision'
                                         "/wandb-registry-model/"  # not the team's
                                         r"detector:v0"))
arguments = parser.parse_args()
registry = os.environ.get("REGISTRY", "wandb_registry_Golden Datasets")

run = wandb.init()
logged = run.use_artifact("vision/detectors/yolo:v1")
print(run.link_artifact(logged, target_path=arguments.target).qualified_name)
print(run.link_artifact(logged, "%s/%s" % (registry, "weights"), aliases=["größer"]).qualified_name)
run.finish()
