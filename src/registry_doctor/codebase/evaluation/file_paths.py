"""Paths joined by `os.path` and `pathlib`. They are written with `/`, as wandb's own paths are."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from registry_doctor.codebase.evaluation.choices import combine, one
from registry_doctor.codebase.evaluation.strings import as_text, joined
from registry_doctor.codebase.evaluation.values import (
    Arguments,
    FilePath,
    ListValue,
    PossibleValues,
    TextValue,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart

_JOINS = frozenset({"os.path.join", "posixpath.join", "path.join"})
_SAME = frozenset({"os.fspath", "os.path.normpath", "posixpath.normpath"})
_CLASSES = frozenset({f"pathlib.{name}" for name in ("Path", "PurePath", "PurePosixPath", "PosixPath")})
_SLASH = TextValue((LiteralPart("/"),))


def joined_path(dotted: str, arguments: Arguments, labels: Sequence[str]) -> PossibleValues | None:
    """A call of `os.path.join`, `pathlib.Path` and similar functions; `None` for other calls."""
    operands = list(arguments.positional)
    if arguments.more is not None or arguments.keywords or not operands:
        return None
    labels = [*labels, *["…"] * (len(operands) - len(labels))]
    if dotted in _JOINS:
        return combine(operands, lambda values: _join(_texts(values, labels)), labels)
    if dotted in _CLASSES:
        return combine(operands, lambda values: FilePath(_plain(_join(_texts(values, labels)))), labels)
    if dotted in _SAME and _all_known(operands):
        return combine(operands[:1], lambda values: _plain(as_text(values[0], labels[0])), labels)
    return None


def below(first: Value, second: Value, labels: Sequence[str]) -> Value | None:
    """`first / second`, if one of them is a path of `pathlib`."""
    if not isinstance(first, FilePath) and not isinstance(second, FilePath):
        return None
    return FilePath(_plain(_join(_texts([first, second], labels))))


def of_path(path: FilePath, name: str, arguments: Arguments) -> PossibleValues | None:
    """`path.name(…)`."""
    if name in ("as_posix", "__str__", "__fspath__"):
        return one(path.text)
    if name == "joinpath":
        labels = ["…"] * (len(arguments.positional) + 1)
        return combine(
            [one(path), *arguments.positional],
            lambda values: FilePath(_plain(_join(_texts(values, labels)))),
            labels,
        )
    known = path.text.known
    if name == "with_suffix" and known is not None and len(arguments.positional) == 1:
        return combine(
            list(arguments.positional),
            lambda values: FilePath(
                joined([_computed(posixpath.splitext(known)[0]), as_text(values[0], "suffix")])
            ),
            ["suffix"],
        )
    return None


def part_of_path(path: FilePath, name: str) -> Value | None:
    """`path.name`, `path.stem`, `path.parent`, `path.suffix`, `path.parts`, if the path is known."""
    known = path.text.known
    if known is None:
        return None
    folder, last = posixpath.split(known)
    if name == "name":
        return _computed(last)
    if name in ("stem", "suffix"):
        return _computed(posixpath.splitext(last)[0 if name == "stem" else 1])
    if name == "parent":
        return FilePath(_computed(folder or "."))
    if name == "parts":
        return ListValue(tuple(one(_computed(part)) for part in known.split("/") if part))
    return None


def _computed(text: str) -> TextValue:
    return TextValue((LiteralPart(text),))


def _texts(values: Sequence[Value], labels: Sequence[str]) -> list[TextValue]:
    return [as_text(value, label) for value, label in zip(values, labels, strict=True)]


def _join(texts: Sequence[TextValue]) -> TextValue:
    """The texts with a `/` between them; one that begins with `/` replaces those before it, as in Python."""
    whole: list[TextValue] = []
    for index, text in enumerate(texts):
        known = text.known
        if known is not None and known.startswith("/"):
            whole = [text]
            continue
        if index and whole and not _ends_with_slash(whole[-1]):
            whole.append(_SLASH)
        if known != "" or index == len(texts) - 1:
            whole.append(text)
    return joined(whole)


def _ends_with_slash(text: TextValue) -> bool:
    last = text.parts[-1] if text.parts else None
    return isinstance(last, LiteralPart) and last.text.endswith("/")


def _plain(text: TextValue) -> TextValue:
    """The text as `pathlib` writes it: without doubled slashes, `.` and a slash at the end."""
    known = text.known
    if known is None:
        return text
    plain = "/".join(part for part in known.split("/") if part not in ("", "."))
    plain = f"/{plain}" if known.startswith("/") else plain
    return text if plain == known else _computed(plain)


def _all_known(operands: Sequence[PossibleValues]) -> bool:
    values = [choice.value for choices in operands for choice in choices]
    return all(
        isinstance(value, FilePath) or (isinstance(value, TextValue) and value.known is not None)
        for value in values
    )
