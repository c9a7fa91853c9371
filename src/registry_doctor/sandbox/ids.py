"""Node ids: base64 of ``Kind:number`` (protocol 5; the SDK decodes some of them)."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple


class NodeId(NamedTuple):
    """What an id stands for."""

    kind: str
    number: int


def encode_id(kind: str, number: int) -> str:
    """Return the opaque id of node ``number`` of a kind."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode("ascii")


def decode_id(text: str) -> NodeId | None:
    """Return what an id stands for, or None if it is not one of ours."""
    try:
        kind, _, number = base64.b64decode(text, validate=True).decode("ascii").partition(":")
        return NodeId(kind, int(number))
    except (binascii.Error, ValueError):
        return None
