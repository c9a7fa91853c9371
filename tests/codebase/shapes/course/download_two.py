import wandb

wandb.login()
run = wandb.init(project="C5", entity="some-lab")
paths = [
    'some-lab/C5/fine-tune-encoder:v0',
    'some-lab/C5/fine-tune-both:v0'
]
for path in paths:
    artifact = run.use_artifact(path)  #> run.use_artifact some-lab/C5/fine-tune-encoder:v0; entity=some-lab; project=C5; ordinary #> run.use_artifact some-lab/C5/fine-tune-both:v0; entity=some-lab; project=C5; ordinary
    print(artifact.download())
