import hydra
import wandb
from omegaconf import DictConfig, OmegaConf


@hydra.main(version_base=None, config_path="configs", config_name="train")
def main(cfg: DictConfig) -> None:
    wandb_run = wandb.init(**cfg.logging.wandb.run)
    artifact = wandb.Artifact("run-artifact", "model", metadata=OmegaConf.to_object(cfg))
    wandb_run.log_artifact(artifact)
    target = f"{cfg.logging.wandb.run.entity}/{cfg.registry.registry_name}/{cfg.registry.collection_name}"
    wandb_run.link_artifact(  #> run.link_artifact ?{entity}/{registry_name}/{collection_name}; type=model; aliases=?{name},base model
        artifact=artifact,
        target_path=target,
        aliases=[cfg.model.name, "base model"],
    )
    if hasattr(cfg.data, "test_artifact") and cfg.data.test_artifact:
        name = cfg.data.test_artifact
    else:
        name = f"test_seed{cfg.data.seed}"
    wandb.use_artifact(f"{cfg.wandb.entity}/tests/{name}:latest", type="dataset")  #> run.use_artifact ?{entity}/tests/{test_artifact}:latest; type=dataset; ordinary #> run.use_artifact ?{entity}/tests/test_seed{seed}:latest; type=dataset; ordinary


if __name__ == "__main__":
    main()
