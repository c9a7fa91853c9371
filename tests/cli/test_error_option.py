"""`wandb-registry doctor --error`: texts, files and standard input, what is taken out of them, and every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from registry_doctor.cli import main
from registry_doctor.facts import Call

if TYPE_CHECKING:
    from click.testing import Result

    from tests.cli.conftest import Diagnoses

    Run = Callable[..., Result]

ROOT = Path(__file__).parents[2]
TEXT = "Unable to find organization for entity 'vision'."
KEY = "b0b0000000000000000000000000000000000002"
TRACEBACK = f"""Traceback (most recent call last):
  File "train.py", line 3, in <module>
    run.link_artifact(artifact, "vision/wandb-registry-model/detector")
wandb.errors.errors.CommError: {TEXT}
"""
FETCH = TRACEBACK.replace("run.link_artifact(artifact, ", "api.artifact(")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, so that a server would be asked."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)


def test_a_text_is_explained_without_credentials(run: Run) -> None:
    """The naming works offline: message, cause and fix, exit status 1, and no server was asked."""
    result = run("doctor", "--error", TEXT)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[0] == f"wandb said  {TEXT.rstrip('.')}"
    assert "there are no credentials" in result.stdout
    assert "RD101" not in result.stdout


def test_quiet_leaves_the_cause_and_the_path(run: Run) -> None:
    """And that nobody was asked; nothing else, where no check fails."""
    cause, not_asked, path = run("doctor", "--error", TRACEBACK, "--quiet").stdout.splitlines()
    assert cause.startswith("the organization in front of the registry")
    assert not_asked.startswith("NO KEY: ")
    assert path == "wandb-registry-model/detector"


def test_verbose_shows_the_page_of_a_message_and_json_its_source(run: Run) -> None:
    """A person gets a link to the documentation, a program also the numbers of the evidence."""
    text = run("doctor", "--error", TEXT, "--verbose").stdout
    assert "docs/known-errors.md#no-organization-for-entity" in text
    assert "failures 3.1" not in text
    (found,) = json.loads(run("doctor", "--error", TEXT, "--format", "json").stdout)["explanations"]
    assert found["source"].startswith("failures 3.1")


def test_a_log_is_read_from_a_file_or_from_standard_input(run: Run, tmp_path: Path) -> None:
    """Both say the same, and the corrected path is alone on the last line."""
    (tmp_path / "train.log").write_text(TRACEBACK, encoding="utf-8")
    of_file = run("doctor", "--error", "@train.log", "--offline")
    of_stdin = CliRunner().invoke(main, ["doctor", "--error", "-", "--offline"], input=TRACEBACK)
    assert of_file.exit_code == of_stdin.exit_code == 1
    assert of_file.stdout == of_stdin.stdout
    assert of_file.stdout.splitlines()[-1] == "wandb-registry-model/detector"


def test_json_has_the_explanations_beside_the_report(run: Run) -> None:
    """In the documented shape, with or without a path."""
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    for text in (TEXT, TRACEBACK, "nothing known"):
        report = json.loads(run("doctor", "--error", text, "--format", "json").stdout)
        assert list(validator.iter_errors(report)) == []
        assert report["requests"]["count"] == 0
        assert "explanations" in schema["$defs"]["report"]["properties"]
    report = json.loads(run("doctor", "--error", TRACEBACK, "--format", "json").stdout)
    (found,) = report["explanations"]
    assert found["id"] == "no-organization-for-entity"
    assert found["found"] == {"entity": "vision"}
    assert found["called"]["path"] == report["target"]["input"] == "vision/wandb-registry-model/detector"
    assert [each["check"] for each in found["causes"]] == ["RD302", "RD306", "RD301"]
    assert (report["ok"], report["exit_code"]) == (False, 1)
    assert "explanations" not in json.loads(run("doctor", "r/c", "--offline", "--format", "json").stdout)


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("text", "arguments", "call", "entity"),
    [
        (
            TRACEBACK,
            [],
            Call("vision/wandb-registry-model/detector", "link", method="run.link_artifact"),
            ("vision", "the error"),
        ),
        (
            FETCH,
            [],
            Call("vision/wandb-registry-model/detector", "use", method="api.artifact"),
            ("vision", "the error"),
        ),
        (TEXT, [], Call(None), ("vision", "the error")),
        (TEXT, ["r/c", "--entity", "speech"], Call("r/c"), ("speech", "--entity")),
        (TEXT, ["r/c:v0", "--for", "use"], Call("r/c:v0", "use"), ("vision", "the error")),
        (
            "artifact membership 'd:v9' not found in 'acme/wandb-registry-model'",
            [],
            Call("acme/wandb-registry-model/d:v9", "use"),
            (None, None),
        ),
        ("Invalid artifact path: 'a/b/c/d'", [], Call("a/b/c/d"), (None, None)),
        ("nothing known", [], Call(None), (None, None)),
        (
            f"wandb: Tracking run with wandb version 0.22.0\n{TEXT}",
            [],
            Call(None, sdk_version="0.22.0"),
            ("vision", "the error"),
        ),
    ],
)
def test_what_the_error_names_is_diagnosed(
    run: Run,
    diagnoses: Diagnoses,
    text: str,
    arguments: list[str],
    call: Call,
    entity: tuple[str | None, str | None],
) -> None:
    """Path, call and entity; what is given explicitly wins."""
    run("doctor", "--error", text, *arguments)
    assert diagnoses.call == call
    assert (diagnoses.settings.entity.value, diagnoses.settings.entity.source) == entity
    assert not diagnoses.options.offline


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("text", "kinds", "status"),
    [
        (TEXT, ("pass",), 1),
        (TEXT, ("unknown",), 1),
        (TEXT, ("error",), 1),
        ("nothing known", ("pass",), 3),
        ("nothing known", ("error",), 1),
        ("Skipping non-alias updates due to insufficient permissions on the source artifact.", ("pass",), 0),
    ],
)
def test_the_exit_status_counts_both(
    run: Run, diagnoses: Diagnoses, text: str, kinds: tuple[str, ...], status: int
) -> None:
    """A known error is a finding, an unknown one inconclusive, a warning neither; the diagnosis counts besides."""
    diagnoses.kinds = kinds
    for more in ([], ["--format", "json"], ["--quiet"]):
        assert run("doctor", "--error", text, *more).exit_code == status


@pytest.mark.usefixtures("credentials")
def test_a_failing_check_decides_between_the_causes(run: Run, diagnoses: Diagnoses) -> None:
    """One red line, that of the check; the explanation leads, and shows the cause that it confirms."""
    diagnoses.kinds = ("error",)
    text = run("doctor", "--error", TRACEBACK, "--color", "always").stdout
    assert [line for line in text.splitlines() if "\x1b[31m" in line and "RD302" not in line] == []
    assert "confirmed by RD302" in text
    assert "WANDB_ORGANIZATION" not in text
    report = json.loads(run("doctor", "--error", TRACEBACK, "--format", "json").stdout)
    assert report["explanations"][0]["confirmed_by"] == "RD302"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("@", "cannot be read"),
        ("@missing.log", "'missing.log' cannot be read: No such file"),
        ("@.", "cannot be read"),
        ("@empty.log", "'empty.log': it is empty"),
        ("@binary", "'binary': it is a binary file, not text"),
        ("@a\0b", "cannot be read"),
        ("train.log", "--error @train.log reads it"),
        ("-", "standard input: it is empty"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(
    run: Run, diagnoses: Diagnoses, tmp_path: Path, error: str, words: str
) -> None:
    """With what to do instead, and before anything runs."""
    (tmp_path / "empty.log").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 16)
    (tmp_path / "train.log").write_text("fine", encoding="utf-8")
    result = run("doctor", "--error", error)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.split())
    assert diagnoses.asked == []


@pytest.mark.parametrize("format_", ["text", "json"])
def test_no_key_of_a_log_is_in_a_report(run: Run, tmp_path: Path, format_: str) -> None:
    """Nor what could steer the terminal."""
    key = "c0ffee0000000000000000000000000000000003"
    (tmp_path / "train.log").write_text(
        f"WANDB_API_KEY={key}\nwandb: ERROR new trouble {key}\n{TRACEBACK}"
        f"CommError: Unable to find organization for entity 'x\x1b[2J{key}'.\n",
        encoding="utf-8",
    )
    result = run("doctor", "--error", "@train.log", "--format", format_, "-o", "text:report.txt")
    assert result.exit_code == 1
    assert key not in result.stdout + result.stderr + (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "\x1b" not in result.stdout


def test_a_log_of_another_server_is_pointed_out(run: Run) -> None:
    """Its address is shown and never asked: a key goes where the settings say."""
    text = f"wandb: Currently logged in as: bob (vision) to https://acme.wandb.io. Use\n{TRACEBACK}"
    report = json.loads(run("doctor", "--error", text, "--format", "json").stdout)
    assert report["context"]["base_url"]["value"] == "https://api.forge.coreweave.com"
    assert any("https://acme.wandb.io" in note for note in report["notes"])
