"""`wandb-registry link` against the sandbox: it looks first, links with the real SDK, and says what is there then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli.link import link_command
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

BOB = "b0b0000000000000000000000000000000000002"
ACME = "acme-robotics_X7Q2"
YOLO = "vision/detectors/yolo:v1"
DETECTOR = "wandb-registry-model/detector"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests; none depends on what another has linked."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def bob(sandbox: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands run as bob, a member of the organization and of the team vision."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.setenv("WANDB_DIR", str(empty_home))
    monkeypatch.setenv("WANDB_ERROR_REPORTING", "false")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def invoke(*arguments: str) -> Result:
    """Run the command in this process: for what ends before the SDK is loaded."""
    return CliRunner().invoke(link_command, arguments, prog_name="wandb-registry link")


def with_sdk(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where it loads wandb."""
    code = "from registry_doctor.cli.link import link_command; link_command(prog_name='wandb-registry link')"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environ,
    )


def mutations(sandbox: Sandbox) -> int:
    """How many links were asked of the server."""
    return sum(entry.operation == "LinkArtifact" for entry in sandbox.log)


def test_a_link_is_made_read_back_and_named_in_full(sandbox: Sandbox) -> None:
    """The last line is the path for `use_artifact`, with the version that the collection gave it."""
    done = with_sdk(YOLO, DETECTOR, "--alias", "staging")
    assert (done.returncode, done.stderr) == (
        0,
        f"Linking {YOLO}, of type model, to 'detector' in the registry 'model' of Acme Robotics, "
        "with the alias 'staging' (collection 'detector' exists and has type 'model').\n",
    )
    *rows, empty, path = done.stdout.splitlines()
    assert (empty, path) == ("", f"{ACME}/{DETECTOR}:v1")
    assert [line.split(maxsplit=1) for line in rows] == [
        ["linked", "version v1 of 'detector'"],
        ["aliases", "latest, staging"],
        ["source", YOLO],
        [
            "url",
            f"{sandbox.base_url}/orgs/Acme%20Robotics/registry/model"
            f"?selectionPath={ACME}%2Fwandb-registry-model%2Fdetector&view=membership&version=v1",
        ],
    ]


def test_a_link_as_json_has_a_quoted_address_for_names_with_spaces(sandbox: Sandbox) -> None:
    """Programs get the same facts, and the diagnosis; stdout holds nothing else."""
    done = with_sdk("--format", "json", YOLO, "wandb-registry-Fine-tuned Models/my net")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    diagnosis = result.pop("diagnosis")
    assert diagnosis["ok"]
    assert result == {
        "schema_version": 1,
        "exit_code": 0,
        "dry_run": False,
        "linked": {
            "full_name": f"{ACME}/wandb-registry-Fine-tuned Models/my net:v0",
            "version": "v0",
            "aliases": ["latest"],
            "missing_aliases": [],
            "source": YOLO,
            "url": f"{sandbox.base_url}/orgs/Acme%20Robotics/registry/Fine-tuned%20Models"
            f"?selectionPath={ACME}%2Fwandb-registry-Fine-tuned%20Models%2Fmy%20net&view=membership&version=v0",
        },
        "refusal": None,
        "notes": [],
    }


def test_what_only_the_server_knows_is_explained_when_it_refuses() -> None:
    """A protected alias stands in no field: wandb's words, what may be behind them, and no traceback."""
    done = with_sdk(YOLO, DETECTOR, "--alias", "golden")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "✗ the server refused, although the preflight found nothing wrong. Message of wandb:",
        "  permission denied: 'golden' is a protected alias of the 'model' registry",
        "- RD405 alias-unprotected could not be checked: unknown: the alias 'golden' may be protected, but the server does not report which aliases are. Only an administrator of the registry may set a protected alias",
        "- diagnosed again, the path, the artifact and your role are in order: the server refused for a reason that cannot be seen from outside",
        "Nothing was linked.",
    ]


def test_options_decide_as_in_the_doctor(sandbox: Sandbox) -> None:
    """Server, entity and organization on the command line reach the SDK, whatever the variables say."""
    elsewhere = {
        "WANDB_BASE_URL": "http://127.0.0.1:9",
        "WANDB_ORGANIZATION": "Rival Corp",
        "WANDB_ENTITY": "x",
    }
    options = ("--base-url", sandbox.base_url, "--organization", "Acme Robotics", "--entity", "vision")
    done = with_sdk("detectors/yolo:best", "wandb-registry-model/by-options", *options, **elsewhere)
    assert done.returncode == 0, done
    assert done.stdout.splitlines()[-1] == f"{ACME}/wandb-registry-model/by-options:v0"


REFUSALS: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "a forgotten prefix": ((YOLO, "model/detector"), "RD202", DETECTOR),
    "the team as prefix": ((YOLO, f"vision/{DETECTOR}"), "RD302", f"{ACME}/{DETECTOR}"),
    "a version in the target": ((YOLO, f"{DETECTOR}:latest"), "RD203", DETECTOR),
    "a misspelt registry": ((YOLO, "wandb-registry-models/detector"), "RD401", DETECTOR),
    "a type that is not accepted": (("vision/datasets/frames:v0", DETECTOR), "RD404", ""),
    "an artifact that is not there": (("vision/detectors/yolo:v9", DETECTOR), "RD601", ""),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_nothing_is_written_where_the_doctor_finds_an_error(refusal: str, sandbox: Sandbox) -> None:
    """The cause, its remedy, and the corrected path alone on the last line."""
    arguments, code, path = REFUSALS[refusal]
    before = mutations(sandbox)
    done = invoke(*arguments)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"✗ {code} ")
    assert "Nothing was linked" in done.stdout
    if path:
        assert done.stdout.splitlines()[-1] == path
    assert mutations(sandbox) == before


def test_a_refusal_as_json_holds_the_report() -> None:
    """`linked` is null, and the exit status is in the document."""
    done = invoke("--format", "json", YOLO, "model/detector")
    result = json.loads(done.stdout)
    assert (done.exit_code, result["exit_code"], result["linked"]) == (1, 1, None)
    assert result["diagnosis"]["suggestion"]["target_path"] == DETECTOR


def test_a_dry_run_writes_nothing_and_shows_warnings(sandbox: Sandbox) -> None:
    """A warning stops nothing; the path that would be used comes last."""
    before = mutations(sandbox)
    done = invoke("--dry-run", YOLO, "wandb-registry-model/detectors")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Would link {YOLO}, of type model, to 'detectors' in the registry 'model'")
    assert "\n! RD502 " in done.stdout
    assert done.stdout.splitlines()[-1] == "wandb-registry-model/detectors"
    assert mutations(sandbox) == before


def test_a_server_that_does_not_answer_is_a_finding_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor's word for it; no key is shown."""
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    done = invoke(YOLO, DETECTOR)
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ RD001 ")
    assert BOB not in done.output


@pytest.fixture
def faults(sandbox: Sandbox) -> Iterator[Callable[..., None]]:
    """Let answers fail in this order; they are right again after the test."""
    yield lambda *given: sandbox.set_faults(given)
    sandbox.set_faults([])


def test_an_answer_that_is_missing_makes_it_inconclusive(
    sandbox: Sandbox, faults: Callable[..., None]
) -> None:
    """Where the doctor cannot know, nothing is written, and the exit status is 3."""
    before = mutations(sandbox)
    faults({"op": "RegistryDoctor", "delay": 0.001}, {"op": "RegistryDoctor", "status": 501, "times": None})
    done = invoke(YOLO, DETECTOR)
    assert (done.exit_code, mutations(sandbox)) == (3, before), done.output
    assert done.stdout.startswith("? RD")
    assert done.stdout.endswith("Nothing was linked.\n")


def test_after_a_server_that_fails_nobody_knows_what_it_did(faults: Callable[..., None]) -> None:
    """wandb gives up after its own time-out; the link may have been made or not."""
    faults({"op": "LinkArtifact", "status": 500, "times": None})
    done = with_sdk(YOLO, DETECTOR, WANDB_HTTP_TIMEOUT="2")
    assert done.returncode == 3, done
    assert done.stdout.startswith(
        "✗ no answer came, although the preflight found nothing wrong. Message of wandb:"
    )
    assert done.stdout.endswith("It is not known whether the link was made.\n")


def test_a_link_that_is_made_and_cannot_be_read_back_is_said_to_be(faults: Callable[..., None]) -> None:
    """The full name is wandb's word; the exit status is 3."""
    faults(
        {"op": "RegistryDoctor", "delay": 0.001, "times": 2},
        {"op": "RegistryDoctor", "status": 501, "times": None},
    )
    done = with_sdk(YOLO, "wandb-registry-model/unseen")
    assert done.returncode == 3, done
    assert done.stdout.startswith("! wandb says that it linked ")
    assert done.stdout.splitlines()[-1] == f"{ACME}/wandb-registry-model/unseen:v0"
