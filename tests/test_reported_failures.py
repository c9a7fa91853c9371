"""Failures that people reported, played on the sandbox: the command and the library name the cause and the way out.

`cases/reported/cases/` is also tried with the real SDK (`tests/sdk/test_reported_like_sdk.py`); `older_sdks.yaml` holds what
the installed one cannot show. `not_played.yaml` says why the other records are not cases.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import registry_doctor
from registry_doctor.cli import main
from registry_doctor.sandbox import Sandbox
from tests.sdk.conftest import Case, read_suite, surroundings

HERE = Path(__file__).parent
REPORTED = HERE / "cases" / "reported"
RECORDS = HERE.parent / "docs" / "evidence" / "failures.md"

KEYWORDS = {
    "--artifact": "artifact",
    "--type": "type",
    "--entity": "entity",
    "--project": "project",
    "--organization": "organization",
    "--base-url": "base_url",
    "--call": "method",
    "--sdk-version": "sdk_version",
}
"""The arguments of `diagnose` that the command's options are."""

Json = Mapping[str, object]


@dataclass(frozen=True)
class Reported:
    """A case and the record that it plays."""

    case: Case
    record: str
    source: str
    summary: str

    @property
    def name(self) -> str:
        """What the test of it is called."""
        return f"{self.record}-{self.case.id}"

    @property
    def arguments(self) -> list[str]:
        """The command line, without the program."""
        options = [*self.case.options.items(), *(("--alias", alias) for alias in self.case.aliases)]
        words = [word for option in options for word in option]
        return ["doctor", self.case.target, "--for", self.case.for_, "--format", "json", *words]

    @property
    def keywords(self) -> dict[str, object]:
        """The arguments of `diagnose`."""
        options = {KEYWORDS[name]: value for name, value in self.case.options.items()}
        return {**options, "for_": self.case.for_, "aliases": self.case.aliases}


def read_reported(path: Path) -> Iterator[Reported]:
    """The cases of one file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    for entry, case in zip(entries, read_suite(path, REPORTED / "worlds"), strict=True):
        yield Reported(case, entry["record"], entry["source"], entry["summary"])


CASES = [
    reported
    for path in (*sorted(REPORTED.glob("cases/*.yaml")), REPORTED / "older_sdks.yaml")
    for reported in read_reported(path)
]
NOT_PLAYED: list[dict[str, str]] = yaml.safe_load((REPORTED / "not_played.yaml").read_text(encoding="utf-8"))


ERRORS: list[dict[str, str]] = yaml.safe_load((REPORTED / "errors.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def address_of() -> Iterator[Callable[[Path], str]]:
    """The address of a sandbox that serves a world; one for all cases, since nothing is ever written."""
    running: dict[Path, Sandbox] = {}

    def find(world: Path) -> str:
        if world not in running:
            running[world] = Sandbox.start(world)
        return running[world].base_url

    yield find
    for sandbox in running.values():
        sandbox.stop()


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing that the developer has set or stored takes part."""
    for name in list(os.environ):
        if name.startswith("WANDB_") or name == "NETRC":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settle(
    address_of: Callable[[Path], str], empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Case], None]:
    """Make this process that of the case's person."""

    def become(case: Case) -> None:
        for name, value in surroundings(case, address_of(case.world), empty_home).items():
            monkeypatch.setenv(name, value)

    return become


def verdict(report: Json) -> Json:
    """What a report says, without what differs between two diagnoses of the same call."""
    results = report["results"]
    assert isinstance(results, list)
    said = [
        {name: each[name] for name in ("code", "status", "severity", "blocked_by")}
        | {"fixes": [fix["target_path"] for fix in each["fixes"]]}
        for each in results
    ]
    kept = ("target", "ok", "exit_code", "suggestion", "resolved")
    return {**{name: report[name] for name in kept}, "results": said}


def wrong(case: Case, report: Json) -> list[str]:
    """How a report differs from what the case expects."""
    expect, suggestion, results = case.expect, report["suggestion"], report["results"]
    assert isinstance(results, list)
    assert suggestion is None or isinstance(suggestion, dict)
    failing = [each for each in results if each["status"] == "fail"]
    said = " ".join(f"{each['message']} {json.dumps(each['fixes'], ensure_ascii=False)}" for each in failing)
    resolved = report["resolved"]
    assert isinstance(resolved, dict)
    found: dict[str, object] = {
        "exit": report["exit_code"],
        "failed": [each["code"] for each in failing if each["severity"] == "error"],
        "warned": [each["code"] for each in failing if each["severity"] == "warning"],
        "verified": suggestion["verified"] if suggestion else None,
        "remaining": suggestion["remaining"] if suggestion else None,
        "entity": resolved["entity"],
    }
    expected = {"failed": [], **expect}
    problems = [
        f"{name} is {value}, expected {expected[name]}"
        for name, value in found.items()
        if name in expected and value != expected[name]
    ]
    if "suggestion" in expect:
        accepted = expect["suggestion"] if isinstance(expect["suggestion"], list) else [None]
        path = suggestion["target_path"] if suggestion else None
        problems += [] if path in accepted else [f"suggests {path!r}, expected {accepted}"]
    words = expect.get("says", [])
    assert isinstance(words, list)
    return problems + [f"does not say {word!r}: {said}" for word in words if word not in said]


@pytest.mark.parametrize("reported", CASES, ids=lambda reported: reported.name)
def test_the_command_and_the_library_name_the_cause_and_the_way_out(
    reported: Reported, settle: Callable[[Case], None]
) -> None:
    """Codes, suggestion and exit status are those of the record, and both ways give the same verdict."""
    case = reported.case
    settle(case)
    done = CliRunner().invoke(main, reported.arguments, prog_name="wandb-registry")
    told: Json = json.loads(done.stdout)
    diagnose: Callable[..., registry_doctor.Report] = registry_doctor.diagnose
    report: Json = json.loads(diagnose(case.target, **reported.keywords).to_json())
    assert wrong(case, told) == []
    assert done.exit_code == case.expect["exit"]
    assert verdict(report) == verdict(told)


@pytest.mark.parametrize("reported", CASES[:: len(CASES) // 2], ids=lambda reported: reported.name)
def test_the_installed_command_says_the_same(
    reported: Reported, settle: Callable[[Case], None], tmp_path: Path
) -> None:
    """A process of its own prints the report and ends with its status."""
    case = reported.case
    settle(case)
    done = subprocess.run(
        [sys.executable, "-m", "registry_doctor", *reported.arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert wrong(case, json.loads(done.stdout)) == []
    assert done.returncode == case.expect["exit"]


def explanations(*arguments: str) -> list[dict[str, object]]:
    """What `wandb-registry doctor` tells of an error."""
    done = CliRunner().invoke(main, ["doctor", "--format", "json", *arguments], prog_name="wandb-registry")
    found: list[dict[str, object]] = json.loads(done.stdout)["explanations"]
    return found


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{error['record']}-{error['check']}")
def test_a_pasted_error_leads_to_the_check_of_its_cause(error: dict[str, str], empty_home: Path) -> None:
    """Without a server: the cause of the record is among those that are told."""
    told = explanations("--error", error["text"], "--offline")
    causes = [cause for each in told if isinstance(each["causes"], list) for cause in each["causes"]]
    assert error["check"] in {cause["check"] for cause in causes}, told


@pytest.mark.parametrize(
    "error",
    [each for each in ERRORS if "case" in each],
    ids=lambda error: f"{error['record']}-{error['case']}",
)
def test_a_pasted_error_with_its_call_is_traced_to_its_cause(
    error: dict[str, str], settle: Callable[[Case], None]
) -> None:
    """With the call on the sandbox: the check that fails decides between the causes."""
    (reported,) = (each for each in CASES if each.name == f"{error['record']}-{error['case']}")
    settle(reported.case)
    told = explanations("--error", error["text"], *reported.arguments[1:])
    assert [each["confirmed_by"] for each in told] == [error["check"]], told


def test_no_case_and_no_reason_is_there_twice() -> None:
    """A record is played, or it is said why not."""
    names = [each.name for each in CASES]
    assert sorted(set(names)) == sorted(names)
    reasons = [each["record"] for each in NOT_PLAYED]
    assert sorted(set(reasons)) == sorted(reasons)
    assert {each.record for each in CASES}.isdisjoint(reasons)


def test_every_case_tells_where_it_was_reported() -> None:
    """An address where there is one."""
    sources = {each.source for each in CASES} | {each["source"] for each in NOT_PLAYED}
    addresses = {each for each in sources if each.startswith("https://")}
    assert all(re.fullmatch(r"https://[\w./-]+", each) for each in addresses)
    assert all(
        re.match(r"public files? \d|failures \d|docs\.|an? |issues of ", each) for each in sources - addresses
    )
    assert all(each.summary for each in CASES)
    assert all(each["reason"] and each["summary"] for each in NOT_PLAYED)


def test_every_collected_record_is_a_case_or_has_a_reason() -> None:
    """No record was forgotten, and none was made up."""
    recorded = set(re.findall(r"^### ([RMA]\d{1,2}) ", RECORDS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {each.record for each in CASES} | {each["record"] for each in NOT_PLAYED} == recorded
