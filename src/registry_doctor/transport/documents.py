"""The read-only guard: a GraphQL document is sent only if all it does is ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_TOKEN = re.compile(
    r'''
      (?P<ignored>    [\ufeff\t\n\r\x20,]+ | \#[^\n\r]* )
    | (?P<text>       """ (?: \\""" | (?! """ | \\""" ) . )* """
                    | (?! """ ) " (?: [^"\\\n\r] | \\[^\n\r] )* "
                    | -? [0-9] [0-9A-Za-z_.+-]* )
    | (?P<name>       [A-Za-z_][A-Za-z0-9_]* )
    | (?P<open>       [({\[] )
    | (?P<close>      [)}\]] )
    | (?P<punctuator> \.\.\. | [!$&:=@|] )
    ''',
    re.VERBOSE | re.DOTALL,
)
_CLOSER = {"(": ")", "[": "]", "{": "}"}

_DIRECTIVES = r"(@ n (\(\))? )*"
_QUERY_HEAD = re.compile(r"n? (\(\))? " + _DIRECTIVES, re.VERBOSE)
_FRAGMENT_HEAD = re.compile(r"nnn " + _DIRECTIVES, re.VERBOSE)


class NotAQuery(ValueError):
    """The document is something other than queries and fragments, so it was not sent."""


@lru_cache(maxsize=8)
def query_names(document: str) -> tuple[str | None, ...]:
    """The names of the queries in `document`, in their order; None stands for a query without a name.

    Raises `NotAQuery` for every document that is not made of at least one query and any number of fragments.
    What this cannot read is refused as well: the guard must not be more lenient than a server's parser.
    """
    names = tuple(name for is_query, name in _definitions(_tokens(document)) if is_query)
    if not names:
        raise NotAQuery("The document contains no query.")
    return names


def _tokens(document: str) -> Iterator[tuple[str, str]]:
    """The (kind, text) of each token that has a meaning."""
    position = 0
    while position < len(document):
        match = _TOKEN.match(document, position)
        if match is None:
            raise NotAQuery(f"The document cannot be read as GraphQL from character {position} on.")
        position = match.end()
        kind = match.lastgroup
        if kind is not None and kind != "ignored":
            yield kind, match.group()


def _definitions(tokens: Iterator[tuple[str, str]]) -> Iterator[tuple[bool, str | None]]:
    """For each top-level definition whether it is a query (else it is a fragment) and its name."""
    for kind, text in tokens:
        if (kind, text) == ("open", "{"):
            _skip_group(tokens, text)
            yield True, None
            continue
        if kind != "name" or text not in ("query", "fragment"):
            raise NotAQuery(f"Only queries may be sent, and the document has `{text[:40]}` at its top level.")
        shape, names = _head(tokens)
        if text == "query" and _QUERY_HEAD.fullmatch(shape):
            yield True, names[0] if shape.startswith("n") else None
        elif text == "fragment" and _FRAGMENT_HEAD.fullmatch(shape) and names[0] != "on" and names[1] == "on":
            yield False, names[0]
        else:
            raise NotAQuery(f"A {text} in the document does not have the form that GraphQL gives it.")


def _head(tokens: Iterator[tuple[str, str]]) -> tuple[str, list[str]]:
    """Reads a definition from after its keyword to its end.

    Returns the shape of the text before the selection set (`n` for a name, `()` for a group,
    punctuation as it is) and with the names there.
    """
    shape = ""
    names: list[str] = []
    for kind, text in tokens:
        if kind == "open":
            _skip_group(tokens, text)
            if text == "{":
                return shape, names
            shape += text + _CLOSER[text]
        elif kind == "name":
            shape += "n"
            names.append(text)
        else:
            shape += text
    raise NotAQuery("The document ends before a definition in it does.")


def _skip_group(tokens: Iterator[tuple[str, str]], opener: str) -> None:
    """Reads up to the bracket that closes `opener`, which has just been read."""
    expected = [_CLOSER[opener]]
    for kind, text in tokens:
        if kind == "open":
            expected.append(_CLOSER[text])
        elif kind == "close":
            if text != expected.pop():
                raise NotAQuery("The brackets of the document do not match.")
            if not expected:
                return
    raise NotAQuery("The document ends before its brackets are closed.")
