"""Fuzzes the error catalogue: `python -m tests.hostile.fuzz.messages -runs=1000000`.

The first byte chooses a wording of the catalogue; the rest are the names in its blanks, what stands around it, and, as a
whole, another catalogue.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import cycle

from tests.hostile.fuzz.driver import fuzz, instrumented

with instrumented():
    from registry_doctor.facts import Call
    from registry_doctor.known_errors.catalogue import BrokenCatalogue, catalogue, read_catalogue
    from registry_doctor.known_errors.finder import MOST_MESSAGES, find
    from registry_doctor.known_errors.live import diagnosed_call
    from registry_doctor.known_errors.reader import lines_in_text
    from registry_doctor.known_errors.wordings import MalformedWording, Wording
    from registry_doctor.settings import Given

TEXTS = tuple(text for entry in catalogue() for text in entry.texts)
BLANK = re.compile(r"\{\w+\}|…")
SEPARATOR = b"\x1f"
WORDS = (
    "wandb: ERROR ", "CommError: ", "Traceback (most recent call last):\n", '  File "/a/wandb/x.py", line 1, in f\n',
    "    run.link_artifact(a, 'wandb-registry-model/x')\n", "(<Response [404]>)", "\\n", '{"errors":[{"message":"',
    "HTTP 400: ", "'", '"', "[rank0]: ", "\r", "{name}", "…", "\x1f", '[[message]]\nid = "a"\n', "texts = [\"",
    "[[message.cause]]\n", "why = ", *TEXTS,
)  # fmt: skip


def one(data: bytes) -> None:
    """Nothing but the errors that are promised is raised, and what is found is bounded and has its causes."""
    pieces = [each.decode("utf-8", "replace") for each in data[1:].split(SEPARATOR)]
    names = cycle(pieces)
    wording = TEXTS[data[0] % len(TEXTS)] if data else ""
    message = BLANK.sub(lambda _: next(names), wording)
    reading = find(lines_in_text(f"{next(names)}{message}{next(names)}"))
    assert len(reading.explanations) <= MOST_MESSAGES
    for each in reading.explanations:
        assert each.causes
        assert each.count >= 1
        assert "\n" not in each.message
        for cause in each.causes:
            assert cause.text.strip()
            assert cause.fix.strip()
    diagnosed_call(reading, Call(None), Given(), purpose_is_given=False)
    if "message" in pieces[0]:
        with suppress(BrokenCatalogue, ValueError):  # no catalogue, or no TOML
            read_catalogue(pieces[0])
    with suppress(MalformedWording):
        Wording.parse(pieces[-1])


def seeds() -> list[bytes]:
    """Every wording with ordinary names, and a catalogue."""
    names = [b"vision", b"model", b"detector", b"v0"]
    entry = b'[[message]]\nid="a"\ntexts=["no such thing as {entity}"]\ncall="link"\nsource="x"\n[[message.cause]]\nwhy="a"\nfix="b"\n'
    chosen = [bytes([number % 256]) + SEPARATOR.join(names) for number in range(len(TEXTS))]
    return [*chosen, b"\0" + entry, b"\0" + SEPARATOR.join([b"Error: ", *names])]


if __name__ == "__main__":
    fuzz(one, seeds(), WORDS)
