"""TOML read the same way on every Python."""

from __future__ import annotations

import re
import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


MOST_KEYS_IN_A_KEY = 100
"""How many parts a dotted key may have. The parser's time grows with their square."""

_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*"
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_PART}\.[ \t]*){{{MOST_KEYS_IN_A_KEY}}}")


def load_toml(text: str) -> dict[str, object]:
    """The table in `text`. Raises ValueError, which says where, if `text` is not valid TOML."""
    if _LONG_KEY.search(text):
        raise ValueError(f"it has a key with more than {MOST_KEYS_IN_A_KEY} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
