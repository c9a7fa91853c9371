"""The process in which wandb makes calls: its own environment, home and time limit, and nothing left of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.transport.bounded import UnfinishedError, run_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from registry_doctor.transport import JsonValue

_PROGRAM = "registry_doctor.sdk.rehearsal"
_KEPT = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG", "LC_ALL", "LC_CTYPE",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT",
)  # fmt: skip
"""What a process needs to start; nothing else of this environment reaches wandb."""
_GRACE = 2.0
"""Seconds in which it may end by itself, and end wandb's own process."""


class ChildFailed(Exception):
    """The process ended, or gave no answer in time."""


class Child:
    """A process in which wandb talks to one guard; a context manager."""

    def __init__(self, guard: str, key: str, variables: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wandb-registry-", ignore_cleanup_errors=True)
        self._process: subprocess.Popen[str] | None = None
        self._hung = False
        self._environ = self._environment(guard, key) | dict(variables)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        try:
            if self._process is not None:
                self._end(self._process, at_once=self._hung or error is not None)
        finally:
            self._folder.cleanup()

    def ask(self, call: Mapping[str, JsonValue], seconds: float) -> dict[str, JsonValue]:
        """The answer to one call. Raises ChildFailed, after which no other call is possible."""
        if self._process is None:
            self._process = self._start()
        process = self._process

        def exchange() -> str:
            assert process.stdin is not None and process.stdout is not None  # both are pipes
            process.stdin.write(json.dumps(call) + "\n")
            process.stdin.flush()
            return process.stdout.readline()

        try:
            answer = json.loads(run_within(seconds, exchange))
        except UnfinishedError:
            self._hung = True
            raise ChildFailed(f"wandb did not come to an end within {seconds:.3g} s") from None
        except (OSError, ValueError) as problem:
            raise ChildFailed("wandb's process ended without an answer") from problem
        if not isinstance(answer, dict):
            raise ChildFailed("wandb's process gave no answer that can be read")
        return answer

    def _start(self) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                [sys.executable, "-m", _PROGRAM, self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                env=self._environ,
                encoding="utf-8",
                start_new_session=os.name != "nt",
            )
        except OSError as problem:
            raise ChildFailed(f"wandb's process could not be started: {problem.strerror}") from problem

    def _end(self, process: subprocess.Popen[str], *, at_once: bool) -> None:
        """First it is asked, so that it ends wandb's own process; that one also ends once its parent is gone."""
        if at_once:
            process.terminate()
        with suppress(OSError):
            assert process.stdin is not None  # a pipe
            process.stdin.close()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                _kill(process)
        finally:
            if process.stdout is not None:
                process.stdout.close()

    def _environment(self, guard: str, key: str) -> dict[str, str]:
        folder = self._folder.name
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        homes = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP")
        own = ("WANDB_DIR", "WANDB_CONFIG_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_ARTIFACT_DIR")
        xdg = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        return {
            **kept,
            **dict.fromkeys((*homes, *own, *xdg), folder),
            "PYTHONPATH": os.pathsep.join(each for each in sys.path if Path(each).is_absolute()),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NETRC": str(Path(folder, "netrc")),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "WANDB_BASE_URL": f"http://{guard}",
            "WANDB_API_KEY": key,
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
        }


def _kill(process: subprocess.Popen[str]) -> None:
    if os.name == "nt":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
