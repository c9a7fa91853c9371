"""The five problems as data: who makes which call to wandb, and the corrected call."""

from __future__ import annotations

from dataclasses import dataclass

from registry_doctor.domain.interpretation import Purpose

CONTENT = "weights.bin"
"""The file that a draft of the demo holds."""


@dataclass(frozen=True)
class WandbCall:
    """A call to wandb, as the doctor is asked about it and as Python code."""

    target: str
    for_: Purpose = "link"
    artifact: str | None = None
    """The logged artifact to be linked; `None` for a draft, and for a fetch."""
    entity: str | None = None
    """The team in which the run of a draft starts."""
    draft: str = "road-signs"

    @property
    def type(self) -> str | None:
        """The type that is given to the doctor: only for a draft."""
        return "model" if self.for_ == "link" and self.artifact is None else None

    @property
    def code(self) -> str:
        """The Python code of the call. It sets `artifact` to the version."""
        if self.for_ == "use":
            return f'artifact = wandb.Api().artifact("{self.target}")\nfolder = artifact.download()'
        if self.artifact is not None:
            return (
                f'source = wandb.Api().artifact("{self.artifact}")\nartifact = source.link("{self.target}")'
            )
        return (
            f'with wandb.init(entity="{self.entity}", project="scratch") as run:\n'
            f'    draft = wandb.Artifact("{self.draft}", type="{self.type}")\n'
            f'    draft.add_file("{CONTENT}")\n'
            f'    artifact = run.link_artifact(draft, "{self.target}")'
        )

    @property
    def command(self) -> str:
        """The command that asks the doctor about this call."""
        target = f"'{self.target}'" if " " in self.target else self.target
        words = ["wandb-registry doctor", target]
        if self.for_ == "use":
            words.insert(1, "--for use")
        for option, value in (
            ("--artifact", self.artifact),
            ("--type", self.type),
            ("--entity", self.entity),
        ):
            if value is not None:
                words.append(f"{option} {value}")
        return " ".join(words)


@dataclass(frozen=True)
class Trouble:
    """The problem of one person."""

    title: str
    person: str
    story: str
    call: WandbCall
    remedy: str
    """What the person does with the doctor's advice."""
    corrected: WandbCall | None = None
    """The corrected call; `None` for the same call with the path that the doctor suggests."""


TROUBLES = (
    Trouble(
        "Personal entity instead of a team",
        "ana",
        "Ana's run was logged in her personal entity, as by default. She links its model to the registry.",
        WandbCall("wandb-registry-model/road-signs", artifact="ana/scratch/road-signs:v0"),
        "The path was right. Ana logs the model again, under her team, and links that one",
        WandbCall("wandb-registry-model/road-signs", entity="vision"),
    ),
    Trouble(
        "A registry that is not there",
        "ben",
        "Ben links his best detector to the registry of models, as he remembers its name.",
        WandbCall("wandb-registry-models/detector", artifact="vision/detectors/yolo:best"),
        "Ben takes the path that the doctor suggests",
    ),
    Trouble(
        "A collection of another type",
        "chloe",
        "Chloe links a dataset to a collection that only accepts models.",
        WandbCall("wandb-registry-Golden Datasets/weights", artifact="vision/datasets/frames:v1"),
        "Chloe takes the collection of datasets that the doctor names",
        WandbCall("wandb-registry-Golden Datasets/raw_images", artifact="vision/datasets/frames:v1"),
    ),
    Trouble(
        "Several organizations, and none named",
        "dev",
        "Dev works for two organizations and fetches the detector that is in production.",
        WandbCall("wandb-registry-model/detector:production", for_="use"),
        "Dev takes the path that the doctor suggests",
    ),
    Trouble(
        "A path without the registry prefix",
        "eva",
        "Eva forgets that a registry's project begins with wandb-registry-.",
        WandbCall("model/listener", artifact="speech/asr/whisper:v0"),
        "Nothing warned Eva: her model is in an ordinary project, where nobody looks for it. She takes the path that the doctor suggests",
    ),
)
