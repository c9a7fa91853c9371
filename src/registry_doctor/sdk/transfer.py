"""What the SDK does to move an artifact's contents: read a version, download it, use it in a run, log it again.

What the SDK raises leaves this module as RefusedBySdk, with the query parts of addresses taken out: they hold
signatures. Errors of the file system (OSError) are not the SDK's, and pass.
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
    """How the digest was made; newer SDKs know `XXH128`, too."""

    @property
    def is_file(self) -> bool:
        """Whether its bytes are stored by W&B, so that the digest is theirs."""
        return self.ref is None


@dataclass(frozen=True)
class Contents:
    """A committed version and what is in it."""

    path: str
    """`entity/project/name:version`, as the SDK found it: a link's own, not its source's."""
    name: str
    version: str
    type: str
    aliases: tuple[str, ...]
    """Without those that the server gives by itself."""
    description: str | None
    metadata: Mapping[str, object]
    digest: str
    entries: tuple[Entry, ...]
    source: str | None
    """Where a run logged it; its own path if it is no link, `None` if that project is hidden (R4.4)."""
    source_name: str
    """The name of the folder that wandb itself downloads to (R5.6)."""
    artifact: wandb.Artifact = field(repr=False, compare=False)

    @property
    def files(self) -> tuple[Entry, ...]:
        """The entries whose bytes are stored by W&B."""
        return tuple(entry for entry in self.entries if entry.is_file)

    @property
    def references(self) -> tuple[Entry, ...]:
        """The entries that point elsewhere."""
        return tuple(entry for entry in self.entries if not entry.is_file)

    @property
    def size(self) -> int:
        """Bytes of the files."""
        return sum(entry.size for entry in self.files)

    def equals(self, other: Contents) -> bool:
        """Whether both manifests list the same: digest of the whole; path, digest, size and target of each."""
        return self.digest == other.digest and set(self.entries) == set(other.entries)


def read_version(path: str, type: str | None = None) -> Contents:
    """The version that `wandb.Api().artifact(path, type=type)` finds, with its manifest. Raises RefusedBySdk."""
    with _told():
        import wandb

        return _contents(wandb.Api().artifact(path, type=type))


def use_version(run: wandb.Run, path: str, type: str | None = None) -> Contents:
    """The version that `run.use_artifact` finds, noted on the server as used by the run. Raises RefusedBySdk."""
    with _told():
        return _contents(run.use_artifact(path, type=type))


def type_in_project(project: str, name: str) -> str | None:
    """The type of the artifacts called `name` in `entity/project`; `None` if none is seen there.

    The SDK has several words for nothing being there (R4.16). Raises RefusedBySdk if no answer came.
    """
    try:
        with _told():
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
    with _told():
        import wandb

        for artifact in wandb.Api().artifacts(source.type, f"{project}/{source.name}"):
            if artifact.state == "COMMITTED" and artifact.digest == source.digest:
                found = _contents(artifact)
                if found.equals(source):
                    return found
    return None


def download(contents: Contents, folder: Path) -> None:
    """`Artifact.download`: files and references, through wandb's cache. Raises RefusedBySdk and OSError."""
    with _told():
        contents.artifact.download(root=str(folder))


def download_files(contents: Contents, folder: Path) -> None:
    """The files alone, straight into the folder: what references point to may be huge, or out of reach.

    `Artifact.files` and `File.download` are public, keep no copy in wandb's cache, and pages are asked for as
    they are needed, since addresses expire. Raises RefusedBySdk and OSError.
    """
    wanted = {entry.path for entry in contents.files}
    with _told(), ThreadPoolExecutor(_AT_ONCE) as pool:
        files = (file for file in contents.artifact.files(per_page=4 * _AT_ONCE) if file.name in wanted)
        while batch := list(islice(files, _AT_ONCE)):
            for opened in pool.map(lambda file: file.download(root=str(folder), replace=True), batch):
                opened.close()


def digest_of(file: Path, algorithm: str) -> str:
    """The digest of a file as manifests hold it. Raises OSError, and RefusedBySdk for an algorithm unknown here."""
    if algorithm == "MD5":
        made = hashlib.md5(usedforsecurity=False)
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                made.update(chunk)
        return base64.b64encode(made.digest()).decode("ascii")
    with _told():
        from wandb.sdk.lib import hashutil  # its one function for each algorithm that it knows

        of_file = getattr(hashutil, f"{algorithm.lower()}_file_b64", None)
        if of_file is None:
            raise ValueError(f"this version of wandb does not know the digest algorithm {algorithm}")
        return str(of_file(str(file)))


@contextmanager
def started_run(
    entity: str, project: str, job_type: str, config: Mapping[str, str] | None = None
) -> Iterator[wandb.Run]:
    """A run of its own, finished at the end; failed if something is raised. Raises RefusedBySdk.

    It has an id of its own, so that WANDB_RUN_ID of a surrounding job is not taken over. After Ctrl-C it is
    left: finishing would wait for whatever is still being uploaded.
    """
    with _told():
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
    with _told():
        run.finish()


def draft_of(source: Contents, folder: Path) -> wandb.Artifact:
    """A draft with the source's name, type, description, metadata and manifest; bytes come from the folder.

    Entries are put into the manifest as they are. `add_reference` would ask the storage for each one's present
    state and needs its library (boto3, …), and `add_file` would copy every file to a staging folder first.
    `Artifact(digest_algorithm=)` is there from SDK 0.29 on. Raises RefusedBySdk, for a reserved type for example.
    """
    with _told():
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
    """Why wandb would not take the source's name, type or metadata for a new artifact; `None` if it would."""
    import wandb

    try:
        wandb.Artifact(source.name, source.type, metadata=dict(source.metadata))
    except (ValueError, TypeError) as problem:
        return str(problem)
    return None


def log_draft(run: wandb.Run, draft: wandb.Artifact, aliases: Sequence[str]) -> Contents:
    """`run.log_artifact`, waited for: the version as it was committed. Raises RefusedBySdk.

    If the newest version has the same digest, the server answers with that one.
    """
    with _told():
        run.log_artifact(draft, aliases=list(aliases) or None)
        return _contents(draft.wait())


def add_aliases(contents: Contents, aliases: Sequence[str]) -> None:
    """Give a version more aliases; whatever else has them loses them. Raises RefusedBySdk."""
    with _told():
        artifact = contents.artifact
        artifact.aliases = [*artifact.aliases, *(each for each in aliases if each not in artifact.aliases)]
        artifact.save()


def path_of_run(run: wandb.Run) -> str:
    """`entity/project/id`."""
    return f"{run.entity}/{run.project}/{run.id}"


def leave_at_once(status: int) -> NoReturn:
    """End the process now, after Ctrl-C.

    The SDK's pools of threads are no daemons: Python would wait until every file that is queued is downloaded.
    wandb-core ends by itself when its parent is gone.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _contents(artifact: wandb.Artifact) -> Contents:
    digest = artifact.digest  # the server's own word, until the manifest is here
    hidden = not (artifact.source_entity and artifact.source_project)
    entries = artifact.manifest.entries
    name = artifact.name.partition(":")[0]  # what follows is the version, or the alias that was asked for
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
    """Whether the digest of the whole is made with the newer algorithm, which SDKs before 0.29 do not know."""
    return str(getattr(artifact, "digest_algorithm", "")).endswith("XXH128")


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the file system as they are, those of the SDK as refusals without signed addresses."""
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
