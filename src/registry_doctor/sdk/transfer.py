"""Move an artifact's contents with the SDK: read a version, download it, use it in a run, log it again.

Exceptions of the SDK become RefusedBySdk, without the query parts of addresses, which contain signatures. Errors
of the file system (OSError) are not the SDK's and stay as they are.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from registry_doctor.domain.target_path import is_given_by_server
from registry_doctor.sdk.linking import RefusedBySdk, refusals

if TYPE_CHECKING:
    import wandb

_AT_ONCE = 16
"""How many files of an artifact with references are downloaded at once."""

_CHUNK = 1 << 20
_QUERY = re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]+")


@dataclass(frozen=True)
class Entry:
    """A file of an artifact, or a reference to something that is stored elsewhere."""

    path: str
    digest: str
    size: int
    ref: str | None = None
    algorithm: str = "MD5"
    """The algorithm of the digest; newer SDKs also know `XXH128`."""

    @property
    def is_file(self) -> bool:
        """Whether W&B stores the bytes, so that the digest is the digest of the bytes."""
        return self.ref is None


@dataclass(frozen=True)
class Contents:
    """A committed version and its contents."""

    path: str
    """`entity/project/name:version`, as the SDK found it: for a link its own path, not that of its source."""
    name: str
    version: str
    type: str
    aliases: tuple[str, ...]
    """Without the aliases that only the server can give."""
    description: str | None
    metadata: Mapping[str, object]
    digest: str
    entries: tuple[Entry, ...]
    source: str | None
    """Where a run logged it: its own path if it is not a link; `None` if that project is hidden (R4.4)."""
    source_name: str
    """The name of the folder to which wandb itself downloads (R5.6)."""
    artifact: wandb.Artifact = field(repr=False, compare=False)

    @property
    def files(self) -> tuple[Entry, ...]:
        """The entries whose bytes W&B stores."""
        return tuple(entry for entry in self.entries if entry.is_file)

    @property
    def references(self) -> tuple[Entry, ...]:
        """The entries that point elsewhere."""
        return tuple(entry for entry in self.entries if not entry.is_file)

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(entry.size for entry in self.files)

    def equals(self, other: Contents) -> bool:
        """Whether both manifests are equal: the digest of the whole, and path, digest, size and target of each entry."""
        return self.digest == other.digest and set(self.entries) == set(other.entries)


def read_artifact_version(path: str, type: str | None = None) -> Contents:
    """The version that `wandb.Api().artifact(path, type=type)` finds, with its manifest. Raises RefusedBySdk."""
    with _sdk_errors():
        import wandb

        return _contents(wandb.Api().artifact(path, type=type))


def use_version(run: wandb.Run, path: str, type: str | None = None) -> Contents:
    """The version that `run.use_artifact` finds, noted on the server as used by the run. Raises RefusedBySdk."""
    with _sdk_errors():
        return _contents(run.use_artifact(path, type=type))


def type_in_project(project: str, name: str) -> str | None:
    """The type of the artifacts called `name` in `entity/project`; `None` if there is none that the person can see.

    The SDK has several messages for a missing artifact (R4.16). Raises RefusedBySdk if no answer came.
    """
    try:
        with _sdk_errors():
            import wandb

            return str(wandb.Api().artifact(f"{project}/{name}:latest").type)
    except RefusedBySdk as refusal:
        if refusal.unanswered:
            raise
        return None


def equal_version(project: str, source: Contents) -> Contents | None:
    """The newest committed version in `entity/project` with the source's name, type and manifest.

    Raises RefusedBySdk, also where no artifact has that name and type: ask `type_in_project` first.
    """
    with _sdk_errors():
        import wandb

        for artifact in wandb.Api().artifacts(source.type, f"{project}/{source.name}"):
            if artifact.state == "COMMITTED" and artifact.digest == source.digest:
                found = _contents(artifact)
                if found.equals(source):
                    return found
    return None


def download(contents: Contents, folder: Path) -> None:
    """`Artifact.download`: files and references, through wandb's cache. Raises RefusedBySdk and OSError."""
    with _sdk_errors():
        contents.artifact.download(root=str(folder))


def download_files(contents: Contents, folder: Path) -> None:
    """Download only the files, directly into the folder: references may point to huge or unreachable objects.

    `Artifact.files` and `File.download` are public and keep no copy in wandb's cache. Pages are requested when
    they are needed, because addresses expire. Raises RefusedBySdk and OSError.
    """
    wanted = {entry.path for entry in contents.files}
    with _sdk_errors(), ThreadPoolExecutor(_AT_ONCE) as pool:
        files = (file for file in contents.artifact.files(per_page=4 * _AT_ONCE) if file.name in wanted)
        while batch := list(islice(files, _AT_ONCE)):
            for opened in pool.map(lambda file: file.download(root=str(folder), replace=True), batch):
                opened.close()


def digest_of(file: Path, algorithm: str) -> str:
    """The digest of a file as in a manifest. Raises OSError, and RefusedBySdk for an unknown algorithm."""
    if algorithm == "MD5":
        made = hashlib.md5(usedforsecurity=False)
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                made.update(chunk)
        return base64.b64encode(made.digest()).decode("ascii")
    with _sdk_errors():
        from wandb.sdk.lib import hashutil  # it has a function for each algorithm

        of_file = getattr(hashutil, f"{algorithm.lower()}_file_b64", None)
        if of_file is None:
            raise ValueError(f"this version of wandb does not know the digest algorithm {algorithm}")
        return str(of_file(str(file)))


@contextmanager
def started_run(
    entity: str, project: str, job_type: str, config: Mapping[str, str] | None = None
) -> Iterator[wandb.Run]:
    """A new run, which is finished at the end, as failed if there is an exception. Raises RefusedBySdk.

    It has its own id, so that it does not use the WANDB_RUN_ID of the job around it. After Ctrl-C it is not
    finished, because finishing would wait for uploads.
    """
    with _sdk_errors():
        import wandb

        run = wandb.init(
            entity=entity,
            project=project,
            job_type=job_type,
            id=secrets.token_hex(4),
            config=dict(config or {}),
            settings=wandb.Settings(silent=True, console="off"),
        )
    try:
        yield run
    except KeyboardInterrupt:
        raise
    except BaseException:
        run.finish(exit_code=1)
        raise
    with _sdk_errors():
        run.finish()


def draft_of(source: Contents, folder: Path) -> wandb.Artifact:
    """A draft with the source's name, type, description, metadata and manifest. The files are those in the folder.

    Entries are added to the manifest unchanged. `add_reference` would ask the storage for the present state of each
    object and needs its library (boto3, …), and `add_file` would first copy every file to a staging folder.
    `Artifact(digest_algorithm=)` exists since SDK 0.29. Raises RefusedBySdk, for example for a reserved type.
    """
    with _sdk_errors():
        import wandb
        from wandb.sdk.artifacts.artifact_manifest_entry import ArtifactManifestEntry

        make = partial(
            wandb.Artifact,
            source.name,
            source.type,
            description=source.description,
            metadata=dict(source.metadata),
        )
        draft = make(digest_algorithm="XXH128") if _is_xxh128(source.artifact) else make()
        for path, entry in source.artifact.manifest.entries.items():
            local = None if entry.ref is not None else str(folder / path)
            draft.manifest.add_entry(
                ArtifactManifestEntry(
                    path=entry.path,
                    digest=entry.digest,
                    ref=entry.ref,
                    size=entry.size,
                    extra=dict(entry.extra),
                    local_path=local,
                    skip_cache=True,
                )
            )
        return draft


def can_be_drafted(source: Contents) -> str | None:
    """Why wandb would refuse the source's name, type or metadata for a new artifact; `None` if it accepts them."""
    import wandb

    try:
        wandb.Artifact(source.name, source.type, metadata=dict(source.metadata))
    except (ValueError, TypeError) as problem:
        return str(problem)
    return None


def log_draft(run: wandb.Run, draft: wandb.Artifact, aliases: Sequence[str]) -> Contents:
    """Log the draft and wait until it is committed; return that version. Raises RefusedBySdk.

    If the newest version has the same digest, the server returns that version.
    """
    with _sdk_errors():
        run.log_artifact(draft, aliases=list(aliases) or None)
        return _contents(draft.wait())


def add_aliases(contents: Contents, aliases: Sequence[str]) -> None:
    """Add aliases to a version; other versions lose them. Raises RefusedBySdk."""
    with _sdk_errors():
        artifact = contents.artifact
        artifact.aliases = [*artifact.aliases, *(each for each in aliases if each not in artifact.aliases)]
        artifact.save()


def path_of_run(run: wandb.Run) -> str:
    """`entity/project/id`."""
    return f"{run.entity}/{run.project}/{run.id}"


def leave_at_once(status: int) -> NoReturn:
    """End the process now, after Ctrl-C.

    The SDK's thread pools are not daemons: Python would wait until all queued files are downloaded.
    wandb-core ends by itself after its parent.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _contents(artifact: wandb.Artifact) -> Contents:
    digest = artifact.digest  # the server's value, before the manifest is loaded
    hidden = not (artifact.source_entity and artifact.source_project)
    entries = artifact.manifest.entries
    name = artifact.name.partition(":")[0]  # the rest is the version, or the alias in the path
    return Contents(
        path=f"{artifact.entity}/{artifact.project}/{name}:{artifact.version}",
        name=name,
        version=artifact.version,
        type=artifact.type,
        aliases=tuple(sorted(each for each in artifact.aliases if not is_given_by_server(each))),
        description=artifact.description,
        metadata=dict(artifact.metadata),
        digest=digest,
        entries=tuple(
            Entry(
                str(path),
                str(entry.digest),
                entry.size or 0,
                None if entry.ref is None else str(entry.ref),
                str(entry.extra.get("alg") or "MD5"),
            )
            for path, entry in entries.items()
        ),
        source=None if hidden else artifact.source_qualified_name,
        source_name=artifact.source_name,
        artifact=artifact,
    )


def _is_xxh128(artifact: wandb.Artifact) -> bool:
    """Whether the whole digest uses the newer algorithm, which SDKs before 0.29 do not know."""
    return str(getattr(artifact, "digest_algorithm", "")).endswith("XXH128")


@contextmanager
def _sdk_errors() -> Iterator[None]:
    """Turn errors of the SDK into refusals without signed addresses, and leave errors of the file system as they are."""
    trouble: OSError | None = None
    try:
        with refusals():
            try:
                yield
            except OSError as problem:
                # requests' errors are OSErrors without a number; they are the SDK's.
                if problem.errno is None:
                    raise
                trouble = problem
    except RefusedBySdk as refusal:
        words = _QUERY.sub(r"\1", str(refusal))
        raise RefusedBySdk(
            words, by_server=refusal.by_server, unanswered=refusal.unanswered
        ) from refusal.__cause__
    if trouble is not None:
        raise trouble
