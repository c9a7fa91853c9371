"""The demo plays five troubles with the real SDK, and ends each of them well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from registry_doctor.cli import main
from registry_doctor.demo import play
from registry_doctor.demo.play import Scene
from registry_doctor.demo.troubles import TROUBLES, Trouble
from registry_doctor.report.text import render

CAUSES = {"ana": ["RD304"], "ben": ["RD401"], "chloe": ["RD501"], "dev": ["RD303"], "eva": ["RD202"]}
REGISTRIES = "acme-robotics_X7Q2/wandb-registry-"


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """What was played, in order; filled by `shown`."""
    return []


@pytest.fixture(scope="module")
def shown(scenes: list[Scene], tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The demo as a person sees it, played once for all tests."""
    real = play.play

    def noted(troubles: tuple[Trouble, ...]) -> Iterator[Scene]:
        for scene in real(troubles):
            scenes.append(scene)
            yield scene

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("demo"))
        patch.setattr(play, "play", noted)
        return CliRunner().invoke(main, ["demo"], prog_name="wandb-registry")


@pytest.fixture
def scene(request: pytest.FixtureRequest, scenes: list[Scene], shown: Result) -> Scene:
    """The scene of one person."""
    assert shown.exception is None or isinstance(shown.exception, SystemExit)
    return next(each for each in scenes if each.trouble.person == request.param)


@pytest.mark.parametrize("scene", CAUSES, indirect=True)
def test_the_call_as_typed_does_not_work_and_the_doctor_names_the_cause(scene: Scene) -> None:
    """wandb refuses, or lands outside any registry; one error says why."""
    assert not scene.before.in_registry
    assert [each.code for each in scene.report.errors] == CAUSES[scene.trouble.person]


@pytest.mark.parametrize("scene", CAUSES, indirect=True)
def test_the_corrected_call_works(scene: Scene) -> None:
    """The doctor finds nothing wrong with it, and wandb links or downloads in the registry."""
    assert scene.report_after.exit_code == 0
    assert scene.after.destination is not None
    assert scene.after.destination.startswith(REGISTRIES)
    assert scene.after.files == (("model.bin",) if scene.corrected.for_ == "use" else ())


def test_the_demo_tells_all_of_it(shown: Result, scenes: list[Scene]) -> None:
    """Each call, what wandb said, what `doctor` prints and where it ended; then all troubles once more."""
    assert shown.exit_code == 0
    for scene in scenes:
        for part in (scene.trouble.call.code, scene.corrected.code):
            assert all(line in shown.stdout for line in part.splitlines())
        assert (scene.before.refusal or scene.before.destination or "") in shown.stdout
        assert scene.after.destination is not None
        assert scene.after.destination in shown.stdout
        assert render(scene.report) in shown.stdout
        assert render(scene.report_after) in shown.stdout
    overview = shown.stdout.rpartition("\n\n")[2].splitlines()
    assert [line.split()[-2] for line in overview[::2]] == [
        "downloaded" if trouble.call.for_ == "use" else "linked" for trouble in TROUBLES
    ]
    assert [line.strip(" '") for line in overview[1::2]] == [scene.corrected.target for scene in scenes]


def test_no_key_is_shown(shown: Result) -> None:
    """Not even those of the demo, so that nobody learns to read keys in terminals."""
    assert "0000000000" not in shown.stdout


def test_the_demo_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra it ends with wrong usage and the command that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "yaml" else name)
    done = CliRunner().invoke(main, ["demo"], prog_name="wandb-registry")
    assert done.exit_code == 2
    assert "pip install 'wandb-registry-doctor[sandbox]'" in done.stderr
