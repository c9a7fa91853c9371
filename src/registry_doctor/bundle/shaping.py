"""A bundle for a public place: its shape, with tokens in the place of every name and of people's words.

What the doctor was given and what the server said gets other letters. The report is not rewritten: it is made
again out of that, so that every name in it is a token, too.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from registry_doctor.bundle.lettering import Lettering
from registry_doctor.bundle.making import CONNECTION_VARIABLES, Made
from registry_doctor.bundle.missing_facts import facts_document
from registry_doctor.bundle.model import Bundle
from registry_doctor.bundle.plain_words import SAID_TO_EVERYBODY
from registry_doctor.bundle.reading import read_bundle
from registry_doctor.bundle.replaying import NO_SDK, Replayed, SavedAnswers, replay
from registry_doctor.bundle.values import Table
from registry_doctor.checking.plugins import Loaded
from registry_doctor.diagnosis.diagnosis import Diagnosis
from registry_doctor.diagnosis.engine import finish
from registry_doctor.diagnosis.options import plan_of
from registry_doctor.queries.field_types import is_type
from registry_doctor.queries.question import Question, compose
from registry_doctor.report.json import document, dumped
from registry_doctor.settings.names import SETTING_NAMES
from registry_doctor.transport import JsonValue

ATTEMPTS = 5
"""Substitutions that are tried until one gives the same verdicts: few spell something that a rule goes by."""

_DRAWN = random.SystemRandom

_CHOICES = """
    PENDING COMMITTED DELETED READY SEQUENCE PORTFOLIO FULL INCREMENTAL PATCH V1 V2 MANIFEST_MD5 MANIFEST_XXH128
    admin member viewer restricted_viewer owner billing-only Admin Member Viewer Restricted Viewer
    Artifact ArtifactCollection ArtifactPortfolio ArtifactSequence Entity Organization Project Run User Team
    ORGANIZATION RESTRICTED PRIVATE PUBLIC USER_READ USER_WRITE ENTITY_READ ENTITY_WRITE TEAM USER organization
    team user personal online offline disabled dryrun run shared service true false none
"""
_KEPT_VALUES = frozenset(_CHOICES.split()) | {"restricted viewer", ""}
"""Words that the server or wandb chooses from."""

_KEYS_OF_CHOICES = frozenset(
    {"__typename", "role", "roleName", "access", "state", "entityType", "kind", "mode", "role.name"}
)
_KEYS_OF_IDENTIFIERS = re.compile(r"(?:^id|Id|ID|[cC]ursor|[dD]igest|after)$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?")
_VERSION = re.compile(r"v?\d+(?:\.\d+){1,3}(?:[.-]?(?:rc|dev|post|alpha|beta)\.?\d*)?")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_FEATURE = re.compile(r"(?:ARTIFACT|PROJECT|CLIENT|REGISTRY|RUN|SERVER|USE)_[A-Z0-9_]+")
_CODE = re.compile(r"RD\d{0,3}")
_KEPT_CODES = frozenset(
    {"PERMISSION_ERROR", "GRAPHQL_VALIDATION_FAILED", "INTERNAL_SERVER_ERROR", "BAD_USER_INPUT"}
)
_IMPLEMENTATIONS = frozenset({"CPython", "PyPy", "GraalVM"})
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ALIAS = re.compile(r"q\d+")
_KNOWN_SOURCES = frozenset(f"WANDB_{name.upper()}" for name in SETTING_NAMES)


def shaped(made: Made, loaded: Loaded) -> Made:
    """The bundle with tokens in the place of names. `loaded` judges it, and has to be the built-in checks."""
    whole = Table.of(json.loads(made.text), "")
    own = _own_words(read_bundle(whole.entries), loaded)
    text, replayed = _attempt(whole, own, loaded)
    for _ in range(ATTEMPTS - 1):
        if not replayed.verdicts:
            break
        text, replayed = _attempt(whole, own, loaded)
    return replace(made, text=text, report=replayed.report, replayed=replayed)


def _attempt(whole: Table, own: frozenset[str], loaded: Loaded) -> tuple[str, Replayed]:
    shape = _Shape(Lettering(_DRAWN()), frozenset(_words(whole)), own)
    bundle = shape.document(whole)
    before = whole.table("report")
    # Judged against the original report first: it says whether a token has changed a verdict.
    replayed = replay(read_bundle({**bundle, "report": shape.original_verdicts(before)}), loaded)
    report = document(replayed.report)
    report["requests"] = before.value("requests")
    bundle["report"] = report
    bundle["facts"] = _facts(read_bundle(bundle), loaded)
    bundle["redacted"] = whole.value("redacted")
    bundle["replay"] = {"same": not replayed.verdicts, "differing": [each.what for each in replayed.verdicts]}
    return dumped(bundle, (), indent=1), replayed


def _facts(bundle: Bundle, loaded: Loaded) -> JsonValue:
    diagnosis = _finished(SavedAnswers(bundle), bundle, loaded)
    return facts_document(diagnosis.typed_facts, plan_of(loaded, bundle.options))


def _finished(answers: SavedAnswers, bundle: Bundle, loaded: Loaded) -> Diagnosis:
    planned = plan_of(loaded, bundle.options)
    call = replace(bundle.call, sdk_version=bundle.call.sdk_version or bundle.sdk_version or NO_SDK)
    diagnosis = Diagnosis(answers, call, bundle.settings, planned, loaded, bundle.options)
    finish(diagnosis)
    return diagnosis


class _Asked(SavedAnswers):
    """Notes the words of the questions: field names that are ours, and no name of anybody."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle)
        self.words: set[str] = set()

    def _ask_at_once(
        self, questions: list[Question[object]], guesses: Sequence[Question[object]] = ()
    ) -> None:
        for question in (*questions, *guesses):
            self.words.update(_IDENTIFIER.findall(compose([question]).text))
        super()._ask_at_once(questions, guesses)


def _own_words(bundle: Bundle, loaded: Loaded) -> frozenset[str]:
    asked = _Asked(bundle)
    _finished(asked, bundle, loaded)
    return frozenset(asked.words)


def _words(whole: Table) -> Iterator[str]:
    """The words of all names, in lower case."""
    call, settings = whole.table("call"), whole.table("settings")
    named: list[JsonValue] = [
        call.value("target"),
        call.value("artifact"),
        call.value("type"),
        call.value("aliases"),
    ]
    named += [settings.table(key).value("value") for key in ("entity", "organization", "project", "base_url")]
    named += [each.value("answers") for each in whole.table("server").tables("requests")]
    for text in _texts(named):
        yield from re.findall(r"[^\W_]+", text.lower())


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in ("query", "question", "errors"):
                yield from _texts(each)


@dataclass(frozen=True)
class _Shape:
    """The parts of a bundle with other letters."""

    lettering: Lettering
    names: frozenset[str]
    own: frozenset[str]
    """Words of the doctor's own questions."""

    def document(self, whole: Table) -> dict[str, JsonValue]:
        """All but the report, and what comes of it."""
        server = whole.table("server")
        for request in server.tables("requests"):
            self._identifiers(request.value("answers"))
        return {
            "kind": whole.value("kind"),
            "schema_version": whole.value("schema_version"),
            "created": whole.value("created"),
            "tool": whole.value("tool"),
            "versions": self._versions(whole.table("versions")),
            "variables": [self._variable_name(each) for each in whole.texts("variables")],
            "call": self._call(whole.table("call")),
            "options": self._options(whole.table("options")),
            "settings": self._settings(whole.table("settings")),
            "server": {
                "not_asked": self._prose(server.value("not_asked")),
                "requests": [self._request(each) for each in server.tables("requests")],
            },
        }

    def original_verdicts(self, report: Table) -> JsonValue:
        """The report as it was, with the token of the suggested path."""
        suggestion = report.table_or_none("suggestion")
        told = None if suggestion is None else {**suggestion.entries}
        if told is not None:
            told["target_path"] = self._name(told["target_path"])
        return {**report.entries, "suggestion": told}

    def _identifiers(self, value: JsonValue) -> None:
        """Met before all else: they stand in names and variables, too."""
        if isinstance(value, list):
            for each in value:
                self._identifiers(each)
        elif isinstance(value, dict):
            for key, each in value.items():
                if isinstance(each, str) and _KEYS_OF_IDENTIFIERS.search(key):
                    self.lettering.identifier(each)
                self._identifiers(each)

    def _name(self, value: JsonValue) -> JsonValue:
        return self.lettering.name(value) if isinstance(value, str) else value

    def _prose(self, value: JsonValue) -> JsonValue:
        if not isinstance(value, str) or value in SAID_TO_EVERYBODY:
            return value
        return self.lettering.prose(value, self.names)

    def _source(self, value: JsonValue) -> JsonValue:
        """The name of a variable, an option or a file: those that wandb knows stay."""
        if not isinstance(value, str) or value in _KNOWN_SOURCES:
            return value
        return self._prose(value)

    def _variable_name(self, name: str) -> JsonValue:
        return name if name.upper() in CONNECTION_VARIABLES else self._source(name)

    def _versions(self, versions: Table) -> JsonValue:
        """Without what a system or a package of one's own is called."""
        checks = versions.table("checks").entries
        return {
            **{key: self._version(value) for key, value in versions.entries.items()},
            "implementation": self._chosen(versions.value("implementation"), _IMPLEMENTATIONS),
            "platform": versions.text("platform").partition("-")[0],
            "libraries": {
                name: self._version(each) for name, each in versions.table("libraries").entries.items()
            },
            "checks": {
                name: self._version(each)
                for name, each in checks.items()
                if name.startswith("wandb-registry-")
            },
        }

    def _version(self, value: JsonValue) -> JsonValue:
        return value if isinstance(value, str) and _VERSION.fullmatch(value) else self._name(value)

    def _call(self, call: Table) -> JsonValue:
        found = {**call.entries}
        if found["type"] is None and found["method"] == "run.link_model":
            found["type"] = "model"  # as wandb takes it: a token stands for it everywhere
        for key in ("target", "artifact", "type"):
            found[key] = self._name(found[key])
        found["aliases"] = [self._name(each) for each in call.texts("aliases")]
        found["sdk_version"] = self._version(found["sdk_version"])
        return found

    def _options(self, options: Table) -> JsonValue:
        configuration = options.table("configuration")
        severities, ignored = (configuration.table(key).entries for key in ("severity", "ignore"))
        return {
            **options.entries,
            "configuration": {
                "source": self._name(configuration.value("source")),
                "select": [each for each in configuration.texts("select") if _CODE.fullmatch(each)],
                "ignore": {code: self._name(why) for code, why in ignored.items() if _CODE.fullmatch(code)},
                "severity": {code: each for code, each in severities.items() if _CODE.fullmatch(code)},
            },
        }

    def _settings(self, settings: Table) -> JsonValue:
        found: dict[str, JsonValue] = {}
        for key, value in settings.entries.items():
            if key == "app_url":
                found[key] = self._name(value)
            elif isinstance(value, dict) and "given" in value:
                is_choice = key == "mode" and value["value"] in _KEPT_VALUES
                told = value["value"] if is_choice else self._name(value["value"])
                found[key] = {**value, "value": told, "source": self._source(value["source"])}
            elif isinstance(value, dict):  # credentials, pinned_run
                found[key] = {
                    each: told if each == "kind" else self._told(told) for each, told in value.items()
                }
            else:
                found[key] = self._told(value)
        return found

    def _told(self, value: JsonValue) -> JsonValue:
        """Sources and problems, one by one."""
        if isinstance(value, list):
            return [self._told(each) for each in value]
        if isinstance(value, dict):
            return {key: self._told(each) for key, each in value.items()}
        return self._source(value)

    def _request(self, request: Table) -> JsonValue:
        failure = request.table_or_none("failure")
        return {
            "failure": None
            if failure is None
            else {
                **failure.entries,
                "message": self._prose(failure.value("message")),
                "advice": self._prose(failure.value("advice")),
                "errors": [self._error(each) for each in failure.tables("errors")],
            },
            "status": request.value("status"),
            "said": self._prose(request.value("said")),
            "left_out": [self._left_out(each) for each in request.texts("left_out")],
            "answers": [self._answer(each) for each in request.tables("answers")],
        }

    def _answer(self, answer: Table) -> JsonValue:
        query = answer.text_or_none("query")
        return {
            "question": answer.value("question"),
            "names": [self._name(each) for each in answer.texts("names")],
            "query": query and _QUOTED.sub(lambda found: self.lettering.name(found[0]), query),
            "variables": {
                key: self._variable(each) for key, each in answer.table("variables").entries.items()
            },
            "value": self._value("", answer.value("value")),
            "errors": [self._error(each) for each in answer.tables("errors")],
            "missing": answer.value("missing"),
        }

    def _left_out(self, name: str) -> JsonValue:
        """`Type.field(argument)`, which an older server does not know; the server named it."""
        words = _IDENTIFIER.findall(name)
        ours = "".join(words) == re.sub(r"[.()]", "", name)
        return name if ours and all(each in self.own or is_type(each) for each in words) else self._name(name)

    def _variable(self, value: JsonValue) -> JsonValue:
        """A name, or a filter: JSON in a string."""
        if isinstance(value, str) and value.startswith(("{", "[")):
            try:
                return json.dumps(self._value("", json.loads(value)), ensure_ascii=False)
            except (ValueError, RecursionError):
                return self._name(value)
        return self._value("", value)

    def _value(self, key: str, value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [self._value(key, each) for each in value]
        if isinstance(value, dict):
            return {
                self._field(each): self._value(_place_of(key, each), below) for each, below in value.items()
            }
        if not isinstance(value, str) or _is_public(key, value):
            return value
        return self.lettering.identifier(value) if _KEYS_OF_IDENTIFIERS.search(key) else self._name(value)

    def _error(self, error: Table) -> JsonValue:
        code = error.value("code")
        return {
            "message": self._prose(error.value("message")),
            "path": [
                self._field(each) if isinstance(each, str) else each for each in error.entries_of("path")
            ],
            "code": code if code in _KEPT_CODES else self._prose(code),
        }

    def _field(self, name: str) -> str:
        """The name of a field of ours; a server that sends others may name anybody there."""
        return name if name in self.own or _ALIAS.fullmatch(name) else self.lettering.name(name)

    def _chosen(self, value: JsonValue, choices: frozenset[str]) -> JsonValue:
        return value if isinstance(value, str) and value in choices else self._name(value)


def _place_of(above: str, key: str) -> str:
    """The key, with the one above where the name is one of a choice."""
    return f"{above}.name" if key == "name" and above in ("features", "role") else key


def _is_public(key: str, value: str) -> bool:
    if key in _KEYS_OF_CHOICES:
        return value in _KEPT_VALUES
    if key == "features.name":
        return _FEATURE.fullmatch(value) is not None
    if key.endswith("At"):
        return _DATE.fullmatch(value) is not None
    return "ersion" in key and _VERSION.fullmatch(value) is not None
