"""The files of docs/jobs.md: each has the fields of its service, and its command is run as the service would run it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tests.places import ROOT
from tests.recipes.conftest import ADA, RIGHT, WRONG, Checkout
from tests.recipes.fenced_blocks import CI, blocks_of, the

JOBS = blocks_of(ROOT / "docs" / "jobs.md")
SECRET = {"secretKeyRef": {"name": "wandb", "key": "api-key"}}


@dataclass(frozen=True)
class Job:
    """What a service starts in a container."""

    command: Sequence[str]
    env: Sequence[Mapping[str, Any]] = ()


def argo() -> Iterator[Job]:
    """The steps of the workflow, in their order; each names a template."""
    document = yaml.safe_load(the(JOBS, "Argo Workflows", "yaml"))
    assert (document["apiVersion"], document["kind"]) == ("argoproj.io/v1alpha1", "Workflow")
    templates = {each["name"]: each for each in document["spec"]["templates"]}
    for (step,) in templates[document["spec"]["entrypoint"]]["steps"]:
        template = templates[step["template"]]
        if script := template.get("script"):
            assert script["command"] == ["sh"]
            yield Job(["sh", "-c", script["source"]], script["env"])
        else:
            container = template["container"]
            yield Job([*container["command"], *container["args"]], container["env"])


def kubeflow() -> Iterator[Job]:
    """The trainer's command."""
    document = yaml.safe_load(the(JOBS, "Kubeflow", "yaml"))
    assert (document["apiVersion"], document["kind"]) == ("trainer.kubeflow.org/v1alpha1", "TrainJob")
    trainer = document["spec"]["trainer"]
    assert document["spec"]["runtimeRef"] == {"name": "torch-distributed"}
    yield Job([*trainer["command"], *trainer["args"]], trainer["env"])


def sagemaker() -> Iterator[Job]:
    """The container's entry point and its arguments, within the limits of the service."""
    document = json.loads(the(JOBS, "SageMaker", "json"))
    assert {
        "TrainingJobName", "RoleArn", "AlgorithmSpecification", "OutputDataConfig", "ResourceConfig", "StoppingCondition",
    } == set(document)  # fmt: skip
    algorithm = document["AlgorithmSpecification"]
    assert {"TrainingImage", "TrainingInputMode"} <= set(algorithm)
    assert all(1 <= len(each) <= 256 for each in algorithm["ContainerArguments"])
    yield Job([*algorithm["ContainerEntrypoint"], *algorithm["ContainerArguments"]])


def vertex() -> Iterator[Job]:
    """The command of the only pool of workers."""
    (pool,) = yaml.safe_load(the(JOBS, "Vertex AI", "yaml"))["workerPoolSpecs"]
    assert set(pool) == {"machineSpec", "replicaCount", "containerSpec"}
    container = pool["containerSpec"]
    yield Job([*container["command"], *container["args"]])


def start(checkout: Checkout, job: Job, secret: str) -> subprocess.CompletedProcess[str]:
    """Start it in an image with `job.sh`, where the service's own programs give the secret."""
    (checkout.folder / "job.sh").write_text(the(CI, "Any shell", "sh"), encoding="utf-8")
    for name, call in (
        ("aws", "secretsmanager get-secret-value"),
        ("gcloud", "secrets versions access latest"),
    ):
        checkout.program(name, f'case "$*" in "{call} "*wandb-api-key*) echo "{secret}";; *) exit 9;; esac\n')
    assert all(each == {"name": "WANDB_API_KEY", "valueFrom": SECRET} for each in job.env)
    shell, *words = job.command
    return checkout.run((shell,), words[0], *words[1:], WANDB_API_KEY=secret if job.env else "")


def test_every_file_is_tried_here() -> None:
    """A service that is added needs a test above."""
    assert [(block.heading, block.language) for block in JOBS] == [
        ("Argo Workflows", "yaml"),
        ("Kubeflow", "yaml"),
        ("SageMaker", "json"),
        ("Vertex AI", "yaml"),
    ]


@pytest.mark.parametrize("service", [argo, kubeflow, sagemaker, vertex])
def test_it_trains_where_the_link_will_work(checkout: Checkout, service: Callable[[], Iterator[Job]]) -> None:
    """With its arguments; the key is printed nowhere."""
    checkout.stand_in("python")
    done = [start(checkout, job, ADA) for job in service()]
    assert [each.returncode for each in done] == [0] * len(done), done
    assert checkout.recorded[1:] == ["src/train.py", "--epochs", "3"]
    assert all(ADA not in each.stdout + each.stderr for each in done)


@pytest.mark.parametrize(
    ("service", "path", "secret"), [(argo, WRONG, ADA), (sagemaker, WRONG, ADA), (vertex, RIGHT, "")]
)
def test_it_ends_before_the_training(
    checkout: Checkout, service: Callable[[], Iterator[Job]], path: str, secret: str
) -> None:
    """With status 1, where the path is wrong or the secret is empty; with Argo in the first step."""
    checkout.link(path)
    checkout.stand_in("python")
    assert start(checkout, next(service()), secret).returncode == 1
    assert checkout.recorded == []
