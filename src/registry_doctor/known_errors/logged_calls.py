"""The target paths in a text or log: of failed calls, of lines of code, and wherever one is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.likeness import likeness_of
from registry_doctor.domain.purpose_words import purpose_by_keys
from registry_doctor.domain.registry_bound import bound_of
from registry_doctor.domain.target_path import is_registry_project
from registry_doctor.known_errors.code_lines import calls_in
from registry_doctor.known_errors.reader import LogLine
from registry_doctor.report.explanation import Called, Explanation, LoggedCall, NamesFound
from registry_doctor.support.redaction import without_keys

MOST_CALLS = 10_000
"""How many different calls of one log are kept."""

_QUOTED = re.compile(r"""(["'`])([^"'`\n]{3,1024}?)\1""")
_BARE = re.compile(r"[^\s\"'`,;()\[\]<>{}|=]+")
_ADDRESS = re.compile(r"[a-z][a-z+.-]*://[^\s\"'`]+", re.IGNORECASE)
_AFTER = ".:!?"
_METHOD = re.compile(
    r"\b(?P<use>use_artifact|use_model|\.artifact(?:s|_versions|_collection)?)\b"
    r"|\b(?P<link>link_artifact|link_model|\.link)\b"
)


class LoggedCalls:
    """Collects the target paths of a log, each once for linking and once for using."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, Purpose], LoggedCall] = {}
        self.left_out = False

    @property
    def found(self) -> bool:
        """Whether there is a target path so far."""
        return bool(self._calls)

    def read(self, lines: Sequence[LogLine]) -> None:
        """Take the paths out of a line, or out of the lines of code that a traceback shows for one frame."""
        if not any("registry" in line.text.lower() for line in lines):
            return
        calls = calls_in("\n".join(line.text for line in lines)) if len(lines) > 1 else ()
        for each in filter(_is_registry_call, calls):
            line = next((line for line in lines if (each.path or "") in line.text), lines[0])
            self._add(_logged(each, line.number))
        paths_of_calls = {each.path for each in calls}
        for line in lines:
            for call in _calls_of_line(line):
                if call.path not in paths_of_calls:
                    self._add(call)

    def with_messages(self, explanations: Iterable[Explanation]) -> tuple[LoggedCall, ...]:
        """All calls by line, with what the messages about them add: a path, a type, the entity."""
        for each in explanations:
            if (call := call_of(each)) is not None:
                self._add(call)
        return tuple(sorted(self._calls.values(), key=lambda each: each.line))

    def _add(self, call: LoggedCall) -> None:
        key = call.path, call.for_
        known = self._calls.get(key)
        if known is not None:
            self._calls[key] = _merged(known, call)
        elif len(self._calls) < MOST_CALLS:
            self._calls[key] = call
        else:
            self.left_out = True


def call_of(explanation: Explanation) -> LoggedCall | None:
    """The call that a message is about, if the message or its traceback names the path."""
    called, found = explanation.called, explanation.found
    if called is not None and called.path is not None:
        call = _logged(called, explanation.line)
    elif (path := _path_in(found)) is not None:
        for_ = called.for_ if called else explanation.call
        call = LoggedCall(path, "use" if for_ == "use" else "link", explanation.line)
    else:
        return None
    type_ = call.type or (found.type if call.for_ == "link" else None)
    return replace(call, type=type_, entity=found.entity)


def _path_in(found: NamesFound) -> str | None:
    if found.path is not None:
        return found.path
    if found.owner is None or found.project is None or found.collection is None:
        return None
    name = found.collection if found.version is None else f"{found.collection}:{found.version}"
    return f"{found.owner}/{found.project}/{name}" if is_registry_project(found.project) else None


def _logged(called: Called, line: int) -> LoggedCall:
    artifact = called.artifact if called.for_ == "link" else None
    return LoggedCall(called.path or "", called.for_, line, called.method, called.type, artifact)


def _merged(known: LoggedCall, new: LoggedCall) -> LoggedCall:
    """The call with the details of both; a line of code knows more than a path that is printed."""
    richer, other = (new, known) if known.method is None and new.method is not None else (known, new)
    return replace(richer, line=known.line, type=richer.type or other.type, entity=known.entity or new.entity)


def _calls_of_line(line: LogLine) -> Iterator[LoggedCall]:
    if "registry" not in line.text.lower():
        return
    text = _ADDRESS.sub(" ", line.text)
    code = calls_in(text) if "link" in text or "artifact" in text else ()
    if calls := [each for each in code if _is_registry_call(each)]:
        yield from (_logged(each, line.number) for each in calls)
        return
    quoted = [found[2] for found in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" ", text)
    bare = [found[0].rstrip(_AFTER) for found in _BARE.finditer(rest)]
    for path in (*quoted, *bare):
        if likeness_of([(path, True)]) == "certain" and without_keys(path) == path:
            yield LoggedCall(path, _purpose(text, path), line.number)


def _is_registry_call(called: Called) -> bool:
    path = called.path
    return path is not None and bound_of([(path, True)]) == "registry" and without_keys(path) == path


def _purpose(text: str, path: str) -> Purpose:
    """What a printed path is for: by the method or the words before it, else by its version."""
    before = text.partition(path)[0]
    methods = list(_METHOD.finditer(before))
    if methods:
        return "use" if methods[-1]["use"] else "link"
    words = [before[-60:]]
    return purpose_by_keys(words, ()) or ("use" if ":" in path.rpartition("/")[2] else "link")
