"""`wandb-registry bundle` and `doctor --replay`: files, messages and exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.cli.bundle import DEFAULT_FILE, DEFAULT_TIMEOUT
from registry_doctor.diagnosis.options import DEFAULT_TIMEOUT as ENGINE_TIMEOUT
from registry_doctor.support.versions import installed_version

if TYPE_CHECKING:
    from click.testing import Result

    Run = Callable[..., Result]

HERE = installed_version("wandb-registry-doctor")


def bundle(run: Run, *arguments: str) -> dict[str, object]:
    """What the command writes to its usual file."""
    done = run("bundle", "--offline", *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(Path(DEFAULT_FILE).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_timeout_is_the_engine_s() -> None:
    """It is kept twice, for the help needs no engine."""
    assert DEFAULT_TIMEOUT == ENGINE_TIMEOUT


def test_a_bundle_is_written_and_judged_again(run: Run) -> None:
    """With the exit status of the report; standard output carries the report alone."""
    told = run("bundle", "--offline", "model/detector")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.startswith("registry-doctor-bundle.json is written.\n")
    assert "Read it before you send it" in told.stdout
    direct = run("doctor", "--offline", "model/detector")
    again = run("doctor", "--replay", DEFAULT_FILE)
    assert again.exit_code == direct.exit_code == 1
    assert again.stdout.splitlines()[-1] == "wandb-registry-model/detector"
    assert again.stderr.endswith(": the same verdicts\n")
    assert run("doctor", "--replay", DEFAULT_FILE, "--quiet").stdout == run("doctor", "--offline", "-q", "model/detector").stdout  # fmt: skip
    as_json = json.loads(run("doctor", "--replay", DEFAULT_FILE, "--format", "json").stdout)
    assert (as_json["exit_code"], as_json["requests"]["count"]) == (1, 0)


def test_the_call_and_how_it_is_judged_are_in_the_bundle(run: Run) -> None:
    """As the doctor takes the same options."""
    found = bundle(
        run, "r/c", "--type", "model", "--alias", "best", "--entity", "vision", "--ignore", "RD205",
        "--fail-on", "warning", "--call", "run.link_artifact",
    )  # fmt: skip
    assert found["call"] == {
        "target": "r/c", "for": "link", "artifact": None, "type": "model", "aliases": ["best"],
        "method": "run.link_artifact", "sdk_version": None, "downloads": True, "unknown_parts": [], "in_code": False,
    }  # fmt: skip
    options, settings = found["options"], found["settings"]
    assert isinstance(options, dict) and isinstance(settings, dict)
    assert (options["ignore"], options["fail_on"], options["offline"]) == (["RD205"], "warning", True)
    assert settings["entity"] == {"value": "vision", "source": "--entity", "given": True}
    report = json.loads(run("doctor", "--replay", DEFAULT_FILE, "--format", "json").stdout)
    assert "RD205" not in {each["code"] for each in report["results"]}


def test_the_configuration_of_the_project_is_in_the_bundle(run: Run) -> None:
    """That of the place where it is judged again takes no part."""
    Path("registry-doctor.toml").write_text(
        '[ignore]\nRD202 = "on purpose"\n[severity]\nRD204 = "warning"\n', encoding="utf-8"
    )
    bundle(run, "model/detector")
    Path("registry-doctor.toml").write_text('select = ["RD9"]\n', encoding="utf-8")
    done = run("doctor", "--replay", DEFAULT_FILE)
    assert done.stderr.endswith(": the same verdicts\n")
    assert "on purpose" in run("doctor", "--replay", DEFAULT_FILE, "--format", "json").stdout


def test_no_file_is_written_over_unless_that_is_said(run: Run) -> None:
    """Nothing is diagnosed before; `--force` says it."""
    Path(DEFAULT_FILE).write_text("mine", encoding="utf-8")
    done = run("bundle", "--offline", "r/c")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "'registry-doctor-bundle.json' already exists; choose another file, or use --force" in done.stderr
    assert Path(DEFAULT_FILE).read_text(encoding="utf-8") == "mine"
    assert run("bundle", "--offline", "r/c", "--force").exit_code == 0
    assert json.loads(Path(DEFAULT_FILE).read_text(encoding="utf-8"))["kind"] == "registry-doctor-bundle"


def test_a_bundle_can_go_to_standard_output_and_come_from_standard_input(run: Run) -> None:
    """What is told goes to standard error then."""
    from click.testing import CliRunner

    from registry_doctor.cli import main

    done = run("bundle", "--offline", "model/detector", "-o", "-")
    assert json.loads(done.stdout)["kind"] == "registry-doctor-bundle"
    assert done.stderr.startswith("results: ")
    assert not Path(DEFAULT_FILE).exists()
    again = CliRunner().invoke(main, ["doctor", "--replay", "-"], input=done.stdout)
    assert again.exit_code == 1
    assert again.stderr.endswith(": the same verdicts\n")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("", "is not a file name"),
        (".", "is not a file name"),
        ("missing/x.json", "directory 'missing' does not exist"),
        ("a\0b", "is not a file name"),
    ],
)
def test_a_file_that_cannot_be_is_wrong_usage(run: Run, file: str, words: str) -> None:
    """Told before anything is asked."""
    done = run("bundle", "--offline", "r/c", "-o", file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "'b.json' cannot be read: No such file or directory"),
        (b"", "'b.json' cannot be replayed: it is empty"),
        (b'{"kind": "registry-doctor', "it is not valid JSON, or it is cut off"),
        (b'{"kind": "\\u001b[2Jx"}', "it is not a bundle of registry doctor"),
        (
            b'{"kind": "registry-doctor-bundle", "schema_version": 2, "tool": {"version": "\\u001b[2J"}}',
            "registry doctor \\x1b[2J wrote it",
        ),
    ],
)
def test_an_unusable_bundle_is_told_with_exit_status_2(run: Run, content: bytes | None, words: str) -> None:
    """What is in it never acts on the terminal."""
    if content is not None:
        Path("b.json").write_bytes(content)
    done = run("doctor", "--replay", "b.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "more",
    [["r/c"], ["--entity", "x"], ["--offline"], ["--error", "x"], ["--select", "RD2"], ["--no-config"]],
)
def test_what_the_bundle_says_cannot_be_said_again(run: Run, more: list[str]) -> None:
    """It would look as if it had been heeded."""
    bundle(run, "r/c")
    done = run("doctor", "--replay", DEFAULT_FILE, *more)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--replay takes the call and its options from the bundle; leave out" in done.stderr


def test_both_verdicts_are_shown_where_another_doctor_judges_otherwise(run: Run) -> None:
    """With both versions, code by code."""
    found = bundle(run, "model/detector")
    tool, report = found["tool"], found["report"]
    assert isinstance(tool, dict) and isinstance(report, dict)
    tool["version"] = "0.0.9\x1b[2J"
    failed = next(each for each in report["results"] if each["code"] == "RD202")
    message = failed["message"]
    failed.update(status="pass", severity=None, message="fine \x1b[2J", fixes=[])
    report["exit_code"] = 0
    next(each for each in report["results"] if each["code"] == "RD201")["message"] = "other words"
    Path("old.json").write_text(json.dumps(found), encoding="utf-8")
    done = run("doctor", "--replay", "old.json")
    assert done.exit_code == 1
    first, *lines = done.stderr.splitlines()
    assert f"judged by registry doctor 0.0.9\\x1b[2J then and by {HERE} now" in first
    assert first.endswith(": other verdicts on RD202, exit status")
    assert lines == [
        "  RD202 in the bundle: pass: fine \\x1b[2J",
        f"  RD202 now: fail (error): {message}",
        "  exit status in the bundle: 0",
        "  exit status now: 1",
        "  in other words, or with other remedies: RD201",
    ]


def test_a_selection_that_is_not_possible_here_is_told(run: Run) -> None:
    """A check of a plugin that is not installed."""
    found = bundle(run, "r/c")
    options = found["options"]
    assert isinstance(options, dict)
    options["select"] = ["XY001"]
    Path("plugin.json").write_text(json.dumps(found), encoding="utf-8")
    done = run("doctor", "--replay", "plugin.json")
    assert done.exit_code == 2
    assert "no check has the code 'XY001'" in done.stderr


def test_a_code_that_no_check_has_is_wrong_usage(run: Run) -> None:
    """As it is for the doctor."""
    done = run("bundle", "--offline", "r/c", "--select", "RD999")
    assert (done.exit_code, done.stdout) == (2, "")
    assert not Path(DEFAULT_FILE).exists()


def test_a_shape_has_tokens_where_the_call_has_names(run: Run) -> None:
    """In the file and in what is printed; it is judged as with the names, and the exit status is that of a bundle."""
    done = run(
        "bundle",
        "--offline",
        "--shape",
        "quokka/wandb-registry-zanzibar/fox",
        "--entity",
        "vixen",
        "--alias",
        "best",
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Names are replaced by tokens. Look through it before you publish it." in done.stdout
    written = Path(DEFAULT_FILE).read_text(encoding="utf-8")
    assert not any(name in written.lower() for name in ("quokka", "zanzibar", "vixen"))
    found = json.loads(written)
    organization, project, collection = found["call"]["target"].split("/")
    assert (len(organization), len(collection)) == (len("quokka"), len("fox"))
    assert project.startswith("wandb-registry-") and len(project) == len("wandb-registry-zanzibar")
    assert found["replay"] == {"same": True, "differing": []}
    again = run("doctor", "--replay", DEFAULT_FILE)
    assert again.exit_code == run("doctor", "--offline", "quokka/wandb-registry-zanzibar/fox").exit_code
    assert again.stderr.endswith(": the same verdicts\n")


def test_a_shape_can_be_read_before_it_is_written(run: Run) -> None:
    """On standard output it is a bundle and nothing else; what else is told goes to standard error."""
    done = run("bundle", "--offline", "--shape", "quokka/wandb-registry-zanzibar/fox", "-o", "-")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["kind"] == "registry-doctor-bundle"
    assert "quokka" not in done.stdout + done.stderr
    assert not Path(DEFAULT_FILE).exists()
