"""Records behave as the frozen dataclasses that they stand for."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import field
from typing import Any, Generic, TypeVar

import pytest

from registry_doctor.support import records

T = TypeVar("T")
Maker = Callable[..., Any]  # both decorators; mypy reads either as the one of dataclasses
MAKERS = {"dataclasses": dataclasses.dataclass, "records": records.record}


def models(dataclass: Maker) -> dict[str, Any]:
    """Classes of all the shapes that are used, made by one of the two decorators."""

    @dataclass(frozen=True)
    class Plain:
        """A class."""

        name: str
        count: int = 3
        rows: list[int] = field(default_factory=list)

    @dataclass(frozen=True)
    class Undocumented:
        name: str

    @dataclass(frozen=True)
    class Empty:
        """Nothing."""

    @dataclass(frozen=True)
    class Partly:
        """Some fields count, some show."""

        name: str
        unseen: str = field(default="u", repr=False)
        uncounted: int = field(default=0, compare=False)
        unhashed: int = field(default=0, hash=False)

    @dataclass(frozen=True, eq=False)
    class ByIdentity:
        """Equal to itself alone."""

        name: str

    @dataclass(frozen=True, repr=False)
    class Own:
        """Has methods of its own."""

        name: str

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    @dataclass(frozen=True)
    class Checked:
        """Looks at what it is given."""

        name: str

        def __post_init__(self) -> None:
            if not self.name:
                raise ValueError("nameless")

    @dataclass(frozen=True)
    class Derived(Plain):
        """Has the fields of another."""

        last: str = "l"

    @dataclass(frozen=True)
    class Of(Generic[T]):
        """Of something."""

        value: T

    found = (Plain, Undocumented, Empty, Partly, ByIdentity, Own, Checked, Derived, Of)
    return {each.__name__: each for each in found}


USES: dict[str, Callable[[dict[str, Any]], object]] = {
    "by position": lambda of: vars(of["Plain"]("a", 1, [2])),
    "by name": lambda of: vars(of["Plain"](rows=[2], name="a", count=1)),
    "defaults": lambda of: vars(of["Plain"]("a")),
    "a new list each": lambda of: of["Plain"]("a").rows is of["Plain"]("a").rows,
    "of no fields": lambda of: (vars(of["Empty"]()), of["Empty"]() == of["Empty"](), hash(of["Empty"]())),
    "inherited fields": lambda of: vars(of["Derived"]("a", 1, [], "z")),
    "inherited alone": lambda of: vars(of["Derived"]("a")),
    "generic": lambda of: (of["Of"][int](3).value, of["Of"](3) == of["Of"](3)),
    "equal": lambda of: of["Plain"]("a") == of["Plain"]("a"),
    "unequal": lambda of: of["Plain"]("a") == of["Plain"]("b"),
    "unequal by kind": lambda of: (of["Undocumented"]("a") == of["Of"]("a"), of["Plain"]("a") == "a"),
    "a derived one is another": lambda of: of["Derived"]("a") == of["Plain"]("a"),
    "what is not compared": lambda of: of["Partly"]("a", uncounted=1) == of["Partly"]("a", uncounted=2),
    "what is compared and not shown": lambda of: of["Partly"]("a", "x") == of["Partly"]("a", "y"),
    "hash of the same": lambda of: hash(of["Partly"]("a", unhashed=1)) == hash(of["Partly"]("a", unhashed=2)),
    "hash of others": lambda of: hash(of["Undocumented"]("a")) == hash(of["Undocumented"]("b")),
    "no hash of a list": lambda of: hash(of["Plain"]("a")),
    "by identity": lambda of: (of["ByIdentity"]("a") == of["ByIdentity"]("a"), len({of["ByIdentity"]("a")})),
    "own methods": lambda of: (repr(of["Own"]("a")), of["Own"]("a") == 3, hash(of["Own"]("a"))),
    "shown": lambda of: repr(of["Plain"]("a", rows=[1])),
    "shown in part": lambda of: repr(of["Partly"]("a")),
    "shown, derived": lambda of: repr(of["Derived"]("a")),
    "checked": lambda of: of["Checked"](""),
    "too few": lambda of: of["Plain"](),
    "too many": lambda of: of["Plain"](1, 2, 3, 4),
    "unknown": lambda of: of["Plain"]("a", size=1),
    "set": lambda of: setattr(of["Plain"]("a"), "name", "b"),
    "set what is no field": lambda of: setattr(of["Plain"]("a"), "other", "b"),
    "delete": lambda of: delattr(of["Plain"]("a"), "name"),
    "replaced": lambda of: vars(dataclasses.replace(of["Plain"]("a"), count=9)),
    "as a dictionary": lambda of: dataclasses.asdict(of["Plain"]("a", 2, [1])),
    "fields": lambda of: [each.name for each in dataclasses.fields(of["Derived"])],
    "matched": lambda of: of["Plain"].__match_args__,
    "copied": lambda of: vars(copy.deepcopy(of["Plain"]("a", rows=[1]))),
    "signature": lambda of: str(inspect.signature(of["Derived"])),
    "signature of none": lambda of: str(inspect.signature(of["Empty"])),
    "documented": lambda of: of["Plain"].__doc__,
}


def came(use: Callable[[dict[str, Any]], object], dataclass: Maker) -> object:
    """What comes of it: the value, or the exception with its words."""
    try:
        return use(models(dataclass))
    except Exception as problem:
        return type(problem), str(problem)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_record_does_what_a_frozen_dataclass_does(use: Callable[[dict[str, Any]], object]) -> None:
    """Values, comparison, text, refusals and their words."""
    expected, found = (came(use, dataclass) for dataclass in MAKERS.values())
    assert found == expected


@records.record(frozen=True)
class Kept:
    """A class that pickle finds by name."""

    name: str


def test_a_record_can_be_pickled() -> None:
    """It comes back equal."""
    assert pickle.loads(pickle.dumps(Kept("a"))) == Kept("a")


def test_threads_may_make_the_first_records_of_a_class_together() -> None:
    """Each gets what it asked for."""
    of, start, found = models(records.record), threading.Barrier(8), []

    def make(number: int) -> None:
        start.wait()
        found.append(of["Plain"](str(number)).name)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == [str(number) for number in range(8)]


@pytest.mark.parametrize("options", [{"init": False}, {"kw_only": True}], ids=str)
def test_what_a_record_cannot_have_is_refused_where_it_is_written(options: dict[str, bool]) -> None:
    """Not silently taken for something else."""

    class Odd:
        name: str = field(default="a", **options)  # type: ignore[call-overload]  # both are options of field

    with pytest.raises(TypeError, match="instead of record"):
        records.record(frozen=True)(Odd)


LOADED = """
import dataclasses, sys
made, costly = dataclasses.dataclass, []
def watched(cls=None, /, **options):
    if options.get("frozen"):
        costly.append(sys._getframe(1).f_globals["__name__"])
    return made(cls, **options)
dataclasses.dataclass = watched
from registry_doctor.__main__ import run
import os
os._exit = sys.exit
sys.argv = ["wandb-registry", "doctor", "--offline", "wandb-registry-model/detector", "--format", FORMAT]
try:
    run()
except SystemExit:
    pass
print([each for each in costly if each.startswith("registry_doctor")], file=sys.stderr)
"""


@pytest.mark.parametrize("format_", ["json", "text"])
def test_what_a_cold_diagnosis_loads_is_made_of_records(format_: str) -> None:
    """A module of the doctor that defines frozen dataclasses the costly way is named here."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.replace("FORMAT", repr(format_))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"
