"""`pytest --registry-preflight` as another project has it: in a pytest of its own, against a local W&B."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

from registry_doctor.sandbox import Sandbox

pytest_plugins = ["pytester"]

PLUGIN = "registry_doctor.pytest_preflight"
DISCOVERED = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
"""Whether pytest finds the plugin by itself: it does where the package is installed."""

ADA = "ada0000000000000000000000000000000000001"
RIGHT, WRONG = "wandb-registry-model/classifier", "wandb-registry-modle/classifier"
OPEN = "import os\nimport wandb\n\nwandb.Api().artifact(f\"wandb-registry-{os.environ['REGISTRY']}/classifier:v0\")\n"


def link(path: str) -> str:
    """Code that links to a path, in its fifth line."""
    return (
        'import wandb\n\nwith wandb.init(entity="research") as run:\n'
        '    artifact = wandb.Artifact("classifier", type="model")\n'
        f'    run.link_artifact(artifact, "{path}")\n'
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A local W&B with the example world."""
    with Sandbox.start() as started:
        yield started


@pytest.fixture(autouse=True)
def surroundings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester) -> None:
    """Ada's key, and a project with an ordinary test."""
    monkeypatch.setenv("WANDB_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("WANDB_API_KEY", ADA)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    pytester.makepyfile(test_ordinary="def test_ordinary(): ...")


def files(pytester: pytest.Pytester, **texts: str) -> None:
    """Put modules into the folder `src`."""
    folder = pytester.path / "src"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own."""
    given = () if DISCOVERED else ("-p", PLUGIN)
    return pytester.runpytest_subprocess(*given, "-p", "no:cacheprovider", *arguments, timeout=60)


def test_each_file_with_links_or_uses_is_a_test(pytester: pytest.Pytester, sandbox: Sandbox) -> None:
    """A failure shows the lines of the text format, and no traceback; the server is asked once for all."""
    files(pytester, good=link(RIGHT), bad=link(WRONG), open=OPEN, none="import wandb\n")
    before = len(sandbox.log)
    result = run(pytester, "--registry-preflight", "-v")
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    asked = len(sandbox.log) - before
    result.stdout.fnmatch_lines(
        [
            "test_ordinary.py::test_ordinary PASSED*",
            "src/bad.py::registry-preflight FAILED*",
            "src/good.py::registry-preflight PASSED*",
            "src/open.py::registry-preflight SKIPPED*",
            f"src/bad.py:5:9: ✗ RD401 link to {WRONG}",
            "    registry 'modle' is not found in 'Example Labs', *",
            f"      {RIGHT}",
            "*= registry preflight =*",
            "Not known from the source (1)",
            "src/open.py:4:13: use wandb-registry-{REGISTRY}/classifier:v0: *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("src/good.py:*: ✗*")
    assert asked <= 3, "as many as for one failing path alone"


def test_without_the_option_nothing_happens(pytester: pytest.Pytester, sandbox: Sandbox) -> None:
    """Though the plugin is there."""
    files(pytester, bad=link(WRONG))
    before = len(sandbox.log)
    run(pytester).assert_outcomes(passed=1)
    assert len(sandbox.log) == before


@pytest.mark.slow
def test_the_usual_options_choose_among_the_tests(pytester: pytest.Pytester, sandbox: Sandbox) -> None:
    """And where none is run, nobody is asked."""
    files(pytester, good=link(RIGHT), bad=link(WRONG))
    before = len(sandbox.log)
    run(pytester, "--registry-preflight", "-k", "ordinary").assert_outcomes(passed=1, deselected=2)
    result = run(pytester, "--registry-preflight", "--collect-only", "-q")
    result.stdout.fnmatch_lines(["src/bad.py::registry-preflight", "src/good.py::registry-preflight"])
    assert len(sandbox.log) == before
    run(pytester, "--registry-preflight", "-k", "good").assert_outcomes(passed=1, deselected=2)


def test_the_settings_say_what_is_searched_and_supplied(pytester: pytest.Pytester) -> None:
    """Relative to the root folder, wherever pytest is called."""
    files(pytester, open=OPEN)
    pytester.path.joinpath("old.py").write_text(link(WRONG), encoding="utf-8")
    pytester.makeini(
        "[pytest]\nregistry_preflight_paths = src\nregistry_preflight_set =\n    REGISTRY=model\n"
    )
    os.chdir(pytester.mkdir("elsewhere"))
    run(pytester, "--registry-preflight", "--rootdir", "..", "-c", "../tox.ini").assert_outcomes(passed=1)


def test_a_misspelt_name_in_the_settings_is_told_at_the_end(pytester: pytest.Pytester) -> None:
    """And fails nothing."""
    files(pytester, open=OPEN)
    pytester.makeini("[pytest]\nregistry_preflight_set =\n    REGISTRI=model\n")
    result = run(pytester, "--registry-preflight")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*the supplied name 'REGISTRI' is not used*did you mean 'REGISTRY'?"])


@pytest.mark.slow
def test_baseline_and_configuration_count(pytester: pytest.Pytester) -> None:
    """As they do for the command."""
    files(pytester, bad=link(WRONG))
    known = {"file": "src/bad.py", "code": "RD401", "target": WRONG}
    baseline = json.dumps({"schema_version": 1, "findings": [known]})
    pytester.path.joinpath("registry-preflight-baseline.json").write_text(baseline, encoding="utf-8")
    run(pytester, "--registry-preflight").assert_outcomes(passed=2)
    files(pytester, near=link("wandb-registry-model/classifiers"))
    run(pytester, "--registry-preflight").assert_outcomes(passed=3)
    pytester.path.joinpath("registry-doctor.toml").write_text('fail-on = "warning"\n', encoding="utf-8")
    run(pytester, "--registry-preflight").assert_outcomes(passed=2, failed=1)


def test_without_credentials_it_says_so(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The grammar alone is examined then."""
    monkeypatch.delenv("WANDB_API_KEY")
    files(pytester, bad=link(WRONG))
    result = run(pytester, "--registry-preflight")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*= registry preflight =*", "NO CREDENTIALS: *"])


def test_what_cannot_be_read_fails(pytester: pytest.Pytester) -> None:
    """It may hold anything."""
    files(pytester, broken=link(RIGHT) + "(")
    result = run(pytester, "--registry-preflight")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["Not read (1)", "src/broken.py:*"])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "tox.ini",
            "[pytest]\nregistry_preflight_paths = nowhere\n",
            "*there is no file or folder 'nowhere'*",
        ),
        ("tox.ini", "[pytest]\nregistry_preflight_set = REGISTRY\n", "*'REGISTRY' is not NAME=VALUE*"),
        ("registry-doctor.toml", "fail_on = 1\n", "*registry-doctor.toml: unknown key*"),
        (
            "registry-preflight-baseline.json",
            "{",
            "*registry-preflight-baseline.json cannot be used: it is not valid JSON*",
        ),
    ],
)
def test_a_mistake_is_one_line(pytester: pytest.Pytester, name: str, text: str, said: str) -> None:
    """And wrong usage to pytest."""
    pytester.path.joinpath(name).write_text(text, encoding="utf-8")
    result = run(pytester, "--registry-preflight")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_file_name_acts_on_no_terminal(pytester: pytest.Pytester) -> None:
    """It is shown with escapes."""
    files(pytester, **{"\x1b[31mred": link(WRONG)})
    result = run(pytester, "--registry-preflight")
    result.assert_outcomes(passed=1, failed=1)
    assert "\x1b" not in result.stdout.str() + result.stderr.str()


def test_importing_the_plugin_is_free() -> None:
    """It is imported in every pytest of an environment that has the package."""
    code = (
        "import sys, pytest; before = set(sys.modules); import registry_doctor.pytest_preflight; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.stdout.split() == ["registry_doctor", PLUGIN]
