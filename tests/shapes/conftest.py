"""A server that plays the shapes of the real one: the sandbox, and answers of it that are changed on their way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from graphql import FieldNode, OperationDefinitionNode, parse, print_ast

from registry_doctor.cli import main
from registry_doctor.sandbox import Sandbox
from registry_doctor.transport import JsonValue
from registry_doctor.transport.address import Address
from registry_doctor.transport.answers import Reply
from registry_doctor.transport.deadline import Deadline
from registry_doctor.transport.progress import Progress
from registry_doctor.transport.session import Line
from tests.places import ACME_WORLD

KEYS = {
    "alice": "a11ce00000000000000000000000000000000001",
    "bob": "b0b0000000000000000000000000000000000002",
    "carol": "ca201000000000000000000000000000000000c3",
    "erin": "e2140000000000000000000000000000000000e5",
    "zoe": "20e0000000000000000000000000000000000026",
}
NEWCOMERS = {
    "users": [
        {"username": "zoe", "api_keys": [KEYS["zoe"]], "default_entity": "newteam", "personal_entity": False}
    ],
    "teams": [{"name": "newteam", "org": "Acme Robotics", "members": {"zoe": "member"}}],
}
"""An account of today, which has no personal entity."""


@dataclass
class Exchange:
    """One answer on its way: a shape changes it."""

    fields: Mapping[str, str]
    """The root field of each alias."""
    asked: Mapping[str, str]
    """What each alias asks, as text."""
    number: int
    """Which answer it is, from 1 on."""
    status: int
    data: dict[str, JsonValue] = field(default_factory=dict)
    errors: list[JsonValue] = field(default_factory=list)

    def fail(self, name: str, *below: str | int, message: str, status: int, code: str | None = None) -> None:
        """Null at each root field of this name that asks for all of `below`, with an error below it."""
        for alias, root in self.fields.items():
            if root == name and all(
                str(each) in self.asked[alias] for each in below if isinstance(each, str)
            ):
                error: dict[str, JsonValue] = {"message": message, "path": [alias, *below]}
                if code is not None:
                    error["extensions"] = {"code": code}
                self.data[alias] = None
                self.errors.append(error)
                self.status = status

    def change(self, name: str, value: JsonValue) -> None:
        """Give every field of this name, however deep, another value."""
        _change(self.data, name, value)

    def change_in(self, alias: str, name: str, value: JsonValue) -> None:
        """The same, below one alias only."""
        _change(self.data[alias], name, value)


Shape = Callable[[Exchange], None]


def _change(found: JsonValue, name: str, value: JsonValue) -> None:
    if isinstance(found, list):
        for each in found:
            _change(each, name, value)
    if isinstance(found, dict):
        for key in found:
            if key == name:
                found[key] = value
            else:
                _change(found[key], name, value)


@dataclass
class Backend:
    """The sandbox, and the shape that its answers get."""

    sandbox: Sandbox
    shape: Shape | None = None
    served: int = 0

    def reshaped(self, body: bytes, reply: Reply) -> Reply:
        """What arrives."""
        self.served += 1
        if self.shape is None:
            return reply
        (operation,) = parse(json.loads(body)["query"]).definitions
        assert isinstance(operation, OperationDefinitionNode)
        roots = [each for each in operation.selection_set.selections if isinstance(each, FieldNode)]
        document = json.loads(reply.body)
        if not isinstance(document.get("data"), dict):
            return reply
        exchange = Exchange(
            {each.alias.value: each.name.value for each in roots if each.alias},
            {each.alias.value: print_ast(each) for each in roots if each.alias},
            self.served,
            reply.status,
            document["data"],
            document.get("errors") or [],
        )
        self.shape(exchange)
        changed: dict[str, JsonValue] = {"data": exchange.data}
        if exchange.errors:
            changed["errors"] = exchange.errors
        return replace(reply, status=exchange.status, body=json.dumps(changed).encode())


@pytest.fixture(scope="session")
def acme() -> Iterator[Sandbox]:
    """The example world with newcomers, on a real socket."""
    with Sandbox.start(ACME_WORLD) as sandbox:
        sandbox.add_world(NEWCOMERS)
        yield sandbox


@pytest.fixture
def backend(acme: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """What is asked, without quirks and faults, as bob in an empty home; a client that does not wait."""
    for name in list(os.environ):
        if name.startswith("WANDB_") or name in ("NETRC", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    for name, value in {"HOME": tmp_path, "USERPROFILE": tmp_path, "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("WANDB_BASE_URL", acme.base_url)
    monkeypatch.setenv("WANDB_API_KEY", KEYS["bob"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("registry_doctor.transport.retries._FIRST_WAIT", 0.0)
    acme.set_quirks([])
    acme.set_faults([])
    backend = Backend(acme)
    post = Line.post

    def reshaped(
        line: Line, address: Address, body: bytes, deadline: Deadline, limit: int, progress: Progress
    ) -> Reply:
        return backend.reshaped(body, post(line, address, body, deadline, limit, progress))

    monkeypatch.setattr(Line, "post", reshaped)
    yield backend
    acme.set_quirks([])
    acme.set_faults([])


@pytest.fixture
def run(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `wandb-registry` with these arguments in this process, as this person."""

    def invoke(*arguments: str, who: str = "bob") -> Result:
        monkeypatch.setenv("WANDB_API_KEY", KEYS[who])
        return CliRunner().invoke(main, arguments, prog_name="wandb-registry")

    return invoke
