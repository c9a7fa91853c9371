"""Servers that fail for a while or in part: what can still be known is known, and the rest is called unknown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest

from registry_doctor import diagnose
from registry_doctor.checking.plugins import load_checks
from registry_doctor.checking.results import Status
from registry_doctor.diagnosis.batch import Request, examine_many
from registry_doctor.diagnosis.options import Options
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import read_settings
from registry_doctor.transport import JsonValue
from tests.faults.commands import TARGET, YOLO, run
from tests.faults.loopback import TOO_LONG, Script, close, in_front_of, reset, response, send

Document = dict[str, JsonValue]
USE = f"{TARGET}:production"


def unknown(report: Report) -> list[str]:
    """The messages of what could not be known."""
    return [each.message for each in report.results if each.unknown]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "times", "asked"),
    [
        *((status, times, None) for status in (502, 503, 504) for times in (1, 2)),
        (500, 1, None),
        (500, 2, None),
        (500, 3, 3),
        (503, None, 4),
    ],
)
def test_a_server_that_fails_for_a_while_is_asked_again(
    sandbox: Sandbox, status: int, times: int | None, asked: int | None
) -> None:
    """The verdict is as if nothing had been; a server that goes on failing leaves it open, and that is said."""
    sandbox.set_faults([{"op": "*", "status": status, "times": times}])
    report = diagnose(TARGET, artifact=YOLO, timeout=10)
    assert report.exit_code == (3 if asked else 0)
    if asked:
        (said,) = unknown(report)
        assert f"failed to answer (HTTP {status}" in said
        assert f"It was asked {asked} times." in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "first",
    [
        send(response("429 Too Many Requests", "", "Retry-After: 0.3")),
        send(response("429 Too Many Requests", "", "Retry-After: 1")),
        send(
            response(
                "429 Too Many Requests",
                "",
                f"Retry-After: {format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)}",
            )
        ),
        send(response("503 Service Unavailable", "<html>", media_type="text/html")),
        close,
        reset,
    ],
    ids=["429 in 0.3 s", "429 in 1 s", "429 until a moment", "503", "closed", "reset"],
)
def test_what_passes_within_the_time_changes_no_verdict(sandbox: Sandbox, first: Script) -> None:
    """The query is sent again when the server wants it."""
    with in_front_of(sandbox.base_url, first=[first]) as server:
        report = diagnose(TARGET, artifact=YOLO, base_url=server.url, timeout=10)
    assert (report.exit_code, unknown(report)) == (0, [])


def test_errors_beside_data_spoil_only_what_they_are_about(sandbox: Sandbox) -> None:
    """What the server could not say is unknown with its words; there is no finding and no crash."""

    def fail_server_info(document: Document) -> Document:
        data = document["data"]
        assert isinstance(data, dict)
        alias = next((name for name, value in data.items() if "features" in json.dumps(value)), None)
        if alias is None:
            return document
        error: JsonValue = {"message": "internal server error", "path": [alias, "features"]}
        return {"data": {**data, alias: None}, "errors": [error]}

    with in_front_of(sandbox.base_url, fail_server_info) as server:
        report = diagnose(TARGET, artifact=YOLO, base_url=server.url)
    assert not report.errors
    assert all("could not say: internal server error" in said for said in unknown(report))
    assert "RD402" in {each.code for each in report.results if each.status is Status.PASS}


@pytest.mark.parametrize(
    ("target", "for_", "exit_code"), [(TARGET, "link", 0), (USE, "use", 0), (f"vision/{TARGET}", "link", 1)]
)
@pytest.mark.parametrize("with_path", [True, False], ids=["error with a path", "error without one"])
def test_one_alias_that_fails_of_many_leaves_the_verdict_or_nothing(
    sandbox: Sandbox, target: str, for_: Purpose, exit_code: int, with_path: bool
) -> None:
    """Each alias of each request in turn: the verdict stays, or it is left open; nobody is told something else."""

    def failing(number: int) -> tuple[Callable[[Document], Document], list[str]]:
        """What makes the alias of this number fail, counted over all requests, and which it was."""
        seen: list[str] = []
        failed: list[str] = []

        def change(document: Document) -> Document:
            data = document["data"]
            assert isinstance(data, dict)
            for alias in data:
                seen.append(alias)
                if len(seen) - 1 == number:
                    failed.append(alias)
                    error: Document = {"message": "the server timed out"}
                    if with_path:
                        error["path"] = [alias]
                    return {"data": {**data, alias: None}, "errors": [error]}
            return document

        return change, failed

    artifact = YOLO if for_ == "link" else None
    for number in range(100):
        change, failed = failing(number)
        with in_front_of(sandbox.base_url, change) as server:
            report = diagnose(target, artifact=artifact, for_=for_, base_url=server.url)
        if not failed:
            break
        assert not [each for each in report.results if each.status is Status.ERROR]
        assert report.exit_code in (exit_code, 3)
        assert report.exit_code == exit_code or any("timed out" in said for said in unknown(report))
    assert number > 4


def asked(count: int) -> list[Request]:
    """Links of an artifact to so many collections."""
    settings = read_settings()
    return [
        Request(Call(f"wandb-registry-model/new-{number}", artifact=YOLO), settings)
        for number in range(count)
    ]


COMPLEX = '{"errors": [{"message": "operation has complexity 1506, which exceeds the limit of 1000"}], "data": null}'


@pytest.mark.parametrize(
    "refusal",
    [TOO_LONG, response("200 OK", COMPLEX), response("422 Unprocessable Entity", COMPLEX)],
    ids=["413", "200", "422"],
)
def test_a_server_that_takes_only_short_queries_gets_short_ones(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, refusal: bytes
) -> None:
    """A limit, of a proxy or of the server, makes many targets slower, and nothing unknown."""
    with in_front_of(sandbox.base_url, longest=20_000, too_long=refusal) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        reports = list(examine_many(asked(300), load_checks(), Options(timeout=60)))
    assert [report.exit_code for report in reports] == [0] * 300


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_a_server_that_dies_in_the_middle_of_many_loses_none(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, answered: int
) -> None:
    """Each target has its report, in order; what was not answered is open, and the cause is named."""
    left = iter(range(answered))

    def dies(document: Document) -> Document:
        if next(left, None) is None:
            raise ConnectionAbortedError
        return document

    with in_front_of(sandbox.base_url, dies) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        reports = list(examine_many(asked(700), load_checks(), Options(timeout=20)))
    assert [report.target.input for report in reports] == [
        f"wandb-registry-model/new-{n}" for n in range(700)
    ]
    statuses = {report.exit_code for report in reports}
    assert statuses == ({1} if answered == 0 else {0, 3} if answered == 3 else {3})
    for report in reports:
        said = [each.message for each in report.results if each.is_error] or unknown(report)
        assert report.exit_code == 0 or "closed the connection without an answer" in said[0]


@pytest.mark.parametrize("answered", [0, 1])
def test_many_end_together_at_the_deadline(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, answered: int
) -> None:
    """A server that stops speaking holds all of them up no longer than one."""
    left = iter(range(answered))

    def stops(document: Document) -> Document:
        if next(left, None) is None:
            time.sleep(1.8)
        return document

    with in_front_of(sandbox.base_url, stops) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        wanted, loaded, started = asked(30), load_checks(), time.monotonic()
        reports = list(examine_many(wanted, loaded, Options(timeout=1)))
        assert time.monotonic() - started <= 2
    assert [report.exit_code for report in reports] == [3 if answered else 1] * 30


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "github", "markdown"])
def test_a_preflight_whose_server_dies_ends_with_3_and_the_cause(
    sandbox: Sandbox, tmp_path: Path, format_: str
) -> None:
    """In every format; every target is in the report."""
    (tmp_path / "paths.txt").write_text("".join(f"wandb-registry-model/new-{n}\n" for n in range(300)))
    answered = iter(range(1))

    def dies(document: Document) -> Document:
        if next(answered, None) is None:
            raise ConnectionAbortedError
        return document

    with in_front_of(sandbox.base_url, dies) as server:
        arguments = ("preflight", "--from-log", "paths.txt", "--base-url", server.url, "--format", format_)
        ended = run(*arguments, "--timeout", "20", cwd=tmp_path)
    assert ended.status == 3
    assert "closed the connection without an answer" in ended.said
    if format_ == "json":
        assert len(json.loads(ended.stdout)["reports"]) == 300
