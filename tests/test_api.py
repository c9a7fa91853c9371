"""The library: wrong arguments are refused by name, warnings are logged, and exceptions say what to do."""

from __future__ import annotations

import asyncio
import inspect
import logging
import pydoc
import threading
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest

import registry_doctor
from registry_doctor import ensure_linkable, ensure_usable
from registry_doctor.sandbox import Sandbox
from tests.places import ACME_WORLD

BOB = "b0b0000000000000000000000000000000000002"
DETECTOR = "wandb-registry-model/detector"
ACME = "acme-robotics_X7Q2"
YOLO = "vision/detectors/yolo:v0"

WRONG: dict[str, tuple[dict[str, object], type[Exception], str]] = {
    "purpose in capitals": ({"for_": "Link"}, ValueError, "for_ must be 'link', 'use' or 'collection', not 'Link' (str); did you mean 'link'?"),
    "unknown purpose": ({"for_": "fetch"}, ValueError, "for_ must be 'link', 'use' or 'collection', not 'fetch'"),
    "unknown method": ({"method": "foo"}, ValueError, "method must be 'run.link_artifact'"),
    "number as artifact": ({"artifact": 7}, TypeError, "artifact must be a wandb.Artifact, its path, or None, not 7 (int)"),
    "bytes as artifact": ({"artifact": b"a/b/c:v0"}, TypeError, "artifact must be"),
    "list as run": ({"run": []}, TypeError, "run must be a wandb run or None"),
    "text as api": ({"api": "api"}, TypeError, "api must be a wandb.Api or None"),
    "number as alias": ({"aliases": ["a", 3]}, TypeError, "each of aliases must be a string, not 3 (int)"),
    "number as aliases": ({"aliases": 3}, TypeError, "aliases must be a list of strings, not 3 (int)"),
    "bytes as aliases": ({"aliases": b"a"}, TypeError, "aliases must be a list of strings"),
    "number as type": ({"type": 1}, TypeError, "type must be a string, not 1 (int)"),
    "number as entity": ({"entity": 1}, TypeError, "entity must be a string"),
    "time that is not a number": ({"timeout": float("nan")}, ValueError, "timeout must be a number of seconds above 0, not nan"),
    "no time": ({"timeout": 0}, ValueError, "timeout must be a number of seconds above 0, not 0"),
    "endless time": ({"timeout": float("inf")}, ValueError, "timeout must be a number of seconds above 0, not inf"),
    "text as time": ({"timeout": "5"}, TypeError, "timeout must be a number of seconds, not '5' (str)"),
    "number as version": ({"sdk_version": 0.31}, TypeError, "sdk_version must be a string"),
}  # fmt: skip


@pytest.fixture(scope="module")
def acme() -> Iterator[Sandbox]:
    with Sandbox.start(ACME_WORLD) as started:
        yield started


@pytest.fixture
def sandbox(acme: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Bob's account in the example world."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("WANDB_BASE_URL", acme.base_url)
    monkeypatch.setenv("WANDB_API_KEY", BOB)
    monkeypatch.chdir(tmp_path)
    return acme


@pytest.mark.parametrize("name", WRONG)
def test_what_is_given_wrongly_is_refused_by_name(name: str) -> None:
    """Before any setting is read and anything is asked."""
    given, kind, words = WRONG[name]
    with pytest.raises(kind) as refusal:
        registry_doctor.diagnose(DETECTOR, **given)  # type: ignore[arg-type]  # that is what is tried
    assert words in str(refusal.value)


@pytest.mark.parametrize("path", [None, 5, b"wandb-registry-model/detector", Path(DETECTOR)], ids=repr)
def test_a_path_must_be_a_text(path: object) -> None:
    """None would examine the environment, which says nothing of a path."""
    for function, name in ((ensure_linkable, "target_path"), (ensure_usable, "path")):
        with pytest.raises(TypeError, match=f"^{name} must be a string, not "):
            function(path)  # type: ignore[arg-type]  # that is what is tried


def test_a_single_alias_may_be_given_as_a_text(sandbox: Sandbox) -> None:
    """As wandb takes it; its letters are not aliases."""
    assert registry_doctor.diagnose(DETECTOR, artifact=YOLO, aliases="best").target.aliases == ("best",)


def test_an_object_that_only_looks_like_an_artifact_is_taken(sandbox: Sandbox) -> None:
    """Whoever tests without wandb gives such objects."""
    draft = SimpleNamespace(type="model", is_draft=lambda: True)
    assert ensure_linkable(DETECTOR, artifact=draft) == DETECTOR  # type: ignore[arg-type]  # as above


def test_a_correction_is_logged_with_the_action_first(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """By a logger that a program can name."""
    corrected = f"{ACME}/{DETECTOR}"
    assert ensure_linkable(f"vision/{DETECTOR}", artifact=YOLO) == corrected
    assert ensure_usable(f"vision/{DETECTOR}:production") == f"{corrected}:production"
    links, uses = caplog.records
    assert links.name == uses.name == "registry_doctor"
    assert links.getMessage().startswith(f"linking to {corrected!r} instead of 'vision/{DETECTOR}' (RD302 ")
    assert uses.getMessage().startswith(f"using '{corrected}:production' instead of ")


def test_a_path_that_looks_unintended_is_logged(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """It works, so it is returned as it is."""
    path = "wandb-registry-model/detectr"
    assert ensure_linkable(path, artifact=YOLO) == path
    (said,) = [each.getMessage() for each in caplog.records]
    assert said.startswith(f"linking to {path!r}, but RD502: ")
    assert "'detector'" in said


def test_nothing_is_logged_about_a_good_path(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """A program that links every hour must not fill its log."""
    caplog.set_level(logging.INFO, "registry_doctor")
    ensure_linkable(DETECTOR, artifact=YOLO)
    ensure_usable(f"{DETECTOR}:production")
    assert caplog.records == []


def test_a_refusal_says_what_to_do(sandbox: Sandbox) -> None:
    """Under the name that a program catches: the path to use if it is verified, else the best fix."""
    with pytest.raises(registry_doctor.LinkRefused) as typo:
        ensure_linkable("wandb-registry-modle/detector", artifact=YOLO)
    assert "Use 'wandb-registry-model/detector'." in str(typo.value)
    with pytest.raises(registry_doctor.UseRefused) as missing:
        ensure_usable("wandb-registry-model/detector:v9")
    report = missing.value.report
    assert report.errors[0].fixes[0].title[1:20] in str(missing.value)
    for kind in (registry_doctor.LinkRefused, registry_doctor.UseRefused, registry_doctor.MalformedPath):
        assert kind.__module__ == "registry_doctor"


def test_the_version_is_that_of_the_distribution() -> None:
    """Where everybody looks for it."""
    assert registry_doctor.__version__ == version("wandb-registry-doctor")


@pytest.mark.parametrize("name", ["__doc__", *registry_doctor.__all__])
def test_help_shows_no_directive_of_a_test(name: str) -> None:
    """What a person reads can be copied."""
    shown = getattr(registry_doctor, name)
    shown = registry_doctor if isinstance(shown, str) else shown
    assert "doctest" not in pydoc.render_doc(shown)


MESSAGE = "Unable to find organization for entity 'vision'."


def test_a_coroutine_is_explained_and_the_event_loop_goes_on() -> None:
    """The explanation is made in another thread."""
    threads: list[threading.Thread] = []

    class Explaining(registry_doctor.explaining):
        def __exit__(self, *problem: object) -> None:
            threads.append(threading.current_thread())
            super().__exit__(*problem)  # type: ignore[arg-type]  # whatever was given

    @Explaining(live=False)
    async def linked() -> None:
        await asyncio.sleep(0)
        raise ValueError(MESSAGE)

    assert inspect.iscoroutinefunction(linked)
    with pytest.raises(ValueError, match="Unable") as error:
        asyncio.run(linked())
    assert "registry doctor: " in error.value.__notes__[0]
    assert threads != [threading.main_thread()]


def test_generators_are_explained() -> None:
    """What they give and return is as before."""

    @registry_doctor.explaining(live=False)
    def numbers() -> Iterator[int]:
        yield 1
        raise ValueError(MESSAGE)

    @registry_doctor.explaining(live=False)
    async def more() -> AsyncIterator[int]:
        yield 1
        raise ValueError(MESSAGE)

    async def all_of_them() -> None:
        async for each in more():
            assert each == 1

    with pytest.raises(ValueError, match="Unable") as error:
        list(numbers())
    with pytest.raises(ValueError, match="Unable") as other:
        asyncio.run(all_of_them())
    for each in (error, other):
        assert "registry doctor: " in each.value.__notes__[0]
