"""What a requirement allows, as the lowest and the highest version of wandb; in the spellings of pip, Poetry and conda."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry_doctor.codebase.inputs.wandb_releases import RELEASES
from registry_doctor.support.versions import read_version

_BOUND_BELOW = frozenset({">", ">=", "==", "===", "~="})


@dataclass(frozen=True)
class Range:
    """The ends of what is allowed; equal if one version is pinned."""

    lowest: str
    highest: str


def requirement_range(specifier: str) -> Range | None:
    """The range of a specifier such as `>=0.16,<0.20`; `None` if it cannot be read.

    A specifier without a lower bound gets the newest version that it allows, so only that one is judged.

    >>> requirement_range(">=0.22,<0.23")
    Range(lowest='0.22.0', highest='0.22.3')
    >>> requirement_range("")
    Range(lowest='0.31.0', highest='0.31.0')
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(specifier)
        exact = [
            each.version for each in allowed if each.operator in ("==", "===") and "*" not in each.version
        ]
        named = [str(read_version(version)) for version in exact]
    except (InvalidSpecifier, ValueError):
        return None
    if named:
        return Range(named[0], named[0])
    fitting = list(allowed.filter(RELEASES))
    if not fitting:  # newer than every release that is known here
        versions = [each.version.removesuffix(".*") for each in allowed if each.operator in _BOUND_BELOW]
        return Range(versions[-1], versions[-1]) if versions else None
    bounded = any(each.operator in _BOUND_BELOW for each in allowed)
    return Range(fitting[0] if bounded else fitting[-1], fitting[-1])


def poetry_range(written: str) -> Range | None:
    """The range of a version as Poetry writes it: `^0.16.2`, `~0.16`, `0.16.*`, `0.16.2`, `>=0.16,<0.20`, `*`."""
    pieces = []
    for piece in filter(None, (each.strip() for each in written.split(","))):
        if piece == "*":
            continue
        if piece[0] in "^~" and piece[1:2] != "=":
            numbers = re.fullmatch(r"[\^~]\s*(\d+(?:\.\d+)*)[\w.+-]*", piece)
            if numbers is None:
                return None
            pieces.append(f">={numbers[1]},<{_next(numbers[1], caret=piece[0] == '^')}")
        elif piece[0].isdigit():
            pieces.append(f"=={piece}")
        else:
            pieces.append(piece.replace(" ", ""))
    return requirement_range(",".join(pieces))


def _next(version: str, *, caret: bool) -> str:
    """The first version that `^` or `~` excludes."""
    numbers = [int(number) for number in version.split(".")]
    place = min(1, len(numbers) - 1)
    if caret:
        place = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(map(str, [*numbers[:place], numbers[place] + 1]))


def conda_range(written: str) -> Range | None:
    """The range of a version as conda writes it: `=0.16`, `==0.16.2`, `>=0.16,<0.20`, `0.16.2`, `=0.16.2=py_0`."""
    if written and written[0].isdigit():
        written = f"=={written}"
    fuzzy = re.fullmatch(r"=\s*([\d.]+)(?:=\w+)?(?:\.?\*)?", written)
    if fuzzy is not None:
        return (
            requirement_range(f"=={fuzzy[1].rstrip('.')}.*")
            if fuzzy[1].count(".") < 2
            else requirement_range(f"=={fuzzy[1]}")
        )
    return requirement_range(written.replace(" ", ""))
