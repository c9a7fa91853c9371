"""Every text of W&B that the evidence records is recognised as what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry_doctor.known_errors.catalogue import entry_named
from registry_doctor.known_errors.finder import find
from registry_doctor.known_errors.reader import lines_in_text
from registry_doctor.report.explanation import ErrorReading
from registry_doctor.support.toml import load_toml

HERE = Path(__file__).parent
EVIDENCE = HERE.parents[1] / "docs" / "evidence"

SPAN = re.compile(r"``\s?(.+?)\s?``|`([^`]+)`")

NO_MESSAGES = {
    # what surrounds messages, tried with every message below
    "wandb: ERROR Error while calling W&B API: <msg> (<Response [NNN]>)",
    "CommError: HTTP NNN: <msg>",
    "HTTP 400: <message>",
    'failed to upsert bucket: returned error 403 Forbidden: {"errors":[{"message":…}]}',
    # names of exceptions beside a message
    "TypeError",
    "RuntimeError",
    # code, paths, queries, commands, characters
    "wandb artifact get",
    "wandb artifact get PATH",
    "/ \\ # ? % :",
    'project.startswith("wandb-registry-") and project != "wandb-registry-"',
    "wandb-registry-{REGISTRY}/{COLLECTION}:{vN or alias}",
    'wandb.Artifact("my model", …)',
    "wandb-registry-RAG Chat Models/Finetuned Llama-3.2:v3",
    '" Org A/…"',
    "version == v0",
    "source_version == v1",
    'name.count("/") == 2',
    "entity(name){organization{name orgEntity{name}} user{organizations{name orgEntity{name}}}}",
    "ArtifactCollection.type = …",
    'source_entity == source_project == ""',
    "project(entityName, name){ readOnly }",
    '"wandb-registry-" + display name',
    "$WANDB_ARTIFACT_DIR or ./artifacts",
    "o = wandb.Api().organization(); o.name, o.org_entity.name",
    "to log in.",
    "<WANDB_DIR or cwd>/wandb/settings",
    "base_url = https://wandb.ai",
    "P/C:{version or latest}",
    "P == model-registry",
    'entity(name: org_entity){project(name: "wandb-registry-R"){name access allowAllArtifactTypesInRegistry artifactTypes readOnly}}',
    "run.use_artifact(artifact_or_name = name)",
}
"""What the evidence has in backticks and W&B does not say."""


@dataclass(frozen=True)
class Recorded:
    """A text of the evidence."""

    text: str
    entry: str
    written: tuple[str, ...]


def recorded() -> list[Recorded]:
    """The texts of `texts.toml`."""
    rows = load_toml((HERE / "texts.toml").read_text(encoding="utf-8"))["text"]
    assert isinstance(rows, list)
    return [Recorded(row["text"], row["entry"], tuple(row.get("written", [row["text"]]))) for row in rows]


TEXTS = recorded()
WRITTEN = [(text, each.entry) for each in TEXTS for text in each.written]

ENVELOPES = {
    "old logger": "wandb: ERROR Error while calling W&B API: {} (<Response [400]>)",
    "requests": "wandb.errors.CommError: HTTP 400: {}",
    "0.31.0": "wandb.errors.errors.CommError: {}",
    "GraphQL": "wandb.errors.errors.CommError: input: linkArtifact {}",
    "several": "wandb.errors.errors.CommError: [{}; something else]",
    "logger": "2026-05-11 09:12:33,120 [ERROR] wandb: {}",
    "colours": "\x1b[34m\x1b[1mwandb\x1b[0m: \x1b[32m\x1b[41mERROR\x1b[0m {}",
    "windows": "wandb: ERROR {}\r",
}


def entries(reading: ErrorReading) -> list[str]:
    """The entries that were found."""
    return [each.id for each in reading.explanations]


@pytest.mark.parametrize(("text", "entry"), WRITTEN)
def test_a_recorded_text_is_recognised_as_its_entry(text: str, entry: str) -> None:
    """Alone, as a person pastes it."""
    assert entries(find(lines_in_text(text))) == [entry]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_text_is_recognised_in_every_envelope(envelope: str) -> None:
    """Whatever SDK or logger wrote around it, in the middle of a log."""
    wrong = {}
    for text, entry in WRITTEN:
        if entry == "link-offline":
            continue  # it has no text, so that nothing surrounds it
        line = ENVELOPES[envelope].replace("{}", text)
        found = find(lines_in_text(f"step 1\nstep 2\n{line}\nstep 4\n"))
        if entries(found) != [entry] or found.explanations[0].line != 3:
            wrong[text] = found.explanations
    assert wrong == {}


def test_a_text_is_recognised_in_a_json_body() -> None:
    """As the core writes the answer of a server into its log, quotes escaped."""
    wrong = {}
    for text, entry in WRITTEN:
        if entry == "link-offline":
            continue
        body = text.replace("\\", "\\\\").replace('"', '\\"')
        line = f'failed to upsert bucket: returned error 403 Forbidden: {{"errors":[{{"message":"{body}"}}]}}'
        # The refused start of a run, which this body is about, has an entry of its own.
        expected = entry_named(entry).run_start or entry
        found = find(lines_in_text(line))
        if entries(found) != [expected]:
            wrong[text] = entries(found)
    assert wrong == {}


def test_no_text_of_the_evidence_is_left_out() -> None:
    """Every text in backticks of the catalogues is in the table, or is known to be no message."""
    failures = (EVIDENCE / "failures.md").read_text(encoding="utf-8")
    part = failures[failures.index("## failures 3 ") : failures.index("### failures 3.4 ")]
    rules = (EVIDENCE / "registry-rules.md").read_text(encoding="utf-8")
    told = {span for line in part.splitlines() for span in _spans(line, with_first_column=True)}
    told |= {span for line in rules.splitlines() for span in _spans(line, with_first_column=False)}
    assert len(told) > 150
    assert told - {each.text for each in TEXTS} - NO_MESSAGES == set()


def _spans(line: str, *, with_first_column: bool) -> set[str]:
    """The texts in backticks of three words or more; in the first column of a table of any length."""
    spans = {(found[1] or found[2]).strip() for found in SPAN.finditer(line)}
    first = line.split(" | ")[0] if line.startswith("| `") and with_first_column else ""
    return {span for span in spans if len(span.split()) >= 3 or f"`{span}`" in first}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Unable to find organization for entity 'vision'.", {"entity": "vision"}),
        (
            "Expecting the organization name or entity name to match \"Bob's Org\" and cannot be linked/fetched with 'nope'.",
            {"organization": "Bob's Org", "given": "nope"},
        ),
        (
            "project 'wandb-registry-Golden Datasets' not found under entity 'acme-robotics_X7Q2'",
            {"registry": "Golden Datasets", "owner": "acme-robotics_X7Q2"},
        ),
        (
            "artifact membership 'detector:v9' not found in 'acme/wandb-registry-model'",
            {"collection": "detector", "version": "v9", "owner": "acme", "project": "wandb-registry-model"},
        ),
        (
            "artifact membership 'detector' not found in 'acme/wandb-registry-model'",
            {"collection": "detector", "owner": "acme", "project": "wandb-registry-model"},
        ),
        (
            'Project vision/detectors does not contain artifact: "yolo:v9"',
            {"owner": "vision", "project": "detectors", "collection": "yolo", "version": "v9"},
        ),
        (
            "type 'dataset' specified but this artifact is of type 'model'",
            {"type": "dataset", "actual_type": "model"},
        ),
        (
            "Supplied type dataset does not match type model of artifact yolo:v0",
            {"type": "dataset", "actual_type": "model", "artifact": "yolo:v0"},
        ),
        (
            "artifact type 'dataset' is not allowed in the 'Model' registry",
            {"type": "dataset", "registry": "Model"},
        ),
        ("Invalid artifact path: 'a/b/c/d'", {"path": "a/b/c/d"}),
        ("entity someone not found during upsertBucket (<Response [404]>)", {"entity": "someone"}),
        (
            "unable to resolve an organization associated with the entity: alice that is initialized in the API or Run settings.",
            {"entity": "alice"},
        ),
        (
            'artifact belongs to the organization "Acme" and cannot be linked/fetched with "Acme Inc". Please',
            {"organization": "Acme", "given": "Acme Inc"},
        ),
        (
            "Failed to load registry 'model' in organization 'Acme Inc'.",
            {"registry": "model", "organization": "Acme Inc"},
        ),
        ("is owned by entity 'alice'; it can't be moved to 'vision'", {"owner": "alice", "entity": "vision"}),
        ("Personal entity '' belongs to multiple organizations and cannot be used without", {"entity": ""}),
    ],
)
def test_names_are_taken_out_of_a_text(text: str, names: dict[str, str]) -> None:
    """In quotes of either kind, with spaces, or without quotes."""
    (found,) = find(lines_in_text(text)).explanations
    assert found.found.named() == names
