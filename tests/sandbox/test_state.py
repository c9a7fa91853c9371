"""State that outlives the process: nothing that was acknowledged is lost."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
import requests

from registry_doctor.sandbox import Sandbox, World, load_world
from registry_doctor.sandbox.world_document import world_document
from tests.places import ACME_WORLD

if TYPE_CHECKING:
    from registry_doctor.sandbox.history.folder import Entry
    from tests.sandbox.conftest import Process, Speaker

DETECTOR = "acme-robotics_X7Q2/wandb-registry-model/detector"
EVERYTHING = """query Everything {
  viewer { id username }
  project(entityName: "vision", name: "training") {
    id createdAt
    runs { edges { node { id name state summaryMetrics createdAt } } }
  }
  source: project(entityName: "vision", name: "detectors") {
    artifactCollectionMembership(name: "yolo:v0") { aliases { id alias } }
  }
  registry: project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model") {
    id
    artifactTypes { edges { node { id name } } }
    artifactCollections { edges { node {
      id name createdAt
      artifactMemberships { edges { node { id versionIndex createdAt aliases { id alias } artifact { id digest } } } }
    } } }
  }
}"""
FILES = """query Files($names: [String]) { project(entityName: "vision", name: "training") {
  run(name: "r1") { files(names: $names, first: 10000) { edges { node { name directUrl } } } } } }"""
PROJECT = 'query Project { project(entityName: "vision", name: "training") { id } }'
UPDATE = "mutation Update($input: UpdateArtifactInput!) { updateArtifact(input: $input) { artifact { id } } }"
ALIASES = """query Aliases { project(entityName: "acme-robotics_X7Q2", name: "wandb-registry-model") {
  artifactCollectionMembership(name: "detector:v0") { aliases { alias } } } }"""

Speak = Callable[[str], "Speaker"]
Serve = Callable[..., "Process"]


def do_something_of_everything(client: Speaker) -> None:
    """A run with its stream and a file, links, aliases, a refusal with a half-made project, and another world."""
    assert client.start_run("r1").status == 200
    assert client.start_run().status == 200  # the server names it
    stream = {
        "files": {"wandb-summary.json": {"offset": 0, "content": ['{"loss": 1}']}},
        "complete": True,
        "exitcode": 0,
    }
    address = f"{client.base_url}/files/vision/training/r1/file_stream"
    answer = client.session.post(address, json=stream, auth=("api", client.keys["bob"]), timeout=20)
    assert answer.status_code == 200
    assert client.session.put(client.upload_address("r1", "notes.txt"), data=b"noted", timeout=20).ok
    for number, aliases in enumerate([("a", "b", "c"), ("d",), ("b", "e")]):
        reply = client.link(
            "bob",
            f"vision/detectors/yolo:v{number % 2}",
            "acme-robotics_X7Q2/wandb-registry-model/detector",
            *aliases,
        )
        assert reply.status == 200
    assert (
        client.link("bob", "vision/datasets/frames:v0", "acme-robotics_X7Q2/wandb-registry-model/x").status
        == 400
    )
    names = [{"artifactCollectionName": "yolo", "alias": f"n{number}"} for number in range(20)]
    changed = {"artifactID": client.artifact_id("bob", "vision/detectors/yolo:v0"), "aliases": names}
    assert client.ask("bob", UPDATE, input=changed).status == 200
    assert (
        client.control("world", {"users": [{"username": "zoe", "api_keys": ["z" * 40]}]}).status_code == 200
    )
    half = {"users": [{"username": "yan"}], "teams": [{"name": "t", "org": "nowhere"}]}
    assert client.control("world", half).status_code == 400


def picture(client: Speaker) -> list[object]:
    """All that shows, with ids and times."""
    return [client.ask(who, EVERYTHING).body for who in ("bob", "alice", "z" * 40)]


def test_a_later_start_goes_on_from_what_was_done(
    tmp_path: Path, acme: World, serve: Serve, speak: Speak
) -> None:
    """Down to ids and times, which would change if anything was made again in another way; in any process."""
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        do_something_of_everything(speak(sandbox.base_url))
        before = picture(speak(sandbox.base_url))
    time.sleep(1.1)  # times on the wire are in whole seconds
    process = serve(tmp_path, world=None)
    assert picture(speak(process.base_url)) == before
    process.kill()
    with Sandbox.start(acme, state=tmp_path) as sandbox:
        client = speak(sandbox.base_url)
        assert picture(client) == before
        assert client.link("bob", "vision/detectors/yolo:v1", DETECTOR, "later").status == 200


class Writers:
    """Clients that link, set aliases and upload until they are cut off, and remember what was acknowledged."""

    def __init__(self) -> None:
        self.aliases: list[str] = []
        self.uploads: dict[str, tuple[str, bytes]] = {}

    def write(self, number: int, client: Speaker) -> None:
        try:
            for turn in itertools.count():
                if number % 2:
                    self._link(f"a{number}-{turn}", client)
                else:
                    self._upload(f"f{number}-{turn}", client)
        except requests.RequestException:
            return  # it was killed

    def _link(self, alias: str, client: Speaker) -> None:
        if client.link("bob", "vision/detectors/yolo:v0", DETECTOR, alias).status == 200:
            self.aliases.append(alias)

    def _upload(self, name: str, client: Speaker) -> None:
        content = f"{name} ".encode() * 10_000
        address = client.upload_address("r1", name)
        if client.session.put(address, data=content, timeout=20).status_code == 200:
            self.uploads[name] = (address, content)


def test_a_killed_sandbox_has_lost_nothing_that_it_acknowledged(
    tmp_path: Path, serve: Serve, speak: Speak
) -> None:
    """Eight clients are at work when it is killed; addresses that were signed before hold afterwards."""
    process = serve(tmp_path / "state")
    client = speak(process.base_url)
    assert client.start_run("r1").status == 200
    writers = Writers()
    with ThreadPoolExecutor(8) as pool:
        working = [pool.submit(writers.write, number, speak(process.base_url)) for number in range(8)]
        deadline = time.monotonic() + 20
        while (len(writers.aliases) < 60 or len(writers.uploads) < 60) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
    assert [each.result() for each in working] == [None] * 8
    assert len(writers.aliases) >= 60 and len(writers.uploads) >= 60

    again = serve(tmp_path / "state", port=process.port, world=None)
    assert again.base_url == process.base_url
    client = speak(again.base_url)
    assert set(writers.aliases) <= set(
        client.ask("bob", ALIASES).items("project.artifactCollectionMembership.aliases", "alias")
    )
    files = client.ask("bob", FILES, names=list(writers.uploads))
    names, addresses = (files.nodes("project.run.files", field) for field in ("name", "directUrl"))
    assert set(names) == set(writers.uploads)
    for name, address in zip(names, addresses, strict=True):
        upload, content = writers.uploads[str(name)]
        assert client.session.get(str(address), timeout=20).content == content
    assert client.session.put(upload, data=b"once more", timeout=20).status_code == 200


@pytest.mark.slow
def test_it_may_be_killed_at_any_moment(tmp_path: Path, serve: Serve, speak: Speak) -> None:
    """Again and again, at moments by chance, in the midst of eight writers: nothing that was acknowledged is lost."""
    chance, writers, port = Random(7), Writers(), 0
    for life in range(25):
        process = serve(tmp_path / "state", port=port, world=None if life else ACME_WORLD)
        port, client = process.port, speak(process.base_url)
        assert client.start_run("r1").status == 200
        found = client.ask("bob", ALIASES).items("project.artifactCollectionMembership.aliases", "alias")
        assert set(writers.aliases) <= set(found)
        with ThreadPoolExecutor(8) as pool:
            for number in range(8):
                pool.submit(writers.write, life * 8 + number, speak(process.base_url))
            time.sleep(chance.random() * 0.4)
            process.kill()
    again = serve(tmp_path / "state", port=port, world=None)
    client = speak(again.base_url)
    files = client.ask("bob", FILES, names=list(writers.uploads))
    names, addresses = (files.nodes("project.run.files", field) for field in ("name", "directUrl"))
    assert set(names) == set(writers.uploads) and len(names) > 20
    for name, address in zip(names, addresses, strict=True):
        assert client.session.get(str(address), timeout=20).content == writers.uploads[str(name)][1]


LOG = """
import sys, wandb
with wandb.init(entity="vision", project="training") as run:
    artifact = wandb.Artifact("net", type="model")
    artifact.add_file(sys.argv[1])
    run.link_artifact(artifact, "wandb-registry-model/net", aliases=["prod"]).wait()
"""
DOWNLOAD = """
import sys, wandb
wandb.Api().artifact("wandb-registry-model/net:prod").download(root=sys.argv[1])
"""


@pytest.mark.slow
def test_what_the_sdk_logged_and_linked_is_downloaded_after_a_kill(
    tmp_path: Path, acme: World, serve: Serve
) -> None:
    """Equal bytes, from another address."""
    content = os.urandom(300_000)
    (tmp_path / "weights.bin").write_bytes(content)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("WANDB_") and name != "NETRC"
    }

    def run(base_url: str, program: str, argument: str) -> None:
        settings = {
            "WANDB_BASE_URL": base_url,
            "WANDB_API_KEY": acme.users[1].api_keys[0],
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
            "WANDB_DIR": str(tmp_path),
            "WANDB_CACHE_DIR": str(tmp_path / argument),
            "HOME": str(tmp_path),
            "NO_PROXY": "127.0.0.1",
        }
        subprocess.run(
            [sys.executable, "-c", program, argument],
            env=kept | settings,
            cwd=tmp_path,
            check=True,
            timeout=60,
        )

    process = serve(tmp_path / "state")
    run(process.base_url, LOG, "weights.bin")
    process.kill()
    run(serve(tmp_path / "state", world=None).base_url, DOWNLOAD, "down")
    assert (tmp_path / "down" / "weights.bin").read_bytes() == content


def test_a_torn_end_is_dropped(tmp_path: Path, serve: Serve, speak: Speak) -> None:
    """What was being written when the process was killed was never acknowledged."""
    process = serve(tmp_path / "state")
    assert speak(process.base_url).start_run("r1").status == 200
    process.kill()
    log = tmp_path / "state" / "state.sqlite-wal"
    whole = log.read_bytes()
    log.write_bytes(whole + whole[32:1000])
    (tmp_path / "state" / "files" / "tmp_half").write_bytes(b"half an upl")
    client = speak(serve(tmp_path / "state").base_url)
    assert client.runs() == ["r1"]
    assert client.start_run("r2").status == 200
    assert list((tmp_path / "state" / "files").iterdir()) == []


def test_a_change_that_was_written_in_part_is_dropped(tmp_path: Path, serve: Serve, speak: Speak) -> None:
    """However little of it is missing; what was written before it stays."""
    process = serve(tmp_path / "state")
    client = speak(process.base_url)
    for name in ("r1", "r2"):
        assert client.start_run(name).status == 200
    process.kill()
    log = tmp_path / "state" / "state.sqlite-wal"
    log.write_bytes(log.read_bytes()[:-1])
    client = speak(serve(tmp_path / "state").base_url)
    assert client.runs() == ["r1"]


def test_reads_do_not_wait_for_the_disk(
    tmp_path: Path, acme: World, speak: Speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that is being written down does not show yet, and holds up nobody who reads."""
    slow, written = threading.Event(), threading.Event()
    with Sandbox.start(acme, state=tmp_path) as sandbox, ThreadPoolExecutor(1) as pool:
        folder = sandbox._application.history._folder
        assert folder
        append = folder.append

        def append_late(entry: Entry) -> None:
            slow.set()
            assert written.wait(20)
            append(entry)

        monkeypatch.setattr(folder, "append", append_late)
        writer, reader = speak(sandbox.base_url), speak(sandbox.base_url)
        reply = pool.submit(writer.start_run, "r1")
        assert slow.wait(20)
        assert reader.ask("bob", PROJECT)["project"] is None
        written.set()
        assert reply.result().status == 200
        assert reader.runs() == ["r1"]


def test_a_world_written_down_is_the_same_world(acme: World) -> None:
    """Every field, in JSON."""
    other = World.from_document(
        {
            "server": {"version": "0.70.0", "features": ["A"]},
            "projects": [{"entity": "a", "name": "b", "access": "team"}],
        }
    )
    for world in (acme, other, load_world(Path(ACME_WORLD)), World()):
        assert World.from_document(json.loads(json.dumps(world_document(world)))) == world
