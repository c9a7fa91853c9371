"""The same variables and files, given to the real SDK and to `read_settings`, mean the same to both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from registry_doctor.settings import (
    ApiKey,
    Credentials,
    Given,
    IdentityToken,
    InvalidCredentials,
    Settings,
    read_settings,
)
from registry_doctor.settings.address import without_userinfo
from registry_doctor.settings.names import SETTING_NAMES, WANDB_VERSION

wandb = pytest.importorskip("wandb")
if wandb.__version__ != WANDB_VERSION:
    pytest.skip(f"the rules are those of wandb {WANDB_VERSION}", allow_module_level=True)

PROGRAM = Path(__file__).with_name("ask_sdk_for_settings.py")
DATA = Path(__file__).with_name("settings_scenarios.yaml")

FILES = {"global": "home/.config/wandb/settings", "local": "work/wandb/settings", "netrc": "home/.netrc"}
KEYS = {f"KEY{number}": letter * 40 for number, letter in enumerate("abcd", start=1)}


@dataclass(frozen=True)
class Scenario:
    """One entry of the data file, which explains them."""

    name: str
    environ: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    given: Given = Given()  # noqa: RUF009 - frozen
    silent: bool = False


def scenarios() -> Iterator[Scenario]:
    """The scenarios of the data file, with one for each entry of its lists."""
    text = DATA.read_text(encoding="utf-8")
    for placeholder, secret in KEYS.items():
        text = text.replace(placeholder, secret)
    data = yaml.safe_load(text)
    key = {"WANDB_API_KEY": KEYS["KEY1"]}
    netrc = {"netrc": f"machine api.forge.coreweave.com login u password {KEYS['KEY3']}"}
    for address in data["addresses"]:
        yield Scenario(f"WANDB_BASE_URL {address!r}", {"WANDB_BASE_URL": address, **key})
    for mode in data["modes"]:
        yield Scenario(f"WANDB_MODE {mode!r}", {"WANDB_MODE": mode})
    for timeout in data["timeouts"]:
        yield Scenario(f"WANDB_HTTP_TIMEOUT {timeout!r}", {"WANDB_HTTP_TIMEOUT": timeout})
    for value in data["keys"]:
        yield Scenario(f"WANDB_API_KEY {value!r}", {"WANDB_API_KEY": value}, netrc)
    for each in data["global_files"]:
        files = {"global": each["text"], "local": "[default]\nentity = local"}
        yield Scenario(f"global file: {each['name']}", key, files, silent=each.get("silent", False))
    for each in data["scenarios"]:
        yield Scenario(**{**each, "given": Given(**each.get("given", {}))})


SCENARIOS = tuple(scenarios())


@dataclass(frozen=True)
class Case:
    scenario: Scenario
    answer: Mapping[str, object]
    ours: Settings


def lay_out(root: Path, scenario: Scenario) -> dict[str, str]:
    """Write the files of the scenario under `root` and return its variables."""
    for folder in ("home", "work"):
        (root / folder).mkdir(parents=True)
    for name, content in scenario.files.items():
        path = root / FILES.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
    environ = {name: value.replace("ROOT", str(root)) for name, value in scenario.environ.items()}
    return {"HOME": str(root / "home"), **environ}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Every scenario with the SDK's answer, all asked of one process."""
    root = tmp_path_factory.mktemp("scenarios")
    places = [root / str(number) for number in range(len(SCENARIOS))]
    environs = [lay_out(place, scenario) for place, scenario in zip(places, SCENARIOS, strict=True)]
    questions = [
        {
            "environ": environ,
            "cwd": str(place / "work"),
            "base_url": scenario.given.base_url,
            "api_key": scenario.given.api_key,
            "entity": scenario.given.entity,
            "project": scenario.given.project,
        }
        for scenario, environ, place in zip(SCENARIOS, environs, places, strict=True)
    ]
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if not name.startswith("WANDB_")},
        cwd=root,
    )
    assert done.returncode == 0, done.stderr
    return {
        scenario.name: Case(
            scenario, answer, read_settings(scenario.given, environ=environ, cwd=place / "work")
        )
        for scenario, environ, place, answer in zip(
            SCENARIOS, environs, places, json.loads(done.stdout), strict=True
        )
    }


def words_of_a_crash(ours: Settings, given: Given) -> list[str]:
    """What of our settings says that wandb crashes while it loads its own."""
    words = [problem.problem for problem in ours.variable_problems]
    if ours.base_url_problem and given.base_url is None:
        words.append(ours.base_url_problem)
    if isinstance(ours.credentials, InvalidCredentials) and "whitespace" in ours.credentials.problem:
        words.append(ours.credentials.problem)
    return words


def confirm_run(ours: Settings, given: Given, answer: object) -> None:
    """A run takes what we say, and ignores of what is given what we say."""
    assert isinstance(answer, dict)
    pinned = ours.pinned_run
    assert ours.run_entity.value == answer["entity"]
    # Without a project wandb names the run's after the git repository.
    assert ours.run_project.value in (answer["project"], None)
    ignored = []
    if pinned is not None:
        when = (
            "when running a sweep" if pinned.kind == "sweep" else "when running from a wandb launch context"
        )
        ignored += [f"Ignoring project {given.project!r} {when}."] if pinned.ignores("project") else []
        ignored += [f"Ignoring entity {given.entity!r} {when}."] if pinned.ignores("entity") else []
    assert answer["ignored"] == ignored


def in_the_answers_words(credentials: Credentials) -> list[str]:
    if isinstance(credentials, ApiKey):
        return ["key", credentials.secret.reveal()]
    if isinstance(credentials, IdentityToken):
        return ["token", credentials.path]
    return ["refused", credentials.problem] if isinstance(credentials, InvalidCredentials) else ["none"]


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_a_scenario_means_the_same_to_the_sdk_and_to_us(name: str, cases: dict[str, Case]) -> None:
    """Address, credentials, names, mode, time-out and refusals are those of the SDK."""
    case = cases[name]
    answer, ours = dict(case.answer), case.ours
    crash = words_of_a_crash(ours, case.scenario.given)
    if "crash" in answer:
        words = without_userinfo(str(answer["crash"]))  # which we never repeat
        assert any(problem.crashes for problem in ours.file_problems) or any(word in words for word in crash)
        return
    assert not crash
    assert not any(problem.crashes for problem in ours.file_problems)
    assert bool(ours.file_problems) == (answer.pop("files_refused") or case.scenario.silent)

    confirm_run(ours, case.scenario.given, answer.pop("run"))
    found: dict[str, object] = {
        "mode": ours.mode.value,
        "timeout": ours.timeout_problem or ours.timeout.value,
        "entity": ours.entity.value,
        "organization": ours.organization.value,
        "project": ours.project.value,
    }
    if "address_refused" in answer:
        assert ours.base_url_problem
        assert ours.base_url_problem in str(answer.pop("address_refused"))
    else:
        assert ours.base_url_problem is None
        found["credentials"] = in_the_answers_words(ours.credentials)
    if "base_url" in answer:
        found.update(base_url=ours.base_url.value, app_url=ours.app_url)
    if isinstance(ours.credentials, InvalidCredentials) and isinstance(answer["credentials"], list):
        # Ours go without the variable in front and with the position of a byte behind.
        words = str(answer["credentials"][1]).removeprefix("WANDB_API_KEY invalid: ")
        assert words in ours.credentials.problem
        answer["credentials"] = ["refused", ours.credentials.problem]
    assert found == answer


def test_the_names_allowed_in_a_file_are_those_of_the_sdk() -> None:
    """The generated list of setting names is the SDK's own."""
    assert frozenset(wandb.Settings.model_fields) == SETTING_NAMES
