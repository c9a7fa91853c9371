"""How `wandb-registry preflight` ends, and the reports that it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from registry_doctor.cli.preflight import PREFLIGHT_TIMEOUT
from registry_doctor.codebase import api as library
from registry_doctor.codebase.report.formats import FORMATS
from registry_doctor.sandbox import Sandbox
from tests.cli.preflight.conftest import (
    FROM_OUTSIDE,
    MALFORMED,
    NEAR,
    RIGHT,
    WRONG,
    Preflight,
    link,
    write,
)


@pytest.mark.parametrize(
    ("text", "arguments", "status", "said"),
    [
        ("", [], 0, "0 targets"),
        (link(RIGHT), [], 0, "1 target in 1 file: no findings"),
        (link(WRONG), [], 1, "train.py:5:9: ✗ RD401 link to"),
        (link(NEAR), [], 0, "train.py:5:9: ! RD502 link to"),
        (link(NEAR), ["--fail-on", "warning"], 1, "RD502"),
        (link(NEAR), ["--fail-on", "warning", "--ignore", "RD502"], 0, "no findings"),
        (link(NEAR), ["--fail-on", "warning", "--select", "RD2"], 0, "no findings"),
        (link(WRONG), ["--ignore", "RD4"], 0, "no findings"),
        (link(NEAR, "  # registry-doctor: ignore[RD502] meant"), ["--fail-on", "warning"], 0, "no findings"),
        (link(RIGHT, "  # registry-doctor: ignore[RD502]"), [], 0, "Comments that silence nothing (1)"),
        (FROM_OUTSIDE, [], 0, "wandb-registry-{REGISTRY}/classifier:v0"),
        (FROM_OUTSIDE, ["--set", "REGISTRY=model"], 0, "1 target in 1 file: no findings"),
        (FROM_OUTSIDE, ["--set", "REGISTRY=modle"], 1, "use wandb-registry-modle/classifier:v0"),
        (link(RIGHT) + "(", [], 3, "Not read (1)"),
        (link(WRONG) + "(", [], 3, "Not read (1)"),
        (link(WRONG), ["--offline"], 0, "OFFLINE"),
        (link(MALFORMED), ["--offline"], 1, "RD203"),
        (link(RIGHT), ["--quiet"], 0, "no findings"),
        (link(RIGHT), ["--verbose"], 0, f"✓ link to {RIGHT}"),
        (link(RIGHT), ["--base-url", "http://127.0.0.1:1"], 1, "RD001"),
    ],
)
def test_how_it_ends(preflight: Preflight, text: str, arguments: list[str], status: int, said: str) -> None:
    """0 fine, 1 findings, 3 inconclusive; what is not known from the source changes nothing."""
    write(text)
    done = preflight(*arguments)
    assert (done.exit_code, said in done.stdout) == (status, True), done.output


MISSPELT = (
    "the supplied name 'REGISTRI' is not used: no call takes a value of that name; did you mean 'REGISTRY'?"
)


@pytest.mark.parametrize(
    "arguments", [*(["--format", each] for each in FORMATS), ["--diff"], ["--write-manifest"]]
)
def test_a_misspelt_name_that_is_supplied_is_told_in_every_format(
    preflight: Preflight, arguments: list[str]
) -> None:
    """It fails nothing. What has no place for notes has them on standard error."""
    write(FROM_OUTSIDE)
    done = preflight("--set", "REGISTRI=model", *arguments)
    assert done.exit_code == 0, done.output
    apart = arguments[-1] in ("gitlab", "--diff", "--write-manifest")
    said = (
        done.stderr
        if apart
        else done.stdout.replace("&#39;", "'").replace("&#58;", ":").replace("&#59;", ";")
    )
    assert MISSPELT.removesuffix("?") in said
    assert "REGISTRI" not in (done.stdout if apart else done.stderr)
    Path("registry-preflight.yaml").unlink(missing_ok=True)
    assert "is not used" not in preflight("--set", "REGISTRY=model", *arguments).output


def test_answers_that_do_not_come_are_inconclusive(preflight: Preflight, sandbox: Sandbox) -> None:
    """They are no findings in the code."""
    write(link(RIGHT))
    sandbox.set_faults([{"op": "*", "status": 500, "times": None}])
    done = preflight("--timeout", "5")
    assert done.exit_code == 3, done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.py"], "there is no file or folder 'nowhere.py'"),
        (["--from-log", "nowhere.log"], "there is no log 'nowhere.log'"),
        (["--manifest", "nowhere.yaml"], "there is no manifest 'nowhere.yaml'"),
        (["a\x1b[2Jb"], "'a\\x1b[2Jb'"),
        (["--select", "RD999"], "RD999"),
        (["--ignore", "XX"], "XX"),
        (["--baseline", "nowhere.json"], "'nowhere.json' cannot be used: No such file or directory"),
        (["--baseline", "train.py"], "'train.py' cannot be used: it is not valid JSON"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--set", "REGISTRY"], "'REGISTRY' must be NAME=VALUE"),
        (["--set", "=model"], "'=model' must be NAME=VALUE"),
        (["--fix", "--diff"], "--fix writes corrections, --diff only shows them"),
        (["--unsafe-fixes"], "--unsafe-fixes only works with --fix or --diff"),
        (["--verbose", "--quiet"], "cannot be used together"),
        (["-o", "html:report.html"], "must be FORMAT:FILE"),
        (["-o", "json:nowhere/report.json"], "directory 'nowhere' does not exist; create it first"),
        (["-o", "json:a", "-o", "sarif:a"], "the same file is given twice; give each file once"),
        (["--timeout", "0"], "above 0"),
        (["-o", "sarif:/dev/full"], "'/dev/full' cannot be written: No space left on device"),
        (["-o", "json:/dev/full"], "'/dev/full' cannot be written: No space left on device"),
    ],
)
def test_wrong_usage_ends_with_2(preflight: Preflight, arguments: list[str], said: str) -> None:
    """And one line that says what is wrong."""
    write(link(RIGHT))
    done = preflight(*arguments)
    assert (done.exit_code, said in done.stderr) == (2, True), done.output
    assert "Traceback" not in done.output and "\x1b" not in done.output


def test_the_time_out_is_the_librarys() -> None:
    """It is kept twice, for the help needs no library."""
    assert PREFLIGHT_TIMEOUT == library.PREFLIGHT_SECONDS


def test_several_reports_are_written_at_once(preflight: Preflight) -> None:
    """Each in its own format, whatever is printed."""
    write(link(WRONG))
    done = preflight("--format", "json", *(word for each in FORMATS for word in ("-o", f"{each}:{each}.out")))
    assert done.exit_code == 1
    printed: dict[str, Any] = json.loads(done.stdout)
    assert printed == json.loads(Path("json.out").read_text(encoding="utf-8"))
    assert printed["reports"][0]["location"] == {"file": "train.py", "line": 5, "column": 9, "cell": None}
    (issue,) = json.loads(Path("gitlab.out").read_text(encoding="utf-8"))
    assert issue["location"]["path"] == "train.py"
    assert len(ElementTree.parse("junit.out").findall(".//failure")) == 1
    sarif = json.loads(Path("sarif.out").read_text(encoding="utf-8"))
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == ["RD401"]
    for format_ in ("text", "github", "markdown"):
        assert "RD401" in Path(f"{format_}.out").read_text(encoding="utf-8")


def test_what_it_has_written_is_not_searched(preflight: Preflight) -> None:
    """Reports and baselines quote paths, and may lie in the folder that is searched the next time."""
    write(link(WRONG))
    assert preflight("--write-baseline", "--baseline", "old.json").exit_code == 0
    files = ("-o", "json:report.json", "-o", "gitlab:quality.json", "-o", "sarif:scan.json")
    first, second = preflight(*files), preflight(*files)
    assert (first.stdout, first.exit_code) == (second.stdout, 1)


def test_one_report_that_cannot_be_written_keeps_none_of_the_others(preflight: Preflight) -> None:
    """The rest is written, and the status says that something is missing."""
    write(link(WRONG))
    done = preflight("-o", "junit:/dev/full", "-o", "sarif:registry.sarif")
    assert (done.exit_code, Path("registry.sarif").is_file()) == (2, True)
    assert "RD401" in done.stdout
