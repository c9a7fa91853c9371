"""What W&B has and the sandbox does not. The answer says so, instead of a complaint about the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import FieldNode, GraphQLError

from registry_doctor.sandbox.errors import Refusal

_SWEEPS = "sweeps"
_AUTOMATIONS = "automations"
_LAUNCH = "launch queues and jobs"
_REPORTS = "reports and workspaces"

_FIELDS: Mapping[str, str] = {
    "sweep": _SWEEPS,
    "sweeps": _SWEEPS,
    "upsertSweep": _SWEEPS,
    "agent": _SWEEPS,
    "createAgent": _SWEEPS,
    "agentHeartbeat": _SWEEPS,
    "triggers": _AUTOMATIONS,
    "filterTriggers": _AUTOMATIONS,
    "searchScopes": _AUTOMATIONS,
    "createFilterTrigger": _AUTOMATIONS,
    "updateFilterTrigger": _AUTOMATIONS,
    "deleteTrigger": _AUTOMATIONS,
    "integrations": "integrations",
    "createGenericWebhookIntegration": "integrations",
    "runQueue": _LAUNCH,
    "runQueues": _LAUNCH,
    "createRunQueue": _LAUNCH,
    "upsertRunQueue": _LAUNCH,
    "deleteRunQueues": _LAUNCH,
    "pushToRunQueue": _LAUNCH,
    "pushToRunQueueByName": _LAUNCH,
    "popFromRunQueue": _LAUNCH,
    "ackRunQueueItem": _LAUNCH,
    "createLaunchAgent": _LAUNCH,
    "launchAgent": _LAUNCH,
    "launchAgentHeartbeat": _LAUNCH,
    "allViews": _REPORTS,
    "view": _REPORTS,
    "upsertView": _REPORTS,
    "deleteViews": _REPORTS,
    "createCustomChart": "presets for custom charts",
    "rewindRun": "rewinding of runs",
    "logLines": "console logs that can be read",
}
_HEADERS: Mapping[str, str] = {
    "X-WANDB-USE-ASYNC-FILESTREAM": "the mode 'shared', in which several processes write to one run",
    "X-WANDB-SERVER-SIDE-DERIVED-SUMMARY": "summaries that the server derives",
}


def absence_in_document(kind: str, name: str, errors: Iterable[GraphQLError]) -> Refusal | None:
    """The refusal of an operation that does not fit the schema because it asks for such a thing."""
    asked = (node.name.value for error in errors for node in error.nodes or () if isinstance(node, FieldNode))
    thing = next((_FIELDS[field] for field in asked if field in _FIELDS), None)
    if thing is None:
        return None
    return _refusal(f'{thing}, so it does not serve the {kind} "{name}"')


def absence_in_headers(names: Iterable[str]) -> Refusal | None:
    """The refusal of a request whose headers ask for such a thing."""
    asked = {name.upper() for name in names}
    return next((_refusal(thing) for header, thing in _HEADERS.items() if header in asked), None)


def _refusal(thing: str) -> Refusal:
    """501, which clients do not try again (protocol 6)."""
    return Refusal(501, f"the sandbox does not have {thing}; see docs/sandbox.md", "NOT_IMPLEMENTED")
