"""From edits to one path: rounds, conflicts, and when there is no path to give."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from registry_doctor.checking.check import Applicability, Fail, Fix, Outcome, Pass, Severity, Skip
from registry_doctor.checking.results import Result, Status, Suggestion
from registry_doctor.diagnosis.runner import CheckOutcome
from registry_doctor.diagnosis.suggestion import ROUNDS, Round, SuggestionSearch
from registry_doctor.domain.subjects import Subject

SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


def fail(
    changes: Mapping[str, str | None] | None = None, trust: Applicability = SAFE, *leaves: Subject
) -> Fail:
    """A failing error with this edit, or with none."""
    if changes is None:
        return Fail("wrong", (Fix("act"),), leaves_unknown=frozenset(leaves))
    return Fail("wrong", (Fix("edit", changes, trust),), leaves_unknown=frozenset(leaves))  # type: ignore[arg-type]  # plain keys


def judged(code: str, outcome: Outcome) -> CheckOutcome:
    """The outcome with the result that the runner would make of it."""
    status = {Pass: Status.PASS, Fail: Status.FAIL, Skip: Status.SKIP}[type(outcome)]
    severity = outcome.severity if isinstance(outcome, Fail) else None
    unknown = isinstance(outcome, Skip) and outcome.unknown
    return CheckOutcome(Result(code, "x", "x", status, severity, "", "", "tests", unknown=unknown), outcome)


class World:
    """What the checks would say of each path; remembers which paths were diagnosed."""

    def __init__(self, says: Mapping[str, Mapping[str, Outcome]]) -> None:
        self.says = says
        self.asked: list[str] = []

    def diagnose(self, path: str) -> Round:
        """The round of this path; one that is not mentioned passes."""
        self.asked.append(path)
        outcomes = self.says.get(path, {"RD000": Pass("")})
        return Round(path, tuple(judged(code, outcome) for code, outcome in outcomes.items()))

    def suggest(self, path: str, ancestors: Mapping[str, frozenset[str]] | None = None) -> Suggestion | None:
        """The suggestion for the typed path."""
        search = SuggestionSearch(self.diagnose(path), ancestors or {})
        while search.next_path is not None:
            search.take(self.diagnose(search.next_path))
        return search.suggestion


def test_where_nothing_fails_there_is_no_suggestion() -> None:
    """A warning alone does not make one."""
    warning = Fail("odd", (Fix("edit", {"organization": None}, SAFE),), Severity.WARNING)
    assert World({"a/b": {"RD201": warning}}).suggest("a/b") is None


def test_an_edited_path_that_passes_is_verified() -> None:
    """It was diagnosed again, once."""
    world = World({"model/c": {"RD202": fail({"registry": "model"})}})
    assert world.suggest("model/c") == Suggestion("wandb-registry-model/c", True, SAFE, ())
    assert world.asked == ["model/c", "wandb-registry-model/c"]


def test_edits_of_several_checks_go_into_one_path() -> None:
    """And the weakest of them decides how far it may be trusted."""
    both = {"RD302": fail({"organization": "acme"}), "RD401": fail({"registry": "model"}, UNSAFE, "registry")}
    found = World({"team/wandb-registry-modle/c": both}).suggest("team/wandb-registry-modle/c")
    assert found == Suggestion("acme/wandb-registry-model/c", True, UNSAFE, ())


def test_what_shows_only_after_an_edit_is_mended_in_the_next_round() -> None:
    """Two misspelt names take two rounds."""
    world = World(
        {
            "wandb-registry-modle/detecter:v0": {"RD401": fail({"registry": "model"}, UNSAFE, "registry")},
            "wandb-registry-model/detecter:v0": {
                "RD502": fail({"collection": "detector"}, UNSAFE, "collection")
            },
        }
    )
    found = world.suggest("wandb-registry-modle/detecter:v0")
    assert found == Suggestion("wandb-registry-model/detector:v0", True, UNSAFE, ())


def test_what_no_edit_can_mend_remains_and_is_named() -> None:
    """The path is right as far as it goes; the codes say what else is wrong."""
    typed = "team/wandb-registry-model/c"
    edited = "acme/wandb-registry-model/c"
    world = World(
        {typed: {"RD302": fail({"organization": "acme"}), "RD304": fail()}, edited: {"RD304": fail()}}
    )
    assert world.suggest(typed) == Suggestion(edited, False, SAFE, ("RD304",))


def test_a_fault_outside_the_path_leaves_the_path_as_typed() -> None:
    """Nothing in it has to change."""
    world = World({"wandb-registry-model/c": {"RD304": fail(None, SAFE, "entity"), "RD601": fail()}})
    found = world.suggest("wandb-registry-model/c")
    assert found == Suggestion("wandb-registry-model/c", False, SAFE, ("RD304", "RD601"))


@pytest.mark.parametrize("name", ["server", "organization", "registry", "collection", "version"])
def test_a_part_that_nobody_knows_leaves_no_path_to_suggest(name: Subject) -> None:
    """A path with a hole in it is no suggestion, whatever other edits there are."""
    outcomes = {"RD302": fail({"organization": "acme"}), "RD401": fail(None, SAFE, name)}
    assert World({"team/wandb-registry-x/c": outcomes}).suggest("team/wandb-registry-x/c") is None


def test_a_part_that_turns_out_unknown_in_a_later_round_leaves_none_either() -> None:
    """The last round decides."""
    world = World(
        {
            "model/c:v9": {"RD202": fail({"registry": "model"})},
            "wandb-registry-model/c:v9": {"RD503": fail(None, SAFE, "version")},
        }
    )
    assert world.suggest("model/c:v9") is None


def test_two_edits_that_set_one_part_differently_are_both_left_out() -> None:
    """A conflict is for a person to settle."""
    clash = {"XY100": fail({"registry": "one"}), "XY200": fail({"registry": "two"})}
    found = World({"m/c": clash}).suggest("m/c")
    assert found == Suggestion("m/c", False, SAFE, ("XY100", "XY200"))


def test_an_edit_of_a_check_that_judged_what_another_left_wins() -> None:
    """It has seen the other's edit; that is no conflict."""
    edits = {"RD201": fail({"registry": "Model"}), "RD401": fail({"registry": "model"}, SAFE, "registry")}
    found = World({"x/c": edits}).suggest("x/c", {"RD401": frozenset({"RD201"})})
    assert found is not None and found.target_path == "wandb-registry-model/c"


def test_a_certain_edit_of_a_warning_is_made_along_the_way_and_an_uncertain_one_is_not() -> None:
    """The corrected path should not warn where it is plain what was meant."""
    slash = Fail("odd", (Fix("edit", {"organization": None}, SAFE),), Severity.WARNING)
    namesake = Fail("odd", (Fix("edit", {"collection": "d"}, UNSAFE),), Severity.WARNING)
    world = World(
        {"/wandb-registry-m/c:v0": {"RD201": slash, "RD203": fail({"version": None}), "RD502": namesake}}
    )
    assert world.suggest("/wandb-registry-m/c:v0") == Suggestion("wandb-registry-m/c", True, SAFE, ())


def test_a_path_that_comes_back_ends_the_search() -> None:
    """Edits that undo each other do not go round for ever."""
    world = World(
        {
            "wandb-registry-a/c": {"X1": fail({"registry": "b"})},
            "wandb-registry-b/c": {"X1": fail({"registry": "a"})},
        }
    )
    found = world.suggest("wandb-registry-a/c")
    assert found == Suggestion("wandb-registry-b/c", False, SAFE, ("X1",))


def test_the_search_ends_after_a_number_of_rounds() -> None:
    """Edits that never end are not followed for ever."""

    class Endless(World):
        def diagnose(self, path: str) -> Round:
            self.asked.append(path)
            return Round(path, (judged("X1", fail({"collection": f"c{len(self.asked)}"})),))

    endless = Endless({})
    found = endless.suggest("wandb-registry-a/c")
    assert found is not None and not found.verified
    assert len(endless.asked) == ROUNDS + 1


def test_a_path_is_not_called_verified_where_an_answer_did_not_come() -> None:
    """No failure is left, but nobody has seen it pass."""
    world = World(
        {
            "model/c": {"RD202": fail({"registry": "model"})},
            "wandb-registry-model/c": {"RD401": Skip("?", unknown=True)},
        }
    )
    assert world.suggest("model/c") == Suggestion("wandb-registry-model/c", False, SAFE, ())


def test_a_text_that_wandb_cannot_parse_is_edited_from_nothing() -> None:
    """All parts come from the edit."""
    whole = {"organization": "acme", "registry": "model", "collection": "c", "version": None}
    found = World({"a/b/c/d": {"RD201": fail(whole)}}).suggest("a/b/c/d")
    assert found is not None and found.target_path == "acme/wandb-registry-model/c"
