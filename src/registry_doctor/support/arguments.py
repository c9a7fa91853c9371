"""Refuse what a program gives wrongly, by the name of the argument, before anything is done with it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Collection, Iterable

from registry_doctor.support.wording import listed


def text(name: str, value: object) -> str:
    """The value, if it is a text. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {_shown(value)}{_hint(value)}")
    return value


def optional_text(name: str, value: object) -> str | None:
    """The value, if it is a text or None. Raises TypeError."""
    return None if value is None else text(name, value)


def texts(name: str, value: object) -> tuple[str, ...]:
    """The texts in a sequence; a single text stands for a sequence of one, as wandb takes it. Raises TypeError."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, Iterable) or isinstance(value, (bytes, bytearray)):
        raise TypeError(f"{name} must be a list of strings, not {_shown(value)}")
    return tuple(text(f"each of {name}", each) for each in value)


def one_of(name: str, value: object, allowed: Collection[str]) -> None:
    """Raise ValueError if the value is not one of these."""
    if value not in allowed:
        near = next((each for each in allowed if str(value).lower() == each.lower()), None)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"{name} must be {listed(allowed, last='or', shown=20)}, not {_shown(value)}{hint}")


def seconds(name: str, value: object) -> float:
    """The value, if it is a number of seconds above 0. Raises TypeError or ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds, not {_shown(value)}")
    if not value > 0 or math.isinf(value):  # this also refuses what is not a number
        raise ValueError(f"{name} must be a number of seconds above 0, not {value!r}")
    return value


def having(name: str, value: object, attributes: Iterable[str], what: str) -> None:
    """Raise TypeError if an object lacks one of these attributes. No code of the object is run."""
    nothing = object()
    if any(inspect.getattr_static(value, each, nothing) is nothing for each in attributes):
        raise TypeError(f"{name} must be {what}, not {_shown(value)}")


def _shown(value: object) -> str:
    """A value in a few words; an object that cannot be shown is named by its type."""
    if value is None:
        return "None"
    kind = type(value).__name__
    try:
        shown = repr(value)
    except Exception:
        return f"an object of type {kind}"
    return f"{shown} ({kind})" if len(shown) <= 60 else f"an object of type {kind}"


def _hint(value: object) -> str:
    """How to make a text of something that is nearly one."""
    if isinstance(value, (bytes, bytearray)):
        return "; decode it first"
    return "; use str(…)" if hasattr(value, "__fspath__") else ""
