"""For any literal and any new path: it is read as the new path, and nothing else in the file changes."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from registry_doctor.codebase.fixes.python_literals import rewritten_literal, values_of
from registry_doctor.codebase.fixes.spelling import CannotEdit, Replacement, apply_replacements

NAME = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)
PATH = st.one_of(
    NAME,
    st.tuples(st.sampled_from(["", "acme/", "Acme Robotics/"]), st.sampled_from(["model", "wandb-registry-model", "wandb_registry_é"]), NAME).map(
        lambda parts: f"{parts[0]}{parts[1]}/{parts[2]}"
    ),
)  # fmt: skip


@st.composite
def tokens(draw: st.DrawFn, prefixes: tuple[str, ...]) -> str:
    """One string literal of any kind that Python accepts, and some that it does not."""
    prefix = draw(st.sampled_from(prefixes))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    body = draw(
        st.lists(
            st.one_of(
                st.sampled_from(["\\x41", "\\101", "\\u00e9", "\\N{BULLET}", "\\\n", "\\\\", "\\'", '\\"', "\\d", "\n", "\r\n"]),
                st.sampled_from(["{{", "}}", "{name}", "{name!r:>{w}}", "{d['k']}", "model", "wandb-registry-", "/", ":"]),
                NAME,
            ),
            max_size=6,
        )
    )  # fmt: skip
    return f"{prefix}{quote}{''.join(body)}{quote}"


def literals(prefixes: tuple[str, ...]) -> st.SearchStrategy[str]:
    """One literal, or several that stand together, with a comment between them or not."""
    between = st.sampled_from([" ", "  # so\n   ", "\n"])
    several = st.lists(tokens(prefixes), min_size=1, max_size=3)
    return st.tuples(several, between).map(lambda both: both[1].join(both[0]))


ORDINARY = ("", "u", "f", "F")
RAW = ("r", "R", "rf", "fR")


@settings(max_examples=300, deadline=None)
@given(literals(ORDINARY), PATH, st.integers(0, 3))
@example('f"\\x41"', "'", 0)
def test_a_literal_is_read_as_its_new_text(literal: str, new: str, which: int) -> None:
    """The edited literal evaluates to the new text; its other parts, its quotes and its comments are as they were."""
    edited = rewritten(literal, new, which)
    assert shape(edited) == shape(literal)


@settings(max_examples=200, deadline=None)
@given(literals(ORDINARY + RAW), PATH, st.integers(0, 3))
def test_a_raw_literal_is_read_as_its_new_text_or_is_left(literal: str, new: str, which: int) -> None:
    """What raw literals cannot spell is refused, and nothing wrong is written."""
    try:
        edited = rewritten(literal, new, which)
    except CannotEdit:
        return
    assert shape(edited) == shape(literal)


def rewritten(literal: str, new: str, which: int) -> str:
    """The literal with another text, or with another text in one of its parts, which was checked."""
    try:
        values = values_of(literal)
    except CannotEdit:
        assume(False)
    texts = [index for index, (is_text, _) in enumerate(values) if is_text]
    assume(texts)
    at = texts[which % len(texts)]
    part = at if isinstance(node_of(literal), ast.JoinedStr) else None
    old = values[at][1]
    edits = rewritten_literal(literal, part, old, [Replacement(0, len(old), new)], "utf-8")
    edited = apply_replacements(literal, edits)
    expected = [*values[:at], (True, new), *values[at + 1 :]]
    assert [each for each in values_of(edited) if each[1]] == [each for each in expected if each[1]]
    return edited


def shape(literal: str) -> list[str]:
    """The literals' prefixes and quotes, and the comments between them."""
    found: list[str] = []
    text_of_f_string = getattr(tokenize, "FSTRING_MIDDLE", None)  # a token of its own since Python 3.12
    for token in tokenize.generate_tokens(io.StringIO(f"({literal}\n)", newline="").readline):
        if token.type == text_of_f_string:
            continue
        if token.type == tokenize.COMMENT:
            found.append(token.string)
        elif opening := re.match(r"[A-Za-z]*(?:'''|\"\"\"|'|\")", token.string):
            found.append(opening[0])
    return found


@settings(max_examples=200, deadline=None)
@given(PATH, PATH, st.sampled_from(["'{}'", '"{}"', "'''{}'''", "u'{}'", "f'{}'"]), st.text(max_size=10))
def test_every_plain_path_can_be_replaced_by_every_other(old: str, new: str, quotes: str, more: str) -> None:
    """Ordinary quotes can spell every path, and no example is refused."""
    escaped = repr(old)[1:-1].replace('"', '\\"').replace("\\'", "'").replace("'", "\\'")
    literal = quotes.format(escaped.replace("{", "{{").replace("}", "}}") if quotes[0] == "f" else escaped)
    part = 0 if quotes[0] == "f" else None
    assume(part is None or old)
    edits = rewritten_literal(literal, part, old, [Replacement(0, len(old), new)], "utf-8")
    edited = apply_replacements(literal, edits)
    assert ast.literal_eval(edited) == new if part is None else True
    if not edits:
        assert edited == literal


def node_of(literal: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(f"({literal}\n)", mode="eval").body
