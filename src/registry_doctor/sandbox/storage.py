"""File bytes and the signed addresses under which they are put and fetched."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from registry_doctor.sandbox.jsontypes import JsonObject
from registry_doctor.sandbox.model import Artifact, FileEntry, Manifest

ARTIFACT_FOLDER = "wandb_artifacts"
MANIFEST_FOLDER = "wandb_manifests"
"""Manifests are kept apart from the files: the SDK's own tests tell the two by their addresses."""
MANIFEST_NAME = "wandb_manifest.json"


@dataclass(frozen=True)
class KeptFile:
    """Bytes that are in a file, and how many there are."""

    file: Path
    size: int


class BlobStore:
    """Bytes by storage path, in memory or in files. An address for one path and direction is no use for another."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes | KeptFile] = {}
        self.secret = secrets.token_bytes(32)
        """What addresses are signed with."""

    def __contains__(self, path: str) -> bool:
        return path in self._blobs

    def put(self, path: str, content: bytes | KeptFile) -> None:
        """Keep the bytes under a path, replacing what was there."""
        self._blobs[path] = content

    def get(self, path: str) -> bytes | None:
        """Return the bytes under a path, or None."""
        found = self._blobs.get(path)
        return found.file.read_bytes() if isinstance(found, KeptFile) else found

    def remove(self, path: str) -> None:
        """Forget what is kept under a path, if anything is."""
        self._blobs.pop(path, None)

    def size(self, path: str) -> int:
        """How many bytes are under a path; 0 if nothing is."""
        found = self._blobs.get(path, b"")
        return found.size if isinstance(found, KeptFile) else len(found)

    def signature(self, direction: str, path: str, digest: str = "") -> str:
        """The proof that the server itself handed out an address (``put`` or ``get``), for this content if any."""
        text = f"{direction} {path} {digest}" if digest else f"{direction} {path}"
        return hmac.new(self.secret, text.encode(), hashlib.sha256).hexdigest()

    def accepts(self, direction: str, path: str, signature: str, digest: str = "") -> bool:
        """True if the signature is the one for this direction, path and content."""
        return hmac.compare_digest(self.signature(direction, path, digest), signature)


@dataclass(frozen=True)
class StorageUrls:
    """Addresses of stored bytes on this server; uploads and downloads carry no key (protocol 3)."""

    base_url: str
    blobs: BlobStore

    def upload(self, path: str, digest: str = "") -> str:
        """The address to PUT the bytes to; with a digest, no other bytes than those are taken there."""
        announced = f"md5={quote(digest, safe='')}&" if digest else ""
        signature = self.blobs.signature("put", path, digest)
        return f"{self.base_url}/storage/put/{quote(path)}?{announced}signature={signature}"

    def download(self, path: str) -> str:
        """The address to GET the bytes from."""
        return f"{self.base_url}/storage/get/{quote(path)}?signature={self.blobs.signature('get', path)}"


def md5_digest(content: bytes) -> str:
    """The digest of a file as manifests hold it: base64 of its MD5."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")


def manifest_digest(entries: Iterable[FileEntry]) -> str:
    """The digest of an artifact: MD5 over its paths and their digests, as the SDK computes it."""
    digest = hashlib.md5(b"wandb-artifact-manifest-v1\n", usedforsecurity=False)
    for entry in sorted(entries, key=lambda entry: entry.path):
        digest.update(f"{entry.path}:{entry.digest}\n".encode())
    return digest.hexdigest()


def content_path(digest: str) -> str:
    """Where the bytes of that digest are kept: equal files are kept once."""
    try:
        name = base64.b64decode(digest, validate=True).hex()
    except ValueError:
        name = hashlib.sha256(digest.encode()).hexdigest()
    return f"{ARTIFACT_FOLDER}/{name}"


def manifest_path(artifact: Artifact) -> str:
    """Where the manifest of an artifact is fetched from."""
    return f"{MANIFEST_FOLDER}/{artifact.number}/{MANIFEST_NAME}"


def manifest_draft_path(manifest: Manifest) -> str:
    """Where a manifest is uploaded to before the artifact is committed."""
    return f"{MANIFEST_FOLDER}/{manifest.artifact.number}/{manifest.number}/{MANIFEST_NAME}"


def render_manifest(artifact: Artifact) -> bytes:
    """The manifest file of an artifact (protocol 3). A file that no earlier version had was born in this one."""
    contents: JsonObject = {}
    for entry in artifact.entries.values():
        born_in = None if entry.ref else entry.birth_artifact_id or artifact.id
        fields: JsonObject = {
            "digest": entry.digest,
            "size": entry.size,
            "birthArtifactID": born_in,
            "ref": entry.ref,
            "extra": entry.extra,
        }
        contents[entry.path] = {name: value for name, value in fields.items() if value is not None}
    manifest = {
        "version": 1,
        "storagePolicy": "wandb-storage-policy-v1",
        "storagePolicyConfig": {"storageLayout": "V2"},
        "contents": contents,
    }
    return json.dumps(manifest).encode()


def run_file_path(run_number: int | str, name: str) -> str:
    """Where a file of a run is kept."""
    return f"wandb_runs/{run_number}/{name}"
