"""The fixes in SARIF: whoever makes them gets the same files as `--fix`."""

from __future__ import annotations

import codecs
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from registry_doctor.checking.check import Applicability
from registry_doctor.codebase.fixes import plan_edits, with_edits
from registry_doctor.codebase.report import sarif
from registry_doctor.codebase.report.baseline import SILENCED
from registry_doctor.codebase.report.model import Edit, PreflightReport, TargetResult
from registry_doctor.codebase.report.repository import named_from_repository
from registry_doctor.codebase.report.sarif_locations import SARIF_ROOT
from registry_doctor.support.redaction import Secret
from tests.codebase.fixes.conftest import judge
from tests.codebase.fixes.test_python import EXPRESSIONS, LINK, NEW, OLD
from tests.codebase.report.conftest import ALIAS, KEY, PREFIX, Preflights
from tests.codebase.report.test_sarif import validator

SAMPLES = Path(__file__).parents[1] / "samples"

BAD = "acme/wandb_registry-model/det"
"""What is taken for a path in a configuration file, too."""
CORRECTIONS = {OLD: NEW, BAD: NEW}

CODE = LINK.format(f"run.link_artifact(art, '{OLD}')  # 𝒳 é")
CONSTANTS = "ORGANIZATION = 'acme'\nREGISTRY = 'model'\n"
SHARED = (
    "import wandb\nfrom names import ORGANIZATION, REGISTRY\nrun = wandb.init()\nart = wandb.Artifact('a', 'model')\n"
    "run.link_artifact(art, f'{ORGANIZATION}/{REGISTRY}/det')\n"
)
CELLS = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# é 𝒳"]},
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": CODE.splitlines(keepends=True)},
        ],
    },
    indent=1,
)

TREES: dict[str, dict[str, bytes]] = {
    "a plain file": {"a.py": CODE.encode()},
    "behind wide characters": {"a.py": CODE.replace("run.link", "x = '𝒳\té'; run.link").encode()},
    "line ends of Windows": {"a.py": CODE.replace("\n", "\r\n").encode()},
    "line ends of old": {"a.py": CODE.replace("\n", "\r").encode()},
    "mixed line ends": {"a.py": CODE.replace("\n", "\r\n", 2).encode()},
    "a byte order mark": {"a.py": codecs.BOM_UTF8 + CODE.encode()},
    "another encoding": {"a.py": f"# coding: latin-1\n{CODE.replace('𝒳', 'ü')}".encode("latin-1")},
    "constants of another module": {"names.py": CONSTANTS.encode(), "src/a.py": b"", "a.py": SHARED.encode()},
    "constants that two share": {
        "names.py": CONSTANTS.encode(),
        "a.py": SHARED.encode(),
        "b.py": SHARED.encode(),
    },
    "two in a line": {
        "a.py": CODE.replace("run.link", f"run.link_artifact(art, '{OLD}'); run.link").encode()
    },
    "a notebook": {"a b.ipynb": CELLS.encode()},
    "YAML": {"a.yaml": f"é: 1\nlink_to: {BAD}  # why\n".encode()},
    "TOML": {"a.toml": f"[x]\nlink_to = '{BAD}'\n".encode()},
    "JSON": {"a.json": f'{{"é": 1,\n "link_to": "{BAD}"}}\n'.encode()},
    "a file's odd name": {"ü #%?/a:b.py": CODE.encode()},
} | {
    spelling: {
        "a.py": LINK.format(
            f"O, C, T = 'acme', 'det', {{'c': 'det'}}\nrun.link_artifact(art,  {before}, )"
        ).encode()
    }
    for spelling, (before, _) in EXPRESSIONS.items()
}


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def run_of(report: PreflightReport) -> dict[str, Any]:
    """The only run of the log, after a look at the published schema."""
    log = json.loads(sarif.render(report))
    validator().validate(log)
    found: dict[str, Any] = log["runs"][0]
    return found


def with_fixes(folder: Path, judged: Iterable[TargetResult]) -> PreflightReport:
    """The report on a folder, with what `--fix` would change."""
    seen = tuple(judged)
    return with_edits(PreflightReport(judged=seen), plan_edits(seen, root=folder))


def make(folder: Path, run: dict[str, Any]) -> int:
    """Make all fixes in the files of a folder, as the standard tells it; how many results have one.

    What several fixes have in common is made once.
    """
    replacements: dict[str, dict[str, None]] = {}
    fixes = [fix for result in run["results"] for fix in result.get("fixes", [])]
    for fix in fixes:
        for change in fix["artifactChanges"]:
            assert change["artifactLocation"]["uriBaseId"] == SARIF_ROOT
            made = replacements.setdefault(unquote(change["artifactLocation"]["uri"]), {})
            made |= {json.dumps(each, sort_keys=True): None for each in change["replacements"]}
    for name, wanted in replacements.items():
        file = folder / name
        data = file.read_bytes()
        encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        encoding = "latin-1" if b"coding: latin-1" in data else encoding
        text = data.decode(encoding)
        ends = "|".join(map(re.escape, run["newlineSequences"]))
        starts = [0, *(found.end() for found in re.finditer(ends, text))]

        def offset(line: int, column: int, starts: list[int] = starts) -> int:
            return starts[line - 1] + column - 1

        stretches = []
        for each in map(json.loads, wanted):
            region = each["deletedRegion"]
            start = offset(region["startLine"], region["startColumn"])
            end = offset(region["endLine"], region["endColumn"])
            stretches.append((start, end, each["insertedContent"]["text"]))
        for start, end, new in sorted(stretches, reverse=True):
            text = text[:start] + new + text[end:]
        file.write_bytes(text.encode(encoding))
    return len(fixes)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("files", TREES.values(), ids=list(TREES))
def test_the_fixes_make_the_files_that_fix_makes(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    """Byte for byte, whatever the encoding, the line ends and the kind of the file."""
    here, there = written(tmp_path / "here", files), written(tmp_path / "there", files)
    judged = judge(here, CORRECTIONS)
    report = with_fixes(here, judged)
    assert make(there, run_of(report)) == sum(bool(each.findings) for each in judged) > 0
    applied = plan_edits(judged, root=here).apply()
    assert (bool(applied.done), applied.left) == (True, ())
    assert contents(there) == contents(here) != files


def test_so_they_do_for_a_whole_project(tmp_path: Path) -> None:
    """With a new organization for every path; what is left alone has no fix."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        shutil.copytree(SAMPLES, folder)
    paths = {each.target.text for each in judge(here, {})}
    judged = judge(here, {path: f"acme-2/{'/'.join(path.split('/')[-2:])}" for path in paths})
    made = make(there, run_of(with_fixes(here, judged)))
    applied = plan_edits(judged, root=here).apply()
    assert made == sum(bool(each.findings) for each in judged) - len(applied.left)
    assert made > 10 and applied.left
    assert contents(there) == contents(here)


@pytest.mark.parametrize("name", ["a.py", "b.py"])
def test_each_fix_is_whole(tmp_path: Path, name: str) -> None:
    """One alone corrects its path, in all files in which it stands."""
    files = TREES["constants that two share"]
    folder = written(tmp_path, files)
    found = run_of(with_fixes(folder, judge(folder, CORRECTIONS)))
    place = "physicalLocation"
    one = [
        each for each in found["results"] if each["locations"][0][place]["artifactLocation"]["uri"] == name
    ]
    assert make(folder, {**found, "results": one}) == 1
    assert {each.target.text for each in judge(folder, {})} == {NEW}
    assert [each["description"]["text"] for each in one[0]["fixes"]] == [f"Write {NEW} instead of {OLD}"]


@pytest.mark.parametrize(
    "change",
    [
        {"applicability": Applicability.UNSAFE},
        {"verified": False},
    ],
    ids=["likely", "not verified"],
)
def test_what_fix_does_not_make_without_a_word_is_no_fix(tmp_path: Path, change: dict[str, Any]) -> None:
    """Neither likely corrections nor those that nobody has verified."""
    folder = written(tmp_path, TREES["a plain file"])
    (result,) = run_of(with_fixes(folder, judge(folder, CORRECTIONS, **change)))["results"]
    assert "fixes" not in result


def test_without_the_editor_of_python_there_are_fixes_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing fails."""
    folder = written(tmp_path, {**TREES["a plain file"], **TREES["YAML"]})
    for name in ("libcst", "libcst.metadata"):
        monkeypatch.setitem(sys.modules, name, None)
    results = run_of(with_fixes(folder, judge(folder, CORRECTIONS)))["results"]
    assert ["fixes" in each for each in results] == [False, True]


EDIT = Edit("src/train.py", 12, 5, 12, 11, "acme-robotics_X7Q2")


def fixes_of(judged: TargetResult, *secrets: Secret) -> list[bool]:
    """Which findings have a fix."""
    results = run_of(PreflightReport(judged=(judged,), secrets=secrets))["results"]
    return ["fixes" in each for each in results]


def test_a_path_is_corrected_for_its_errors(preflights: Preflights) -> None:
    """Not for a warning that stays, nor for what is silenced."""
    failing = replace(preflights.failing(), edits=(EDIT,))
    known = replace(PREFIX, silenced=SILENCED)
    for findings, expected in {
        (PREFIX,): [True],
        (PREFIX, ALIAS): [True, False],
        (ALIAS,): [True],
        (known,): [False],
        (known, PREFIX): [False, True],
    }.items():
        assert fixes_of(replace(failing, findings=findings)) == expected
    assert fixes_of(preflights.failing()) == [False]


def test_a_fix_never_writes_the_mask_of_a_key(preflights: Preflights) -> None:
    """Where a key would have to be shown, there is none."""
    failing = replace(preflights.failing(), edits=(EDIT,))
    secret = Secret(KEY)
    assert fixes_of(failing, secret) == [True]
    assert fixes_of(replace(failing, edits=(EDIT, replace(EDIT, text=f"x/{KEY}"))), secret) == [False]
    assert fixes_of(replace(failing, edits=(EDIT, replace(EDIT, file=f"{KEY}.py"))), secret) == [False]


@pytest.mark.parametrize(
    "text", ["##vso[task.x]y", "##[error]x", "\u202e", "\x1b[2J", "::error::x", "\n::error::"]
)
def test_what_is_written_is_data_in_a_log(preflights: Preflights, text: str) -> None:
    """It arrives as it is, and acts on no terminal and no service that prints the file."""
    report = PreflightReport(judged=(replace(preflights.failing(), edits=(replace(EDIT, text=text),)),))
    raw = sarif.render(report)
    assert not re.search(r"##\w*\[|^\s*::", raw, re.MULTILINE)
    assert not [char for char in raw if not char.isprintable() and char != "\n"]
    change = run_of(report)["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["replacements"][0]["insertedContent"]["text"] == text


def renamed(report: PreflightReport) -> PreflightReport:
    """The same from the root of a repository."""
    return named_from_repository(report, Path("/r/ml"), Path("/r"))


@pytest.mark.parametrize(("named", "folder"), [(renamed, "ml/"), (lambda report: report, "")])
def test_files_are_those_of_the_results(
    preflights: Preflights, named: Callable[[PreflightReport], PreflightReport], folder: str
) -> None:
    """In the repository, too."""
    report = PreflightReport(judged=(replace(preflights.failing(), edits=(EDIT,)),))
    (result,) = run_of(named(report))["results"]
    changed = result["fixes"][0]["artifactChanges"][0]["artifactLocation"]
    assert changed == result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert changed["uri"] == f"{folder}src/train.py"
