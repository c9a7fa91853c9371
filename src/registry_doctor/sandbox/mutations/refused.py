"""Operations of the schema that a world file does instead: accounts, teams, invitations, keys."""

from __future__ import annotations

from registry_doctor.sandbox.binding import ObjectFields
from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.mutations.payloads import Mutation
from registry_doctor.sandbox.session import Session

NOT_OFFERED = (
    "update_user",
    "create_user",
    "create_team",
    "create_invite",
    "delete_invite",
    "create_service_account",
    "generate_api_key",
    "delete_api_key",
)

refused_fields = ObjectFields(Mutation, "Mutation")


def _refuse(_root: Mutation, _session: Session, input: object) -> None:
    """Answer 501, which clients do not try again (protocol 6)."""
    del input
    raise Refusal(
        501, "the sandbox does not do this: POST a document to /sandbox/world instead", "NOT_IMPLEMENTED"
    )


refused_fields.resolvers.update(dict.fromkeys(NOT_OFFERED, _refuse))

REFUSED_FIELDS = (refused_fields,)
