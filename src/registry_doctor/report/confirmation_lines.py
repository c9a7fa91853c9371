"""What wandb itself did with the call, in words: one line, or both sides of a contradiction."""

from __future__ import annotations

from registry_doctor.report.model import Confirmation, Report


def wandb_of(confirmation: Confirmation) -> str:
    """`wandb 0.31.0`."""
    return " ".join(filter(None, ["wandb", confirmation.sdk_version]))


def confirmation_line(confirmation: Confirmation) -> str:
    """The outcome and its reason. A confirmed call is not yet an accepted one, so the line says that, too."""
    words = confirmation.message
    if confirmation.said is not None:
        words += f": {confirmation.said}"
    if confirmation.outcome == "confirmed":
        accepted = " (whether the server accepts it was not tried)" if confirmation.said is None else ""
        return f"confirmed by {wandb_of(confirmation)}: {words}{accepted}"
    return f"not decided by {wandb_of(confirmation)}: {words}"


def contradiction_rows(report: Report, confirmation: Confirmation) -> list[tuple[str, str]]:
    """What each of the two found, and how to report it."""
    words = confirmation.message
    if confirmation.said is not None:
        words += f": {confirmation.said}"
    rows = [("doctor:", _found_by_doctor(report)), ("wandb:", words)]
    if confirmation.command is not None:
        rows.append(("report it with:", confirmation.command))
    return rows


def _found_by_doctor(report: Report) -> str:
    errors = "; ".join(f"{each.code} {each.name}: {each.message}" for each in report.errors)
    resolved = report.resolved
    parts = (resolved.entity, resolved.project, resolved.collection)
    place = "/".join(each or "?" for each in parts) + (f":{resolved.version}" if resolved.version else "")
    leads = f"it leads to {place}" if any(parts) else ""
    return "; ".join(filter(None, [errors or "no error", leads]))
