"""Calls under the shapes of real servers: what is run, how a resolver fails, and what a report says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.shapes.conftest import Exchange, Shape

YOLO = "vision/detectors/yolo:v0"
TARGET = "wandb-registry-model/detector"
USE = f"{TARGET}:production"
ACME = "acme-robotics_X7Q2"
LINK = ("doctor", TARGET, "--artifact", YOLO, "--format", "json")
FETCH = ("doctor", USE, "--for", "use", "--format", "json")
CODE = f"""import wandb
wandb.Api().artifact("{YOLO}").link("{TARGET}")
wandb.Api().artifact("{USE}")
"""

INTERNAL = "An internal error occurred. Please contact support."
TROUBLES = (
    INTERNAL,
    "driver: bad connection",
    "context deadline exceeded",
    "Error 1213: Deadlock found when trying to get lock; try restarting transaction",
    "graphql: panic occurred: runtime error: invalid memory address or nil pointer dereference",
)


@dataclass(frozen=True)
class Told:
    """A report of `doctor --format json`."""

    exit_code: int
    report: dict[str, Any]

    @property
    def errors(self) -> list[str]:
        """The codes that fail as errors."""
        return [
            each["code"]
            for each in self.report["results"]
            if each["status"] == "fail" and each["severity"] == "error"
        ]

    def said(self, code: str) -> str:
        """The message of a check, with what to do."""
        (found,) = (each for each in self.report["results"] if each["code"] == code)
        steps = [step for fix in found["fixes"] for step in fix["steps"]]
        return " ".join([found["message"], *steps])

    @property
    def path(self) -> str | None:
        """The suggested path."""
        suggestion = self.report["suggestion"]
        return suggestion["target_path"] if suggestion else None


def told(result: Result) -> Told:
    """The report in the output of the command."""
    report = json.loads(result.stdout)
    assert report["exit_code"] == result.exit_code
    return Told(result.exit_code, report)


def failing(name: str, *below: str, message: str = INTERNAL, status: int = 500, once: bool = False) -> Shape:
    """A resolver that fails, always or in the first answer only."""

    def shape(exchange: Exchange) -> None:
        if exchange.number == 1 or not once:
            exchange.fail(name, *below, message=message, status=status)

    return shape


def write_code(folder: Path) -> str:
    """A file that links and fetches."""
    (folder / "train.py").write_text(CODE, encoding="utf-8")
    return "train.py"
