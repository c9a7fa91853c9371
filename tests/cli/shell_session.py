"""An interactive shell in a pseudo-terminal, to press keys in."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType

if sys.platform != "win32":
    import pty

READY = "READY>"
"""The prompt."""


class ShellSession:
    """A shell that waits for keys."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._own, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._seen = ""

    def __enter__(self) -> ShellSession:  # noqa: PYI034 - nobody derives from it
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._own)

    def press(self, keys: str) -> None:
        """Send keys as a person would."""
        self._seen = ""
        os.write(self._own, keys.encode())

    def wait_for(self, text: str, seconds: float = 60.0) -> str:
        """All that is shown since the last keys, once this is in it."""
        end = time.monotonic() + seconds
        while text not in self._seen and time.monotonic() < end:
            if select.select([self._own], [], [], 0.1)[0]:
                self._seen += os.read(self._own, 65536).decode("utf-8", "replace")
        assert text in self._seen, self._seen
        return self._seen
