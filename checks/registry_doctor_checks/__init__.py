"""The built-in checks of registry doctor: an ordinary plugin, one module per check."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from registry_doctor.plugin import Check


def load() -> list[Check]:
    """Every check of this package; a new module is found without being listed."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Check)]
