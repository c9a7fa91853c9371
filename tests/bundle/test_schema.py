"""Bundles against their published schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

if TYPE_CHECKING:
    from tests.bundle.conftest import Case

DOCS = Path(__file__).parents[2] / "docs"


def closed(schema: object) -> object:
    """The same schema, which knows no key that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **strict} if schema.get("type") == "object" else strict


@cache
def validator() -> Draft202012Validator:
    """What knows both schemas; a bundle holds a report."""
    report, bundle = (
        closed(json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8")))
        for name in ("report", "bundle")
    )
    assert isinstance(report, dict) and isinstance(bundle, dict)
    Draft202012Validator.check_schema(bundle)
    registry: Registry[bool | Mapping[str, object]] = Registry().with_resource(
        "urn:wandb-registry-doctor:report:1", Resource.from_contents(report)
    )
    return Draft202012Validator(bundle, registry=registry)


def test_every_bundle_fits_its_schema(cases: Mapping[str, Case]) -> None:
    """With every key named, and the report as the report's schema has it."""
    for name, case in cases.items():
        problems = [
            f"{each.json_path}: {each.message}"
            for each in validator().iter_errors(json.loads(case.made.text))
        ]
        assert problems == [], name


def test_the_schema_finds_what_does_not_fit(cases: Mapping[str, Case]) -> None:
    """A key that is missing or unknown, also within the report."""
    document = json.loads(cases["link-short"].made.text)
    assert validator().is_valid(document)
    assert not validator().is_valid({**document, "more": 1})
    assert not validator().is_valid({**document, "settings": {}})
    assert not validator().is_valid({**document, "report": {**document["report"], "exit_code": 2}})
