"""Bundles that somebody gave, or that a sandbox gave, are judged as it is written beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from registry_doctor.bundle.reading import load_bundle
from registry_doctor.bundle.replaying import replay
from registry_doctor.checking.plugins import load_checks

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))


def test_each_file_has_a_line_and_each_line_a_file() -> None:
    """Nothing is left unjudged."""
    assert {each.stem for each in HERE.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bundle_is_judged_as_is_right(name: str) -> None:
    """The codes that fail, and the exit status; the sentence says why they are right."""
    expected = EXPECTED[name]
    assert expected["from"] in ("server", "sandbox")
    assert expected["because"]
    with (HERE / f"{name}.json").open("rb") as stream:
        report = replay(load_bundle(stream), load_checks(others=False)).report
    assert sorted(each.code for each in report.errors) == expected["failed"], expected["because"]
    assert report.exit_code == expected["exit"], expected["because"]
