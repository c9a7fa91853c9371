"""The messages of W&B in the lines of a text or log, grouped, with what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from registry_doctor.checking.check import Severity
from registry_doctor.known_errors.catalogue import KnownMessage, catalogue, entry_named, tell_tale_words
from registry_doctor.known_errors.code_lines import METHODS_BY_NAME, calls_in
from registry_doctor.known_errors.explanations import explained, purpose_of
from registry_doctor.known_errors.logged_calls import LoggedCalls
from registry_doctor.known_errors.reader import LogLine
from registry_doctor.known_errors.run_starts import (
    entity_in_code,
    names_run_start,
    starts_run,
    without_repeated,
)
from registry_doctor.known_errors.wordings import Occurrence
from registry_doctor.report.explanation import Called, ErrorReading, Explanation, LoggedRun, NamesFound
from registry_doctor.support.redaction import without_keys

MOST_MESSAGES = 50
"""How many different messages are reported."""

MOST_STREAMS = 128
"""How many processes that write into one log are kept apart."""

CALL_REACH = 300
"""How many lines after a call a message can be about it."""

MOST_UNKNOWN = 3
FRAME_LINES = 40
LOOKAHEAD = 400

_START = re.compile(r"Traceback \(most recent call (?:last|first)\)")
_CHAINED = re.compile(r"The above exception was the direct cause|During handling of the above exception")
_FRAME = re.compile(
    r"""\s*(?:[|+]\s*)*(?:File "([^"]*)", line \d+|File ([^:]+\.py):\d+|(\S+\.py):\d+(?: in |$)|Cell In ?\[\d+\])"""
)
_CODE_LINE = re.compile(r"[\s╭╰─]|(?:[-=]*>|❱)\s*\d+\s")
_OF_WANDB = re.compile(r"[/\\]wandb[/\\]")
_WANDB_SAYS = re.compile(
    r"wandb:|wandb\.(?:errors|sdk|apis)|CommError|WandbApiFailed|PERMISSION_ERROR|<Response \[\d{3}\]>|returned error \d{3}|HTTP \d{3}|\(Error \d{3}"
    r"|upsert ?bucket|input: \w+ ",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"^\s*(?:wandb\.[\w.]+|\w*CommError|ValueError|RuntimeError|TypeError|AttributeError): "
)
_OF_SYSTEM = re.compile(r"\[Errno \d+\]|OSError|PermissionError")
"""Messages of the operating system, in an error that passed through wandb."""

_LOOKS_LIKE_ERROR = re.compile(r"CommError|WandbApiFailedError|wandb\.errors\.\S+:|input: linkArtifact")
_HINTS = (
    ("sdk_version", re.compile(r"Tracking run with wandb version (?P<sdk_version>\d[\w.]*)")),
    (
        "user",
        re.compile(
            r"Currently logged in as: (?P<user>[\w.-]+)(?: \((?P<entity>[\w.-]+)\))?(?:.*? to (?P<host>https?://[^\s.]+(?:\.[^\s.]+)*))?"
        ),
    ),
    (
        "project",
        re.compile(
            r"(?:View (?:project|run)\b|Syncing:).*?https?://[^/\s]+/(?:wandb/)?(?P<entity>[\w.-]+)/(?P<project>[^/\s?]+)"
        ),
    ),
)
_HINT_WORDS = ("wandb version", "logged in as", "View ", "Syncing: ")


@dataclass
class _Stream:
    """What one process wrote last."""

    pending: LogLine | None = None
    suspicious: bool = False
    """The pending line has a word that messages have."""
    frame: list[LogLine] | None = None
    """Lines of code of the frame that is being read; `None` outside a traceback."""
    frame_file: str = ""
    frame_of_wandb: bool = False
    wandb_seen: bool = False
    starts_run: bool = False
    """The last traceback shows the start of a run."""
    found_at: int = 0
    """The last line with a known message."""
    calls: tuple[Called, ...] = ()
    called_at: int = 0
    entity: str | None = None
    """The entity in the `wandb.init` of the last traceback."""
    ended: bool = False
    """The traceback has ended; the next lines are about something else, or are the next exception of a chain."""
    chained: bool = False
    consumed: int = 0
    """How much of the next line belongs to a message that began in the last one."""
    reported: set[tuple[str, NamesFound]] = field(default_factory=set)
    """What this chain of exceptions already contained: each exception repeats the text of its cause."""


def find(lines: Iterable[LogLine], *, called: Called | None = None) -> ErrorReading:
    """Find all messages and target paths in the lines. Keeps only what it finds, not the lines.

    `called` is the failed call, if the caller knows it.
    """
    finder = _Finder(called)
    for line in lines:
        finder.take(line)
    return finder.reading()


class _Finder:
    def __init__(self, called: Called | None) -> None:
        self._called = called
        self._streams: dict[str, _Stream] = {}
        self._groups: dict[tuple[str, NamesFound], Explanation] = {}
        self._last_line: dict[tuple[str, NamesFound], int] = {}
        self._calls = LoggedCalls()
        self._run = LoggedRun()
        self._unknown: list[tuple[int, str]] = []
        self._lines = 0
        self._taken = 0
        self._left_out = 0
        self._failed: Called | None = None

    def take(self, line: LogLine) -> None:
        """The next line."""
        self._lines = line.number
        self._taken += 1
        known = line.stream in self._streams or len(self._streams) < MOST_STREAMS
        stream = self._streams.setdefault(line.stream if known else "", _Stream())
        lowered = line.text.lower()
        suspicious = any(word in lowered for word in tell_tale_words())
        if stream.pending is not None:
            self._look_at(stream.pending, line, stream, stream.suspicious or suspicious)
        stream.pending, stream.suspicious = line, suspicious

    def reading(self) -> ErrorReading:
        """All that was found."""
        for stream in self._streams.values():
            if stream.pending is not None:
                self._look_at(stream.pending, None, stream, stream.suspicious)
            self._end_frame(stream)
        groups = list(self._groups.values())
        # An exception often repeats the text of its cause, with other words around it.
        reported = [each for each in groups if not any(_holds(other, each) for other in groups)]
        reported = without_repeated([self._completed(each) for each in reported])
        ordered = sorted(reported, key=lambda each: (each.severity is not Severity.ERROR, each.line))
        return ErrorReading(
            tuple(ordered),
            self._calls.with_messages(ordered),
            self._run,
            self._lines,
            tuple(self._unknown),
            self._left_out,
            self._calls.left_out,
            self._failed,
        )

    def _completed(self, each: Explanation) -> Explanation:
        """The explanation with what only the whole text shows: whether it names a path, and the run's address."""
        entry = entry_named(each.id)
        if each.called is None and not self._calls.found:
            each = replace(each, causes=entry.causes_of(each.found.named(), purpose_of(entry), placed=False))
        if not entry.run or each.found.entity is not None or self._run.project is None:
            return each
        found = replace(each.found, entity=self._run.entity)
        return explained(entry, each.message, each.line, found, each.called, each.count)

    def _look_at(self, line: LogLine, next_: LogLine | None, stream: _Stream, suspicious: bool) -> None:
        before, in_traceback = stream.calls, stream.frame is not None
        following = next_.text if next_ else ""
        self._follow_traceback(line, stream)
        if stream.calls is not before:
            stream.called_at = line.number
        elif line.number - stream.called_at > CALL_REACH:
            stream.calls, stream.entity = (), None
        if stream.frame is not None:
            return  # code may contain the texts of messages, too
        self._calls.read([line])
        found, begin, stream.consumed = False, stream.consumed, 0
        if suspicious:
            own = line.text.strip()
            text = without_keys(f"{own}\n{following.strip()[:LOOKAHEAD]}" if following else own)
            same = text if next_ and next_.number == line.number else own
            for entry, occurrence in self._occurrences(text, begin, stream, line):
                self._tell(self._meant(entry, same, stream), occurrence, line, stream)
                found, stream.found_at = True, line.number
                stream.consumed = max(stream.consumed, occurrence.end - len(text.partition("\n")[0]) - 1)
        if in_traceback and not found and stream.calls:
            self._failed = _with_path(stream.calls)
        if not found and len(self._unknown) < MOST_UNKNOWN and self._looks_like_error(line):
            self._unknown.append((line.number, without_keys(line.text.strip())[:300]))
        if any(word in line.text for word in _HINT_WORDS):
            self._learn(without_keys(line.text))

    def _looks_like_error(self, line: LogLine) -> bool:
        return (line.by_wandb and "rror" in line.text) or _LOOKS_LIKE_ERROR.search(line.text) is not None

    def _occurrences(
        self, text: str, begin: int, stream: _Stream, line: LogLine
    ) -> Iterator[tuple[KnownMessage, Occurrence]]:
        """The messages that begin in this line. If some overlap: the one with the most names, then the longest."""
        own = text.partition("\n")[0]
        all_ = [
            (entry, each)
            for entry in catalogue()
            for each in entry.occurrences(text)
            if begin <= each.start < len(own) and self._counts(entry, each, own, stream, line)
        ]
        taken: list[Occurrence] = []
        for entry, each in sorted(all_, key=_preference):
            if all(each.end <= other.start or other.end <= each.start for other in taken):
                taken.append(each)
                yield entry, each

    def _meant(self, entry: KnownMessage, text: str, stream: _Stream) -> KnownMessage:
        """The entry itself, or the one that explains the message if it is about the start of a run."""
        if entry.run_start is None:
            return entry
        about_run = names_run_start(text) or (stream.starts_run and not stream.calls)
        return entry_named(entry.run_start) if about_run else entry

    def _counts(
        self, entry: KnownMessage, found: Occurrence, text: str, stream: _Stream, line: LogLine
    ) -> bool:
        """Whether this is a message of W&B, and not of other software."""
        alone = _EXCEPTION.sub("", text).strip(" .").lower() == found.text.strip(" .").lower()
        pasted = alone and self._taken <= 2
        if entry.fallback and (stream.found_at == line.number or not _whole(entry, found, alone=alone)):
            return False
        if entry.run and not names_run_start(text) and (stream.calls or self._calls.found):
            return False
        if entry.method is not None:
            expected = METHODS_BY_NAME[entry.method][0]
            called = any(each.method == expected for each in (self._called, *stream.calls) if each)
            return pasted or (called and text.strip().endswith(found.text))
        if entry.generic:
            by_wandb = line.by_wandb or stream.wandb_seen or _WANDB_SAYS.search(text) is not None
            return pasted or (by_wandb and _OF_SYSTEM.search(text) is None)
        return True

    def _tell(self, entry: KnownMessage, occurrence: Occurrence, line: LogLine, stream: _Stream) -> None:
        found = NamesFound(**occurrence.names)
        if entry.run and found.entity is None and stream.entity is not None:
            found = self._with_entity(entry, found, stream.entity)
        key = (entry.id, found)
        called = self._called or _fitting(stream.calls, entry)
        known = self._groups.get(key)
        if known is not None:
            repeated = key in stream.reported or self._last_line[key] == line.number
            better = (
                called if called is not None and (known.called is None or known.called.path is None) else None
            )
            if better is not None:
                known = explained(entry, known.message, known.line, found, better, known.count)
            self._groups[key] = known if repeated else replace(known, count=known.count + 1)
            self._last_line[key] = line.number
            stream.reported.add(key)
            return
        stream.reported.add(key)
        if len(self._groups) >= MOST_MESSAGES:
            self._left_out += 1
            return
        self._last_line[key] = line.number
        self._groups[key] = explained(entry, occurrence.text, line.number, found, called)

    def _with_entity(self, entry: KnownMessage, found: NamesFound, entity: str) -> NamesFound:
        """What a message names, with the run's entity; also where the log had the message before the traceback."""
        named = replace(found, entity=entity)
        bare, full = (entry.id, found), (entry.id, named)
        if bare in self._groups and full not in self._groups:
            known = self._groups.pop(bare)
            self._groups[full] = explained(entry, known.message, known.line, named, known.called, known.count)
            self._last_line[full] = self._last_line.pop(bare)
        return named

    def _follow_traceback(self, line: LogLine, stream: _Stream) -> None:
        text = line.text
        if _CHAINED.search(text):
            stream.chained = True
        elif _START.search(text):
            self._end_frame(stream)
            if not stream.chained:
                stream.reported.clear()
                stream.calls, stream.entity, stream.wandb_seen = (), None, False
                stream.starts_run = False
            stream.chained, stream.ended, stream.frame_of_wandb = False, False, False
            stream.frame = []
        elif ".py" in text or "Cell In" in text or stream.frame is not None:
            self._follow_frame(line, stream)
        else:
            if stream.ended:
                stream.calls, stream.wandb_seen, stream.ended, stream.starts_run = (), False, False, False
            if "_artifact(" in text or "_model(" in text:
                stream.calls = calls_in(without_keys(text), clear_only=True) or stream.calls
            if not text.startswith((" ", "\t")):
                stream.reported.clear()

    def _follow_frame(self, line: LogLine, stream: _Stream) -> None:
        text = line.text
        frame = _FRAME.match(text)
        if frame is not None:
            self._end_frame(stream)
            stream.frame_file = file = frame[1] or frame[2] or frame[3] or ""
            stream.frame, stream.frame_of_wandb = [], _OF_WANDB.search(file) is not None
            stream.wandb_seen |= stream.frame_of_wandb
        elif stream.frame is not None:
            if (line.boxed or _CODE_LINE.match(text)) and len(stream.frame) < FRAME_LINES:
                stream.frame.append(line)
                return
            # The line is the exception itself, or code without its indentation.
            self._end_frame(stream)
            stream.calls = stream.calls or calls_in(without_keys(text), clear_only=True)
            stream.frame, stream.ended = None, True

    def _end_frame(self, stream: _Stream) -> None:
        """Keep the outermost call of wandb that the traceback shows, and its path."""
        if not stream.frame:
            return
        code = without_keys("\n".join(each.text for each in stream.frame))
        stream.starts_run |= starts_run(stream.frame_file, code)
        if stream.frame_of_wandb:
            return
        self._calls.read(stream.frame)
        stream.calls = stream.calls or calls_in(code)
        stream.entity = stream.entity or entity_in_code(code)

    def _learn(self, text: str) -> None:
        for known, hint in _HINTS:
            found = hint.search(text)
            if found and getattr(self._run, known) is None:
                new = {name: value for name, value in found.groupdict().items() if value}
                if self._run.project is not None:
                    new.pop("entity", None)  # the entity of the run is known
                self._run = replace(self._run, **new)


def _preference(found: tuple[KnownMessage, Occurrence]) -> tuple[bool, int, int]:
    return found[0].fallback, -len(found[1].names), found[1].start - found[1].end


def _whole(entry: KnownMessage, found: Occurrence, *, alone: bool) -> bool:
    """Whether it is more than one word, or this word exactly, with nothing beside it."""
    return " " in found.text or (alone and found.text in entry.texts)


def _with_path(calls: tuple[Called, ...]) -> Called:
    """The first call whose path is known, else the first."""
    return next((each for each in calls if each.path is not None), calls[0])


def _holds(whole: Explanation, part: Explanation) -> bool:
    return len(whole.message) > len(part.message) and part.message in whole.message


def _fitting(calls: tuple[Called, ...], entry: KnownMessage) -> Called | None:
    """The call that the message is about, if one line of code has several: the outer one if both fit."""
    fitting = [each for each in calls if entry.call in ("both", each.for_)]
    return min(fitting or calls, key=lambda each: each.for_ != "link", default=None)
