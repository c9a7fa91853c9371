"""The unmodified wandb tries the very call against a sandbox: what comes of it, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import registry_doctor
from registry_doctor.checking.check import Severity
from registry_doctor.checking.results import Status
from registry_doctor.cli import main
from registry_doctor.confirmation.child import Child, ChildFailed
from registry_doctor.confirmation.confirming import Confirmer
from registry_doctor.confirmation.guard import Guard
from registry_doctor.diagnosis.options import Options
from registry_doctor.report.model import Confirmation, EffectivePath, Report
from registry_doctor.settings.names import WANDB_VERSION
from registry_doctor.transport import Answer
from tests.confirmation.conftest import CASES, Tried, tried

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

KEY = "b0b0000000000000000000000000000000000002"
"""Bob's, in the sandbox."""
SOURCE = "vision/detectors/yolo:v0"
PLACE = "acme-robotics_X7Q2/wandb-registry-model/detector"

NOT_DECIDED = {
    # A draft is logged first.
    "link-draft-in-team", "personal-entity-by-default", "offline-draft",
    # Only the server refuses these links, and one download.
    "alias-in-link-target", "personal-entity-logged", "registry-misspelt", "registry-not-visible",
    "type-not-accepted", "collection-of-other-type", "viewer-cannot-link", "use-restricted-viewer",
    # Nobody can be asked.
    "no-api-key", "host-unreachable",
}  # fmt: skip


def confirmation_of(report: Report) -> Confirmation:
    """What wandb said about it."""
    assert report.confirmation is not None
    return report.confirmation


def mutations(one: Tried) -> list[str]:
    """What wrote to the sandbox."""
    return [each.operation for each in one.sandbox.log if each.kind != "query"]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_no_acceptance_case_is_contradicted(name: str, confirmer: Confirmer) -> None:
    """What wandb can show without writing is confirmed, and nothing reaches the server but queries."""
    with tried(CASES[name]) as one:
        confirmation = confirmation_of(confirmer.confirmed(one.report, one.case.call, one.settings))
        expected = "not_decided" if name in NOT_DECIDED else "confirmed"
        assert confirmation.outcome == expected, confirmation
        assert mutations(one) == []
        if one.report.resolved.entity is not None and confirmation.where is not None:
            assert confirmation.where.startswith(one.report.resolved.entity)


@pytest.fixture(scope="module")
def link() -> Iterator[Tried]:
    """A link that works."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        with tried(CASES["link-short"]) as one:
            yield one


@pytest.fixture(scope="module")
def wandb() -> Iterator[Confirmer]:
    """One process of wandb for several tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        with Confirmer(Options(timeout=120)) as confirmer:
            yield confirmer


def test_a_right_report_is_confirmed(link: Tried, wandb: Confirmer) -> None:
    """wandb would send the link to the place that the report names; the sandbox gets no link."""
    report = wandb.confirmed(link.report, link.case.call, link.settings)
    assert (confirmation_of(report).outcome, confirmation_of(report).where) == ("confirmed", PLACE)
    assert confirmation_of(report).sdk_version == WANDB_VERSION
    assert (report.exit_code, mutations(link)) == (0, [])


def without_errors(report: Report) -> Report:
    """As a doctor says it that finds nothing."""
    results = (replace(each, status=Status.PASS, severity=None, blocked_by=None) for each in report.results)
    return replace(report, results=tuple(results), suggestion=None)


def with_an_error(report: Report) -> Report:
    """As a doctor says it that finds the organization wrong."""
    return replace(
        report,
        results=tuple(
            replace(each, status=Status.FAIL, severity=Severity.ERROR) if each.code == "RD302" else each
            for each in report.results
        ),
    )


def landing_elsewhere(report: Report) -> Report:
    """As a doctor says it that reads the path wrongly."""
    return replace(report, resolved=replace(report.resolved, project="wandb-registry-other"))


@pytest.mark.parametrize(
    ("target", "spoil"),
    [
        ("wandb-registry-model/detector", with_an_error),
        ("wandb-registry-model/detector", landing_elsewhere),
        ("vision/wandb-registry-model/detector", without_errors),
        ("model/detector", without_errors),
    ],
)
def test_a_wrong_doctor_is_contradicted(
    link: Tried, wandb: Confirmer, target: str, spoil: Callable[[Report], Report]
) -> None:
    """Both sides stand above everything, the exit status is 3, and one command writes it down."""
    call = replace(link.case.call, target=target)
    spoiled = spoil(link.report)
    if target == "model/detector":
        spoiled = replace(spoiled, resolved=replace(spoiled.resolved, entity="vision", project="model"))
    report = wandb.confirmed(spoiled, call, link.settings)
    confirmation = confirmation_of(report)
    assert (confirmation.outcome, report.exit_code) == ("contradicted", 3)
    assert confirmation.command == f"wandb-registry bundle --artifact={SOURCE} {target}"
    for text in (str(report), report._repr_html_()):
        assert "contradicted" in text.lower()
    assert str(report).startswith(f"CONTRADICTED by wandb {WANDB_VERSION}")
    assert mutations(link) == []


def test_the_words_of_wandb_name_the_real_server(confirmer: Confirmer) -> None:
    """Not the guard, which nobody knows."""
    with tried(CASES["key-nobody-owns"]) as one:
        said = confirmation_of(confirmer.confirmed(one.report, one.case.call, one.settings)).said
        assert said is not None and one.sandbox.base_url in said
        assert "127.0.0.1" not in said.replace(one.sandbox.base_url.partition("://")[2], "")


def test_wandb_never_gets_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process has a key that is good for the guard only, and no other variable of this process."""
    started: list[dict[str, str]] = []

    def start(*_: object, env: dict[str, str], **__: object) -> None:
        started.append(env)
        raise OSError(1, "enough seen")

    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("WANDB_ENTITY", "elsewhere")
    with tried(CASES["use-alias"]) as one, Confirmer(Options(timeout=60)) as confirmer:
        monkeypatch.setattr(subprocess, "Popen", start)
        confirmation = confirmation_of(confirmer.confirmed(one.report, one.case.call, one.settings))
    assert confirmation.outcome == "not_decided"
    assert KEY not in json.dumps(started)
    assert {"HTTPS_PROXY", "WANDB_ENTITY"}.isdisjoint(started[0])


class Silent:
    """A server that does not answer for a long time."""

    def query(self, document: str, variables: object) -> Answer:
        """Wait."""
        time.sleep(8)
        return Answer({}, (), 200, 0.0)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")
def test_a_wandb_that_hangs_is_ended_with_its_own_process() -> None:
    """The call ends with its time, and neither processes nor the folder are left."""
    with Guard(Silent()) as guard, Child(guard.address, guard.key, {}) as child:
        with pytest.raises(ChildFailed, match="within"):
            child.ask({"target": "a/b:v0", "artifact": None, "type": None, "aliases": [], "overrides": {}}, 4)
        running = with_variable(guard.key)
        homes = {environment["HOME"] for environment in running.values()}
        assert running
    until = time.monotonic() + 20
    while with_variable(guard.key) and time.monotonic() < until:
        time.sleep(0.1)
    assert with_variable(guard.key) == {}
    assert [home for home in homes if Path(home).exists()] == []


def with_variable(value: str) -> dict[int, dict[str, str]]:
    """The environment of each process that has this value in it, by process id."""
    found: dict[int, dict[str, str]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            raw = (folder / "environ").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if value in raw:
            pairs = (each.partition("=") for each in raw.split("\0") if each)
            found[int(folder.name)] = {name: text for name, _, text in pairs}
    return found


@pytest.fixture
def run(link: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `wandb-registry` as Bob in this process."""
    for name in [*os.environ]:
        if name.startswith("WANDB_") or name in ("NETRC", "GITHUB_ACTIONS"):
            monkeypatch.delenv(name)
    for name, value in (
        ("HOME", str(tmp_path)),
        ("WANDB_BASE_URL", link.sandbox.base_url),
        ("WANDB_API_KEY", KEY),
        ("NO_PROXY", "127.0.0.1"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments, prog_name="wandb-registry")


def test_doctor_says_what_wandb_says(run: Callable[..., Result], link: Tried) -> None:
    """One line in the text, a key in JSON that the schema knows, and never the API key."""
    arguments = ("doctor", "--confirm", "vision/wandb-registry-model/detector", "--artifact", SOURCE)
    done = run(*arguments, "-o", "json:report.json", "--verbose")
    assert done.exit_code == 1, done.output
    refusal = "CommError: Unable to find organization for entity 'vision'."
    assert f"confirmed by wandb {WANDB_VERSION}: wandb refuses it, too: {refusal}" in done.stdout
    written = Path("report.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(written)
    assert document["confirmation"]["outcome"] == "confirmed"
    assert document["confirmation"]["said"] == refusal
    assert KEY not in done.output + written
    assert mutations(link) == []


def test_preflight_tries_every_call_that_says_enough(run: Callable[..., Result], link: Tried) -> None:
    """A link of a logged artifact and a use; a draft is not decided."""
    Path("job.py").write_text(
        "import wandb\n\n"
        "api = wandb.Api()\n"
        f'api.artifact("{SOURCE}").link("wandb-registry-model/detector")\n'
        'api.artifact("wandb-registry-model/detector:production")\n'
        'run = wandb.init(entity="vision", project="detectors")\n'
        'run.link_artifact(wandb.Artifact("new", type="model"), "wandb-registry-model/detector")\n',
        encoding="utf-8",
    )
    done = run("preflight", "--confirm", "-o", "json:report.json")
    assert done.exit_code == 0, done.output
    counts = f"wandb {WANDB_VERSION} about these calls: 2 confirmed, 1 not decided, 0 contradicted"
    assert counts in done.stdout
    assert "not decided (1): a draft is logged before it is linked" in done.stdout
    library = registry_doctor.preflight("job.py", confirm=True)
    assert counts in library.notes
    assert (library.exit_code, library.contradicted) == (0, frozenset())
    reports = json.loads(Path("report.json").read_text(encoding="utf-8"))["reports"]
    outcomes = [each["confirmation"]["outcome"] for each in reports]
    assert outcomes == ["confirmed", "confirmed", "not_decided"]
    assert mutations(link) == []


def test_a_contradiction_in_preflight_is_above_everything(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status is 3, also where nothing else is found; JSON says which target it is."""
    elsewhere = EffectivePath("Acme Robotics", "elsewhere", "wandb-registry-model", "detector", "v0")
    monkeypatch.setattr("registry_doctor.diagnosis.assembly.effective_path", lambda _: elsewhere)
    text = 'import wandb\n\nwandb.Api().artifact("wandb-registry-model/detector:production")\n'
    Path("job.py").write_text(text, encoding="utf-8")
    done = run("preflight", "--confirm", "-o", "json:report.json")
    assert done.exit_code == 3, done.output
    assert done.stdout.startswith(f"CONTRADICTED: by wandb {WANDB_VERSION} at job.py:3:1")
    document = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (document["exit_code"], document["reports"][0]["exit_code"]) == (3, 3)
    assert document["reports"][0]["confirmation"]["outcome"] == "contradicted"
    library = registry_doctor.preflight("job.py", confirm=True)
    assert [each.line for each in library.contradicted] == [3]
    assert library.exit_code == 3


def test_without_credentials_preflight_says_why_nothing_is_confirmed(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not say that wandb tried anything."""
    monkeypatch.delenv("WANDB_API_KEY")
    text = 'import wandb\n\nwandb.Api().artifact("wandb-registry-model/detector:production")\n'
    Path("job.py").write_text(text, encoding="utf-8")
    done = run("preflight", "--confirm")
    assert "not decided (1): wandb was not asked, because there are no credentials" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--offline",), "the server was not asked"),
        (("--sdk-version", "0.25.0"), "the report is about wandb 0.25.0"),
        (("--call", "run.link_artifact"), "run.link_artifact does more than find the place"),
    ],
)
def test_what_cannot_be_tried_is_not_decided(
    run: Callable[..., Result], arguments: tuple[str, ...], why: str
) -> None:
    """The line says why."""
    done = run("doctor", "--confirm", "wandb-registry-model/detector", "--artifact", SOURCE, *arguments)
    assert f"not decided by wandb {WANDB_VERSION}: {why}" in done.stdout, done.output


@pytest.mark.parametrize(("installed", "for_"), [("0.20.1", "link"), ("0.17.9", "use")])
def test_an_old_wandb_is_not_tried(
    link: Tried, confirmer: Confirmer, monkeypatch: pytest.MonkeyPatch, installed: str, for_: str
) -> None:
    """It writes before it resolves."""
    for module in ("confirming", "rehearsed_call"):
        monkeypatch.setattr(f"registry_doctor.confirmation.{module}.installed_version", lambda _: installed)
    call = link.case.call if for_ == "link" else replace(link.case.call, for_="use", artifact=None)
    confirmation = confirmation_of(confirmer.confirmed(link.report, call, link.settings))
    assert confirmation.outcome == "not_decided"
    assert confirmation.message.startswith(f"wandb {installed} writes before it resolves")


def test_the_library_confirms(run: Callable[..., Result]) -> None:
    """`diagnose(…, confirm=True)`; without it wandb is not asked."""
    assert run is not None  # the environment is Bob's
    path = "wandb-registry-model/detector:production"
    assert registry_doctor.diagnose(path, for_="use").confirmation is None
    report = registry_doctor.diagnose(path, for_="use", confirm=True)
    assert confirmation_of(report).where == f"{PLACE}:v0"
