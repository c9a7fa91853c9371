"""Target paths in logs: in messages of W&B, in the code lines of tracebacks, and anywhere else in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from registry_doctor.codebase.inputs.configurations.key_words import purpose_by_keys
from registry_doctor.codebase.inputs.configurations.likeness import likeness_of
from registry_doctor.codebase.inputs.targets import OrdinaryUse, Target
from registry_doctor.codebase.source.folders import shown
from registry_doctor.codebase.source.found import Location, Unreadable
from registry_doctor.codebase.source.registry_bound import bound_of
from registry_doctor.domain.interpretation import Purpose
from registry_doctor.facts.call import Call
from registry_doctor.settings import Given
from registry_doctor.support.redaction import without_keys
from registry_doctor.support.versions import can_be_read

if TYPE_CHECKING:
    from registry_doctor.known_errors.reader import Line
    from registry_doctor.report.explanation import Called, ErrorReading, Explanation

_SETTING_SOURCE = "the log"
"""The source of entity and project, as reports name it."""

MOST_PATHS = 10_000
"""How many different paths of a log are kept."""

_QUOTED = re.compile(r"""(["'`])([^"'`\n]{3,1024}?)\1""")
_BARE = re.compile(r"[^\s\"'`,;()\[\]<>{}|=]+")
_ADDRESS = re.compile(r"[a-z][a-z+.-]*://[^\s\"'`]+", re.IGNORECASE)
_AFTER = ".:!?"
_METHOD = re.compile(
    r"\b(?P<use>use_artifact|use_model|\.artifact)\b|\b(?P<link>link_artifact|link_model|\.link)\b"
)


@dataclass
class _Paths:
    """The paths in the lines, each with its first line."""

    calls: dict[tuple[str, Purpose], tuple[int, Called | None]] = field(default_factory=dict)
    left_out: bool = False

    def collect_from(self, line: Line) -> None:
        """Collect the paths in a line."""
        if "registry" not in line.text.lower():
            return
        text = _ADDRESS.sub(" ", line.text)
        called = [
            each
            for each in _calls(text)
            if each.path is not None and _registry_bound(each.path) and without_keys(each.path) == each.path
        ]
        for each in called:
            self._add(each.path or "", each.for_, line.number, each)
        if called:
            return
        quoted = [found[2] for found in _QUOTED.finditer(text)]
        rest = _QUOTED.sub(" ", text)
        bare = [found[0].rstrip(_AFTER) for found in _BARE.finditer(rest)]
        for path in (*quoted, *bare):
            if likeness_of([(path, True)]) == "certain" and without_keys(path) == path:
                self._add(path, _purpose(text, path), line.number, None)

    def _add(self, path: str, for_: Purpose, line: int, called: Called | None) -> None:
        known = self.calls.get((path, for_))
        if known is None and len(self.calls) >= MOST_PATHS:
            self.left_out = True
        elif known is None or (known[1] is None and called is not None):
            self.calls[path, for_] = (line if known is None else known[0], called)


def read_log(path: Path, root: Path) -> Iterator[Target | OrdinaryUse | Unreadable]:
    """The targets in a log, by line: each path once as a link and once as a use, with entity and project of the run.

    The log is read in chunks and may be larger than the memory. Raises nothing.
    """
    from registry_doctor.known_errors.finder import find
    from registry_doctor.known_errors.reader import UnreadableText, lines_in_bytes

    name = shown(path, root)
    paths = _Paths()

    def watched(lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            paths.collect_from(line)
            yield line

    try:
        with path.open("rb") as file:
            reading = find(watched(lines_in_bytes(file)))
    except OSError as problem:
        yield Unreadable(name, f"the file cannot be opened: {problem.strerror or problem}")
        return
    except UnreadableText as problem:
        yield Unreadable(name, str(problem))
        return
    yield from sorted(_found(name, paths, reading), key=lambda each: each.location)
    if paths.left_out:
        yield Unreadable(name, f"it has more than {MOST_PATHS} different paths; the others were not read")


def _found(file: str, paths: _Paths, reading: ErrorReading) -> Iterator[Target | OrdinaryUse]:
    calls = {key: (line, _call(*key, called)) for key, (line, called) in paths.calls.items()}
    entities: dict[tuple[str, Purpose], str | None] = {}
    for each in reading.explanations:
        for call in _call_of(each):
            key = (call.target or "", call.for_)
            entities.setdefault(key, each.found.entity)
            line, known = calls.get(key, (each.line, None))
            richer = call if known is None or known.method is None else known
            calls[key] = (line, replace(richer, type=richer.type or call.type))
    about = reading.surroundings
    version = about.sdk_version if about.sdk_version is not None and can_be_read(about.sdk_version) else None
    for key, (line, call) in calls.items():
        location = Location(file, None, line, 1)
        if call.for_ == "use" and not _registry_bound(key[0]):
            yield OrdinaryUse(location)
            continue
        entity = entities.get(key) or about.entity
        given = Given(style="argument")
        if entity is not None:
            given = Given(
                entity=entity,
                project=about.project,
                style="argument",
                place_option=_SETTING_SOURCE,
                started=True,
            )
        yield Target(location, replace(call, sdk_version=version), given)


def _call_of(explanation: Explanation) -> Iterator[Call]:
    """The call that a message is about, if the message or its traceback names the path."""
    called, found = explanation.called, explanation.found
    for_: Purpose = called.for_ if called else "use" if explanation.call == "use" else "link"
    if called is not None and called.path is not None:
        call = _call(called.path, for_, called)
        yield replace(call, type=call.type or found.type) if for_ == "link" else call
    elif found.path is not None and _registry_bound(found.path):
        yield _call(found.path, for_, called)


def _call(path: str, for_: Purpose, called: Called | None) -> Call:
    if called is None:
        return Call(path, for_)
    artifact = called.artifact if for_ == "link" else None
    return Call(path, for_, artifact=artifact, type=called.type, method=called.method)


def _calls(text: str) -> tuple[Called, ...]:
    from registry_doctor.known_errors.code_lines import calls_in

    return calls_in(text) if "link" in text or "artifact(" in text else ()


def _registry_bound(path: str) -> bool:
    return bound_of([(path, True)]) == "registry"


def _purpose(text: str, path: str) -> Purpose:
    """The purpose of a printed path: by the method or the words before it, else by its version."""
    before = text.partition(path)[0]
    methods = list(_METHOD.finditer(before))
    if methods:
        return "use" if methods[-1]["use"] else "link"
    words = [before[-60:]]
    return purpose_by_keys(words, ()) or ("use" if ":" in path.rpartition("/")[2] else "link")
