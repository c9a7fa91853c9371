"""Modules that can be called, for public functions that are named like their module.

Importing a module binds it in its package, in the place of a function of that name; so that
`registry_doctor.check(...)` and `registry_doctor.preflight(...)` mean the function in any order of imports, those
modules pass a call on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType


def make_callable(module: str, function: Callable[..., object]) -> None:
    """Let the imported module of this name be called as `function` is."""

    class CallableModule(ModuleType):
        def __call__(self, *args: object, **keywords: object) -> object:
            return function(*args, **keywords)

    sys.modules[module].__class__ = CallableModule
