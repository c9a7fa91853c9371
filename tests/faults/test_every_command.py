"""Every command that asks the server names the cause when that fails: nothing is done, and nothing crashes."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.faults.commands import TARGET, YOLO, run
from tests.faults.loopback import Script, close, response, send, serving

COMMANDS = (
    ("doctor",),
    ("doctor", f"{TARGET}:v0", "--for", "use"),
    ("ls",),
    ("ls", "Acme Robotics/model"),
    ("snippet", "link", TARGET),
    ("link", YOLO, TARGET),
    ("unlink", "--yes", f"{TARGET}:v0"),
    ("relog", "--yes", YOLO, "--to", "vision/detectors"),
    ("download", f"{TARGET}:v0"),
    ("preflight", "-"),
)

FAULTS: dict[str, tuple[Script | None, str]] = {
    "refused": (None, "refused the connection: nothing listens there"),
    "login page": (
        send(response("200 OK", "<html><title>Sign in</title></html>", media_type="text/html")),
        "a web page came from",
    ),
    "401": (
        send(response("401 Unauthorized", '{"errors": [{"message": "who?"}]}')),
        "accept the credentials",
    ),
    "truncated JSON": (send(response("200 OK", '{"data": {"q0": n')), "ends in the middle of its JSON"),
    "closed": (close, "closed the connection without an answer"),
}
"""What goes wrong, and the words that have to name it."""


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_names_the_cause(command: tuple[str, ...], fault: str, empty_home: Path) -> None:
    """With exit status 1 or 3, and without a traceback or the key."""
    script, words = FAULTS[fault]
    if script is None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        ended = run(*command, environment={"WANDB_BASE_URL": f"http://127.0.0.1:{port}"}, given=f"{TARGET}\n")
    else:
        with serving(script) as server:
            ended = run(*command, environment={"WANDB_BASE_URL": server.url}, given=f"{TARGET}\n")
    assert ended.status in (1, 3)
    assert words in ended.said
    assert list(empty_home.rglob("*.bin")) == []
