"""Near names: the existing names that a misspelled one may stand for. rapidfuzz does the fuzzy matching."""

from __future__ import annotations

import re
from collections.abc import Iterable

from registry_doctor.support.records import record

_LIKELY = 75
_ALMOST_EQUAL = 85
_SHORTEST_BEGINNING = 3


@record(frozen=True)
class Near:
    """An existing name near the typed one; `certain` if it is the only other spelling of it."""

    name: str
    certain: bool


def near_names(
    typed: str, existing: Iterable[str], *, beginnings: bool = True, limit: int = 3
) -> tuple[Near, ...]:
    """Existing names that `typed` may have meant, likeliest first; empty if none is near.

    Another spelling (case, separators, plural) is certain if there is just one. Names that differ in
    their digits are different names. With `beginnings`, an abbreviation (`prod`) is near what it begins.
    """
    names = [name for name in dict.fromkeys(existing) if name != typed]
    respelled = [name for name in names if _bare(name) == _bare(typed) and _digits(name) == _digits(typed)]
    if respelled:
        return tuple(Near(name, len(respelled) == 1) for name in respelled[:limit])
    rated = sorted(((-_rate(typed, name, beginnings), name) for name in names), key=lambda pair: pair[0])
    return tuple(Near(name, False) for rate, name in rated[:limit] if -rate >= _LIKELY)


def namesakes(typed: str, existing: Iterable[str]) -> tuple[Near, ...]:
    """Existing names so near that a new name is probably a misspelling of one of them."""
    names = [name for name in dict.fromkeys(existing) if name != typed]
    return tuple(
        near
        for near in near_names(typed, names, beginnings=False)
        if near.certain or (len(typed) > 4 and _rate(typed, near.name, False) >= _ALMOST_EQUAL)
    )


def _rate(typed: str, name: str, beginnings: bool) -> float:
    from rapidfuzz import fuzz  # imported here: most diagnoses need no near names

    if _digits(typed) != _digits(name):
        return 0.0
    left, right = typed.casefold(), name.casefold()
    rate = fuzz.ratio(left, right)
    if beginnings and len(left) >= _SHORTEST_BEGINNING and right.startswith(left):
        rate = max(rate, 90.0 - len(right) + len(left))
    return rate


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def _bare(name: str) -> str:
    bare = re.sub(r"[\s_.\-]+", "", name.casefold())
    return bare.removesuffix("s") if len(bare) > 3 else bare
