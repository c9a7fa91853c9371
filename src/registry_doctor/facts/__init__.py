"""What is known of a call before anything is judged.

`base` has the machinery. `call` needs no server. `identity` is the first level of questions, `destination` the second;
`questions/` has what they ask. `run_start`, `legacy_registry` and `linkable_registries` are facts for special cases.
"""

from registry_doctor.facts.base import AnyFact, DeclaredFacts, Fact, Facts, UndeclaredFact
from registry_doctor.facts.call import (
    CALL,
    INTERPRETATION,
    METHODS,
    SDK_PROBLEM,
    SDK_VERSION,
    SETTINGS,
    UNKNOWN_SDK,
    Call,
    Method,
    agreed_purpose,
    purpose_of,
)
from registry_doctor.facts.destination import (
    ADMINISTRATOR,
    CANDIDATES,
    COLLECTION,
    COLLECTIONS,
    DESTINATION,
    DOWNLOAD,
    REGISTRIES,
    REGISTRY,
    VERSION,
    VERSIONS,
    Candidate,
)
from registry_doctor.facts.identity import (
    ARTIFACT_TYPE,
    CONNECTION,
    ENTITY,
    REFUSED_FIELDS,
    RESOLUTION,
    SERVER,
    SOURCE,
    SOURCE_COLLECTION,
    SOURCE_PATH,
    SOURCE_REFUSAL,
    VIEWER,
    CallingEntity,
    Resolution,
)
from registry_doctor.facts.legacy_registry import LEGACY, NAMESAKES, Legacy, Successor
from registry_doctor.facts.linkable_registries import ALL_REGISTRIES
from registry_doctor.facts.one_destination import Destination
from registry_doctor.facts.ordinary import ORDINARY, Ordinary
from registry_doctor.facts.ordinary_link import ORDINARY_LINK
from registry_doctor.facts.questions.identity import Server, SourceArtifact, SourceCollection
from registry_doctor.facts.questions.registry import Collection, Download, Listing, Registry, Version
from registry_doctor.facts.run_start import RUN_ENTITY, RUN_PROJECT, RunProject
from registry_doctor.queries.availability import Pending, Unavailable

__all__ = [
    "ADMINISTRATOR", "ALL_REGISTRIES", "ARTIFACT_TYPE", "CALL", "CANDIDATES", "COLLECTION", "COLLECTIONS",
    "CONNECTION", "DESTINATION", "DOWNLOAD", "ENTITY", "INTERPRETATION", "LEGACY", "METHODS", "NAMESAKES", "ORDINARY",
    "ORDINARY_LINK", "REFUSED_FIELDS", "REGISTRIES", "REGISTRY", "RESOLUTION", "RUN_ENTITY", "RUN_PROJECT",
    "SDK_PROBLEM", "SDK_VERSION", "SERVER", "SETTINGS", "SOURCE", "SOURCE_COLLECTION", "SOURCE_PATH",
    "SOURCE_REFUSAL", "UNKNOWN_SDK", "VERSION", "VERSIONS", "VIEWER", "AnyFact", "Call", "CallingEntity", "Candidate",
    "Collection", "DeclaredFacts", "Destination", "Download", "Fact", "Facts", "Legacy", "Listing",
    "Method", "Ordinary", "Pending", "Registry", "Resolution", "RunProject", "Server", "SourceArtifact",
    "SourceCollection", "Successor", "Unavailable", "UndeclaredFact", "Version", "agreed_purpose",
    "purpose_of",
]  # fmt: skip
