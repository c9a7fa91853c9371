"""Operations of the schema that the sandbox does not serve."""

from __future__ import annotations

from collections.abc import Callable

from registry_doctor.sandbox.binding import ObjectFields, snake_case
from registry_doctor.sandbox.errors import Refusal
from registry_doctor.sandbox.mutations.payloads import Mutation
from registry_doctor.sandbox.session import Session

NOT_SERVED = ("deleteFiles",)

refused_fields = ObjectFields(Mutation, "Mutation")


def _refuse(name: str) -> Callable[..., None]:
    """Answer 501, which clients do not try again (protocol 6)."""

    def refuse(_root: Mutation, _session: Session, input: object) -> None:
        del input
        raise Refusal(
            501, f'the sandbox does not serve the mutation "{name}"; see docs/sandbox.md', "NOT_IMPLEMENTED"
        )

    return refuse


refused_fields.resolvers.update({snake_case(name): _refuse(name) for name in NOT_SERVED})

REFUSED_FIELDS = (refused_fields,)
