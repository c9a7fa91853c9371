"""What expressions of one file give a call of wandb: each source, with the targets that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from registry_doctor.codebase.source.found import FoundCall
from tests.codebase.calls.conftest import shown

Search = Callable[[Mapping[str, str]], "list[FoundCall]"]

TARGETS: dict[str, tuple[str, list[str]]] = {
    "the configuration of a run, by attribute": (
        """
        import wandb
        run = wandb.init(config={"at": "wandb-registry-model/a:v1"})
        run.use_artifact(wandb.config.at)
        run.use_artifact(run.config.at)
        run.use_artifact(wandb.run.config.at)
        """,
        ["wandb-registry-model/a:v1"] * 3,
    ),
    "the configuration, by key and with get": (
        """
        import wandb as wb
        with wb.init(config=dict(at="wandb-registry-model/a:v1")) as run:
            cfg = wb.config
            run.use_artifact(cfg["at"])
            run.use_artifact(run.config.get("at"))
            run.use_artifact(run.config.get("other", "wandb-registry-model/b:v2"))
        """,
        ["wandb-registry-model/a:v1", "wandb-registry-model/a:v1", "wandb-registry-model/b:v2"],
    ),
    "a key that the configuration does not have": (
        """
        import wandb
        wandb.init(config={"lr": 0.1})
        wandb.use_artifact(wandb.config.at)
        """,
        ["?{at}"],
    ),
    "a configuration from options and from a dataclass": (
        """
        import argparse
        import wandb
        from dataclasses import asdict, dataclass

        @dataclass
        class Settings:
            at: str = "wandb-registry-model/b:v1"

        parser = argparse.ArgumentParser()
        parser.add_argument("--at", default="wandb-registry-model/a:v1")
        wandb.init(config=parser.parse_args())
        wandb.use_artifact(wandb.config.at)
        wandb.init(config=vars(parser.parse_args()))
        wandb.use_artifact(wandb.config["at"])
        wandb.init(config=asdict(Settings()))
        wandb.use_artifact(wandb.config.at)
        """,
        ["wandb-registry-model/a:v1", "wandb-registry-model/a:v1", "wandb-registry-model/b:v1"],
    ),
    "a configuration that is changed": (
        """
        import wandb
        run = wandb.init(config={"at": "wandb-registry-model/a:v1"})
        wandb.config.update({"at": "wandb-registry-model/b:v1", "more": "wandb-registry-model/c:v1"})
        run.use_artifact(run.config.at)
        run.use_artifact(wandb.config.more)
        """,
        ["wandb-registry-model/b:v1", "wandb-registry-model/c:v1"],
    ),
    "a configuration that is filled by attributes": (
        """
        import wandb
        from ml_collections import config_dict
        from types import SimpleNamespace
        defaults = config_dict.ConfigDict()
        defaults.at = "wandb-registry-model/a:v1"
        wandb.init(config=defaults)
        wandb.use_artifact(wandb.config.at)
        other = SimpleNamespace()
        other.at = "wandb-registry-model/b:v1"
        wandb.init(config=vars(other))
        wandb.use_artifact(wandb.config.at)
        """,
        ["wandb-registry-model/a:v1", "wandb-registry-model/b:v1"],
    ),
    "the configuration in a function": (
        """
        import wandb

        def main():
            wandb.init(config={"at": "wandb-registry-model/a:v1"})
            fetch()

        def fetch():
            wandb.use_artifact(wandb.config.at)
        """,
        ["wandb-registry-model/a:v1"],
    ),
    "joined paths": (
        """
        import os
        from os.path import join
        from pathlib import Path, PurePosixPath
        import wandb
        run = wandb.init()
        run.use_artifact(os.path.join("wandb-registry-model", "a") + ":v1")
        run.use_artifact(join("acme", "wandb-registry-model/", "b:v1"))
        run.use_artifact(str(Path("wandb-registry-model") / "c:v1"))
        run.use_artifact(f"{PurePosixPath('wandb-registry-model', 'd')}:v1")
        run.use_artifact(Path("wandb-registry-model").joinpath("e:v1").as_posix())
        run.use_artifact(f"wandb-registry-model/{Path('models/f.onnx').stem}:v1")
        run.use_artifact(os.path.join("wandb-registry-model", os.environ["NAME"]))
        """,
        [
            "wandb-registry-model/a:v1",
            "acme/wandb-registry-model/b:v1",
            "wandb-registry-model/c:v1",
            "wandb-registry-model/d:v1",
            "wandb-registry-model/e:v1",
            "wandb-registry-model/f:v1",
            "?wandb-registry-model/{NAME}",
        ],
    ),
    "objects that are written as texts": (
        """
        import wandb
        from dataclasses import dataclass

        @dataclass
        class Place:
            registry: str
            name: str = "x"

            def __str__(self):
                return f"wandb-registry-{self.registry}/{self.name}"

        class Plain:
            pass

        api = wandb.Api()
        api.artifact(f"{Place('model')}:v1")
        api.artifact(str(Place("model", name="y")) + ":v2")
        api.artifact("{}:v3".format(Place("a")))
        api.artifact("%s:v4" % Place("b"))
        api.artifact(f"wandb-registry-model/{Plain()}")
        """,
        [
            "wandb-registry-model/x:v1",
            "wandb-registry-model/y:v2",
            "wandb-registry-a/x:v3",
            "wandb-registry-b/x:v4",
            "?wandb-registry-model/{Plain()}",
        ],
    ),
    "functools.partial": (
        """
        import functools
        import wandb
        run = wandb.init()
        art = wandb.Artifact("a", type="model")
        link = functools.partial(run.link_artifact, target_path="wandb-registry-model/a")
        link(art)
        get = functools.partial(wandb.Api().artifact, type="model")
        get("wandb-registry-model/b:v1")

        def fetch(path, alias):
            return run.use_artifact(f"{path}:{alias}")

        newest = functools.partial(fetch, alias="latest")
        newest("wandb-registry-model/c")

        class Store:
            def __init__(self):
                self.link = functools.partial(run.link_artifact, target_path="wandb-registry-model/d")

            def put(self, artifact):
                self.link(artifact)
        """,
        [
            "wandb-registry-model/a",
            "wandb-registry-model/b:v1",
            "wandb-registry-model/c:latest",
            "wandb-registry-model/d",
        ],
    ),
    "arithmetic and slices": (
        """
        import wandb
        COUNT = 10
        NAMES = ["a", "b", "c"]
        run = wandb.init()
        run.use_artifact(f"wandb-registry-data/raw_{COUNT * 100}:v{COUNT - 9}")
        for name in NAMES[1:]:
            run.use_artifact(f"wandb-registry-data/{name}:v1")
        """,
        ["wandb-registry-data/raw_1000:v1", "wandb-registry-data/b:v1", "wandb-registry-data/c:v1"],
    ),
    "sorted texts and the greatest of them": (
        """
        import wandb
        run = wandb.init()
        run.use_artifact("wandb-registry-model/" + sorted(["b:v1", "a:v1"])[0])
        run.use_artifact("wandb-registry-model/" + max("a:v1", "b:v1"))
        run.use_artifact("wandb-registry-model/" + list(reversed(["a:v1", "b:v1"]))[0])
        """,
        ["wandb-registry-model/a:v1", "wandb-registry-model/b:v1", "wandb-registry-model/b:v1"],
    ),
    "what the class of a base receives": (
        """
        import wandb

        class Base:
            def __init__(self, path):
                self.path = path

            def get(self):
                return wandb.use_artifact(self.path)

        class Detector(Base):
            def __init__(self):
                super().__init__("wandb-registry-model/detector:v1")
        """,
        ["wandb-registry-model/detector:v1"],
    ),
    "objects keep their own values": (
        """
        import wandb

        class Store:
            def __init__(self, path):
                self.path = path

            def get(self, alias):
                return wandb.use_artifact(f"{self.path}:{alias}")

        Store("wandb-registry-model/a").get("v1")
        Store("wandb-registry-model/b").get("v2")
        """,
        ["wandb-registry-model/a:v1", "wandb-registry-model/b:v2"],
    ),
}


@pytest.mark.parametrize("source, expected", TARGETS.values(), ids=TARGETS)
def test_the_targets_are_those_that_the_source_gives(
    search: Search, source: str, expected: list[str]
) -> None:
    """Each call is found with every value that the source gives it, and with no other."""
    assert [shown(call) for call in search({"train.py": source})] == expected


LISTED: dict[str, str] = {
    "logged by a run, by index": "wandb.Api().run('acme/p/abc').logged_artifacts()[0].link(TARGET)",
    "used by a run": "for a in wandb.Api().run('acme/p/abc').used_artifacts():\n    a.link(TARGET)",
    "of a collection by name": "for v in wandb.Api().artifacts('model', 'acme/p/m'):\n    v.link(TARGET)",
    "versions of a collection": "wandb.Api().artifact_collection('model', 'acme/p/m').versions()[0].link(TARGET)",
    "artifacts of a collection": "[v.link(TARGET) for v in wandb.Api().artifact_collection('model', 'a/p/m').artifacts()]",
    "the newest": "max(wandb.Api().artifacts('model', 'acme/p/m'), key=lambda v: v.version).link(TARGET)",
    "sorted": "sorted(wandb.Api().artifacts('model', 'a/p/m'), key=lambda v: v.version)[-1].link(TARGET)",
    "filtered": "best = [v for v in wandb.Api().artifacts('model', 'a/p/m') if v.aliases]\nbest[0].link(TARGET)",
    "the next": "next(iter(wandb.Api().artifacts('model', 'a/p/m'))).link(TARGET)",
    "a slice": "for v in wandb.Api().artifacts('model', 'a/p/m')[:5]:\n    v.link(TARGET)",
    "in a registry": "for v in wandb.Api().registries().collections().versions():\n    v.link(TARGET)",
    "by its type": "wandb.Api().artifact_type('model', 'p').collection('m').versions()[0].link(TARGET)",
}


@pytest.mark.parametrize("statement", LISTED.values(), ids=LISTED)
def test_a_listed_artifact_is_linked(search: Search, statement: str) -> None:
    """The link is found although its target is not known, and no path of the artifact is made up."""
    source = f"import os\nimport wandb\nTARGET = os.environ['TARGET_PATH']\n{statement}\n"
    links = [call for call in search({"promote.py": source}) if call.purpose == "link"]
    assert [shown(call) for call in links] == ["?{TARGET_PATH}"]
    assert links[0].target.names == ("TARGET_PATH",)
    artifact = links[0].artifact
    assert artifact is None or not hasattr(artifact, "text")


DOWNLOADS: dict[str, tuple[str, str | None]] = {
    'WandbLogger.download_artifact("wandb-registry-model/m:v1")': ("api.artifact", None),
    'WandbLogger.download_artifact(artifact="wandb-registry-model/m:v1", artifact_type="model")': (
        "api.artifact",
        "model",
    ),
    'loggers.WandbLogger.download_artifact("wandb-registry-model/m:v1", "out", "model")': (
        "api.artifact",
        "model",
    ),
    'WandbLogger(project="p").download_artifact("wandb-registry-model/m:v1")': ("run.use_artifact", None),
    'WandbLogger(project="p").use_artifact("wandb-registry-model/m:v1", artifact_type="model")': (
        "run.use_artifact",
        "model",
    ),
    'WandbLogger.use_artifact(self, "wandb-registry-model/m:v1")'.replace("self, ", ""): (
        "run.use_artifact",
        None,
    ),
}


@pytest.mark.parametrize("module", ["lightning.pytorch.loggers", "pytorch_lightning.loggers"])
@pytest.mark.parametrize("statement, said", DOWNLOADS.items())
def test_lightnings_logger_fetches_artifacts(
    search: Search, module: str, statement: str, said: tuple[str, str | None]
) -> None:
    """`download_artifact` and `use_artifact` are uses, on the class and on a logger."""
    package = module.rpartition(".")[0]
    source = f"from {module} import WandbLogger\nfrom {package} import loggers\n{statement}\n"
    (call,) = search({"predict.py": source})
    type_ = getattr(call.type, "text", None)
    assert (shown(call), call.purpose, call.method, type_) == ("wandb-registry-model/m:v1", "use", *said)


def test_another_tracker_downloads_nothing_of_wandb(search: Search) -> None:
    """A method of this name of another library is no call to wandb."""
    source = """
        import wandb
        from github import client
        client.download_artifact("build:v1")
        self_made = open("x")
        self_made.download_artifact("build")
    """
    assert search({"fetch.py": source}) == []


@pytest.mark.parametrize("name", ["Api", "apis.PublicApi", "apis.public.Api"])
def test_the_project_of_an_api_makes_a_bare_name_one_of_a_registry(search: Search, name: str) -> None:
    """A name without a project is looked for in the project that `overrides` gives."""
    source = f"""
        import wandb
        import wandb.apis.public
        api = wandb.{name}(overrides={{"entity": "acme", "project": "wandb-registry-model"}})
        api.artifact("detector:v1")
        api.artifact("acme/training/detector:v1")
        wandb.{name}(overrides={{"project": "training"}}).artifact("detector:v1")
    """
    found = search({"get.py": source})
    assert [(shown(call), call.registry_bound) for call in found] == [
        ("wandb-registry-model/detector:v1", "registry"),
        ("acme/training/detector:v1", "ordinary"),
        ("detector:v1", "ordinary"),
    ]


def test_a_registry_that_is_looked_up_is_named_by_its_project(search: Search) -> None:
    """`Api.registry` adds the prefix to the name; which collection is meant is not known."""
    source = """
        import wandb
        wandb.Api().registry("model", organization="Acme")
        wandb.Api().registry(name="motions")
        wandb.Api().registries(filter={"name": "model"})
        wandb.Api().create_registry("new", visibility="organization")
    """
    found = search({"look.py": source})
    assert [shown(call) for call in found] == [
        "?wandb-registry-model/{collection}",
        "?wandb-registry-motions/{collection}",
    ]
    assert getattr(found[0].organization, "text", None) == "Acme"


def test_a_reference_to_a_path_is_found_and_one_to_a_number_is_not(search: Search) -> None:
    """wandb takes only the number of an artifact after `wandb-artifact://`; the text is not for `--fix` to change."""
    source = """
        import wandb
        art = wandb.Artifact("a", type="dataset")
        art.add_reference("wandb-artifact://acme/wandb-registry-model/m:v1")
        art.add_reference("wandb-artifact://41727469666163743a31/data.csv")
        art.add_reference("s3://bucket/data")
    """
    (call,) = search({"refer.py": source})
    assert (shown(call), call.purpose) == ("wandb-artifact://acme/wandb-registry-model/m:v1", "use")
    assert all(getattr(part, "span", None) is None for part in call.target.parts)
