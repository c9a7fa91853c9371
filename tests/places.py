"""Where tests find what they share: the repository, the worlds and cases of the contract, and the schema."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The repository."""

CONTRACT = ROOT / "tests" / "contract"
"""Copies of the contract: worlds and acceptance cases."""

ACME_WORLD = CONTRACT / "worlds" / "acme.yaml"
"""The world of most tests."""

SCHEMA_TEXT = files("registry_doctor.sandbox").joinpath("schema.graphql").read_text(encoding="utf-8")
"""The evidence schema: the only fields that a query may use."""
