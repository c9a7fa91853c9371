"""How names are put into sentences, the same way in every message."""

from __future__ import annotations

from collections.abc import Iterable

NAMES_SHOWN = 6
"""How many names a sentence lists before it says how many more there are."""


def listed(names: Iterable[str], *, last: str = "and", shown: int = NAMES_SHOWN) -> str:
    """`'a', 'b' and 'c'`; a long list is cut and says how many names follow. Empty for no names."""
    quoted = [quoted_name(name) for name in dict.fromkeys(names)]
    if len(quoted) > shown:
        return f"{', '.join(quoted[:shown])} and {len(quoted) - shown} more"
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


def quoted_name(name: str, limit: int = 128) -> str:
    """A name in quotes, with control characters escaped and a very long one cut."""
    shown = repr(name)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…{shown[0]}"


def quantity(number: int, singular: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def exception_in_words(problem: BaseException) -> str:
    """Type and text of an exception; only its type if the exception cannot write its text."""
    name = type(problem).__name__
    try:
        return f"{name}: {problem}"
    except Exception:
        return name


def shell_word(text: str) -> str:
    """A text as one word of a shell. Single quotes inside it stay readable where that is possible."""
    from shlex import quote  # imported here: most sentences need no shell

    if "'" in text and not any(char in '"$`\\!\n' for char in text):
        return f'"{text}"'
    return quote(text)
