"""The known messages of W&B, read from `catalogue*.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import get_args

from registry_doctor.checking.check import Severity
from registry_doctor.domain.interpretation import Purpose, find_placeholder
from registry_doctor.known_errors.code_lines import METHODS_BY_NAME
from registry_doctor.known_errors.wordings import MalformedWording, Occurrence, Wording, names_in
from registry_doctor.report.explanation import CallKind, Cause, NamesFound
from registry_doctor.support.toml import load_toml
from registry_doctor.support.wording import quoted_name

FILES = ("catalogue.toml", "catalogue_files.toml", "catalogue_calls.toml")
"""The files of the catalogue, in this order."""

_BLANK = re.compile(r"\{(\w+)\|([^}]*)\}")
_CODE = re.compile(r"RD\d{3}")
_NAMES = frozenset(each.name for each in fields(NamesFound))


class BrokenCatalogue(ValueError):
    """An entry of the catalogue cannot be used."""


@dataclass(frozen=True)
class PossibleCause:
    """A cause before the names of a message are filled in: `{name|words}` is the name, or else the words."""

    why: str
    fix: str
    check: str | None
    call: Purpose | None
    """The call it is limited to; `None` if it can cause both."""
    unplaced: bool = False
    """It comes first where the text names neither a call nor a target path."""

    def filled(self, names: Mapping[str, str]) -> Cause:
        """The cause of one message."""
        return Cause(_filled(self.why, names), _filled(self.fix, names), self.check)


@dataclass(frozen=True)
class KnownMessage:
    """One message: its texts, and what it means."""

    id: str
    texts: tuple[str, ...]
    wordings: tuple[Wording, ...]
    causes: tuple[PossibleCause, ...]
    call: CallKind
    source: str
    sdk: str | None
    severity: Severity
    generic: bool
    """Other software uses the same words."""
    method: str | None
    """It counts only after a call of this method."""
    run: bool
    """It is about the start of a run."""
    run_start: str | None
    """The entry that explains it instead if it is about the start of a run."""
    fallback: bool
    """It counts only where no other message stands in the same line."""
    certain: bool
    """The message alone decides the cause; a live diagnosis would add nothing."""

    def occurrences(self, text: str) -> Iterator[Occurrence]:
        """Where it is in the text. Overlapping wordings are all returned."""
        lowered = text.lower().replace("\n", " ")
        for wording in self.wordings:
            if wording.anchor in lowered:
                yield from wording.occurrences(text)

    def causes_of(
        self, names: Mapping[str, str], for_: Purpose | None, *, placed: bool = True
    ) -> tuple[Cause, ...]:
        """The causes of one message, without those of the other call if the call is known.

        `placed`: the text names a call, or a target path.
        """
        fitting = [each for each in self.causes if for_ is None or each.call in (None, for_)]
        if any(map(find_placeholder, names.values())):
            fitting.sort(key=lambda each: each.check != "RD207")
        if not placed:
            fitting.sort(key=lambda each: not each.unplaced)
        return tuple(each.filled(names) for each in fitting or self.causes)


@cache
def catalogue() -> tuple[KnownMessage, ...]:
    """All entries. Raises BrokenCatalogue, which is an error in this package."""
    folder = resources.files("registry_doctor.known_errors")
    # The first file comes first: of two wordings that fit equally well, the earlier entry wins.
    return read_catalogue("\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in FILES))


@cache
def entry_named(id_: str) -> KnownMessage:
    """The entry of this identifier."""
    return next(each for each in catalogue() if each.id == id_)


@cache
def tell_tale_words() -> tuple[str, ...]:
    """A few words in lower case. Every message has one of them, and most lines of a log have none."""
    left = {wording.anchor for entry in catalogue() for wording in entry.wordings}
    words = sorted({word for anchor in left for word in re.findall(r"[a-z_]{4,}", anchor)})
    chosen = []
    while left:
        word = max(words, key=lambda each: (sum(each in anchor for anchor in left), len(each)))
        chosen.append(word)
        left = {anchor for anchor in left if word not in anchor}
    return tuple(chosen)


def read_catalogue(text: str) -> tuple[KnownMessage, ...]:
    """The entries of a catalogue. Raises BrokenCatalogue."""
    messages = load_toml(text).get("message")
    if not isinstance(messages, list):
        raise BrokenCatalogue("[[message]] is missing")
    entries = tuple(_entry(each) for each in messages)
    ids = [each.id for each in entries]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise BrokenCatalogue(f"used twice: {', '.join(twice)}")
    if unknown := sorted({each.run_start for each in entries if each.run_start} - set(ids)):
        raise BrokenCatalogue(f"run_start names no entry: {', '.join(unknown)}")
    return entries


def _entry(value: object) -> KnownMessage:
    table = _Table(value, "message")
    table.name = id_ = table.text("id")
    texts = table.texts("texts")
    try:
        wordings = tuple(map(Wording.parse, texts))
    except MalformedWording as problem:
        raise BrokenCatalogue(f"{id_}: {problem}") from problem
    if unknown := sorted({name for text in texts for name in names_in(text)} - _NAMES):
        raise BrokenCatalogue(f"{id_}: unknown name: {', '.join(unknown)}")
    causes = tuple(_cause(each, id_) for each in table.tables("cause"))
    entry = KnownMessage(
        id_,
        texts,
        wordings,
        causes,
        _call_kind(table.text("call"), id_),
        table.text("source"),
        table.optional("sdk"),
        _severity(table.optional("severity"), id_),
        table.flag("generic"),
        _method(table.optional("method"), id_),
        table.flag("run"),
        table.optional("run_start"),
        table.flag("fallback"),
        table.flag("certain"),
    )
    table.end()
    return entry


def _cause(value: object, id_: str) -> PossibleCause:
    table = _Table(value, id_)
    check, call = table.optional("check"), table.optional("call")
    if check is not None and not _CODE.fullmatch(check):
        raise BrokenCatalogue(f"{id_}: {check!r} is not a code")
    for_: Purpose | None
    match call:
        case "link" | "use" | None:
            for_ = call
        case _:
            raise BrokenCatalogue(f"{id_}: {call!r} is not a call")
    cause = PossibleCause(table.text("why"), table.text("fix"), check, for_, table.flag("unplaced"))
    table.end()
    blanks = {name for name, _ in _BLANK.findall(cause.why + cause.fix)}
    if unknown := sorted(blanks - _NAMES):
        raise BrokenCatalogue(f"{id_}: unknown name: {', '.join(unknown)}")
    return cause


def _call_kind(text: str, id_: str) -> CallKind:
    for kind in get_args(CallKind):
        if kind == text:
            found: CallKind = kind
            return found
    raise BrokenCatalogue(f"{id_}: {text!r} is not a call")


def _severity(text: str | None, id_: str) -> Severity:
    try:
        return Severity(text or "error")
    except ValueError as problem:
        raise BrokenCatalogue(f"{id_}: {problem}") from problem


def _method(text: str | None, id_: str) -> str | None:
    if text is not None and text not in METHODS_BY_NAME:
        raise BrokenCatalogue(f"{id_}: {text!r} is not a method")
    return text


class _Table:
    """A table of the file. Each key is removed when it is read, so that unknown keys are left."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise BrokenCatalogue(f"{name}: must be a table")
        self._left: dict[object, object] = dict(value)
        self.name = name

    def text(self, key: str) -> str:
        value = self._left.pop(key, None)
        if not isinstance(value, str) or not value.strip():
            raise BrokenCatalogue(f"{self.name}: {key} must be a non-empty string")
        return value

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self._left else None

    def flag(self, key: str) -> bool:
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            raise BrokenCatalogue(f"{self.name}: {key} must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, None)
        found = tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
        if not found:
            raise BrokenCatalogue(f"{self.name}: {key} must be a list of strings")
        return found

    def tables(self, key: str) -> list[object]:
        value = self._left.pop(key, None)
        if not isinstance(value, list) or not value:
            raise BrokenCatalogue(f"{self.name}: {key} is missing")
        return list(value)

    def end(self) -> None:
        if self._left:
            raise BrokenCatalogue(f"{self.name}: unknown key: {', '.join(map(str, self._left))}")


def _filled(text: str, names: Mapping[str, str]) -> str:
    def fill(blank: re.Match[str]) -> str:
        name = names.get(blank[1])
        return quoted_name(name) if name else blank[2]

    filled = _BLANK.sub(fill, text)
    # A name that is not known and has no other words leaves a space behind.
    return re.sub(r" (?= |[.,:;])", "", filled)
