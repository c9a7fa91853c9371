"""Build the report of a diagnosis from the outcomes of its checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from registry_doctor.checking.plugins import CODE, NAME, Loaded
from registry_doctor.checking.results import Result, Status, Suggestion
from registry_doctor.diagnosis.effective_path import effective_path
from registry_doctor.diagnosis.options import Options, codes_of, selected
from registry_doctor.diagnosis.policy import ignored, unknown_codes, with_severity
from registry_doctor.diagnosis.runner import CheckOutcome, ignoring, with_paths
from registry_doctor.diagnosis.suggestion import base_path
from registry_doctor.domain.target_path import REGISTRY_PREFIX, TargetPath
from registry_doctor.facts import (
    ALL_REGISTRIES,
    CALL,
    ENTITY,
    INTERPRETATION,
    ORDINARY,
    SERVER,
    SETTINGS,
    SOURCE,
    UNKNOWN_SDK,
    VIEWER,
    Call,
    Facts,
)
from registry_doctor.report.model import (
    Context,
    NotAsked,
    PlaceToLink,
    Provenance,
    Report,
    RequestedTarget,
    Requests,
)
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.settings.address import without_userinfo
from registry_doctor.support.distributions import DISTRIBUTION, page_address
from registry_doctor.support.versions import installed_version
from registry_doctor.support.wording import listed

OFFLINE_NOTE = "offline: only the form of the path was examined; the server was not asked"


def make_report(
    facts: Facts,
    outcomes: Sequence[CheckOutcome],
    suggestion: Suggestion | None,
    loaded: Loaded,
    options: Options,
) -> Report:
    """Build the report on the call that these facts are about.

    `outcomes` are for the path as typed; `suggestion` is the corrected path, if there is one.
    """
    call, settings, answers = facts[CALL], facts[SETTINGS], facts.answers
    base = _base(facts)
    if not _left_out(CODE, selected(loaded, options), options.ignore):
        loading = CheckOutcome(_plugin_result(loaded), None)
        outcomes = (*outcomes, ignoring(loading, options.configuration.reason_to_ignore(CODE)))
    results = [with_severity(with_paths(each, base), options.configuration) for each in outcomes]
    source = call.artifact if call.for_ == "link" else None
    examines_environment = call.target is None
    return Report(
        target=RequestedTarget(
            call.target, call.for_, source, call.kind_of_artifact or _source_type(facts), call.aliases
        ),
        results=tuple(sorted(results, key=lambda each: each.code)),
        suggestion=suggestion,
        resolved=effective_path(facts),
        context=_context(facts, settings),
        requests=Requests(answers.requests, round(answers.milliseconds, 1)),
        fail_on=options.fail_on,
        places=_places(facts) if examines_environment else None,
        notes=(*_notes(facts, options), *unknown_codes(options.configuration, codes_of(loaded))),
        ignored=ignored(outcomes, options.configuration, offline=options.offline),
        teams=_teams(facts) if examines_environment else {},
        secrets=settings.secrets,
        not_asked=_not_asked(facts, options),
    )


def _base(facts: Facts) -> TargetPath | None:
    """The path that the edits of single fixes start from; a pasted address is never a part of it."""
    target, reading = facts[CALL].target, facts.get(INTERPRETATION)
    if reading is not None and reading.pasted:
        return reading.intended
    return base_path(target) if target is not None else None


def _not_asked(facts: Facts, options: Options) -> NotAsked | None:
    if options.offline:
        return "offline"
    no_key = isinstance(facts[SETTINGS].credentials, NoCredentials) and not facts.answers.requests
    return "no key" if no_key else None


def _left_out(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    chosen = not select or any(code.startswith(each.upper()) for each in select)
    return not chosen or any(code.startswith(each.upper()) for each in ignore)


def _plugin_result(loaded: Loaded) -> Result:
    status = Status.ERROR if loaded.problems else Status.PASS
    providers = listed(each.provider for each in loaded.checks)
    message = (
        "; ".join(loaded.problems) or f"{len(loaded.checks) + 1} checks, from {providers}"
    )  # with this one
    return Result(
        CODE, NAME, "Doctor", status, None, message, page_address(f"docs/checks/{CODE}.md"), DISTRIBUTION
    )


def _source_type(facts: Facts) -> str | None:
    source = facts.get(SOURCE)
    return source.type if source else None


def _context(facts: Facts, settings: Settings) -> Context:
    viewer, server = facts.get(VIEWER), facts.get(SERVER)
    calling_entity = facts.get(ENTITY)
    if calling_entity is not None:
        entity = Provenance(calling_entity.name, calling_entity.provenance)
    else:
        entity = _set_to("entity", facts, settings)
    return Context(
        base_url=Provenance(without_userinfo(settings.base_url.value), settings.base_url.source),
        credentials=_shown_credentials(settings),
        entity=entity,
        organization=Provenance(settings.organization.value, settings.organization.source),
        project=_set_to("project", facts, settings),
        mode=Provenance(settings.mode.value, settings.mode.source),
        viewer=(viewer.username or None) if viewer else None,
        sdk_version=_sdk_version(facts[CALL]),
        server_version=server.version if server else None,
    )


def _sdk_version(call: Call) -> str | None:
    if call.sdk_version == UNKNOWN_SDK:
        return None
    return call.sdk_version or installed_version("wandb")


def _set_to(name: Literal["entity", "project"], facts: Facts, settings: Settings) -> Provenance:
    """The setting that applies to the call; its source also names values that have no effect."""
    if not facts[CALL].by_run:
        found = settings.entity if name == "entity" else settings.project
        return Provenance(found.value, found.source)
    found = settings.run_entity if name == "entity" else settings.run_project
    ignored = settings.pinned_run.ignores(name) if settings.pinned_run else None
    return Provenance(found.value, "; ".join(words for words in (found.source, ignored) if words) or None)


def _shown_credentials(settings: Settings) -> Provenance:
    match settings.credentials:
        case ApiKey(secret, source):
            return Provenance(secret.masked, source)
        case IdentityToken(path, source):
            return Provenance(f"identity token in {path}", source)
        case InvalidCredentials(_, source, secret):
            return Provenance(secret.masked if secret else None, source)
        case NoCredentials():
            return Provenance(None, None)


def _places(facts: Facts) -> tuple[PlaceToLink, ...]:
    found = facts.get(ALL_REGISTRIES) or ()
    return tuple(
        PlaceToLink(
            organization.name,
            organization.path_prefix,
            registry.name,
            registry.accepted_types,
            None if registry.read_only is None else not registry.read_only,
            f"{organization.path_prefix}/{REGISTRY_PREFIX}{registry.name}/<collection>",
        )
        for organization, listing in found
        for registry in listing.rows
    )


def _teams(facts: Facts) -> dict[str, str | None]:
    viewer = facts.get(VIEWER)
    teams = viewer.teams if viewer else ()
    return {team.name: team.organization.name if team.organization else None for team in teams}


def _notes(facts: Facts, options: Options) -> tuple[str, ...]:
    answers, notes = facts.answers, []
    if options.offline:
        notes.append(OFFLINE_NOTE)
    if answers.unknown_fields:
        fields = ", ".join(sorted(answers.unknown_fields))
        notes.append(
            f"this server is an older version: it does not know {fields}, so these were not requested"
        )
    if (ordinary := facts.get(ORDINARY)) is not None:
        notes.append(f"'{ordinary.path}' is an artifact of an ordinary project, outside any registry")
    for organization, listing in facts.get(ALL_REGISTRIES) or ():
        if facts[CALL].target is None and not listing.complete:
            notes.append(f"{organization.name} has more registries than the {len(listing.rows)} shown")
    return tuple(notes)
