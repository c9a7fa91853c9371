"""A sandbox with the example world, and a client that speaks to it as any person of that world."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from registry_doctor.sandbox import Sandbox, World, load_world
from tests.places import ACME_WORLD

LINK = """mutation Link($input: LinkArtifactInput!) {
  linkArtifact(input: $input) {
    versionIndex
    artifactMembership { versionIndex aliases { alias } artifactCollection { name project { name entity { name } } } }
  }
}"""

UPSERT = """mutation UpsertBucket($entity: String, $project: String, $name: String) {
  upsertBucket(input: {entityName: $entity, modelName: $project, name: $name}) { bucket { id name } }
}"""
RUN_FILES = """mutation CreateRunFiles($run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: "vision", projectName: "training", runName: $run, files: $files}) {
    files { name uploadUrl }
  }
}"""
Story = dict[str, object]
Tell = Callable[[str, str], Story]
PREFACE = """
import json, pathlib, wandb
told = {}
def say(name, value): told[name] = value
def refused(call):
    try: return ["not refused", str(call())]
    except Exception as error: return [type(error).__name__, str(error)]
api = wandb.Api()
"""
RUNS = 'query Runs { project(entityName: "vision", name: "training") { runs { edges { node { name } } } } }'


@dataclass(frozen=True)
class Reply:
    """An answer to a GraphQL request."""

    status: int
    body: object

    def __getitem__(self, path: str) -> object:
        """What stands at a dotted path below ``data``; a number is an index of a list."""
        return below(self.body, f"data.{path}")

    @property
    def messages(self) -> list[object]:
        """The texts of the errors."""
        errors = below(self.body, "errors") if isinstance(self.body, dict) and "errors" in self.body else []
        assert isinstance(errors, list)
        return [below(error, "message") for error in errors]

    def items(self, path: str, field: str) -> list[object]:
        """One field of every item of the list at a path."""
        items = self[path]
        assert isinstance(items, list)
        return [below(item, field) for item in items]

    def nodes(self, path: str, field: str) -> list[object]:
        """One field of every node of the connection at a path."""
        return self.items(f"{path}.edges", f"node.{field}")


def below(value: object, path: str) -> object:
    """What stands at a dotted path; None has nothing below it."""
    for part in path.split("."):
        if isinstance(value, list):
            value = value[int(part)]
        elif value is not None:
            assert isinstance(value, dict), (part, value)
            value = value[part]
    return value


class Speaker:
    """Asks a sandbox at an address as any of the world's people."""

    def __init__(self, base_url: str, world: World) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.keys = {user.username: user.api_keys[0] for user in world.users if user.api_keys}
        for team in world.teams:
            self.keys |= {account.username: account.api_keys[0] for account in team.service_accounts}

    def ask(self, who: str | None, document: str, **variables: object) -> Reply:
        """Send a document as somebody, or without a key."""
        auth = ("api", self.keys.get(who, who)) if who else None
        answer = self.session.post(
            f"{self.base_url}/graphql",
            json={"query": document, "variables": variables},
            auth=auth,
            timeout=20,
        )
        return Reply(answer.status_code, answer.json())

    def artifact_id(self, who: str, path: str) -> object:
        """The id of ``entity/project/collection:version``."""
        entity, project, name = path.split("/", 2)
        query = """query Find($entity: String, $project: String, $name: String!) {
          project(entityName: $entity, name: $project) { artifactCollectionMembership(name: $name) { artifact { id } } }
        }"""
        reply = self.ask(who, query, entity=entity, project=project, name=name)
        return reply["project.artifactCollectionMembership.artifact.id"]

    def link(self, who: str, source: str, target: str, *aliases: str, finder: str = "alice") -> Reply:
        """Send the mutation for a target ``entity/project/collection``; `finder` looks up the source's id."""
        entity, project, collection = target.split("/", 2)
        values = {
            "artifactID": self.artifact_id(finder, source),
            "entityName": entity,
            "projectName": project,
            "artifactPortfolioName": collection,
            "aliases": [{"artifactCollectionName": collection, "alias": alias} for alias in aliases],
        }
        return self.ask(who, LINK, input=values)

    def start_run(self, name: str | None = None) -> Reply:
        """Let bob start a run in `vision/training`; without a name the server finds one."""
        return self.ask("bob", UPSERT, entity="vision", project="training", name=name)

    def runs(self) -> list[str]:
        """The names of the runs of `vision/training`."""
        return sorted(map(str, self.ask("bob", RUNS).nodes("project.runs", "name")))

    def upload_address(self, run: str, file: str) -> str:
        """Where bob uploads a file of that run to."""
        reply = self.ask("bob", RUN_FILES, run=run, files=[file])
        return str(reply["createRunFiles.files.0.uploadUrl"])

    def control(self, name: str, document: object) -> requests.Response:
        """POST to one of the sandbox's own controls."""
        return self.session.post(f"{self.base_url}/sandbox/{name}", data=json.dumps(document), timeout=20)

    def close(self) -> None:
        """Close the connection."""
        self.session.close()


class Client(Speaker):
    """Asks a sandbox of this process."""

    def __init__(self, sandbox: Sandbox, world: World) -> None:
        super().__init__(sandbox.base_url, world)
        self.sandbox = sandbox


class Process:
    """A sandbox in a process of its own, on a folder."""

    def __init__(self, state: Path, *, port: int = 0, world: Path | None = ACME_WORLD) -> None:
        command = [
            sys.executable,
            "-m",
            "registry_doctor",
            "sandbox",
            "--state",
            str(state),
            "--port",
            str(port),
        ]
        self._process = subprocess.Popen(
            [*command, *(["--world", str(world)] if world else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, self._process.communicate()[1]
        self.base_url = str(json.loads(line)["base_url"])
        self.port = urlsplit(self.base_url).port or 0
        self.pid = self._process.pid

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate(timeout=20)


@pytest.fixture(scope="session")
def acme() -> World:
    """The example world."""
    return load_world(ACME_WORLD)


@pytest.fixture
def sandbox(acme: World) -> Iterator[Sandbox]:
    """A fresh sandbox with the example world."""
    with Sandbox.start(acme) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox, acme: World) -> Iterator[Client]:
    """A client of that sandbox."""
    speaking = Client(sandbox, acme)
    yield speaking
    speaking.close()


@pytest.fixture
def speak(acme: World) -> Iterator[Callable[[str], Speaker]]:
    """Make clients of sandboxes that serve the example world at some address."""
    speaking: list[Speaker] = []

    def start(base_url: str) -> Speaker:
        speaking.append(Speaker(base_url, acme))
        return speaking[-1]

    yield start
    for each in speaking:
        each.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Process]]:
    """Start processes; those that are left are ended."""
    started: list[Process] = []

    def start(state: Path, *, port: int = 0, world: Path | None = ACME_WORLD) -> Process:
        started.append(Process(state, port=port, world=world))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def tell(client: Client, tmp_path: Path) -> Tell:
    """Run a story as somebody in a process of its own and return what it says."""

    def run(who: str, story: str) -> Story:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("WANDB_") and name != "NETRC"
        }
        settings: Mapping[str, str] = {
            "WANDB_BASE_URL": client.base_url,
            "WANDB_API_KEY": client.keys[who],
            "WANDB_ERROR_REPORTING": "false",
            "WANDB_SILENT": "true",
            "WANDB_DIR": str(tmp_path),
            "HOME": str(tmp_path),
            "NO_PROXY": "127.0.0.1",
        }
        code = f"{PREFACE}{story}\nprint(json.dumps(told))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**kept, **settings},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        assert isinstance(told, dict)
        return told

    return run
