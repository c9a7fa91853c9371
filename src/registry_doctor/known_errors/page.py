"""The documentation page of all known messages."""

from __future__ import annotations

import re

from registry_doctor.known_errors.catalogue import KnownMessage, PossibleCause, catalogue

_HEAD = """# I have this error

Search this page for a few words of your message, or ask the doctor, which also reads whole logs:

    wandb-registry doctor --error "Unable to find organization for entity 'vision'."
    wandb-registry doctor --error @train.log

Each section is one message of wandb or of its server, with its causes, the likeliest first. A code such as RD302 is the check
that finds out whether it is the cause: `wandb-registry doctor PATH` runs all checks. A name in braces is read from the message,
and an ellipsis stands for any text. [errors.md](errors.md) tells more about `--error`.
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
