"""What a run logged is read back by its steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import wandb

from registry_doctor.sandbox import Sandbox

STEPS = (10, 20, 30, 90)
LOG: list[dict[str, Any]] = [
    {"loss": 4, "nested": {"a": 1}},
    {"loss": 3},
    {"loss": 2, "acc": 0.5, "text": "x"},
    {"loss": 1},
]


@pytest.fixture(scope="module")
def sparse(sandbox_of_module: Sandbox) -> Iterator[Any]:
    """A run with four rows at steps that are far apart."""
    with wandb.init(project="history", id="sparse", config={"lr": 0.5}) as run:
        for step, row in zip(STEPS, LOG, strict=True):
            run.log(row, step=step)
    yield wandb.Api().run("history/sparse")


@pytest.fixture(scope="module")
def dense(sandbox_of_module: Sandbox) -> Iterator[Any]:
    """A run with 101 rows, at steps 0 to 100; its metric is the square of the step."""
    with wandb.init(project="history", id="dense") as run:
        for number in range(101):
            run.log({"square": number * number})
    yield wandb.Api().run("history/dense")


@pytest.fixture(scope="module")
def odd(sandbox_of_module: Sandbox) -> Iterator[Any]:
    """A run with values that JSON does not have, and with none."""
    with wandb.init(project="history", id="odd") as run:
        run.log({"x": float("nan"), "y": float("inf"), "none": None, "list": [1, 2]})
        run.log({})
    yield wandb.Api().run("history/odd")


def test_the_last_step_is_a_step_and_not_a_number_of_rows(sparse: Any) -> None:
    """Rows at 10, 20, 30 and 90."""
    assert sparse.lastHistoryStep == 90


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [
        ({}, STEPS),
        ({"page_size": 1}, STEPS),
        ({"page_size": 7}, STEPS),
        ({"min_step": 20}, STEPS[1:]),
        ({"max_step": 30}, STEPS[:2]),
        ({"min_step": 11, "max_step": 31}, STEPS[1:3]),
        ({"min_step": 31, "max_step": 89}, ()),
        ({"keys": ["loss"]}, STEPS),
        ({"keys": ["loss"], "page_size": 2}, STEPS),
        ({"keys": ["loss", "acc"]}, (30,)),
        ({"keys": ["nested.a"]}, (10,)),
        ({"keys": ["never logged"]}, ()),
        ({"keys": ["loss"], "min_step": 20, "max_step": 31}, STEPS[1:3]),
    ],
    ids=str,
)
def test_a_scan_gives_each_row_of_its_range_once(
    sparse: Any, arguments: dict[str, Any], steps: tuple[int, ...]
) -> None:
    """The lower bound is included, the upper one is not; only rows with all keys."""
    assert [row["_step"] for row in sparse.scan_history(**arguments)] == list(steps)


def test_a_scanned_row_has_what_was_logged(sparse: Any) -> None:
    """Of each kind of value."""
    rows = list(sparse.scan_history())
    assert [row["loss"] for row in rows] == [4, 3, 2, 1]
    assert (rows[0]["nested"], rows[2]["acc"], rows[2]["text"]) == ({"a": 1}, 0.5, "x")


@pytest.mark.parametrize("page_size", [1, 2, 3, 100, 1000])
def test_pages_of_any_size_give_the_same(dense: Any, page_size: int) -> None:
    """Neither missing nor doubled rows."""
    rows = dense.scan_history(keys=["square"], page_size=page_size)
    assert [row["square"] for row in rows] == [number * number for number in range(101)]


@pytest.mark.parametrize("keys", [None, ["square"]])
def test_samples_are_spread_over_the_whole(dense: Any, keys: list[str] | None) -> None:
    """Eleven of 101 rows: every tenth, from the first to the last."""
    rows = dense.history(samples=11, keys=keys, pandas=False)
    assert [row["_step"] for row in rows] == list(range(0, 101, 10))


def test_more_samples_than_rows_give_all_rows(dense: Any) -> None:
    """The default is 500."""
    assert len(dense.history(pandas=False)) == 101


def test_history_keys_have_types_and_last_values(sparse: Any) -> None:
    """Nested metrics have dots in their names; `wandb verify` relies on it."""
    keys = sparse.history_keys["keys"]
    assert (keys["loss"]["previousValue"], keys["nested.a"]["previousValue"]) == (1, 1)
    assert keys["loss"]["typeCounts"] == [{"type": "number", "count": 4}]
    assert sparse.history_keys["lastStep"] == 90


def test_the_summary_has_the_last_values_and_the_config_what_was_given(sparse: Any) -> None:
    """And the run has ended."""
    assert (sparse.summary["loss"], sparse.summary["acc"], sparse.config) == (1, 0.5, {"lr": 0.5})
    assert (sparse.state, sparse.summary["_step"]) == ("finished", 90)


def test_values_that_json_does_not_have_are_read(odd: Any) -> None:
    """A sample is strict JSON, in which they are texts."""
    (row,) = odd.history(keys=["x", "y"], pandas=False)
    assert (row["x"], row["y"]) == ("NaN", "Infinity")
    first = next(iter(odd.scan_history()))
    assert (first["y"], first["list"]) == (float("inf"), [1, 2])


def test_system_metrics_are_another_stream(sparse: Any) -> None:
    """They never are among the history."""
    assert all("loss" not in row for row in sparse.history(stream="system", pandas=False))


def test_a_run_without_history_has_no_rows(sandbox_of_module: Sandbox) -> None:
    """Nor a last step."""
    with wandb.init(project="history", id="empty"):
        pass
    run = wandb.Api().run("history/empty")
    assert (run.lastHistoryStep, list(run.scan_history()), run.history(pandas=False)) == (-1, [], [])


def test_logging_at_an_explicit_step_again_adds_to_its_row(sandbox_of_module: Sandbox) -> None:
    """And `commit=False` waits for the rest."""
    with wandb.init(project="history", id="parts") as run:
        run.log({"a": 1}, step=5)
        run.log({"b": 2}, step=5)
        run.log({"c": 3}, commit=False)
        run.log({"d": 4})
    rows = list(wandb.Api().run("history/parts").scan_history())
    assert [(row["_step"], row.keys() & {"a", "b", "c", "d"}) for row in rows] == [(5, {"a", "b", "c", "d"})]


def test_a_defined_metric_summarizes_as_asked(sandbox_of_module: Sandbox) -> None:
    """The best value instead of the last."""
    with wandb.init(project="history", id="defined") as run:
        run.define_metric("loss", summary="min")
        for value in (3, 1, 2):
            run.log({"loss": value})
    assert wandb.Api().run("history/defined").summary["loss"]["min"] == 1
