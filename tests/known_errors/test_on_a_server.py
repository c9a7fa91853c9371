"""What `doctor --error` says with a key: the explanation first, the call that stands in the error diagnosed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry_doctor.cli import main
from registry_doctor.sandbox import Sandbox

WORLD = Path(__file__).parents[1] / "contract" / "worlds" / "acme.yaml"
KEY = "b0b0000000000000000000000000000000000002"
FORBIDDEN = (
    'wandb.errors.errors.CommError: failed to upsert bucket: returned error 403 Forbidden: {"errors":[{"message":'
    '"permission denied","path":["upsertBucket"]}],"data":{"upsertBucket":null}}'
)


def init(entity: str) -> str:
    """A traceback through `wandb.init` that the server refused."""
    return f'Traceback (most recent call last):\n  File "t.py", line 3, in <module>\n    wandb.init(project="p", entity="{entity}")\n{FORBIDDEN}'


def unknown(code: str) -> str:
    """A traceback with a message that nobody knows."""
    return f'Traceback (most recent call last):\n  File "t.py", line 3, in <module>\n    {code}\nRuntimeError: something that nobody has seen'


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """One server for all, since nothing is written."""
    sandbox = Sandbox.start(WORLD)
    yield sandbox.base_url
    sandbox.stop()


@pytest.fixture
def bob(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bob's key, and nothing that the developer has set."""
    for name in [each for each in os.environ if each.startswith("WANDB_") or each == "NETRC"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WANDB_BASE_URL", address)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)


def doctor(*arguments: str) -> str:
    """What the command prints."""
    return CliRunner().invoke(main, ["doctor", *arguments]).stdout


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize(
    ("text", "failed", "suggested"),
    [
        (init("acme-robotics_X7Q2"), ["RD307"], None),
        (init("other-lab"), ["RD301"], None),
        (
            unknown(
                'for v in api.artifacts("model", "acme-robotics_X7Q2/wandb-registry-model/detectr"): pass'
            ),
            ["RD502"],
            "acme-robotics_X7Q2/wandb-registry-model/detector",
        ),
        (unknown('api.artifact("vision/detectors/yolo:bset")'), ["RD503"], "vision/detectors/yolo:best"),
        (unknown('api.artifact("vision/detectors/yolo:v1")'), [], None),
    ],
)
def test_what_stands_in_the_error_is_examined(text: str, failed: list[str], suggested: str | None) -> None:
    """The entity of the run, or the path of the call, also where no message is known."""
    report = json.loads(doctor("--error", text, "--format", "json"))
    assert [each["code"] for each in report["results"] if each["status"] == "fail"] == failed
    assert (report["suggestion"] or {}).get("target_path") == suggested


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize(
    "text",
    ["wandb.errors.CommError: permission denied", init("other-lab"), "wandb: ERROR HTTP 502: bad gateway"],
)
def test_the_explanation_stands_first_and_fits_a_screen(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most twenty lines of eighty columns; of the environment only what fails."""
    monkeypatch.setenv("COLUMNS", "80")
    lines = doctor("--error", text).splitlines()
    assert lines[0].startswith("wandb said")
    assert len(lines) <= 20
    assert not [line for line in lines if "✓" in line or "Where you can link" in line]


@pytest.mark.usefixtures("bob")
def test_a_cause_that_a_passing_check_rules_out_is_left_out() -> None:
    """`--verbose` shows it, marked."""
    entity = "the run was started in an entity where you cannot log"
    assert entity not in doctor("--error", "permission denied")
    assert f"ruled out   {entity}" in doctor("--error", "permission denied", "--verbose")


@pytest.mark.usefixtures("bob")
def test_a_path_that_passes_is_said_to_pass() -> None:
    """An unknown message never ends in "no check fails now" where there is a path."""
    said = doctor("--error", unknown('api.artifact("vision/detectors/yolo:v1")'))
    assert "no check fails now" not in said
    assert "'vision/detectors/yolo:v1' passes every check" in said


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("target", ["vision/detectors/yolo:v1", "detectors/yolo:best"])
def test_an_ordinary_artifact_that_exists_is_a_note(target: str) -> None:
    """A fetch of it is legitimate: exit status 0, and a note that it is in no registry."""
    report = json.loads(doctor("--for", "use", target, "--format", "json"))
    assert report["exit_code"] == 0
    assert [each for each in report["notes"] if "outside any registry" in each]


@pytest.mark.usefixtures("bob")
def test_a_missing_version_of_an_ordinary_artifact_is_said_with_those_there_are() -> None:
    """It is not taken for a registry path without its prefix."""
    report = json.loads(doctor("--for", "use", "vision/detectors/yolo:v9", "--format", "json"))
    (failed,) = [each for each in report["results"] if each["status"] == "fail"]
    assert failed["code"] == "RD503"
    assert "'v1' and 'v0'" in failed["message"]


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("target", ["vision/detector", "vision/x/detector"])
def test_a_link_that_begins_with_a_team_finds_the_only_registry_with_its_collection(target: str) -> None:
    """As RD204 does for the legacy registry; it may be another one, so the path is unsafe."""
    report = json.loads(doctor(target, "--type", "model", "--format", "json"))
    assert report["suggestion"]["target_path"] == "wandb-registry-model/detector"
    assert report["suggestion"]["applicability"] == "unsafe"


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("for_", ["use", "link"])
@pytest.mark.parametrize(
    "target",
    [
        "wandb-artifact:///vision/detectors/yolo:v0",
        "https://wandb.ai/vision/detectors/artifacts/model/yolo/v0",
    ],
)
def test_the_pasted_address_of_an_ordinary_artifact_is_one_finding(target: str, for_: str) -> None:
    """It names the artifact as wandb wants it, and proposes no path: which registry is meant is not known."""
    report = json.loads(doctor(target, "--for", for_, "--format", "json"))
    (failed,) = [each for each in report["results"] if each["status"] == "fail"]
    assert failed["code"] == "RD201"
    assert ("'vision/detectors/yolo:v0'" if for_ == "use" else "'vision/detectors/yolo'") in failed["message"]
    assert [fix["target_path"] for fix in failed["fixes"]] == [None]
    assert report["suggestion"] is None


@pytest.mark.usefixtures("bob")
@pytest.mark.parametrize("for_", ["use", "link"])
@pytest.mark.parametrize(
    "target",
    [
        "wandb-artifact:///Acme Robotics/wandb-registry-model/detector:v0",
        "registry:///Acme Robotics/model/detector:v0",
        "https://wandb.ai/acme-robotics_X7Q2/wandb-registry-model/artifacts/model/detector/v0",
    ],
)
def test_a_pasted_address_is_in_no_path(target: str, for_: str) -> None:
    """Every fix starts from the plain path."""
    report = json.loads(doctor(target, "--for", for_, "--format", "json"))
    paths = [fix["target_path"] or "" for each in report["results"] for fix in each["fixes"]]
    assert any(paths)
    assert not [path for path in paths if "://" in path or "https:" in path]
