"""Building texts out of texts: `+`, `%`, `.format`, f-strings, `join` and the plain methods of a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from registry_doctor.codebase.evaluation.choices import one
from registry_doctor.codebase.evaluation.values import (
    Constant,
    External,
    ListValue,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart, UnknownPart

Part = LiteralPart | UnknownPart

_PERCENT = re.compile(
    r"%(?:(?P<literal>%)|(?:\((?P<name>[^()]*)\))?(?P<flags>[#0\- +]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?[hlL]?(?P<kind>[diouxXeEfFgGcrsa]))"
)
_FIELD = re.compile(
    r"(?P<open>\{\{)|(?P<close>\}\})|\{(?P<name>[^{}:!\[\].]*)(?P<rest>[^{}:!]*)(?:!(?P<conversion>[rsa]))?(?::(?P<spec>[^{}]*))?\}"
)
_SAME_IN_PARTS = frozenset({"lower", "upper", "casefold"})
_PLAIN = _SAME_IN_PARTS | {
    "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "title", "capitalize", "swapcase", "zfill",
}  # fmt: skip
_SPLITTING = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
METHODS = _PLAIN | _SPLITTING
LONGEST = 2_000
"""No path is this long; formatting to a width beyond it is not done."""


def text_of(thing: Value, label: str) -> TextValue:
    """A thing as a text; what is not known becomes a hole with this label."""
    if isinstance(thing, TextValue):
        return thing
    own = (label,) if label.isidentifier() else ()
    if isinstance(thing, Constant):
        if thing.value is None:
            return TextValue((UnknownPart(label, f"`{label}` is None here", own),))
        return TextValue((LiteralPart(str(thing.value)),))
    if isinstance(thing, Unknown):
        names = (
            thing.names
            if not thing.label.isidentifier()
            else tuple(dict.fromkeys((*thing.names, thing.label)))
        )
        return TextValue((UnknownPart(thing.label, thing.reason, names),))
    if isinstance(thing, External):
        said = f"`{thing.dotted}` is known only when the program runs"
        return TextValue((UnknownPart(label, said, own),))
    said = f"`{label}` is not a text whose value the code tells"
    return TextValue((UnknownPart(label, said, own),))


def joined(texts: Sequence[TextValue]) -> TextValue:
    """One after the other."""
    return TextValue(tuple(part for text in texts for part in text.parts))


def join(separator: TextValue, items: ListValue, label: str) -> TextValue | None:
    """`separator.join(items)`, if each item is one thing and none is missing."""
    if not items.complete or any(len(value) != 1 for value in items.values):
        return None
    texts: list[TextValue] = []
    for index, value in enumerate(items.values):
        if index:
            texts.append(separator)
        texts.append(text_of(value[0].value, label))
    return joined(texts)


def converted(thing: Value, label: str, conversion: str | None, spec: str) -> TextValue:
    """One value as f-strings, `format` and `.format` write it: `{value!r:>8}`."""
    if conversion not in ("r", "a") and not spec:
        return text_of(thing, label)
    value = (
        thing.known if isinstance(thing, TextValue) else thing.value if isinstance(thing, Constant) else None
    )
    if value is None:
        return text_of(thing, label)
    plain = repr(value) if conversion == "r" else ascii(value) if conversion == "a" else value
    try:
        written = plain if not spec or _too_wide(spec) else format(plain, spec)
    except (ValueError, TypeError, OverflowError, MemoryError):
        return text_of(thing, label)
    if written == value and isinstance(thing, TextValue):
        return thing
    return TextValue((LiteralPart(str(written)),))


def _too_wide(spec: str) -> bool:
    return any(int(digits) > LONGEST for digits in re.findall(r"\d{1,18}", spec))


def percent(
    template: TextValue, single: Value, label: Callable[[int], str], table: Mapping[str, Value] | None
) -> TextValue | None:
    """`template % arguments`; `None` if the template is not known or does not fit its arguments."""
    arguments = _arguments(single)
    used = 0

    def field(match: re.Match[str]) -> TextValue | None:
        nonlocal used
        if match["name"] is not None:
            thing = (table or {}).get(match["name"])
            if thing is None:
                return None
            name = match["name"]
        else:
            if used >= len(arguments):
                return None
            thing, name = arguments[used], label(used)
            used += 1
        plain = match["kind"] in "sdi" and not (match["flags"] or match["width"] or match["precision"])
        known = (
            thing.known
            if isinstance(thing, TextValue)
            else thing.value
            if isinstance(thing, Constant)
            else None
        )
        if plain or known is None or _too_wide(match[0]):
            return text_of(thing, name)
        try:
            shown = f"%{match['flags']}{match['width'] or ''}{'.' + match['precision'] if match['precision'] else ''}{match['kind']}"
            return TextValue((LiteralPart(shown % known),))
        except (TypeError, ValueError, OverflowError):
            return None

    return _filled(template, _PERCENT, field, lambda match: "%" if match["literal"] else None)


def _arguments(thing: Value) -> Sequence[Value]:
    if isinstance(thing, ListValue):
        return [
            value[0].value if len(value) == 1 else Unknown("…", "it can have several values")
            for value in thing.values
        ]
    return [thing]


def formatted(
    template: TextValue,
    positional: Sequence[Value],
    keywords: Mapping[str, Value],
    deeper: Callable[[Value, str], Value | None],
    labels: Sequence[str],
) -> TextValue | None:
    """`template.format(…)`; `deeper` looks up `.attribute` or `[key]` in a field. `None` if it does not fit."""
    used = 0

    def field(match: re.Match[str]) -> TextValue | None:
        nonlocal used
        name = match["name"]
        if name == "" or name.isdecimal():
            index = used if name == "" else int(name[:6])
            used += 1
            if index >= len(positional):
                return None
            thing: Value | None = positional[index]
            label = labels[index] if index < len(labels) else "…"
        else:
            thing, label = keywords.get(name), name
        if thing is not None and match["rest"]:
            thing = deeper(thing, match["rest"])
            label = match["rest"].strip(".[]") or label
        return None if thing is None else converted(thing, label, match["conversion"], match["spec"] or "")

    return _filled(
        template, _FIELD, field, lambda match: "{" if match["open"] else "}" if match["close"] else None
    )


def _filled(
    template: TextValue,
    pattern: re.Pattern[str],
    field: Callable[[re.Match[str]], TextValue | None],
    escaped: Callable[[re.Match[str]], str | None],
) -> TextValue | None:
    """Fill the fields that stand in the pieces of a template; the text between keeps where it stands."""
    parts: list[Part] = []
    for piece in template.parts:
        if isinstance(piece, UnknownPart):
            return None
        at = 0
        for match in pattern.finditer(piece.text):
            parts += _cut(piece, at, match.start())
            at = match.end()
            if (mark := escaped(match)) is not None:
                parts.append(LiteralPart(mark))
            elif (text := field(match)) is not None:
                parts += text.parts
            else:
                return None
        parts += _cut(piece, at, len(piece.text))
    return TextValue(tuple(parts))


def _cut(piece: LiteralPart, start: int, end: int) -> list[Part]:
    return [replace(piece, text=piece.text[start:end], offset=piece.offset + start)] if end > start else []


def method(text: TextValue, name: str, arguments: Sequence[Value]) -> Value | None:
    """A method of a string that is in METHODS; `None` if its result cannot be known."""
    plain = [_plain_argument(argument) for argument in arguments]
    if any(isinstance(argument, _NotPlain) for argument in plain):
        return None
    known = text.known
    if known is None:
        if name in _SAME_IN_PARTS:
            return TextValue(tuple(_changed(part, name) for part in text.parts))
        return text if name in ("strip", "lstrip", "rstrip") and not plain else None
    try:
        result = getattr(known, name)(*plain)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
    if isinstance(result, str):
        return text if result == known else TextValue((LiteralPart(result, names=_names(text)),))
    if isinstance(result, (list, tuple)):
        return ListValue(tuple(one(TextValue((LiteralPart(str(part)),))) for part in result))
    return None


class _NotPlain:
    pass


def _plain_argument(thing: Value) -> str | int | _NotPlain | None:
    if isinstance(thing, TextValue) and thing.known is not None:
        return thing.known
    if isinstance(thing, Constant) and (
        thing.value is None or (isinstance(thing.value, int) and abs(thing.value) < LONGEST)
    ):
        return thing.value
    return _NotPlain()


def _changed(part: Part, name: str) -> Part:
    if isinstance(part, UnknownPart):
        return part
    text = str(getattr(part.text, name)())
    return part if text == part.text else LiteralPart(text, names=part.names)


def _names(text: TextValue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.parts for name in part.names))
