"""Scalars of YAML, TOML and JSON: which characters of the source spell which characters of the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from registry_doctor.codebase.fixes.json_strings import json_token
from registry_doctor.codebase.fixes.spelling import CannotEdit, LiteralToken, Spelled, Unit

ConfigurationKind: TypeAlias = Literal["yaml", "toml", "json"]

_SEVERAL_LINES = "the text spans several lines"
_UNSPELLABLE = "its new text cannot be written in this kind of quotes"

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
_BLOCK = re.compile(r"[|>][^\n]*\n")
_YAML_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|.", re.DOTALL)
_TOML_ESCAPE = re.compile(
    r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\r?\n\s*|.)|\r\n|.", re.DOTALL
)
_ONE = re.compile(r"\r\n|.", re.DOTALL)
_NAMED = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
"""The escapes of YAML; they include those of TOML."""


def spelled_scalar(kind: ConfigurationKind, source: str, literal: str) -> Spelled:
    """How `source`, a whole scalar, spells `literal`. Raises CannotEdit if it does not, or spans several lines."""
    if kind == "json":
        token = json_token(source, 0, len(source))
    elif kind == "toml":
        token = _toml(source)
    else:
        token = _yaml(source, literal)
    if Spelled((token,)).text != literal:
        raise CannotEdit("the file has changed since it was read")
    return Spelled((token,))


def quoted_instead(kind: ConfigurationKind, source: str, new: str) -> str | None:
    """A plain scalar of YAML in quotes, for a text that needs them; `None` for any other scalar."""
    begin = _begin(source)
    if kind != "yaml" or source[begin : begin + 1] in ("'", '"', "|", ">") or not new.isprintable():
        return None
    return source[:begin] + "'" + new.replace("'", "''") + "'"


def _begin(source: str) -> int:
    """The start of the scalar, after its anchor and its tag."""
    found = _PROPERTIES.match(source)
    return found.end() if found else 0


def _yaml(source: str, literal: str) -> LiteralToken:
    begin = _begin(source)
    style = source[begin : begin + 1]
    if style in "|>" and style:
        return _yaml_block(source, begin, literal)
    if "\n" in source:
        raise CannotEdit(_SEVERAL_LINES)
    if style == '"':
        return _token(_YAML_ESCAPE, source, begin + 1, len(source) - 1, _spell_double)
    if style == "'":
        quoted = re.compile("''|.", re.DOTALL)
        return _token(quoted, source, begin + 1, len(source) - 1, _spell_single)
    return _token(_ONE, source, begin, len(source), _spell_plain)


def _yaml_block(source: str, begin: int, literal: str) -> LiteralToken:
    header = _BLOCK.match(source, begin)
    content = source[header.end() :] if header else ""
    text = content.strip()
    if header is None or "\n" in text or not text:
        raise CannotEdit(_SEVERAL_LINES)
    at = header.end() + content.index(text)
    units = [Unit(each, at + index, at + index + 1) for index, each in enumerate(text)]
    # the line end that chomping keeps
    units += [Unit(each, at + len(text), at + len(text)) for each in literal.removeprefix(text)]
    return LiteralToken(tuple(units), at, _spell_plain)


def _toml(source: str) -> LiteralToken:
    quote = next((each for each in ('"""', "'''", '"', "'") if source.startswith(each)), None)
    if quote is None or len(source) < 2 * len(quote):
        raise CannotEdit("the file has changed since it was read")
    begin, end = len(quote), len(source) - len(quote)
    if len(quote) == 3:
        begin += 2 if source.startswith("\r\n", 3) else 1 if source.startswith("\n", 3) else 0
    pattern, spell = (_TOML_ESCAPE, _spell_double) if quote[0] == '"' else (_ONE, _spell_literal)
    return _token(pattern, source, begin, end, spell)


def _token(
    pattern: re.Pattern[str], source: str, begin: int, end: int, spell: Callable[[str], str]
) -> LiteralToken:
    double = pattern in (_YAML_ESCAPE, _TOML_ESCAPE)
    units = tuple(
        Unit(_read(match[0]) if double else match[0][:1].replace("\r", "\n"), match.start(), match.end())
        for match in pattern.finditer(source, begin, end)
    )
    return LiteralToken(units, begin, spell)


def _read(spelling: str) -> str:
    if spelling == "\r\n":
        return "\n"
    if not spelling.startswith("\\") or len(spelling) == 1:
        return spelling
    code = spelling[1:]
    if code[0] in "xuU" and len(code) > 1:
        return chr(int(code[1:], 16))
    if not code.strip() and "\n" in code:
        return ""
    return _NAMED.get(code, code)


def _spell_double(text: str) -> str:
    return "".join(
        f"\\{each}" if each in '"\\' else each if each.isprintable() else _escape(each) for each in text
    )


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _spell_single(text: str) -> str:
    return _spell_plain(text).replace("'", "''")


def _spell_literal(text: str) -> str:
    if "'" in text:
        raise CannotEdit(_UNSPELLABLE)
    return _spell_plain(text)


def _spell_plain(text: str) -> str:
    if not text.isprintable():
        raise CannotEdit(_UNSPELLABLE)
    return text
