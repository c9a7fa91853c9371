"""Linking a logged artifact: preflight, the SDK's link, and what the collection then really has."""

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
    """What is to be linked, where to, and with which aliases; `given` as for the doctor."""

    artifact: str
    target_path: str
    aliases: tuple[str, ...] = ()
    given: Given = Given()  # noqa: RUF009 - frozen

    def preflight(self) -> Report:
        """What the doctor says of it. Asks the server and writes nothing."""
        call = Call(self.target_path, "link", self.artifact, None, self.aliases)
        return examine(call, read_settings(self.given), load_checks())


@dataclass(frozen=True)
class Linked:
    """A link that was made, as it was read back."""

    full_name: str
    """`org-entity/wandb-registry-R/C:vN`: a path for `use_artifact`."""
    version: str
    aliases: tuple[str, ...]
    source: str | None
    """What was linked; `None` if its project is hidden from the person."""
    url: str
    """Its page in the user interface, every part of it quoted."""
    missing_aliases: tuple[str, ...] = ()
    """Aliases that were asked for and that the version does not have."""


class NotReadBack(Exception):
    """wandb says that it linked, and the server does not show it; `full_name` is wandb's word for it."""

    def __init__(self, full_name: str, reason: str, *, absent: bool) -> None:
        super().__init__(reason)
        self.full_name = full_name
        self.absent = absent
        """The server says that it is not there; otherwise it gave no answer."""


def make_link(request: LinkRequest, preflight: Report) -> Linked:
    """Link what the preflight found to be right, and read it back.

    Raises ValueError if the preflight is not in order, RefusedBySdk if wandb or the server refuses, and
    NotReadBack if the link was made and cannot be seen.
    """
    if not preflight.ok:
        raise ValueError("a link is made only after a preflight that found nothing wrong")
    from registry_doctor.sdk import linking  # imported here: a refused preflight needs none of it

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
    """What the server has under this name, asked past the SDK; `None` for nothing, a reason for no answer."""
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
    """The page of a linked version. The SDK's own addresses have names unquoted in them (registry-rules 9.1).

    >>> page_url("https://wandb.ai", "Org A", "org-a", "wandb-registry-My Models", "net", "v0")
    'https://wandb.ai/orgs/Org%20A/registry/My%20Models?selectionPath=org-a%2Fwandb-registry-My%20Models%2Fnet&view=membership&version=v0'
    """
    registry = project.removeprefix(REGISTRY_PREFIX) if is_registry_project(project) else project
    path = "/".join(quote(part, safe="") for part in ("orgs", organization or entity, "registry", registry))
    selection = quote(f"{entity}/{project}/{collection}", safe="")
    base = without_userinfo(app_url).rstrip("/")
    return f"{base}/{path}?selectionPath={selection}&view=membership&version={quote(version, safe='')}"


def behind_refusal(refusal: RefusedBySdk, again: Report) -> Iterator[str]:
    """Why the server may have refused what passed the preflight, in sentences; `again` is a new diagnosis.

    Errors of the new diagnosis are not among them: they are findings of their own. What wandb itself refuses,
    before it asks the server, it explains in its own words, and an answer that did not come explains nothing.
    """
    if not refusal.by_server or refusal.unanswered or again.exit_code != 0:
        return
    for each in again.results:
        if each.hidden:
            yield f"{each.code} {each.name} could not be checked: {each.message}"
    yield "diagnosed again, the path, the artifact and your role are in order: the server refused for a reason that cannot be seen from outside"
