"""Frozen dataclasses that are quick to define, because every command defines dozens of them at its start.

`dataclasses.dataclass` writes and compiles six methods for each frozen class while its module is imported. `record`
uses its fields, so that `fields`, `replace`, `asdict` and `match` work. But all classes share the functions that
compare, hash and show, and `__init__` is compiled when it is first used.

Measured with Python 3.11.7 on a shared 2-core machine, CPU time: 60 frozen classes with six fields take 55 ms with
`dataclass` and 5 ms with `record`. A cold `wandb-registry doctor PATH --offline --format json` defines 88 of them and
takes 280 ms; with `dataclass` in its place 350 ms, so that a fifth of the start would be the definition of classes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from operator import attrgetter
from reprlib import recursive_repr
from types import FunctionType
from typing import TYPE_CHECKING

__all__ = ["record"]


def _record(*, frozen: bool = False, eq: bool = True, repr: bool = True) -> Callable[[type], type]:
    """Do what `dataclass(frozen=True)` does, with the options that this project uses.

    Raises TypeError for a class that is not frozen, or with fields that cannot be passed by position.
    """

    def made(cls: type) -> type:
        own = dict(vars(cls))
        cls.__doc__ = (
            cls.__doc__ or cls.__name__
        )  # otherwise dataclasses computes the signature, which loads a tokenizer
        dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
        fields = dataclasses.fields(cls)
        if not frozen or any(each.kw_only or not each.init for each in fields):
            raise TypeError(f"{cls.__qualname__} needs dataclasses.dataclass instead of record")
        methods: dict[str, object] = {
            "__init__": _CompiledWhenUsed(cls),
            "__setattr__": _refuse_to_set,
            "__delattr__": _refuse_to_delete,
        }
        if repr and "__repr__" not in own:
            methods["__repr__"] = _shown
        if eq and "__eq__" not in own:
            methods["__eq__"] = _equality(each.name for each in fields if each.compare)
        if eq and own.get("__hash__") is None:
            of_hash = (each.compare if each.hash is None else each.hash for each in fields)
            methods["__hash__"] = _hashing(
                each.name for each, counts in zip(fields, of_hash, strict=True) if counts
            )
        for name, method in methods.items():
            setattr(cls, name, method)
        return cls

    return made


class _Factory:
    """Shown in a signature as the default of a value that is created for each instance."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


class _CompiledWhenUsed:
    """Stands for the `__init__` of a class until the first use, and is then replaced with the real one."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def __get__(self, instance: object, owner: type | None = None) -> Callable[..., None]:
        initialize = _initializer(self._cls)
        setattr(self._cls, "__init__", initialize)  # noqa: B010 - mypy refuses the assignment
        found: Callable[..., None] = initialize.__get__(instance, owner)
        return found


def _initializer(cls: type) -> FunctionType:
    """`__init__` with the parameters that `dataclasses` gives it."""
    known: dict[str, object] = {"_set": object.__setattr__, "_factory": _FACTORY}
    parameters, body = ["self"], []
    for each in dataclasses.fields(cls):
        parameter = value = name = each.name
        if each.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = each.default
            parameter = f"{name}=_default_{name}"
        elif each.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = each.default_factory
            parameter = f"{name}=_factory"
            value = f"_make_{name}() if {name} is _factory else {name}"
        parameters.append(parameter)
        body.append(f" _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    exec("\n".join([f"def __init__({', '.join(parameters)}):", *body, " return None"]), known)
    initialize = known["__init__"]
    assert isinstance(initialize, FunctionType)
    initialize.__qualname__ = f"{cls.__qualname__}.__init__"
    initialize.__annotations__ = {each.name: each.type for each in dataclasses.fields(cls)} | {"return": None}
    return initialize


def _values(names: Iterable[str]) -> Callable[[object], object]:
    found = tuple(names)
    return attrgetter(*found) if found else lambda _: ()


def _equality(names: Iterable[str]) -> Callable[[object, object], object]:
    values = _values(names)

    def equal(self: object, other: object) -> object:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _hashing(names: Iterable[str]) -> Callable[[object], int]:
    values = _values(names)

    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


@recursive_repr()
def _shown(self: object) -> str:
    found = dataclasses.fields(self)  # type: ignore[arg-type]  # it is a dataclass, whatever its class
    inside = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in found if each.repr)
    return f"{type(self).__qualname__}({inside})"


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:
    record = _record
