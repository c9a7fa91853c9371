"""Bytes go in and out whole, in ranges, and only as they were announced."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import requests

from registry_doctor.sandbox import Sandbox, World

if TYPE_CHECKING:
    from tests.sandbox.conftest import Client, Speaker

CREATE = (
    "mutation C($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id state } } }"
)
FILES = """mutation F($input: CreateArtifactFilesInput!) {
  createArtifactFiles(input: $input) { files { edges { node { uploadUrl } } } } }"""
MANIFEST = """mutation M($input: CreateArtifactManifestInput!) {
  createArtifactManifest(input: $input) { artifactManifest { id file { uploadUrl } } } }"""
COMMIT = "mutation D($input: CommitArtifactInput!) { commitArtifact(input: $input) { artifact { id } } }"
DOWNLOAD = """query D { project(entityName: "vision", name: "training") {
  run(name: "r1") { files { edges { node { name directUrl sizeBytes } } } } } }"""
CONTENT = b"0123456789"


class Range(NamedTuple):
    """What is asked for, and what is answered."""

    header: str
    status: int
    body: bytes
    content_range: str | None


def digest(content: bytes) -> str:
    """As clients announce it."""
    return base64.b64encode(hashlib.md5(content).digest()).decode()


def draft(client: Speaker, content: bytes) -> tuple[object, str]:
    """The id of a version that bob is logging, and where its file goes."""
    client.start_run("r1")
    values = {
        "entityName": "vision",
        "projectName": "training",
        "artifactTypeName": "model",
        "artifactCollectionName": "net",
        "digest": "d",
    }
    artifact_id = client.ask("bob", CREATE, input=values)["createArtifact.artifact.id"]
    file = {"artifactID": artifact_id, "name": "f", "md5": digest(content)}
    reply = client.ask("bob", FILES, input={"artifactFiles": [file]})
    return artifact_id, str(reply["createArtifactFiles.files.edges.0.node.uploadUrl"])


@pytest.fixture
def address(client: Client) -> str:
    """Where a file with ten bytes is fetched."""
    client.start_run("r1")
    assert client.session.put(client.upload_address("r1", "f"), data=CONTENT, timeout=20).ok
    (url,) = client.ask("bob", DOWNLOAD).nodes("project.run.files", "directUrl")
    return str(url)


@pytest.mark.parametrize(
    "asked",
    [
        Range("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        Range("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        Range("bytes=-2", 206, b"89", "bytes 8-9/10"),
        Range("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        Range("bytes=10-", 416, b"", "bytes */10"),
        Range("bytes=5-2", 416, b"", "bytes */10"),
    ],
    ids=lambda asked: asked.header,
)
def test_a_range_is_answered_with_that_range(client: Client, address: str, asked: Range) -> None:
    """And never with all bytes, which clients would write in the wrong place."""
    answer = client.session.get(address, headers={"Range": asked.header}, timeout=20)
    assert (answer.status_code, answer.headers.get("Content-Range")) == (asked.status, asked.content_range)
    assert answer.content == asked.body


def test_without_a_range_all_is_answered(client: Client, address: str) -> None:
    """With the word that ranges could be asked for."""
    answer = client.session.get(address, timeout=20)
    assert (answer.status_code, answer.content, answer.headers["Accept-Ranges"]) == (200, CONTENT, "bytes")


def test_head_gives_the_size_and_sends_nothing(client: Client, address: str) -> None:
    """On the same address."""
    answer = client.session.head(address, timeout=20)
    assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, "10", b"")


def test_an_upload_is_taken_only_with_the_content_that_was_announced(client: Client) -> None:
    """What was refused is not there; the right content can still follow."""
    _, url = draft(client, b"right")
    wrong = client.session.put(url, data=b"wrong", timeout=20)
    assert (wrong.status_code, wrong.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_DIGEST")
    assert digest(b"right") in wrong.text
    assert digest(b"wrong") in wrong.text
    right = client.session.put(url, data=b"right", timeout=20)
    assert (right.status_code, right.headers["ETag"]) == (200, f'"{hashlib.md5(b"right").hexdigest()}"')


@pytest.mark.parametrize(
    "change", [lambda url: url.replace("md5=", "other="), lambda url: url.replace("md5=", "md5=x")]
)
def test_what_was_announced_is_part_of_the_signature(client: Client, change: Callable[[str], str]) -> None:
    """It cannot be left out or replaced."""
    _, url = draft(client, b"right")
    assert client.session.put(change(url), data=b"right", timeout=20).status_code == 403


def test_a_manifest_is_taken_only_as_announced(client: Client) -> None:
    """And is kept apart from the files."""
    artifact_id, _ = draft(client, b"x")
    values = {
        "artifactID": artifact_id,
        "name": "wandb_manifest.json",
        "digest": digest(b"{}"),
        "entityName": "vision",
        "projectName": "training",
        "runName": "",
        "type": "FULL",
    }
    reply = client.ask("bob", MANIFEST, input=values)
    url = str(reply["createArtifactManifest.artifactManifest.file.uploadUrl"])
    assert "wandb_artifacts/" not in url
    assert "wandb_manifest.json" in url
    assert client.session.put(url, data=b"[]", timeout=20).status_code == 400
    assert client.session.put(url, data=b"{}", timeout=20).status_code == 200


def test_a_version_whose_parts_are_missing_is_not_committed(client: Client) -> None:
    """A part that was announced and never came would be lost in silence."""
    artifact_id, _ = draft(client, b"x")
    values = {
        "artifactID": artifact_id,
        "name": "wandb_manifest.patch.json",
        "digest": "",
        "entityName": "vision",
        "projectName": "training",
        "runName": "",
        "type": "PATCH",
    }
    assert client.ask("bob", MANIFEST, input=values).status == 200
    reply = client.ask("bob", COMMIT, input={"artifactID": artifact_id})
    assert (reply.status, reply.messages) == (
        400,
        ["a manifest of the artifact was announced, but not uploaded"],
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"storageRegion": "coreweave-us"}, "invalid storageRegion: coreweave-us"),
        ({"digestAlgorithm": "MANIFEST_XXH128"}, "the sandbox has MD5 digests only"),
    ],
)
def test_what_would_be_ignored_is_refused(client: Client, more: dict[str, str], said: str) -> None:
    """Before anything is uploaded."""
    values = {
        "entityName": "vision",
        "projectName": "training",
        "artifactTypeName": "model",
        "artifactCollectionName": "net",
        "digest": "d",
        **more,
    }
    client.start_run("r1")
    reply = client.ask("bob", CREATE, input=values)
    assert reply.status in (400, 501)
    assert said in str(reply.messages[0])


def test_a_file_that_was_announced_and_not_uploaded_is_not_listed(client: Client) -> None:
    """It would look like an empty file."""
    client.start_run("r1")
    client.upload_address("r1", "never.txt")
    assert client.ask("bob", DOWNLOAD).nodes("project.run.files", "name") == []


def test_checked_uploads_are_there_after_a_restart(
    tmp_path: Path, acme: World, speak: Callable[[str], Speaker]
) -> None:
    """And an address from before the restart still takes only what was announced."""
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        client = speak(sandbox.base_url)
        _, url = draft(client, b"right")
        port = sandbox.base_url.rsplit(":", 1)[1]
    with Sandbox.start(acme, state=tmp_path, port=int(port)):
        assert requests.put(url, data=b"wrong", timeout=20).status_code == 400
        assert requests.put(url, data=b"right", timeout=20).status_code == 200


@pytest.mark.parametrize(
    ("who", "entity", "name", "status"),
    [
        ("bob", "vision", hashlib.md5(b"weights-v0").hexdigest(), 200),
        ("bob", "acme-robotics_X7Q2", hashlib.md5(b"weights-v0").hexdigest(), 200),
        ("bob", "vision", hashlib.md5(b"nothing").hexdigest(), 404),
        ("bob", "vision", "no-digest", 400),
        ("gina", "vision", hashlib.md5(b"weights-v0").hexdigest(), 404),
        ("gina", "acme-robotics_X7Q2", hashlib.md5(b"weights-v0").hexdigest(), 404),
        (None, "vision", hashlib.md5(b"weights-v0").hexdigest(), 401),
    ],
)
def test_older_clients_fetch_a_file_by_its_digest(
    client: Client, who: str | None, entity: str, name: str, status: int
) -> None:
    """From whatever the person may download of that entity."""
    auth = ("api", client.keys[who]) if who else None
    address = f"{client.base_url}/artifactsV2/default/{entity}/QXJ0aWZhY3Q6MQ%3D%3D/{name}"
    answer = client.session.get(address, auth=auth, timeout=20)
    assert answer.status_code == status
    assert status != 200 or answer.content == b"weights-v0"
