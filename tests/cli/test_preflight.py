"""`wandb-registry preflight`: what it searches, what it writes, and how it ends, against a local W&B."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli import main
from registry_doctor.cli.preflight import PREFLIGHT_TIMEOUT
from registry_doctor.codebase import api as library
from registry_doctor.codebase.report.formats import FORMATS
from registry_doctor.sandbox import Sandbox
from tests.codebase.report.test_sarif_fixes import make as make_fixes

ADA = "ada0000000000000000000000000000000000001"
RIGHT, WRONG, NEAR = (
    "wandb-registry-model/classifier",
    "wandb-registry-modle/classifier",
    "wandb-registry-model/classifiers",
)
BARE = "model/classifier"
"""Lacks the prefix, which is a safe correction."""
MALFORMED = "wandb-registry-model/classifier:v0"
"""Wrong by its grammar, in a link."""
FROM_OUTSIDE = "import os\nimport wandb\n\nwandb.Api().artifact(f\"wandb-registry-{os.environ['REGISTRY']}/classifier:v0\")\n"

Preflight = Callable[..., Result]


def link(path: str, comment: str = "") -> str:
    """Code that links to a path, in its fifth line."""
    return (
        'import wandb\n\nwith wandb.init(entity="research", project="training") as run:\n'
        '    artifact = wandb.Artifact("classifier", type="model")\n'
        f'    run.link_artifact(artifact, "{path}"){comment}\n'
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture(autouse=True)
def surroundings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, empty_home: Path) -> None:
    """Ada's key for the sandbox, and no CI service."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sandbox.set_faults([])


@pytest.fixture
def preflight() -> Preflight:
    """Run `wandb-registry preflight` in this process."""

    def invoke(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, ["preflight", *arguments], input=input, prog_name="wandb-registry")

    return invoke


def write(text: str, name: str = "train.py") -> Path:
    """A file of the project."""
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


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


@pytest.mark.parametrize(
    ("arguments", "text", "status", "said"),
    [
        (["-"], f"{RIGHT}\n\n# a comment\n", 0, "1 target"),
        (["-"], f"{RIGHT}\n{WRONG}\n", 1, "<stdin>:2:1: ✗ RD401"),
        (["-", "--for", "use"], f"{RIGHT}:production\n", 0, "1 target"),
        (["-", "--for", "use"], f"{RIGHT}:v7\n", 1, "RD503"),
        (["-"], "", 0, "0 targets"),
        (["-", "train.py"], f"{RIGHT}\n", 1, "train.py:5:9"),
        (["-"], b"\xff\xfe\x00", 3, "<stdin>"),
        (["-"], "a\x1b[2Jb/c\n", 1, "a\\x1b[2Jb/c"),
        (["-", "--offline"], "wandb-registry-model/a::b\n::error::x\n", 1, "link to"),
    ],
)
def test_paths_on_standard_input(
    preflight: Preflight, arguments: list[str], text: str | bytes, status: int, said: str
) -> None:
    """One a line. What is not named besides is not searched."""
    write(link(WRONG))
    done = preflight(*arguments, input=text)
    assert (done.exit_code, said in done.stdout) == (status, True), done.output
    assert "\x1b" not in done.stdout


def test_a_closed_standard_input_is_empty(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a service that gives its jobs none."""
    from registry_doctor.cli.preflight import _standard_input

    monkeypatch.setattr(sys, "stdin", None)
    assert _standard_input() == b""


def test_a_log_is_searched(preflight: Preflight) -> None:
    """For the paths that the run linked to or used, at their lines."""
    message = f"ValueError: Unable to link to {WRONG}: registry not found\n"
    write(f"epoch 1\nwandb: linking to {WRONG}\n{message}", "train.log")
    done = preflight("--from-log", "train.log")
    assert (done.exit_code, "train.log:2" in done.stdout) == (1, True), done.output


MANIFEST = """
version: 1
targets:
  - {path: wandb-registry-model/classifier, for: link, type: model, entity: research}
  - {path: "wandb-registry-model/classifier:production", for: use, as: EVES_KEY}
  - {path: wandb-registry-modle/classifier, for: link, type: model, entity: research}
"""


def test_a_manifest_lists_targets(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the key it names."""
    monkeypatch.setenv("EVES_KEY", "e5e0000000000000000000000000000000000003")
    write(MANIFEST, "targets.yaml")
    done = preflight("--manifest", "targets.yaml", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.exit_code, [each["exit_code"] for each in document["reports"]]) == (1, [0, 0, 1])
    assert "e5e0000" not in done.output


def test_a_manifest_is_written_from_the_code_and_read_again(preflight: Preflight) -> None:
    """What is not known is counted; a manifest that is there is not overwritten."""
    write(link(RIGHT))
    write(FROM_OUTSIDE, "fetch.py")
    done = preflight("--write-manifest")
    assert (done.exit_code, done.stdout) == (0, "1 target written to registry-preflight.yaml\n")
    assert "1 target left out, because the source does not contain the path" in done.stderr
    assert preflight("--manifest", "registry-preflight.yaml").exit_code == 0
    again = preflight("--write-manifest")
    assert (again.exit_code, "already exists" in again.stderr) == (2, True)


def test_a_baseline_makes_old_findings_pass(preflight: Preflight) -> None:
    """They are shown with --verbose alone; a second one like it is new; fewer are noted."""
    write(link(WRONG))
    done = preflight("--write-baseline")
    assert (done.exit_code, done.stdout) == (0, "1 finding written to registry-preflight-baseline.json\n")
    known = preflight()
    assert (known.exit_code, "RD401" in known.stdout) == (0, False), known.output
    assert "it is in the baseline" in preflight("--verbose").stdout
    write("\n\n" + link(WRONG))
    assert preflight().exit_code == 0, "it has moved"
    write(link(WRONG) + link(WRONG))
    assert preflight().exit_code == 1
    write(link(RIGHT))
    gone = preflight()
    assert (gone.exit_code, "1 baseline entry no longer matches; run --write-baseline" in gone.stdout) == (
        0,
        True,
    )


def test_a_baseline_may_have_another_name(preflight: Preflight) -> None:
    """Then it is read where it is named, and nowhere else."""
    write(link(WRONG))
    assert preflight("--write-baseline", "--baseline", "old.json").exit_code == 0
    assert preflight().exit_code == 1
    assert preflight("--baseline", "old.json").exit_code == 0


def test_no_baseline_is_written_of_what_nobody_knows(
    preflight: Preflight, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is down, a key that is refused, or an answer that does not come are no old findings."""
    write(link(WRONG))
    sandbox.set_faults([{"op": "*", "status": 500, "times": None}])
    silent = preflight("--write-baseline", "--timeout", "5")
    sandbox.set_faults([])
    down = preflight("--write-baseline", "--base-url", "http://127.0.0.1:1")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    refused = preflight("--write-baseline")
    for done in (silent, down, refused):
        assert (done.exit_code, "no baseline was written" in done.stderr) == (3, True), done.output
    assert list(Path().glob("*.json")) == []


def test_an_edit_is_shown_or_made(preflight: Preflight) -> None:
    """A patch changes nothing; after --fix the exit status is that of the result."""
    file = write(link(BARE))
    shown = preflight("--diff", "-o", "text:report.txt")
    assert (shown.exit_code, file.read_text(encoding="utf-8")) == (1, link(BARE)), shown.output
    lines = shown.stdout.splitlines()
    assert lines[:2] == ["--- a/train.py", "+++ b/train.py"]
    assert [line for line in lines[2:] if line.startswith(("+", "-"))] == [
        f'-    run.link_artifact(artifact, "{BARE}")',
        f'+    run.link_artifact(artifact, "{RIGHT}")',
    ]
    assert "RD202" in Path("report.txt").read_text(encoding="utf-8")
    done = preflight("--fix", "-o", "json:report.json")
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (0, link(RIGHT)), done.output
    assert f"fixed: train.py:5:9: '{BARE}' is now '{RIGHT}'" in done.stderr
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["exit_code"] == 0
    assert preflight("--diff").stdout == ""


def test_the_same_edit_is_a_fix_in_sarif(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """For files of the repository, wherever in it the preflight is run; likely ones are not in it."""
    write("", ".git/HEAD")
    write(link(BARE), "ml/train.py")
    write(link(WRONG), "ml/likely.py")
    monkeypatch.chdir("ml")
    done = preflight("--format", "sarif", "-o", "sarif:registry.sarif")
    assert (done.exit_code, Path("train.py").read_text(encoding="utf-8")) == (1, link(BARE))
    run = json.loads(done.stdout)["runs"][0]
    assert json.loads(Path("registry.sarif").read_text(encoding="utf-8"))["runs"] == [run]
    assert [(each["ruleId"], "fixes" in each) for each in run["results"]] == [
        ("RD401", False),
        ("RD202", True),
    ]
    assert make_fixes(Path(".."), run) == 1
    assert Path("train.py").read_text(encoding="utf-8") == link(RIGHT)
    assert Path("likely.py").read_text(encoding="utf-8") == link(WRONG)
    assert preflight("train.py").exit_code == 0


def test_without_the_editor_of_python_sarif_has_no_fix(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The findings are there all the same."""
    monkeypatch.setitem(sys.modules, "libcst", None)
    write(link(BARE))
    done = preflight("--format", "sarif")
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    assert (done.exit_code, result["ruleId"], "fixes" in result, done.stderr) == (1, "RD202", False, "")


def test_a_likely_edit_needs_a_word(preflight: Preflight) -> None:
    """What is left alone is said once: in the report, with the reason."""
    file = write(link(WRONG))
    done = preflight("--fix")
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (1, link(WRONG))
    assert "    Not fixed: the correction is likely but not certain" in done.stdout
    assert done.stderr == ""
    assert preflight("--fix", "--unsafe-fixes").exit_code == 0
    assert file.read_text(encoding="utf-8") == link(RIGHT)


def test_standard_input_is_judged_again_after_an_edit(preflight: Preflight) -> None:
    """It can be read once, and is judged twice."""
    write(link(BARE))
    done = preflight("--fix", "-", "train.py", input=f"{WRONG}\n")
    assert (done.exit_code, "<stdin>:1:1: ✗ RD401" in done.stdout) == (1, True), done.output
    assert "2 targets" in done.stdout


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not hold for this user"
)
def test_what_is_not_writable_is_left_alone(preflight: Preflight) -> None:
    """And said."""
    file = write(link(BARE))
    file.chmod(stat.S_IREAD)
    done = preflight("--fix")
    assert (done.exit_code, "not changed: train.py" in done.stderr) == (1, True), done.output


@pytest.mark.parametrize(
    ("text", "arguments", "status", "said"),
    [
        (link(RIGHT), [], 0, "NO CREDENTIALS"),
        (link(WRONG), [], 0, "NO CREDENTIALS"),
        (link(MALFORMED), [], 1, "RD203"),
        (link(RIGHT), ["--require-credentials"], 1, "RD101"),
        (link(RIGHT), ["--offline", "--require-credentials"], 0, "OFFLINE"),
        ("", [], 0, "0 targets"),
        ("", ["--require-credentials"], 1, "✗ RD101 credentials-found: there is no API key"),
        (
            FROM_OUTSIDE,
            ["--require-credentials"],
            1,
            "1 target in 1 file: 1 finding, 1 not known from the source",
        ),
        ("", ["--require-credentials", "--quiet"], 1, "RD101"),
        ("", ["--require-credentials", "--base-url", "http://127.0.0.1:1"], 1, "RD101"),
        ("", ["--require-credentials", "--base-url", "ftp://x"], 1, "RD006"),
        ("", ["--require-credentials", "--offline"], 0, "OFFLINE"),
        ("", ["--require-credentials", "--ignore", "RD101"], 0, "no findings"),
        ("", ["--require-credentials", "--select", "RD2"], 0, "no findings"),
    ],
)
@pytest.mark.parametrize("key", [None, ""])
def test_without_credentials(
    preflight: Preflight,
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Sandbox,
    key: str | None,
    text: str,
    arguments: list[str],
    status: int,
    said: str,
) -> None:
    """The grammar alone is examined and nobody is asked, unless there has to be a key."""
    monkeypatch.delenv("WANDB_API_KEY")
    if key is not None:
        monkeypatch.setenv("WANDB_API_KEY", key)
    write(text)
    before = len(sandbox.log)
    done = preflight(*arguments)
    assert (done.exit_code, said in done.stdout) == (status, True), done.output
    assert len(sandbox.log) == before


def files_named(format_: str, text: str) -> list[str]:
    """The files of all findings in one of the formats."""
    match format_:
        case "github":
            return re.findall(r"^::error file=([^,]*),", text, re.MULTILINE)
        case "gitlab":
            return [each["location"]["path"] for each in json.loads(text)]
        case "junit":
            return [each.get("classname", "") for each in ElementTree.fromstring(text).iter("testcase")]
        case "sarif":
            locations = [each["locations"][0] for each in json.loads(text)["runs"][0]["results"]]
            places = [each["physicalLocation"]["artifactLocation"] for each in locations]
            assert {each["uriBaseId"] for each in places} == {"%SRCROOT%"}
            return [each["uri"] for each in places]
        case "markdown":
            return [
                each.replace("&#46;", ".") for each in re.findall(r"<code>([^<]*)&#58;5&#58;9</code>", text)
            ]
        case "compact":
            return [each["at"].partition(":")[0] for each in json.loads(text)["findings"]]
        case "json":
            return [each["location"]["file"] for each in json.loads(text)["reports"]]
    return re.findall(r"^(.*):5:9: ✗", text, re.MULTILINE)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("marks", "environ", "from_the_root"),
    [
        (["repo/.git/HEAD"], {}, "ml/src/train.py"),
        ([], {"GITHUB_WORKSPACE": "repo"}, "ml/src/train.py"),
        ([], {"CI_PROJECT_DIR": "repo"}, "ml/src/train.py"),
        ([], {}, "src/train.py"),
    ],
    ids=["git", "GitHub", "GitLab", "no repository"],
)
def test_services_are_told_files_from_the_root_of_the_repository(
    preflight: Preflight,
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
    marks: list[str],
    environ: dict[str, str],
    from_the_root: str,
) -> None:
    """And people and programs from the working directory, where they can click and open them."""
    for mark in marks:
        write("", mark)
    for name, folder in environ.items():
        monkeypatch.setenv(name, str(Path(folder).absolute()))
    write(link(WRONG), "repo/ml/src/train.py")
    monkeypatch.chdir("repo/ml")
    expected = "src/train.py" if format_ in ("text", "json", "compact") else from_the_root
    done = preflight("--format", format_, "-o", f"{format_}:report")
    for text in (done.stdout, Path("report").read_text(encoding="utf-8")):
        assert files_named(format_, text) == [expected], text


@pytest.mark.parametrize("format_", ["gitlab", "sarif"])
def test_fingerprints_are_the_same_wherever_in_the_repository_it_is_run(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    """So that a service knows a finding again."""
    write("", ".git/HEAD")
    write(link(WRONG), "ml/train.py")
    found = []
    for folder, paths in (
        (".", ["ml"]),
        ("ml", []),
        (str(Path("other").absolute()), [str(Path("ml").absolute())]),
    ):
        Path(folder).mkdir(exist_ok=True)
        with monkeypatch.context() as context:
            context.chdir(folder)
            found.append(re.findall(r"\b[0-9a-f]{64}\b", preflight(*paths, "--format", format_).stdout))
    assert found[0] and found[0] == found[1] == found[2]


def test_the_baseline_names_files_from_the_working_directory(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In which it lies, so that it holds wherever that folder is copied to."""
    write("", ".git/HEAD")
    write(link(WRONG), "ml/train.py")
    monkeypatch.chdir("ml")
    assert preflight("--write-baseline").exit_code == 0
    (finding,) = json.loads(Path("registry-preflight-baseline.json").read_text(encoding="utf-8"))["findings"]
    assert finding["file"] == "train.py"
    assert preflight("--format", "sarif").exit_code == 0


@pytest.mark.parametrize("text", ["", link(RIGHT)], ids=["no target", "a target"])
@pytest.mark.parametrize("key", [None, "1234"], ids=["no key", "no real key"])
def test_a_required_key_is_missed_with_and_without_targets(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, key: str | None, text: str
) -> None:
    """The same finding and the same status in every format, and nobody is asked."""
    monkeypatch.delenv("WANDB_API_KEY")
    if key is not None:
        monkeypatch.setenv("WANDB_API_KEY", key)
    code = "RD101" if key is None else "RD102"
    write(text)
    before = len(sandbox.log)
    for format_ in FORMATS:
        done = preflight("--require-credentials", "--format", format_)
        assert (done.exit_code, code in done.stdout) == (1, True), done.output
        if format_ in ("json", "gitlab", "sarif"):
            json.loads(done.stdout)
    assert len(ElementTree.fromstring(preflight("--require-credentials", "--format", "junit").stdout)) == 1
    refused = preflight("--require-credentials", "--write-baseline")
    assert (refused.exit_code, f"no baseline was written: {code}" in refused.stderr) == (3, True)
    patch = preflight("--require-credentials", "--diff")
    assert (patch.exit_code, patch.stdout, bool(patch.stderr)) == (1, "", True)
    assert len(sandbox.log) == before


def test_a_key_that_is_there_is_not_asked_about_without_a_target(
    preflight: Preflight, sandbox: Sandbox
) -> None:
    """There is nothing that it would be used for."""
    before = len(sandbox.log)
    done = preflight("--require-credentials")
    assert (done.exit_code, done.stdout, len(sandbox.log)) == (
        0,
        "0 targets in 0 files: no findings\n",
        before,
    )


def test_under_github_actions(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations are printed, and a summary is added to what the job has already."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    summary = write("before\n", "summary.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.absolute()))
    write(link(WRONG))
    done = preflight()
    assert done.exit_code == 1
    assert done.stdout.startswith("::error ")
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n") and "RD401" in text
    assert "train.py:5:9: ✗" in preflight("--format", "text").stdout
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/nowhere/summary.md")
    odd = preflight()
    assert (odd.exit_code, "the job summary cannot be written" in odd.stderr) == (1, True)


def test_the_configuration_of_the_project_counts(preflight: Preflight) -> None:
    """As for `doctor`; options override it, and --no-config leaves it out."""
    write(link(NEAR))
    write('fail-on = "warning"\n', "registry-doctor.toml")
    assert preflight().exit_code == 1
    assert preflight("--fail-on", "error").exit_code == 0
    assert preflight("--no-config").exit_code == 0
    write('[ignore]\nRD4 = "the registry is made later"\n', "other.toml")
    write(link(WRONG))
    assert preflight("--config", "other.toml").exit_code == 0


HOSTILE = [
    "::error::oops.py",
    "]]>&amp;.py",
    "%0A::warning::.py",
    "a\nb.py",
    "\x1b[31mred.py",
    "-x.py",
    "späße 漢.py",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("registry", ["::error::x", "]]>", "\\x1b[2J", "%0A::error::x", "a|b`c"])
def test_names_of_files_and_registries_change_nothing(
    preflight: Preflight, monkeypatch: pytest.MonkeyPatch, name: str, registry: str
) -> None:
    """In any format: nothing acts on a terminal, no line begins a command, and each document can be read."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(link(f"wandb-registry-{registry}/c"), f"./{name}")
    done = preflight(*(word for each in FORMATS for word in ("-o", f"{each}:{each}.out")))
    assert done.exit_code == 1, done.output
    texts = {each: Path(f"{each}.out").read_text(encoding="utf-8") for each in FORMATS}
    assert "\x1b" not in done.output + "".join(texts.values())
    commands = [line for line in done.stdout.splitlines() if "::" in line]
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in commands)
    assert not any(line.lstrip().startswith("::") for line in texts["text"].splitlines())
    for format_ in ("json", "gitlab", "sarif"):
        json.loads(texts[format_])
    assert len(ElementTree.fromstring(texts["junit"]).findall(".//failure")) == 1


def test_no_key_is_ever_shown(preflight: Preflight) -> None:
    """Not where it stands in the code as a path, nor in a patch."""
    write(link(f"wandb-registry-model/{ADA}").replace("import wandb", f"import wandb  # {ADA}") + link(BARE))
    for arguments in ([], ["--diff"], ["--format", "json"], ["--verbose"], ["--format", "sarif"]):
        assert ADA not in preflight(*arguments).output
