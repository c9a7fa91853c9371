"""In a job for a pull request, a file of the checkout decides neither where a key goes nor which one is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry_doctor.codebase.job import Job
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.diagnosis.options import Options
from registry_doctor.sandbox import Sandbox

ADA = "ada0000000000000000000000000000000000001"
CODE = 'import wandb\n\nwandb.Api().artifact("wandb-registry-model/classifier:v0")\n'
MANIFEST = """version: 1
targets:
  - path: wandb-registry-model/classifier:v0
    for: use
    as: DEPLOY_KEY
"""
REQUESTS = {
    "GitHub": {"GITHUB_EVENT_NAME": "pull_request"},
    "GitHub with the rights of the base": {"GITHUB_EVENT_NAME": "pull_request_target"},
    "GitLab": {"CI_MERGE_REQUEST_IID": "7"},
    "GitLab for GitHub": {"CI_PIPELINE_SOURCE": "external_pull_request_event"},
    "Bitbucket": {"BITBUCKET_PR_ID": "7"},
    "Azure": {"SYSTEM_PULLREQUEST_PULLREQUESTID": "7"},
    "Jenkins": {"CHANGE_ID": "7"},
}
SERVICES = {name for variables in REQUESTS.values() for name in variables}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one fetch; nothing says which service runs it."""
    for name in (*SERVICES, "WANDB_BASE_URL", "WANDB_CONFIG_DIR", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    home = tmp_path / "home"
    folder = tmp_path / "checkout"
    (folder / ".git").mkdir(parents=True)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    (folder / "fetch.py").write_text(CODE, encoding="utf-8")
    return folder


def settings_in(folder: Path, sandbox: Sandbox) -> None:
    """A settings file there names the sandbox as the server."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings").write_text(f"[default]\nbase_url = {sandbox.base_url}\n", encoding="utf-8")


def run(job: Job) -> PreflightReport:
    """The report of the preflight."""
    return job.judge(job.search(), Options())


@pytest.mark.parametrize("service", REQUESTS.values(), ids=REQUESTS)
def test_no_key_goes_to_a_server_that_only_the_checkout_names(
    service: dict[str, str], checkout: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is not asked at all, and the first note says why."""
    settings_in(checkout / "wandb", sandbox)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    for name, value in service.items():
        monkeypatch.setenv(name, value)
    before = len(sandbox.log)
    report = run(Job(root=checkout))
    assert len(sandbox.log) == before
    assert report.exit_code == 0
    assert report.notes[0].startswith("KEY NOT SENT: ")
    assert "wandb/settings names the server" in report.notes[0]
    assert report.notes[1].startswith("NO CREDENTIALS: ")


def test_a_folder_below_the_checkout_is_part_of_it(
    checkout: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings may also be those of the folder above that is named by a variable."""
    (checkout / "src").mkdir()
    (checkout / "fetch.py").rename(checkout / "src" / "fetch.py")
    settings_in(checkout / "conf", sandbox)
    monkeypatch.setenv("WANDB_CONFIG_DIR", str(checkout / "conf"))
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.chdir(checkout / "src")
    assert run(Job(root=checkout / "src")).notes[0].startswith("KEY NOT SENT: ")


def test_a_required_key_that_was_kept_back_is_a_finding(
    checkout: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RD101 says that the place is only the checkout's."""
    settings_in(checkout / "wandb", sandbox)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    report = run(Job(root=checkout, require_credentials=True))
    assert report.exit_code == 1
    assert [one.code for each in report.failing for one in each.findings] == ["RD101"]
    assert "of this pull request" in report.failing[0].findings[0].message


@pytest.mark.parametrize(
    "how", ["the job names it", "the caller trusts it", "a push", "settings of the person"]
)
def test_the_server_is_asked_where_somebody_else_answers_for_it(
    how: str, checkout: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job, the person, or the caller with the option; a push has the rights of who pushes."""
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    if how == "settings of the person":
        settings_in(checkout.parent / "home" / ".config" / "wandb", sandbox)
    else:
        settings_in(checkout / "wandb", sandbox)
    monkeypatch.setenv("GITHUB_EVENT_NAME", "push" if how == "a push" else "pull_request")
    if how == "the job names it":
        monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    before = len(sandbox.log)
    report = run(Job(root=checkout, trust_checkout=how == "the caller trusts it"))
    assert len(sandbox.log) > before
    said = [note for note in report.notes if note.startswith("SERVER FROM THE CHECKOUT: ")]
    assert len(said) == (how in ("the caller trusts it", "a push"))


@pytest.mark.parametrize(
    ("service", "trusted", "asked"),
    [({}, False, True), ({"CHANGE_ID": "7"}, False, False), ({"CHANGE_ID": "7"}, True, True)],
    ids=["no request", "a request", "trusted"],
)
def test_a_manifest_of_a_request_chooses_no_key(
    service: dict[str, str],
    trusted: bool,
    asked: bool,
    checkout: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Any variable of the job could otherwise be sent to the server as a key."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("DEPLOY_KEY", ADA)
    for name, value in service.items():
        monkeypatch.setenv(name, value)
    (checkout / "registry-preflight.yaml").write_text(MANIFEST, encoding="utf-8")
    job = Job(
        root=checkout,
        manifests=(Path("registry-preflight.yaml"),),
        require_credentials=True,
        trust_checkout=trusted,
    )
    before = len(sandbox.log)
    report = run(job)
    assert (len(sandbox.log) > before) == asked
    found = [one for each in report.failing for one in each.findings]
    assert [one.code for one in found] == ([] if asked else ["RD101"])
    if found:
        assert "DEPLOY_KEY, which was not read" in found[0].message
        assert ADA not in str(report)


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [("", "RD101", "DEPLOY_KEY"), ("too short", "RD102", "DEPLOY_KEY"), (ADA[::-1], "RD102", "DEPLOY_KEY")],
    ids=["not set", "no key", "unknown"],
)
def test_a_message_about_a_named_key_names_its_variable(
    value: str, code: str, words: str, checkout: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not WANDB_API_KEY, which has nothing to do with it."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("DEPLOY_KEY", value)
    (checkout / "registry-preflight.yaml").write_text(MANIFEST, encoding="utf-8")
    report = run(Job(root=checkout, manifests=(Path("registry-preflight.yaml"),)))
    (found,) = [one for each in report.failing for one in each.findings]
    assert found.code == code
    assert words in found.message
    assert "WANDB_API_KEY" not in found.message
