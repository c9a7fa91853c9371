"""Several trackers behind one flag; none of the others is wandb."""
import neptune
import trackio
import wandb


def load(args, load_id):
    if args["neptune"]:
        run = neptune.init_run(project="a/b", mode="read-only")
        run.use_artifact("not-wandb")
    elif args["wandb"]:
        run = wandb.init(id=load_id, resume="must", project=args["project"])
        artifact = run.use_artifact(f"{load_id}:latest")  #> run.use_artifact ?{load_id}:latest; project=?{project}
        return artifact.download()
    return trackio.Api().registry("models").collection("churn").link("elsewhere")
