"""Which features of a server the real SDK cannot do without, and that RD003 fails for those alone.

A world lists the features; a server that does not know a field refuses the request, which a fault of the sandbox does.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from registry_doctor.checking.check import Severity
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox, load_world
from registry_doctor.settings.names import WANDB_VERSION
from tests.places import ACME_WORLD
from tests.sdk.conftest import Case, Sdk, diagnose, read_suite, surroundings, works

if version("wandb") != WANDB_VERSION:
    pytest.skip(f"what is right is what wandb {WANDB_VERSION} does", allow_module_level=True)

pytestmark = pytest.mark.slow

LINK = {"target": "wandb-registry-model/fresh", "args": ["--artifact", "vision/detectors/yolo:v1"]}
DRAFT = {"target": "wandb-registry-model/fresh", "args": ["--type", "model"]}
FETCH = {"target": "wandb-registry-model/detector:v0", "for": "use"}

BY_NAME, FILES = "PROJECT_ARTIFACT_COLLECTION_MEMBERSHIP", "ARTIFACT_COLLECTION_MEMBERSHIP_FILES"
IN_LINK = "ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE"


@dataclass(frozen=True)
class Tried:
    """What the doctor said of a call, and what the SDK then did."""

    report: Report
    outcome: Mapping[str, object]

    @property
    def severity(self) -> Severity | None:
        """How RD003 failed, if it did."""
        return next(each.severity for each in self.report.results if each.code == "RD003")


@pytest.fixture(scope="module")
def sdk() -> Iterator[Sdk]:
    """One process with the real SDK for all attempts."""
    process = Sdk()
    yield process
    process.close()


def refusal(operation: str, field: str, kind: str) -> dict[str, object]:
    """The sandbox's fault for a server that does not know this field."""
    message = f'Cannot query field "{field}" on type "{kind}".'
    body = json.dumps({"errors": [{"message": message}]})
    # The doctor leaves out what was refused once; the SDK asks for it whenever it asks.
    times = 1 if operation == "RegistryDoctor" else 99
    return {"op": operation, "status": 400, "times": times, "body": body}


def try_both(
    sdk: Sdk, folder: Path, call: Mapping[str, object], features: object, faults: list[dict[str, object]]
) -> Tried:
    """The call on a server with these features, by the doctor and then, on a fresh one, by the SDK."""
    world = yaml.safe_load(ACME_WORLD.read_text(encoding="utf-8"))
    world["server"]["features"] = features
    (folder / "world.yaml").write_text(yaml.safe_dump(world), encoding="utf-8")
    suite = {"world": "world.yaml", "cases": [{"id": "it", "as": "bob", "expect": {}, **call}]}
    (folder / "case.yaml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    (case,) = read_suite(folder / "case.yaml", folder)

    def on_a_server(doing: str, case: Case) -> Report | Mapping[str, object]:
        with Sandbox.start(load_world(case.world)) as sandbox:
            request = urllib.request.Request(
                f"{sandbox.base_url}/sandbox/faults", json.dumps(faults).encode()
            )
            request.add_header("Content-Type", "application/json")
            urllib.request.urlopen(request).close()
            environ = surroundings(case, sandbox.base_url, folder)
            if doing == "diagnosis":
                return diagnose(case, environ, folder)
            return sdk.attempt(case, case.call, environ, folder)

    report, outcome = on_a_server("diagnosis", case), on_a_server("attempt", case)
    assert isinstance(report, Report)
    assert isinstance(outcome, dict)
    return Tried(report, outcome)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox is asked directly."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("call", "features", "severity"),
    [
        (LINK, {IN_LINK: False}, None),
        (LINK, [], Severity.WARNING),
        (DRAFT, [IN_LINK], None),
        (FETCH, {BY_NAME: False}, Severity.WARNING),
        (FETCH, {FILES: False}, Severity.WARNING),
        (FETCH, [BY_NAME, FILES], None),
    ],
)
def test_a_feature_that_is_off_alone_makes_no_call_fail(
    sdk: Sdk,
    tmp_path: Path,
    call: Mapping[str, object],
    features: object,
    severity: Severity | None,
) -> None:
    """The SDK looks at none of them before it fetches, so that RD003 warns at most."""
    tried = try_both(sdk, tmp_path, call, features, [])
    assert works(tried.outcome), tried.outcome
    assert tried.report.exit_code == 0
    assert tried.severity is severity


@pytest.mark.parametrize(
    ("call", "operation", "field", "kind"),
    [
        (FETCH, "ArtifactMembershipByName", "artifactCollectionMembership", "Project"),
        (LINK, "ArtifactMembershipByName", "artifactCollectionMembership", "Project"),
        (FETCH, "GetArtifactMembershipFileUrls", "files", "ArtifactCollectionMembership"),
    ],
)
def test_a_field_that_the_server_does_not_know_makes_the_call_fail(
    sdk: Sdk, tmp_path: Path, call: Mapping[str, object], operation: str, field: str, kind: str
) -> None:
    """The SDK has no other way, and RD003 is the only error."""
    faults = [refusal("RegistryDoctor", field, kind), refusal(operation, field, kind)]
    tried = try_both(sdk, tmp_path, call, {BY_NAME: False, FILES: False}, faults)
    assert not works(tried.outcome), tried.outcome
    assert field in str(tried.outcome["text"])
    assert [each.code for each in tried.report.errors] == ["RD003"]
    assert tried.severity is Severity.ERROR
