"""What is found in files that a test writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest

from registry_doctor.codebase.calls.finder import find_calls
from registry_doctor.codebase.source.found import FoundCall, KnownText

Search: TypeAlias = Callable[[Mapping[str, str]], list[FoundCall]]


def shown(call: FoundCall) -> str:
    """The target; a `?` before it if a part of it is unknown."""
    return call.target.text if isinstance(call.target, KnownText) else f"?{call.target.template}"


@pytest.fixture
def search(tmp_path: Path) -> Search:
    """Writes files and returns the calls that are found in them."""

    def find(files: Mapping[str, str]) -> list[FoundCall]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        found = list(find_calls([tmp_path], root=tmp_path))
        assert all(isinstance(each, FoundCall) for each in found)
        return [each for each in found if isinstance(each, FoundCall)]

    return find
