"""The pytest plugin as another project has it: in a pytest of its own, with the real SDK where it matters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PLUGIN = "registry_doctor.pytest_sandbox"
PAGE = Path(__file__).parents[1] / "docs" / "testing-your-code.md"
DISCOVERED = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
"""Whether pytest finds the plugin by itself: it does where the package is installed."""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run the tests of the made project in a process of their own."""
    given = () if DISCOVERED else ("-p", PLUGIN)
    return pytester.runpytest_subprocess(*given, "-p", "no:cacheprovider", "-q", *arguments, timeout=100)


@pytest.mark.slow
def test_the_example_of_the_documentation_passes(pytester: pytest.Pytester) -> None:
    """As it is on the page, with the real SDK."""
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`([\w]+\.(?:py|yaml))`[^`]*?:\n\n```\w+\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in named] == ["publish.py", "test_publish.py", "datasets_only.yaml"]
    for name, content in named:
        (pytester.path / name).write_text(content, encoding="utf-8")
    run(pytester).assert_outcomes(passed=3)
    assert not {"wandb", "artifacts"} & {path.name for path in pytester.path.iterdir()}


ENVIRONMENT = """
import os
from pathlib import Path

BEFORE = dict(os.environ)

def test_inside(wandb_sandbox, monkeypatch):
    names = {name for name in os.environ if name.startswith("WANDB_")}
    folder = Path(os.environ["WANDB_DIR"])
    assert folder.is_dir() and list(folder.iterdir()) == []
    assert os.environ["WANDB_BASE_URL"] == wandb_sandbox.base_url
    assert os.environ["WANDB_API_KEY"] == wandb_sandbox.keys[wandb_sandbox.user]
    for name in ("WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_ARTIFACT_DIR", "NETRC"):
        assert Path(os.environ[name]).parent == folder
    assert not {"WANDB_MODE", "WANDB_ENTITY", "WANDB_SERVICE"} & names
    assert os.environ["NO_PROXY"] == "127.0.0.1,acme.example" and os.environ["no_proxy"] == "127.0.0.1"
    os.environ["WANDB_SERVICE"] = "set by wandb in the test"
    monkeypatch.setenv("WANDB_MODE", "disabled")

def test_monkeypatch_first(monkeypatch, wandb_sandbox):
    monkeypatch.setenv("WANDB_ENTITY", "mine")
    monkeypatch.delenv("WANDB_API_KEY")

def test_outside():
    changed = {name for name in {*BEFORE, *os.environ} if BEFORE.get(name) != os.environ.get(name)}
    assert changed <= {"PYTEST_CURRENT_TEST"}
"""


def test_the_environment_is_the_sandboxs_and_is_put_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what the test, or wandb, has set in the meantime."""
    for name, value in {
        "WANDB_MODE": "offline",
        "WANDB_ENTITY": "outside",
        "WANDB_SERVICE": "outside",
        "NETRC": "/outside",
        "NO_PROXY": "acme.example",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("no_proxy", raising=False)
    pytester.makepyfile(ENVIRONMENT)
    run(pytester).assert_outcomes(passed=3)


WORLDS = """
import pytest
import registry_doctor

ZOE = {"users": [{"username": "nobody"}, {"username": "yan", "api_keys": ["y" * 40]}, {"username": "zoe", "api_keys": ["z" * 40]}]}

def test_the_example(wandb_sandbox):
    assert (wandb_sandbox.user, list(wandb_sandbox.keys)) == ("ada", ["ada", "ben", "eve"])
    assert registry_doctor.diagnose("wandb-registry-model/classifier", type="model").exit_code == 0
    assert {entry.user for entry in wandb_sandbox.log} == {"ada"}
    wandb_sandbox.add_world(ZOE)

@pytest.mark.wandb_world(ZOE)
def test_a_mapping(wandb_sandbox):
    assert (wandb_sandbox.user, wandb_sandbox.log) == ("yan", [])

@pytest.mark.wandb_world(ZOE, user="zoe")
def test_a_person(wandb_sandbox):
    assert wandb_sandbox.user == "zoe"
    with pytest.raises(ValueError, match="'ada' has no key in this world; yan, zoe have"):
        with wandb_sandbox.as_user("ada"):
            pass

@pytest.mark.wandb_world(user="eve")
def test_a_person_of_the_example(wandb_sandbox):
    assert wandb_sandbox.user == "eve"

@pytest.mark.wandb_world({})
def test_nobody(wandb_sandbox, monkeypatch):
    import os
    assert wandb_sandbox.user is None and "WANDB_API_KEY" not in os.environ

class TestFolder:
    @pytest.fixture
    def wandb_world(self):
        return "worlds/one.yaml"

    def test_a_file(self, wandb_sandbox):
        assert wandb_sandbox.user == "one"

    @pytest.mark.wandb_world(ZOE)
    def test_the_mark_is_nearer(self, wandb_sandbox):
        assert wandb_sandbox.user == "yan"

@pytest.fixture(scope="module")
def addresses():
    found = set()
    yield found
    assert len(found) == 1

@pytest.mark.parametrize("number", range(2))
def test_every_test_has_a_fresh_world_at_one_address(wandb_sandbox, addresses, number):
    addresses.add(wandb_sandbox.base_url)
    assert wandb_sandbox.log == []
"""


def test_the_world_is_chosen_by_mark_or_fixture(pytester: pytest.Pytester) -> None:
    """A file is looked for beside the test; nothing of one test is there in the next one."""
    folder = pytester.mkdir("folder")
    (folder / "worlds").mkdir()
    (folder / "worlds" / "one.yaml").write_text(f"users: [{{username: one, api_keys: [{'1' * 39}a]}}]")
    (folder / "test_worlds.py").write_text(WORLDS)
    run(pytester, "--strict-markers").assert_outcomes(passed=9)


MISTAKES = """
import pytest

@pytest.mark.wandb_world("missing.yaml")
def test_a_missing_file(wandb_sandbox): ...

@pytest.mark.wandb_world({"users": [{}]})
def test_a_malformed_world(wandb_sandbox): ...

@pytest.mark.wandb_world({"users": []}, user="zoe")
def test_an_unknown_person(wandb_sandbox): ...
"""


def test_a_mistake_in_the_mark_is_one_line(pytester: pytest.Pytester) -> None:
    """With what is wrong, and no traceback."""
    pytester.makepyfile(MISTAKES)
    result = run(pytester)
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(
        [
            "wandb_world: *missing.yaml: cannot be read: *",
            "wandb_world: users[[]0].username: is missing or empty",
            "wandb_world: 'zoe' has no key in this world; nobody has one",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


PEOPLE = """
import pytest
import wandb

def test_one_after_the_other(wandb_sandbox):
    with wandb.init(project="training"):
        with pytest.raises(ValueError, match="a run is active"):
            with wandb_sandbox.as_user("ben"):
                pass
    for name in ("ben", "eve"):
        with wandb_sandbox.as_user(name):
            assert wandb.Api().viewer.username == name
    assert wandb.Api().viewer.username == "ada"
    wandb.init(project="left-open")
    wandb_sandbox.set_faults([{"op": "*", "status": 500, "times": None}])

@pytest.mark.wandb_world({"users": [{"username": "zoe", "api_keys": ["z" * 40]}]})
def test_nothing_of_the_session_is_left(wandb_sandbox):
    assert wandb.run is None
    assert wandb.Api().viewer.username == "zoe"
    assert {entry.user for entry in wandb_sandbox.log} == {"zoe"}
"""


@pytest.mark.slow
def test_the_sdk_is_who_the_test_says(pytester: pytest.Pytester) -> None:
    """Though it keeps settings and session for the life of a process."""
    pytester.makepyfile(PEOPLE)
    run(pytester).assert_outcomes(passed=2)


def test_without_the_extra_it_says_what_to_install(pytester: pytest.Pytester) -> None:
    """For tests that use the fixture; the others run."""
    pytester.makeconftest(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: None if name == 'graphql' else find(name, package)\n"
    )
    pytester.makepyfile("def test_with(wandb_sandbox): ...\ndef test_without(): ...")
    result = run(pytester)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["wandb_sandbox needs the extra: pip install 'wandb-registry-doctor[[]sandbox[]]'"]
    )


def test_importing_the_plugin_is_free() -> None:
    """It is imported in every pytest of an environment that has the package."""
    code = (
        "import sys, pytest; before = set(sys.modules); import registry_doctor.pytest_sandbox; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert done.stdout.split() == ["registry_doctor", "registry_doctor.pytest_sandbox"]
