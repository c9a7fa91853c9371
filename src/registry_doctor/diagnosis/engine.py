"""One diagnosis from the call to the report: facts, checks, suggestion."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import field, replace
from typing import Literal

from registry_doctor.checking.plugins import CODE, NAME, Loaded
from registry_doctor.checking.results import FailOn, Result, Status
from registry_doctor.diagnosis.configuration import Configuration
from registry_doctor.diagnosis.effective_path import effective_path
from registry_doctor.diagnosis.policy import ignored, unknown_codes, with_severity
from registry_doctor.diagnosis.runner import CheckOutcome, Plan, ignoring, plan, run, with_paths
from registry_doctor.diagnosis.suggestion import Round, base_path, suggest
from registry_doctor.domain.target_path import REGISTRY_PREFIX
from registry_doctor.facts import (
    ALL_REGISTRIES,
    CALL,
    ENTITY,
    SERVER,
    SETTINGS,
    SOURCE,
    VIEWER,
    AnyFact,
    Call,
    Facts,
)
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Context, PlaceToLink, Provenance, Report, Requests, Target
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.settings.address import without_userinfo
from registry_doctor.support.distributions import DISTRIBUTION
from registry_doctor.support.records import record
from registry_doctor.support.versions import installed_version
from registry_doctor.support.wording import listed
from registry_doctor.transport import Basic, Bearer, Deadline, HttpTransport

OFFLINE_NOTE = "offline: the grammar of the path alone was examined; the server was not asked"
DEFAULT_TIMEOUT = 20.0
"""Seconds that a whole diagnosis may take."""


@record(frozen=True)
class Options:
    """How to diagnose, apart from the call itself."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    timeout: float = DEFAULT_TIMEOUT
    offline: bool = False
    configuration: Configuration = field(default_factory=Configuration)
    """The project's: its `select` where there is none above, its ignores and severities. The other two
    options above are settled already."""


def plan_of(loaded: Loaded, options: Options) -> Plan:
    """Which checks are judged, and which of them are ignored with a reason.

    Raises UnknownCode for a code above that no check has; one in the configuration becomes a note.
    """
    configuration = options.configuration
    planned = plan(loaded.checks, _selected(loaded, options), options.ignore)
    reasons = {each.check.code: configuration.reason_to_ignore(each.check.code) for each in planned.checks}
    return replace(planned, ignored={code: reason for code, reason in reasons.items() if reason is not None})


def _selected(loaded: Loaded, options: Options) -> tuple[str, ...]:
    known = _codes(loaded)
    configured = options.configuration.select
    return options.select or tuple(
        code for code in configured if any(each.startswith(code) for each in known)
    )


def _codes(loaded: Loaded) -> list[str]:
    return [*(each.check.code for each in loaded.checks), CODE]


def examine(
    call: Call,
    settings: Settings,
    loaded: Loaded,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Report:
    """Diagnose one call. Findings are results, never exceptions.

    Raises UnknownCode as `plan_of` does.
    """
    planned = plan_of(loaded, options)
    way = way_to_server(settings, options)
    if isinstance(way, str):
        return diagnose_with(Answers(way), call, settings, planned, loaded, options)
    with way:
        return diagnose_with(Answers(way), call, settings, planned, loaded, options)


def way_to_server(settings: Settings, options: Options, user_agent: str | None = None) -> HttpTransport | str:
    """The transport for these settings, or in words why nothing can be sent.

    `user_agent` is that of the program whose queries are passed on, if they are not ours.
    """
    if options.offline:
        return "the server was not asked (--offline)"
    if settings.base_url_problem is not None:
        return "nothing was sent: the server's address is refused by wandb"
    credentials: Basic | Bearer
    match settings.credentials:
        case ApiKey(secret):
            credentials = Basic(secret)
        case IdentityToken():
            from registry_doctor.sdk import access_token  # imported here: it loads wandb

            token = access_token(settings)
            if isinstance(token, str):
                return f"nothing was sent: {token}"
            credentials = Bearer(token)
        case InvalidCredentials():
            return "nothing was sent: wandb refuses the credentials as they are"
        case NoCredentials():
            return "nothing was sent: there are no credentials"
    agent = user_agent or f"{DISTRIBUTION}/{installed_version(DISTRIBUTION)}"
    return HttpTransport(
        settings.base_url.value,
        credentials,
        deadline=Deadline.after(options.timeout),
        read_timeout=min(options.timeout, settings.timeout.value),
        user_agent=agent,
    )


def diagnose_with(
    answers: Answers, call: Call, settings: Settings, planned: Plan, loaded: Loaded, options: Options
) -> Report:
    """Diagnose with answers that may be shared with other diagnoses of the same person and server."""
    return finished(diagnosing(answers, call, settings, planned, loaded, options))


@record(frozen=True)
class Wanted:
    """Facts that a diagnosis cannot go on without."""

    facts: Facts
    which: tuple[AnyFact, ...]


def finished(steps: Generator[Wanted, None, Report]) -> Report:
    """The report of a diagnosis under way, for which the server is asked whenever it stops."""
    try:
        while True:
            wanted = next(steps)
            wanted.facts.collect(wanted.which)
    except StopIteration as end:
        report: Report = end.value
        return report


def diagnosing(
    answers: Answers, call: Call, settings: Settings, planned: Plan, loaded: Loaded, options: Options
) -> Generator[Wanted, None, Report]:
    """A diagnosis that stops where it needs the server, so that many can be asked for together.

    Yields the facts that have to be collected before it is resumed; returns the report.
    """

    def facts_of(call: Call, *besides: AnyFact) -> Wanted:
        facts = Facts(answers)
        facts.set(CALL, call)
        facts.set(SETTINGS, settings)
        return Wanted(facts, (*planned.facts, *besides))

    wanted = facts_of(call, SERVER, *([ALL_REGISTRIES] if call.target is None else []))
    yield wanted
    facts = wanted.facts
    judged = tuple(run(planned, facts, offline=options.offline))
    suggestion = None
    if call.target is not None:
        another = call.corrected(call.target) != call
        first = Round(call.target, judged)
        rounds = suggest(first, planned.ancestors, asked=not options.offline, another_call=another)
        try:
            path = next(rounds)
            while True:
                wanted = facts_of(call.corrected(path))
                yield wanted
                path = rounds.send(Round(path, tuple(run(planned, wanted.facts, offline=options.offline))))
        except StopIteration as end:
            suggestion = end.value
    base = base_path(call.target) if call.target is not None else None
    if not _left_out(CODE, _selected(loaded, options), options.ignore):
        loading = CheckOutcome(_plugin_result(loaded), None)
        judged = (*judged, ignoring(loading, options.configuration.reason_to_ignore(CODE)))
    results = [with_severity(with_paths(each, base), options.configuration) for each in judged]
    source = call.artifact if call.for_ == "link" else None
    return Report(
        target=Target(
            call.target, call.for_, source, call.kind_of_artifact or _source_type(facts), call.aliases
        ),
        results=tuple(sorted(results, key=lambda each: each.code)),
        suggestion=suggestion,
        resolved=effective_path(facts),
        context=_context(facts, settings),
        requests=Requests(answers.requests, round(answers.milliseconds, 1)),
        fail_on=options.fail_on,
        places=_places(facts) if call.target is None else None,
        notes=(*_notes(facts, answers, options), *unknown_codes(options.configuration, _codes(loaded))),
        ignored=ignored(judged, options.configuration, offline=options.offline),
        teams=_teams(facts) if call.target is None else {},
        secrets=settings.secrets,
    )


def _left_out(code: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    chosen = not select or any(code.startswith(each.upper()) for each in select)
    return not chosen or any(code.startswith(each.upper()) for each in ignore)


def _plugin_result(loaded: Loaded) -> Result:
    status = Status.ERROR if loaded.problems else Status.PASS
    providers = listed(each.provider for each in loaded.checks)
    message = "; ".join(loaded.problems) or f"{len(loaded.checks)} checks, from {providers}"
    return Result(CODE, NAME, "Doctor", status, None, message, f"docs/checks/{CODE}.md", DISTRIBUTION)


def _source_type(facts: Facts) -> str | None:
    source = facts.get(SOURCE)
    return source.type if source else None


def _context(facts: Facts, settings: Settings) -> Context:
    viewer, server = facts.get(VIEWER), facts.get(SERVER)
    in_play = facts.get(ENTITY)
    if in_play is not None:
        entity = Provenance(in_play.name, in_play.provenance)
    else:
        entity = _set_to("entity", facts, settings)
    return Context(
        base_url=Provenance(without_userinfo(settings.base_url.value), settings.base_url.source),
        credentials=_shown_credentials(settings),
        entity=entity,
        organization=Provenance(settings.organization.value, settings.organization.source),
        project=_set_to("project", facts, settings),
        mode=Provenance(settings.mode.value, settings.mode.source),
        viewer=viewer.username if viewer else None,
        sdk_version=facts[CALL].sdk_version or installed_version("wandb"),
        server_version=server.version if server else None,
    )


def _set_to(name: Literal["entity", "project"], facts: Facts, settings: Settings) -> Provenance:
    """The setting that counts for the call, and what was given for nothing."""
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


def _notes(facts: Facts, answers: Answers, options: Options) -> tuple[str, ...]:
    notes = []
    if options.offline:
        notes.append(OFFLINE_NOTE)
    if answers.unknown_fields:
        fields = ", ".join(sorted(answers.unknown_fields))
        notes.append(
            f"this server is older than the questions: it does not know {fields}, which were left out"
        )
    for organization, listing in facts.get(ALL_REGISTRIES) or ():
        if facts[CALL].target is None and not listing.complete:
            notes.append(f"{organization.name} has more registries than the {len(listing.rows)} shown")
    return tuple(notes)
