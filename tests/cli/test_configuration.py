"""`wandb-registry doctor` with a configuration file, on the sandbox: what it changes, and what overrides it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry_doctor.checking.plugins import Loaded, load_checks
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.sandbox import Sandbox
from registry_doctor.settings import read_settings
from tests.places import ACME_WORLD

if TYPE_CHECKING:
    from click.testing import Result

    from tests.cli.conftest import Diagnoses

    Run = Callable[..., Result]

BOB = "b0b0000000000000000000000000000000000002"
OWN, PROJECT = "registry-doctor.toml", "pyproject.toml"

YOLO = ("--artifact", "vision/detectors/yolo:v0")
MISLINK = ("model/detector", *YOLO)
"""Fails with RD202: the registry prefix is missing."""
WARNED = ("wandb-registry-model/detector", *YOLO, "--alias", "v7")
"""Works, with RD205 as a warning."""
FINE = ("wandb-registry-model/detector", *YOLO)

MANY_IGNORED = '[ignore]\nRD202 = "for now"\nRD4 = "b"\nRD205 = "c"\nRD999 = "d"\n'


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One world for all tests; a diagnosis changes nothing."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def bob(sandbox: Sandbox, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs as bob, in a folder that is the root of a repository."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (empty_home / ".git").mkdir()


def write(text: str, name: str = OWN) -> None:
    """The configuration file in the working directory."""
    Path(name).write_text(text, encoding="utf-8")


def verdicts(result: Result) -> dict[str, tuple[str, str | None]]:
    """Status and severity by code."""
    report = json.loads(result.stdout)
    return {each["code"]: (each["status"], each["severity"]) for each in report["results"]}


def test_an_ignored_failure_is_no_finding_and_blocks_nothing(run: Run) -> None:
    """Its message is the reason, and its edit is not suggested."""
    before = run("doctor", *MISLINK, "--format", "json")
    assert (before.exit_code, verdicts(before)["RD202"]) == (1, ("fail", "error"))
    write('[ignore]\nRD202 = "an ordinary project, on purpose"\n')
    after = run("doctor", *MISLINK, "--format", "json")
    report = json.loads(after.stdout)
    assert (after.exit_code, report["suggestion"]) == (0, None)
    (ignored,) = [each for each in report["results"] if each["code"] == "RD202"]
    assert (ignored["status"], ignored["message"]) == ("skip", "ignored: an ordinary project, on purpose")
    assert (ignored["severity"], ignored["fixes"]) == (None, [])
    assert "blocked" not in {status for status, _ in verdicts(after).values()}


def test_what_requires_an_ignored_check_is_judged_as_with_the_option(run: Run) -> None:
    """All other verdicts are those of `--ignore`."""
    option = verdicts(run("doctor", *MISLINK, "--ignore", "RD202", "--format", "json"))
    write('[ignore]\nRD202 = "why"\n')
    file = verdicts(run("doctor", *MISLINK, "--format", "json"))
    assert file.pop("RD202") == ("skip", None)
    assert file == option


def test_a_plugin_that_does_not_load_can_be_ignored(empty_home: Path) -> None:
    """RD901 is no planned check; the report is no longer inconclusive."""
    loaded = Loaded(load_checks(others=False).checks, ("my-checks did not load",))
    call, settings = Call(*FINE[:1], artifact=YOLO[1]), read_settings()
    configuration = Configuration(OWN, ignore={"RD9": "not for here"})
    assert examine(call, settings, loaded).exit_code == 3
    report = examine(call, settings, loaded, Options(configuration=configuration))
    assert report.exit_code == 0
    assert [each.matched for each in report.ignored] == [True]


def test_the_report_tells_which_ignore_was_needed(run: Run) -> None:
    """Null where its checks were not judged, or there are none."""
    write(MANY_IGNORED)

    def matched(*arguments: str) -> dict[str, bool | None]:
        report = json.loads(run("doctor", *arguments, "--format", "json").stdout)
        assert {each["source"] for each in report["ignored"]} == {OWN}
        return {each["code"]: each["matched"] for each in report["ignored"]}

    assert matched(*MISLINK) == {"RD202": True, "RD4": False, "RD205": False, "RD999": None}
    assert matched(*WARNED) == {"RD202": False, "RD4": False, "RD205": True, "RD999": None}
    left_out = {"RD202": None, "RD4": False, "RD205": False, "RD999": None}
    assert matched(*FINE, "--ignore", "RD202") == left_out
    blocked = {"RD202": None, "RD4": None, "RD205": False, "RD999": None}
    assert matched("wandb-registry-<name>/detector", *YOLO) == blocked
    assert set(matched(*FINE, "--offline").values()) == {None}


def test_an_unneeded_ignore_is_noted_on_demand_and_an_unknown_code_always(run: Run) -> None:
    """Neither changes the exit status."""
    write(MANY_IGNORED + '[severity]\nRD998 = "error"\n')
    unneeded = f"note: {OWN} ignores RD205, which is not needed here"
    unknown = [
        f"note: {OWN} ignores RD999, but no check has that code",
        f"note: {OWN} sets the severity of RD998, but no check has that code",
    ]
    short, long = run("doctor", *FINE), run("doctor", *FINE, "--verbose")
    assert (short.exit_code, long.exit_code) == (0, 0)
    for line in unknown:
        assert line in short.stdout.splitlines()
        assert line in long.stdout.splitlines()
    assert unneeded not in short.stdout.splitlines()
    assert unneeded in long.stdout.splitlines()
    assert "RD999, which" not in long.stdout


def test_a_warning_can_be_made_an_error(run: Run) -> None:
    """It is then a finding; no corrected path is missed, since the path itself is right."""
    before = run("doctor", *WARNED, "--format", "json")
    assert (before.exit_code, verdicts(before)["RD205"]) == (0, ("fail", "warning"))
    write('[severity]\nRD205 = "error"\n')
    after = run("doctor", *WARNED, "--format", "json")
    assert (after.exit_code, verdicts(after)["RD205"]) == (1, ("fail", "error"))
    assert "corrected path" not in run("doctor", *WARNED).stdout


def test_an_error_can_be_made_a_warning(run: Run) -> None:
    """What it blocks and the corrected path stay."""
    typed = ("vision/wandb-registry-model/detector", *YOLO)
    before = json.loads(run("doctor", *typed, "--format", "json").stdout)
    write('[severity]\nRD3 = "warning"\n')
    result = run("doctor", *typed, "--format", "json")
    after = json.loads(result.stdout)
    assert (before["exit_code"], result.exit_code) == (1, 0)
    assert verdicts(result)["RD302"] == ("fail", "warning")
    assert after["suggestion"] == before["suggestion"]
    assert [each["blocked_by"] for each in after["results"]] == [
        each["blocked_by"] for each in before["results"]
    ]
    assert run("doctor", *typed, "--fail-on", "warning").exit_code == 1


@pytest.mark.parametrize(
    ("text", "arguments", "codes"),
    [
        ('select = ["RD202"]', (), {"RD201", "RD202"}),
        ('select = ["RD202"]', ("--select", "RD101"), {"RD101"}),
        ('select = ["RD202", "RD999"]', (), {"RD201", "RD202"}),
    ],
)
def test_a_selection_is_the_file_s_unless_one_is_given(
    run: Run, text: str, arguments: tuple[str, ...], codes: set[str]
) -> None:
    """A code that no check has adds nothing."""
    write(text)
    found = verdicts(run("doctor", *FINE, *arguments, "--format", "json"))
    assert codes <= set(found)
    assert "RD401" not in found
    assert ("RD202" in found) is ("RD202" in codes)


def test_a_selection_of_unknown_codes_alone_is_none(run: Run) -> None:
    """A report of no checks would look clean."""
    write('select = ["RD999"]')
    assert run("doctor", *MISLINK).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), ("warning", 7.5)),
        (("--fail-on", "error"), ("error", 7.5)),
        (("--timeout", "20"), ("warning", 20.0)),
        (("--no-config",), ("error", 20.0)),
    ],
)
def test_options_override_the_file_even_with_their_own_defaults(
    run: Run, diagnoses: Diagnoses, arguments: tuple[str, ...], expected: tuple[str, float]
) -> None:
    """Given is given."""
    write('fail-on = "warning"\ntimeout = 7.5\n')
    run("doctor", *FINE, *arguments)
    assert (diagnoses.options.fail_on, diagnoses.options.timeout) == expected


def test_codes_of_the_option_are_added_to_those_of_the_file(run: Run) -> None:
    """Both are silenced."""
    both = ("model/detector", *YOLO, "--alias", "v7")
    write('fail-on = "warning"\n[ignore]\nRD202 = "why"\n')
    assert run("doctor", *both).exit_code == 1
    assert run("doctor", *both, "--ignore", "RD205").exit_code == 0


def test_the_nearest_file_wins(run: Run, diagnoses: Diagnoses, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the working directory upwards, in either kind of file."""
    write('[tool.registry-doctor]\nfail-on = "warning"\ntimeout = 3\n', PROJECT)
    Path("inner/deep").mkdir(parents=True)
    write("timeout = 4", f"inner/{OWN}")
    for folder, expected in [(".", ("warning", 3.0)), ("inner/deep", ("error", 4.0))]:
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            diagnoses.asked.clear()
            run("doctor", *FINE)
            assert (diagnoses.options.fail_on, diagnoses.options.timeout) == expected


def test_a_file_can_be_named(run: Run, diagnoses: Diagnoses) -> None:
    """The others are then not read, however broken."""
    write("timeout = = 1")
    write("timeout = 5", "ci.toml")
    run("doctor", *FINE, "--config", "ci.toml")
    assert (diagnoses.options.timeout, diagnoses.options.configuration.source) == (5.0, "ci.toml")


def test_no_file_is_read_on_demand(run: Run, diagnoses: Diagnoses) -> None:
    """However broken it is."""
    write("timeout = = 1")
    assert run("doctor", *FINE, "--no-config").exit_code == 0
    assert diagnoses.options == Options()


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("timeout = = 1", (), f"{OWN} is not valid TOML: Invalid value (at line 1, column 11)"),
        ("timout = 1", (), f"{OWN}: unknown key `timout`; did you mean `timeout`?"),
        ("[ignore]\nRD502 = ''", (), f"{OWN}: `ignore.RD502`: must be a reason in words"),
        ('"\\u001b[2J" = 1', (), rf"{OWN}: unknown key `'\x1b[2J'`"),
        ("\x1b[2J = 1", (), f"{OWN} is not valid TOML"),
        ("", ("--config", "missing.toml"), "missing.toml cannot be read: No such file"),
        ("", ("--config", "a\x1bb"), r"a\x1bb cannot be read"),
        ("", ("--config", PROJECT), f"{PROJECT} needs the table [tool.registry-doctor]"),
        ("", ("--config", OWN, "--no-config"), "cannot be used together"),
    ],
)
def test_an_unusable_file_is_wrong_usage(
    run: Run, diagnoses: Diagnoses, text: str, arguments: tuple[str, ...], words: str
) -> None:
    """Exit status 2, the file's name, nothing on standard output, and nothing is asked."""
    write(text)
    write("[project]\n", PROJECT)
    result = run("doctor", *FINE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "\x1b" not in result.stderr
    assert diagnoses.asked == []


def test_a_reason_acts_on_no_terminal(run: Run) -> None:
    """Nor does a code."""
    write('[ignore]\nRD202 = "\\u001b[2J\\u202e"\n"RD\\u001b" = "why"\n')
    result = run("doctor", *MISLINK, "--verbose")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert r"ignored: \x1b[2J\u202e" in result.stdout


def test_without_a_file_no_toml_is_loaded(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project file that does not mention us is not parsed."""
    write("[tool.ruff]\n", PROJECT)

    def refuse(text: str) -> dict[str, object]:
        raise AssertionError(text)

    monkeypatch.setattr("registry_doctor.support.toml.load_toml", refuse)
    assert run("doctor", *FINE).exit_code == 0
