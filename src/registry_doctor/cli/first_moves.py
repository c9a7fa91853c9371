"""What people try first, and the command that they mean: a file or a message in the place of a path, another name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from registry_doctor.support.wording import shell_word

PROGRAM = "wandb-registry"

SYNONYMS = {
    "check": "doctor",
    "diagnose": "doctor",
    "diagnosis": "doctor",
    "verify": "doctor",
    "scan": "preflight",
    "lint": "preflight",
    "list": "ls",
    "search": "ls",
    "find": "ls",
    "get": "download",
    "fetch": "download",
    "pull": "download",
    "remove": "unlink",
    "rm": "unlink",
    "delete": "unlink",
    "copy": "relog",
    "report": "bundle",
    "serve": "sandbox",
    "server": "sandbox",
    "rules": "checks",
    "parse": "path",
    "code": "snippet",
    "autocomplete": "completion",
}
"""Other names for commands, as other tools have them."""

_SOURCES = (".py", ".ipynb", ".yaml", ".yml", ".toml", ".json", ".jsonl", ".cfg", ".ini", ".sh", ".md")
_LOGS = (".log", ".txt", ".out", ".err")
_WORDS_OF_A_MESSAGE = 4
"""How many words a text has at least before it can be a message of wandb."""


def other_command(text: str) -> str | None:
    """Say which command a text in the place of a target path is meant for. `None` if it may be a path."""
    if is_message(text):
        return f"this is a message, not a path. {_explained(text)}"
    line = _for_file(text)
    return None if line is None else f"{text!r} is a file, not a path in W&B. {line}"


def refuse_other_command(text: str) -> None:
    """Raise UsageError for a text in the place of a target path that is meant for another command."""
    if (sentence := other_command(text)) is not None:
        raise click.UsageError(sentence)


def is_message(text: str) -> bool:
    """Whether a text is a message of wandb, a traceback, or at least a sentence that cannot be a path."""
    if len(text.split()) < _WORDS_OF_A_MESSAGE:
        return False
    # A name from a server may hold anything: a line break alone makes no message of a path with its registry.
    if "/" not in text or ("\n" in text.strip() and "wandb-registry-" not in text):
        return True
    from registry_doctor.known_errors.finder import find  # imported here: a path has seldom four words
    from registry_doctor.known_errors.reader import UnreadableText, lines_in_text

    try:
        return bool(find(lines_in_text(text)).explanations)
    except UnreadableText:
        return False


def _explained(message: str) -> str:
    """Say how to explain a message: by a line to paste, or through a file if it is long or has several lines."""
    from registry_doctor.support.terminal_text import visible

    word = shell_word(message.strip())
    if visible(word) == word:  # else a line to paste would be cut, or hold escapes
        return f"To explain it:\n\n  {PROGRAM} doctor --error {word}"
    return f"To explain it, save it as a file, and give the file:\n\n  {PROGRAM} doctor --error @message.txt"


def _for_file(text: str) -> str | None:
    """Say which command reads this file. `None` if it is not a file, or may as well be a path in W&B."""
    suffix = Path(text).suffix.lower() if len(text) < 1024 and "\0" not in text else ""
    there, shown = _is_file(text), shell_word(text)
    named_like_one = "/" not in text and suffix in (*_SOURCES, *_LOGS)
    if "wandb-registry-" in text or not (there or named_like_one):
        return None
    if suffix == ".json" and there and _is_bundle(Path(text)):
        return f"To diagnose this bundle again:\n\n  {PROGRAM} doctor --replay {shown}"
    if suffix in _SOURCES:
        return f"To check every registry path in it:\n\n  {PROGRAM} preflight {shown}"
    return f"To explain the error in it:\n\n  {PROGRAM} doctor --error @{shown}"


def no_such_source(sentence: str, paths: Sequence[str]) -> str:
    """Add to the sentence about a missing file what a path in W&B, or a message, is for."""
    meant = next((each for each in paths if f"{each!r}" in sentence), None)
    if meant is None:
        return sentence
    if is_message(meant):
        return f"{sentence}. {_explained(meant)}"
    if "wandb-registry-" in meant or (meant.count("/") in (1, 2) and not Path(meant).suffix):
        return f"{sentence}. To examine a path in W&B:\n\n  {PROGRAM} doctor {shell_word(meant)}"
    return sentence


def unknown_command(words: Sequence[str], commands: Sequence[str]) -> str:
    """Say what may be meant by a first word that is not a command."""
    from difflib import get_close_matches

    from registry_doctor.support.terminal_text import visible
    from registry_doctor.support.wording import quoted_name

    word = words[0]
    meant = SYNONYMS.get(word.lower())
    near = [meant] if meant else get_close_matches(word.lower(), commands, n=2, cutoff=0.65)
    what = f"there is no command {quoted_name(word)}"
    if near:
        tails = [" ".join(shell_word(each) for each in [PROGRAM, name, *words[1:]]) for name in near]
        return f"{what}. Did you mean:\n\n" + "\n".join(f"  {visible(tail)}" for tail in tails)
    if (other := other_command(word)) is not None:
        return other
    if "/" in word:
        line = " ".join([PROGRAM, "doctor", *(shell_word(each) for each in words)])
        return f"{what}. To examine a path:\n\n  {visible(line)}"
    return f"{what}; `{PROGRAM} help` lists the commands"


def _is_file(text: str) -> bool:
    try:
        return len(text) < 1024 and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _is_bundle(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b'"registry-doctor-bundle"' in file.read(2000)
    except OSError:
        return False
