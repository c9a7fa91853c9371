"""The service that wandb's own system tests ask for accounts, beside a sandbox: docs/sandbox.md tells how to use it.

`python -m tests.sandbox.peer.fixture_service` prints the two ports that wandb's `tools/local_wandb_server.py start`
wants. Its commands are those of `tests/system_tests/backend_fixtures.py` in wandb/wandb at b6e2950.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping

from werkzeug.serving import run_simple
from werkzeug.wrappers import Request, Response

from registry_doctor.sandbox import Sandbox

WORLD: Mapping[str, object] = {"server": {"version": "0.85.0"}}


class FixtureService:
    """Makes the people, organizations and teams that a test asks for; nothing is taken away again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._one_at_a_time = threading.Lock()

    def serve(self, request: Request) -> Response:
        """Answer one command; a command that is not known is refused with 501."""
        if request.path == "/health":
            return Response("ok")
        command = request.get_json()
        with self._one_at_a_time:
            match request.path.strip("/"), command["command"]:
                case "db/user", "up":
                    self._make_user(command["username"], bool(command["admin"]))
                case "db/organization", "up":
                    self._make_organization(command["orgName"], {command["username"]: "admin"})
                case "db/organization", "add_members":
                    members = {each["username"]: each["role"] for each in command["fixtureData"]["members"]}
                    self._make_organization(command["orgName"], members)
                case "db/team", "up":
                    self._make_team(command["username"], command["fixtureData"])
                case "db/user", "password" | "down":
                    pass  # the key of a user is their name already
                case "db/organization", "down":
                    pass
                case place, name:
                    return Response(f"{place} {name} is not known here", 501)
        return Response("ok")

    def _make_user(self, username: str, admin: bool) -> None:
        user = {"username": username, "api_keys": [username], "default_entity": username, "admin": admin}
        self._sandbox.add_world({"users": [user]})

    def _make_organization(self, name: str, members: Mapping[str, str]) -> None:
        self._sandbox.add_world(
            {"orgs": [{"name": name, "entity": f"{name}_entity", "members": dict(members)}]}
        )

    def _make_team(self, username: str, wanted: Mapping[str, Mapping[str, str]]) -> None:
        team = {
            "name": wanted["team"]["name"],
            "org": wanted["organization"]["name"],
            "members": {username: "admin"},
        }
        self._sandbox.add_world({"teams": [team]})


def main() -> None:
    """Serve until the process is ended."""
    with Sandbox.start(WORLD) as sandbox:
        port = int(sandbox.base_url.rpartition(":")[2])
        fixture_port = port + 1
        print(json.dumps({"base_port": port, "fixture_port": fixture_port}), flush=True)  # noqa: T201
        service = FixtureService(sandbox)
        run_simple("127.0.0.1", fixture_port, Request.application(service.serve), threaded=True)


if __name__ == "__main__":
    main()
