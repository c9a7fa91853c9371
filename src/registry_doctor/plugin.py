"""All that a check may import: the one module for authors of plugins, and for the built-in checks.

A check is a function from facts to an outcome::

    from registry_doctor.plugin import INTERPRETATION, DeclaredFacts, Fail, Outcome, Pass, check


    @check("XY001", needs=[INTERPRETATION])
    def lower_case_collection(facts: DeclaredFacts) -> Outcome:
        '''A collection has a lower-case name. …'''

The names stand in five groups: what a check is and says, facts, asking the server for something new, the words of
a fix, and paths with their names. docs/writing-a-check.md shows each of them in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry_doctor.checking.check import (
    Applicability,
    Check,
    Fail,
    Fix,
    Outcome,
    Pass,
    Severity,
    Skip,
    check,
)
from registry_doctor.checking.near_fixes import near_fixes
from registry_doctor.checking.run_start_advice import start_under
from registry_doctor.checking.snippet_text import (
    before_after,
    change_setting,
    literal,
    or_entity_variable,
    relog_command,
    shell_word,
    show_administrators,
)
from registry_doctor.domain.interpretation import (
    Interpretation,
    find_placeholder,
    find_placeholder_in,
    may_be_a_name,
)
from registry_doctor.domain.near_names import Near, namesakes, near_names
from registry_doctor.domain.organizations import Entity, Organization, Unresolved, named_exactly
from registry_doctor.domain.subjects import Subject
from registry_doctor.domain.target_path import (
    REGISTRY_PREFIX,
    Changes,
    PathField,
    TargetPath,
    is_given_by_server,
)
from registry_doctor.facts import (
    ADMINISTRATOR,
    ALL_REGISTRIES,
    ARTIFACT_TYPE,
    CALL,
    CANDIDATES,
    COLLECTION,
    COLLECTIONS,
    CONNECTION,
    DESTINATION,
    DOWNLOAD,
    ENTITY,
    INTERPRETATION,
    LEGACY,
    NAMESAKES,
    ORDINARY,
    ORDINARY_LINK,
    REFUSED_FIELDS,
    REGISTRIES,
    REGISTRY,
    RESOLUTION,
    RUN_ENTITY,
    RUN_PROJECT,
    SDK_PROBLEM,
    SDK_VERSION,
    SERVER,
    SETTINGS,
    SOURCE,
    SOURCE_COLLECTION,
    SOURCE_PATH,
    SOURCE_REFUSAL,
    VERSION,
    VERSIONS,
    VIEWER,
    AnyFact,
    Call,
    CallingEntity,
    Collection,
    DeclaredFacts,
    Destination,
    Fact,
    Facts,
    Listing,
    Method,
    Ordinary,
    Registry,
    Successor,
    Unavailable,
    Version,
)
from registry_doctor.queries.question import (
    Arg,
    Field,
    Question,
    dig,
    flag,
    items,
    nodes,
    nodes_of,
    number,
    select,
    text,
)
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.settings.address import netloc, normalise, without_userinfo
from registry_doctor.settings.read import DEFAULT
from registry_doctor.support.records import record
from registry_doctor.support.versions import read_version
from registry_doctor.support.wording import listed, quoted_name
from registry_doctor.transport import FailureKind, GraphQLError, JsonValue

if TYPE_CHECKING:
    from packaging.version import Version as SdkVersion

__all__ = [
    "ADMINISTRATOR", "ALL_REGISTRIES", "ARTIFACT_TYPE", "CALL", "CANDIDATES", "COLLECTION", "COLLECTIONS",
    "CONNECTION", "DEFAULT", "DESTINATION", "DOWNLOAD", "ENTITY", "INTERPRETATION", "LEGACY",
    "NAMESAKES", "ORDINARY",
    "ORDINARY_LINK", "REFUSED_FIELDS", "REGISTRIES", "REGISTRY", "REGISTRY_PREFIX", "RESOLUTION",
    "RUN_ENTITY", "RUN_PROJECT", "SDK_PROBLEM", "SDK_VERSION", "SERVER", "SETTINGS", "SOURCE",
    "SOURCE_COLLECTION", "SOURCE_PATH", "SOURCE_REFUSAL", "VERSION", "VERSIONS", "VIEWER", "AnyFact", "ApiKey",
    "Applicability", "Arg", "Call", "CallingEntity", "Changes", "Check", "Collection", "DeclaredFacts",
    "Destination", "Entity", "Fact", "Facts", "Fail", "FailureKind", "Field", "Fix", "GraphQLError",
    "IdentityToken", "Interpretation", "InvalidCredentials", "JsonValue", "Listing", "Method", "Near",
    "NoCredentials", "Ordinary", "Organization", "Outcome", "Pass", "PathField", "Question", "Registry", "SdkVersion",
    "Settings", "Severity", "Skip", "Subject", "Successor", "TargetPath", "Unavailable", "Unresolved",
    "Version", "before_after", "change_setting", "check", "dig", "find_placeholder", "find_placeholder_in",
    "flag", "is_given_by_server", "items", "listed", "literal", "may_be_a_name", "named_exactly", "namesakes", "near_fixes",
    "near_names", "netloc", "nodes", "nodes_of", "normalise", "number", "or_entity_variable", "quoted_name",
    "read_version", "record", "relog_command", "select", "shell_word", "show_administrators", "start_under",
    "text", "without_userinfo",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """`SdkVersion` at run time: loading `packaging` takes a cold start longer than most checks."""
    if name == "SdkVersion":
        from packaging.version import Version

        return Version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
