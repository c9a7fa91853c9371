"""Link a logged artifact: preflight, the SDK's link, then a request that confirms the link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from registry_doctor.checking.plugins import load_checks
from registry_doctor.diagnosis.engine import examine
from registry_doctor.diagnosis.options import DEFAULT_TIMEOUT, Options
from registry_doctor.diagnosis.server_transport import transport_for
from registry_doctor.domain.target_path import REGISTRY_PREFIX, is_given_by_server, is_registry_project
from registry_doctor.facts import Call, Version
from registry_doctor.facts.questions.registry import AskVersion
from registry_doctor.queries.answers import Answers
from registry_doctor.report.model import Report
from registry_doctor.settings import Given, Settings, read_settings
from registry_doctor.settings.address import without_userinfo
from registry_doctor.transport import HttpTransport

if TYPE_CHECKING:
    from registry_doctor.sdk.linking import RefusedBySdk


@dataclass(frozen=True)
class LinkRequest:
    """What to link, the target and the aliases; `given` are the settings of the diagnosis."""

    artifact: str
    target_path: str
    aliases: tuple[str, ...] = ()
    given: Given = Given()  # noqa: RUF009 - frozen

    def preflight(self) -> Report:
        """Diagnose the link. Asks the server and writes nothing."""
        call = Call(self.target_path, "link", self.artifact, None, self.aliases)
        return examine(call, read_settings(self.given), load_checks())


@dataclass(frozen=True)
class Linked:
    """A link, as the server shows it."""

    full_name: str
    """`org-entity/wandb-registry-R/C:vN`: a path for `use_artifact`."""
    version: str
    aliases: tuple[str, ...]
    source: str | None
    """The source artifact; `None` if its project is hidden from the person."""
    url: str
    """Its page in the web app; every part of the URL is quoted."""
    missing_aliases: tuple[str, ...] = ()
    """Requested aliases that the version does not have."""


class NotReadBack(Exception):
    """wandb reports a link that the server does not show; `full_name` is the path that wandb reported."""

    def __init__(self, full_name: str, reason: str, *, absent: bool) -> None:
        super().__init__(reason)
        self.full_name = full_name
        self.absent = absent
        """Whether the server says that the link does not exist; otherwise it gave no answer."""


def make_link(request: LinkRequest, preflight: Report) -> Linked:
    """Make the link after a successful preflight, and read it back from the server.

    Raises ValueError if the preflight found something, RefusedBySdk if wandb or the server refuses, and
    NotReadBack if the link was made but cannot be confirmed.
    """
    if not preflight.ok:
        raise ValueError("a link is made only after a preflight that found nothing wrong")
    from registry_doctor.sdk import linking  # imported here: a refused preflight does not need it

    with linking.as_given(request.given):
        made = linking.link_version(request.artifact, request.target_path, request.aliases)
    settings = read_settings(request.given)
    name = f"{made.collection}:{made.version}"
    seen = _read_back(settings, made.entity, made.project, name, made.full_name)
    aliases = tuple(sorted(alias for alias in seen.aliases if alias != made.version))
    wanted = (alias for alias in request.aliases if not is_given_by_server(alias))
    return Linked(
        full_name=made.full_name,
        version=made.version,
        aliases=aliases,
        source=made.source,
        url=page_url(
            settings.app_url,
            preflight.resolved.organization,
            made.entity,
            made.project,
            made.collection,
            made.version,
        ),
        missing_aliases=tuple(alias for alias in wanted if alias not in aliases),
    )


def _read_back(settings: Settings, entity: str, project: str, name: str, full_name: str) -> Version:
    found = ask_version(settings, entity, project, name)
    if isinstance(found, str):
        raise NotReadBack(full_name, found, absent=False)
    if found is None:
        raise NotReadBack(full_name, "the server does not have it", absent=True)
    return found


def ask_version(settings: Settings, entity: str, project: str, name: str) -> Version | str | None:
    """Ask the server for a version without the SDK; return `None` if it does not exist, a reason if no answer came."""
    from registry_doctor.queries.availability import Unavailable

    question = AskVersion(entity, project, name)
    transport = transport_for(settings, Options(timeout=DEFAULT_TIMEOUT))
    answers = Answers(transport)
    try:
        answers.fetch([question])
        return answers.get(question)
    except Unavailable as reason:
        return str(reason)
    finally:
        if isinstance(transport, HttpTransport):
            transport.close()


def page_url(
    app_url: str, organization: str | None, entity: str, project: str, collection: str, version: str
) -> str:
    """Build the URL of a linked version's page; the SDK's own URLs do not quote names (registry-rules 9.1).

    >>> page_url("https://wandb.ai", "Org A", "org-a", "wandb-registry-My Models", "net", "v0")
    'https://wandb.ai/orgs/Org%20A/registry/My%20Models?selectionPath=org-a%2Fwandb-registry-My%20Models%2Fnet&view=membership&version=v0'
    """
    registry = project.removeprefix(REGISTRY_PREFIX) if is_registry_project(project) else project
    path = "/".join(quote(part, safe="") for part in ("orgs", organization or entity, "registry", registry))
    selection = quote(f"{entity}/{project}/{collection}", safe="")
    base = without_userinfo(app_url).rstrip("/")
    return f"{base}/{path}?selectionPath={selection}&view=membership&version={quote(version, safe='')}"


def behind_refusal(refusal: RefusedBySdk, again: Report) -> Iterator[str]:
    """Yield reasons why the server may have refused after a successful preflight; `again` is a new diagnosis.

    Errors of the new diagnosis are printed as findings, so they are not repeated here. There are no reasons if
    wandb itself refused, because its message explains that, or if no answer came.
    """
    if not refusal.by_server or refusal.unanswered or again.exit_code != 0:
        return
    for each in again.results:
        if each.hidden:
            yield f"{each.code} {each.name} could not be checked: {each.message}"
    yield "diagnosed again, the path, the artifact and your role are in order: the server refused for a reason that cannot be seen from outside"
