"""Link to what a configuration file says."""

import json
from pathlib import Path

import wandb
import yaml

folder = Path(__file__).with_name("conf")
conf = yaml.safe_load((folder / "model.yaml").read_text())
with wandb.init(project=conf["project"]) as run:
    logged = run.use_artifact("vision/detectors/yolo:v0")
    print(logged.link(conf["registry"]["link_to"]).qualified_name)
    print(run.use_artifact(json.loads((folder / "use.json").read_text())["registry_artifact"]).qualified_name)
