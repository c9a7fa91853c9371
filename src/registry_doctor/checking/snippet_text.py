"""The words of remedies: which command changes a setting, where it comes from, and which line of code changes how.

A check says them in the steps and the snippet of a fix. A snippet is one shell line, or Python that compiles.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from registry_doctor.support.records import record


@record(frozen=True)
class Change:
    """How a setting is changed where it comes from: a sentence, and a command if one does it."""

    step: str
    snippet: str | None = None


def change_setting(name: str, value: str | None, source: str | None) -> Change:
    """How the setting `name` gets this value, or is taken away for `None`.

    `source` is where the value comes from, as `registry_doctor.settings` words it; what is neither a file nor an
    option is changed by the variable of the setting.

    >>> change_setting("entity", "vision", "WANDB_ENTITY").snippet
    'export WANDB_ENTITY=vision'
    >>> change_setting("mode", None, "~/.config/wandb/settings").step
    'Take the line `mode = …` out of ~/.config/wandb/settings.'
    """
    where = (source or "").removesuffix(" (empty)")
    if where.startswith("--"):
        return Change(f"Leave {where} out." if value is None else f"Give {where} {shell_word(value)}.")
    if where.endswith("="):
        return Change(f"Leave {where} out." if value is None else f"Give {where}{literal(value)}.")
    if where.endswith("settings") and where != "the settings":
        if value is None:
            return Change(f"Take the line `{name} = …` out of {where}.")
        return Change(f"Write `{name} = {value}` in {where}.")
    variable = where if where.startswith("WANDB_") else f"WANDB_{name.upper()}"
    if value is None:
        return Change(f"Take {variable} away where it is set.", f"unset {variable}")
    return Change(f"Set {variable} to {value}.", f"export {variable}={shell_word(value)}")


def shell_word(text: str) -> str:
    r"""The text as one word of a shell command, on one line.

    >>> print(shell_word("Acme Robotics"), shell_word("a\nb"))
    'Acme Robotics' $'a\nb'
    """
    if text.isprintable():
        return shlex.quote(text)
    return f"$'{''.join(map(_shell_character, text))}'"


def _shell_character(char: str) -> str:
    if char.isprintable():
        return f"\\{char}" if char in "\\'" else char
    number = ord(char)
    if number < 0x80:
        return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(char, f"\\x{number:02x}")
    if 0xDC80 <= number <= 0xDCFF:  # a stray byte
        return f"\\x{number - 0xDC00:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def before_after(before: str, after: str) -> str:
    """Two pieces of Python, the one that fails and the one that works.

    >>> print(before_after("wandb.init()", 'wandb.init(entity="vision")'))
    # before
    wandb.init()
    # after
    wandb.init(entity="vision")
    """
    return f"# before\n{before}\n# after\n{after}"


def literal(text: str) -> str:
    r"""A Python literal on one line, in double quotes where that needs no escapes.

    >>> literal('say "hi"\n')
    '\'say "hi"\\n\''
    """
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in text else shown


def or_entity_variable(entity: str) -> str:
    """A comment for Python code that names an entity: the variable does the same."""
    return f"# or: export WANDB_ENTITY={shell_word(entity)}"


def relog_command(artifact: str, team: str, target: str, aliases: Iterable[str] = ()) -> str:
    """The command that logs an artifact again in a team and links it.

    >>> relog_command("alice/scratch/mine:v0", "vision", "wandb-registry-model/mine")
    'wandb-registry relog alice/scratch/mine:v0 --to vision/scratch --link wandb-registry-model/mine'
    """
    parts = artifact.split("/")
    project = parts[-2] if len(parts) > 1 else "PROJECT"
    words = [artifact, "--to", f"{team}/{project}", "--link", target]
    words += [word for alias in aliases for word in ("--alias", alias)]
    return f"wandb-registry relog {' '.join(map(shell_word, words))}"


def show_administrators(registry: str, organization: str) -> str:
    """Python that prints who administers a registry, for those who may see it."""
    return (
        f"registry = wandb.Api().registry({literal(registry)}, organization={literal(organization)})\n"
        "for each in registry.user_members():\n"
        '    if each.role == "admin":\n'
        "        print(each.user.username)"
    )
