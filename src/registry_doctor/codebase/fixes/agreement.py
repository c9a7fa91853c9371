"""Whether all calls that use a literal agree on its new text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from registry_doctor.codebase.fixes.edits import PartChange
from registry_doctor.codebase.fixes.verification import LiteralPosition, position_in_file
from registry_doctor.codebase.source.found import (
    FoundCall,
    KnownText,
    LiteralPart,
    Location,
    Span,
    UnknownPart,
)
from registry_doctor.support.wording import quoted_name


@dataclass(frozen=True)
class LiteralKey:
    """A literal, or one part of an f-string."""

    path: Path
    """Without symbolic links, so that a file has one name."""
    position: LiteralPosition
    part: int | None


@dataclass
class _Uses:
    """The texts that the uses of a literal need for each range of it, and the locations of the uses."""

    by_range: dict[tuple[int, int], dict[str, list[Location]]] = field(default_factory=dict)


class Agreement:
    """Collects the texts that each call needs in each literal."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths: dict[str, Path] = {}
        self._uses: dict[LiteralKey, _Uses] = {}

    def key(self, part: LiteralPart, span: Span) -> LiteralKey:
        """The literal of a part."""
        if span.file not in self._paths:
            # A loop of links cannot be resolved; it is reported when the file is read.
            try:
                self._paths[span.file] = (self._root / span.file).resolve()
            except (OSError, RuntimeError):
                self._paths[span.file] = self._root / span.file
        return LiteralKey(self._paths[span.file], position_in_file(span), part.part)

    def need(
        self, location: Location, parts: Iterable[LiteralPart], changes: Iterable[PartChange] = ()
    ) -> None:
        """A use at this location needs these parts: changed ones with the new text, the others as they are."""
        new = {change.index: change.new for change in changes}
        for index, part in enumerate(parts):
            self._need(location, part, new.get(index, part.text))

    def need_of(self, call: FoundCall, *, judged: bool) -> None:
        """All that a call needs, except the path that was judged.

        A registry path that is known only in part was not judged, so it may be wrong: where it shares a text with
        another path, it takes part in the correction.
        """
        values = [call.entity, call.project, call.organization, call.type, call.artifact, *call.aliases]
        if not judged and (isinstance(call.target, KnownText) or call.registry_bound == "ordinary"):
            values.append(call.target)
        for value in values:
            for part in value.parts if value is not None else ():
                if not isinstance(part, UnknownPart):
                    self._need(call.location, part, part.text)

    def conflict(self, change: PartChange, span: Span) -> str | None:
        """Why the change would be wrong for another use, as a clause; `None` if all agree."""
        range_ = _range(change.part)
        for other, wants in self._uses[self.key(change.part, span)].by_range.items():
            if other != range_ and (other[1] <= range_[0] or range_[1] <= other[0]):
                continue
            for text, locations in wants.items():
                if other != range_ or text != change.new:
                    at = min(locations)
                    return (
                        f"the text {quoted_name(change.part.text)} in {span.file}:{span.line} would have to change, "
                        f"but {at.file}:{at.line} needs another text there"
                    )
        return None

    def _need(self, location: Location, part: LiteralPart, new: str) -> None:
        if part.span is not None:
            wants = self._uses.setdefault(self.key(part, part.span), _Uses()).by_range
            wants.setdefault(_range(part), {}).setdefault(new, []).append(location)


def _range(part: LiteralPart) -> tuple[int, int]:
    return part.offset, part.offset + len(part.text)
