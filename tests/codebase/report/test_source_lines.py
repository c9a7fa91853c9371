"""The line of the source below a finding."""

from __future__ import annotations

import pytest

from registry_doctor.codebase.report.diagnostics import FilePosition, Formatter
from registry_doctor.codebase.report.source_lines import marked_line
from registry_doctor.codebase.source.found import Span
from registry_doctor.support.redaction import Secret

KEY = "b0b0000000000000000000000000000000000002"
LINE = "run.link_artifact(a, 'wandb-registry-model/{}')"


def shown(name: str, formatter: Formatter, width: int) -> list[str]:
    """The marked line of a link to a collection of this name."""
    line = LINE.format(name)
    position = FilePosition("train.py", None, 4, 1)
    return marked_line(line, position, Span("train.py", None, 4, 22, 4, len(line)), formatter, width)


def test_the_literal_is_marked_below_its_line() -> None:
    """With the number of the line before it."""
    assert shown("x", Formatter(()), 80) == [
        "4 | run.link_artifact(a, 'wandb-registry-model/x')",
        "  |                      ^^^^^^^^^^^^^^^^^^^^^^^^",
    ]


@pytest.mark.parametrize("width", [30, 50, 60, 80, 200])
@pytest.mark.parametrize("known", [True, False])
def test_no_part_of_a_key_is_shown_where_a_line_is_cut(width: int, known: bool) -> None:
    """Neither of one that the doctor knows, nor of what only looks like one: then there is no line."""
    assert shown(KEY, Formatter((Secret(KEY),) if known else ()), width) == []


def test_a_known_secret_of_any_form_is_hidden() -> None:
    """It need not look like a key."""
    assert shown("a-short-one", Formatter((Secret("a-short-one"),)), 40) == []
