"""The explanation of one message: what its entry says, with the names that the message has."""

from __future__ import annotations

from registry_doctor.domain.interpretation import Purpose
from registry_doctor.domain.target_path import MalformedPath, TargetPath
from registry_doctor.known_errors.catalogue import KnownMessage
from registry_doctor.report.explanation import Called, Explanation, NamesFound


def explained(
    entry: KnownMessage, message: str, line: int, found: NamesFound, called: Called | None, count: int = 1
) -> Explanation:
    """One message with what its entry says about it."""
    for_ = called.for_ if called else purpose_of(entry)
    if for_ == "collection":
        for_ = "use"  # what stops a fetch stops a look at the collection, too
    return Explanation(
        id=entry.id,
        message=message.strip(),
        line=line,
        causes=entry.causes_of(found.named(), for_),
        source=entry.source,
        severity=entry.severity,
        call=entry.call,
        sdk=entry.sdk,
        found=found,
        called=called,
        count=count,
        corrected_path=_corrected(found, called),
        certain=entry.certain,
    )


def purpose_of(entry: KnownMessage) -> Purpose | None:
    """The call that a message is always about; `None` if it can be either."""
    return None if entry.call == "both" else entry.call


def _corrected(found: NamesFound, called: Called | None) -> str | None:
    """The path that follows from the error alone: it names the path, or the part that is wrong in the used path."""
    if found.corrected:
        return found.corrected
    used = called.path if called else None
    if used is None:
        return None
    try:
        path = TargetPath.parse(used)
    except MalformedPath:
        return None
    if path.registry is None or not path.prefix:
        return None
    if path.prefix == found.given and found.organization:
        return str(path.edit({"organization": found.organization}))
    # A team in front of the registry is always wrong, and wandb finds the organization of a team by itself.
    return str(path.edit({"organization": None})) if path.prefix == found.entity else None
