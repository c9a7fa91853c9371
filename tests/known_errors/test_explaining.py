"""`explain` and `explaining` in a program: they add what is known, and take nothing away."""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import pytest

import registry_doctor
from registry_doctor import explain, explaining
from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import Options
from registry_doctor.facts import Call
from registry_doctor.report.model import Report
from registry_doctor.settings import Settings

TEXT = "Unable to find organization for entity 'vision'."
KEY = "a11ce00000000000000000000000000000000001"


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials, so that nobody is asked."""
    for name in list(os.environ):
        if name.startswith("WANDB_") or name == "NETRC":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def notes_of(error: BaseException) -> list[str]:
    """The notes of an exception."""
    return list(getattr(error, "__notes__", []))


def test_a_text_is_explained() -> None:
    """With causes, fixes, names and the codes of checks."""
    report = explain(TEXT)
    assert report.explanations
    (found,) = report.explanations
    assert isinstance(found, registry_doctor.Explanation)
    assert (found.id, found.found.entity, found.checks) == (
        "no-organization-for-entity",
        "vision",
        ("RD302", "RD306", "RD301"),
    )
    assert "organization in front of the registry" in found.cause
    assert found.fix
    assert report.exit_code == 1
    assert "wandb said  Unable to find organization for entity 'vision'" in str(report)
    assert "Unable to find organization" in report._repr_html_()


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    """Inconclusive, with what would help."""
    report = explain("Segmentation fault")
    assert (report.explanations, report.exit_code) == ((), 3)
    assert "No known message of W&B was found." in str(report)


def chained() -> BaseException:
    try:
        try:
            raise ValueError(TEXT)
        except ValueError as cause:
            raise RuntimeError("publishing failed") from cause
    except RuntimeError as error:
        return error


def hidden() -> BaseException:
    try:
        try:
            raise ValueError(TEXT)
        except ValueError:
            raise RuntimeError("publishing failed") from None
    except RuntimeError as error:
        return error


def during() -> BaseException:
    try:
        try:
            raise ValueError(TEXT)
        except ValueError:
            raise KeyError("cleaning up failed")  # noqa: B904 - it is the context that is tried
    except KeyError as error:
        return error


def noted() -> BaseException:
    error = RuntimeError("publishing failed")
    error.__notes__ = [TEXT]  # type: ignore[attr-defined, unused-ignore]  # known since Python 3.11
    return error


def grouped() -> BaseException:
    if sys.version_info < (3, 11):
        return chained()
    inner = ExceptionGroup("inner", [ValueError(TEXT)])  # noqa: F821 - later Pythons have it
    return ExceptionGroup("two", [KeyError("x"), inner])  # noqa: F821


@pytest.mark.parametrize("make", [chained, hidden, during, grouped])
def test_all_that_led_to_an_exception_is_looked_at(make: object) -> None:
    """Causes, contexts, hidden ones too, and the members of groups."""
    assert callable(make)
    explanations = explain(make()).explanations or ()
    assert [(each.id, each.found.entity) for each in explanations] == [
        ("no-organization-for-entity", "vision")
    ]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes came with Python 3.11")
def test_notes_are_looked_at() -> None:
    """Libraries put the original text there."""
    assert [each.id for each in explain(noted()).explanations or ()] == ["no-organization-for-entity"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="notes came with Python 3.11")
def test_an_exception_of_wandb_gets_a_note_and_goes_on() -> None:
    """The same object, with one note, however many `explaining` it passes."""
    error = ValueError(TEXT)
    with pytest.raises(ValueError, match="Unable to find organization") as caught, explaining(), explaining():
        raise error
    assert caught.value is error
    (note,) = notes_of(error)
    first, *rest = note.splitlines()
    assert first.startswith("registry doctor: the organization in front of the registry")
    assert rest[-1] == "  more: wandb-registry explain RD302"


def test_before_notes_the_explanation_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a warning, which reaches standard error where nothing is configured."""
    monkeypatch.setattr("registry_doctor.known_errors.explaining.sys.version_info", (3, 10, 0))
    with caplog.at_level(logging.WARNING, "registry_doctor"), pytest.raises(ValueError), explaining():
        raise ValueError(TEXT)
    assert [each.levelname for each in caplog.records] == ["WARNING"]
    assert "registry doctor: the organization" in caplog.text


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), SystemExit(3), GeneratorExit()])
def test_other_exceptions_are_left_alone(error: BaseException) -> None:
    """No note, and no swallowing."""
    with pytest.raises(type(error)) as caught, explaining():
        raise error
    assert caught.value is error
    assert notes_of(error) == []


def test_nothing_happens_where_nothing_fails() -> None:
    """And the value of a decorated function comes back."""

    @explaining()
    def works() -> int:
        return 7

    assert works() == 7


def test_it_is_a_decorator_too() -> None:
    """For a function that links."""

    @explaining(live=False)
    def fails() -> None:
        raise ValueError(TEXT)

    with pytest.raises(ValueError) as caught:
        fails()
    assert len(notes_of(caught.value)) == 1


@pytest.mark.parametrize("trouble", [RuntimeError("ours"), KeyboardInterrupt()])
def test_a_fault_of_the_doctor_hides_nothing(monkeypatch: pytest.MonkeyPatch, trouble: BaseException) -> None:
    """The exception of the caller comes out, whatever happens inside."""

    def fail(*_: object) -> Report:
        raise trouble

    monkeypatch.setattr("registry_doctor.known_errors.explaining._examined", fail)
    with pytest.raises(ValueError, match="Unable to find organization") as caught, explaining():
        raise ValueError(TEXT)
    assert notes_of(caught.value) == []
    assert caught.value.__context__ is None


def test_an_exception_whose_text_fails_goes_on() -> None:
    """Its class cannot be trusted."""

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    with pytest.raises(Broken), explaining():
        raise Broken


def test_a_diagnosis_that_takes_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The note then says what the text alone tells."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)

    told, finished = threading.Event(), []

    def slow(call: Call, settings: Settings, loaded: Loaded, options: Options) -> Report:
        if not options.offline:
            told.wait(30)
            finished.append(call)
        return examine(call, settings, loaded, options)

    monkeypatch.setattr("registry_doctor.diagnosis.engine.examine", slow)
    with pytest.raises(ValueError) as caught, explaining(timeout=0.1):
        raise ValueError(TEXT)
    assert not finished
    told.set()
    assert len(notes_of(caught.value)) == 1


def test_no_key_is_in_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the own one nor one in the text."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    with pytest.raises(ValueError) as caught, explaining(live=False):
        raise ValueError(f"Unable to find organization for entity '{KEY}'. WANDB_API_KEY={KEY}")
    (note,) = notes_of(caught.value)
    assert KEY not in note


def test_offline_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cause is known, and there may be no network."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    asked = []

    def note(call: Call, settings: Settings, loaded: Loaded, options: Options) -> Report:
        asked.append(options.offline)
        return examine(call, settings, loaded, options)

    monkeypatch.setattr("registry_doctor.diagnosis.engine.examine", note)
    with pytest.raises(TypeError), explaining():
        raise TypeError("Cannot use artifact when in offline mode.")
    assert asked == [True]
