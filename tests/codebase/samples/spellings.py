"""The same path in all spellings."""

import os
import wandb

run = wandb.init(project="spellings")
artifact = wandb.Artifact(type="dataset", name="spelt")
R, C = "dataset", "spelt"
parts = {"registry": R, "collection": C}
NAMES = ("a", "b")

run.link_artifact(artifact, 'wandb-registry-dataset/single-quotes')  #> run.link_artifact wandb-registry-dataset/single-quotes; project=spellings; type=dataset
run.link_artifact(artifact, """wandb-registry-dataset/triple""")  #> run.link_artifact wandb-registry-dataset/triple; project=spellings; type=dataset
run.link_artifact(artifact, r"wandb-registry-dataset/raw")  #> run.link_artifact wandb-registry-dataset/raw; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-" "dataset" "/implicit")  #> run.link_artifact wandb-registry-dataset/implicit; project=spellings; type=dataset
run.link_artifact(artifact, f"wandb-registry-{R}" "/" f"{C}")  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-" + R + "/" + C)  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-%s/%s" % (R, C))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-%(registry)s/%(collection)s" % parts)  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-%s/x" % R)  #> run.link_artifact wandb-registry-dataset/x; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-{}/{}".format(R, C))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-{1}/{0}".format(C, R))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-{r}/{c}".format(r=R, c=C))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-{registry}/{collection}".format(**parts))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "wandb-registry-{p[registry]}/y".format(p=parts))  #> run.link_artifact wandb-registry-dataset/y; project=spellings; type=dataset
run.link_artifact(artifact, "/".join(["wandb-registry-dataset", C]))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "/".join(("acme", f"wandb-registry-{R}", *NAMES[:0], C)))  #> run.link_artifact acme/wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, "/".join(f"wandb-registry-{n}" for n in ("one", "two")))  #> run.link_artifact wandb-registry-one/wandb-registry-two; project=spellings; type=dataset
run.link_artifact(artifact, f"wandb-registry-{parts['registry']}/{C!s:s}-{1:02d}")  #> run.link_artifact wandb-registry-dataset/spelt-01; project=spellings; type=dataset
run.link_artifact(artifact, f"wandb-registry-{R}/{C.upper().replace('S', 'Z')}")  #> run.link_artifact wandb-registry-dataset/ZPELT; project=spellings; type=dataset
run.link_artifact(artifact, str("wandb-registry-dataset/str"))  #> run.link_artifact wandb-registry-dataset/str; project=spellings; type=dataset
run.link_artifact(artifact, " wandb-registry-dataset/strip ".strip())  #> run.link_artifact wandb-registry-dataset/strip; project=spellings; type=dataset
run.link_artifact(artifact, os.path.join("wandb-registry-dataset", C))  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run.link_artifact(artifact, (target := "wandb-registry-dataset/walrus"))  #> run.link_artifact wandb-registry-dataset/walrus; project=spellings; type=dataset
run.link_artifact(artifact, target + "-again")  #> run.link_artifact wandb-registry-dataset/walrus-again; project=spellings; type=dataset
run.link_artifact(*[artifact, "wandb-registry-dataset/starred"])  #> run.link_artifact wandb-registry-dataset/starred; project=spellings; type=dataset
run.link_artifact(**{"artifact": artifact, "target_path": "wandb-registry-dataset/keywords"})  #> run.link_artifact wandb-registry-dataset/keywords; project=spellings; type=dataset
target = "wandb-registry-dataset"
target += "/" + C
run.link_artifact(artifact, target)  #> run.link_artifact wandb-registry-dataset/spelt; project=spellings; type=dataset
run \
    .link_artifact(artifact, "wandb-registry-dataset/backslash")  #> run.link_artifact wandb-registry-dataset/backslash; project=spellings; type=dataset
