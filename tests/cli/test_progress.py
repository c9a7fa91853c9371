"""The sign of life while a server takes its time."""

from __future__ import annotations

import io
import sys
import time

import pytest

from registry_doctor.cli import progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def _shown(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float, *, wanted: bool = True
) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "SPINNER_DELAY", 0.01)
    with progress.spinner("asking", wanted=wanted):
        time.sleep(seconds)
    return stream.getvalue()


def test_a_long_wait_shows_a_sign_and_clears_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows begins on an empty line."""
    shown = _shown(monkeypatch, Terminal(), 0.2)
    assert shown.startswith("\r| asking ")
    assert shown.endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("stream", "seconds", "wanted", "term"),
    [
        (Terminal(), 0.0, True, "xterm"),
        (io.StringIO(), 0.1, True, "xterm"),
        (Terminal(), 0.1, False, "xterm"),
        (Terminal(), 0.1, True, "dumb"),
    ],
)
def test_nothing_is_shown_without_need_or_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: float, wanted: bool, term: str
) -> None:
    """A short wait, a log file, a wish for quiet, a terminal that cannot clear a line."""
    monkeypatch.setenv("TERM", term)
    assert _shown(monkeypatch, stream, seconds, wanted=wanted) == ""


def test_an_interruption_clears_the_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that tells of it stands alone."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "SPINNER_DELAY", 0.0)
    with pytest.raises(KeyboardInterrupt), progress.spinner("asking"):
        time.sleep(0.1)
        raise KeyboardInterrupt
    assert stream.getvalue().endswith("\r\x1b[K")
