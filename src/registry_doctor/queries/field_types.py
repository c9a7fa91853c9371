"""The schema type of each field from which the doctor selects subfields.

A server that does not know a field names it with its type. The same name can be known in another type.
"""

from __future__ import annotations

from collections.abc import Mapping

ROOT_TYPE = "Query"

_TYPES: Mapping[str, str] = {
    "Query.viewer": "User",
    "Query.serverInfo": "ServerInfo",
    "Query.entity": "Entity",
    "Query.organization": "Organization",
    "Query.project": "Project",
    "ServerInfo.features": "ServerFeature",
    "ServerInfo.latestLocalVersionInfo": "LocalVersionInfo",
    "User.teams": "EntityConnection",
    "User.organizations": "Organization",
    "Organization.orgEntity": "Entity",
    "Entity.organization": "Organization",
    "Entity.user": "User",
    "Entity.members": "Member",
    "Entity.projects": "ProjectConnection",
    "Entity.artifactCollections": "ArtifactCollectionConnection",
    "Project.entity": "Entity",
    "Project.artifactTypes": "ArtifactTypeConnection",
    "Project.artifactCollection": "ArtifactCollection",
    "Project.artifactCollections": "ArtifactCollectionConnection",
    "Project.artifactCollectionMembership": "ArtifactCollectionMembership",
    "Project.members": "ProjectMember",
    "Project.teamMembers": "ProjectTeamMember",
    "ProjectMember.role": "Role",
    "ProjectTeamMember.team": "Entity",
    "ProjectTeamMember.role": "Role",
    "ArtifactCollection.project": "Project",
    "ArtifactCollection.defaultArtifactType": "ArtifactType",
    "ArtifactCollection.artifactMembership": "ArtifactCollectionMembership",
    "ArtifactCollection.artifactMemberships": "ArtifactCollectionMembershipConnection",
    "ArtifactCollectionMembership.aliases": "ArtifactAlias",
    "ArtifactCollectionMembership.artifact": "Artifact",
    "ArtifactCollectionMembership.artifactCollection": "ArtifactCollection",
    "ArtifactCollectionMembership.files": "FileConnection",
    "Artifact.artifactSequence": "ArtifactSequence",
    "Artifact.artifactType": "ArtifactType",
    "ArtifactSequence.project": "Project",
}

_NAMED = frozenset({ROOT_TYPE, "PageInfo", *_TYPES.values(), *(key.partition(".")[0] for key in _TYPES)})


def is_type(name: str) -> bool:
    """Whether the schema has a type of this name, as far as the doctor asks for it.

    >>> is_type("ProjectEdge"), is_type("Zebra")
    (True, False)
    """
    return name in _NAMED or name.removesuffix("Edge").removesuffix("Connection") in _NAMED


def type_of(parent: str, field: str) -> str:
    """The type of what this field of this type holds; of each entry where it holds a list.

    >>> type_of("Project", "artifactTypes"), type_of("ArtifactTypeConnection", "edges")
    ('ArtifactTypeConnection', 'ArtifactTypeEdge')
    """
    if parent.endswith("Connection"):
        return "PageInfo" if field == "pageInfo" else parent.removesuffix("Connection") + "Edge"
    if parent.endswith("Edge"):
        return parent.removesuffix("Edge")
    return _TYPES.get(f"{parent}.{field}", "")
