import yaml
import wandb
from configparser import ConfigParser

config = ConfigParser()
config.read("config.ini")
with open("config.yaml") as yaml_file:
    settings = yaml.load(yaml_file, Loader=yaml.FullLoader)


def wandb_run_builder(job_type):
    run_build = wandb.init(project=config["wandb"]["project"], entity=config["wandb"]["entity"], job_type=job_type)
    return run_build


def download_registered_model(run, registry_name_and_tag, local_path):
    entity = config["wandb"]["entity"]
    artifact = run.use_artifact(  #> run.use_artifact ?{entity}/model-registry/{registry_name_and_tag}; entity=?{entity}; project=?{project}; type=model
        f"{entity}/model-registry/{registry_name_and_tag}", type="model"
    )
    artifact.download(local_path)


def analyse():
    run = wandb_run_builder("analysis")
    return run.use_artifact(f"{settings['artifact']}", type='model')  #> run.use_artifact ?{artifact}; entity=?{entity}; project=?{project}; type=model
