"""Whether all that use a literal agree on its new text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from registry_doctor.codebase.fixes.edits import Change
from registry_doctor.codebase.fixes.verification import Place, place
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
class Key:
    """A literal, or one part of an f-string."""

    path: Path
    """Links followed, so that one file has one name."""
    place: Place
    part: int | None


@dataclass
class _Uses:
    """What the uses of a literal make of each stretch of it, and where they stand."""

    by_range: dict[tuple[int, int], dict[str, list[Location]]] = field(default_factory=dict)


class Agreement:
    """Collects what each call needs of each literal."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths: dict[str, Path] = {}
        self._uses: dict[Key, _Uses] = {}

    def key(self, piece: LiteralPart, span: Span) -> Key:
        """The literal of a piece."""
        if span.file not in self._paths:
            # A loop of links has no end; reading it says so later.
            try:
                self._paths[span.file] = (self._root / span.file).resolve()
            except (OSError, RuntimeError):
                self._paths[span.file] = self._root / span.file
        return Key(self._paths[span.file], place(span), piece.part)

    def need(self, location: Location, pieces: Iterable[LiteralPart], changes: Iterable[Change] = ()) -> None:
        """A use at this location needs these pieces, changed ones with their new text, all others as they are."""
        new = {change.index: change.new for change in changes}
        for index, piece in enumerate(pieces):
            self._need(location, piece, new.get(index, piece.text))

    def need_of(self, call: FoundCall, *, judged: bool) -> None:
        """All that a call needs besides the path that was judged.

        A path in a registry of which only a part is known was not judged, and nobody knows that it is right: it
        takes part in the correction of a text that it shares.
        """
        values = [call.entity, call.project, call.organization, call.type, call.artifact, *call.aliases]
        if not judged and (isinstance(call.target, KnownText) or call.registry_bound == "ordinary"):
            values.append(call.target)
        for value in values:
            for piece in value.pieces if value is not None else ():
                if not isinstance(piece, UnknownPart):
                    self._need(call.location, piece, piece.text)

    def conflict(self, change: Change, span: Span) -> str | None:
        """Why the change would be wrong for another use, as a clause; `None` if all agree."""
        stretch = _range(change.piece)
        for other, wants in self._uses[self.key(change.piece, span)].by_range.items():
            if other != stretch and (other[1] <= stretch[0] or stretch[1] <= other[0]):
                continue
            for text, locations in wants.items():
                if other != stretch or text != change.new:
                    at = min(locations)
                    return (
                        f"the text {quoted_name(change.piece.text)} in {span.file}:{span.line} would have to change, "
                        f"and {at.file}:{at.line} needs it otherwise"
                    )
        return None

    def _need(self, location: Location, piece: LiteralPart, new: str) -> None:
        if piece.span is not None:
            wants = self._uses.setdefault(self.key(piece, piece.span), _Uses()).by_range
            wants.setdefault(_range(piece), {}).setdefault(new, []).append(location)


def _range(piece: LiteralPart) -> tuple[int, int]:
    return piece.offset, piece.offset + len(piece.text)
