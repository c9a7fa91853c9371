"""One diagnosis from the call to the report: facts, checks, suggestion."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

from registry_doctor.answers import Answers
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
from registry_doctor.landing import landing
from registry_doctor.path import REGISTRY_PREFIX
from registry_doctor.plugins import CODE, NAME, Loaded
from registry_doctor.redaction import Secret
from registry_doctor.report import (
    DISTRIBUTION,
    Context,
    FailOn,
    PlaceToLink,
    Provenance,
    Report,
    Requests,
    Result,
    Status,
    Target,
)
from registry_doctor.runner import Plan, plan, run, with_paths
from registry_doctor.settings import ApiKey, IdentityToken, InvalidCredentials, NoCredentials, Settings
from registry_doctor.settings.address import without_userinfo
from registry_doctor.suggestion import Round, base_path, suggest
from registry_doctor.transport import Basic, Bearer, Deadline, HttpTransport
from registry_doctor.versions import installed_version
from registry_doctor.wording import listed

DEFAULT_TIMEOUT = 20.0
"""Seconds that a whole diagnosis may take."""


@dataclass(frozen=True)
class Options:
    """How to diagnose, apart from the call itself."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: FailOn = "error"
    timeout: float = DEFAULT_TIMEOUT
    offline: bool = False


def examine(call: Call, settings: Settings, loaded: Loaded, options: Options = Options()) -> Report:
    """Diagnose one call. Findings are results, never exceptions.

    Raises UnknownCode if `options` names a code that no check has.
    """
    planned = plan(loaded.checks, options.select, options.ignore)
    way = way_to_server(settings, options)
    if isinstance(way, str):
        return diagnose_with(Answers(way), call, settings, planned, loaded, options)
    with way:
        return diagnose_with(Answers(way), call, settings, planned, loaded, options)


def way_to_server(settings: Settings, options: Options) -> HttpTransport | str:
    """The transport for these settings, or in words why nothing can be sent."""
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
    agent = f"{DISTRIBUTION}/{installed_version(DISTRIBUTION)}"
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
    steps = diagnosing(answers, call, settings, planned, loaded, options)
    try:
        while True:
            wanted = next(steps)
            wanted.facts.collect(wanted.which)
    except StopIteration as end:
        report: Report = end.value
        return report


@dataclass(frozen=True)
class Wanted:
    """Facts that a diagnosis cannot go on without."""

    facts: Facts
    which: tuple[AnyFact, ...]


def diagnosing(
    answers: Answers, call: Call, settings: Settings, planned: Plan, loaded: Loaded, options: Options
) -> Generator[Wanted, None, Report]:
    """A diagnosis that stops where it needs the server, so that many can be asked for together.

    Yields the facts that have to be collected before it is resumed; returns the report.
    """

    def facts_of(path: str | None, *besides: AnyFact) -> Wanted:
        facts = Facts(answers)
        facts.put(CALL, replace(call, target=path))
        facts.put(SETTINGS, settings)
        return Wanted(facts, (*planned.facts, *besides))

    wanted = facts_of(call.target, SERVER, *([ALL_REGISTRIES] if call.target is None else []))
    yield wanted
    facts = wanted.facts
    judged = tuple(run(planned, facts, offline=options.offline))
    suggestion = None
    if call.target is not None:
        rounds = suggest(Round(call.target, judged), planned.ancestors, asked=not options.offline)
        try:
            path = next(rounds)
            while True:
                wanted = facts_of(path)
                yield wanted
                path = rounds.send(Round(path, tuple(run(planned, wanted.facts, offline=options.offline))))
        except StopIteration as end:
            suggestion = end.value
    base = base_path(call.target) if call.target is not None else None
    results = [with_paths(each, base) for each in judged]
    if not _left_out(CODE, options):
        results.append(_plugin_result(loaded))
    source = call.artifact if call.for_ == "link" else None
    return Report(
        target=Target(call.target, call.for_, source, call.type or _source_type(facts), call.aliases),
        results=tuple(sorted(results, key=lambda each: each.code)),
        suggestion=suggestion,
        resolved=landing(facts),
        context=_context(facts, settings),
        requests=Requests(answers.requests, round(answers.milliseconds, 1)),
        fail_on=options.fail_on,
        places=_places(facts) if call.target is None else None,
        notes=_notes(facts, answers, options),
        teams=_teams(facts) if call.target is None else {},
        secrets=_secrets(settings),
    )


def _left_out(code: str, options: Options) -> bool:
    chosen = not options.select or any(code.startswith(each.upper()) for each in options.select)
    return not chosen or any(code.startswith(each.upper()) for each in options.ignore)


def _plugin_result(loaded: Loaded) -> Result:
    status = Status.ERROR if loaded.problems else Status.PASS
    providers = listed(each.provider for each in loaded.checks)
    message = "; ".join(loaded.problems) or f"{len(loaded.checks)} checks, from {providers}"
    return Result(CODE, NAME, "Doctor", status, None, message, f"docs/checks/{CODE}.md", DISTRIBUTION)


def _source_type(facts: Facts) -> str | None:
    source = facts.known(SOURCE)
    return source.type if source else None


def _context(facts: Facts, settings: Settings) -> Context:
    viewer, server = facts.known(VIEWER), facts.known(SERVER)
    in_play = facts.known(ENTITY)
    if in_play is not None:
        entity = Provenance(in_play.name, in_play.source)
    else:
        entity = Provenance(settings.entity.value, settings.entity.source)
    return Context(
        base_url=Provenance(without_userinfo(settings.base_url.value), settings.base_url.source),
        credentials=_shown_credentials(settings),
        entity=entity,
        organization=Provenance(settings.organization.value, settings.organization.source),
        project=Provenance(settings.project.value, settings.project.source),
        mode=Provenance(settings.mode.value, settings.mode.source),
        viewer=viewer.username if viewer else None,
        sdk_version=installed_version("wandb"),
        server_version=server.version if server else None,
    )


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


def _secrets(settings: Settings) -> tuple[Secret, ...]:
    match settings.credentials:
        case ApiKey(secret) | InvalidCredentials(secret=Secret() as secret):
            return (secret,)
        case _:
            return ()


def _places(facts: Facts) -> tuple[PlaceToLink, ...]:
    found = facts.known(ALL_REGISTRIES) or ()
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
    viewer = facts.known(VIEWER)
    teams = viewer.teams if viewer else ()
    return {team.name: team.organization.name if team.organization else None for team in teams}


def _notes(facts: Facts, answers: Answers, options: Options) -> tuple[str, ...]:
    notes = []
    if options.offline:
        notes.append("offline: the grammar of the path alone was examined; the server was not asked")
    if answers.unknown_fields:
        fields = ", ".join(sorted(answers.unknown_fields))
        notes.append(
            f"this server is older than the questions: it does not know {fields}, which were left out"
        )
    for organization, listing in facts.known(ALL_REGISTRIES) or ():
        if facts[CALL].target is None and not listing.complete:
            notes.append(f"{organization.name} has more registries than the {len(listing.rows)} shown")
    return tuple(notes)
