"""Which literals a corrected path changes: the new path is distributed over the parts of the old path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from registry_doctor.codebase.fixes.spelling import SEPARATORS, CannotEdit
from registry_doctor.codebase.source.found import LiteralPart
from registry_doctor.domain.target_path import REGISTRY_PREFIX, MalformedPath, TargetPath
from registry_doctor.support.wording import quoted_name

_TEMPLATE_MARKS = frozenset("%{}$")

LONGEST_PATH = 512
"""Three names of at most 128 characters, a prefix and a version are shorter."""

_PER_PART = 1_000_000
_PER_MISMATCH = 1_000


@dataclass(frozen=True)
class PartChange:
    """A part whose text changes."""

    index: int
    """The index of the part in the path; the same part can be in it twice."""
    part: LiteralPart
    new: str


def changed_parts(parts: Sequence[LiteralPart], new: str) -> list[PartChange]:
    """The parts that change when their path becomes `new`: as few as possible, each as little as possible.

    A field of the path stays in its part, and no part takes over the text of another part. Raises CannotEdit if
    a part would have to change that is not in a literal, or if the new path does not fit the parts.
    """
    if len(new) > LONGEST_PATH and len(parts) > 1:
        raise CannotEdit(f"the corrected path is longer than {LONGEST_PATH} characters")
    texts = tuple(part.text for part in parts)
    whole = tuple(part.part is None and part.text == part.literal for part in parts)
    divided = _divided(texts, new, tuple(map(_editable, parts)), whole)
    if divided is None:
        anywhere = _divided(texts, new, (True,) * len(parts), whole)
        for part, text in zip(parts, anywhere or texts, strict=True):
            if text != part.text and not _editable(part):
                raise CannotEdit(_from_elsewhere(part))
        raise CannotEdit("the corrected path does not fit the parts that the path is built from")
    changes = [
        PartChange(index, part, text)
        for index, (part, text) in enumerate(zip(parts, divided, strict=True))
        if text != part.text
    ]
    for change in changes:
        if not change.part.text == change.part.literal and _TEMPLATE_MARKS & set(change.new) - set(
            change.part.text
        ):
            raise CannotEdit("it is in a template, where `%`, `$`, `{` and `}` have another meaning")
    return changes


def _editable(part: LiteralPart) -> bool:
    end = part.offset + len(part.text)
    return part.span is not None and part.literal[part.offset : end] == part.text


def _from_elsewhere(part: LiteralPart) -> str:
    if part.names:
        names = " or ".join(f"`{name}`" for name in part.names)
        return f"the part {quoted_name(part.text)} is computed from {names}; correct it there"
    return f"the part {quoted_name(part.text)} is computed or comes from outside; correct it at its source"


@lru_cache(maxsize=1_000)
def _divided(
    texts: tuple[str, ...], new: str, editable: tuple[bool, ...], whole: tuple[bool, ...]
) -> tuple[str, ...] | None:
    """The cheapest division of `new` into a text for each part; `None` if there is none."""
    fields = _FieldMap("".join(texts), new) if len(texts) > 1 else None
    best: dict[int, tuple[int, tuple[str, ...]]] = {0: (0, ())}
    at = 0
    for index, text in enumerate(texts):
        longer: dict[int, tuple[int, tuple[str, ...]]] = {}
        for start, (cost, before) in best.items():
            kept = start + len(text) if new.startswith(text, start) else None
            last = index == len(texts) - 1
            ends = range(len(new), len(new) + 1) if last else range(start, len(new) + 1)
            for end in (
                ends if editable[index] else () if kept is None or (last and kept < len(new)) else (kept,)
            ):
                if end == kept:
                    price = 0
                elif fields is not None and (
                    fields.strange(at, at + len(text), start, end)
                    or new[start:end] in _others(texts, index)
                    or (whole[index] and start == end and text[:1] not in SEPARATORS)
                ):
                    continue
                else:
                    price = _price(text, new[start:end])
                if end not in longer or cost + price < longer[end][0]:
                    longer[end] = (cost + price, (*before, new[start:end]))
        best = longer
        at += len(text)
    found = best.get(len(new))
    return found[1] if found is not None else None


def _others(texts: Sequence[str], index: int) -> set[str]:
    """The texts of the other parts: names in the wrong order are not corrected by exchanging constants."""
    return {text for at, text in enumerate(texts) if at != index and len(text) > 1}


def _price(old: str, new: str) -> int:
    mismatches = int(not old or not new)
    if old and new:
        mismatches += (old[0] in SEPARATORS) != (new[0] in SEPARATORS)
        mismatches += (old[-1] in SEPARATORS) != (new[-1] in SEPARATORS)
    return _PER_PART + _PER_MISMATCH * mismatches + min(Levenshtein.distance(old, new), _PER_MISMATCH - 1)


class _FieldMap:
    """Which field of the path each character belongs to, before and after."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = _labels(old), _labels(new)
        self._before = frozenset(self._old)

    def strange(self, old_start: int, old_end: int, start: int, end: int) -> bool:
        """Whether a part would take a field that was in another part before."""
        if not self._old or not self._new:
            return False
        had = set(self._old[old_start:old_end])
        return any(label not in had and label in self._before for label in self._new[start:end])


def _labels(text: str) -> list[str]:
    try:
        path = TargetPath.parse(text)
    except MalformedPath:
        return []
    labels: list[str] = []
    if path.prefix is not None:
        labels += ["organization"] * len(path.prefix) + ["organization/"]
    if path.project is not None:
        prefix = len(REGISTRY_PREFIX) if path.project.startswith(REGISTRY_PREFIX) else 0
        labels += ["prefix"] * prefix + ["registry"] * (len(path.project) - prefix) + ["registry/"]
    labels += ["collection"] * len(path.collection)
    if path.version is not None:
        labels += [":"] + ["version"] * len(path.version)
    return labels
