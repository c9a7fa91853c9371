"""Case files, diagnosed in this process on sandboxes, and which facts the checks really read for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from registry_doctor.checking.check import Check, Outcome
from registry_doctor.checking.plugins import Loaded, Provided, load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts import AnyFact, Call, DeclaredFacts
from registry_doctor.facts.call import METHODS
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import Given, Settings, read_settings

TESTS = Path(__file__).parents[1]
ACCEPTANCE = TESTS / "contract" / "cases" / "acme.yaml"
MORE = TESTS / "checks" / "more_cases.yaml"
"""What no case of the contract has: otherwise some checks would never pass, fail or be blocked."""
LIKE_THE_SDK = tuple(sorted((TESTS / "sdk" / "cases").glob("*.yaml")))
WORLDS = (TESTS / "contract" / "worlds", TESTS / "sdk" / "worlds")


@dataclass(frozen=True)
class Diagnosed:
    """What came of one case."""

    report: Report
    operations: tuple[str, ...]
    """The operations that the server served."""


class Reads:
    """The built-in checks, and which facts each of them has really read."""

    def __init__(self) -> None:
        self.facts: dict[str, set[AnyFact]] = {}
        self.loaded = Loaded(tuple(self._watched(each) for each in load_checks(others=False).checks))

    def _watched(self, provided: Provided) -> Provided:
        check = provided.check
        read = self.facts.setdefault(check.code, set())

        def judge(facts: DeclaredFacts) -> Outcome:
            try:
                return check.judge(facts)
            finally:
                read.update(facts.read)

        return replace(provided, check=replace(check, judge=judge))

    def never(self, check: Check) -> set[str]:
        """The facts that a check has declared and never read."""
        return {fact.name for fact in {*check.needs, *check.wants} - self.facts[check.code]}


READS = Reads()
"""What all cases of a test session have read."""


@dataclass(frozen=True)
class Played:
    """One case of a file, and the sandbox that it is about."""

    id: str
    call: Call
    settings: Settings
    environ: Mapping[str, str]
    sandbox: Sandbox


def played(file: Path, home: Path) -> Iterator[Played]:
    """Every case of a file, all on one sandbox, which runs until the last has been taken."""
    suite = yaml.safe_load(file.read_text(encoding="utf-8"))
    world = next(path for folder in WORLDS if (path := folder / suite["world"]).is_file())
    people = yaml.safe_load(world.read_text(encoding="utf-8"))
    accounts = [
        *people["users"],
        *(each for team in people["teams"] for each in team.get("service_accounts", ())),
    ]
    keys = {each["username"]: each["api_keys"][0] for each in accounts if each.get("api_keys")}
    with Sandbox.start(world) as sandbox, pytest.MonkeyPatch.context() as process:
        process.setenv("NO_PROXY", "127.0.0.1")
        for entry in suite["cases"]:
            case = {**suite["defaults"], **entry}
            key = case.get("key") or keys.get(case["as"])
            environ = {"HOME": str(home), "WANDB_BASE_URL": sandbox.base_url}
            environ |= {"WANDB_API_KEY": key} if key else {}
            environ |= {name: str(value) for name, value in (case.get("env") or {}).items()}
            call, given = call_of(case, [str(word) for word in case.get("args", ())])
            settings = read_settings(given, environ=environ, cwd=home, home=home)
            yield Played(case["id"], call, settings, environ, sandbox)


def diagnose(file: Path, home: Path) -> Mapping[str, Diagnosed]:
    """Every case of a file, by its id, diagnosed with checks that are watched."""
    found: dict[str, Diagnosed] = {}
    for each in played(file, home):
        served = len(each.sandbox.log)
        report = examine(each.call, each.settings, READS.loaded, Options(timeout=10))
        found[each.id] = Diagnosed(report, tuple(entry.operation for entry in each.sandbox.log[served:]))
    return found


def call_of(case: Mapping[str, str], words: Sequence[str]) -> tuple[Call, Given]:
    """The call and the options of a case's command line."""
    pairs = list(zip(words[::2], words[1::2], strict=True))
    options = {option: value for option, value in pairs if option != "--alias"}
    aliases = tuple(value for option, value in pairs if option == "--alias")
    given = Given(
        entity=options.pop("--entity", None),
        organization=options.pop("--organization", None),
        project=options.pop("--project", None),
        base_url=options.pop("--base-url", None),
    )
    purpose: Purpose = "use" if case.get("for") == "use" else "link"
    artifact, type_ = options.pop("--artifact", None), options.pop("--type", None)
    named, sdk_version = options.pop("--call", None), options.pop("--sdk-version", None)
    method = next((each for each in METHODS if each == named), None)
    call = Call(case["target"], purpose, artifact, type_, aliases, method, sdk_version)
    assert not options, options
    return call, given
