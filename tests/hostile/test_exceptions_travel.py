"""Exceptions and reports go from one process to another: they can be pickled and copied, and carry no secret."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

import registry_doctor
from registry_doctor import plugin, sandbox, testing
from registry_doctor.checking.check import Applicability
from registry_doctor.checking.results import Suggestion
from registry_doctor.report.model import Report
from registry_doctor.support.redaction import Secret, redact_all
from tests.cli.conftest import RESULTS
from tests.hostile.commands import PLACE

KEY = "b0b0000000000000000000000000000000000002"


def report() -> Report:
    """A diagnosis without a server, in which a key stands where a name belongs."""
    found = registry_doctor.explain(f"project 'x' not found: {KEY} {PLACE}", live=False)
    return Report(
        target=found.target,
        results=(*found.results, RESULTS["error"]),
        suggestion=Suggestion(f"a/{KEY}", False, Applicability.SAFE, ()),
        resolved=found.resolved,
        context=found.context,
        requests=found.requests,
        teams={"vision": KEY},
        secrets=(Secret(KEY),),
        explanations=found.explanations,
    )


def refused() -> None:
    """Raise what a library raises that cannot go on."""
    raise registry_doctor.LinkRefused(report())


ARGUMENTS: dict[str, Callable[[], tuple[object, ...]]] = {
    "LinkRefused": lambda: (report(),),
    "UseRefused": lambda: (report(),),
    "LinkFailed": lambda: (report(), "wandb's words"),
    "UseFailed": lambda: (report(), "wandb's words"),
    "UndeclaredFact": lambda: ("CALL",),
}
"""What an exception is made with that takes more than a text."""


def exceptions() -> list[type[Exception]]:
    """Every exception that the public modules name."""
    found = {
        value
        for module in (registry_doctor, plugin, testing, sandbox)
        for name in getattr(module, "__all__", vars(module))
        if isinstance(value := getattr(module, name), type) and issubclass(value, Exception)
    }
    return sorted(found, key=lambda each: each.__qualname__)


def made(kind: type[Exception]) -> Exception:
    """One of these exceptions."""
    arguments = ARGUMENTS.get(kind.__name__)
    return kind(*(arguments() if arguments else ("a message",)))


def test_the_refusals_are_among_them() -> None:
    """The search above finds exceptions."""
    assert {"LinkRefused", "UseRefused", "LinkFailed", "UseFailed", "MalformedPath"} <= {
        each.__name__ for each in exceptions()
    }


@pytest.mark.parametrize("kind", exceptions(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("sent", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_exception_arrives_as_it_was_sent(
    kind: type[Exception], sent: Callable[[Exception], Exception]
) -> None:
    """Its type, its text, and whether it has a report."""
    error = made(kind)
    arrived = sent(error)
    assert (type(arrived), str(arrived), arrived.args) == (type(error), str(error), error.args)
    if isinstance(error, registry_doctor.LinkRefused | registry_doctor.UseRefused):
        assert isinstance(arrived, registry_doctor.LinkRefused | registry_doctor.UseRefused)
        assert arrived.report.exit_code == error.report.exit_code == 1


def test_a_pickle_has_no_secret_in_it() -> None:
    """Queues and result stores keep pickles on disks."""
    error = registry_doctor.LinkRefused(report())
    for each in (error, error.report):
        content = pickle.dumps(each)
        assert KEY.encode() not in content
        assert b"****0002" in content


def test_a_report_is_the_same_after_a_journey_but_for_the_secrets() -> None:
    """Every rendering says what it said."""
    before = report()
    after = pickle.loads(pickle.dumps(before))
    assert after.to_json() == before.to_json()
    assert after.secrets == ()
    assert copy.deepcopy(before).secrets == before.secrets


def test_a_process_pool_gets_the_refusal(tmp_path: Path) -> None:
    """It used to wait for ever."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        answer = pool.apply_async(refused)
        with pytest.raises(registry_doctor.LinkRefused, match="cannot be linked to"):
            answer.get(timeout=120)


def test_secrets_are_hidden_in_data_of_any_shape() -> None:
    """Names of mappings are left alone: they are ours."""
    data = {"a": [KEY, (KEY, 1, None)], "b": frozenset({KEY}), "c": Secret(KEY)}
    masked = "****0002"
    assert redact_all(data, [Secret(KEY)]) == {
        "a": [masked, (masked, 1, None)],
        "b": frozenset({masked}),
        "c": None,
    }
