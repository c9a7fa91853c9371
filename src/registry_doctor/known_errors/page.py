"""The documentation page of all known messages."""

from __future__ import annotations

import re

from registry_doctor.known_errors.catalogue import KnownMessage, PossibleCause, catalogue

_HEAD = """# Known errors

The messages that `wandb-registry doctor --error` and `registry_doctor.explain` recognise; [errors.md](errors.md) explains how to
use them. A name in braces is read from the message, and an ellipsis stands for any text. The likeliest cause is the first; each
cause names the check that examines it live.
"""

_BLANK = re.compile(r"\{(\w+)\|([^}]*)\}")


def known_errors_page() -> str:
    """The page, with a section for each message."""
    return _HEAD + "".join(map(_section, catalogue()))


def _section(entry: KnownMessage) -> str:
    texts = "".join(f"- `` {text} ``\n" for text in entry.texts)
    causes = "".join(f"{number}. {_cause(each)}\n" for number, each in enumerate(entry.causes, 1))
    call = {"link": "a link", "use": "a fetch", "both": "a link or a fetch"}[entry.call]
    about = [f"Appears after {call}", *([f"wandb {entry.sdk}"] if entry.sdk else [])]
    about += ["a warning"] if entry.severity.value == "warning" else []
    return f"\n## {entry.id}\n\n{texts}\n{', '.join(about)}.\n\n{causes}\nSource: {entry.source}\n"


def _cause(cause: PossibleCause) -> str:
    check = f" ([{cause.check}](checks/{cause.check}.md))" if cause.check else ""
    only = f" For a {cause.call}:" if cause.call else ""
    why = re.sub(r" (?= |[.,:;])", "", _BLANK.sub(lambda blank: blank[2], cause.why))
    fix = re.sub(r" (?= |[.,:;])", "", _BLANK.sub(lambda blank: blank[2], cause.fix))
    return f"{only.strip()} {why[:1].upper()}{why[1:]}{check} {fix}".strip()
