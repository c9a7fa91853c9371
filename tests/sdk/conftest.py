"""Cases tried twice: the doctor says what a call would do, then the real SDK makes that call.

A test module that names a folder `CONTRACT` of cases and worlds gets every case for a test that asks for one of the
fixtures at the end. Each attempt of the SDK has a sandbox and a process of its own, so that no case sees what another
one did.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue

import pytest
import yaml

from registry_doctor.checking.plugins import load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.engine import examine
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.facts import METHODS, Call
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox, World, load_world
from registry_doctor.settings import Given, read_settings

PROGRAM = Path(__file__).with_name("attempt.py")
SDKS = 3
"""How many SDKs are at work at once."""

LONGEST = 150
"""Seconds that an answer is waited for; the program gives up a call after 60."""

OPTIONS = (
    "--call", "--artifact", "--type", "--entity", "--project", "--organization", "--base-url", "--sdk-version"
)  # fmt: skip
PATIENCE = {"WANDB_HTTP_TIMEOUT": "5"}
"""For the SDK alone: where nobody answers, it else takes 19 seconds to give up."""


@dataclass(frozen=True)
class Case:
    """One entry of a case file; `contract/cases.md` explains its fields."""

    suite: str
    world: Path
    id: str
    key: str | None
    target: str
    for_: Purpose
    options: Mapping[str, str]
    aliases: tuple[str, ...]
    environ: Mapping[str, str]
    expect: Mapping[str, object]

    @property
    def name(self) -> str:
        return f"{self.suite}/{self.id}"

    @property
    def call(self) -> Call:
        """The call that the doctor is asked about."""
        options = self.options
        method = next((each for each in METHODS if each == options.get("--call")), None)
        return Call(
            self.target, self.for_, options.get("--artifact"), options.get("--type"), self.aliases, method
        )


@dataclass(frozen=True)
class Trial:
    """What the doctor said of one case, and what came of the call as typed and as suggested."""

    case: Case
    report: Report
    outcome: Mapping[str, object]
    suggested_outcome: Mapping[str, object] | None
    """`None` if the report suggests no other path."""


@cache
def world_of(path: Path) -> World:
    return load_world(path)


def read_suite(path: Path, worlds: Path) -> Iterator[Case]:
    """The cases of one file, with its defaults filled in."""
    suite = yaml.safe_load(path.read_text(encoding="utf-8"))
    world = worlds / suite["world"]
    people = yaml.safe_load(world.read_text(encoding="utf-8"))
    accounts = [
        *people.get("users", ()),
        *(s for t in people.get("teams", ()) for s in t.get("service_accounts", ())),
    ]
    keys = {each["username"]: each["api_keys"][0] for each in accounts if each.get("api_keys")}
    for entry in suite["cases"]:
        each = {**suite.get("defaults", {}), **entry}
        words = [str(word) for word in each.get("args", ())]
        pairs = list(zip(words[::2], words[1::2], strict=True))
        options = {option: value for option, value in pairs if option in OPTIONS}
        assert len(options) + sum(option == "--alias" for option, _ in pairs) == len(pairs), words
        yield Case(
            suite=path.stem,
            world=world,
            id=each["id"],
            key=each.get("key") or (keys[each["as"]] if each.get("as") else None),
            target=each["target"],
            for_=each.get("for", "link"),
            options=options,
            aliases=tuple(value for option, value in pairs if option == "--alias"),
            environ={name: str(value) for name, value in (each.get("env") or {}).items()},
            expect=each["expect"],
        )


def surroundings(case: Case, base_url: str, folder: Path) -> dict[str, str]:
    """The variables of a process of this person."""
    found = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "WANDB_BASE_URL": base_url,
        "WANDB_DIR": str(folder),
        "NO_PROXY": "127.0.0.1",
    }
    if case.key is not None:
        found["WANDB_API_KEY"] = case.key
    return found | dict(case.environ)


def diagnose(case: Case, environ: Mapping[str, str], folder: Path) -> Report:
    options = case.options
    given = Given(
        base_url=options.get("--base-url"),
        entity=options.get("--entity"),
        project=options.get("--project"),
        organization=options.get("--organization"),
    )
    return examine(case.call, read_settings(given, environ=environ, cwd=folder), load_checks())


class Sdk:
    """A process that makes attempts with the real SDK, one after the other."""

    def __init__(self) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ | PATIENCE,
            text=True,
        )

    def attempt(
        self, case: Case, call: Call, environ: Mapping[str, str], folder: Path
    ) -> Mapping[str, object]:
        options = case.options
        quiet = {"WANDB_ERROR_REPORTING": "false", "WANDB_SILENT": "true", **PATIENCE}
        if "--organization" in options:
            quiet["WANDB_ORGANIZATION"] = options["--organization"]
        if "--base-url" in options:
            quiet["WANDB_BASE_URL"] = options["--base-url"]
        question = {
            "environ": dict(environ) | quiet,
            "folder": str(folder),
            "for_": case.for_,
            "target": call.target,
            "method": call.method,
            "artifact": options.get("--artifact"),
            "type": options.get("--type"),
            "entity": options.get("--entity"),
            "project": options.get("--project"),
            "aliases": list(case.aliases),
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], LONGEST)[0]:
            self._process.kill()  # what comes after it then fails as well, and waits for nothing
            raise AssertionError(f"wandb gave no answer in {LONGEST} s to {question}")
        answer: Mapping[str, object] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate(timeout=90)


class Laboratory:
    """Tries cases, several at a time."""

    def __init__(self) -> None:
        self._sdks: SimpleQueue[Sdk] = SimpleQueue()
        for _ in range(SDKS):
            self._sdks.put(Sdk())
        self._pool = ThreadPoolExecutor(SDKS)
        self._trials: dict[str, Future[Trial]] = {}

    def begin(self, case: Case) -> None:
        if case.name not in self._trials:
            self._trials[case.name] = self._pool.submit(self._try, case)

    def trial(self, case: Case) -> Trial:
        self.begin(case)
        return self._trials[case.name].result()

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for _ in range(SDKS):
            self._sdks.get().close()

    def _try(self, case: Case) -> Trial:
        with tempfile.TemporaryDirectory() as name, Sandbox.start(world_of(case.world)) as sandbox:
            environ = surroundings(case, sandbox.base_url, Path(name))
            report = diagnose(case, environ, Path(name))
            outcome = self._attempt(case, case.call, environ, Path(name))
        suggestion = report.suggestion
        if suggestion is None or (corrected := case.call.corrected(suggestion.target_path)) == case.call:
            return Trial(case, report, outcome, None)
        with tempfile.TemporaryDirectory() as name, Sandbox.start(world_of(case.world)) as sandbox:
            environ = surroundings(case, sandbox.base_url, Path(name))
            suggested = self._attempt(case, corrected, environ, Path(name))
        return Trial(case, report, outcome, suggested)

    def _attempt(
        self, case: Case, call: Call, environ: Mapping[str, str], folder: Path
    ) -> Mapping[str, object]:
        sdk = self._sdks.get()
        try:
            return sdk.attempt(case, call, environ, folder)
        finally:
            self._sdks.put(sdk)


def works(outcome: Mapping[str, object]) -> bool:
    """Whether wandb did it, in a registry; a fetch with all that was to be downloaded."""
    done = outcome["outcome"] == "linked" or (outcome["outcome"] == "fetched" and bool(outcome["files"]))
    return done and is_registry_project(str(outcome["project"]))


@pytest.fixture(scope="session")
def laboratory(request: pytest.FixtureRequest) -> Iterator[Laboratory]:
    """Begins with all cases that this session will want, so that the tests find most of them tried."""
    laboratory = Laboratory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        for item in request.session.items:
            callspec = getattr(item, "callspec", None)
            case = callspec.params.get("trial") if callspec else None
            if isinstance(case, Case):
                laboratory.begin(case)
        yield laboratory
        laboratory.close()


@pytest.fixture
def trial(request: pytest.FixtureRequest, laboratory: Laboratory) -> Trial:
    """One case, tried by the doctor and by the SDK."""
    return laboratory.trial(request.param)


@pytest.fixture
def wrong_verdict(trial: Trial) -> str | None:
    """How the exit status differs from what is right, by the SDK and by the case; `None` if it does not."""
    report, outcome = trial.report, trial.outcome
    right = 0 if works(outcome) else 1
    if report.exit_code == right == trial.case.expect["exit"]:
        return None
    found = [
        f"{each.code}: {each.message}"
        for each in report.results
        if each.is_error or each.unknown or each.status is Status.ERROR
    ]
    return f"exit {report.exit_code} {found}, expected {trial.case.expect['exit']}; wandb: {outcome}"


@pytest.fixture
def wrong_suggestion(trial: Trial) -> str | None:
    """How the suggestion differs from what the SDK did with the suggested path; `None` if it does not."""
    suggestion, outcome = trial.report.suggestion, trial.suggested_outcome
    if suggestion is None or outcome is None or suggestion.verified == works(outcome):
        return None
    return f"{suggestion}, but wandb: {outcome}"


@pytest.fixture
def wrong_place(trial: Trial) -> str | None:
    """How the place in the report differs from where the SDK landed with the path as typed; `None` if it does not."""
    resolved, outcome = trial.report.resolved, trial.outcome
    if resolved.project is None or outcome["outcome"] == "refused":
        return None
    said = (resolved.entity, resolved.project, resolved.collection)
    landed = (outcome["entity"], outcome["project"], outcome["collection"])
    return None if said == landed else f"resolved {said}, but wandb: {landed}"


@pytest.fixture
def wrong_report(trial: Trial) -> list[str]:
    """How the failing errors and the suggestion differ from what the case expects."""
    expect, suggestion = trial.case.expect, trial.report.suggestion
    found: dict[str, object] = {
        "failed": [each.code for each in trial.report.errors],
        "verified": suggestion.verified if suggestion else None,
        "remaining": list(suggestion.remaining) if suggestion else None,
        "entity": trial.report.resolved.entity,
    }
    wrong = [
        f"{name} is {value}, expected {expect[name]}"
        for name, value in found.items()
        if name in expect and expect[name] != value
    ]
    if "suggestion" in expect:
        accepted = expect["suggestion"] if isinstance(expect["suggestion"], list) else [None]
        path = suggestion.target_path if suggestion else None
        wrong += [] if path in accepted else [f"suggests {path!r}, expected {accepted}"]
    return wrong


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "trial" not in metafunc.fixturenames:
        return
    folder = metafunc.module.CONTRACT
    cases = [
        case for path in sorted(folder.glob("cases/*.yaml")) for case in read_suite(path, folder / "worlds")
    ]
    metafunc.parametrize("trial", cases, ids=[case.name for case in cases], indirect=True)
