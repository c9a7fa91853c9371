"""`wandb-registry doctor`: options, formats, files, exit statuses, and that it never ends in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.cli import call_options
from registry_doctor.cli.output import color_wanted, write_file
from registry_doctor.diagnosis.options import DEFAULT_TIMEOUT, Options
from registry_doctor.facts import METHODS, Call

if TYPE_CHECKING:
    from click.testing import Result

    from tests.cli.conftest import Diagnoses

    Run = Callable[..., Result]

KEY = "b0b0000000000000000000000000000000000002"


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        ([], Call(None)),
        (["wandb-registry-model/x"], Call("wandb-registry-model/x")),
        (["--for", "use", "r/c:v0", "--type", "model"], Call("r/c:v0", "use", None, "model")),
        (
            ["r/c", "--artifact", "t/p/a:v0", "--alias", "best", "--alias", "prod"],
            Call("r/c", "link", "t/p/a:v0", None, ("best", "prod")),
        ),
        (["--call", "run.use_model", "r/c:v0"], Call("r/c:v0", "use", method="run.use_model")),
        (["--for", "link", "--call", "artifact.link", "r/c"], Call("r/c", method="artifact.link")),
        (["--call", "run.link_model", "c", "--artifact", "t/p/a:v0"], Call("c", method="run.link_model")),
        (["--call", "run.use_model", "r/c:v0", "--type", "m"], Call("r/c:v0", "use", method="run.use_model")),
        (["--", "-odd/path"], Call("-odd/path")),
        (["--type", "model", "--", "--help"], Call("--help", type="model")),
        ([""], Call("")),
        ([" leading space "], Call(" leading space ")),
        (["-"], Call("-")),
        (["a\x1b[2J\nb"], Call("a\x1b[2J\nb")),
    ],
)
def test_the_arguments_become_the_call(
    run: Run, diagnoses: Diagnoses, arguments: list[str], call: Call
) -> None:
    """Whatever the path looks like, it is what is diagnosed."""
    assert run("doctor", *arguments).exit_code == 0
    assert diagnoses.call == call


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], Options(timeout=DEFAULT_TIMEOUT)),
        (["--select", "RD302,rd2", "--select", "RD401"], Options(select=("RD302", "rd2", "RD401"))),
        (["--ignore", " RD302 , RD401 "], Options(ignore=("RD302", "RD401"))),
        (["--fail-on", "warning", "--timeout", "1.5", "--offline"], Options((), (), "warning", 1.5, True)),
    ],
)
def test_the_options_reach_the_engine(
    run: Run, diagnoses: Diagnoses, arguments: list[str], options: Options
) -> None:
    """Codes may be repeated or separated by commas."""
    run("doctor", *arguments)
    assert diagnoses.options == options


@pytest.mark.parametrize(
    ("for_", "method"), [("use", "run.link_artifact"), ("link", "api.artifact"), ("link", "run.use_model")]
)
def test_purpose_and_method_may_not_contradict_each_other(run: Run, for_: str, method: str) -> None:
    """A method that links cannot be for use: which of both was meant is not guessed."""
    done = run("doctor", "r/c", "--for", for_, "--call", method)
    assert done.exit_code == 2
    assert f"--for {for_} and --call {method} contradict each other" in done.stderr


def test_the_methods_of_the_command_are_methods_of_the_engine() -> None:
    """They are kept twice, for the help needs no engine; those that only look things up are not offered."""
    looking_up = {each for each in METHODS if each.startswith("api.artifact") and each != "api.artifact"}
    assert set(call_options.CALL_METHODS) == set(METHODS) - looking_up


def test_what_is_given_wins_over_the_environment(
    run: Run, diagnoses: Diagnoses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the report can say that an option was the source."""
    for name in ("ENTITY", "PROJECT", "ORGANIZATION"):
        monkeypatch.setenv(f"WANDB_{name}", "other")
    run(
        "doctor", "--entity", "e", "--project", "p", "--organization", "o", "--base-url", "http://localhost:1"
    )
    found = diagnoses.settings
    assert (found.entity.value, found.entity.source) == ("e", "--entity")
    assert (found.project.value, found.project.source) == ("p", "--project")
    assert (found.organization.value, found.organization.source) == ("o", "--organization")
    assert (found.base_url.value, found.base_url.source) == ("http://localhost:1", "--base-url")


@pytest.mark.parametrize(
    ("kinds", "fail_on", "status"),
    [
        (("pass",), "error", 0),
        (("pass", "warning"), "error", 0),
        (("pass", "warning"), "warning", 1),
        (("pass", "error"), "error", 1),
        (("error", "crash"), "error", 1),
        (("warning", "crash"), "error", 3),
        (("pass", "unknown"), "error", 3),
    ],
)
@pytest.mark.parametrize("more", [[], ["--format", "json"], ["--quiet"], ["-o", "json:report.json"]])
def test_the_exit_status_is_the_report_s_in_every_format(
    run: Run, diagnoses: Diagnoses, kinds: tuple[str, ...], fail_on: str, status: int, more: list[str]
) -> None:
    """0 nothing, 1 findings, 3 inconclusive."""
    diagnoses.kinds = kinds
    assert run("doctor", "r/c", "--fail-on", fail_on, *more).exit_code == status


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--for", "steal", "r/c"], "'steal'"),
        (["--timeout", "0"], "above 0"),
        (["--timeout", "nan"], "above 0"),
        (["--timeout", "inf"], "above 0"),
        (["--select", ""], "empty"),
        (["--ignore", "RD302,"], "empty"),
        (["--format", "xml"], "'xml'"),
        (["-o", "xml:report"], "formats are text, json, compact"),
        (["-o", "json"], "must be FORMAT:FILE"),
        (["-o", "json:"], "must end with a file name"),
        (["-o", "json:."], "must end with a file name"),
        (["-o", "json:missing/report.json"], "directory 'missing' does not exist"),
        (["-o", "json:a", "-o", "text:a"], "given twice"),
        (["--quiet", "--verbose"], "cannot be used together"),
        (["one", "two"], "two"),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(
    run: Run, diagnoses: Diagnoses, arguments: list[str], words: str
) -> None:
    """With exit status 2, and nothing on standard output."""
    result = run("doctor", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert diagnoses.asked == []


@pytest.mark.parametrize("more", [["--artifact", "a/b/c:v0"], ["--alias", "best"]])
def test_what_only_a_link_takes_is_left_out_of_a_fetch_with_a_note(run: Run, more: list[str]) -> None:
    """The note goes to standard error; the diagnosis is that of the fetch."""
    result = run("doctor", "--for", "use", "--offline", "--format", "json", *more, "wandb-registry-r/c:v0")
    assert "only apply to a link" in result.stderr
    assert json.loads(result.stdout)["target"]["artifact"] is None


def test_a_code_that_no_check_has_is_wrong_usage(run: Run) -> None:
    """It would otherwise look as if it had been heeded."""
    result = run("doctor", "r/c", "--offline", "--ignore", "RD999")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'RD999'" in result.stderr


def test_standard_output_carries_the_report_and_nothing_else(run: Run, diagnoses: Diagnoses) -> None:
    """As JSON it can be read by a program, as text its last line is the path."""
    diagnoses.kinds = ("error",)
    result = run("doctor", "b/c", "--format", "json")
    assert json.loads(result.stdout)["suggestion"]["target_path"] == "a/wandb-registry-b/c"
    assert result.stderr == ""
    result = run("doctor", "b/c", "--format", "compact")
    assert json.loads(result.stdout)["path"] == "a/wandb-registry-b/c"
    assert (result.stderr, result.stdout.count("\n")) == ("", 1)
    result = run("doctor", "b/c")
    assert result.stdout.splitlines()[-1] == "a/wandb-registry-b/c"
    assert result.stderr == ""


def test_quiet_shows_a_line_for_each_finding_and_the_path(run: Run, diagnoses: Diagnoses) -> None:
    """For a person or a script in a hurry; a pass prints nothing."""
    assert run("doctor", "b/c", "-q").stdout == ""
    diagnoses.kinds = ("error",)
    assert run("doctor", "b/c", "-q").stdout.splitlines() == [
        "RD302 the message ✓",
        "a/wandb-registry-b/c",
    ]


def test_files_are_written_besides_standard_output(run: Run, diagnoses: Diagnoses, tmp_path: Path) -> None:
    """In their own formats, without colours, and nothing else is left behind."""
    diagnoses.kinds = ("error",)
    result = run(
        "doctor", "b/c", "--color", "always", "-o", "json:report.json", "-o", f"text:{tmp_path / 'a:b'}"
    )
    assert result.stdout.endswith("a/wandb-registry-b/c\x1b[0m\n")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["exit_code"] == 1
    assert (tmp_path / "a:b").read_text(encoding="utf-8").endswith("\na/wandb-registry-b/c\n")
    assert "\x1b" not in (tmp_path / "a:b").read_text(encoding="utf-8")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a:b", "report.json"]


def test_a_file_that_cannot_be_written_is_told_after_the_report(
    run: Run, diagnoses: Diagnoses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The diagnosis is not lost with it; the exit status is 2."""

    def refuse(_path: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    result = run("doctor", "b/c", "-o", "json:report.json")
    assert result.exit_code == 2
    assert "1 check passed" in result.stdout
    assert "'report.json' cannot be written: Permission denied" in result.stderr
    assert diagnoses.asked


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Its mode stays, and a link to it stays a link."""
    report, link = tmp_path / "report.json", tmp_path / "link"
    report.write_text("old")
    report.chmod(0o640)
    link.symlink_to(report)
    write_file(link, "new")
    assert report.read_text() == "new\n"
    assert report.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_a_device_is_written_to_and_not_replaced() -> None:
    """`-o json:/dev/null` must leave the device in place."""
    write_file(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "colored"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_on_colours(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], terminal: bool, colored: bool
) -> None:
    """The explicit choice, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert color_wanted(choice, terminal=terminal) is colored


def test_json_is_never_coloured(run: Run, diagnoses: Diagnoses) -> None:
    """Not even on demand."""
    assert diagnoses.kinds
    assert "\x1b" not in run("doctor", "b/c", "--format", "json", "--color", "always").stdout


def test_an_interruption_ends_with_one_line(run: Run, diagnoses: Diagnoses) -> None:
    """And with the exit status that shells know."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    diagnoses.before = interrupt
    result = run("doctor", "b/c")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "interrupted\n")


@pytest.mark.parametrize(
    ("arguments", "environment", "traceback"),
    [([], {}, False), (["--verbose"], {}, True), ([], {"WANDB_REGISTRY_DEBUG": "1"}, True)],
)
def test_a_crash_of_the_doctor_is_inconclusive_and_tells_no_key(
    run: Run,
    diagnoses: Diagnoses,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    traceback: bool,
) -> None:
    """One line, with a traceback only on demand."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def crash() -> None:
        raise RuntimeError(f"no luck\x1b with {KEY}")

    diagnoses.before = crash
    result = run("doctor", "b/c", *arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert r"Error: unexpected RuntimeError: no luck\x1b with ****0002" in result.stderr.splitlines()[-1]
    assert ("Traceback" in result.stderr) is traceback
    assert (len(result.stderr.splitlines()) == 1) is not traceback
    assert KEY not in result.output


def test_a_path_of_stray_bytes_is_reported(tmp_path: Path) -> None:
    """An argument that is no text cannot stop the report, in either format."""
    for more in ([], ["--format", "json"]):
        program = [sys.executable, "-m", "registry_doctor", "doctor", "--offline"]
        command: list[str | bytes] = [*program, *more, b"r\xff/c"]
        done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, b"")
        assert rb"r\udcff/c" in done.stdout


def test_a_reader_who_has_gone_away_changes_no_exit_status(tmp_path: Path) -> None:
    """`wandb-registry doctor | head -1` is quiet."""
    command = [sys.executable, "-m", "registry_doctor", "doctor", "model/x", "--offline"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, cwd=tmp_path)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_terminal_without_our_signs_gets_others(tmp_path: Path) -> None:
    """An old encoding makes no report fail."""
    command = [sys.executable, "-m", "registry_doctor", "doctor", "model/x", "--offline"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"x RD202" in done.stdout


def test_missing_credentials_are_a_finding(run: Run) -> None:
    """The real engine, in an empty home: exit status 1, and no request."""
    result = run("doctor", "wandb-registry-model/x", "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == report["exit_code"] == 1
    assert [each["code"] for each in report["results"] if each["status"] == "fail"] == ["RD101"]
    assert report["requests"]["count"] == 0


def test_without_credentials_the_environment_is_still_described(run: Run) -> None:
    """Each setting with its source, and that nothing is known of registries."""
    result = run("doctor", "--entity", "vision")
    assert result.exit_code == 1
    assert "vision (--entity)" in result.stdout
    assert "Where you can link is not known yet." in result.stdout
