import argparse

import numpy as np

parser = argparse.ArgumentParser(description="Replays motion and saves it")
parser.add_argument("--input_file", type=str, required=True)
parser.add_argument("--output_name", type=str, required=True)
parser.add_argument("--fps", type=int, default=50)
args_cli = parser.parse_args()


def run_simulator(sim, joints):
    log = {"fps": [args_cli.fps]}
    file_saved = False
    while sim.is_running():
        sim.step()
        if sim.done and not file_saved:
            file_saved = True
            np.savez("/tmp/motion.npz", **log)
            import wandb

            COLLECTION = args_cli.output_name
            run = wandb.init(project="csv_to_npz", name=COLLECTION)
            REGISTRY = "motions"
            logged = run.log_artifact(artifact_or_path="/tmp/motion.npz", name=COLLECTION, type=REGISTRY)
            run.link_artifact(artifact=logged, target_path=f"wandb-registry-{REGISTRY}/{COLLECTION}")  #> run.link_artifact ?wandb-registry-motions/{output_name}; project=csv_to_npz; type=motions
            # run.link_artifact(artifact=logged, target_path="wandb-registry-motions/commented-out")
