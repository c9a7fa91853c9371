"""Runs are found by filters and put in order, and a filter that cannot be right is refused."""

from __future__ import annotations

from typing import Any

import pytest
import wandb

from registry_doctor.sandbox import Sandbox

Filter = dict[str, Any]


@pytest.fixture(scope="module")
def four_runs(sandbox_of_module: Sandbox) -> None:
    """r0 to r3, of which r3 failed and r0 has no accuracy."""
    for number in range(4):
        with wandb.init(
            project="list",
            id=f"r{number}",
            name=f"run number {number}",
            group="even" if number % 2 == 0 else "odd",
            job_type="train",
            tags=[f"t{number}", "all"],
            config={"lr": number, "opt": {"name": f"o{number}"}, "with.dot": number, "flag": number == 1},
        ) as run:
            run.log({"loss": 10 - number} | ({"val": {"acc": number / 10}} if number else {}))
            if number == 3:
                run.finish(exit_code=1)


def found(filters: Filter | None = None, **more: Any) -> list[str]:
    """The ids of the runs that are listed."""
    return [run.id[1:] for run in wandb.Api().runs("list", filters=filters, **more)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"config.lr": 1}, "1"),
        ({"config.lr.value": 1}, "1"),
        ({"config.opt.name": "o2"}, "2"),
        ({"config.opt.value.name": "o2"}, "2"),
        ({"config.with.dot": 3}, "3"),
        ({"config.flag": True}, "1"),
        ({"config.never": {"$exists": False}}, "0123"),
        ({"config.lr": {"$exists": True}}, "0123"),
        ({"config.lr": {"$gt": 0, "$lt": 3}}, "12"),
        ({"config.lr": {"$gte": 1}}, "123"),
        ({"config.lr": {"$lte": 1}}, "01"),
        ({"config.lr": {"$ne": 1}}, "023"),
        ({"config.lr": {"$in": [0, 3]}}, "03"),
        ({"config.lr": {"$nin": [0, 3]}}, "12"),
        ({"summary_metrics.loss": {"$lt": 9}}, "23"),
        ({"summary_metrics.val.acc": 0.2}, "2"),
        ({"summary_metrics.val.acc": {"$exists": False}}, "0"),
        ({"displayName": {"$regex": "2$"}}, "2"),
        ({"display_name": "run number 1"}, "1"),
        ({"name": "r3"}, "3"),
        ({"state": "failed"}, "3"),
        ({"state": {"$ne": "finished"}}, "3"),
        ({"group": "odd"}, "13"),
        ({"jobType": "train", "group": "even"}, "02"),
        ({"job_type": "test"}, ""),
        ({"tags": "t1"}, "1"),
        ({"tags": {"$in": ["t0", "t3"]}}, "03"),
        ({"tags": {"$nin": ["t0"]}}, "123"),
        ({"username": "ada"}, "0123"),
        ({"username": "eve"}, ""),
        ({"createdAt": {"$gt": "2020-01-01T00:00:00Z"}}, "0123"),
        ({"created_at": {"$lt": "2020-01-01"}}, ""),
        ({"created_at": {"$gt": "2020-01-01T00:00:00+05:00"}}, "0123"),
        ({"heartbeat_at": {"$gt": "2020-01-01"}}, "0123"),
        ({"duration": {"$gte": 0}}, "0123"),
        ({"$or": [{"config.lr": 0}, {"group": "odd"}]}, "013"),
        ({"$and": [{"config.lr": {"$gt": 0}}, {"group": "odd"}]}, "13"),
        ({"$nor": [{"config.lr": 0}, {"group": "odd"}]}, "2"),
    ],
    ids=str,
)
def test_a_filter_finds_its_runs(four_runs: None, filters: Filter, expected: str) -> None:
    """All operators and fields that the SDK documents, and the count that goes with the list."""
    assert "".join(found(filters)) == expected
    assert len(wandb.Api().runs("list", filters=filters)) == len(expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("+created_at", "0123"),
        ("-created_at", "3210"),
        ("created_at", "0123"),
        ("+summary_metrics.loss", "3210"),
        ("-config.lr.value", "3210"),
        ("-config.lr", "3210"),
        ("+display_name", "0123"),
        ("+heartbeat_at", "0123"),
        ("-summary_metrics.val.acc", "3210"),
        ("+summary_metrics.val.acc", "1230"),
    ],
)
def test_an_order_is_kept(four_runs: None, order: str, expected: str) -> None:
    """Runs without the value come last; of equal ones the older first, or last if it goes down."""
    assert "".join(found(order=order)) == expected


@pytest.mark.parametrize("per_page", [1, 2, 3, 4])
def test_pages_of_any_size_give_all_runs(four_runs: None, per_page: int) -> None:
    """In the same order."""
    assert "".join(found(per_page=per_page)) == "0123"


@pytest.mark.parametrize(
    ("filters", "order", "said"),
    [
        ({"colour": "red"}, "", "runs have no field 'colour'"),
        ({"configs.lr": 1}, "", "runs have no field 'configs.lr'"),
        ({"$or": [{"config.lr": 1}, {"losss": 1}]}, "", "runs have no field 'losss'"),
        ({"config.lr": {"$near": 1}}, "", r"unknown operator \$near"),
        ({"created_at": {"$gt": "yesterday"}}, "", "'yesterday' is not a moment"),
        ({}, "+loss", "order: runs have no field 'loss'"),
    ],
)
@pytest.mark.parametrize("project", ["list", "training"], ids=["with runs", "without runs"])
def test_what_cannot_be_asked_is_refused(
    four_runs: None, project: str, filters: Filter, order: str, said: str
) -> None:
    """An empty list would look like an answer, also where there are no runs."""
    with pytest.raises(Exception, match=said):
        list(wandb.Api().runs(project, filters=filters, order=order))
