"""Every message that the installed wandb can raise about artifacts and registries is known, or listed as not ours.

A new version of wandb shows here what is new in it: put the text into the catalogue, or into `not_ours.toml` with the reason.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from registry_doctor.known_errors.catalogue import catalogue
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.support.toml import load_toml
from tests.known_errors.sdk_messages import NAME, Raised, raised

LIST = Path(__file__).with_name("not_ours.toml")
READ_IN = "0.31.0"
"""The version that `not_ours.toml` was written for."""


def not_ours() -> list[dict[str, object]]:
    """The rows of the list: a reason, with the modules or the texts that it is for."""
    rows = load_toml(LIST.read_text(encoding="utf-8"))["not_ours"]
    assert isinstance(rows, list)
    return rows


def is_known(text: str) -> bool:
    """Whether the catalogue has it, in a log with a traceback through wandb."""
    shown = " ".join(text.replace(NAME, "abc").split())
    log = f'Traceback (most recent call last):\n  File "/lib/wandb/apis/public/api.py", line 1, in call\n    call()\nValueError: {shown}'
    return bool(find(lines_in_text(log)).explanations)


def reason_of(each: Raised) -> str | None:
    """Why a message is not ours; `None` if nothing says so."""
    for row in not_ours():
        modules, texts = row.get("modules", []), row.get("texts", [])
        assert isinstance(modules, list) and isinstance(texts, list)
        if each.text in texts or any(each.module.startswith(module) for module in modules):
            return str(row["reason"])
    return None


def test_every_message_of_the_sdk_is_known_or_not_ours() -> None:
    """So that nobody gets "no known message" for what wandb itself says about a registry."""
    messages = {each for each in raised() if each.text}
    assert len(messages) > 200
    new = sorted({each.text for each in messages if reason_of(each) is None and not is_known(each.text)})
    assert new == []


@pytest.mark.skipif(version("wandb") != READ_IN, reason="the list was written for another wandb")
def test_nothing_is_listed_that_wandb_does_not_say() -> None:
    """A text or module that is gone is taken out of the list."""
    messages = list(raised())
    texts, modules = {each.text for each in messages}, {each.module for each in messages}
    for row in not_ours():
        assert str(row["reason"]).endswith(".")
        for text in row.get("texts", []):  # type: ignore[attr-defined]  # a list, see reason_of
            assert text in texts
        for start in row.get("modules", []):  # type: ignore[attr-defined]  # a list, see reason_of
            assert any(module.startswith(start) for module in modules)


def test_the_catalogue_has_messages_of_every_file() -> None:
    """All files of the catalogue are read."""
    ids = {each.id for each in catalogue()}
    assert {"no-organization-for-entity", "upload-failed", "artifact-expected"} <= ids
