"""Fuzzes all that reads a target path as text: `python -m tests.hostile.fuzz.paths -runs=1000000`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import yaml

from tests.hostile.fuzz.driver import fuzz, instrumented

with instrumented():
    from registry_doctor.domain.interpretation import Purpose, clean, find_placeholder_in, interpret
    from registry_doctor.domain.path_tools import (
        ImpossibleName,
        NoPathInside,
        build_path,
        notation,
        path_from_url,
        version_kind,
    )
    from registry_doctor.domain.target_path import MalformedPath, TargetPath, organization_named
    from registry_doctor.support.redaction import without_keys
    from registry_doctor.support.terminal_text import LIMIT, visible
    from registry_doctor.support.wording import quoted_name

CASES = Path(__file__).parents[2] / "contract" / "cases" / "acme.yaml"
WORDS = (
    "wandb-registry-", "wandb-registry-wandb-registry-", "wandb_registry_", "Registry ", "model-registry", "model",
    "https://wandb.ai/orgs/", "https://", "http://[", "/registry/", "?selectionPath=", "&version=", "registry:///",
    "wandb-artifact:///", "/artifacts/", "%2F", "%20", "%ff", "%00", ":latest", ":v0", ":v\u0661", "<org>", "${ORG}",
    "%(org)s", "your-team", "'", "`", "\\", "//", "::error::", "\x1b[2J", "\u202e", "\udc80",
)  # fmt: skip


def one(data: bytes) -> None:
    """Nothing but the errors that are promised is raised, and what is promised of paths is kept."""
    text = data.decode("utf-8", "surrogateescape")
    with suppress(MalformedPath):
        parsed = TargetPath.parse(text)
        assert str(parsed) == text
        assert parsed.edit({}) == parsed
        version_kind(parsed.version)
    purposes: tuple[Purpose, ...] = ("link", "use")
    for for_ in purposes:
        with suppress(MalformedPath):
            organization_named(text, for_)
        reading = interpret(text, for_)
        if reading.intended is not None:
            assert reading.intended.collection
            assert reading.intended.registry or reading.legacy
        found = notation(text, for_)
        for sentence in (*found.reasons, *reading.problems):
            assert sentence.isprintable() or not text.isprintable()
        with suppress(NoPathInside):
            assert path_from_url(text, for_)
    find_placeholder_in(text)
    clean(text)
    without_keys(text)
    parts = [*text.split("/"), "x", "x", "x"][:3]
    with suppress(ImpossibleName):
        built = TargetPath.parse(build_path(parts[0], parts[1], organization=parts[2]))
        assert (built.collection, built.prefix) == (parts[1], parts[2])
    shown = visible(text)
    assert shown.isprintable()
    assert len(shown) <= LIMIT
    assert quoted_name(text).isprintable()


def seeds() -> list[bytes]:
    """The paths of the acceptance cases, and what people paste."""
    cases = yaml.safe_load(CASES.read_text(encoding="utf-8"))["cases"]
    typed = [str(each["target"]) for each in cases if each.get("target")]
    pasted = (
        "https://wandb.ai/orgs/acme/registry/model?selectionPath=acme%2Fwandb-registry-model%2Fyolo&version=v0",
        "https://wandb.ai/vision/detectors/artifacts/model/yolo/v0",
        "registry:///Acme Robotics/model/detector:v0",
        "wandb-artifact:///acme-robotics/wandb-registry-model/detector:latest",
    )
    return [each.encode("utf-8", "surrogatepass") for each in (*typed, *pasted)]


if __name__ == "__main__":
    fuzz(one, seeds(), WORDS)
