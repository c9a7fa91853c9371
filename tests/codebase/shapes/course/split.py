import argparse

import wandb


def go(args):
    run = wandb.init(job_type="data_split")
    run.config.update(args)
    local_path = run.use_artifact(args.input_artifact).file()  #> run.use_artifact ?{input_artifact}
    cleaned = run.use_artifact(f"{args.input_artifact}:latest")  #> run.use_artifact ?{input_artifact}:latest
    print(local_path, cleaned)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Split")
    parser.add_argument("input_artifact", type=str, help="Input artifact to split")
    parser.add_argument("--test_size", type=float, default=0.2)
    go(parser.parse_args())
