"""What the documentation shows is run."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

from registry_doctor.check import Check

PAGE = Path(__file__).parents[1] / "docs" / "writing-a-check.md"


def test_the_check_of_the_tutorial_and_its_test_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's module is a plugin, and the page's test of it passes."""
    module_code, test_code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    module = types.ModuleType("my_checks")
    exec(module_code, vars(module))
    monkeypatch.setitem(sys.modules, "my_checks", module)
    checks = module.load()
    assert [(type(each), each.code, each.name) for each in checks] == [
        (Check, "MY001", "lower-case-collection")
    ]
    test = types.ModuleType("test_my_checks")
    exec(test_code, vars(test))
    test.test_capitals_are_refused()
