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

    def signature(self, direction: str, path: str) -> str:
        """The proof that the server itself handed out an address (``put`` or ``get``)."""
        return hmac.new(self.secret, f"{direction} {path}".encode(), hashlib.sha256).hexdigest()

    def accepts(self, direction: str, path: str, signature: str) -> bool:
        """True if the signature is the one for this direction and path."""
        return hmac.compare_digest(self.signature(direction, path), signature)


@dataclass(frozen=True)
class StorageUrls:
    """Addresses of stored bytes on this server; uploads and downloads carry no key (protocol 3)."""

    base_url: str
    blobs: BlobStore

    def upload(self, path: str) -> str:
        """The address to PUT the bytes to."""
        return self._url("put", path)

    def download(self, path: str) -> str:
        """The address to GET the bytes from."""
        return self._url("get", path)

    def _url(self, direction: str, path: str) -> str:
        return f"{self.base_url}/storage/{direction}/{quote(path)}?signature={self.blobs.signature(direction, path)}"


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
    return f"{ARTIFACT_FOLDER}/{artifact.number}/{MANIFEST_NAME}"


def manifest_draft_path(manifest: Manifest) -> str:
    """Where a manifest is uploaded to before the artifact is committed."""
    return f"{ARTIFACT_FOLDER}/{manifest.artifact.number}/{manifest.number}/{MANIFEST_NAME}"


def render_manifest(entries: Iterable[FileEntry]) -> bytes:
    """The manifest file that lists these entries (protocol 3)."""
    contents: JsonObject = {}
    for entry in entries:
        fields: JsonObject = {
            "digest": entry.digest,
            "size": entry.size,
            "birthArtifactID": entry.birth_artifact_id,
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


def run_file_path(run_number: int, name: str) -> str:
    """Where a file of a run is kept."""
    return f"wandb_runs/{run_number}/{name}"
