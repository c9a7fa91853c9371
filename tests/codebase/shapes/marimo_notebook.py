import marimo

app = marimo.App()


@app.cell
def _():
    import wandb

    return (wandb,)


@app.cell(hide_code=True)
def _():
    REGISTRY_NAME = "zoo_dataset"
    COLLECTION_NAME = "training"
    dataset_target_path = f"wandb-registry-{REGISTRY_NAME}/{COLLECTION_NAME}"
    return (dataset_target_path,)


@app.cell
def _(dataset_target_path, wandb):
    run = wandb.init(entity="TEAM_A", project="zoo_experiment", job_type="publish")
    artifact = wandb.Artifact(name="zoo", type="dataset")
    run.link_artifact(artifact=artifact, target_path=dataset_target_path)  #> run.link_artifact wandb-registry-zoo_dataset/training; entity=TEAM_A; project=zoo_experiment; type=dataset
    return


@app.function
def link_to_registry(run, logged, registry_name, collection_name):
    target_path = f"wandb-registry-{registry_name}/{collection_name}"
    run.link_artifact(artifact=logged, target_path=target_path)  #> run.link_artifact ?wandb-registry-{registry_name}/{collection_name}; entity=TEAM_A; project=zoo_experiment
    return target_path


if __name__ == "__main__":
    app.run()
