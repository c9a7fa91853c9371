"""Paths of which a part is unknown: what is known of them is judged, offline here."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry_doctor.codebase.job import Job
from registry_doctor.codebase.report.model import PreflightReport
from registry_doctor.diagnosis.options import Options

HEAD = "import os, sys, wandb\nrun = wandb.init(entity='team', project='p')\nart = wandb.Artifact('a', type='model')\n"


@pytest.fixture
def report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> PreflightReport:
    """The report on the code that the test names."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "t.py").write_text(HEAD + request.param, encoding="utf-8")
    job = Job(root=tmp_path)
    return job.judge(job.search(), Options(offline=True))


def said(report: PreflightReport) -> list[tuple[str, str, str]]:
    """Path, code and severity of each finding."""
    return [
        (each.target.text, one.code, one.severity.value) for each in report.judged for one in each.findings
    ]


@pytest.mark.parametrize(
    ("report", "findings"),
    [
        (
            "run.link_artifact(art, f\"team/model-registry/{os.environ['NAME']}\")\n",
            [("team/model-registry/{NAME}", "RD204", "error")],
        ),
        (
            "run.use_artifact(f\"{sys.argv[1]}/model-registry/{os.environ['NAME']}:v1\")\n",
            [("{argv}/model-registry/{NAME}:v1", "RD204", "warning")],
        ),
        (
            "run.link_artifact(art, f\"acme/wandb_registry-model/{os.environ['NAME']}\")\n",
            [("acme/wandb_registry-model/{NAME}", "RD202", "error")],
        ),
    ],
    indirect=["report"],
)
def test_what_is_known_and_wrong_is_a_finding(
    report: PreflightReport, findings: list[tuple[str, str, str]]
) -> None:
    """It is not listed as unknown as well, and no correction is offered."""
    assert said(report) == findings
    assert report.open == ()
    assert [each.suggestion for each in report.judged] == [None]
    assert "only a part of the path is known" in report.judged[0].notes[0]


@pytest.mark.parametrize(
    "report",
    [
        "run.use_artifact(f\"wandb-registry-motions/{os.environ['NAME']}:v1\")\n",
        "run.link_artifact(art, f\"wandb-registry-{os.environ['REGISTRY']}/det\")\n",
        "run.link_artifact(art, f\"{os.environ['PLACE']}model/det\")\n",
        "run.link_artifact(art, 'team/' + os.environ['REST'])\n",
    ],
    indirect=True,
)
def test_what_is_not_known_to_be_wrong_is_listed(report: PreflightReport) -> None:
    """With the names that supply it."""
    assert said(report) == []
    assert [bool(each.names) for each in report.open] == [True]


@pytest.mark.parametrize(
    ("report", "template"),
    [
        ("run.link_artifact(art, os.getenv('TARGET', ''))\n", "{TARGET}"),
        ("run.link_artifact(art, f\"wandb-registry-{os.getenv('R', '')}/det\")\n", "wandb-registry-{R}/det"),
        (
            "run.link_artifact(art, f\"{os.getenv('ORG', '')}/wandb-registry-m/det\")\n",
            "{ORG}/wandb-registry-m/det",
        ),
        ("TARGET = ''\nrun.link_artifact(art, TARGET)\n", "{TARGET}"),
    ],
    indirect=["report"],
)
def test_an_empty_default_means_not_set(report: PreflightReport, template: str) -> None:
    """The path is unknown, with the reason; it is no finding."""
    assert said(report) == []
    assert [(each.template, "has an empty default" in each.reason) for each in report.open] == [
        (template, True)
    ]


@pytest.mark.parametrize(
    "report",
    ["run.link_artifact(art, f\"wandb-registry-m/det{os.getenv('SUFFIX', '')}\")\n"],
    indirect=True,
)
def test_an_empty_default_may_be_a_part_of_a_name(report: PreflightReport) -> None:
    """Nothing is missing without it."""
    assert [each.target.text for each in report.judged] == ["wandb-registry-m/det"]
    assert report.open == ()


@pytest.mark.parametrize("report", ["run.link_artifact(art, '')\n"], indirect=True)
def test_an_empty_path_in_the_call_itself_is_wrong(report: PreflightReport) -> None:
    """Nobody sets it."""
    assert [each.code for one in report.judged for each in one.findings] == ["RD201"]


COMMENTS = "x = 1  # registry-doctor: ignore[RD401] not at a call\n"


@pytest.mark.parametrize("report", [COMMENTS, f"def f():\n    {COMMENTS}"], indirect=True)
def test_an_ignore_comment_is_reported_wherever_it_stands(report: PreflightReport) -> None:
    """Also where there is no call."""
    assert [each.ignore.codes for each in report.unused_ignores] == [("RD401",)]


@pytest.mark.parametrize(
    "report",
    ["run.link_artifact(art, 'wandb-registry-m/det')  # registry-doctor: ignore[RD401] made later\n"],
    indirect=True,
)
def test_offline_nobody_knows_whether_a_comment_is_needed(report: PreflightReport) -> None:
    """The registry was not looked up."""
    assert report.unused_ignores == ()
