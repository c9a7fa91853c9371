"""The variables, directories and files from which a process takes its settings."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Literal

from registry_doctor.support.records import record

NOWHERE = Path("~")
"""Used as home directory if there is none: no `HOME`, and no entry in the list of users."""

LARGEST_FILE = 1 << 20
"""The largest settings or netrc file that is read, in bytes: far more than a person writes."""


@record(frozen=True)
class Surroundings:
    """The variables and directories of the process in which wandb would run, which may be another one."""

    environ: Mapping[str, str] = field(repr=False)
    cwd: Path
    home: Path

    @classmethod
    def of(cls, environ: Mapping[str, str] | None, cwd: Path | None, home: Path | None) -> Surroundings:
        """The given values; each None is replaced with that of this process."""
        variables = os.environ if environ is None else environ
        return cls(variables, cwd or _working_directory(), home or _home_directory(variables))

    def expand(self, text: str) -> Path:
        """`text` as a path, `~` expanded, relative to the working directory."""
        if text == "~" or text.startswith("~/"):
            return self.home / text[2:]
        try:
            # Another person's home directory does not depend on ours.
            return self.cwd / Path(text).expanduser()
        except RuntimeError:
            return self.cwd / text

    def show(self, path: Path) -> str:
        """`path` as a person writes it, with `~` for the home directory."""
        if len(self.home.parts) > 1 and path.is_relative_to(self.home):
            return str(Path("~") / path.relative_to(self.home))
        return str(path)


@record(frozen=True)
class UnreadableFile:
    """Why a file cannot be read, in words, and what wandb does with such a file."""

    reason: str
    wandb: Literal["skips it", "crashes on it", "may read it"]


def is_there(path: Path) -> bool:
    """Whether there is a file or directory that this process may see."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_text(path: Path, encodings: Sequence[str | None] = (None,)) -> str | UnreadableFile | None:
    """The text of the file, in the first of `encodings` that fits; None if there is no file.

    Pipes are not read, because wandb could then not read them.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return UnreadableFile("it is a directory", "skips it")
        if not stat.S_ISREG(found.st_mode):
            return UnreadableFile("it is a pipe or a device", "may read it")
        if found.st_size > LARGEST_FILE:
            return UnreadableFile("it is larger than 1 MiB", "may read it")
        for encoding in encodings[:-1]:
            try:
                return path.read_text(encoding=encoding)
            except UnicodeDecodeError:
                continue
        return path.read_text(encoding=encodings[-1])
    except UnicodeDecodeError as error:
        return UnreadableFile(f"{error.reason} at byte {error.start}", "crashes on it")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return UnreadableFile(getattr(error, "strerror", None) or "not a path", "skips it")


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError:  # it has been deleted
        return Path("/")


def _home_directory(environ: Mapping[str, str]) -> Path:
    """The directory that `~` stands for."""
    if environ is not os.environ and os.name != "nt" and "HOME" in environ:
        return Path(environ["HOME"] or "/")
    try:
        return Path.home()
    except RuntimeError:
        return NOWHERE
