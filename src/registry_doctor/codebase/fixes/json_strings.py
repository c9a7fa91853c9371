"""Strings of JSON: the position of each in the text, and which characters spell which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from registry_doctor.codebase.fixes.spelling import LiteralToken, Unit

JsonKey = str | int

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\.|.", re.DOTALL
)


@dataclass
class _Container:
    is_list: bool
    key: JsonKey
    expects_key: bool


def string_positions(text: str) -> dict[tuple[JsonKey, ...], tuple[int, int]]:
    """Start and end of each string that is a value, with the quotes, by the keys that lead to it.

    `text` is JSON; of equal keys the last one counts, as in `json.loads`.
    """
    return dict(_positions(text))


def _positions(text: str) -> Iterator[tuple[tuple[JsonKey, ...], tuple[int, int]]]:
    stack: list[_Container] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        top = stack[-1] if stack else None
        if token in "{[":
            stack.append(_Container(token == "[", 0, token == "{"))
        elif token in "}]":
            stack.pop()
        elif token == "," and top is not None:
            if isinstance(top.key, int) and top.is_list:
                top.key += 1
            top.expects_key = not top.is_list
        elif token.startswith('"'):
            if top is not None and top.expects_key:
                top.key, top.expects_key = json.loads(token, strict=False), False
            else:
                yield tuple(each.key for each in stack), match.span()


def json_token(text: str, start: int, end: int) -> LiteralToken:
    """The string from `start` to `end`, with the quotes; spelled in ASCII if the whole text is ASCII."""
    units = tuple(
        Unit(json.loads(f'"{match[0]}"', strict=False), match.start(), match.end())
        for match in _CHARACTER.finditer(text, start + 1, end - 1)
    )
    return LiteralToken(units, start + 1, partial(_spell, ascii_only=text.isascii()))


def _spell(text: str, *, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]
