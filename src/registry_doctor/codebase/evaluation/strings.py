"""Building strings: `+`, `%`, `.format`, f-strings, `join` and the simple methods of a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from registry_doctor.codebase.evaluation.choices import TOO_LONG, one
from registry_doctor.codebase.evaluation.limits import LONGEST_TEXT, WIDEST_FIELD
from registry_doctor.codebase.evaluation.values import (
    Constant,
    External,
    ListValue,
    TextValue,
    Unknown,
    Value,
)
from registry_doctor.codebase.source.found import LiteralPart, UnknownPart

TextPart = LiteralPart | UnknownPart

_PERCENT = re.compile(
    r"%(?:(?P<literal>%)|(?:\((?P<name>[^()]*)\))?(?P<flags>[#0\- +]*)(?P<width>[1-9]\d*)?(?:\.(?P<precision>\d+))?[hlL]?(?P<kind>[diouxXeEfFgGcrsa]))"
)
_FIELD = re.compile(
    r"(?P<open>\{\{)|(?P<close>\}\})|\{(?P<name>[^{}:!\[\].]*)(?P<rest>(?:[\[\].][^{}:!]*)?)(?:!(?P<conversion>[rsa]))?(?::(?P<spec>[^{}]*))?\}"
)
_SAME_IN_PARTS = frozenset({"lower", "upper", "casefold"})
_PLAIN = _SAME_IN_PARTS | {
    "strip", "lstrip", "rstrip", "replace", "removeprefix", "removesuffix", "title", "capitalize", "swapcase", "zfill",
}  # fmt: skip
_SPLITTING = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
STRING_METHODS = _PLAIN | _SPLITTING
_DIGITS = re.compile(r"\d+")
_TOO_LONG = TextValue((UnknownPart("…", TOO_LONG),))


def as_text(value: Value, label: str) -> TextValue:
    """A value as a string; an unknown value becomes an unknown part with this label."""
    if isinstance(value, TextValue):
        return value
    own = (label,) if label.isidentifier() else ()
    if isinstance(value, Constant):
        if value.value is None:
            return TextValue((UnknownPart(label, f"`{label}` is None here", own),))
        return TextValue((LiteralPart(str(value.value)),))
    if isinstance(value, Unknown):
        names = (
            value.names
            if not value.label.isidentifier()
            else tuple(dict.fromkeys((*value.names, value.label)))
        )
        return TextValue((UnknownPart(value.label, value.reason, names),))
    if isinstance(value, External):
        reason = f"`{value.dotted}` is known only when the program runs"
        return TextValue((UnknownPart(label, reason, own),))
    reason = f"`{label}` is not a string with a known value"
    return TextValue((UnknownPart(label, reason, own),))


def joined(texts: Sequence[TextValue]) -> TextValue:
    """The strings, one after the other; unknown if they are too long together."""
    parts: list[TextPart] = []
    length = 0
    for text in texts:
        for part in text.parts:
            length += len(part.text) or 1
            if length > LONGEST_TEXT:
                return _TOO_LONG
            parts.append(part)
    return TextValue(tuple(parts))


def join(separator: TextValue, items: ListValue, label: str) -> TextValue | None:
    """`separator.join(items)`, if no item is missing and each has one value."""
    if not items.complete or any(len(item) != 1 for item in items.values):
        return None
    texts: list[TextValue] = []
    for index, item in enumerate(items.values):
        if index:
            texts.append(separator)
        texts.append(as_text(item[0].value, label))
    return joined(texts)


def converted(value: Value, label: str, conversion: str | None, spec: str) -> TextValue:
    """A value as f-strings, `format` and `.format` format it: `{value!r:>8}`."""
    if conversion not in ("r", "a") and not spec:
        return as_text(value, label)
    known = (
        value.known if isinstance(value, TextValue) else value.value if isinstance(value, Constant) else None
    )
    if known is None:
        return as_text(value, label)
    try:
        plain = repr(known) if conversion == "r" else ascii(known) if conversion == "a" else known
        written = plain if not spec or _too_wide(spec) else format(plain, spec)
    except (ValueError, TypeError, OverflowError, MemoryError):
        return as_text(value, label)
    if written == known and isinstance(value, TextValue):
        return value
    return TextValue((LiteralPart(str(written)),))


def _too_wide(spec: str) -> bool:
    digits = (each.lstrip("0") for each in _DIGITS.findall(spec))
    return any(len(each) > 6 or int(each or 0) > WIDEST_FIELD for each in digits)


def percent(
    template: TextValue, single: Value, label: Callable[[int], str], table: Mapping[str, Value] | None
) -> TextValue | None:
    """`template % arguments`; `None` if the template is unknown or does not match its arguments."""
    arguments = _arguments(single)
    used = 0

    def field(match: re.Match[str]) -> TextValue | None:
        nonlocal used
        if match["name"] is not None:
            value = (table or {}).get(match["name"])
            if value is None:
                return None
            name = match["name"]
        else:
            if used >= len(arguments):
                return None
            value, name = arguments[used], label(used)
            used += 1
        plain = match["kind"] in "sdi" and not (match["flags"] or match["width"] or match["precision"])
        known = (
            value.known
            if isinstance(value, TextValue)
            else value.value
            if isinstance(value, Constant)
            else None
        )
        if plain or known is None or _too_wide(match[0]):
            return as_text(value, name)
        try:
            shown = f"%{match['flags']}{match['width'] or ''}{'.' + match['precision'] if match['precision'] else ''}{match['kind']}"
            return TextValue((LiteralPart(shown % known),))
        except (TypeError, ValueError, OverflowError):
            return None

    return _filled(template, _PERCENT, field, lambda match: "%" if match["literal"] else None)


def _arguments(value: Value) -> Sequence[Value]:
    if isinstance(value, ListValue):
        return [
            item[0].value if len(item) == 1 else Unknown("…", "it can have several values")
            for item in value.values
        ]
    return [value]


def formatted(
    template: TextValue,
    positional: Sequence[Value],
    keywords: Mapping[str, Value],
    deeper: Callable[[Value, str], Value | None],
    labels: Sequence[str],
) -> TextValue | None:
    """`template.format(…)`; `deeper` looks up `.attribute` or `[key]` in a field. `None` if it does not match."""
    used = 0

    def field(match: re.Match[str]) -> TextValue | None:
        nonlocal used
        name = match["name"]
        if name == "" or name.isdecimal():
            index = used if name == "" else int(name[:6])
            used += 1
            if index >= len(positional):
                return None
            value: Value | None = positional[index]
            label = labels[index] if index < len(labels) else "…"
        else:
            value, label = keywords.get(name), name
        if value is not None and match["rest"]:
            value = deeper(value, match["rest"])
            label = match["rest"].strip(".[]") or label
        return None if value is None else converted(value, label, match["conversion"], match["spec"] or "")

    return _filled(
        template, _FIELD, field, lambda match: "{" if match["open"] else "}" if match["close"] else None
    )


def _filled(
    template: TextValue,
    pattern: re.Pattern[str],
    field: Callable[[re.Match[str]], TextValue | None],
    escaped: Callable[[re.Match[str]], str | None],
) -> TextValue | None:
    """Fill the fields of a template; the text between the fields keeps its location."""
    parts: list[TextPart] = []
    length = 0
    for part in template.parts:
        if isinstance(part, UnknownPart):
            return None
        at = 0
        for match in pattern.finditer(part.text):
            parts += _cut(part, at, match.start())
            at = match.end()
            if (mark := escaped(match)) is not None:
                parts.append(LiteralPart(mark))
            elif (text := field(match)) is not None:
                length += sum(len(each.text) or 1 for each in text.parts)
                if length > LONGEST_TEXT:
                    return _TOO_LONG
                parts += text.parts
            else:
                return None
        parts += _cut(part, at, len(part.text))
    return TextValue(tuple(parts))


def _cut(part: LiteralPart, start: int, end: int) -> list[TextPart]:
    return [replace(part, text=part.text[start:end], offset=part.offset + start)] if end > start else []


def string_method(text: TextValue, name: str, arguments: Sequence[Value]) -> Value | None:
    """The result of a method in `STRING_METHODS`; `None` if it is unknown."""
    plain = [_plain_argument(argument) for argument in arguments]
    if any(isinstance(argument, _NotPlain) for argument in plain):
        return None
    known = text.known
    if known is None:
        if name in _SAME_IN_PARTS:
            return TextValue(tuple(_changed(part, name) for part in text.parts))
        return text if name in ("strip", "lstrip", "rstrip") and not plain else None
    if name == "replace" and _replaced_length(known, plain) > LONGEST_TEXT:
        return None
    try:
        result = getattr(known, name)(*plain)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
    if isinstance(result, str):
        return text if result == known else TextValue((LiteralPart(result, names=_names(text)),))
    if isinstance(result, (list, tuple)):
        return ListValue(tuple(one(TextValue((LiteralPart(str(part)),))) for part in result))
    return None


def _replaced_length(text: str, arguments: Sequence[object]) -> int:
    old, new = (*arguments[:2], "", "")[:2]
    return len(text) + text.count(old) * len(new) if isinstance(old, str) and isinstance(new, str) else 0


class _NotPlain:
    pass


def _plain_argument(value: Value) -> str | int | _NotPlain | None:
    if isinstance(value, TextValue) and value.known is not None:
        return value.known
    if isinstance(value, Constant) and (
        value.value is None or (isinstance(value.value, int) and abs(value.value) < WIDEST_FIELD)
    ):
        return value.value
    return _NotPlain()


def _changed(part: TextPart, name: str) -> TextPart:
    if isinstance(part, UnknownPart):
        return part
    text = str(getattr(part.text, name)())
    return part if text == part.text else LiteralPart(text, names=part.names)


def _names(text: TextValue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.parts for name in part.names))
