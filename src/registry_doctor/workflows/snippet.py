"""Generate code that links, uses or downloads and runs unchanged; the doctor checks every name in it first.

`prepare` diagnoses the call that the code will make, and chooses its entity; `python_code`, `notebook` and
`shell_script` generate the code.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from textwrap import indent
from typing import Literal, TypeAlias

from registry_doctor.checking.plugins import load_checks
from registry_doctor.checking.results import Suggestion
from registry_doctor.checking.snippet_text import literal
from registry_doctor.diagnosis.engine import diagnose_with
from registry_doctor.diagnosis.options import Options
from registry_doctor.diagnosis.runner import plan
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.domain.interpretation import interpret
from registry_doctor.domain.target_path import DEFAULT_PROJECT, is_registry_project
from registry_doctor.facts import (
    CALL,
    COLLECTION,
    DESTINATION,
    ENTITY,
    REGISTRY,
    SETTINGS,
    SOURCE_PATH,
    Call,
    Facts,
)
from registry_doctor.facts import VIEWER as VIEWER_FACT
from registry_doctor.facts.questions.identity import AskSourceCollection
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, Settings, read_settings
from registry_doctor.support.records import record
from registry_doctor.support.wording import quoted_name

Action: TypeAlias = Literal["link", "use", "download"]
"""Link a version; fetch one within a run, which records it as the run's input; fetch one without a run."""

MOST_TEAMS = 10
"""How many of the person's teams are tried if the calling entity cannot be used."""

_LONGEST_NAME = 128
_MARKUP, _ESCAPED = re.compile(r"[\\`*_\[\]<>&#|~$!]"), r"\\\g<0>"
"""Characters in a name that Markdown or HTML would interpret, and their escaped form."""

_NOT_IN_ARTIFACT_NAMES = re.compile(r"[^A-Za-z0-9_.\-]+")


@record(frozen=True)
class Draft:
    """A new artifact that the code logs and links."""

    name: str
    type: str


@record(frozen=True)
class Snippet:
    """A call that works according to the doctor, with all names that the code needs."""

    action: Action
    target_path: str
    what: str
    """What the code does, in a sentence."""
    entity: str | None
    """The entity of the run, or of `wandb.Api`; `None` if the code needs none."""
    project: str
    artifact: str | Draft | None
    """The path of a logged artifact to link, or a draft; `None` for a fetch."""


@record(frozen=True)
class Prepared:
    """A snippet, with the diagnosis that led to it."""

    snippet: Snippet
    report: Report
    """The diagnosis of the path as given."""
    suggestion: Suggestion | None
    """The correction that was taken; `None` if the path works as given."""
    entity_instead_of: str | None
    """The calling entity that was replaced by a team; `None` if it was not replaced."""


class NoSnippet(Exception):
    """No working code is known; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("no path is known that works")
        self.report = report


def prepare(
    action: Action,
    path: str,
    *,
    artifact: str | None = None,
    type_: str | None = None,
    given: Given = Given(),  # noqa: B008 - frozen
    options: Options = Options(),  # noqa: B008 - frozen
) -> Prepared:
    """Diagnose the call that the code will make, and determine every name in it.

    Args:
        action: what the code is to do.
        path: the target path; for a fetch without version, `latest` is used.
        artifact: the logged artifact to link; without it a new draft of `type_`, or of a type that the collection accepts.
        given: entity, project, server and organization that override wandb's own settings.

    Raises NoSnippet if the path does not work and no verified correction is known.
    """
    settings = read_settings(given)
    transport = transport_for(settings, options)
    with ExitStack() as stack:
        if not isinstance(transport, str):
            stack.enter_context(transport)
        consultation = _Consultation(Answers(transport), given, settings, options)
        for_: Literal["link", "use"] = "link" if action == "link" else "use"
        target = path if for_ == "link" else _with_version(path)
        source = _with_version(artifact) if artifact is not None else None
        return consultation.prepare(action, Call(target, for_, source, type_))


def python_code(snippet: Snippet) -> str:
    """A Python script."""
    if snippet.action == "download":
        imports, body = ["import wandb"], _download(snippet)
    elif snippet.action == "use":
        imports, body = ["import wandb"], _use(snippet)
    elif isinstance(snippet.artifact, Draft):
        imports, body = ["import json", "", "import wandb"], _log_and_link(snippet, snippet.artifact)
    else:
        imports, body = ["import wandb"], _link(snippet)
    return "\n".join([*imports, "", f"# {_one_line(snippet.what)}", *body])


def notebook(snippet: Snippet) -> str:
    """A Jupyter notebook (nbformat 4.5), as JSON."""
    markdown = f"{_MARKUP.sub(_ESCAPED, _one_line(snippet.what))}\n\n{indent(_one_line(snippet.target_path), '    ')}"
    document = {
        "cells": [
            {"cell_type": "markdown", "id": "what", "metadata": {}, "source": markdown.splitlines(True)},
            {
                "cell_type": "code",
                "execution_count": None,
                "id": "code",
                "metadata": {},
                "outputs": [],
                "source": python_code(snippet).splitlines(True),
            },
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def shell_script(snippet: Snippet, *, python: str = "python3", doctor: str = "wandb-registry") -> str:
    """Shell commands that ask the doctor first, and then run the Python code.

    `python` and `doctor` are the commands to call, quoted for a shell if necessary.
    """
    asked = ["--quiet", "--for", "link" if snippet.action == "link" else "use"]
    if isinstance(snippet.artifact, str):
        asked += ["--artifact", snippet.artifact]
    elif snippet.entity is not None:
        asked += ["--entity", snippet.entity]
    if isinstance(snippet.artifact, Draft):
        asked += ["--type", snippet.artifact.type]
    words = shlex.join([*asked, "--", snippet.target_path])
    return f"{doctor} doctor {words} >&2 &&\n{python} - <<'EOF'\n{python_code(snippet)}\nEOF"


class _Consultation:
    """Runs the diagnoses for one snippet; they share the answers of the server."""

    def __init__(self, answers: Answers, given: Given, settings: Settings, options: Options) -> None:
        self._answers = answers
        self._given = given
        self._settings = settings
        self._options = options
        self._loaded = load_checks()
        self._plan = plan(self._loaded.checks)

    def prepare(self, action: Action, call: Call) -> Prepared:
        """Return the snippet for a call. Raises NoSnippet."""
        entity, path, first, suggestion = self._settle(call)
        settled = replace(call, target=path)
        facts = self._facts(settled, entity)
        if call.for_ == "link" and call.artifact is None and call.type is None:
            settled = replace(settled, type=_accepted_type(facts))
            report = self._diagnose(settled, entity)
            if report.exit_code != 0:
                raise NoSnippet(report)
            facts = self._facts(settled, entity)
        calling_entity = facts.get(ENTITY)
        name = calling_entity.name if calling_entity else None
        project = self._settings.project.value or DEFAULT_PROJECT
        snippet = Snippet(
            action=action,
            target_path=path,
            what=_what(action, settled, facts),
            entity=None if settled.artifact is not None else name,
            project=DEFAULT_PROJECT if is_registry_project(project) else project,
            artifact=None,
        )
        if call.for_ == "link":
            source = facts.get(SOURCE_PATH)
            logged = str(source) if source is not None else settled.artifact
            snippet = replace(snippet, artifact=logged or self._draft(settled, snippet))
        instead_of = first.context.entity.value if entity is not None else None
        return Prepared(snippet, first, suggestion, instead_of)

    def _settle(self, call: Call) -> tuple[str | None, str, Report, Suggestion | None]:
        """Find an entity (`None`: wandb's own) and a path that work; also return the first diagnosis and the correction."""
        path = call.target or ""
        first = self._diagnose(call, None)
        candidates: list[tuple[str | None, Report]] = []
        if self._may_run(call):
            candidates.append((None, first))
        if first.exit_code == 0 and candidates:
            return None, path, first, None
        for team in self._teams(call):
            report = self._diagnose(call, team)
            if report.exit_code == 0:
                return team, path, first, None
            candidates.append((team, report))
        corrected = [(entity, each.suggestion) for entity, each in candidates if _is_usable(each.suggestion)]
        for entity, suggestion in corrected:
            if suggestion is not None:
                return entity, suggestion.target_path, first, suggestion
        raise NoSnippet(first)

    def _may_run(self, call: Call) -> bool:
        """Whether a run can start in the calling entity; it cannot in an organization's entity (R4.14)."""
        calling_entity = self._facts(call, None).get(ENTITY)
        return (
            calling_entity is None
            or calling_entity.entity is None
            or calling_entity.entity.kind != "organization"
        )

    def _teams(self, call: Call) -> tuple[str, ...]:
        """Teams to try instead of the calling entity; first those of the organization in the path."""
        viewer = self._facts(call, None).get(VIEWER_FACT)
        if viewer is None or call.artifact is not None or self._given.entity is not None:
            return ()
        named = interpret(call.target or "", call.for_).organizations

        def fits(name: str, organization: str | None, entity: str | None) -> bool:
            return any(each in named for each in (name, organization, entity))

        teams = sorted(
            (team for team in viewer.teams if team.organization is not None),
            key=lambda team: (
                not (team.organization and fits(team.name, team.organization.name, team.organization.entity))
            ),
        )
        return tuple(team.name for team in teams if team.name != viewer.entity)[:MOST_TEAMS]

    def _diagnose(self, call: Call, entity: str | None) -> Report:
        return diagnose_with(
            self._answers, call, self._settings_for(entity), self._plan, self._loaded, self._options
        )

    def _facts(self, call: Call, entity: str | None) -> Facts:
        facts = Facts(self._answers)
        facts.set(CALL, call)
        facts.set(SETTINGS, self._settings_for(entity))
        return facts

    def _settings_for(self, entity: str | None) -> Settings:
        return self._settings if entity is None else read_settings(replace(self._given, entity=entity))

    def _draft(self, call: Call, snippet: Snippet) -> Draft:
        """Choose a name that no artifact of another type has in the project of the run."""
        kind = call.type or "model"
        destination = interpret(call.target or "", "link").intended
        name = _artifact_name(destination.collection if destination else kind)
        question = AskSourceCollection(snippet.entity or "", snippet.project, name)
        self._answers.fetch([question])
        facts = Facts(self._answers)
        there = facts.answer(question) if facts.answers.asked(question) else None
        if there is not None and there.type not in (None, kind):
            name = _artifact_name(f"{name[: _LONGEST_NAME // 2]}-{kind}")
        return Draft(name, kind)


def _with_version(path: str) -> str:
    """Add `:latest` to a path without version, so the code names the version."""
    interpretation = interpret(path, "use")
    whole = interpretation.intended is not None and interpretation.intended.version is None
    return f"{path}:latest" if whole and (interpretation.pasted or not interpretation.problems) else path


def _is_usable(suggestion: Suggestion | None) -> bool:
    return suggestion is not None and suggestion.verified


def _accepted_type(facts: Facts) -> str:
    """A type that the collection accepts: its own type, else one that the registry accepts."""
    collection, registry = facts.get(COLLECTION), facts.get(REGISTRY)
    if collection is not None and collection.type is not None:
        return collection.type
    accepted = registry.accepted_types if registry is not None else None
    return "model" if not accepted or "model" in accepted else accepted[0]


def _what(action: Action, call: Call, facts: Facts) -> str:
    destination = facts.get(DESTINATION)
    if destination is None:
        where = quoted_name(call.target or "")
    else:
        where = (
            f"{quoted_name(destination.collection or '')} in the registry {quoted_name(destination.registry)}"
        )
        where += f" of {quoted_name(destination.organization.name)}"
    if action == "link":
        if call.artifact is None:
            return f"Logs a new {call.type or 'model'} and links it to {where}."
        return f"Links {quoted_name(call.artifact)} to {where}."
    version = quoted_name(destination.version or "latest") if destination else "a version"
    return f"{'Uses' if action == 'use' else 'Downloads'} {version} of {where}."


def _artifact_name(name: str) -> str:
    return _NOT_IN_ARTIFACT_NAMES.sub("-", name).strip("-.")[:_LONGEST_NAME] or "example"


def _log_and_link(snippet: Snippet, draft: Draft) -> Iterator[str]:
    yield _run(snippet, "link")
    yield f"    artifact = wandb.Artifact({literal(draft.name)}, type={literal(draft.type)})"
    content = "weights" if "model" in draft.type else "data"
    yield f'    with artifact.new_file("{content}.json") as file:'
    yield f'        json.dump({{"{content}": [0.1, 0.2, 0.3], "run": run.id}}, file)'
    yield f"    linked = run.link_artifact(artifact, {literal(snippet.target_path)})"
    yield ""
    yield "print(linked.qualified_name)"


def _link(snippet: Snippet) -> Iterator[str]:
    yield f"artifact = wandb.Api().artifact({literal(str(snippet.artifact))})"
    yield f"linked = artifact.link({literal(snippet.target_path)})"
    yield ""
    yield "print(linked.qualified_name)"


def _use(snippet: Snippet) -> Iterator[str]:
    yield _run(snippet, "use")
    yield f"    artifact = run.use_artifact({literal(snippet.target_path)})"
    yield "    folder = artifact.download()"
    yield ""
    yield "print(folder)"


def _download(snippet: Snippet) -> Iterator[str]:
    overrides = "" if snippet.entity is None else f'overrides={{"entity": {literal(snippet.entity)}}}'
    yield f"api = wandb.Api({overrides})"
    yield f"artifact = api.artifact({literal(snippet.target_path)})"
    yield "folder = artifact.download()"
    yield ""
    yield "print(folder)"


def _run(snippet: Snippet, job: str) -> str:
    entity = "" if snippet.entity is None else f"entity={literal(snippet.entity)}, "
    return f'with wandb.init({entity}project={literal(snippet.project)}, job_type="{job}") as run:'


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
