"""Which call a text leads to: the one that a message is about, else the last path before the message."""

from __future__ import annotations

import pytest

from registry_doctor.facts import Call
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.live import diagnosed_call
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.settings import Given

MESSAGE = "wandb: ERROR Unable to find organization for entity 'vision'."


def lead(path: str) -> str:
    """A line that names a path, which is then linked to."""
    return f"INFO linking to {path}"


@pytest.mark.parametrize(
    ("lines", "given", "expected", "others"),
    [
        ([lead("wandb-registry-a/x"), MESSAGE], Call(None), Call("wandb-registry-a/x", "link"), 0),
        (
            [lead("wandb-registry-a/x"), lead("wandb-registry-b/x"), MESSAGE, lead("wandb-registry-c/x")],
            Call(None),
            Call("wandb-registry-b/x", "link"),
            2,
        ),
        ([MESSAGE, lead("wandb-registry-c/x")], Call(None), Call("wandb-registry-c/x", "link"), 0),
        (["loaded wandb-registry-a/x:v3", "ValueError"], Call(None), Call("wandb-registry-a/x:v3", "use"), 0),
        (
            ["api.artifact('wandb-registry-a/x:v3', type='model')"],
            Call(None),
            Call("wandb-registry-a/x:v3", "use", type="model", method="api.artifact"),
            0,
        ),
        ([lead("wandb-registry-a/x"), MESSAGE], Call("r/c"), Call("r/c"), 1),
        (
            [
                "loaded wandb-registry-a/x:v3",
                "wandb: ERROR artifact type 'data' is not allowed in the 'a' registry",
            ],
            Call(None),
            Call(None),
            1,
        ),
    ],
)
def test_the_call_that_failed_is_diagnosed(
    lines: list[str], given: Call, expected: Call, others: int
) -> None:
    """A path whose purpose does not fit the message is not the one that failed; what is given explicitly wins."""
    diagnosed = diagnosed_call(find(lines_in_text("\n".join(lines))), given, Given(), purpose_is_given=False)
    assert diagnosed.call == expected
    assert len(diagnosed.others) == others
