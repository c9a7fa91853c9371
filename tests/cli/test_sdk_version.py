"""`wandb-registry doctor --sdk-version`: the version that is judged, and what is no version."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from registry_doctor.api import diagnose
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

if TYPE_CHECKING:
    from click.testing import Result

    from tests.cli.conftest import Diagnoses

    Run = Callable[..., Result]

BOB = "b0b0000000000000000000000000000000000002"
PATH = "wandb-registry-model/detector:v0"


@pytest.mark.parametrize(
    ("arguments", "judged"),
    [
        ([], None),
        (["--sdk-version", "0.18.3"], "0.18.3"),
        (["--sdk-version", "v0.22.3rc1"], "0.22.3rc1"),
        (["--sdk-version", "0.28.3.dev1+acme"], "0.28.3.dev1+acme"),
    ],
)
def test_the_version_reaches_the_engine(
    run: Run, diagnoses: Diagnoses, arguments: list[str], judged: str | None
) -> None:
    """As its parts are usually written; without the option the installed one is judged."""
    assert run("doctor", PATH, *arguments).exit_code == 0
    assert diagnoses.call.sdk_version == judged


@pytest.mark.parametrize("text", ["latest", "", "0.31.x", "wandb==0.31.0", "0.3\x1b[2J"])
def test_what_is_no_version_is_wrong_usage(run: Run, diagnoses: Diagnoses, text: str) -> None:
    """The message quotes it and shows what one looks like; nothing is asked."""
    result = run("doctor", PATH, "--sdk-version", text)
    assert result.exit_code == 2
    assert f"{text!r} is not a version such as 0.31.0" in result.stderr
    assert diagnoses.asked == []
    with pytest.raises(ValueError, match=r"is not a version such as 0\.31\.0"):
        diagnose(PATH, sdk_version=text)


def test_the_report_judges_and_shows_that_version(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The corrected path is one that this version takes, and the installed one is left out of it."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("WANDB_API_KEY", BOB)
        asked = run("doctor", PATH, "--for", "use", "--format", "json", "--sdk-version", "0.18.3")
        installed = run("doctor", PATH, "--for", "use", "--format", "json")
        by_library = diagnose(PATH, for_="use", sdk_version="0.18.3")
    report = json.loads(asked.stdout)
    assert asked.exit_code == 1
    assert report["context"]["sdk_version"] == "0.18.3"
    assert [each["code"] for each in report["results"] if each["severity"] == "error"] == ["RD002"]
    assert report["suggestion"] == {
        "target_path": f"acme-robotics_X7Q2/{PATH}",
        "changed": True,
        "verified": True,
        "applicability": "safe",
        "remaining": [],
    }
    assert json.loads(by_library.to_json())["suggestion"] == report["suggestion"]
    assert installed.exit_code == 0
    assert json.loads(installed.stdout)["context"]["sdk_version"] == version("wandb")
