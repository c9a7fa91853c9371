"""Files of artifacts and runs, with the addresses of their bytes."""

from __future__ import annotations

import base64
import mimetypes
import re
from dataclasses import dataclass

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.model import Artifact, FileEntry, Manifest, Run
from registry_doctor.sandbox.session import Session
from registry_doctor.sandbox.storage import (
    MANIFEST_NAME,
    content_path,
    manifest_path,
    md5_digest,
    render_manifest,
    run_file_path,
)


@dataclass(frozen=True)
class StoredFile:
    """A file that can be fetched, or is about to be uploaded."""

    id: str
    name: str
    direct_url: str
    storage_path: str
    size_bytes: int = 0
    digest: str | None = None
    artifact: Artifact | None = None
    upload_url: str | None = None
    updated_at: str | None = None
    upload_headers: tuple[str, ...] = ()
    upload_multipart_urls: None = None

    @property
    def display_name(self) -> str:
        """The path within the artifact or run."""
        return self.name

    @property
    def md5(self) -> str | None:
        """The digest, by its older name."""
        return self.digest

    @property
    def mimetype(self) -> str:
        """The kind of content, by the name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


file_fields = ObjectFields(StoredFile, "File")


@file_fields.field
def url(file: StoredFile, _session: Session, upload: bool | None = None) -> str | None:
    """The address to fetch from, or to upload to."""
    return file.upload_url if upload else file.direct_url


def artifact_file(session: Session, artifact: Artifact, entry: FileEntry) -> StoredFile:
    """A file of an artifact; the address of a reference is what it refers to."""
    path = content_path(entry.digest)
    return StoredFile(
        id=_file_id(f"{artifact.number}/{entry.path}"),
        name=entry.path,
        direct_url=entry.ref or session.urls.download(path),
        storage_path=path,
        size_bytes=entry.size,
        digest=entry.digest,
        artifact=artifact,
        updated_at=artifact.created_at,
    )


def artifact_upload(session: Session, artifact: Artifact, name: str, digest: str) -> StoredFile:
    """A file that is about to be logged; nothing is uploaded if its bytes are here already."""
    path = content_path(digest)
    known = path in session.database.blobs
    return StoredFile(
        id=_file_id(f"{artifact.number}/{name}"),
        name=name,
        direct_url=session.urls.download(path),
        storage_path=path,
        digest=digest,
        artifact=artifact,
        upload_url=None if known else session.urls.upload(path, digest),
    )


def manifest_file(session: Session, artifact: Artifact) -> StoredFile:
    """The manifest of a committed artifact."""
    path = manifest_path(artifact)
    if path not in session.database.blobs:
        session.database.blobs.put(path, render_manifest(artifact))
    return StoredFile(
        id=_file_id(f"{artifact.number}/manifest"),
        name=MANIFEST_NAME,
        direct_url=session.urls.download(path),
        storage_path=path,
        digest=artifact.digest,
        artifact=artifact,
    )


def manifest_upload(session: Session, manifest: Manifest) -> StoredFile:
    """A manifest that is about to be uploaded."""
    return StoredFile(
        id=_file_id(f"manifest/{manifest.number}"),
        name=MANIFEST_NAME,
        direct_url=session.urls.download(manifest.storage_key),
        storage_path=manifest.storage_key,
        digest=manifest.digest,
        artifact=manifest.artifact,
        upload_url=session.urls.upload(manifest.storage_key, manifest.digest),
    )


def run_file(session: Session, run: Run, name: str) -> StoredFile:
    """A file that a run saved."""
    path = run_file_path(run.number, name)
    content = session.database.blobs.get(path) or b""
    return StoredFile(
        id=_file_id(path),
        name=name,
        direct_url=session.urls.download(path),
        storage_path=path,
        size_bytes=len(content),
        digest=md5_digest(content),
        updated_at=run.heartbeat_at or run.created_at,
        upload_url=session.urls.upload(path),
    )


def run_file_of_id(file_id: str) -> tuple[int, str] | None:
    """The number of the run and the name of the file that an id stands for; None for files of another kind."""
    try:
        path = base64.b64decode(file_id, validate=True).decode()
    except ValueError:
        return None
    found = re.fullmatch(rf"File:{run_file_path('([0-9]+)', '(.*)')}", path, re.DOTALL)
    return (int(found[1]), found[2]) if found else None


def _file_id(path: str) -> str:
    return base64.b64encode(f"File:{path}".encode()).decode("ascii")


FILE_FIELDS = (file_fields,)
