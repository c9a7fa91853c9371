"""Download a version: preflight, the SDK's download, then a comparison of the files with their digests."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.facts import Call
from registry_doctor.settings import Given, read_settings
from registry_doctor.support.relative_paths import stays_inside
from registry_doctor.support.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry_doctor.report.model import Report
    from registry_doctor.sdk.transfer import Contents, Entry

_T = TypeVar("_T")

_WATCH_EVERY = 0.1
"""Seconds between two progress reports."""

_COUNTED_FILES = 1000
"""How many missing files are counted for one progress report; the SDK downloads them in about this order."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


class NotDone(Exception):
    """The task was not done, or not completely; the message says what was done."""

    def __init__(self, words: str, exit_code: int = 1) -> None:
        super().__init__(words)
        self.exit_code = exit_code


@dataclass(frozen=True)
class DownloadRequest:
    """What to download and how; `given` are the settings of the diagnosis."""

    path: str
    root: Path | None = None
    """`None`: wandb's own folder."""
    type: str | None = None
    run: tuple[str, str] | None = None
    """Entity and project of a new run that records the use."""
    given: Given = Given()  # noqa: RUF009 - frozen

    def preflight(self) -> Report:
        """Diagnose the download. Asks the server and writes nothing."""
        return examine(Call(self.path, "use", None, self.type), read_settings(self.given), load_checks())

    def folder(self, contents: Contents) -> Path:
        """The folder to download to: `root`, else wandb's own folder (R5.6)."""
        own = os.environ.get("WANDB_ARTIFACT_DIR") or "artifacts"
        return self.root or Path(own, contents.source_name)


@dataclass(frozen=True)
class TransferProgress:
    """The progress of a transfer: files and bytes."""

    files: int
    of_files: int
    size: int
    of_size: int


@dataclass(frozen=True)
class Downloaded:
    """A downloaded version; the digest of every file is verified."""

    contents: Contents
    folder: Path
    run: str | None = None
    """`entity/project/id` of the run that records the use."""


def look_up(request: DownloadRequest) -> Contents:
    """Look up what would be downloaded. Writes nothing. Raises RefusedBySdk, and NotDone for unsafe names."""
    from registry_doctor.sdk import transfer  # imported here: a refused preflight needs no wandb
    from registry_doctor.sdk.linking import as_given

    with as_given(request.given):
        contents = transfer.read_artifact_version(request.path, request.type)
    if request.root is None and not _names_one_folder(contents.source_name):
        raise NotDone(
            f"the server calls the artifact {contents.source_name!r}, which cannot be the name of a folder here. "
            "Nothing was downloaded; use --root to choose the folder"
        )
    check_names(contents, "Nothing was downloaded")
    return contents


def check_names(contents: Contents, what_was_done: str) -> None:
    """Raise NotDone if a file of the manifest would land outside the folder of the download.

    SDKs before 0.29 write such a file where its name points (sdk-versions 5.8).
    """
    outside = [entry.path for entry in contents.entries if not stays_inside(entry.path)]
    if outside:
        raise NotDone(
            f"{contents.path} has {listed(outside[:3])} among its files, which is outside the folder of the download. "
            f"{what_was_done}. Somebody made this artifact by hand: ask who logged it"
        )


def _names_one_folder(name: str) -> bool:
    # `a:v0` looks like a Windows drive, and is an artifact of one letter.
    without_version = name.rpartition(":")[0] or name
    return stays_inside(without_version) and "/" not in name and "\\" not in name


def make_download(
    request: DownloadRequest, contents: Contents, look: Callable[[TransferProgress], None]
) -> Downloaded:
    """Download what was looked up, and compare every file with the manifest. `look` is called with the progress.

    Raises NotDone, RefusedBySdk, and KeyboardInterrupt while the SDK is still busy.
    """
    from registry_doctor.sdk import transfer
    from registry_doctor.sdk.linking import as_given

    folder = request.folder(contents)
    with as_given(request.given), _usable(folder):
        check_room(folder, contents.files)
        if request.run is None:
            _transfer(contents, folder, look)
            return Downloaded(contents, folder)
        with transfer.started_run(*request.run, "download") as run:
            used = transfer.use_version(run, request.path, request.type)
            if not used.equals(contents):
                raise NotDone(f"{request.path} now means another version, {used.path}; try again")
            _transfer(used, folder, look)
            return Downloaded(used, folder, transfer.path_of_run(run))


def _transfer(contents: Contents, folder: Path, look: Callable[[TransferProgress], None]) -> None:
    from registry_doctor.sdk import transfer

    tally = Tally(folder, contents.files)
    with _reporting_full_disk(f"what was downloaded so far is in {str(folder)!r}, and is not complete"):
        watched(lambda: transfer.download(contents, folder), lambda: look(tally.progress()))
    damaged = compare(contents, folder)
    if damaged:
        raise NotDone(
            f"files in {str(folder)!r} differ from the manifest: {'; '.join(damaged)}. Remove the folder and "
            "download again; if that does not help, empty wandb's cache: wandb artifact cache cleanup 0GB"
        )


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Create the folder, try to write there, and remove it afterwards if it is empty."""
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise NotDone(f"the folder {str(folder)!r} cannot be written: {problem.strerror}", 2) from problem
    try:
        yield
    finally:
        if made:
            with suppress(OSError):  # it is not empty
                folder.rmdir()


def check_room(folder: Path, files: Iterable[Entry]) -> None:
    """Raise NotDone if the disk has no room for these files; files that exist already are not counted."""
    needed = sum(entry.size for entry in files if _size_of(folder / entry.path) != entry.size)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise NotDone(
            f"the disk with {str(folder)!r} is too full: {in_bytes(needed)} are needed, {in_bytes(free)} are "
            "free. Nothing was downloaded"
        )


def others_in(folder: Path, contents: Contents) -> int:
    """Count the files in the folder that are not part of this version."""
    own = {entry.path for entry in contents.entries}
    files = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return sum(file.relative_to(folder).as_posix() not in own for file in files)


def compare(contents: Contents, folder: Path) -> list[str]:
    """Compare the files in the folder with their digests; return a clause for each difference.

    References are not compared, because their digests are defined by the storage. Raises RefusedBySdk.
    """
    from registry_doctor.sdk.transfer import digest_of

    wrong = []
    for entry in contents.files:
        file = folder / entry.path
        if not file.is_file():
            wrong.append(f"{listed([entry.path])} is missing")
        elif digest_of(file, entry.algorithm) != entry.digest:
            wrong.append(f"{listed([entry.path])} has different contents")
    shown = wrong[:5]
    return [*shown, f"and {len(wrong) - len(shown)} more"] if len(wrong) > len(shown) else shown


@dataclass
class Tally:
    """Counts the files and bytes that have arrived in a folder, independently of the SDK."""

    folder: Path
    files: tuple[Entry, ...]
    _missing: list[Entry] = field(init=False)

    def __post_init__(self) -> None:
        self._missing = list(self.files)
        self._size = sum(entry.size for entry in self.files)

    def progress(self) -> TransferProgress:
        """The progress now; an incomplete file counts with the bytes it has."""
        partly = 0
        head: list[Entry] = []
        for entry in self._missing[:_COUNTED_FILES]:
            size = _size_of(self.folder / entry.path)
            if size != entry.size:
                head.append(entry)
                partly += min(size or 0, entry.size)
        self._missing[:_COUNTED_FILES] = head
        left = sum(entry.size for entry in self._missing) - partly
        return TransferProgress(
            len(self.files) - len(self._missing), len(self.files), self._size - left, self._size
        )


def watched(work: Callable[[], _T], look: Callable[[], None]) -> _T:
    """Do the work in a thread and call `look` meanwhile, so Ctrl-C works at once.

    Exceptions of the work are raised here. After KeyboardInterrupt the thread continues until the process ends.
    """
    results: list[_T] = []
    problems: list[BaseException] = []

    def do() -> None:
        try:
            results.append(work())
        except BaseException as problem:
            problems.append(problem)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_WATCH_EVERY)
        look()
    if problems:
        raise problems[0]
    return results[0]


@contextmanager
def _reporting_full_disk(what_is_there: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        reason = "the disk is full" if problem.errno in _FULL else problem.strerror
        raise NotDone(f"{reason}{where}; {what_is_there}") from problem


def in_bytes(size: int) -> str:
    """A number of bytes for people.

    >>> in_bytes(999), in_bytes(1_500_000)
    ('999 B', '1.5 MB')
    """
    if size < 1000:
        return f"{size} B"
    amount = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} PB"


def _size_of(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
