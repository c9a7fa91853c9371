"""Checks of others come in through the same door as ours, and a broken plugin stops nothing."""

from __future__ import annotations

import dataclasses
import sys
import types
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path

import pytest

from registry_doctor.checking import plugins
from registry_doctor.checking.check import Check, Outcome, Pass, check
from registry_doctor.checking.plugins import Loaded, gather, load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis import engine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call, DeclaredFacts
from registry_doctor.settings import Given, read_settings


class Dist(Distribution):
    """A distribution with a name and nothing else."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def read_text(self, filename: str) -> str | None:
        return None

    def locate_file(self, path: object) -> Path:
        return Path()


def entry_point(distribution: str, loads: object, monkeypatch: pytest.MonkeyPatch) -> EntryPoint:
    """An entry point of this distribution whose `load` function is, or returns, this."""
    module = types.ModuleType(f"plugin_{distribution.replace('-', '_')}")
    if loads is not None:
        module.load = loads if callable(loads) else lambda: loads  # type: ignore[attr-defined]  # a made module
        monkeypatch.setitem(sys.modules, module.__name__, module)
    point = EntryPoint("checks", f"{module.__name__}:load", plugins.ENTRY_POINT_GROUP)
    vars(point)["dist"] = Dist(distribution)
    return point


def fine(code: str) -> Check:
    """A check that passes."""

    @check(code)
    def always_fine(facts: DeclaredFacts) -> Pass:
        """It passes."""
        return Pass("fine")

    return always_fine


def explode() -> list[Check]:
    """A load function that fails."""
    raise RuntimeError("out of order")


def test_the_built_in_checks_come_through_the_entry_point_group() -> None:
    """The engine finds them as it finds a stranger's."""
    loaded = load_checks()
    assert loaded.problems == ()
    assert {each.provider for each in loaded.checks} >= {"wandb-registry-doctor"}
    assert "RD302" in {each.check.code for each in loaded.checks}


def test_a_stranger_s_check_is_loaded_with_the_name_of_its_distribution(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every check tells where it comes from."""
    loaded = gather([entry_point("my-checks", [fine("MY001")], monkeypatch)])
    assert [(each.check.code, each.provider) for each in loaded.checks] == [("MY001", "my-checks")]


@pytest.mark.parametrize(
    ("loads", "words"),
    [
        (None, "did not load: ModuleNotFoundError"),
        (explode, "did not load: RuntimeError: out of order"),
        (lambda: sys.exit(3), "did not load: SystemExit"),
        ([fine("RD100"), "not a check"], "which is not a check"),
        ([fine("RD100"), fine("RD100")], "reuses the code RD100"),
        ([fine("RD901")], "reuses the code RD901 of wandb-registry-doctor"),
        (42, "did not load: TypeError"),
    ],
)
def test_a_broken_plugin_becomes_a_problem_and_the_rest_is_loaded(
    loads: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it does, the others' checks are there and the problem names it."""
    points = [entry_point("broken", loads, monkeypatch), entry_point("sound", [fine("MY001")], monkeypatch)]
    loaded = gather(points)
    assert "MY001" in {each.check.code for each in loaded.checks}
    assert any(words in problem and problem.startswith("broken") for problem in loaded.problems)


def test_the_first_check_of_a_code_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that reuses a code does not replace the check that was there."""
    points = [
        entry_point("first", [fine("MY001")], monkeypatch),
        entry_point("second", [fine("MY001")], monkeypatch),
    ]
    loaded = gather(points)
    assert [each.provider for each in loaded.checks] == ["first"]
    assert loaded.problems == ("second reuses the code MY001 of first; its check is left out",)


def test_checks_that_require_each_other_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle has no order; the others are judged all the same."""

    def circular(code: str, other: str) -> Check:
        return dataclasses.replace(fine(code), requires=(other,))

    points = [
        entry_point("round", [circular("MY001", "MY002"), circular("MY002", "MY001")], monkeypatch),
        entry_point("sound", [fine("MY003")], monkeypatch),
    ]
    loaded = gather(points)
    assert [each.check.code for each in loaded.checks] == ["MY003"]
    assert all("require each other" in problem for problem in loaded.problems)


def test_a_plugin_problem_makes_a_clean_report_inconclusive(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """RD901 is an error of the doctor, not a finding: exit status 3 where all else is fine."""
    settings = read_settings(
        Given(base_url="https://example.invalid"), environ={}, cwd=tmp_path, home=tmp_path
    )
    loaded = Loaded(
        gather([entry_point("sound", [fine("MY001")], monkeypatch)]).checks, ("broken did not load",)
    )
    report = engine.examine(Call("wandb-registry-model/c"), settings, loaded, Options(offline=True))
    plugin = next(each for each in report.results if each.code == "RD901")
    assert (plugin.status, report.exit_code) == (Status.ERROR, 3)
    assert "broken did not load" in plugin.message


def test_a_check_can_be_made_with_the_name_of_the_package_whatever_was_imported_before() -> None:
    """The module of that name, once it is imported, makes checks as its function does."""
    import registry_doctor
    import registry_doctor.checking.check as module

    def always_fine(facts: DeclaredFacts) -> Outcome:
        """Nothing can be wrong here."""
        return Pass("fine")

    assert registry_doctor.check("XY001")(always_fine) == module.check("XY001")(always_fine)
