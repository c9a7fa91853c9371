"""Where a person can link, as text: a heading for each organization, a row for each registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from registry_doctor.report.model import PlaceToLink, Report
from registry_doctor.report.style import HEADING, Paint
from registry_doctor.support.terminal_text import PATH_LIMIT, shortened, visible, wrapped


def place_lines(report: Report, paint: Paint, width: int | None) -> list[str]:
    """The registries with their ready paths; each path is whole, and stacked where it leaves no room beside it."""
    places = report.places
    if places is None:
        return []
    if not places:
        known = report.context.viewer is not None
        return ["No registry is visible to you." if known else "Where you can link is not known yet."]
    lines = []
    for organization, members in groupby(places, key=lambda place: place.organization):
        lines.append(paint(f"Where you can link in {visible(organization, report.secrets)}", HEADING))
        lines += (f"  {line}" for line in _rows(report, list(members), width))
    return lines


def _rows(report: Report, places: Sequence[PlaceToLink], width: int | None) -> Iterator[str]:
    paths = [visible(place.target_path, report.secrets, PATH_LIMIT) for place in places]
    room = None if width is None else width - 2
    longest = max(map(len, paths))
    beside = None if room is None else room - longest - 2
    for path, place in zip(paths, places, strict=True):
        about = visible(_about(place), report.secrets)
        if beside is None or beside >= _LEAST:
            yield f"{path.ljust(longest)}  {about if beside is None else shortened(about, beside)}"
        else:
            first, *rest = wrapped(about, room, 2)
            yield from (f"- {path}:", f"  {first}", *(f"  {line}" for line in rest))


_LEAST = 9
"""Columns that the types need beside the paths; with fewer they stand below."""


def _about(place: PlaceToLink) -> str:
    """The accepted types, and whether the person may link."""
    types = "any type" if place.accepted_types is None else ", ".join(place.accepted_types) or "no type"
    may = {True: "", False: "read-only; ", None: "rights unknown; "}[place.can_link]
    return f"{may}{types}"
