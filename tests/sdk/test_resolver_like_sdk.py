"""Which organization a path belongs to: our rule and the SDK's own resolver agree, texts included."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings
from wandb.sdk.artifacts import _gqlutils
from wandb.sdk.artifacts._generated import FetchOrgInfoFromEntity

from registry_doctor.domain.organizations import Entity, Organization, Unresolved, resolve

NAMES = st.sampled_from(
    ["Acme Robotics", "acme-robotics_X7Q2", "rivals", "Rival Corp", "vision", "alice", "", "ACME"]
)
ORGANIZATIONS = st.builds(Organization, NAMES, st.one_of(st.none(), NAMES))
ENTITIES = st.one_of(
    st.none(),
    st.builds(
        lambda organization: Entity("vision", "team", organization), st.one_of(st.none(), ORGANIZATIONS)
    ),
    st.builds(
        lambda organizations: Entity("alice", "personal", None, tuple(organizations)),
        st.lists(ORGANIZATIONS, max_size=3),
    ),
)


class CannedService:
    """A service that answers the one query of the resolver with a fixed entity."""

    def __init__(self, entity: Entity | None) -> None:
        self.entity = entity

    def execute_graphql(self, query: str, variables: object, parse: object) -> FetchOrgInfoFromEntity:
        """The entity in the SDK's own response model."""

        def organization(found: Organization | None) -> object:
            if found is None:
                return None
            return {"name": found.name, "orgEntity": None if found.entity is None else {"name": found.entity}}

        if self.entity is None:
            return FetchOrgInfoFromEntity.model_validate({"entity": None})
        personal = self.entity.kind == "personal"
        user = (
            {"organizations": [organization(each) for each in self.entity.organizations]}
            if personal
            else None
        )
        answer = {"organization": organization(self.entity.organization), "user": user}
        return FetchOrgInfoFromEntity.model_validate({"entity": answer})


@settings(max_examples=800)
@given(ENTITIES, st.one_of(st.none(), NAMES))
def test_the_organization_is_resolved_as_the_sdk_resolves_it(
    entity: Entity | None, named: str | None
) -> None:
    """The same organization comes out, or the same refusal in the same words."""
    name = entity.name if entity else "nobody"
    ours = resolve(entity, named)
    try:
        theirs = _gqlutils._resolve_org_info(CannedService(entity), name, named)  # type: ignore[arg-type]  # the one method it calls
    except ValueError as refusal:
        assert isinstance(ours, Unresolved)
        reachable = [each.name for each in entity.organizations if each.entity is not None] if entity else []
        words = ours.value.format(entity=name, named=named, organization=reachable[0] if reachable else "")
        assert words == str(refusal)
    else:
        assert isinstance(ours, Organization)
        assert (ours.name, ours.entity) == (theirs.org_name, theirs.entity_name)
