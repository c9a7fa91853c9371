import torch
import wandb


def save_model(cfg, epoch, model, stats):
    '''Saves a checkpoint.'''
    model_path = f'model_states/{epoch}.pt'
    stats['model'] = model.state_dict()
    torch.save(stats, open(model_path, 'wb'))
    artifact = wandb.Artifact(name=f"model_checkpoint_{epoch}", type="model", metadata={"epoch": epoch})
    artifact.add_file(model_path)
    wandb.log_artifact(artifact)
    run = wandb.run
    if run is not None:
        run.link_artifact(artifact, "some_one/wandb-registry-model/best_model")  #> run.link_artifact some_one/wandb-registry-model/best_model; type=model


def best(wandb_run, artifact, mean_accuracy, best_accuracy):
    if mean_accuracy > best_accuracy:
        best_accuracy = mean_accuracy
        wandb_run.link_artifact(artifact, aliases=["best"], target_path="model")  #> run.link_artifact model; aliases=best
    return best_accuracy
