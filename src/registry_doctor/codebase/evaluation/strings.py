"""Building texts out of texts: `+`, `%`, `.format`, f-strings, `join` and the plain methods of a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from registry_doctor.codebase.evaluation.values import Constant, External, Items, Text, Thing, Unknown
from registry_doctor.codebase.source.found import Hole, Piece

Part = Piece | Hole

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


def text_of(thing: Thing, label: str) -> Text:
    """A thing as a text; what is not known becomes a hole with this label."""
    if isinstance(thing, Text):
        return thing
    own = (label,) if label.isidentifier() else ()
    if isinstance(thing, Constant):
        if thing.value is None:
            return Text((Hole(label, f"`{label}` is None here", own),))
        return Text((Piece(str(thing.value)),))
    if isinstance(thing, Unknown):
        names = (
            thing.names
            if not thing.label.isidentifier()
            else tuple(dict.fromkeys((*thing.names, thing.label)))
        )
        return Text((Hole(thing.label, thing.reason, names),))
    if isinstance(thing, External):
        said = f"`{thing.dotted}` is known only when the program runs"
        return Text((Hole(label, said, own),))
    said = f"`{label}` is not a text whose value the code tells"
    return Text((Hole(label, said, own),))


def joined(texts: Sequence[Text]) -> Text:
    """One after the other."""
    return Text(tuple(part for text in texts for part in text.parts))


def join(separator: Text, items: Items, label: str) -> Text | None:
    """`separator.join(items)`, if each item is one thing and none is missing."""
    if not items.complete or any(len(value) != 1 for value in items.values):
        return None
    texts: list[Text] = []
    for index, value in enumerate(items.values):
        if index:
            texts.append(separator)
        texts.append(text_of(value[0].thing, label))
    return joined(texts)


def converted(thing: Thing, label: str, conversion: str | None, spec: str) -> Text:
    """One value as f-strings, `format` and `.format` write it: `{value!r:>8}`."""
    if conversion not in ("r", "a") and not spec:
        return text_of(thing, label)
    value = thing.known if isinstance(thing, Text) else thing.value if isinstance(thing, Constant) else None
    if value is None:
        return text_of(thing, label)
    plain = repr(value) if conversion == "r" else ascii(value) if conversion == "a" else value
    try:
        written = plain if not spec or _too_wide(spec) else format(plain, spec)
    except (ValueError, TypeError, OverflowError, MemoryError):
        return text_of(thing, label)
    if written == value and isinstance(thing, Text):
        return thing
    return Text((Piece(str(written)),))


def _too_wide(spec: str) -> bool:
    return any(int(digits) > LONGEST for digits in re.findall(r"\d{1,18}", spec))


def percent(
    template: Text, single: Thing, label: Callable[[int], str], table: Mapping[str, Thing] | None
) -> Text | None:
    """`template % arguments`; `None` if the template is not known or does not fit its arguments."""
    arguments = _arguments(single)
    used = 0

    def field(match: re.Match[str]) -> Text | None:
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
            thing.known if isinstance(thing, Text) else thing.value if isinstance(thing, Constant) else None
        )
        if plain or known is None or _too_wide(match[0]):
            return text_of(thing, name)
        try:
            shown = f"%{match['flags']}{match['width'] or ''}{'.' + match['precision'] if match['precision'] else ''}{match['kind']}"
            return Text((Piece(shown % known),))
        except (TypeError, ValueError, OverflowError):
            return None

    return _filled(template, _PERCENT, field, lambda match: "%" if match["literal"] else None)


def _arguments(thing: Thing) -> Sequence[Thing]:
    if isinstance(thing, Items):
        return [
            value[0].thing if len(value) == 1 else Unknown("…", "it can have several values")
            for value in thing.values
        ]
    return [thing]


def formatted(
    template: Text,
    positional: Sequence[Thing],
    keywords: Mapping[str, Thing],
    deeper: Callable[[Thing, str], Thing | None],
    labels: Sequence[str],
) -> Text | None:
    """`template.format(…)`; `deeper` looks up `.attribute` or `[key]` in a field. `None` if it does not fit."""
    used = 0

    def field(match: re.Match[str]) -> Text | None:
        nonlocal used
        name = match["name"]
        if name == "" or name.isdecimal():
            index = used if name == "" else int(name[:6])
            used += 1
            if index >= len(positional):
                return None
            thing: Thing | None = positional[index]
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
    template: Text,
    pattern: re.Pattern[str],
    field: Callable[[re.Match[str]], Text | None],
    escaped: Callable[[re.Match[str]], str | None],
) -> Text | None:
    """Fill the fields that stand in the pieces of a template; the text between keeps where it stands."""
    parts: list[Part] = []
    for piece in template.parts:
        if isinstance(piece, Hole):
            return None
        at = 0
        for match in pattern.finditer(piece.text):
            parts += _cut(piece, at, match.start())
            at = match.end()
            if (mark := escaped(match)) is not None:
                parts.append(Piece(mark))
            elif (text := field(match)) is not None:
                parts += text.parts
            else:
                return None
        parts += _cut(piece, at, len(piece.text))
    return Text(tuple(parts))


def _cut(piece: Piece, start: int, end: int) -> list[Part]:
    return [replace(piece, text=piece.text[start:end], offset=piece.offset + start)] if end > start else []


def method(text: Text, name: str, arguments: Sequence[Thing]) -> Thing | None:
    """A method of a string that is in METHODS; `None` if its result cannot be known."""
    plain = [_plain_argument(argument) for argument in arguments]
    if any(isinstance(argument, _NotPlain) for argument in plain):
        return None
    known = text.known
    if known is None:
        if name in _SAME_IN_PARTS:
            return Text(tuple(_changed(part, name) for part in text.parts))
        return text if name in ("strip", "lstrip", "rstrip") and not plain else None
    try:
        result = getattr(known, name)(*plain)
    except (TypeError, ValueError, OverflowError, MemoryError):
        return None
    if isinstance(result, str):
        return text if result == known else Text((Piece(result, names=_names(text)),))
    if isinstance(result, (list, tuple)):
        from registry_doctor.codebase.evaluation.choices import one

        return Items(tuple(one(Text((Piece(str(part)),))) for part in result))
    return None


class _NotPlain:
    pass


def _plain_argument(thing: Thing) -> str | int | _NotPlain | None:
    if isinstance(thing, Text) and thing.known is not None:
        return thing.known
    if isinstance(thing, Constant) and (
        thing.value is None or (isinstance(thing.value, int) and abs(thing.value) < LONGEST)
    ):
        return thing.value
    return _NotPlain()


def _changed(part: Part, name: str) -> Part:
    if isinstance(part, Hole):
        return part
    text = str(getattr(part.text, name)())
    return part if text == part.text else Piece(text, names=part.names)


def _names(text: Text) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.parts for name in part.names))
