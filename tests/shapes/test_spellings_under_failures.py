"""Many calls, each in several spellings, while one resolver always fails: the verdict stays, or is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from registry_doctor.domain.target_path import REGISTRY_PREFIX as PREFIX
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox
from tests.sdk.conftest import Case, diagnose, read_suite, surroundings, world_of
from tests.shapes.other_answers import PLAIN, WORDS, AnswerShape, failing_resolvers

FOLDER = Path(__file__).parents[1] / "sdk"
DOUBLED, NONE, SPELT = PREFIX + PREFIX, "", "wandb_registry-"
LEGACY = "model-registry/"
"""The project of the former registry, in place of prefix and name."""

UNANSWERED = [
    ("links/mine-but-not-the-source's", DOUBLED, "viewer", "organizations"),
    ("links/mine-but-not-the-source's", DOUBLED, "viewer", "teams"),
    ("links/mine-but-not-the-source's-by-entity", DOUBLED, "viewer", "teams"),
    ("links/entity-does-not-matter", DOUBLED, "organization", "orgEntity"),
    ("uses/ordinary-path-that-works", PREFIX, "project", "artifactTypes"),
    ("uses/ordinary-path-that-works", PREFIX, "project", "artifactCollection"),
    ("uses/version", LEGACY, "project", "artifactTypes"),
    ("methods/name-like-a-placeholder", PREFIX, "viewer", "teams"),
    ("methods/name-like-a-placeholder", SPELT, "project", "artifactCollection"),
    ("island/registry-with-a-hash-sign", DOUBLED, "entity", "organization"),
    ("island/registry-with-a-hash-sign", DOUBLED, "organization", "orgEntity"),
]
"""Cases, how the prefix is spelt, and the field that fails; each was once another finding."""


def cases() -> Iterator[Case]:
    """The calls that are also tried with the real SDK, but for those whose settings alone decide."""
    for path in sorted(FOLDER.glob("cases/*.yaml")):
        for case in read_suite(path, FOLDER / "worlds"):
            if not ({"WANDB_BASE_URL", "WANDB_MODE"} & set(case.environ) or "--base-url" in case.options):
                yield case


def spelt(case: Case, prefix: str) -> Case:
    """The same call with the first prefix of its path written like this."""
    if prefix == LEGACY:
        return replace(case, target=re.sub(f"{PREFIX}[^/:]*/", LEGACY, case.target, count=1))
    return replace(case, target=case.target.replace(PREFIX, prefix, 1))


def by(case: Case, sandbox: Sandbox, folder: Path, shape: AnswerShape) -> Report:
    """The report while the server answers in this shape."""
    shape.put_on(sandbox)
    return diagnose(case, surroundings(case, sandbox.base_url, folder), folder)


def another_finding(plain: Report, report: Report) -> str | None:
    """How the second report says something else than the first, if it does more than not know."""
    before, now = ({each.code for each in one.errors} for one in (plain, report))
    if report.exit_code in (3, plain.exit_code) and now <= before:
        return None
    return f"exit {plain.exit_code} {sorted(before)} became exit {report.exit_code} {sorted(now)}"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("registry_doctor.transport.retries._FIRST_WAIT", 0.0)


@pytest.mark.parametrize(("name", "prefix", "root", "below"), UNANSWERED)
def test_a_field_that_fails_leaves_the_verdict_or_makes_it_unknown(
    name: str, prefix: str, root: str, below: str, tmp_path: Path
) -> None:
    """Calls that showed a fault, one by one."""
    case = spelt(next(each for each in cases() if each.name == name), prefix)
    with Sandbox.start(world_of(case.world)) as sandbox:
        plain = by(case, sandbox, tmp_path, PLAIN)
        failing = AnswerShape(root=root, below=(below,), words=WORDS[0], always=True)
        assert another_finding(plain, by(case, sandbox, tmp_path, failing)) is None


@pytest.mark.slow
def test_so_it_is_for_all_calls_and_fields(tmp_path: Path) -> None:
    """Some 8,000 pairs of a call and a field that fails."""
    wrong, tried, seen = {}, 0, set()
    failing = [replace(each, always=True) for each in failing_resolvers() if each.below]
    for world, some in groupby(sorted(cases(), key=lambda each: each.world), key=lambda each: each.world):
        with Sandbox.start(world_of(world)) as sandbox:
            for case in (
                spelt(each, prefix) for each in some for prefix in (PREFIX, DOUBLED, NONE, SPELT, LEGACY)
            ):
                if (call := repr(replace(case, suite="", id="", expect={}))) in seen:
                    continue
                seen.add(call)
                plain = by(case, sandbox, tmp_path, PLAIN)
                for shape in failing:
                    tried += 1
                    if found := another_finding(plain, by(case, sandbox, tmp_path, shape)):
                        wrong[case.name, case.target, str(shape)] = found
    assert wrong == {}
    assert tried > 5_000
