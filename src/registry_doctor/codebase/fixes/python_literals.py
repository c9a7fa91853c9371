"""Literals of Python: which characters of the source spell which part of the text, in all kinds of quotes."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from registry_doctor.codebase.fixes.spelling import (
    CannotEdit,
    LiteralToken,
    Replacement,
    Spelled,
    Unit,
    apply_replacements,
)

if TYPE_CHECKING:
    import libcst as cst

MISSING = "editing Python needs libcst, which is not installed: pip install 'wandb-registry-doctor[fix]'"
CHANGED = "the file has changed since it was read"
_UNSAFE = "the literal is written in a way that cannot be edited safely"

_ESCAPED = re.compile(
    r"\\(?:\r\n|[\r\n]|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^{}]+\}|[\\'\"abfnrtv])"
    r"|\r\n|.",
    re.DOTALL,
)
_RAW = re.compile(r"\r\n|.", re.DOTALL)


def spelled_literal(source: str, part: int | None, literal: str, encoding: str) -> Spelled:
    """How `source`, a whole literal, spells `literal`; for an f-string, its part of that number.

    Raises CannotEdit if it does not, or if it cannot be split into parts.
    """
    try:
        values = values_of(source)
    except CannotEdit as problem:
        raise CannotEdit(CHANGED) from problem
    at = part or 0
    if at >= len(values) or values[at] != (True, literal) or (part is None and len(values) > 1):
        raise CannotEdit(CHANGED)
    groups = _groups(source, encoding)
    if at >= len(groups) or (group := groups[at]) is None or Spelled(group).text != literal:
        raise CannotEdit(_UNSAFE)
    return Spelled(group)


def rewritten_literal(
    source: str, part: int | None, literal: str, changes: Sequence[Replacement], encoding: str
) -> list[Replacement]:
    """The replacements in `source`, a whole literal, for these replacements in its text or in the text of the part.

    Raises CannotEdit if the literal does not spell `literal`, or if Python would not read exactly the new text and
    the other parts as before.
    """
    spelled = spelled_literal(source, part, literal, encoding)
    new = apply_replacements(literal, changes)
    least = [each for change in changes for each in spelled.least(literal, change)]
    try:
        _check(source, apply_replacements(source, least), {part or 0: new})
    except CannotEdit:
        # A literal backslash would now start an escape: spell the whole text again.
        least = spelled.replaced(0, len(literal), new)
        _check(source, apply_replacements(source, least), {part or 0: new})
    return least


def values_of(source: str) -> list[tuple[bool, str]]:
    """The parts of a literal as Python reads them: texts (true) and expressions (false). Raises CannotEdit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in code that is not ours
        try:
            node = ast.parse(f"({source}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
            raise CannotEdit("the literal is not valid Python") from problem
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [(True, node.value)]
    if isinstance(node, ast.JoinedStr):
        return [
            (True, str(each.value)) if isinstance(each, ast.Constant) else (False, ast.dump(each))
            for each in node.values
        ]
    raise CannotEdit(CHANGED)


def _check(old: str, new: str, texts: Mapping[int, str]) -> None:
    """Raise CannotEdit unless `new` is read as `old` with these texts for its parts."""
    expected = [(is_text, texts.get(index, value)) for index, (is_text, value) in enumerate(values_of(old))]
    plain = len(expected) == 1 and expected[0][0]
    found = values_of(new)
    if not plain:
        expected, found = [[each for each in row if each[1]] for row in (expected, found)]
    if found != expected and not (plain and [each for each in expected if each[1]] == found):
        raise CannotEdit("its new text cannot be written in this kind of literal")


def _groups(source: str, encoding: str) -> list[tuple[LiteralToken, ...] | None]:
    """The tokens of each part, in the order of the syntax tree; `None` for an expression."""
    groups: list[tuple[LiteralToken, ...] | None] = []
    texts: list[LiteralToken] = []
    for token in _tokens(source, encoding):
        if token is not None:
            texts.append(token)
            continue
        if any(unit.text for each in texts for unit in each.units):
            groups.append(tuple(texts))
        groups.append(None)
        texts = []
    if texts and (not groups or any(unit.text for each in texts for unit in each.units)):
        groups.append(tuple(texts))
    return groups


def _tokens(source: str, encoding: str) -> Iterator[LiteralToken | None]:
    """The literals and the texts of f-strings, in order; `None` for an expression."""
    try:
        import libcst as cst
        from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
    except ImportError as problem:
        raise CannotEdit(MISSING) from problem
    try:
        wrapper = MetadataWrapper(cst.parse_module(f"({source}\n)"), unsafe_skip_copy=True)
        spans = wrapper.resolve(ByteSpanPositionProvider)
    except cst.ParserSyntaxError as problem:
        raise CannotEdit(_UNSAFE) from problem
    data = source.encode("utf-8", "surrogatepass")

    def begin(node: cst.CSTNode) -> int:
        offset = spans[node].start - 1
        return offset if source.isascii() else len(data[:offset].decode("utf-8", "surrogatepass"))

    for node in _strings(wrapper.module):
        if isinstance(node, cst.SimpleString):
            opening = len(node.prefix) + len(node.quote)
            content, raw = node.value[opening : -len(node.quote)], "r" in node.prefix
            yield _token(content, begin(node) + opening, raw, node.quote, braces=False, encoding=encoding)
            continue
        raw, quote = "r" in node.prefix, node.start.lstrip("fFrR")
        if not node.parts:
            yield _token("", begin(node) + len(node.start), raw, quote, braces=True, encoding=encoding)
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                yield _token(part.value, begin(part), raw, quote, braces=True, encoding=encoding)
            elif isinstance(part, cst.FormattedStringExpression) and part.equal is not None:
                raise CannotEdit("`{…=}` writes the code itself into the text")
            else:
                yield None


def _strings(module: cst.Module) -> Iterator[cst.SimpleString | cst.FormattedString]:
    import libcst as cst

    statement = module.body[0]
    line = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    waiting: list[cst.BaseExpression] = [line.value] if isinstance(line, cst.Expr) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.ConcatenatedString):
            waiting += [node.right, node.left]
        elif isinstance(node, (cst.SimpleString, cst.FormattedString)):
            yield node


def _token(content: str, start: int, raw: bool, quote: str, *, braces: bool, encoding: str) -> LiteralToken:
    units: list[Unit] = []
    for match in (_RAW if raw else _ESCAPED).finditer(content):
        units.append(Unit(_read(match[0]), start + match.start(), start + match.end()))
    spell = partial(_spell, raw=raw, quote=quote, braces=braces, encoding=encoding)
    return LiteralToken(tuple(_paired(units) if braces else units), start, spell)


def _paired(units: Iterable[Unit]) -> Iterator[Unit]:
    """Join doubled braces: in the text of an f-string, two braces spell one."""
    waiting = iter(units)
    for unit in waiting:
        if unit.text in ("{", "}") and unit.end == unit.start + 1:
            yield Unit(unit.text, unit.start, next(waiting, unit).end)
        else:
            yield unit


def _read(spelling: str) -> str:
    if spelling in ("\r\n", "\r"):
        return "\n"
    if not spelling.startswith("\\") or spelling == "\\":
        return spelling
    text: str = ast.literal_eval(f'"{spelling}"')
    return text


def _spell(text: str, *, raw: bool, quote: str, braces: bool, encoding: str) -> str:
    return "".join(_spell_character(each, raw, quote, braces, encoding) for each in text)


def _spell_character(character: str, raw: bool, quote: str, braces: bool, encoding: str) -> str:
    if braces and character in "{}":
        return character * 2
    plain = character.isprintable() and _encodable(character, encoding)
    if character not in ("\\", quote[0]) and plain:
        return character
    if raw:
        if character == "\\":
            return character
        raise CannotEdit("its new text cannot be written in a raw literal")
    if plain:
        return f"\\{character}"
    return character.encode("unicode_escape").decode("ascii")


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
