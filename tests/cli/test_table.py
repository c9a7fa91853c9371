"""Tables: no wider than the terminal, and every path whole."""

from __future__ import annotations

import pytest

from registry_doctor.cli.table import shortened, table

ROWS = [
    {
        "registry": "Golden Datasets",
        "accepted types": ", ".join(f"type-{number}" for number in range(12)),
        "role": "member",
        "path": "acme-robotics_X7Q2/wandb-registry-Golden Datasets",
    },
    {"registry": "m", "accepted types": "any", "role": "", "path": "acme-robotics_X7Q2/wandb-registry-m"},
]


@pytest.mark.parametrize("width", [None, 200, 120, 100, 80, 60, 53])
def test_no_line_is_wider_than_the_terminal_and_no_path_is_cut(width: int | None) -> None:
    """Whatever the form is that fits."""
    lines = table(ROWS, width)
    assert width is None or max(map(len, lines)) <= width
    for row in ROWS:
        assert [line for line in lines if line.endswith(row["path"])]


@pytest.mark.parametrize(("width", "count"), [(None, 3), (200, 3), (80, 5), (30, 8)])
def test_the_path_goes_below_and_then_rows_are_stacked(width: int | None, count: int) -> None:
    """A row is one line, then two, then one for each cell."""
    assert len(table(ROWS, width)) == count


def test_a_long_cell_loses_its_middle() -> None:
    """Both ends stay, so that names which begin alike can be told apart."""
    assert shortened("checkpoint-2026-11-21-step-90000", 15) == "checkpo…p-90000"
    assert shortened("short", 15) == "short"
