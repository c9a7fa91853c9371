"""Fuzzes the reader of logs: `python -m tests.hostile.fuzz.logs -runs=1000000`."""

from __future__ import annotations

import io
from pathlib import Path

from tests.hostile.fuzz.driver import fuzz, instrumented

with instrumented():
    from registry_doctor.facts import Call
    from registry_doctor.known_errors.finder import find
    from registry_doctor.known_errors.live import diagnosed_call
    from registry_doctor.known_errors.reader import LONGEST_PIECE, UnreadableText, lines_in_bytes
    from registry_doctor.settings import Given

LOGS = Path(__file__).parents[2] / "known_errors" / "logs"
WORDS = (
    "Traceback (most recent call last):\n", '  File "/a/b.py", line 1, in f\n', "    ~~~~^^^^\n", "╭─ Traceback",
    "│ ❱ 12 ", "Cell In[3], line 1", "---> 12 ", "wandb: ERROR ", "wandb: Tracking run with wandb version 0.31.0",
    "wandb: Currently logged in as: ", " to https://", "wandb: View run at https://wandb.ai/a/b/runs/c", "\x1b[31m",
    "\x1b]0;x\x07", "\r", "[rank1]: ", "(RayTrainWorker pid=1)", '{"msg": "', '\\n', "\\u001b", "\\ud800",
    "2026-01-01T00:00:00Z ", "run.link_artifact(a, 'wandb-registry-m/c')", "CommError: ", "\ufeff", "\0",
    "Unable to find organization for entity 'a'.", "During handling of the above exception",
    "The above exception was the direct cause", "api_key=", "Authorization: Basic ", "local-",
)  # fmt: skip


def one(data: bytes) -> None:
    """A log is read, or is said not to be text; lines come in order, each in one piece and without controls."""
    try:
        lines = list(lines_in_bytes(io.BytesIO(data)))
    except UnreadableText:
        return
    numbers = [line.number for line in lines]
    assert numbers == sorted(numbers)
    for line in lines:
        assert "\n" not in line.text
        assert "\x1b" not in line.text
        assert len(line.text) <= LONGEST_PIECE
    reading = find(lines)
    assert all(1 <= each.line <= max(numbers) for each in reading.explanations)
    diagnosed_call(reading, Call(None), Given(), purpose_is_given=False)


def seeds() -> list[bytes]:
    """The beginnings of real logs, in several encodings."""
    logs = [each.read_bytes()[:4096] for each in sorted(LOGS.glob("*.log"))]
    text = logs[0].decode("utf-8", "replace")[:400]
    return [*logs, text.encode("utf-16"), text.encode("utf-32"), text.encode("utf-16-be")]


if __name__ == "__main__":
    fuzz(one, seeds(), WORDS)
