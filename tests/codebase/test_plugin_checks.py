"""A check of a plugin is treated exactly as a built-in one: the engine asks results what they are about."""

from __future__ import annotations

import pytest

from registry_doctor.checking.plugins import Loaded, Provided, load_checks
from registry_doctor.codebase.inputs.targets import Target
from registry_doctor.codebase.judging import judged
from registry_doctor.codebase.source.found import Location
from registry_doctor.diagnosis.engine import examine
from registry_doctor.facts import CALL, Fact
from registry_doctor.plugin import Call, Check, DeclaredFacts, Fail, Outcome, check
from registry_doctor.settings import Given, read_settings

ANY_ENTITY: Fact[str] = Fact("any entity", lambda _: "alice", about=frozenset({"entity"}))


@check("XY001", needs=[CALL, ANY_ENTITY])
def no_person(facts: DeclaredFacts) -> Outcome:
    """A run belongs to a team."""
    return Fail(f"'{facts[ANY_ENTITY]}' is a person")


@check("XY002", needs=[CALL])
def short_path(facts: DeclaredFacts) -> Outcome:
    """A path is short."""
    return Fail(f"'{facts[CALL].target}' is long")


@check("XY003", needs=[CALL], group="Credentials")
def key_is_new(facts: DeclaredFacts) -> Outcome:
    """A key is new."""
    return Fail(f"the key for '{facts[CALL].target}' is old")


THEIRS = Loaded(
    (Provided(no_person, "theirs"), Provided(short_path, "theirs"), Provided(key_is_new, "theirs"))
)
CALL_IN_CODE = Call("wandb-registry-model/detector", type="model")


def codes(unknown_entity: str | None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What counts at a place in code whose entity is unknown for this reason."""
    monkeypatch.setenv("WANDB_API_KEY", "a" * 40)
    report = examine(CALL_IN_CODE, read_settings(Given(base_url="http://127.0.0.1:9")), THEIRS)
    target = Target(Location("train.py", None, 1, 1), CALL_IN_CODE, unknown_entity=unknown_entity)
    return [each.code for each in judged(target, report).findings]


def test_a_check_on_the_entity_is_not_judged_where_only_the_program_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exactly as the built-in checks on the entity; checks on anything else are judged."""
    assert codes(None, monkeypatch) == ["XY001", "XY002", "XY003"]
    assert codes("TEAM comes from outside", monkeypatch) == ["XY002", "XY003"]


def test_a_check_is_about_the_most_specific_subject_unless_it_says_otherwise() -> None:
    """Facts say what a check depends on; `judges` overrides what its result is about."""
    subjects = {each.check.code: each.check.subjects for each in load_checks(others=False).checks}
    assert [subjects[code] for code in ("RD301", "RD303", "RD305", "RD307")] == [{"entity"}] * 4
    assert [subjects[code] for code in ("RD302", "RD401", "RD503")] == [
        {"organization"},
        {"registry"},
        {"version"},
    ]
    assert no_person.subjects == {"entity"}
    assert short_path.subjects == frozenset()


@pytest.mark.parametrize(("made", "environment"), [(key_is_new, True), (short_path, False)])
def test_a_plugin_may_say_that_its_check_is_about_the_environment(made: Check, environment: bool) -> None:
    """Then its result is shown once for all targets, as that of the built-in checks of server and credentials."""
    found = Loaded((Provided(made, "theirs"),)).codes_about(environment=True)
    assert (made.code in found) is environment
