"""Work that is waited for only so long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


class UnfinishedError(Exception):
    """The work went on for longer than it was waited for. Its thread is left to itself."""


def run_within(seconds: float, work: Callable[[], _T]) -> _T:
    """What `work` returns or raises, if it does so within `seconds`; else raises `UnfinishedError`.

    `work` runs in a thread, because nothing else bounds a lookup of a host's name, several addresses tried one after
    the other, or headers that come in a byte at a time. The thread does not keep the program from ending, and Ctrl-C
    ends the wait.
    """
    results: list[_T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="registry-doctor-http", daemon=True).start()
    if not done.wait(min(seconds, threading.TIMEOUT_MAX)):
        raise UnfinishedError
    if errors:
        raise errors.pop()
    return results.pop()
