"""Every path of the sample project gets another name: edited paths are read as planned, all else as before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.fixes import plan_edits
from registry_doctor.codebase.inputs.targets import Target, target_of
from registry_doctor.codebase.report.model import TargetResult
from registry_doctor.codebase.source.found import FoundCall, Location, PartialText

SAMPLES = Path(__file__).parents[1] / "samples"
SHAPES = Path(__file__).parents[1] / "shapes"

Place: TypeAlias = tuple[str, int | None, int]

WAYS: dict[str, Callable[[str], str]] = {
    "other organization": lambda path: "acme-2/" + "/".join(path.split("/")[-2:]),
    "other registry": lambda path: path.replace("wandb-registry-", "wandb-registry-new-"),
    "other collection": lambda path: path.partition(":")[0] + "-2" + "".join(path.partition(":")[1:]),
    "no version": lambda path: path.partition(":")[0],
}


def calls_in(folder: Path) -> list[FoundCall]:
    return [each for each in find_calls([folder], root=folder) if isinstance(each, FoundCall)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("samples", [SAMPLES, SHAPES], ids=["samples", "shapes"])
def test_edited_paths_are_read_as_planned(
    samples: Path, way: str, tmp_path: Path, judging: Callable[..., list[TargetResult]]
) -> None:
    """The calls reported as fixed have the new path, and all other calls are as before."""
    folder = tmp_path / "code"
    shutil.copytree(samples, folder)
    before = calls_in(folder)
    targets = [found for each in before if isinstance(found := target_of(each), Target)]
    corrections = {each.text: new for each in targets if (new := WAYS[way](each.text)) != each.text}
    applied = plan_edits(judging(folder, corrections), root=folder, calls=before).apply()
    assert applied.done
    done = {(at(each.location), each.old): each.new for each in applied.done}
    left = {at(each.location) for each in applied.left}
    expected = [
        (place, done.get((place, path), path), rest)
        for place, path, rest in map(said, before)
        if place not in left
    ]
    after = [each for each in map(said, calls_in(folder)) if each[0] not in left]
    assert sorted(after, key=str) == sorted(expected, key=str)


def at(location: Location) -> Place:
    """File, cell and line: an edit moves what follows it in its line."""
    return location.file, location.cell, location.line


def said(call: FoundCall) -> tuple[Place, str, object]:
    """Its location, its path, and everything else as texts. A partly known registry path may share a correction."""
    values = (call.entity, call.project, call.organization, call.type, call.artifact, *call.aliases)
    texts = tuple("".join(part.text for part in value.parts) if value else None for value in values)
    shares = isinstance(call.target, PartialText) and call.registry_bound != "ordinary"
    target = "" if shares else "".join(part.text for part in call.target.parts)
    return at(call.location), target, (call.method, texts)
