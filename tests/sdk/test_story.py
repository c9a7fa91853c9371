"""What W&B's guide tells people to do works from end to end, and so does each remedy that the doctor proposes.

This file is also the program that does it with the real SDK: run as such with names of functions, it answers with what
came of each. Everything happens on the sandbox, in the acceptance world.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp

import pytest

import registry_doctor
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings.names import WANDB_VERSION

if __name__ != "__main__" and version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

ACME_WORLD = Path(__file__).parents[1] / "contract" / "worlds" / "acme.yaml"
"""Found by its own path: this file also runs as a program."""
BOB, ERIN = "b0b0000000000000000000000000000000000002", "e2140000000000000000000000000000000000e5"
ACME = "acme-robotics_X7Q2"
WEIGHTS = bytes(range(256)) * 400

Outcome = Mapping[str, object]


def the_whole_guide() -> Outcome:
    """Log a model under a team, link it, find it in the lists, use it in another run, download it, compare."""
    import wandb

    checkpoint = Path("checkpoint")
    (checkpoint / "labels").mkdir(parents=True)
    (checkpoint / "weights.bin").write_bytes(WEIGHTS)
    (checkpoint / "labels" / "signs.txt").write_text("stop\nyield\n", encoding="utf-8")

    target_path = "wandb-registry-model/road-signs"
    with wandb.init(entity="vision", project="road-signs", config={"epochs": 3}) as run:
        artifact = wandb.Artifact("signs", type="model", metadata={"map": 0.61})
        artifact.add_dir(str(checkpoint))
        expected = registry_doctor.diagnose(target_path, artifact=artifact, run=run, aliases=["staging"])
        linked = run.link_artifact(artifact, target_path=target_path, aliases=["staging"])

    api = wandb.Api()
    registries = [registry.name for registry in api.registries(organization="Acme Robotics")]
    found = api.registries(organization="Acme Robotics", filter={"name": "model"})
    collections = [collection.name for collection in found.collections()]
    versions = [each.version for each in found.collections(filter={"name": "road-signs"}).versions()]

    with wandb.init(entity="vision", project="serving") as run:
        used = run.use_artifact("wandb-registry-model/road-signs:staging")
        folder = Path(used.download(root="downloaded"))
    files = [file for file in folder.rglob("*") if file.is_file()]
    logged = {str(file.relative_to(checkpoint)) for file in checkpoint.rglob("*") if file.is_file()}
    return {
        "expected": expected.ok,
        "linked": linked.qualified_name,
        "registries": sorted(registries),
        "collections": sorted(collections),
        "versions": versions,
        "source": used.source_qualified_name,
        "files": sorted(str(file.relative_to(folder)) for file in files),
        "same_names": {str(file.relative_to(folder)) for file in files} == logged,
        "same_bytes": all(
            file.read_bytes() == (checkpoint / file.relative_to(folder)).read_bytes() for file in files
        ),
    }


def remedy_for_a_forgotten_prefix() -> Outcome:
    """wandb links elsewhere without a word; the doctor names the path, and the mislink is taken back."""
    import wandb

    from registry_doctor.settings import Given
    from registry_doctor.workflows.unlink import UnlinkRequest

    yolo = wandb.Api().artifact("vision/detectors/yolo:v1")
    before = yolo.link("model/detector").qualified_name
    report = registry_doctor.diagnose("model/detector", artifact=yolo)
    after = yolo.link(suggested(report)).qualified_name
    mislink = UnlinkRequest(before, Given())
    mislink.take_back(mislink.find())
    return {
        "before": before,
        "codes": [each.code for each in report.errors],
        "after": after,
        "left": [
            each.qualified_name for each in wandb.Api().artifact("vision/detectors/yolo:v1").linked_artifacts
        ],
    }


def remedy_for_a_team_as_prefix() -> Outcome:
    """wandb blames the entity; the doctor names the organization."""
    import wandb

    yolo = wandb.Api().artifact("vision/detectors/yolo:v1")
    target_path = "vision/wandb-registry-model/detector"
    report = registry_doctor.diagnose(target_path, artifact=yolo)
    return {
        "before": refusal(lambda: yolo.link(target_path)),
        "codes": [each.code for each in report.errors],
        "after": yolo.link(suggested(report)).qualified_name,
    }


def remedy_for_a_type_that_the_registry_does_not_take() -> Outcome:
    """The doctor names the registries that take the artifact's type, and one of them does."""
    import wandb

    frames = wandb.Api().artifact("vision/datasets/frames:v0")
    target_path = "wandb-registry-model/frames"
    report = registry_doctor.diagnose(target_path, artifact=frames)
    (failure,) = report.errors
    return {
        "before": refusal(lambda: frames.link(target_path)),
        "codes": [failure.code],
        "named": "'Golden Datasets' or 'dataset'" in failure.fixes[0].title,
        "after": frames.link("wandb-registry-dataset/frames").qualified_name,
    }


def remedy_for_a_type_that_the_collection_does_not_hold() -> Outcome:
    """The doctor names the collections of the artifact's type, and one of them takes it."""
    import wandb

    frames = wandb.Api().artifact("vision/datasets/frames:v0")
    target_path = "wandb-registry-Golden Datasets/weights"
    report = registry_doctor.diagnose(target_path, artifact=frames)
    (failure,) = report.errors
    return {
        "before": refusal(lambda: frames.link(target_path)),
        "codes": [failure.code],
        "named": "'raw_images'" in failure.fixes[0].title,
        "after": frames.link("wandb-registry-Golden Datasets/raw_images").qualified_name,
    }


def remedy_for_several_organizations() -> Outcome:
    """A person in two organizations names none; only one of them has the version."""
    import wandb

    path = "wandb-registry-model/detector:production"
    report = registry_doctor.diagnose(path, for_="use", api=wandb.Api())
    artifact = wandb.Api().artifact(suggested(report))
    return {
        "before": refusal(lambda: wandb.Api().artifact(path)),
        "codes": [each.code for each in report.errors],
        "after": artifact.qualified_name,
        "bytes": Path(artifact.download(root="remedied"), "model.bin").read_text(),
    }


def suggested(report: registry_doctor.Report) -> str:
    """The corrected path, which the doctor has diagnosed again."""
    assert report.suggestion is not None
    assert report.suggestion.verified
    return report.suggestion.target_path


def refusal(call: Callable[[], object]) -> str:
    """wandb's words."""
    try:
        call()
    except Exception as problem:
        return str(problem)
    return "no refusal"


def fetch(path: str, **overrides: str) -> Outcome:
    """Fetch without a run, once the doctor was asked about it."""
    import wandb

    api = wandb.Api(overrides=overrides)
    report = registry_doctor.diagnose(path, for_="use", api=api)
    artifact = api.artifact(path)
    files = [file.read_text() for file in Path(artifact.download(root=mkdtemp(dir="."))).iterdir()]
    return {
        "expected": report.ok,
        "place": f"{artifact.project}/{artifact.collection.name}:{artifact.version}",
        "files": files,
    }


def variants_of_a_fetch() -> Outcome:
    """By version, alias and latest, with every prefix that works, with names that have spaces, in a run and without."""
    import wandb

    detector, phi = "wandb-registry-model/detector", "wandb-registry-Fine-tuned Models/phi3-finetuned"
    found = {
        path: fetch(path)
        for path in (
            f"{detector}:v0",
            f"{detector}:production",
            f"{detector}:latest",
            f"Acme Robotics/{detector}:v0",
            f"{ACME}/{detector}:v0",
            f"{phi}:production",
            f"Acme Robotics/{phi}:v0",
        )
    }
    with wandb.init(entity="vision", project="serving") as run:
        path = f"{phi}:latest"
        report = registry_doctor.diagnose(path, for_="use", run=run)
        artifact = run.use_artifact(path)
        found["in a run"] = {
            "expected": report.ok,
            "place": f"{artifact.project}/{artifact.collection.name}:{artifact.version}",
            "files": [file.read_text() for file in Path(artifact.download(root="in-a-run")).iterdir()],
        }
    return found


def variants_for_several_organizations() -> Outcome:
    """The team as the entity of `wandb.Api`, or the organization in the path."""
    detector = "wandb-registry-model/detector"
    return {
        "team as override": fetch(f"{detector}:production", entity="vision"),
        "display name": fetch(f"Acme Robotics/{detector}:production"),
        "organization's entity": fetch(f"{ACME}/{detector}:production"),
    }


def variants_of_a_link() -> Outcome:
    """Without a run, from a logged artifact and from a draft; with one, to a registry whose name has a space."""
    import wandb

    def draft(name: str) -> wandb.Artifact:
        artifact = wandb.Artifact(name, type="model")
        with artifact.new_file("weights.txt") as file:
            file.write(name)
        return artifact

    targets = {
        "logged": "wandb-registry-model/variants",
        "draft": "Acme Robotics/wandb-registry-model/variants",
        "in a run": f"{ACME}/wandb-registry-Fine-tuned Models/my variants",
    }
    yolo = wandb.Api().artifact("vision/detectors/yolo:v1")
    expected = {
        "logged": registry_doctor.diagnose(targets["logged"], artifact=yolo).ok,
        "draft": registry_doctor.diagnose(targets["draft"], artifact=draft("outside")).ok,
    }
    places = {
        "logged": yolo.link(targets["logged"]).qualified_name,
        "draft": draft("outside").link(targets["draft"]).qualified_name,
    }
    with wandb.init(entity="vision", project="training") as run:
        inside = draft("inside")
        expected["in a run"] = registry_doctor.diagnose(targets["in a run"], artifact=inside, run=run).ok
        places["in a run"] = run.link_artifact(inside, targets["in a run"], aliases=["best"]).qualified_name
    return {name: {"expected": expected[name], "place": places[name]} for name in places}


class Stage:
    """A sandbox, and people on it."""

    def __init__(self, sandbox: Sandbox, home: Path) -> None:
        self._sandbox, self._home = sandbox, home

    def play(self, *acts: Callable[[], Outcome], key: str = BOB) -> list[Outcome]:
        """What came of these acts, one after the other in a process of this person's."""
        environ = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._home),
            "NO_PROXY": "127.0.0.1",
            "WANDB_BASE_URL": self._sandbox.base_url,
            "WANDB_API_KEY": key,
            "WANDB_DIR": str(self._home),
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }
        done = subprocess.run(
            [sys.executable, __file__, *(act.__name__ for act in acts)],
            capture_output=True,
            text=True,
            timeout=120,
            env=environ,
            cwd=self._home,
        )
        assert done.returncode == 0, done.stderr
        answers: list[Outcome] = json.loads(done.stdout)
        return answers


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The acceptance world as nobody has touched it."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield Stage(sandbox, tmp_path)


def test_the_whole_guide_from_the_first_run_to_the_same_bytes(stage: Stage) -> None:
    """The doctor says that it will work, and it does."""
    (outcome,) = stage.play(the_whole_guide)
    assert outcome == {
        "expected": True,
        "linked": f"{ACME}/wandb-registry-model/road-signs:v0",
        "registries": ["Fine-tuned Models", "Golden Datasets", "dataset", "model"],
        "collections": ["detector", "road-signs"],
        "versions": ["v0"],
        "source": "vision/road-signs/signs:v0",
        "files": ["labels/signs.txt", "weights.bin"],
        "same_names": True,
        "same_bytes": True,
    }


def test_each_remedy_for_a_link_works(stage: Stage) -> None:
    """What failed, or went elsewhere, before the doctor was asked ends in a registry afterwards."""
    prefix, team, registry, collection = stage.play(
        remedy_for_a_forgotten_prefix,
        remedy_for_a_team_as_prefix,
        remedy_for_a_type_that_the_registry_does_not_take,
        remedy_for_a_type_that_the_collection_does_not_hold,
    )
    detector = f"{ACME}/wandb-registry-model/detector:v1"
    already = f"{ACME}/wandb-registry-Fine-tuned Models/phi3-finetuned:v0"
    assert prefix == {
        "before": "vision/model/detector:v0",
        "codes": ["RD202"],
        "after": detector,
        "left": [already, detector],
    }
    assert team == {
        "before": "Unable to find organization for entity 'vision'.",
        "codes": ["RD302"],
        "after": detector,
    }
    assert registry == {
        "before": "artifact type 'dataset' is not allowed in the 'model' registry",
        "codes": ["RD404"],
        "named": True,
        "after": f"{ACME}/wandb-registry-dataset/frames:v0",
    }
    assert collection == {
        "before": "artifact type 'dataset' does not match collection 'weights', which holds type 'model'",
        "codes": ["RD501"],
        "named": True,
        "after": f"{ACME}/wandb-registry-Golden Datasets/raw_images:v0",
    }


def test_a_person_in_several_organizations_fetches(stage: Stage) -> None:
    """The remedy of the doctor, and the three ways that the guide has."""
    remedy, variants = stage.play(
        remedy_for_several_organizations, variants_for_several_organizations, key=ERIN
    )
    assert str(remedy["before"]).startswith("Personal entity 'erin' belongs to multiple organizations")
    assert {**remedy, "before": None} == {
        "before": None,
        "codes": ["RD303"],
        "after": f"{ACME}/wandb-registry-model/detector:production",
        "bytes": "weights-v0",
    }
    fetched = {"expected": True, "place": "wandb-registry-model/detector:v0", "files": ["weights-v0"]}
    assert variants == dict.fromkeys(variants, fetched)
    assert len(variants) == 3


def test_the_variants_of_the_guide_work_as_the_doctor_says(stage: Stage) -> None:
    """Every way to write a path that the guide has."""
    fetches, links = stage.play(variants_of_a_fetch, variants_of_a_link)
    detector, phi = "wandb-registry-model/detector:v0", "wandb-registry-Fine-tuned Models/phi3-finetuned:v0"
    assert fetches == {
        name: {"expected": True, "place": place, "files": [content]}
        for name in fetches
        for place, content in [(detector, "weights-v0") if "detector" in name else (phi, "weights-v1")]
    }
    assert len(fetches) == 8
    assert links == {
        "logged": {"expected": True, "place": f"{ACME}/wandb-registry-model/variants:v0"},
        "draft": {"expected": True, "place": f"{ACME}/wandb-registry-model/variants:v1"},
        "in a run": {"expected": True, "place": f"{ACME}/wandb-registry-Fine-tuned Models/my variants:v0"},
    }


def main() -> None:
    """Play the acts that are named; the answer is the only thing on standard output."""
    answers, sys.stdout = sys.stdout, sys.stderr
    json.dump([globals()[name]() for name in sys.argv[1:]], answers)


if __name__ == "__main__":
    main()
