"""`wandb-registry preflight` without a key, in a repository, under CI services, with a configuration and with hostile names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from registry_doctor.codebase.report.formats import FORMATS
from registry_doctor.sandbox import Sandbox
from tests.cli.preflight.conftest import (
    ADA,
    BARE,
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
