"""The only part that speaks HTTP. It asks, within limits, and never writes.

`requests` is imported when the first query is sent, since the command line's help must not pay for it.
"""

from __future__ import annotations

from registry_doctor.transport.answers import Answer, JsonValue, says_trouble
from registry_doctor.transport.credentials import Basic, Bearer
from registry_doctor.transport.deadline import Deadline
from registry_doctor.transport.documents import NotAQuery
from registry_doctor.transport.failures import FailureKind, GraphQLError, TransportFailure
from registry_doctor.transport.http import HttpTransport, Transport

__all__ = [
    "Answer",
    "Basic",
    "Bearer",
    "Deadline",
    "FailureKind",
    "GraphQLError",
    "HttpTransport",
    "JsonValue",
    "NotAQuery",
    "Transport",
    "TransportFailure",
    "says_trouble",
]
